//! The search language of the tracker: words that must all occur, and qualifiers.

use super::{issue::Issue, issue::label_index, repository::File};

/// A parsed query.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    /// Lower-case words and quoted phrases.
    terms: Vec<String>,
    open: Option<bool>,
    labels: Vec<usize>,
    author: Option<String>,
    unassigned: bool,
    path: Option<String>,
    extension: Option<String>,
}

impl Query {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut query = Self::default();
        for word in words(text) {
            match word.split_once(':') {
                Some(("is", "open")) => query.open = Some(true),
                Some(("is", "closed")) => query.open = Some(false),
                Some(("is", "issue")) => {}
                Some(("no", "assignee")) => query.unassigned = true,
                Some(("label", name)) => query.labels.push(
                    label_index(name).ok_or_else(|| format!("422 Validation Failed: label `{name}` does not exist"))?,
                ),
                Some(("author", login)) => query.author = Some(login.to_owned()),
                Some(("path", path)) => query.path = Some(path.to_owned()),
                Some(("extension", extension)) => query.extension = Some(format!(".{extension}")),
                Some((key @ ("is" | "no" | "comments" | "created" | "updated" | "repo" | "in" | "sort"), _)) => {
                    return Err(format!("422 Validation Failed: the qualifier `{key}` in `{word}` is not supported"));
                }
                _ => query.terms.push(word.to_lowercase()),
            }
        }
        if query == Self::default() {
            return Err("422 Validation Failed: the query is empty".to_owned());
        }
        Ok(query)
    }

    pub(super) fn matches_issue(&self, issue: &Issue, author: &str) -> bool {
        self.open.is_none_or(|open| open == issue.open)
            && self.labels.iter().all(|label| issue.labels.contains(label))
            && self.author.as_deref().is_none_or(|wanted| wanted == author)
            && (!self.unassigned || issue.assignees.is_empty())
            && (self.terms.is_empty() || self.occurs(&format!("{}\n{}", issue.title, issue.body)))
    }

    pub(super) fn matches_file(&self, file: &File) -> bool {
        self.path.as_deref().is_none_or(|path| file.path.starts_with(path))
            && self.extension.as_deref().is_none_or(|extension| file.path.ends_with(extension))
            && self.occurs(&file.content)
    }

    /// Up to three lines in which a term occurs.
    pub(super) fn matching_lines(&self, content: &str) -> Vec<String> {
        let matching = content.lines().filter(|line| {
            let line = line.to_lowercase();
            self.terms.iter().any(|term| line.contains(term))
        });
        matching.take(3).map(str::to_owned).collect()
    }

    fn occurs(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.terms.iter().all(|term| text.contains(term))
    }
}

/// Splits at white space outside double quotes, and drops the quotes.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for character in text.chars() {
        match character {
            '"' => quoted = !quoted,
            _ if character.is_whitespace() && !quoted => words.push(std::mem::take(&mut word)),
            _ => word.push(character),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_parsed() {
        let query = Query::parse("is:open label:\"priority: high\" \"Blank Page\" TypeError").unwrap();
        assert_eq!((query.open, query.labels.len()), (Some(true), 1));
        assert_eq!(query.terms, ["blank page", "typeerror"]);
        for (text, message) in [("  ", "empty"), ("label:nope", "`nope`"), ("comments:>5 x", "`comments`")] {
            assert!(Query::parse(text).unwrap_err().contains(message), "{text}");
        }
    }
}
