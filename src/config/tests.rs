use std::fs;

use super::*;

fn variable(name: &str) -> Option<String> {
    match name {
        "TOKEN" => Some("s3cret".to_owned()),
        "HOME" => Some("/home/me".to_owned()),
        _ => None,
    }
}

fn parse(text: &str) -> Result<Config, ConfigError> {
    Config::parse(Path::new("/work/site/mcp.json"), text, variable)
}

fn child(server: &ServerConfig) -> &ChildConfig {
    let TransportConfig::Child(child) = &server.transport else { panic!("{server:?}") };
    child
}

fn http(server: &ServerConfig) -> &HttpConfig {
    let TransportConfig::Http(http) = &server.transport else { panic!("{server:?}") };
    http
}

fn names(config: &Config) -> Vec<&str> {
    config.servers.iter().map(|server| &*server.name).collect()
}

#[test]
fn reads_what_claude_desktop_and_cursor_write_and_sorts_by_name() {
    let text = r#"{
        "globalShortcut": "", "preferences": {"x": [1]}, "servers": "not those",
        "mcpServers": {
            "z": {"command": "uvx", "args": ["a", "--key=${env:TOKEN}", "${workspaceFolder}/x", "${env:"],
                  "env": {"K": "Bearer ${env:TOKEN}!", "H": "${userHome}"}, "cwd": "/srv", "type": "stdio",
                  "disabled": false, "autoApprove": ["x"], "alwaysAllow": [], "timeout": 60},
            "off": {"url": "https://example.com/mcp", "disabled": true},
            "also-off": {"command": "x", "enabled": false},
            "h": {"url": "https://example.com/${TOKEN}", "headers": {"Authorization": "Bearer ${env:TOKEN}"}},
            "a": {"command": "server-a"}
        }
    }"#;
    let config = parse(text).unwrap();
    assert_eq!(names(&config), ["a", "h", "z"]);
    let [a, h, z] = &config.servers[..] else { panic!("three servers") };
    let expected = ChildConfig { command: "server-a".to_owned(), args: vec![], env: BTreeMap::new(), cwd: None };
    assert_eq!(child(a), &expected);
    assert_eq!(child(z).args, ["a", "--key=s3cret", "/work/site/x", "${env:"]);
    assert_eq!((child(z).env["K"].as_str(), child(z).env["H"].as_str()), ("Bearer s3cret!", "/home/me"));
    assert_eq!(child(z).cwd.as_deref(), Some(Path::new("/srv")));
    assert_eq!(http(h).url, "https://example.com/s3cret");
    assert_eq!(http(h).headers["Authorization"], "Bearer s3cret");
    assert_eq!((a.secrets().len(), z.secrets()), (0, vec!["s3cret".to_owned()]));
    assert_eq!(h.secrets(), ["Bearer s3cret", "s3cret"]);
    assert!(!format!("{:?} {:?}", h.transport, child(z).env.keys()).contains("Bearer"));
}

#[test]
fn reads_what_vs_code_writes() {
    let text = r#"{
        // asks for nothing
        "inputs": [],
        "servers": {
            "local": {"type": "stdio", "command": "node", "args": ["${workspaceFolder}/server.js",],
                      "env": {"PORT": 3000, "GONE": null}, "dev": {"watch": "src/**"}, "gallery": true},
            /* over HTTP */
            "remote": {"type": "http", "url": "http://localhost:3000/mcp", "oauth": {"clientId": "abc"}},
        },
    }"#;
    let config = Config::parse(Path::new("/work/site/.vscode/mcp.json"), text, variable).unwrap();
    let [local, remote] = &config.servers[..] else { panic!("two servers") };
    assert_eq!(child(local).args, ["/work/site/server.js"]);
    assert_eq!(child(local).env, BTreeMap::from([("PORT".to_owned(), "3000".to_owned())]));
    let oauth = OAuthConfig { client_id: Some("abc".to_owned()), client_secret: None, scopes: Vec::new() };
    assert_eq!(http(remote).oauth, Some(oauth));
}

#[test]
fn reads_env_files_and_what_the_entry_says_comes_before_them() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(".env"), "A=file\nB=file\nC=file\n").unwrap();
    let path = folder.path().join(".cursor/mcp.json");
    let read = |text: &str| Config::parse(&path, text, variable);
    for file in [".env", "${workspaceFolder}/.env"] {
        let entry =
            format!("{{\"command\": \"x\", \"envFile\": \"{file}\", \"env\": {{\"B\": \"own\", \"C\": null}}}}");
        let config = read(&format!("{{\"mcpServers\": {{\"x\": {entry}}}}}")).unwrap();
        let env: Vec<_> = child(&config.servers[0]).env.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(env, [("A", "file"), ("B", "own")]);
    }
    let error = read("{\"mcpServers\": {\"x\": {\"command\": \"x\", \"envFile\": \"none\"}}}").unwrap_err().to_string();
    assert!(error.contains("1:50: mcpServers.x.envFile: cannot read "), "{error}");
}

#[test]
fn reads_what_claude_code_writes_for_all_projects_and_for_the_one_at_hand() {
    let text = r#"{
        "numStartups": 3, "projects": {
            "/work": {"mcpServers": {"both": {"command": "local", "args": ["${workspaceFolder}"]}, "gone": {"command": "x",
                      "disabled": true}}, "history": [{"x": 1}]},
            "/other": {"mcpServers": {"other": {"nonsense": 1}}}
        },
        "mcpServers": {"both": {"command": "user"}, "gone": {"command": "user"},
            "user": {"type": "streamable-http", "url": "${NONE:-https://example.com}/mcp",
                     "oauth": {"clientId": "a", "clientSecret": "${TOKEN}-1", "scopes": "read  write", "callbackPort": 1}}}
    }"#;
    let path = Path::new("/home/me/.claude.json");
    let config = Config::parse_in(Path::new("/work"), path, text, &variable).unwrap();
    assert_eq!(names(&config), ["both", "user"]);
    assert_eq!(
        (child(&config.servers[0]).command.as_str(), &child(&config.servers[0]).args[0]),
        ("local", &"/work".into())
    );
    let oauth = http(&config.servers[1]).oauth.as_ref().unwrap();
    assert_eq!(http(&config.servers[1]).url, "https://example.com/mcp");
    assert_eq!(oauth.client_secret, Some(Secret::new("s3cret-1")));
    assert_eq!(oauth.scopes, ["read", "write"]);
    assert!(config.servers[1].secrets().contains(&"s3cret-1".to_owned()));

    let elsewhere = Config::parse_in(Path::new("/else"), path, text, &variable).unwrap();
    assert_eq!(names(&elsewhere), ["both", "gone", "user"]);
    assert_eq!(child(&elsewhere.servers[0]).command, "user");
    let error = Config::parse_in(Path::new("/other"), path, text, &variable).unwrap_err();
    assert_eq!(error.key, "projects./other.mcpServers.other.nonsense");
}

#[test]
fn reads_the_words_of_other_clients() {
    for entry in [
        r#"{"serverUrl": "https://h/mcp", "disabledTools": ["x"]}"#,
        r#"{"httpUrl": "https://h/mcp", "trust": true}"#,
        r#"{"type": "streamableHttp", "url": "https://h/mcp", "args": [], "env": {}}"#,
        r#"{"transportType": "http", "url": "https://h/mcp"}"#,
    ] {
        let config = parse(&format!("{{\"mcpServers\": {{\"x\": {entry}}}}}")).expect(entry);
        assert_eq!(http(&config.servers[0]).url, "https://h/mcp", "{entry}");
    }
    let cursor =
        r#"{"url": "https://h/mcp", "auth": {"CLIENT_ID": "a", "CLIENT_SECRET": "client-secret", "scopes": ["b"]}}"#;
    let config = parse(&format!("{{\"mcpServers\": {{\"x\": {cursor}}}}}")).unwrap();
    let oauth = http(&config.servers[0]).oauth.clone().unwrap();
    assert_eq!((oauth.client_id.as_deref(), &oauth.scopes[..]), (Some("a"), &["b".to_owned()][..]));
    assert_eq!(config.servers[0].secrets(), ["client-secret"]);
}

#[test]
fn errors_name_the_place_and_what_was_expected() {
    let one = |entry: &str| format!("{{\"mcpServers\":\n  {{\"x\": {entry}}}}}");
    let url = |url: &str| one(&format!("{{\"url\":\"{url}\"}}"));
    for (text, expected) in [
        ("".to_owned(), "mcp.json:1:0: EOF while parsing a value"),
        ("{\n \"mcpServers\": {,}}".to_owned(), "mcp.json:2:17: mcpServers: key must be a string"),
        ("{} x".to_owned(), "mcp.json:1:4: trailing characters"),
        ("{}".to_owned(), "mcp.json:1:1: missing key `mcpServers`"),
        ("[]".to_owned(), "mcp.json:1:1: missing key `mcpServers`"),
        (format!("{} x", one("{\"command\":\"a\"}")), "mcp.json:2:27: trailing characters"),
        ("{\"mcpServers\": []}".to_owned(), "mcpServers: invalid type: sequence, expected an object from server names"),
        ("{\"mcpServers\": {}}".to_owned(), "mcp.json:1:16: mcpServers: no server to connect to; add one, as in {"),
        ("{\"mcpServers\": {}, \"mcpServers\": {}}".to_owned(), "1:31: `mcpServers` is given twice"),
        ("{\"mcpServers\": {\"\": {}}}".to_owned(), "a server's name is empty"),
        (one("{\"disabled\":true}"), "mcp.json:2:3: mcpServers: no server to connect to"),
        (one("{}"), "mcp.json:2:9: mcpServers.x: missing `command`, the program that runs the server; or `url`"),
        (one("{\"type\":\"stdio\"}"), "mcpServers.x: missing `command`, the program that runs the server"),
        (one("{\"type\":\"http\"}"), "mcpServers.x: missing `url`, where the server is reached"),
        (one("{\"command\":\" \"}"), "2:20: mcpServers.x.command: `command` is empty"),
        (one("{\"command\":7}"), "mcp.json:2:20: mcpServers.x.command: invalid type: integer `7`, expected a string"),
        (one("{\"command\":\"a\",\"arg\":[]}"), "2:30: mcpServers.x.arg: unknown key; nearest: `args`"),
        (one("{\"command\":\"a\",\"something\":[]}"), "unknown key; expected one of `args`, `auth`, `command`"),
        (one("{\"command\":\"a\",\"env\":{\"A=B\":\"\"}}"), "mcpServers.x.env: \"A=B\" cannot name an"),
        (one("\"npx\""), "mcpServers.x: invalid type: string \"npx\", expected a server: an object with `command`"),
        (one("{\"command\":\"a\"}, \"x\": {\"command\":\"b\"}"), "server x is given twice"),
        (
            one("{\"command\":\"a\", \"env\":{\"K\":\"${env:NONE}\"}}"),
            "mcp.json:2:36: mcpServers.x.env.K: the environment variable NONE, which `${env:NONE}` names, is not set",
        ),
        (one("{\"command\":\"a\", \"args\":[\"b\", \"${input:key}\"]}"), "mcpServers.x.args[1]: `${input:key}`"),
        (one("{\"command\":\"a\", \"args\":[\"b\", \"${input:key}\"]}"), "use `${env:KEY}` and set"),
        (one("{\"command\":\"a\",\"url\":\"http://x\"}"), "mcpServers.x.url: both `command` and `url`"),
        (url("localhost:3000/mcp"), "2:16: mcpServers.x.url: has no scheme; write it like https://example.com/mcp"),
        (url("example.com/mcp"), "mcpServers.x.url: has no scheme"),
        (url(""), "mcpServers.x.url: has no scheme"),
        (url("ftp://example.com"), "mcpServers.x.url: begins with `ftp://`; expected http:// or https://"),
        (url("unix:///run/x.sock"), "mcpServers.x.url: begins with `unix://`; expected"),
        (url("https://"), "mcpServers.x.url: not an address: empty host"),
        (one("{\"type\":\"sse\",\"url\":\"http://x\"}"), "mcpServers.x.type: the transport `sse` is not supported"),
        (one("{\"transport\":\"sse\",\"url\":\"http://x\"}"), "mcpServers.x.transport: the transport `sse`"),
        (
            one("{\"type\":\"ws\",\"url\":\"ws://x\"}"),
            "mcpServers.x.type: no transport \"ws\"; expected `stdio` or `http`",
        ),
        (
            one("{\"url\":\"http://x\",\"headers\":{\"A B\":\"\"}}"),
            "mcpServers.x.headers: \"A B\" cannot name a header",
        ),
        (
            one("{\"url\":\"http://x\",\"headers\":{\"A\":\"a\\nb\"}}"),
            "mcpServers.x.headers.A: not what a header can hold",
        ),
        (
            one("{\"url\":\"http://x\",\"headersHelper\":\"./x\"}"),
            "mcpServers.x.headersHelper: a program that makes headers",
        ),
        (
            one("{\"url\":\"http://x\",\"oauth\":{\"clientID\":\"a\"}}"),
            "x.oauth.clientID: unknown key; nearest: `clientId`",
        ),
        (
            one("{\"url\":\"http://x\",\"oauth\":{\"clientSecret\":\"a\"}}"),
            "x.oauth: a client's secret without its `clientId`",
        ),
        (one("{\"url\":\"http://x\",\"auth\":{\"CLIENT_ID\":1}}"), "x.auth: expected an object with `CLIENT_ID`"),
    ] {
        let error = parse(&text).expect_err(&text).to_string();
        assert!(error.contains(expected), "{text:?} gave {error:?}, not {expected:?}");
    }
    let missing = Config::load(Path::new("/no/such/mcp.json")).expect_err("no file").to_string();
    assert!(missing.starts_with("cannot read /no/such/mcp.json: "), "{missing}");
}

#[test]
fn errors_do_not_show_what_may_be_a_secret() {
    for entry in [
        r#"{"command": "a", "env": "TOKEN=hunter2, \", expected"}"#,
        r#"{"command": "a", "env": {"A": ["hunter2"]}}"#,
        r#"{"command": "a", "env": {"A=hunter2": true}}"#,
        r#"{"command": "a", "args": "--token hunter2"}"#,
        r#"{"url": "http://x", "headers": "hunter2"}"#,
        r#"{"url": "http://x", "oauth": "hunter2"}"#,
        r#"{"url": "http://x", "oauth": {"clientId": "x", "clientSecret": ["hunter2"]}}"#,
        r#"{"url": "http://x", "auth": {"CLIENT_SECRET": ["hunter2"]}}"#,
        r#"{"url": "hunter2"}"#,
        r#"{"url": "http://hunter2:99999/"}"#,
        r#"{"url": "http://x", "headers": {"A": "hunter2\u0000"}}"#,
    ] {
        let error = parse(&format!("{{\"mcpServers\": {{\"x\": {entry}}}}}")).expect_err(entry).to_string();
        assert!(!error.contains("hunter2") || entry.contains("A=hunter2"), "{entry}: {error}");
    }
}
