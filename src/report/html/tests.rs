//! The page as a reader and as an attacker would look at it.

use super::*;
use crate::{
    harness::summary::{Part, Reduction},
    report::{Metric, fixture},
};

fn page() -> String {
    render(&fixture::summary(), &fixture::timings()).unwrap()
}

/// The opening and closing tags of a page, in order; the style sheet is skipped.
fn tags(page: &str) -> Vec<&str> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        let end = start + rest[start..].find('>').expect("a tag is not closed");
        let tag = &rest[start + 1..end];
        assert!(!tag.contains('<'), "a tag in a tag: {tag}");
        tags.push(tag);
        rest = if tag == "style" { &rest[rest.find("</style>").unwrap()..] } else { &rest[end + 1..] };
    }
    tags
}

#[test]
fn every_tag_is_closed_in_its_place() {
    let page = page();
    let mut open = Vec::new();
    for tag in tags(&page) {
        let name = tag.trim_start_matches('/').split_whitespace().next().unwrap();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "</{name}> closes something else");
        } else if !tag.ends_with('/') && !["!DOCTYPE", "meta", "br"].contains(&name) {
            open.push(name);
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn nothing_runs_and_nothing_is_loaded() {
    let page = page();
    for tag in tags(&page) {
        let name = tag.split_whitespace().next().unwrap();
        assert!(!["script", "img", "iframe", "link", "object", "embed", "base", "form"].contains(&name), "{tag}");
        assert!(!tag.contains(" src=") && !tag.contains(" on") && !tag.contains("://"), "{tag}");
        for target in tag.split("href=\"").skip(1) {
            let id = target.strip_prefix('#').and_then(|id| id.split('"').next());
            let id = id.unwrap_or_else(|| panic!("{tag} leads out of the page"));
            assert!(page.contains(&format!("id=\"{id}\"")), "{tag} leads nowhere");
        }
    }
    assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
    assert!(page.contains("&lt;script&gt;alert('x')&lt;/script&gt;"), "hostile text is shown, as text");
    assert!(!page.contains('\u{1b}') && !page.contains('\u{202e}'));
}

#[test]
fn ids_are_unique_and_labels_lead_to_them() {
    let page = page();
    let tags = tags(&page);
    let values = |name: &str| -> Vec<String> {
        let needle = format!(" {name}=\"");
        tags.iter().filter_map(|tag| Some(tag.split(&needle).nth(1)?.split('"').next()?.to_owned())).collect()
    };
    let ids = values("id");
    assert_eq!(ids.iter().collect::<std::collections::HashSet<_>>().len(), ids.len(), "{ids:?}");
    for label in values("aria-labelledby").iter().flat_map(|label| label.split(' ')) {
        assert!(ids.iter().any(|id| id == label), "{label}");
    }
    let count = |name: &str| tags.iter().filter(|tag| tag.split(' ').next() == Some(name)).count();
    assert_eq!((count("table"), count("svg")), (count("caption"), 4));
    assert_eq!((count("desc"), values("role").iter().filter(|role| *role == "img").count()), (4, 4));
    assert_eq!(values("scope").len(), count("th"), "every header cell has a scope");
}

/// The text of every data cell of a table, in order.
fn cells<'a>(page: &'a str, table: &str) -> Vec<&'a str> {
    let start = page.find(&format!("<table id=\"{table}\">")).unwrap();
    let table = &page[start..start + page[start..].find("</table>").unwrap()];
    let cells = table.split("<td").skip(1).map(|cell| &cell[cell.find('>').unwrap() + 1..]);
    cells.map(|cell| cell.split('<').next().unwrap()).collect()
}

#[test]
fn every_number_is_in_its_place() {
    let page = page();
    let (summary, timings) = (fixture::summary(), fixture::timings());
    let trials = || summary.scenarios.iter().flat_map(|scenario| crate::report::trials(scenario, &timings));
    for metric in Metric::ALL {
        let expected: Vec<String> = trials()
            .flat_map(|trial| match trial.measured() {
                Some(measured) => {
                    let split = metric.of(measured);
                    let numbers = std::iter::once(split.total()).chain(Part::ALL.map(|part| split.get(part)));
                    numbers.map(format::tokens).collect()
                }
                None => vec!["failed: no numbers".to_owned()],
            })
            .collect();
        assert_eq!(cells(&page, &format!("{}-table", metric.field())), expected);
    }
    let results = cells(&page, "results-table");
    assert_eq!(results[..8], ["150,180", "1,436,498", "10,648", "14", "23", "–", "1,235 ms", "correct"]);
    assert_eq!(results[48..59], ["390", "671", "50", "2", "1", "–", "–", "correct", "failed: no numbers", "–", ""]);
    assert_eq!(results[75..83], ["1,358", "2,849", "509", "3", "1", "6", "8.3 ms", "correct"]);
    let reduction = cells(&page, "reduction-table");
    assert_eq!(reduction[8..12], ["costs 34.0 % more", "costs 82.1 % more", "costs 142.7 % more", ""]);
    assert_eq!(cells(&page, "times-table")[..2], ["1,235 ms", "1,200 ms"]);
    for text in ["code-first costs 34.0 % more", "misses ≥ 99.99 %", "0.1.0", "x86_64", "o200k_base"] {
        assert!(page.contains(text), "{text}");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    assert_eq!(page(), page());
}

#[test]
fn an_empty_run_and_a_run_without_numbers_have_a_page() {
    let mut summary = fixture::summary();
    summary.scenarios.retain(|scenario| scenario.name == "hostile");
    summary.scenarios[0].arms.direct = summary.scenarios[0].arms.code.clone();
    assert!(render(&summary, &fixture::timings()).unwrap().contains("here are no figures"));
    summary.scenarios.clear();
    assert!(render(&summary, &fixture::timings()).unwrap().contains("No scenario was run."));
}

#[test]
fn a_third_arm_and_a_fallback_are_told_of_where_there_are_any() {
    let told = [
        "code+cache arm",
        "Calls from the cache",
        "All arms do",
        "key cached",
        "1,358 code+cache 1,358",
        "after the program failed (<bdi>runtime</bdi>)",
        "<dt>Fallback",
        "except where a scenario makes",
    ];
    let page = page();
    for text in told {
        assert!(page.contains(text), "{text}");
    }
    let before = render(&fixture::two_arms(), &fixture::timings()).unwrap();
    let (_, page) = before.split_once("</style>").unwrap();
    let (page, _) = page.split_once("<section id=\"dictionary\"").unwrap();
    for text in told.into_iter().chain(["cache", "fall"]) {
        assert!(!page.contains(text), "{text}");
    }
}

#[test]
fn the_cache_has_a_reduction_of_its_own_only_where_it_is_another() {
    let mut summary = fixture::summary();
    assert!(!page().contains("rowspan"));
    let reduction = Reduction { context: 0.8, cumulative: 0.7, output: -0.1 };
    summary.scenarios[4].cached_reduction = Some(reduction);
    let page = render(&summary, &fixture::timings()).unwrap();
    assert_eq!(cells(&page, "reduction-table")[18..21], ["saves 80.0 %", "saves 70.0 %", "costs 10.0 % more"]);
    assert!(page.contains("<bdi>repeat-run</bdi>, code+cache") && page.contains("misses ≥ 90 %"));
}
