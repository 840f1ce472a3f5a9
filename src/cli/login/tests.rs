use super::*;
use crate::upstream::oauth::tests::server::{Behaviour, Server};

/// Does what a person with a browser does.
fn grant(address: &str) {
    let address = address.to_owned();
    tokio::spawn(async move { reqwest::get(address).await.unwrap() });
}

#[tokio::test]
async fn a_login_ends_with_the_number_of_tools() {
    let (behind, folder) = (Server::start(Behaviour::default()).await, tempfile::tempdir().unwrap());
    let (server, folder) = (ServerConfig::http("notes", behind.url()), CredentialFolder::new(folder.path()));
    let count = async |server: &ServerConfig| {
        assert_eq!(&*server.name, "notes");
        assert!(folder.has("notes", behind.url()), "the tokens are stored before they are proven");
        Ok(7)
    };
    assert_eq!(log_in(&server, &folder, grant, count).await.unwrap(), 7);

    let error = log_in(&server, &folder, grant, async |_| bail!("it is down")).await.unwrap_err();
    assert!(
        format!("{error:#}").contains("the login is stored, but the server could not be connected to"),
        "{error:#}"
    );
}

#[tokio::test]
async fn only_servers_of_the_configuration_that_are_elsewhere_can_be_logged_in_to() {
    let notes = ServerConfig::http("notes", "https://notes.example");
    let config = Config { servers: vec![notes, ServerConfig::child("disk", "disk-server", [])] };
    let error = find(&config, Path::new("mcp.json"), "nodes").unwrap_err().to_string();
    assert_eq!(error, "mcp.json has no server nodes; it has: notes, disk");
    let disk = find(&config, Path::new("mcp.json"), "disk").unwrap();
    let folder = CredentialFolder::new("/nonexistent");
    let error = log_in(disk, &folder, |_| (), async |_| Ok(0)).await.unwrap_err().to_string();
    assert!(error.contains("disk is a program on this machine"), "{error}");
}
