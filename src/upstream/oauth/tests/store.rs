//! The folder of logins.

use std::fs;

use rmcp::transport::auth::StoredCredentials;

use super::*;

fn login(client_id: &str) -> StoredCredentials {
    StoredCredentials::new(client_id.to_owned(), None, Vec::new(), None)
}

#[test]
fn the_folder_is_where_the_system_keeps_what_programs_know_of_a_user() {
    let folder = |variables: &[(&str, &str)]| {
        let variable =
            |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        CredentialFolder::of_user(variable).map(|folder| folder.path().to_str().unwrap().replace('\\', "/"))
    };
    #[cfg(target_os = "linux")]
    {
        let both = [("XDG_DATA_HOME", "/data"), ("HOME", "/home/a")];
        assert_eq!(folder(&both).unwrap(), "/data/codefirst/credentials");
        assert_eq!(folder(&both[1..]).unwrap(), "/home/a/.local/share/codefirst/credentials");
        let relative = [("XDG_DATA_HOME", "data"), ("HOME", "/home/a")];
        assert_eq!(folder(&relative).unwrap(), "/home/a/.local/share/codefirst/credentials");
    }
    #[cfg(target_os = "macos")]
    assert_eq!(folder(&[("HOME", "/Users/a")]).unwrap(), "/Users/a/Library/Application Support/codefirst/credentials");
    #[cfg(windows)]
    assert_eq!(folder(&[("LOCALAPPDATA", "C:\\a")]).unwrap(), "C:/a/codefirst/credentials");
    assert!(matches!(folder(&[]), Err(OAuthError::NoFolder { .. })));
}

#[tokio::test]
async fn each_name_and_address_has_a_file_of_its_own_whose_name_every_system_takes() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = CredentialFolder::new(temporary.path().join("a/b"));
    let servers =
        [("a", "http://x"), ("A", "http://x"), ("a", "http://y"), ("../a", "http://x"), ("..\\a", "http://x")];
    for (index, (name, url)) in servers.into_iter().enumerate() {
        folder.server(name, url).save(login(&index.to_string())).await.unwrap();
    }
    for (index, (name, url)) in servers.into_iter().enumerate() {
        let stored = folder.server(name, url).load().await.unwrap().unwrap();
        assert_eq!(stored.client_id, index.to_string(), "{name} {url}");
    }
    let files = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let files: Vec<_> = files.collect();
    assert_eq!(files.len(), servers.len(), "{files:?}");
    let is_plain = |file: &String| file.chars().all(|each| each.is_ascii_alphanumeric() || "-_.".contains(each));
    assert!(files.iter().all(|file| is_plain(file) && !file.starts_with('.')), "{files:?}");
    let long = folder.server(&"x".repeat(1000), "http://x");
    long.save(login("long")).await.unwrap();
    assert_eq!(folder.server(&"x".repeat(999), "http://x").load().await.unwrap().map(|stored| stored.client_id), None);
}

#[tokio::test]
async fn a_logout_forgets_every_address_of_one_server() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = CredentialFolder::new(temporary.path().join("none-yet"));
    assert_eq!(folder.forget("a").await.unwrap(), 0);
    for (name, url) in
        [("a", "http://x"), ("a", "http://y"), ("a-a", "http://x"), ("b", "http://x"), ("a.", "http://x")]
    {
        folder.server(name, url).save(login(name)).await.unwrap();
    }
    fs::write(folder.server("a", "http://z").file(), "{").unwrap();
    assert_eq!(folder.forget("a").await.unwrap(), 3);
    for (name, url, stays) in [("a", "http://x", false), ("a-a", "http://x", true), ("b", "http://x", true)] {
        assert_eq!(folder.has(name, url), stays, "{name}");
    }
    assert_eq!(folder.forget("a").await.unwrap(), 0);
    // The two have the same name as far as a file's name goes.
    assert_eq!(folder.forget("a-").await.unwrap(), 0);
    assert_eq!(folder.forget("a.").await.unwrap(), 1);
}

#[tokio::test]
async fn a_damaged_file_is_an_error_that_repeats_nothing_of_it() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = CredentialFolder::new(temporary.path());
    let credentials = folder.server("a", "http://x");
    for text in
        [r#"{"server": ["planted"]}"#, r#"{"server": "a", "url": "http://x", "credentials": "planted"}"#, "planted"]
    {
        fs::write(credentials.file(), text).unwrap();
        let error = credentials.load().await.unwrap_err().to_string();
        assert!(
            error.contains("log out and in again") && error.contains(".json") && !error.contains("planted"),
            "{error}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_lock_is_waited_for_and_not_forever() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = CredentialFolder::new(temporary.path());
    let first = folder.server("a", "http://x").acquire_refresh_guard().await.unwrap().unwrap();
    // Another server's is free.
    assert!(folder.server("b", "http://x").acquire_refresh_guard().await.unwrap().is_some());

    let begun = tokio::time::Instant::now();
    let error = folder.server("a", "http://x").acquire_refresh_guard().await.err().unwrap().to_string();
    assert!(error.contains("does not let go"), "{error}");
    assert_eq!(begun.elapsed().as_secs(), 40);

    let credentials = folder.server("a", "http://x");
    let second = credentials.acquire_refresh_guard();
    let release = async {
        tokio::time::sleep(std::time::Duration::from_secs(30)).await;
        drop(first);
    };
    let (second, ()) = tokio::join!(second, release);
    assert!(second.unwrap().is_some());
}
