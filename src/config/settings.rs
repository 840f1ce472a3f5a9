//! How codefirst itself behaves: [`Settings`], read from `codefirst.toml`.
//!
//! ```toml
//! [policy]
//! trusted = ["github"]
//!
//! [[policy.rules]]
//! tools = ["github/delete_*"]
//! access = "deny"
//! ```
//!
//! The documentation of [`policy`](crate::policy) describes its section. A key that is not known is an error.

use std::{
    io,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::policy::Policy;

/// What `codefirst.toml` says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What calls may be made, and how.
    #[serde(default)]
    pub policy: Policy,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("cannot read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    /// TOML's message shows the line, the column and the text.
    #[error("{}: {message}", path.display())]
    Malformed { path: PathBuf, message: String },
}

impl Settings {
    /// Reads the file at `path`.
    pub fn load(path: &Path) -> Result<Self, SettingsError> {
        let text =
            std::fs::read_to_string(path).map_err(|source| SettingsError::Read { path: path.to_owned(), source })?;
        let malformed =
            |error: toml::de::Error| SettingsError::Malformed { path: path.to_owned(), message: error.to_string() };
        toml::from_str(&text).map_err(malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_the_file_and_the_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("codefirst.toml");
        for (text, expected) in [
            ("[polici]", "unknown field `polici`, expected `policy`"),
            ("[policy]\ntrusted = [1]", "line 2, column 12"),
            ("[[policy.rules]]\ntools = ['github']\naccess = 'deny'", "write `github/*`"),
        ] {
            std::fs::write(&path, text).expect("the folder can be written to");
            let error = Settings::load(&path).expect_err(text).to_string();
            assert!(error.starts_with(&path.display().to_string()) && error.contains(expected), "{text:?}: {error}");
        }
        assert!(Settings::load(Path::new("/no/such/codefirst.toml")).is_err());
    }
}
