//! The oracles against two witnesses: the answers that were published for one seed, and what the servers' tools give, for
//! several, to whoever calls them as the scenario's program does.

mod programs;
mod session;

use serde_json::json;

use self::session::Session;
use super::*;

/// The data of a scenario with a seed, without its servers being started.
fn worlds(scenario: &str, seed: u64) -> Worlds {
    session::servers(scenario, seed).into_iter().map(|(name, _, options)| (name, options)).collect()
}

#[test]
fn every_oracle_has_its_scenario() {
    assert!(names().is_sorted());
    for name in names() {
        assert_eq!(session::scenario(name)["name"].as_str(), Some(name));
        assert!(solve(name, &worlds(name, 1)).is_some(), "{name}");
    }
    assert_eq!(solve("issue-triage", &Worlds::new()), None, "a server that it needs is not there");
    assert_eq!(solve("no-such-scenario", &Worlds::new()), None);
}

#[test]
fn the_published_answers_are_found() {
    let risk =
        |account: &str, risk: &str| write("crm", "update_account", json!({ "account_id": account, "risk": risk }));
    let note = json!({ "account_id": "001Q500000R18Y", "body": "Escalated to the account team." });
    let cases = [
        (
            "convergence",
            1,
            json!([
                "Eastfield Motors: high (#9379 open)",
                "Elmstead Outdoors: high (#9658 open)",
                "Glasshaven Pharma: medium (#9369 closed)",
                "Heatherby Supply: high (#9697 open)",
                "Northgate Energy: high (#9779 open)",
                "Umbra Motors: medium (#9700 closed)",
            ]),
            vec![
                risk("001Q500000MYLM", "high"),
                risk("001Q500000R18Y", "high"),
                risk("001Q500000P619", "high"),
                risk("001Q500000TX4H", "medium"),
                risk("001Q500000R7CX", "high"),
                risk("001Q500000UXSB", "medium"),
            ],
        ),
        (
            "issue-triage",
            7,
            json!([
                "#803 payments: support keyboard navigation before the holiday season (11 comments)",
                "#2839 docs: the type of the callback is missing for inventory (17 comments)",
                "#2951 How do I move orders between tenants to keep memory flat on small machines? (21 comments)",
                "#4614 emails: loses the selected variant if the webhook endpoint answers slowly (18 comments)",
                "#5387 payments: redirects in a loop on Safari in private mode (11 comments)",
            ]),
            vec![],
        ),
        ("repeat-run", 3, json!([["bug", 100], ["enhancement", 57], ["priority: low", 49]]), vec![]),
        ("fallback", 1, json!("Hana Varga"), vec![write("crm", "create_note", note), risk("001Q500000R18Y", "high")]),
        ("stale", 1, json!({ "before": "low", "again": "low", "after": "high" }), vec![risk("001Q500000R18Y", "high")]),
        ("single-lookup", 1, json!(0.9346), vec![]),
        ("flaky-upstream", 1, json!(["CHF: 0.9346", "GBP: 0.8595", "USD: 1.0987"]), vec![]),
    ];
    for (scenario, seed, answer, writes) in cases {
        let solution = solve(scenario, &worlds(scenario, seed));
        assert_eq!(solution, Some(Solution { answer, writes, says: None }), "{scenario}");
    }
}

#[test]
fn every_oracle_is_held_to_what_the_tools_give() {
    let mut tried: Vec<_> = programs::NAMES.into_iter().chain(super::document_tests::NAMES).collect();
    tried.sort_unstable();
    assert_eq!(tried, names());
}

#[tokio::test]
async fn the_tools_give_what_the_oracles_find() {
    for scenario in programs::NAMES {
        for seed in 1..=8 {
            let mut session = Session::open(scenario, seed).await;
            let answer = programs::run(scenario, &mut session).await;
            let solution = solve(scenario, &worlds(scenario, seed)).unwrap();
            assert_eq!(answer, solution.answer, "{scenario}, seed {seed}");
            assert_eq!(session.writes(), solution.writes, "{scenario}, seed {seed}");
        }
    }
}

#[test]
fn another_seed_has_another_answer_and_none_is_empty() {
    // Rates follow from the date alone, and a risk is one of two.
    let same = ["single-lookup", "flaky-upstream", "stale"];
    for scenario in programs::NAMES.into_iter().filter(|name| !same.contains(name)) {
        let mut answers: Vec<_> =
            (1..=8).map(|seed| solve(scenario, &worlds(scenario, seed)).unwrap().answer).collect();
        for answer in &answers {
            let length = answer.as_array().map_or(1, Vec::len);
            assert!((1..=20).contains(&length), "{scenario}: {answer}");
        }
        answers.sort_by_key(Value::to_string);
        answers.dedup();
        assert!(answers.len() > 4, "{scenario}: {answers:?}");
    }
}

#[tokio::test]
async fn headline_scenarios_are_as_large_as_they_are_described() {
    let made = |scenario: &'static str| async move {
        let mut session = Session::open(scenario, 1).await;
        programs::run(scenario, &mut session).await;
        let (definitions, results) = (session.definition_tokens().await, session.result_tokens(60_000));
        assert!(definitions.1 + results > 45_000, "{scenario}: {definitions:?}, {results}");
        (definitions, session.calls())
    };
    let calls = |calls: &BTreeMap<&str, usize>, tool: &str| calls.get(tool).copied().unwrap_or_default();

    let ((tools, tokens), _) = made("repo-audit").await;
    assert_eq!(tools, 112);
    assert!((25_000..=29_000).contains(&tokens), "{tokens} tokens");

    let (_, counted) = made("paginate-all").await;
    assert_eq!(calls(&counted, "list_invoices"), 100);

    let (_, counted) = made("bulk-update").await;
    assert_eq!((calls(&counted, "list_invoices"), calls(&counted, "update_invoice")), (7, 500));

    let (_, counted) = made("poll-until-done").await;
    assert_eq!((calls(&counted, "create_deployment"), calls(&counted, "get_deployment")), (1, 40));

    made("cross-server-join").await;
}
