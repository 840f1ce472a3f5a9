//! Tokens that are renewed, and those that are not any more.

use std::time::Duration;

use super::*;

/// Shorter than the time before its end at which rmcp renews a token, so every request renews it.
const AT_ONCE: u64 = 5;

#[tokio::test]
async fn a_token_is_renewed_before_it_ends_and_the_new_one_is_stored() {
    let scene = Scene::new(Behaviour { lifetime_seconds: AT_ONCE, ..Behaviour::default() }).await;
    scene.log_in().await.unwrap();
    let first = scene.stored_refresh_token();
    let connected = scene.connect().await.unwrap();
    for _ in 0..3 {
        assert_eq!(tools(&connected).await.unwrap(), 1);
    }
    let last = scene.stored_refresh_token();
    let known = scene.server.known();
    assert!(first != last && known.refresh.contains(&last), "{last} is not the one that the server takes next");
    assert!(known.grants().len() >= 5 && known.refused == 0, "{:?}, {} refused", known.grants(), known.refused);
}

#[tokio::test]
async fn a_token_that_is_revoked_in_the_middle_is_renewed_and_the_call_made_again() {
    let scene = Scene::new(Behaviour::default()).await;
    scene.log_in().await.unwrap();
    let connected = scene.connect().await.unwrap();
    scene.server.known().access.clear();
    assert_eq!(tools(&connected).await.unwrap(), 1);
    // The connection's stream may have found it out at the same time.
    let known = scene.server.known();
    assert!(known.grants()[1..].contains(&"refresh_token") && known.refused == 0, "{:?}", known.grants());
}

#[tokio::test]
async fn a_login_that_was_revoked_is_reported_once_and_forgotten() {
    let scene = Scene::new(Behaviour { lifetime_seconds: AT_ONCE, ..Behaviour::default() }).await;
    scene.log_in().await.unwrap();
    scene.server.known().refresh.clear();
    for _ in 0..2 {
        let error = scene.client().await.unwrap_err();
        assert!(matches!(error, OAuthError::LoginRequired { .. }), "{error}");
    }
    assert_eq!(scene.server.known().refused, 1, "a refused token is not tried again");
    assert!(scene.stored().is_none());
}

#[tokio::test]
async fn a_login_that_is_revoked_in_the_middle_is_an_error_of_the_call_that_says_so() {
    let scene = Scene::new(Behaviour::default()).await;
    scene.log_in().await.unwrap();
    let connected = scene.connect().await.unwrap();
    scene.server.known().refresh.clear();
    scene.server.known().access.clear();
    let error = tools(&connected).await.unwrap_err();
    let cause = OAuthError::cause(scene.protected(), &error);
    assert!(matches!(cause, Some(OAuthError::LoginRequired { .. })), "{error:?}: {cause:?}");

    scene.log_in().await.unwrap();
    assert_eq!(tools(&scene.connect().await.unwrap()).await.unwrap(), 1);

    // And between the token and the handshake.
    let client = scene.client().await.unwrap();
    scene.server.known().refresh.clear();
    scene.server.known().access.clear();
    let error = connect(scene.server.url(), client).await.unwrap_err();
    let cause = OAuthError::cause(scene.protected(), &error);
    assert!(matches!(cause, Some(OAuthError::LoginRequired { .. })), "{error:?}: {cause:?}");
}

#[tokio::test]
async fn two_processes_that_renew_at_once_lose_no_token() {
    let delay = Duration::from_millis(200);
    let scene = Scene::new(Behaviour { lifetime_seconds: AT_ONCE, delay, ..Behaviour::default() }).await;
    scene.log_in().await.unwrap();
    // Each has a manager of its own, as each process has.
    let clients = futures_util::future::join_all((0..4).map(|_| scene.client())).await;
    for client in clients {
        client.unwrap();
    }
    let known = scene.server.known();
    assert_eq!(known.refused, 0, "{:?}", known.grants());
    assert!(known.refresh.contains(&scene.stored_refresh_token()));
}

#[tokio::test]
async fn the_secret_of_a_client_that_registered_is_kept_for_renewal() {
    let behaviour = Behaviour { lifetime_seconds: AT_ONCE, gives_registered_secrets: true, ..Behaviour::default() };
    let scene = Scene::new(behaviour).await;
    scene.log_in().await.unwrap();
    for _ in 0..2 {
        assert_eq!(tools(&scene.connect().await.unwrap()).await.unwrap(), 1);
    }
    assert_eq!(scene.server.known().refused, 0);
}

#[tokio::test]
async fn a_renewal_that_fails_for_now_keeps_the_login() {
    let scene = Scene::new(Behaviour { lifetime_seconds: AT_ONCE, ..Behaviour::default() }).await;
    scene.log_in().await.unwrap();
    let client = scene.client().await.unwrap();
    let before = scene.stored_refresh_token();
    scene.server.known().refuses_all = true;
    let error = client.get_access_token().await.unwrap_err();
    let error = OAuthError::new(scene.protected(), &error);
    assert!(
        matches!(&error, OAuthError::Renewal { reason, .. } if reason.contains("temporarily_unavailable")),
        "{error}"
    );
    assert_eq!(scene.stored_refresh_token(), before);
    scene.server.known().refuses_all = false;
    client.get_access_token().await.unwrap();
}
