//! Answers of searches: what they show, what they say of the rest, and what they may cost.

use super::*;
use crate::tokens::{O200k, TokenCounter, Tokens};

fn signatures(catalog: &Catalog, names: &[&str]) -> String {
    let tool = |name: &&str| {
        let (server, tool) = name.split_once('/').unwrap();
        let position = catalog.position(server, tool).unwrap();
        catalog.0.tools[position].signature() + "\n"
    };
    names.iter().map(tool).collect()
}

#[test]
fn an_answer_shows_signatures_and_counts_them() {
    let catalog = catalog();
    let signature = signatures(&catalog, &["github/list_issues"]);
    assert!(signature.starts_with("github.list_issues("), "{signature}");
    let servers = "Servers (tools): chat (2), crm_eu (3), github (3).\n";
    for (query, limit, tools, remarks) in [
        ("issues", 5, vec!["github/list_issues", "github/get_issue"], "2 tools\n"),
        ("issues", 1, vec!["github/list_issues"], "1 of 2 tools; raise limit\n"),
        ("issues", 0, vec![], "0 of 2 tools; raise limit\n"),
        ("github.get_issue", 5, vec!["github/get_issue"], "1 tool\n"),
        (
            "list channel messages; update account\nlistIssues",
            3,
            vec!["chat/list.messages", "crm-eu/update-account", "github/list_issues"],
            "3 of ",
        ),
        ("channel; channel ;; list.messages", 9, vec!["chat/list.messages"], "1 tool\n"),
        ("quantum", 5, vec![], "No tool for: quantum. "),
        ("quantum leaps; foo", 5, vec![], "No tool for: quantum leaps; foo. "),
        ("channel; quantum", 5, vec!["chat/list.messages"], "1 tool\nNo tool for: quantum. "),
        ("lst_isue", 5, vec![], "No tool for: lst_isue; nearest: github/get_issue, github/list_issues. "),
        (" ; ", 5, vec![], "The query is empty. "),
    ] {
        let text = catalog.search(query, Detail::default(), limit).to_string();
        let shown = signatures(&catalog, &tools);
        let remarks = if remarks.ends_with(". ") { format!("{remarks}{servers}") } else { remarks.to_owned() };
        let is_same = if remarks.ends_with('\n') {
            text == format!("{shown}{remarks}")
        } else {
            text.starts_with(&format!("{shown}{remarks}")) && text.ends_with(" tools; raise limit\n")
        };
        assert!(is_same, "{query:?} gave\n{text}not\n{shown}{remarks}");
    }
    let none = Catalog::new(vec![]).search("x", Detail::Signatures, 3).to_string();
    assert_eq!(none, "No tool for: x. Servers (tools): none.\n");
}

#[test]
fn the_detail_decides_how_much_is_said_of_a_tool() {
    let catalog = catalog();
    let answer = |detail| catalog.search("update account", detail, 1).hits[0].text.clone();
    assert_eq!(answer(Detail::Names), "crm_eu.update_account\n");
    assert_eq!(answer(Detail::Signatures), signatures(&catalog, &["crm-eu/update-account"]));
    let wrapper = catalog.wrapper("crm_eu/update_account.ts").unwrap();
    let source = wrapper.strip_prefix(emit::HEADER).unwrap().trim_start();
    assert_eq!(answer(Detail::Wrappers), format!("// crm_eu/update_account.ts\n{source}"));
    for detail in ["names", "signatures", "wrappers"] {
        let parsed: Detail = serde_json::from_value(json!(detail)).unwrap();
        assert_eq!(serde_json::to_value(parsed).unwrap(), json!(detail));
    }
}

#[test]
fn every_need_gets_its_share() {
    let many: Vec<ToolDef> = (0..20).map(|n| tool(&format!("list_{n:02}"), "issue", &[])).collect();
    let catalog = Catalog::new(vec![("a".into(), many), ("b".into(), vec![tool("find", "account", &[])])]);
    let answer = catalog.search("issue; account; issue", Detail::Names, 4);
    let found: Vec<String> = answer.hits.iter().map(|hit| hit.id.to_string()).collect();
    assert_eq!(found, ["a/list_00", "a/list_02", "b/find", "a/list_01"]);
    assert_eq!(answer.matches, 21);
}

#[test]
fn only_so_many_needs_are_looked_at() {
    let needs: Vec<String> = (0..18).map(|n| format!("list_{n:03}")).collect();
    let answer = many(18).search(&needs.join(";"), Detail::Names, 100);
    assert_eq!((answer.hits.len(), answer.needs_left_out), (16, 2));
    assert!(answer.to_string().ends_with("\n16 tools\nAsk again for the last 2 needs.\n"), "{answer}");
}

#[test]
fn answers_stay_within_their_budget() {
    let budget = Tokens(400);
    let catalog = many(200).with_budgets(Budgets { search: budget, describe: Tokens(1_000) });
    let mut shown = Vec::new();
    for detail in [Detail::Names, Detail::Signatures, Detail::Wrappers] {
        let answer = catalog.search("widgets", detail, 150);
        let text = answer.to_string();
        let tokens = O200k.count(&text);
        assert!(tokens <= budget && tokens.0 >= 200, "{tokens:?} for {detail:?}\n{text}");
        assert_eq!((answer.matches, answer.cut), (200, Some(Cut::Budget(budget))));
        let remark =
            format!("\n{} of 200 tools in 400 tokens; narrow the query or take less detail\n", answer.hits.len());
        assert!(text.ends_with(&remark), "{text}");
        shown.push(answer.hits.len());
    }
    assert!(shown[0] > shown[1] && shown[1] > shown[2] && shown[2] >= 1, "{shown:?}");
    // By the budget's leave the limit cuts.
    assert_eq!(catalog.search("widgets", Detail::Names, 3).cut, Some(Cut::Limit));
}

#[test]
fn one_long_entry_does_not_keep_others_out() {
    let parameters: Vec<String> = (0..400).map(|n| format!("widget_parameter_{n}")).collect();
    let parameters: Vec<&str> = parameters.iter().map(String::as_str).collect();
    let tools = vec![tool("widget", "Widget", &parameters), tool("make_widget", "A small one", &["kind"])];
    let catalog =
        Catalog::new(vec![("shop".into(), tools)]).with_budgets(Budgets { search: Tokens(250), describe: Tokens(250) });
    let answer = catalog.search("widget", Detail::Signatures, 5);
    assert_eq!(answer.hits.iter().map(|hit| &*hit.id.tool).collect::<Vec<_>>(), ["make_widget"], "{answer}");
    assert_eq!(answer.cut, Some(Cut::Budget(Tokens(250))));
    // Alone, its wrapper is begun.
    let text = catalog.search("shop/widget", Detail::Wrappers, 1).to_string();
    assert!(text.starts_with("// tools/shop/widget.ts, lines 1-"), "{text}");
    assert!(text.contains("\n// more: tools/shop/widget.ts:"), "{text}");
    assert!(O200k.count(&text) <= Tokens(250), "{text}");
}

#[test]
fn the_index_can_be_made_ahead() {
    let catalog = catalog();
    assert!(catalog.0.index.get().is_none());
    catalog.prepare();
    assert!(catalog.0.index.get().is_some());
}

/// What the scenarios and the README count on.
#[test]
fn words_of_a_task_find_tools_that_are_named_otherwise() {
    let catalog = catalog();
    for (query, expected) in [
        ("which tickets are there", "list_issues"),
        ("look a company's account up", "find_account"),
        ("remove a message", "delete"),
        ("accept the PR and merge it", "merge_pull_request"),
        ("modifying an account", "update-account"),
    ] {
        let answer = catalog.search(query, Detail::Names, 2);
        assert!(answer.hits.iter().any(|hit| &*hit.id.tool == expected), "{query:?} gave\n{answer}");
    }
}
