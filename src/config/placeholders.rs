//! What stands in a configuration for something that is known only where it is used: `${env:NAME}` everywhere, and what the
//! clients have beside it.
//!
//! | written | stands for | comes from |
//! |---|---|---|
//! | `${env:NAME}` | the environment variable | Cursor, VS Code, Windsurf |
//! | `${NAME}`, `${NAME:-default}` | the environment variable; the default where it is not set | Claude Code |
//! | `${workspaceFolder}`, `${workspaceFolderBasename}` | the folder that the configuration is for; its name | Cursor, VS Code |
//! | `${userHome}` | the user's home | Cursor, VS Code |
//! | `${pathSeparator}`, `${/}` | what separates the parts of a path | Cursor, VS Code |
//!
//! What a client would ask somebody for, or find in its own settings, is an error. Anything else that looks like a
//! placeholder is left as it is.

use std::{collections::BTreeSet, path::PathBuf};

/// Fills placeholders in, and notes what of that may be a credential.
pub(super) struct Placeholders<'a> {
    variable: &'a dyn Fn(&str) -> Option<String>,
    workspace: PathBuf,
    filled_in: BTreeSet<String>,
}

/// What clients offer that only they can give.
const OF_CLIENTS: [&str; 4] = ["input", "command", "config", "file"];

/// Variables that say where and who somebody is: to redact them would redact every path.
const HARMLESS: [&str; 17] = [
    "APPDATA",
    "HOME",
    "HOMEDRIVE",
    "HOMEPATH",
    "HOSTNAME",
    "LANG",
    "LOCALAPPDATA",
    "LOGNAME",
    "PATH",
    "PROGRAMFILES",
    "PWD",
    "SHELL",
    "TEMP",
    "TMP",
    "TMPDIR",
    "USER",
    "USERPROFILE",
];

impl<'a> Placeholders<'a> {
    /// `variable` looks environment variables up; `workspace` is the folder that the configuration is for.
    pub fn new(variable: &'a dyn Fn(&str) -> Option<String>, workspace: PathBuf) -> Self {
        Self { variable, workspace, filled_in: BTreeSet::new() }
    }

    /// The text with its placeholders filled in, or why one cannot be.
    pub fn fill(&mut self, text: &str) -> Result<String, String> {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            filled.push_str(before);
            let Some((placeholder, tail)) = after.split_once('}') else {
                rest = &rest[before.len()..];
                break;
            };
            match self.value(placeholder)? {
                Some(value) => filled.push_str(&value),
                None => {
                    filled.push_str("${");
                    // It may hold the beginning of another.
                    rest = after;
                    continue;
                }
            }
            rest = tail;
        }
        filled.push_str(rest);
        Ok(filled)
    }

    /// What was filled in and may be a credential, of all texts since this was asked last.
    pub fn take_filled_in(&mut self) -> BTreeSet<String> {
        std::mem::take(&mut self.filled_in)
    }

    /// What a placeholder stands for; `None` if it is not one.
    fn value(&mut self, placeholder: &str) -> Result<Option<String>, String> {
        let unset = |name: &str, remedy: &str| {
            format!("the environment variable {name}, which `${{{placeholder}}}` names, is not set{remedy}")
        };
        if let Some(name) = placeholder.strip_prefix("env:") {
            return self.environment(name).map(Some).ok_or_else(|| unset(name, ""));
        }
        if let Some((kind, name)) = placeholder.split_once(':')
            && OF_CLIENTS.contains(&kind)
        {
            let variable = variable_name(name);
            return Err(format!(
                "`${{{placeholder}}}` is something that only the client knows which it was written for; use \
                 `${{env:{variable}}}` and set that environment variable"
            ));
        }
        Ok(Some(match placeholder {
            "workspaceFolder" => self.workspace.to_string_lossy().into_owned(),
            "workspaceFolderBasename" => {
                self.workspace.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
            }
            "userHome" => (self.variable)("HOME")
                .or_else(|| (self.variable)("USERPROFILE"))
                .ok_or("the environment variable HOME, which `${userHome}` needs, is not set")?,
            "pathSeparator" | "/" => std::path::MAIN_SEPARATOR.to_string(),
            _ => {
                let (name, default) = match placeholder.split_once(":-") {
                    Some((name, default)) => (name, Some(default)),
                    None => (placeholder, None),
                };
                if !is_variable_name(name) {
                    return Ok(None);
                }
                self.environment(name)
                    .or_else(|| default.map(str::to_owned))
                    .ok_or_else(|| unset(name, &format!("; `${{{name}:-x}}` is x where it is not")))?
            }
        }))
    }

    fn environment(&mut self, name: &str) -> Option<String> {
        let value = (self.variable)(name)?;
        if !HARMLESS.contains(&name) && !name.starts_with("XDG_") && !name.starts_with("LC_") {
            self.filled_in.insert(value.clone());
        }
        Some(value)
    }
}

fn is_variable_name(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A name for an environment variable that holds what something of this name does: `GITHUB_TOKEN` for `github-token`.
pub(super) fn variable_name(name: &str) -> String {
    let name: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    let name = name.trim_matches('_');
    if is_variable_name(name) { name.to_owned() } else { format!("VALUE_{name}").trim_end_matches('_').to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variable(name: &str) -> Option<String> {
        let value = match name {
            "TOKEN" => "s3cret",
            "HOME" => "/home/me",
            "EMPTY" => "",
            _ => return None,
        };
        Some(value.to_owned())
    }

    fn fill(text: &str) -> Result<String, String> {
        Placeholders::new(&variable, "/work/site".into()).fill(text)
    }

    #[test]
    fn placeholders_of_all_clients_are_filled_in() {
        let separator = std::path::MAIN_SEPARATOR;
        for (text, expected) in [
            ("", ""),
            ("plain $TOKEN {TOKEN}", "plain $TOKEN {TOKEN}"),
            ("a${env:TOKEN}b${env:TOKEN}", "as3cretbs3cret"),
            ("Bearer ${TOKEN}!", "Bearer s3cret!"),
            ("${TOKEN:-none} ${NONE:-none} ${NONE:-} ${NONE:-a:-b}", "s3cret none  a:-b"),
            ("[${env:EMPTY}${EMPTY:-default}]", "[]"),
            ("${workspaceFolder}/x ${workspaceFolderBasename}", "/work/site/x site"),
            ("${userHome}", "/home/me"),
            ("${pathSeparator}${/}", &format!("{separator}{separator}")),
            ("${env:TOKEN", "${env:TOKEN"),
            ("${} ${a b} ${1} $${TOKEN}", "${} ${a b} ${1} $s3cret"),
            ("${ ${TOKEN}}", "${ s3cret}"),
        ] {
            assert_eq!(fill(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_filled_in_is_an_error_with_a_remedy() {
        for (text, expected) in [
            ("${env:NONE}", "variable NONE, which `${env:NONE}` names, is not set"),
            ("${NONE}", "is not set; `${NONE:-x}` is x where it is not"),
            ("${input:github-token}", "use `${env:GITHUB_TOKEN}`"),
            ("${file:/run/1}", "use `${env:RUN_1}`"),
            ("${command:1}", "use `${env:VALUE_1}`"),
        ] {
            let error = fill(text).expect_err(text);
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn what_comes_out_of_the_environment_is_noted_unless_it_says_who_and_where() {
        let mut placeholders = Placeholders::new(&variable, "/work".into());
        placeholders.fill("${env:HOME} ${TOKEN} ${NONE:-default} ${workspaceFolder}").unwrap();
        assert_eq!(placeholders.take_filled_in(), BTreeSet::from(["s3cret".to_owned()]));
        assert!(placeholders.take_filled_in().is_empty());
    }
}
