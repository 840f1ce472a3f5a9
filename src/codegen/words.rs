//! The words of a name or a sentence, for comparing them.
//!
//! In: any text. Out: its words in lower case and without a plural ending, so that `listIssues`, `list_issues` and
//! "Lists an issue." have words in common.

use std::str::Chars;

/// The words in order. A word ends where letters and digits end, and where a name turns from small to capital letters.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut after_small = false;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        // "listIssues" has a hump before its "I", "URLPath" before its "P".
        let is_hump = c.is_uppercase() && !ends_acronym(rest.clone()) && (after_small || is_small(rest.clone().next()));
        if (is_hump || !c.is_alphanumeric()) && !word.is_empty() {
            words.push(stem(std::mem::take(&mut word)));
        }
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
        } else if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        after_small = !c.is_uppercase();
    }
    if !word.is_empty() {
        words.push(stem(word));
    }
    words
}

fn is_small(c: Option<char>) -> bool {
    c.is_some_and(char::is_lowercase)
}

/// Whether what follows a capital letter is the plural ending of an acronym, as in "URLs".
fn ends_acronym(mut rest: Chars<'_>) -> bool {
    rest.next() == Some('s') && !is_small(rest.next())
}

/// Takes an English plural or third-person ending off; both of a pair lose it alike, which is all that matters.
fn stem(mut word: String) -> String {
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    if word.len() > 4 && ends(&["ies"]) {
        word.truncate(word.len() - 3);
        word.push('y');
    } else if word.len() > 4 && ends(&["sses", "shes", "ches", "xes"]) {
        word.truncate(word.len() - 2);
    } else if word.len() > 3 && ends(&["s"]) && !ends(&["ss", "us", "is"]) {
        word.truncate(word.len() - 1);
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_and_stems() {
        for (text, expected) in [
            ("list_issues", "list issue"),
            ("listIssues", "list issue"),
            ("API-retrieve-a-page", "api retrieve a page"),
            ("getURLPath2", "get url path2"),
            ("Fetches URLs, queries & branches.", "fetch url query branch"),
            ("status class analysis gas its", "status class analysis gas its"),
            ("  ", ""),
            ("Überprüft", "überprüft"),
        ] {
            assert_eq!(words(text).join(" "), expected, "{text:?}");
        }
    }
}
