//! No token, code or secret is in an error or in the log, whatever the server says.

use std::{
    io,
    sync::{Arc, Mutex},
};

use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

use super::*;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

fn assert_clean(text: &str) {
    let at = text.find(server::PLANTED);
    assert_eq!(at, None, "{}", &text[at.unwrap_or(0).saturating_sub(300)..]);
}

/// What goes wrong and right with a server that repeats what it is asked, and the errors of it.
async fn adventures() -> Vec<String> {
    let behaviour = Behaviour { is_talkative: true, ..Behaviour::default() };
    let mut errors = Vec::new();
    let mut failed = |error: &(dyn std::error::Error + 'static)| {
        let mut next = Some(error);
        while let Some(error) = next {
            errors.push(format!("{error}\n{error:?}"));
            next = error.source();
        }
    };

    let scene = Scene::new(behaviour.clone()).await;
    scene.log_in().await.unwrap();
    let connected = scene.connect().await.unwrap();
    tools(&connected).await.unwrap();
    scene.server.known().access.clear();
    tools(&connected).await.unwrap();
    scene.server.known().access.clear();
    scene.server.known().refresh.clear();
    failed(&tools(&connected).await.unwrap_err());
    failed(&scene.client().await.unwrap_err());
    drop(connected);

    let scene = Scene::new(behaviour.clone()).await;
    scene.log_in().await.unwrap();
    let connected = scene.connect().await.unwrap();
    scene.server.known().access.clear();
    scene.server.known().refuses_all = true;
    let error = tools(&connected).await.unwrap_err();
    failed(&OAuthError::cause(scene.protected(), &error).unwrap());
    failed(&scene.log_in().await.unwrap_err());

    let mut scene = Scene::with_client(behaviour).await;
    tools(&scene.connect().await.unwrap()).await.unwrap();
    scene.config.client_secret = Some(Secret::new("planted-wrong"));
    failed(&scene.client().await.unwrap_err());
    errors.push(format!("{:?} {:?}", scene.config, scene.folder()));
    errors
}

#[tokio::test]
async fn nothing_secret_is_in_an_error_or_in_the_log() {
    let log = Log::default();
    let filter = EnvFilter::new("trace").add_directive(UNLOGGED.parse().unwrap());
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(log.clone()).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let errors = adventures().await;
    drop(guard);
    assert_eq!(errors.len(), 6);
    errors.iter().for_each(|error| assert_clean(error));
    let text = log.text();
    assert!(text.contains("rmcp") && text.contains("hyper"), "{text}");
    assert_clean(&text);
}

/// Else the directive would have no reason to be.
#[tokio::test]
async fn without_the_directive_rmcp_logs_what_the_server_says() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_env_filter("rmcp=debug").with_writer(log.clone()).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    adventures().await;
    drop(guard);
    assert!(log.text().contains(server::PLANTED));
}
