//! The known word that a misspelt one probably stands for.

/// Words are compared up to this many characters, which bounds the work that a hostile word can cause.
const COMPARED: usize = 100;

/// The known word that is nearest to this one, if any is near. Case and separators do not count.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = folded(word);
    known
        .into_iter()
        .map(|candidate| (strsim::osa_distance(&word, &folded(candidate)), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len().max(3) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// What is said of a word that is not known: the nearest one, or all of them.
pub(super) fn suggestion<'a>(word: &str, known: impl IntoIterator<Item = &'a str, IntoIter: Clone>) -> String {
    let known = known.into_iter();
    match nearest(word, known.clone()) {
        Some(nearest) => format!("nearest: `{nearest}`"),
        None => format!("expected one of {}", known.map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")),
    }
}

fn folded(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).take(COMPARED).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_word_finds_the_one_that_was_meant() {
        let known = ["command", "args", "env", "envFile", "cwd"];
        for (word, expected) in [
            ("comand", Some("command")),
            ("arg", Some("args")),
            ("env_file", Some("envFile")),
            ("ENV", Some("env")),
            ("cmd", Some("cwd")),
            ("something", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), expected, "{word}");
        }
        assert_eq!(suggestion("arg", known), "nearest: `args`");
        assert!(suggestion("something", known).starts_with("expected one of `command`, `args`"));
    }
}
