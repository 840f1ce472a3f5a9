//! The page as a reader and as an attacker would look at it.

use std::collections::BTreeSet;

use super::*;
use crate::{
    harness::summary::{Arm, GateSummary, Verdict},
    report::fixture::{self, HOSTILE},
};

fn page() -> String {
    render(&fixture::evidence()).unwrap()
}

/// The opening and closing tags of a page, in order; what is in the style sheet and the script is skipped.
fn tags(page: &str) -> Vec<&str> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        let end = start + rest[start..].find('>').expect("a tag is not closed");
        let tag = &rest[start + 1..end];
        assert!(!tag.contains('<'), "a tag in a tag: {tag}");
        tags.push(tag);
        rest = match tag {
            "style" | "script" => &rest[rest.find(&format!("</{tag}>")).unwrap()..],
            _ => &rest[end + 1..],
        };
    }
    tags
}

fn name(tag: &str) -> &str {
    tag.trim_start_matches('/').split_whitespace().next().unwrap()
}

fn count(tags: &[&str], wanted: &str) -> usize {
    tags.iter().filter(|tag| !tag.starts_with('/') && name(tag) == wanted).count()
}

/// The values of an attribute, in the order of the page.
fn values<'a>(tags: &[&'a str], attribute: &str) -> Vec<&'a str> {
    let needle = format!(" {attribute}=\"");
    tags.iter().filter_map(|tag| tag.split(&needle).nth(1)?.split('"').next()).collect()
}

#[test]
fn every_tag_is_closed_in_its_place() {
    let page = page();
    let mut open = Vec::new();
    for tag in tags(&page) {
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name(tag)), "</{}> closes something else", name(tag));
        } else if !tag.ends_with('/') && !["!DOCTYPE", "meta", "br", "input"].contains(&name(tag)) {
            open.push(name(tag));
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn nothing_is_loaded_and_only_the_named_script_runs() {
    let page = page();
    let tags = tags(&page);
    assert_eq!((count(&tags, "script"), count(&tags, "style")), (1, 1));
    for tag in &tags {
        assert!(!["img", "iframe", "link", "object", "embed", "base", "image", "use"].contains(&name(tag)), "{tag}");
        for attribute in [" src=", " style=", " srcdoc=", " action=", " on"] {
            assert!(!tag.contains(attribute), "{tag}");
        }
    }
    for target in values(&tags, "href") {
        let id = target.strip_prefix('#').unwrap_or_else(|| panic!("{target} leads out of the page"));
        assert!(values(&tags, "id").contains(&id), "{target} leads nowhere");
    }
    assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
    // The policy names the two texts as they stand in the page.
    for element in ["style", "script"] {
        let text = page.split(&format!("<{element}>")).nth(1).unwrap().split(&format!("</{element}>")).next().unwrap();
        let source = format!("{element}-src &#39;{}&#39;", hash(text));
        assert!(page.contains(&source) || page.contains(&source.replace("&#39;", "'")), "{source}");
    }
    assert!(!page.contains("unsafe-inline"));
}

#[test]
fn hostile_text_is_text_wherever_it_comes_from() {
    let mut evidence = fixture::evidence();
    let summary = &mut evidence.summary;
    let mut places = 0;
    let mut poison = |text: &mut String| {
        *text = HOSTILE.to_owned();
        places += 1;
    };
    poison(&mut summary.tokenizer);
    poison(&mut summary.assumptions.model.source);
    poison(&mut summary.assumptions.prices[0].source);
    poison(&mut summary.sensitivity[0].assumption);
    for scenario in &mut summary.scenarios {
        poison(&mut scenario.name);
        poison(&mut scenario.description);
    }
    for timing in &mut evidence.timings.scenarios {
        timing.scenario = HOSTILE.to_owned();
    }
    poison(&mut evidence.timings.machine.os);
    for trial in &mut evidence.trials {
        trial.scenario = HOSTILE.to_owned();
        trial.programs.iter_mut().for_each(&mut poison);
        trial.turns.iter_mut().flat_map(|turn| turn.input.iter_mut().chain(&mut turn.output)).for_each(|event| {
            poison(&mut event.text);
        });
        for call in &mut trial.calls {
            for text in [&mut call.tool, &mut call.input, &mut call.outcome, &mut call.origin] {
                poison(text);
            }
        }
    }
    let page = render(&evidence).unwrap();
    assert!(!page.contains("<script>alert") && !page.contains("<img") && !page.contains("onerror=alert(1)>"));
    assert!(!page.contains('\u{1b}') && !page.contains('\u{202e}'), "nothing acts on the eye");
    let shown = page.matches("evil.example").count();
    assert!(shown > 300 && places > 300, "{shown} of {places}");
    let tags = tags(&page);
    assert_eq!((count(&tags, "script"), count(&tags, "title")), (1, 1));
}

#[test]
fn a_page_can_be_used_by_keyboard_and_read_aloud() {
    let page = page();
    let tags = tags(&page);
    let ids = values(&tags, "id");
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "ids are unique");
    for label in values(&tags, "aria-labelledby").iter().flat_map(|labels| labels.split(' ')) {
        assert!(ids.contains(&label), "{label} labels and is nowhere");
    }
    for label in values(&tags, "for") {
        assert!(ids.contains(&label), "a label for {label}, which is nowhere");
    }
    assert_eq!(count(&tags, "table"), count(&tags, "caption"), "every table has a caption");
    assert_eq!(values(&tags, "scope").len(), count(&tags, "th"), "every header cell has a scope");
    let pictures = tags.iter().filter(|tag| name(tag) == "svg" && tag.contains("role=\"img\"")).count();
    assert!(pictures > 10);
    assert_eq!(
        (count(&tags, "svg"), count(&tags, "desc")),
        (pictures, pictures),
        "every figure has a text in its place"
    );
    assert_eq!([count(&tags, "h1"), count(&tags, "main"), count(&tags, "nav"), count(&tags, "header")], [1, 1, 1, 1]);
    assert!(values(&tags, "tabindex").iter().all(|index| ["0", "-1"].contains(index)));
    let levels: Vec<u8> = tags
        .iter()
        .filter_map(|tag| tag.strip_prefix('h')?.chars().next()?.to_digit(10))
        .map(|level| level as u8)
        .collect();
    for pair in levels.windows(2) {
        assert!(pair[1] <= pair[0] + 1, "a heading of level {} after one of level {}", pair[1], pair[0]);
    }
    // What scrolls is told apart from everything else that does.
    let captions: Vec<&str> =
        page.split("<caption ").skip(1).map(|text| text.split("</caption>").next().unwrap()).collect();
    let texts: BTreeSet<&str> = captions.iter().map(|caption| &caption[caption.find('>').unwrap()..]).collect();
    assert_eq!(texts.len(), captions.len(), "two tables have the same caption");
    let labels = values(&tags, "aria-label");
    assert_eq!(labels.iter().collect::<BTreeSet<_>>().len(), labels.len(), "{labels:?}");
}

/// The text of every cell of a table, in order, without what is in elements of its own.
fn cells<'a>(page: &'a str, table: &str) -> Vec<&'a str> {
    let start = page.find(&format!("<table id=\"{table}\"")).unwrap();
    let table = &page[start..start + page[start..].find("</table>").unwrap()];
    let cells = table.split("<td").skip(1).map(|cell| &cell[cell.find('>').unwrap() + 1..]);
    cells.map(|cell| cell.split('<').next().unwrap()).collect()
}

#[test]
fn every_number_is_in_its_place() {
    let page = page();
    let results = cells(&page, "results-table");
    assert_eq!(results[..9], ["direct", "3 of 3", "151,023", "1,057,161", "10,648", "14", "23", "0", "184 s"]);
    let failed = results.iter().position(|cell| *cell == "0 of 3").unwrap();
    assert_eq!(results[failed - 1..=failed + 1], ["code", "0 of 3", "failed: no numbers"]);
    let direct = cells(&page, "reductions-direct");
    assert_eq!(direct[..4], ["headline", "3", "98.7 %", "99.6 %"]);
    assert_eq!(cells(&page, "reductions-search")[..3], ["headline", "3", "98.1 %"]);
    assert_eq!(cells(&page, "classes-table")[..2], ["2", "99.8 %"]);
    assert_eq!(cells(&page, "month-0")[1..4], ["$13,325", "$10,925", "$98.03"], "with prompt caching");
    assert_eq!(cells(&page, "month-1")[1..4], ["$30,205", "$20,112", "$390"]);
    assert_eq!(cells(&page, "costs-0-cached")[1..4], ["$1.33", "$1.09", "$0.0098"]);
    assert_eq!(cells(&page, "parts-context-0")[..8], ["210", "240", "260", "260", "55,012", "1,900", "341", "341"]);
    assert_eq!(cells(&page, "times-0")[..4], ["2.0 ms", "184 s", "184 s", "–"]);
    assert_eq!(cells(&page, "journal-0")[..2], ["0", ""]);
    assert_eq!(cells(&page, "break-even")[..3], ["1", "119,575", "119,575"]);
    assert_eq!(cells(&page, "sensitivity-table")[..4], ["98.7 %", "99.6 %", "91.8 %", "96.0 %"]);
    for text in
        ["both ≥ 95 %", "both 60 % to 90 %", "both ≤ 0 %", "o200k_base", "1, 2, 3", "x86_64", "a slope of 0.000002"]
    {
        assert!(page.contains(text), "{text}");
    }
}

#[test]
fn the_same_evidence_gives_the_same_bytes() {
    assert_eq!(page(), page());
}

#[test]
fn a_long_run_stays_a_page() {
    let evidence = fixture::large();
    assert!(evidence.trials.iter().all(|trial| trial.turns.len() == 100));
    let page = render(&evidence).unwrap();
    assert!(page.len() < 5_000_000, "{} bytes", page.len());
    assert!(page.contains("94 turns between, with ") && page.contains("687 calls between"));
}

#[test]
fn there_is_a_page_without_what_a_run_may_lack() {
    let mut evidence = fixture::evidence();
    (evidence.trials, evidence.sweep, evidence.growth_timings) = (vec![], None, None);
    evidence.timings.scenarios.clear();
    let page = render(&evidence).unwrap();
    for text in ["was not recorded", "There is no sweep", "No times were taken", "No headline scenario has times"] {
        assert!(page.contains(text), "{text}");
    }
    let summary = &mut evidence.summary;
    for scenario in &mut summary.scenarios {
        scenario.trials.retain(|trial| trial.arm == Arm::Search);
        scenario.arms.retain(|arm| arm.arm == Arm::Search);
        scenario.comparisons.clear();
    }
    assert!(render(&evidence).unwrap().contains("nothing to compare"));
    let summary = &mut evidence.summary;
    (summary.scenarios, summary.classes, summary.sensitivity, summary.seeds) = Default::default();
    summary.assumptions.prices.clear();
    summary.gate = GateSummary { verdict: Verdict::None };
    let page = render(&evidence).unwrap();
    assert!(page.contains("No scenario was run.") && page.contains("No headline scenario could be compared"));
}

#[test]
fn a_price_without_a_month_or_a_name_with_another_arm_is_no_figure() {
    let mut evidence = fixture::evidence();
    // A table that no trial was priced by.
    evidence.summary.assumptions.prices[0].name = "unknown".into();
    let page = render(&evidence).unwrap();
    assert!(cells(&page, "month-0").iter().all(|cell| !cell.starts_with('$')));
    assert!(!page.contains("in place of"));
}
