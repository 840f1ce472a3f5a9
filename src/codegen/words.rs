//! The words of a name or a sentence, for comparing them.
//!
//! In: any text. Out: its words in lower case and without a plural ending, so that `listIssues`, `list_issues` and
//! "Lists an issue." have words in common.

/// The words in order. A word ends where letters and digits end, and where a name turns from small to capital letters.
pub fn words(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (index, &c) in chars.iter().enumerate() {
        // "listIssues" has a hump before its "I", "URLPath" before its "P".
        let after_small = index > 0 && !chars[index - 1].is_uppercase();
        let before_small = chars.get(index + 1).is_some_and(|next| next.is_lowercase());
        let is_hump = c.is_uppercase() && (after_small || before_small);
        // The plural of an acronym, "URLs", has none.
        let is_hump = is_hump && !(before_small && chars.get(index + 1) == Some(&'s') && !continues(&chars, index + 2));
        if (is_hump || !c.is_alphanumeric()) && !word.is_empty() {
            words.push(stem(std::mem::take(&mut word)));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
    }
    if !word.is_empty() {
        words.push(stem(word));
    }
    words
}

fn continues(chars: &[char], index: usize) -> bool {
    chars.get(index).is_some_and(|c| c.is_lowercase())
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
