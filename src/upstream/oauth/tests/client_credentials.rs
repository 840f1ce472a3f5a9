//! A client with a secret of its own.

use super::*;

#[tokio::test]
async fn a_client_gets_a_token_with_its_secret_and_keeps_it_while_it_is_good() {
    for token_methods in ["client_secret_post", "client_secret_basic"] {
        let mut scene = Scene::with_client(Behaviour { token_methods, ..Behaviour::default() }).await;
        scene.config.scopes = vec!["notes".to_owned()];
        let connected = scene.connect().await.unwrap();
        assert_eq!(tools(&connected).await.unwrap(), 1);
        let known = scene.server.known();
        assert_eq!(known.grants(), ["client_credentials"], "{token_methods}");
        assert_eq!(
            (known.asked[0]["scope"].as_str(), known.asked[0]["resource"].as_str()),
            ("notes", scene.server.url())
        );
        assert_eq!(known.asked[0].contains_key("client_secret"), token_methods == "client_secret_post");
        assert!(scene.stored().is_none(), "such a token is not stored");
    }
}

#[tokio::test]
async fn a_token_that_ends_in_the_middle_is_asked_for_anew() {
    // Both are within the time before the end at which rmcp would renew.
    for lifetime_seconds in [0, 5] {
        let scene = Scene::with_client(Behaviour { lifetime_seconds, ..Behaviour::default() }).await;
        let connected = scene.connect().await.unwrap();
        let before = scene.server.known().asked.len();
        assert_eq!(tools(&connected).await.unwrap(), 1);
        let known = scene.server.known();
        assert!(known.asked.len() > before && known.refused == 0, "{:?}", known.grants());
    }
}

#[tokio::test]
async fn a_token_that_is_revoked_fails_one_call_and_is_replaced_for_the_next() {
    let scene = Scene::with_client(Behaviour::default()).await;
    let connected = scene.connect().await.unwrap();
    scene.server.known().access.clear();
    let error = tools(&connected).await.unwrap_err();
    let cause = OAuthError::cause(scene.protected(), &error);
    assert!(matches!(cause, Some(OAuthError::TokenNotAccepted { .. })), "{error:?}: {cause:?}");
    assert_eq!(tools(&connected).await.unwrap(), 1);
}

#[tokio::test]
async fn a_wrong_secret_is_an_error_that_says_what_to_check() {
    let mut scene = Scene::with_client(Behaviour::default()).await;
    scene.config.client_secret = Some(Secret::new("planted-wrong"));
    let error = scene.client().await.unwrap_err();
    assert!(matches!(error, OAuthError::Client { .. }), "{error}");
    assert!(error.to_string().contains("says `invalid_client`. Check `clientId`, `clientSecret`"), "{error}");

    scene.config.client_id = None;
    assert!(matches!(scene.client().await, Err(OAuthError::NoClientId { .. })));
    let login = Login::start(scene.protected(), &scene.folder()).await;
    assert!(matches!(login, Err(OAuthError::LoginNotNeeded { .. })));
}

#[tokio::test]
async fn a_server_that_takes_no_secret_is_told_from_one_that_refuses_it() {
    let scene = Scene::with_client(Behaviour { token_methods: "private_key_jwt", ..Behaviour::default() }).await;
    let error = scene.client().await.unwrap_err().to_string();
    assert!(error.contains("it takes no client secret"), "{error}");
}
