//! What is told of tools by name.

use super::*;
use crate::tokens::{O200k, TokenCounter, Tokens};

fn describe(catalog: &Catalog, names: &[&str]) -> String {
    catalog.describe(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).to_string()
}

#[test]
fn describes_by_any_spelling_once() {
    let catalog = catalog();
    let source = catalog.wrapper("crm_eu/update_account.ts").unwrap();
    let body = source.strip_prefix(emit::HEADER).unwrap().trim_start();
    let expected = format!("// crm_eu/update_account.ts\n{body}// 1 tool\n");
    let spellings = [
        "crm-eu/update-account",
        "crm_eu.update_account",
        "crm-eu__update-account",
        "tools/crm_eu/update_account.ts",
        "update-account",
    ];
    for name in spellings {
        assert_eq!(describe(&catalog, &[name]), expected, "{name}");
    }
    assert_eq!(describe(&catalog, &spellings), expected);
    assert!(describe(&catalog, &["delete"]).contains("export async function delete_("));
    assert_eq!(describe(&catalog, &[]), "// 0 tools\n");
}

#[test]
fn unknown_names_get_the_nearest() {
    let catalog = catalog();
    assert_eq!(
        describe(&catalog, &["github.list_isue", "x\n*/"]),
        "// no tool github.list_isue; nearest: github/list_issues, github/get_issue, chat/list.messages\n\n\
         // no tool x *\\/\n// 0 tools\n"
    );
    let names: Vec<String> = (0..20).map(|n| format!("github/list_issue{n}")).collect();
    let text = catalog.describe(&names).to_string();
    assert_eq!(text.matches("// no tool ").count(), 20);
    assert_eq!(text.matches("; nearest: ").count(), 8);
}

#[test]
fn wrappers_are_whole_and_those_left_out_are_named() {
    let budget = Tokens(400);
    let catalog = many(30).with_budgets(Budgets { search: Tokens(0), describe: budget });
    let names: Vec<String> = catalog.tools().map(|(id, _)| id.to_string()).collect();
    let answer = catalog.describe(&names);
    let text = answer.to_string();
    let shown = answer.parts.len();
    assert!(shown > 1 && shown + answer.left_out.len() == 30, "{text}");
    assert_eq!(text.matches("export async function").count(), shown);
    let next = format!("// {shown} of 30 tools in 400 tokens; ask again for shop/list_{shown:03}, ");
    assert!(text.contains(&next) && text.ends_with('\n'), "{text}");
    assert!(O200k.count(&text) <= budget, "{text}");
}

#[test]
fn a_wrapper_too_long_is_read_on_by_its_path() {
    let parameters: Vec<String> = (0..300).map(|n| format!("parameter_{n}")).collect();
    let parameters: Vec<&str> = parameters.iter().map(String::as_str).collect();
    let catalog = Catalog::new(vec![("shop".into(), vec![tool("buy", "Buys.", &parameters)])])
        .with_budgets(Budgets { search: Tokens(500), describe: Tokens(500) });
    let whole = catalog.wrapper("shop/buy.ts").unwrap();
    let mut read = String::new();
    let mut name = "shop/buy".to_owned();
    for _ in 0..100 {
        let text = describe(&catalog, &[&name]);
        assert!(O200k.count(&text) <= Tokens(500), "{text}");
        let text = text.strip_suffix("// 0 tools\n").or_else(|| text.strip_suffix("// 1 tool\n")).unwrap();
        let (title, lines) = text.split_once('\n').unwrap();
        assert!(title.starts_with("// tools/shop/buy.ts, lines "), "{title}");
        let Some((lines, more)) = lines.rsplit_once("// more: ") else {
            read.push_str(lines);
            break;
        };
        read.push_str(lines);
        name = more.trim().to_owned();
    }
    assert_eq!(read, whole);
    assert!(name.starts_with("tools/shop/buy.ts:"), "it did not take several readings");
}

#[test]
fn paths_of_the_tree_are_shown_too() {
    let catalog = catalog();
    assert_eq!(
        describe(&catalog, &["tools/"]),
        "chat/ (2 tools)\ncrm_eu/ (3 tools)\ngithub/ (3 tools)\n3 servers\n// 0 tools\n"
    );
    let text = describe(&catalog, &["tools/github", "tools/github/list_issues.ts:1-1"]);
    assert!(text.starts_with("get_issue.ts\nlist_issues.ts\nmerge_pull_request.ts\n3 tools\n\n// tools/github/list_issues.ts, lines 1-1 of "), "{text}");
}
