//! From the text of `codefirst.toml` to [`Settings`], or to what is wrong with it and where.
//!
//! The text becomes a table that knows where everything stands; placeholders are filled in there, so that what is wrong
//! with a value has its place, whatever it stood for. No message shows the line it is about: that may be a secret.

use std::{collections::HashSet, path::Path};

use serde::Deserialize;
use serde_path_to_error::Track;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    super::{nearest::suggestion, placeholders::Placeholders, without_values},
    AccessToken, Settings, SettingsError,
};

/// A token that could be guessed protects nothing.
const SHORTEST_TOKEN: usize = 16;

type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What is wrong, where in the text, and the keys that lead there.
struct Wrong {
    at: usize,
    key: String,
    message: String,
}

pub(super) fn read(path: &Path, text: &str, variable: Variable<'_>) -> Result<Settings, SettingsError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut settings = settings(folder, text, variable).map_err(|Wrong { at, key, message }| {
        let before = &text[..text.floor_char_boundary(at)];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        SettingsError::Malformed { path: path.to_owned(), line, column, key, message }
    })?;
    for relative in [&mut settings.audit.path, &mut settings.check.tsc].into_iter().flatten() {
        *relative = folder.join(&*relative);
    }
    Ok(settings)
}

fn settings(folder: &Path, text: &str, variable: Variable<'_>) -> Result<Settings, Wrong> {
    let malformed = |key: String, error: &toml::de::Error| Wrong {
        at: error.span().map_or(0, |span| span.start),
        message: message(&key, error.message()),
        key,
    };
    let mut table = DeTable::parse(text).map_err(|error| malformed(String::new(), &error))?;
    let placeholders = &mut Placeholders::new(variable, folder.to_owned());
    for (key, value) in secrets(&mut table) {
        fill(placeholders, key, value)?;
    }

    let mut track = Track::new();
    let deserializer = toml::Deserializer::from(table.clone());
    let settings = Settings::deserialize(serde_path_to_error::Deserializer::new(deserializer, &mut track))
        .map_err(|error| malformed(track.path().to_string().trim_end_matches(['.', '?']).to_owned(), &error))?;
    check(&settings).map_err(|(path, message)| Wrong { at: place(&table, &path), key: shown(&path), message })?;
    Ok(settings)
}

/// The values that may be placeholders, with the keys that lead there.
fn secrets<'t, 'i>(table: &'t mut Spanned<DeTable<'i>>) -> Vec<(String, &'t mut Spanned<DeValue<'i>>)> {
    let mut secrets = Vec::new();
    for (section, value) in table.get_mut().iter_mut() {
        match (section.get_ref().as_ref(), value.get_mut()) {
            ("alert", DeValue::Table(alert)) => {
                secrets.extend(alert.get_mut("webhook").map(|webhook| ("alert.webhook".to_owned(), webhook)));
            }
            ("http", DeValue::Table(http)) => {
                let Some(DeValue::Array(tokens)) = http.get_mut("tokens").map(Spanned::get_mut) else { continue };
                for (index, token) in tokens.iter_mut().enumerate() {
                    let DeValue::Table(token) = token.get_mut() else { continue };
                    secrets.extend(token.get_mut("token").map(|token| (format!("http.tokens[{index}].token"), token)));
                }
            }
            _ => {}
        }
    }
    secrets
}

fn fill(placeholders: &mut Placeholders<'_>, key: String, value: &mut Spanned<DeValue<'_>>) -> Result<(), Wrong> {
    let at = value.span().start;
    if let DeValue::String(text) = value.get_mut() {
        *text = placeholders.fill(text).map_err(|message| Wrong { at, key, message })?.into();
    }
    Ok(())
}

/// What serde says, in the words of this crate.
fn message(key: &str, message: &str) -> String {
    let holds_secrets = key == "http" || key.starts_with("http.tokens") || key.starts_with("alert");
    let message = if holds_secrets { without_values(message) } else { message.trim_end().to_owned() };
    let unknown = |opening| {
        let (word, expected) = message.strip_prefix(opening)?.rsplit_once("`, expected ")?;
        Some((word, suggestion(word, expected.split('`').skip(1).step_by(2).collect::<Vec<_>>())))
    };
    if let Some((_, suggestion)) = unknown("unknown field `") {
        return format!("unknown key; {suggestion}");
    }
    if let Some((word, suggestion)) = unknown("unknown variant `") {
        return format!("unknown value `{word}`; {suggestion}");
    }
    message.replacen("missing field", "missing key", 1)
}

/// A key or an index.
enum Step {
    Key(&'static str),
    Index(usize),
}

/// What the form of a value does not show. The error is the path to what is wrong.
fn check(settings: &Settings) -> Result<(), (Vec<Step>, String)> {
    settings.alert.validate().map_err(|error| (vec![Step::Key("alert")], error.to_string()))?;
    let mut known = HashSet::new();
    for (index, AccessToken { principal, token, .. }) in settings.http.tokens.iter().enumerate() {
        let wrong = |key, message: &str| {
            let path = vec![Step::Key("http"), Step::Key("tokens"), Step::Index(index), Step::Key(key)];
            Err((path, message.to_owned()))
        };
        if principal.0.trim().is_empty() {
            return wrong("principal", "empty; name whoever has the token");
        }
        if token.expose().len() < SHORTEST_TOKEN {
            return wrong("token", "shorter than 16 characters; make one with `openssl rand -hex 32`");
        }
        if !token.expose().bytes().all(|byte| byte.is_ascii_graphic()) {
            return wrong("token", "a token has only letters, digits and signs of ASCII, and no spaces");
        }
        if !known.insert(token.expose()) {
            return wrong("token", "another principal or entry has the same token");
        }
    }
    Ok(())
}

/// Where the last part of a path stands that there is.
fn place(table: &Spanned<DeTable<'_>>, path: &[Step]) -> usize {
    let mut at = table.span().start;
    let mut value = None;
    for step in path {
        let table = match value.map(Spanned::get_ref) {
            None => Some(table.get_ref()),
            Some(DeValue::Table(table)) => Some(table),
            Some(_) => None,
        };
        let next = match (step, value.map(Spanned::get_ref), table) {
            (Step::Key(key), _, Some(table)) => table.get(*key),
            (Step::Index(index), Some(DeValue::Array(array)), _) => array.get(*index),
            _ => None,
        };
        let Some(next) = next else { break };
        (at, value) = (next.span().start, Some(next));
    }
    at
}

fn shown(path: &[Step]) -> String {
    let mut shown = String::new();
    for step in path {
        match step {
            Step::Key(key) if shown.is_empty() => shown.push_str(key),
            Step::Key(key) => shown.push_str(&format!(".{key}")),
            Step::Index(index) => shown.push_str(&format!("[{index}]")),
        }
    }
    shown
}
