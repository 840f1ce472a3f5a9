//! Where MCP clients keep their servers.

use std::{
    fmt,
    path::{Path, PathBuf},
};

/// A program that people use MCP servers from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Client {
    ClaudeCode,
    Cursor,
    VsCode,
    ClaudeDesktop,
    Windsurf,
}

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ClaudeCode => "Claude Code",
            Self::Cursor => "Cursor",
            Self::VsCode => "VS Code",
            Self::ClaudeDesktop => "Claude Desktop",
            Self::Windsurf => "Windsurf",
        })
    }
}

/// The operating systems that differ in where programs keep what they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Os {
    Linux,
    MacOs,
    Windows,
}

impl Os {
    /// The one that this process runs on. What is none of them keeps its files as Linux does.
    pub fn current() -> Self {
        match std::env::consts::OS {
            "macos" => Self::MacOs,
            "windows" => Self::Windows,
            _ => Self::Linux,
        }
    }

    /// Where programs keep their settings, within a home.
    fn settings(self) -> &'static str {
        match self {
            Self::Linux => ".config",
            Self::MacOs => "Library/Application Support",
            Self::Windows => "AppData/Roaming",
        }
    }
}

/// A file in which a client keeps servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientFile {
    pub client: Client,
    pub path: PathBuf,
}

/// All files in which clients keep servers, whether there are such files or not: those of the project first, because what is
/// said for a project comes before what is said for all.
pub fn known_files(home: &Path, project: &Path, os: Os) -> Vec<ClientFile> {
    let settings = home.join(os.settings());
    let files = [
        (Client::ClaudeCode, project.join(".mcp.json")),
        (Client::Cursor, project.join(".cursor/mcp.json")),
        (Client::VsCode, project.join(".vscode/mcp.json")),
        (Client::ClaudeCode, home.join(".claude.json")),
        (Client::Cursor, home.join(".cursor/mcp.json")),
        (Client::VsCode, settings.join("Code/User/mcp.json")),
        (Client::ClaudeDesktop, settings.join("Claude/claude_desktop_config.json")),
        (Client::Windsurf, home.join(".codeium/windsurf/mcp_config.json")),
    ];
    let mut known: Vec<ClientFile> = Vec::new();
    for (client, path) in files {
        // The project may be the home itself.
        if !known.iter().any(|file| file.path == path) {
            known.push(ClientFile { client, path });
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_system_has_its_own_folder_for_settings() {
        for (os, folder) in [
            (Os::Linux, "/home/me/.config"),
            (Os::MacOs, "/home/me/Library/Application Support"),
            (Os::Windows, "/home/me/AppData/Roaming"),
        ] {
            let files = known_files(Path::new("/home/me"), Path::new("/work"), os);
            let paths: Vec<_> = files.iter().map(|file| (file.client, file.path.clone())).collect();
            assert_eq!(paths.len(), 8);
            assert_eq!(paths[0], (Client::ClaudeCode, "/work/.mcp.json".into()));
            assert!(paths.contains(&(Client::VsCode, format!("{folder}/Code/User/mcp.json").into())), "{paths:?}");
            let desktop = format!("{folder}/Claude/claude_desktop_config.json");
            assert!(paths.contains(&(Client::ClaudeDesktop, desktop.into())), "{paths:?}");
        }
        let home = Path::new("/home/me");
        assert_eq!(known_files(home, home, Os::Linux).len(), 7);
    }
}
