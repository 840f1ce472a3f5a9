//! Logins that come to nothing: each error names the place and the remedy.

use super::*;

async fn refused(behaviour: Behaviour) -> OAuthError {
    let scene = Scene::new(behaviour).await;
    let error = scene.log_in().await.unwrap_err();
    assert!(scene.stored().is_none(), "{error}");
    error
}

#[tokio::test]
async fn a_server_without_oauth() {
    let error = refused(Behaviour { publishes_metadata: false, ..Behaviour::default() }).await;
    assert!(matches!(error, OAuthError::NoOAuth { .. }), "{error}");
    assert!(error.to_string().contains("write it into `headers`"), "{error}");
}

#[tokio::test]
async fn a_server_that_is_not_there() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/planted-path", listener.local_addr().unwrap());
    drop(listener);
    let config = OAuthConfig::default();
    let folder = CredentialFolder::new("/nonexistent");
    let error =
        Login::start(ProtectedServer { name: "notes", url: &url, config: &config }, &folder).await.err().unwrap();
    assert!(matches!(&error, OAuthError::Unreachable { .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("onnection refused") && !text.contains("planted"), "{text}");
}

#[tokio::test]
async fn an_authorization_server_that_registers_nobody() {
    let error = refused(Behaviour { registers: false, ..Behaviour::default() }).await;
    assert!(matches!(error, OAuthError::Registration { .. }), "{error}");
    assert!(error.to_string().contains("write the `clientId` into `oauth`"), "{error}");
}

#[tokio::test]
async fn a_person_who_says_no() {
    let denial = Some("not \u{1b}[31mtoday\u{202e}");
    let error = refused(Behaviour { denial, ..Behaviour::default() }).await;
    assert!(matches!(error, OAuthError::Denied { .. }), "{error}");
    let text = error.to_string();
    assert!(
        text.contains("access_denied: not \\u{1b}[31mtoday\\u{202e}") && text.contains("codefirst login notes"),
        "{text}"
    );
}

#[tokio::test]
async fn an_answer_to_another_login() {
    for (state, denial) in [(Some("forged"), None), (Some("forged"), Some("forged")), (Some(""), None)] {
        let error = refused(Behaviour { state, denial, ..Behaviour::default() }).await;
        assert!(matches!(error, OAuthError::WrongState { .. }), "{error}");
    }
}

#[tokio::test]
async fn an_answer_of_another_authorization_server() {
    let error = refused(Behaviour { issuer: Some("https://evil.example"), ..Behaviour::default() }).await;
    assert!(error.to_string().contains("issuer mismatch"), "{error}");
}

#[tokio::test]
async fn a_person_who_does_not_come() {
    let scene = Scene::new(Behaviour::default()).await;
    let login = Login::start(scene.protected(), &scene.folder()).await.unwrap();
    tokio::time::pause();
    let begun = tokio::time::Instant::now();
    let error = login.finish().await.unwrap_err();
    assert!(matches!(error, OAuthError::TimedOut { .. }) && error.to_string().contains("within 300 s"), "{error}");
    assert_eq!(begun.elapsed().as_secs(), 300);
}

#[tokio::test]
async fn an_authorization_server_that_others_can_listen_to_or_that_is_no_web_address() {
    for endpoint in ["http://login.example/authorize", "file:///etc/passwd", "javascript:alert(1)", "--help"] {
        let error = refused(Behaviour { authorization_endpoint: Some(endpoint), ..Behaviour::default() }).await;
        assert!(matches!(&error, OAuthError::Insecure { endpoint: shown, .. } if shown == endpoint), "{error}");
    }
}

#[tokio::test]
async fn an_address_that_no_server_may_send_us_to() {
    let registration_endpoint = Some("https://169.254.169.254/latest");
    let error = refused(Behaviour { registration_endpoint, ..Behaviour::default() }).await;
    assert!(error.to_string().contains("not one that a server may name"), "{error}");
}

#[tokio::test]
async fn an_authorization_server_without_the_proof_of_possession() {
    let error = refused(Behaviour { challenge_methods: "plain", ..Behaviour::default() }).await;
    assert!(error.to_string().contains("S256"), "{error}");
}

#[test]
fn what_a_server_says_is_short_and_acts_on_nobody() {
    let shown = error::told(&format!("\u{1b}]0;x\u{7} say \"hi\"\n{}", "long ".repeat(1000)));
    assert!(shown.starts_with("\\u{1b}]0;x\\u{7} say \"hi\" long ") && shown.ends_with('…'), "{shown}");
    assert_eq!(shown.chars().count(), 300);
}
