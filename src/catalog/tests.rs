//! The catalog as programs and models use it.

use serde_json::{Value, json};

use super::*;
use crate::{codegen::wrappers, observations::Observations};

mod browse;
mod describe;
mod hostile;
mod search;

fn tool(name: &str, description: &str, parameters: &[&str]) -> ToolDef {
    let properties: serde_json::Map<_, _> =
        parameters.iter().map(|name| ((*name).to_owned(), json!({"type": "string"}))).collect();
    let definition: Value = json!({
        "name": name, "description": description,
        "inputSchema": {"type": "object", "properties": properties, "required": parameters},
    });
    serde_json::from_value(definition).unwrap()
}

fn servers() -> Vec<(Arc<str>, Vec<ToolDef>)> {
    vec![
        (
            "github".into(),
            vec![
                tool("list_issues", "List the issues of a repository", &["repo"]),
                tool("get_issue", "One issue with its comments", &["repo", "number"]),
                tool("merge_pull_request", "Merge a pull request", &["repo", "number"]),
            ],
        ),
        (
            "crm-eu".into(),
            vec![
                tool("find-account", "Look accounts up by domain", &["domain"]),
                tool("find_account", "Old name of find-account", &[]),
                tool("update-account", "Change fields of an account", &["account_id"]),
            ],
        ),
        (
            "chat".into(),
            vec![tool("list.messages", "Messages of a channel", &["channel"]), tool("delete", "", &["id"])],
        ),
    ]
}

/// One server with so many tools that are alike.
fn many(count: usize) -> Catalog {
    let tools = (0..count).map(|n| tool(&format!("list_{n:03}"), "Widgets of a kind", &["kind"])).collect();
    Catalog::new(vec![("shop".into(), tools)])
}

fn catalog() -> Catalog {
    Catalog::new(servers())
}

#[test]
fn order_and_lookup_do_not_depend_on_the_input() {
    let mut reversed = servers();
    reversed.reverse();
    reversed.iter_mut().for_each(|(_, tools)| tools.reverse());
    let (one, other) = (catalog(), Catalog::new(reversed));
    let ids = |catalog: &Catalog| catalog.tools().map(|(id, _)| id.to_string()).collect::<Vec<_>>();
    assert_eq!(ids(&one), ids(&other));
    assert!(ids(&one).is_sorted());
    assert_eq!(one.servers().map(|server| &**server).collect::<Vec<_>>(), ["chat", "crm-eu", "github"]);
    assert_eq!((one.len(), one.is_empty(), Catalog::new(vec![]).is_empty()), (8, false, true));
    for (id, def) in one.tools() {
        assert_eq!(one.get(id), Some(def));
    }
    assert_eq!(one.get(&ToolId::new("github", "nothing")), None);
    let namespaces: Vec<_> = one.namespaces().iter().map(|(namespace, server)| (&**namespace, &**server)).collect();
    assert_eq!(namespaces, [("chat", "chat"), ("crm_eu", "crm-eu"), ("github", "github")]);
}

#[test]
fn resolves_names_and_identifiers() {
    let catalog = catalog();
    for (server, name, expected) in [
        ("github", "list_issues", Ok("github/list_issues")),
        ("crm-eu", "update-account", Ok("crm-eu/update-account")),
        ("crm_eu", "update_account", Ok("crm-eu/update-account")),
        // Another tool's own name comes before this one's identifier, which is `find_account_2`.
        ("crm_eu", "find_account", Ok("crm-eu/find_account")),
        ("crm_eu", "find_account_2", Ok("crm-eu/find-account")),
        ("chat", "list_messages", Ok("chat/list.messages")),
        ("chat", "delete_", Ok("chat/delete")),
        (
            "github",
            "list_isues",
            Err("no tool github/list_isues; nearest: github/list_issues, github/get_issue, chat/list.messages"),
        ),
        ("gihtub", "getIssue", Err("no tool gihtub/getIssue; nearest: github/get_issue, github/list_issues")),
        ("hub", "zzz", Err("no tool hub/zzz")),
        ("", "", Err("no tool /")),
    ] {
        let resolved = catalog.resolve(server, name).map(|id| id.to_string()).map_err(|error| error.to_string());
        assert_eq!(resolved, expected.map(str::to_owned).map_err(str::to_owned));
    }
    let error = catalog.resolve("github", &"x".repeat(1_000_000)).unwrap_err();
    assert!(matches!(ToolError::from(error), ToolError::Unknown { nearest, .. } if nearest.is_empty()));
}

#[test]
fn wrappers_are_those_of_the_tree() {
    let catalog = catalog();
    let tree = wrappers(&servers(), &Observations::default()).files;
    let mut files = catalog.files();
    files.sort_unstable();
    let pairs: Vec<_> = tree.iter().map(|file| (file.path.clone(), file.source.clone())).collect();
    assert!(files == pairs, "{:?}", files.iter().map(|(path, _)| path).collect::<Vec<_>>());
    for file in tree {
        if file.path == "globals.d.ts" {
            assert_eq!(catalog.globals(), file.source);
            continue;
        }
        for _ in 0..2 {
            assert_eq!(catalog.wrapper(&file.path).as_deref(), Some(&*file.source), "{}", file.path);
        }
    }
    for path in [
        "",
        "github",
        "github/",
        "github/.ts",
        "github/nothing.ts",
        "crm-eu/index.ts",
        "../github/index.ts",
        "github/index.js",
    ] {
        assert_eq!(catalog.wrapper(path), None, "{path}");
    }
}
