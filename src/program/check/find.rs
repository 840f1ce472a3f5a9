//! Where the compiler is: [`Compiler::find`].
//!
//! In: a path, if one was given. Out: TypeScript's native compiler and its version. npm installs it as a program of its
//! own (`@typescript/typescript-<system>-<processor>/lib/tsc`) that `typescript/bin/tsc`, a script for Node, starts;
//! the script is followed to it, because what is to be killed should be one process.

use std::{
    env, fs,
    io::Read,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// How long the compiler may take to say its version. It takes 5 ms.
const VERSION_PATIENCE: Duration = Duration::from_secs(5);
/// The first version that is a native program and speaks the protocol.
const LEAST_MAJOR: u32 = 7;

/// What to do where there is none.
const WAY_OUT: &str = "install TypeScript 7 (npm install typescript@7), or name its tsc";

/// TypeScript's native compiler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compiler {
    pub path: PathBuf,
    /// As it says itself: `7.0.2`.
    pub version: String,
}

/// Why there is no compiler.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    #[error("there is no TypeScript {LEAST_MAJOR} compiler in node_modules or on PATH: {WAY_OUT}")]
    NotFound,
    #[error("{} does not say which version of TypeScript it is: {WAY_OUT}", path.display())]
    NoVersion { path: PathBuf },
    #[error("{} is TypeScript {version}, and {LEAST_MAJOR} or newer is needed: {WAY_OUT}", path.display())]
    TooOld { path: PathBuf, version: String },
}

impl Compiler {
    /// The compiler at this path; without one, that of the nearest `node_modules` of the working directory and the
    /// folders around it, and then that on `PATH`. Blocks for the few milliseconds in which it is asked for its
    /// version.
    ///
    /// # Errors
    /// When there is none, or it is too old.
    pub fn find(explicit: Option<&Path>) -> Result<Self, FindError> {
        if let Some(path) = explicit {
            return Self::at(native(path).unwrap_or_else(|| path.to_owned()));
        }
        let mut error = FindError::NotFound;
        for path in installed() {
            match Self::at(path) {
                Ok(compiler) => return Ok(compiler),
                Err(refused) => error = refused,
            }
        }
        Err(error)
    }

    fn at(path: PathBuf) -> Result<Self, FindError> {
        let Some(version) = version(&path) else { return Err(FindError::NoVersion { path }) };
        let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
        match major {
            Some(major) if major >= LEAST_MAJOR => Ok(Self { path, version }),
            Some(_) => Err(FindError::TooOld { path, version }),
            None => Err(FindError::NoVersion { path }),
        }
    }
}

/// The native compilers that are installed, the nearest first.
fn installed() -> impl Iterator<Item = PathBuf> {
    let here = env::current_dir().unwrap_or_default();
    let around: Vec<PathBuf> = here.ancestors().map(|folder| folder.join("node_modules/typescript")).collect();
    let path = env::var_os("PATH").unwrap_or_default();
    let program = format!("tsc{}", env::consts::EXE_SUFFIX);
    let on_path: Vec<PathBuf> = env::split_paths(&path).filter(|folder| folder.is_absolute()).collect();
    let near = around.into_iter().filter_map(|package| in_package(&package)).filter(|path| is_trusted(path));
    near.chain(on_path.into_iter().filter_map(move |folder| native(&folder.join(&program))))
}

/// The native compiler that a file is or starts; `None` if it is neither.
fn native(path: &Path) -> Option<PathBuf> {
    let real = fs::canonicalize(path).ok()?;
    if !is_script(&real) {
        return Some(real);
    }
    // …/typescript/bin/tsc
    in_package(real.parent()?.parent()?)
}

/// The native compiler of the package `typescript`. It is a package of its own, within or beside it.
fn in_package(package: &Path) -> Option<PathBuf> {
    let package = fs::canonicalize(package).ok()?;
    let system = match env::consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    };
    let processor = match env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    let native = format!("@typescript/typescript-{system}-{processor}/lib/tsc{}", env::consts::EXE_SUFFIX);
    [package.join("node_modules"), package.parent()?.to_owned()]
        .iter()
        .find_map(|modules| fs::canonicalize(modules.join(&native)).ok())
}

/// Whether a compiler that nobody named may be started: not one that another user has left in a folder around us.
#[cfg(target_os = "linux")]
fn is_trusted(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let own = rustix::process::geteuid().as_raw();
    fs::metadata(path).is_ok_and(|file| file.uid() == own || file.uid() == 0)
}

#[cfg(not(target_os = "linux"))]
fn is_trusted(_: &Path) -> bool {
    true
}

fn is_script(path: &Path) -> bool {
    let mut start = [0; 2];
    let read = fs::File::open(path).and_then(|mut file| file.read_exact(&mut start));
    read.is_err() || &start == b"#!"
}

/// What it answers to `--version`: `Version 7.0.2`.
fn version(path: &Path) -> Option<String> {
    let mut command = Command::new(path);
    command.arg("--version").env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    #[cfg(windows)]
    command.envs(env::vars_os().filter(|(name, _)| name.eq_ignore_ascii_case("SYSTEMROOT")));
    let mut child = command.spawn().ok()?;
    let deadline = Instant::now() + VERSION_PATIENCE;
    let has_ended = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status.success(),
            Ok(None) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(1)),
            _ => break false,
        }
    };
    if !has_ended {
        let _ = child.kill();
        let _ = child.wait();
        return None;
    }
    let mut answer = String::new();
    child.stdout.take()?.take(256).read_to_string(&mut answer).ok()?;
    let version = answer.trim().strip_prefix("Version ")?;
    let is_plain = version.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'));
    is_plain.then(|| version.to_owned())
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    fn script(folder: &Path, text: &str) -> PathBuf {
        let (text_path, path) = (folder.join("tsc.txt"), folder.join("tsc"));
        fs::write(&text_path, format!("#!/bin/sh\n{text}\n")).unwrap();
        // Written by another process: what this one has open for writing, a child that it forks meanwhile has too, and
        // no file is executed that somebody may still write to.
        let copy = ["-c", "cat \"$0\" > \"$1\" && chmod 755 \"$1\""];
        assert!(Command::new("sh").args(copy).args([&text_path, &path]).status().unwrap().success());
        path
    }

    #[test]
    fn the_version_decides() {
        let folder = tempfile::tempdir().unwrap();
        let find = |text: &str| Compiler::find(Some(&script(folder.path(), text))).map(|compiler| compiler.version);
        assert_eq!(find("echo Version 7.1.0-dev.2").ok().as_deref(), Some("7.1.0-dev.2"));
        assert_eq!(find("echo Version 10.0.0").ok().as_deref(), Some("10.0.0"));
        assert!(matches!(find("echo Version 5.9.2"), Err(FindError::TooOld { version, .. }) if version == "5.9.2"));
        for text in ["echo hello", "echo Version x", "exit 1", "echo Version 7.0.0; exit 1"] {
            assert!(matches!(find(text), Err(FindError::NoVersion { .. })), "{text}");
        }
        let missing = Compiler::find(Some(Path::new("/nowhere/tsc"))).unwrap_err().to_string();
        assert!(missing.contains("/nowhere/tsc") && missing.contains("npm install typescript@7"), "{missing}");
    }

    #[test]
    fn a_script_of_the_package_leads_to_the_native_compiler() {
        let folder = tempfile::tempdir().unwrap();
        let (package, bin) = (folder.path().join("node_modules/typescript"), folder.path().join("bin"));
        fs::create_dir_all(package.join("bin")).unwrap();
        fs::create_dir(&bin).unwrap();
        script(&package.join("bin"), "exit 1");
        std::os::unix::fs::symlink("../node_modules/typescript/bin/tsc", bin.join("tsc")).unwrap();
        assert_eq!(native(&bin.join("tsc")), None);
        assert_eq!(in_package(&package), None);

        let lib = format!("@typescript/typescript-{}-x64/lib", env::consts::OS).replace("macos", "darwin");
        let lib = folder.path().join("node_modules").join(lib.replace(
            "x64",
            match env::consts::ARCH {
                "aarch64" => "arm64",
                _ => "x64",
            },
        ));
        fs::create_dir_all(&lib).unwrap();
        let native_path = fs::canonicalize(script(&lib, "echo Version 7.0.2")).unwrap();
        assert_eq!(native(&bin.join("tsc")), Some(native_path.clone()));
        let found = Compiler::find(Some(&bin.join("tsc"))).unwrap();
        assert_eq!(found, Compiler { path: native_path, version: "7.0.2".to_owned() });
    }
}
