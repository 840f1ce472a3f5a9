use std::fs;

use tempfile::TempDir;

use super::*;
use crate::config::{Client, Config, Os, known_files};

/// A home and a project with these files in them.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn import_all(folder: &TempDir) -> Imported {
    let project = folder.path().join("project");
    import(&known_files(&folder.path().join("home"), &project, Os::Linux), &project)
}

#[test]
fn servers_of_all_clients_come_together_in_one_form() {
    let folder = folder(&[
        ("project/.mcp.json", r#"{"mcpServers": {"a": {"command": "a", "env": {"K": "${K:-x}"}}}}"#),
        ("home/.claude.json", r#"{"numStartups": 1, "mcpServers": {"b": {"type": "http", "url": "https://b/mcp"}}}"#),
        (
            "home/.cursor/mcp.json",
            r#"{"mcpServers": {"c": {"command": "c", "autoApprove": ["x"], "disabled": false, "envFile": "none"}}}"#,
        ),
        (
            "home/.config/Code/User/mcp.json",
            r#"{"servers": {"d": {"type": "stdio", "command": "d", // why
                "env": {"TOKEN": "${input:d-token}"}, "dev": {}, "gallery": true}},
                "inputs": [{"id": "d-token", "password": true}]}"#,
        ),
        (
            "home/.config/Claude/claude_desktop_config.json",
            r#"{"mcpServers": {"a": {"command": "a", "env": {"K": "${K:-x}"}}}}"#,
        ),
        (
            "home/.codeium/windsurf/mcp_config.json",
            r#"{"mcpServers": {"e": {"serverUrl": "https://${env:HOST}/mcp"}, "f": {"command": "f", "enabled": false}}}"#,
        ),
    ]);
    let imported = import_all(&folder);
    assert_eq!((&imported.conflicts[..], &imported.problems[..]), (&[][..], &[][..]));
    assert_eq!(imported.servers["a"].from.client, Client::ClaudeCode);
    assert_eq!(imported.found.iter().map(|(_, servers)| servers).sum::<usize>(), 7);
    assert_eq!(imported.variables, ["D_TOKEN"]);
    assert_eq!(imported.literal_secrets, []);
    let text = imported.to_json();
    let expected = serde_json::json!({"mcpServers": {
        "a": {"command": "a", "env": {"K": "${K:-x}"}},
        "b": {"type": "http", "url": "https://b/mcp"},
        "c": {"command": "c", "envFile": "none"},
        "d": {"type": "stdio", "command": "d", "env": {"TOKEN": "${env:D_TOKEN}"}},
        "e": {"url": "https://${env:HOST}/mcp"},
        "f": {"command": "f", "disabled": true},
    }});
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), expected);
    // What is written can be read, but for the file that is not there.
    let text = text.replace("\"envFile\": \"none\"", "\"args\": []");
    let config = Config::parse(Path::new("mcp.json"), &text, |_| Some("value".to_owned())).unwrap();
    assert_eq!(config.servers.len(), 5);
}

#[test]
fn the_first_of_two_descriptions_stays_and_the_other_is_reported() {
    let folder = folder(&[
        ("project/.mcp.json", r#"{"mcpServers": {"a": {"command": "first"}}}"#),
        ("project/.cursor/mcp.json", r#"{"mcpServers": {"a": {"command": "second"}}}"#),
        ("home/.cursor/mcp.json", r#"{"mcpServers": {"a": {"command": "first", "timeout": 5}}}"#),
    ]);
    let imported = import_all(&folder);
    assert_eq!(imported.servers["a"].entry["command"], "first");
    let [conflict] = &imported.conflicts[..] else { panic!("{:?}", imported.conflicts) };
    assert_eq!((conflict.kept.client, conflict.left_out.client), (Client::ClaudeCode, Client::Cursor));
    assert!(conflict.left_out.path.starts_with(folder.path().join("project")));
}

#[test]
fn servers_of_one_project_come_before_those_of_the_user() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("project");
    let of = |command: &str| serde_json::json!({"a": {"command": command}});
    let other = serde_json::json!({"b": {"command": "other"}});
    let file = serde_json::json!({
        "mcpServers": of("user"),
        "projects": {(project.to_str().unwrap()): {"mcpServers": of("local")}, "/other": {"mcpServers": other}},
    });
    fs::create_dir(folder.path().join("home")).unwrap();
    fs::write(folder.path().join("home/.claude.json"), file.to_string()).unwrap();
    let imported = import_all(&folder);
    assert_eq!(imported.servers.len(), 1);
    assert_eq!(imported.servers["a"].entry["command"], "local");
}

#[test]
fn codefirst_is_not_its_own_server() {
    let folder = folder(&[(
        "project/.mcp.json",
        r#"{"mcpServers": {
            "codefirst": {"command": "/usr/local/bin/codefirst", "args": ["serve"]},
            "windows": {"command": "codefirst.exe", "args": ["serve"]},
            "wrapped": {"command": "env", "args": ["A=1", "/x/codefirst", "serve", "--config", "x"]},
            "reached": {"url": "http://127.0.0.1:8931/mcp"},
            "other": {"command": "npx", "args": ["--prefix", "codefirst"]},
            "far": {"url": "http://example.com:8931/mcp"}
        }}"#,
    )]);
    let imported = import_all(&folder);
    assert_eq!(imported.servers.keys().collect::<Vec<_>>(), ["far", "other"]);
    assert_eq!(imported.problems, []);
}

#[test]
fn what_cannot_be_used_is_a_problem_and_left_out() {
    let folder = folder(&[
        ("project/.mcp.json", "{\"mcpServers\": {\n \"a\": {\"command\" 1}}}"),
        (
            "home/.cursor/mcp.json",
            r#"{"mcpServers": {"old": {"type": "sse", "url": "https://x/sse"}, "text": "hunter2", "b": {"command": "b"},
                "typo": {"command": "x", "agrs": []}, "wrong": {"command": "x", "env": {"K": ["hunter2"]}},
                "file": {"command": "x", "env": {"A": "${file:/etc/x}"}}}}"#,
        ),
        ("home/.config/Claude/claude_desktop_config.json", ""),
    ]);
    fs::create_dir_all(folder.path().join("project/.vscode/mcp.json")).unwrap();
    let imported = import_all(&folder);
    assert_eq!(imported.servers.keys().collect::<Vec<_>>(), ["b"]);
    let messages: Vec<_> = imported.problems.iter().map(|problem| problem.message.as_str()).collect();
    for (message, expected) in messages.iter().zip([
        "2:18: expected `:`",
        "cannot be read: Is a directory",
        "server old is left out: type: the transport `sse` is not supported",
        "server text is not an object",
        "server typo is left out: agrs: unknown key; nearest: `args`",
        "server wrong is left out: env.K: expected a string or a number",
        "server file is left out: env.A: `${file:/etc/x}`",
    ]) {
        assert!(message.starts_with(expected), "{message}\n{expected}");
    }
    assert_eq!(messages.len(), 7, "{messages:#?}");
    assert!(!messages.concat().contains("hunter2"));
}

#[test]
fn credentials_that_are_written_out_are_reported_by_their_names() {
    let folder = folder(&[(
        "project/.mcp.json",
        r#"{"mcpServers": {
            "a": {"command": "a", "args": ["--api-key", "hunter2", "--token=${T}", "postgres://me:hunter2@h/d"],
                  "env": {"GITHUB_TOKEN": "hunter2", "OTHER_TOKEN": "${env:X}", "LOG": "info", "EMPTY_KEY": ""}},
            "b-c": {"url": "https://h/mcp?api_key=hunter2", "headers": {"Authorization": "Bearer hunter2", "Accept": "x"},
                    "oauth": {"clientId": "id", "clientSecret": "hunter2"}}
        }}"#,
    )]);
    let imported = import_all(&folder);
    let secrets: Vec<_> = imported.literal_secrets.iter().map(|s| (&*s.server, &*s.key, &*s.variable)).collect();
    assert_eq!(
        secrets,
        [
            ("a", "env.GITHUB_TOKEN", "GITHUB_TOKEN"),
            ("a", "args --api-key", "A_API_KEY"),
            ("a", "args", "A_URL"),
            ("b-c", "headers.Authorization", "B_C_AUTHORIZATION"),
            ("b-c", "oauth.clientSecret", "B_C_CLIENTSECRET"),
            ("b-c", "url api_key", "B_C_API_KEY"),
        ]
    );
    assert!(!format!("{:?}", imported.literal_secrets).contains("hunter2"));
}
