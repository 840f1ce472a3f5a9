//! A person logs in.

use std::time::Duration;

use super::*;

#[tokio::test]
async fn a_login_registers_proves_itself_and_opens_the_server() {
    let scene = Scene::new(Behaviour::default()).await;
    let login = Login::start(scene.protected(), &scene.folder()).await.unwrap();
    let address = login.address().to_owned();
    let (finished, page) = tokio::join!(login.finish(), browse(&address));
    finished.unwrap();
    assert!(page.contains("The login is done.") && page.contains("close this window"), "{page}");
    assert!(!page.contains("src=") && !page.contains("href=") && !page.contains(server::PLANTED), "{page}");

    {
        let known = scene.server.known();
        let client = &known.clients["client-0"];
        let redirect = client["redirect_uris"][0].as_str().unwrap();
        assert!(redirect.starts_with("http://127.0.0.1:") && redirect.ends_with("/callback"), "{redirect}");
        assert_eq!(client["client_name"], "codefirst");
        let [authorized] = &known.authorized[..] else { panic!("{:?}", known.authorized) };
        assert_eq!(authorized["code_challenge_method"], "S256");
        assert_eq!(authorized["resource"], scene.server.url());
        assert_eq!(authorized["scope"], "notes offline_access");
        // The server compares the verifier with the challenge.
        assert_eq!((known.grants(), known.refused), (vec!["authorization_code"], 0));
    }

    let connected = scene.connect().await.unwrap();
    assert_eq!(tools(&connected).await.unwrap(), 1);
    assert_eq!(scene.server.known().asked.len(), 1, "a good token needs no renewal");
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_user_can_read_a_login() {
    use std::os::unix::fs::PermissionsExt;
    let scene = Scene::new(Behaviour::default()).await;
    scene.log_in().await.unwrap();
    let folder = scene.folder().path().to_owned();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for file in std::fs::read_dir(&folder).unwrap() {
        assert_eq!(mode(&file.unwrap().path()), 0o600);
    }
}

#[tokio::test]
async fn a_configured_client_and_its_scopes_are_used_as_they_are() {
    let mut scene = Scene::new(Behaviour { registers: false, ..Behaviour::default() }).await;
    scene.config.client_id = Some("desk".to_owned());
    scene.config.scopes = vec!["notes.read".to_owned()];
    scene.log_in().await.unwrap();
    {
        let known = scene.server.known();
        assert!(known.clients.is_empty());
        assert_eq!(known.authorized[0]["client_id"], "desk");
        assert_eq!(known.authorized[0]["scope"], "notes.read offline_access");
    }
    assert_eq!(tools(&scene.connect().await.unwrap()).await.unwrap(), 1);

    scene.config.client_id = Some("another".to_owned());
    assert!(matches!(scene.client().await, Err(OAuthError::LoginRequired { .. })));
}

#[tokio::test]
async fn a_login_is_for_one_address() {
    let mut scene = Scene::new(Behaviour::default()).await;
    scene.log_in().await.unwrap();
    let other = Server::start(Behaviour::default()).await;
    assert!(scene.folder().has("notes", scene.server.url()) && !scene.folder().has("notes", other.url()));

    // Not even where the file's name is the same.
    let (own, others) =
        (scene.folder().server("notes", scene.server.url()), scene.folder().server("notes", other.url()));
    std::fs::copy(own.file(), others.file()).unwrap();
    assert!(own.load().await.unwrap().is_some() && others.load().await.unwrap().is_none());
    scene.server = other;
    let error = scene.client().await.unwrap_err();
    assert!(matches!(error, OAuthError::LoginRequired { .. }), "{error}");
    assert!(scene.server.known().asked.is_empty());
}

#[tokio::test]
async fn without_a_login_the_error_says_how_to_log_in_and_nothing_is_sent() {
    let scene = Scene::new(Behaviour::default()).await;
    let error = scene.client().await.unwrap_err().to_string();
    assert_eq!(error, "server notes wants a login, or a new one: run `codefirst login notes --config …`");
    assert!(scene.stored().is_none() && scene.server.known().asked.is_empty());
}

#[tokio::test]
async fn other_requests_than_the_browsers_return_do_not_end_the_wait() {
    let scene = Scene::new(Behaviour::default()).await;
    let login = Login::start(scene.protected(), &scene.folder()).await.unwrap();
    let address = login.address().to_owned();
    let redirect = Url::parse(&address).unwrap();
    let redirect = redirect.query_pairs().find(|(name, _)| name == "redirect_uri").unwrap().1.into_owned();
    let mut silent = None;
    let strays = async {
        // A connection on which nothing is said, as browsers open them, and a request for an icon.
        let port = Url::parse(&redirect).unwrap().port().unwrap();
        silent = Some(tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap());
        let icon = reqwest::get(redirect.replace("/callback", "/favicon.ico")).await.unwrap();
        assert_eq!(icon.status(), 404);
        browse(&address).await
    };
    let (finished, page) = tokio::join!(login.finish(), strays);
    finished.unwrap();
    assert!(page.contains("The login is done."), "{page}");
    drop(silent);
}

#[tokio::test]
async fn a_new_login_waits_for_who_is_renewing_the_last_one() {
    let scene = Scene::new(Behaviour::default()).await;
    let lock = scene.folder().server("notes", scene.server.url()).acquire_refresh_guard().await.unwrap();
    let login = Login::start(scene.protected(), &scene.folder()).await.unwrap();
    let address = login.address().to_owned();
    let renewal = async {
        browse(&address).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(scene.server.known().asked.is_empty());
        drop(lock);
    };
    let (finished, ()) = tokio::join!(login.finish(), renewal);
    finished.unwrap();
    assert!(scene.stored().is_some());
}
