//! The tools as a tree: directories, files, ranges of both, and paths that lead nowhere.

use super::*;
use crate::tokens::{O200k, TokenCounter, Tokens};

#[test]
fn directories_are_listed_with_counts() {
    let catalog = catalog();
    let root = "chat/ (2 tools)\ncrm_eu/ (3 tools)\ngithub/ (3 tools)\n3 servers\n";
    for path in ["", "tools", "tools/", "./tools", "./", ".", "/", " tools "] {
        assert_eq!(catalog.list(path, None).unwrap().to_string(), root, "{path:?}");
    }
    let server = "find_account.ts\nfind_account_2.ts\nupdate_account.ts\n3 tools\n";
    for path in ["tools/crm_eu", "tools/crm-eu", "./tools/crm_eu/", "crm_eu"] {
        assert_eq!(catalog.list(path, None).unwrap().to_string(), server, "{path:?}");
    }
    assert_eq!(Catalog::new(vec![]).list("", None).unwrap().to_string(), "0 servers\n");
    // Everything that is listed can be read.
    for entry in catalog.list("tools/crm_eu", None).unwrap().entries {
        assert!(catalog.read(&format!("tools/crm_eu/{entry}"), None).is_ok(), "{entry}");
    }
}

#[test]
fn long_directories_come_in_pages() {
    let catalog = many(230);
    let mut path = "tools/shop".to_owned();
    let (mut pages, mut entries) = (0, Vec::new());
    loop {
        let Ok(Browsed::Listing(listing)) = catalog.browse(&path) else { panic!("{path} is a directory") };
        let text = listing.to_string();
        entries.extend(listing.entries);
        pages += 1;
        assert!(pages < 10);
        match text.lines().last().unwrap().split_once("; more: ") {
            Some((counts, more)) => {
                assert!(counts.ends_with(" of 230 tools"), "{text}");
                path = more.to_owned();
            }
            None => break,
        }
        // The first page is of 100; who asks for all the rest gets it.
        assert_eq!(entries.len(), 100);
    }
    assert_eq!((pages, entries.len()), (2, 230));
    assert!(entries.is_sorted());
    for (range, last) in [
        (1..=2, "1-2 of 230 tools; more: tools/shop:3-"),
        (229..=500, "229-230 of 230 tools"),
        (231..=240, "none of 230 tools"),
        (0..=1, "1-1 of 230 tools; more: tools/shop:2-"),
        (usize::MAX..=usize::MAX, "none of 230 tools"),
    ] {
        let text = catalog.list("tools/shop", Some(range.clone())).unwrap().to_string();
        assert_eq!(text.lines().last(), Some(last), "{range:?}");
    }
    let small = catalog.with_budgets(Budgets { search: Tokens(0), describe: Tokens(200) });
    let listing = small.list("tools/shop", Some(1..=230)).unwrap();
    assert!(!listing.entries.is_empty() && O200k.count(&listing.to_string()) <= Tokens(200), "{listing}");
    assert!(listing.to_string().contains(&format!("; more: tools/shop:{}-", listing.entries.len() + 1)), "{listing}");
}

#[test]
fn files_are_read_whole_and_by_lines() {
    let catalog = catalog();
    let source = catalog.wrapper("crm_eu/update_account.ts").unwrap();
    let total = source.lines().count();
    assert!(total > 6, "{source}");
    for path in [
        "tools/crm_eu/update_account.ts",
        "./tools/crm_eu/update_account.ts",
        "tools/crm_eu/update_account",
        "tools/crm-eu/update-account",
        "crm_eu/update_account.ts",
    ] {
        let text = catalog.read(path, None).unwrap().to_string();
        assert_eq!(text, format!("// tools/crm_eu/update_account.ts, lines 1-{total} of {total}\n{source}"), "{path}");
    }
    let lines: Vec<&str> = source.split_inclusive('\n').collect();
    for (range, first, last) in
        [(2..=3, 2, 3), (3..=3, 3, 3), (0..=1, 1, 1), (5..=usize::MAX, 5, total), (total..=total + 9, total, total)]
    {
        let excerpt = catalog.read("tools/crm_eu/update_account.ts", Some(range.clone())).unwrap();
        assert_eq!(excerpt.text, lines[first - 1..last].concat(), "{range:?}");
        let title = format!("// tools/crm_eu/update_account.ts, lines {first}-{last} of {total}\n");
        assert!(excerpt.to_string().starts_with(&title), "{excerpt}");
        assert!(!excerpt.is_cut);
    }
    #[expect(clippy::reversed_empty_ranges)]
    for range in [total + 1..=total + 5, usize::MAX..=usize::MAX, 4..=2] {
        let text = catalog.read("tools/crm_eu/update_account.ts", Some(range.clone())).unwrap().to_string();
        assert_eq!(text, format!("// tools/crm_eu/update_account.ts, no such lines of {total}\n"), "{range:?}");
    }
    for (path, source) in [
        ("tools/crm_eu/index.ts", catalog.wrapper("crm_eu/index.ts").unwrap()),
        ("tools/globals.d.ts", catalog.globals()),
    ] {
        assert_eq!(catalog.read(path, None).unwrap().text, source, "{path}");
    }
}

#[test]
fn a_path_may_say_which_lines() {
    let catalog = catalog();
    for (range, shown) in [("3-4", "lines 3-4 of"), ("3", "lines 3-3 of"), ("3-", "lines 3-"), ("", "lines 1-")] {
        let path = format!("tools/github/get_issue.ts{}{range}", if range.is_empty() { "" } else { ":" });
        let text = catalog.browse(&path).unwrap().to_string();
        assert!(text.starts_with(&format!("// tools/github/get_issue.ts, {shown}")), "{path} gave {text}");
    }
    for path in ["tools/github/get_issue.ts:x", "tools/github/get_issue.ts:-3", "tools/github/get_issue.ts:1-2-3"] {
        assert!(catalog.browse(path).is_err(), "{path}");
    }
}

#[test]
fn paths_that_are_not_there_get_the_nearest() {
    let catalog = catalog();
    for (path, expected) in [
        (
            "tools/github/list_isues.ts",
            "nothing at tools/github/list_isues.ts; nearest: tools/github/list_issues.ts, tools/github/get_issue.ts, \
             tools/chat/list_messages.ts",
        ),
        ("tools/gihub", "nothing at tools/gihub; nearest: tools/github"),
        ("tools/../Cargo.toml", "nothing at tools/../Cargo.toml"),
        ("tools/github/../../zz", "nothing at tools/github/../../zz"),
        ("/etc/passwd", "nothing at /etc/passwd"),
        ("..", "nothing at .."),
        ("tools/github/get_issue.ts/zz", "nothing at tools/github/get_issue.ts/zz"),
        ("tools//", "0"),
    ] {
        match catalog.browse(path) {
            Ok(found) => assert_eq!(expected, "0", "{path} gave {found}"),
            Err(unknown) => assert!(unknown.to_string().starts_with(expected), "{path} gave {unknown}"),
        }
    }
    let unknown = catalog.read("tools/github/lst_issues", None).unwrap_err();
    assert_eq!(unknown.nearest[0], "tools/github/list_issues.ts");
}
