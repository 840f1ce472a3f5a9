//! Where logins are kept: [`CredentialFolder`], a folder of the user's with one file for each server.
//!
//! A file belongs to a server's name and address together. It is written whole or not at all, and only its owner can
//! read it. While a token is renewed, a lock beside the file keeps other processes from renewing it as well: most
//! authorization servers accept a token for renewal only once. Files are read anew for each request, so that a login or
//! a logout holds at once for all processes.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use rmcp::transport::auth::{AuthError, CredentialRefreshGuard, CredentialStore, StoredCredentials};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep};

use super::OAuthError;
use crate::files::write_whole_private;

/// How long another process may take to renew a token: rmcp gives up on a request after 30 s.
const LOCK_PATIENCE: Duration = Duration::from_secs(40);
const LOCK_INTERVAL: Duration = Duration::from_millis(50);

/// The longest file that is read. rmcp takes no longer answer from an authorization server.
const FILE_LIMIT_BYTES: u64 = 2 * 1024 * 1024;

/// How much of a server's name is in its file's.
const NAME_LIMIT: usize = 40;

/// The folder of a user's logins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CredentialFolder {
    path: PathBuf,
}

impl CredentialFolder {
    /// The files are in `path`, which need not exist yet.
    pub(crate) fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    #[cfg(test)]
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Where this system keeps what programs know of a user. `variable` looks environment variables up.
    pub(crate) fn of_user(variable: impl Fn(&str) -> Option<String>) -> Result<Self, OAuthError> {
        // A relative path would mean another folder in each working directory; XDG wants it passed over.
        let absolute = |name| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let (data, variables) = if cfg!(windows) {
            (absolute("LOCALAPPDATA"), "LOCALAPPDATA nor anything in its place")
        } else if cfg!(target_os = "macos") {
            (absolute("HOME").map(|home| home.join("Library/Application Support")), "HOME nor anything in its place")
        } else {
            let home = || absolute("HOME").map(|home| home.join(".local/share"));
            (absolute("XDG_DATA_HOME").or_else(home), "XDG_DATA_HOME nor HOME")
        };
        let data = data.ok_or(OAuthError::NoFolder { variables })?;
        Ok(Self::new(data.join("codefirst").join("credentials")))
    }

    /// The login at the server of this name and address.
    pub(crate) fn server(&self, name: &str, url: &str) -> ServerCredentials {
        let file = self.path.join(format!("{}-{:016x}.json", file_name(name), digest(&[name, url])));
        ServerCredentials { file, server: name.into(), url: url.into(), client_secret: None }
    }

    /// Whether somebody has logged in at this server.
    pub(crate) fn has(&self, name: &str, url: &str) -> bool {
        self.server(name, url).file.exists()
    }

    /// Deletes the logins at a server, whatever its address was, and says how many there were. The server is not told.
    pub(crate) async fn forget(&self, name: &str) -> io::Result<usize> {
        let named = file_name(name);
        let entries = match fs::read_dir(&self.path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            Err(error) => return Err(error),
        };
        let mut forgotten = 0;
        for entry in entries {
            let file = entry?.path();
            let stem = file.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.rsplit_once('-'));
            if stem.is_none_or(|(name, _)| name != named) || file.extension().is_none_or(|kind| kind != "json") {
                continue;
            }
            // One that cannot be read is nobody else's, as far as its name tells.
            if matches!(read(&file), Ok(Some(login)) if login.server != name) {
                continue;
            }
            let _lock = lock(&file).await?;
            remove(&file)?;
            forgotten += 1;
        }
        Ok(forgotten)
    }
}

/// What is known of a login at one server, in its file.
#[derive(Clone)]
pub(crate) struct ServerCredentials {
    file: PathBuf,
    server: Arc<str>,
    url: Arc<str>,
    client_secret: Option<Arc<str>>,
}

/// A file's contents.
#[derive(Serialize, Deserialize)]
struct LoginFile {
    server: String,
    url: String,
    /// Some authorization servers give one to every client that registers, and want it when a token is renewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    credentials: StoredCredentials,
}

impl ServerCredentials {
    /// With the secret of the client that has registered.
    pub(super) fn with_client_secret(mut self, secret: Option<String>) -> Self {
        self.client_secret = secret.map(Arc::from);
        self
    }

    /// With the secret that is in the file.
    pub(super) fn with_stored_secret(self) -> Result<Self, AuthError> {
        let secret = self.login()?.and_then(|login| login.client_secret);
        Ok(self.with_client_secret(secret))
    }

    pub(super) fn client_secret(&self) -> Option<&str> {
        self.client_secret.as_deref()
    }

    #[cfg(test)]
    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// The file, unless it is another server's or that of another address.
    fn login(&self) -> Result<Option<LoginFile>, AuthError> {
        let login = read(&self.file).map_err(|error| self.failed("read", &error))?;
        Ok(login.filter(|login| *login.server == *self.server && *login.url == *self.url))
    }

    fn failed(&self, what: &str, error: &io::Error) -> AuthError {
        AuthError::CredentialStoreError(format!("cannot {what} {}: {error}", self.file.display()))
    }
}

// A login is a file of a kilobyte or two: to read it takes less time than to hand that to another thread.
#[async_trait::async_trait]
impl CredentialStore for ServerCredentials {
    async fn load(&self) -> Result<Option<StoredCredentials>, AuthError> {
        Ok(self.login()?.map(|login| login.credentials))
    }

    async fn save(&self, credentials: StoredCredentials) -> Result<(), AuthError> {
        let login = LoginFile {
            server: self.server.to_string(),
            url: self.url.to_string(),
            client_secret: self.client_secret().map(str::to_owned),
            credentials,
        };
        let save = || write_whole_private(&self.file, &serde_json::to_vec(&login)?);
        make_folder(&self.file).and_then(|()| save()).map_err(|error| self.failed("write", &error))
    }

    async fn clear(&self) -> Result<(), AuthError> {
        remove(&self.file).map_err(|error| self.failed("delete", &error))
    }

    /// A login that has ended is not tried again. The lock is held here, so the file is still the one that was refused.
    async fn on_refresh_token_rejected(&self, _: &StoredCredentials) -> Result<(), AuthError> {
        self.clear().await
    }

    async fn acquire_refresh_guard(&self) -> Result<Option<CredentialRefreshGuard>, AuthError> {
        let lock = lock(&self.file).await.map_err(|error| self.failed("lock", &error))?;
        Ok(Some(CredentialRefreshGuard::new(lock)))
    }
}

/// Reads a file, if there is one. The error repeats nothing of it.
fn read(file: &Path) -> io::Result<Option<LoginFile>> {
    let opened = match File::open(file) {
        Ok(opened) => opened,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut text = Vec::new();
    opened.take(FILE_LIMIT_BYTES).read_to_end(&mut text)?;
    serde_json::from_slice(&text).map(Some).map_err(|_| io::Error::other("it is damaged; log out and in again"))
}

fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

/// Takes the lock beside a file; it is given back when what this returns is dropped, or the process ends. The lock's own
/// file stays: whoever deletes it may take it from under another.
async fn lock(file: &Path) -> io::Result<File> {
    make_folder(file)?;
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let lock = options.open(file.with_extension("lock"))?;
    let deadline = Instant::now() + LOCK_PATIENCE;
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => sleep(LOCK_INTERVAL).await,
            Err(TryLockError::WouldBlock) => return Err(io::Error::other("another process does not let go of it")),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

/// Makes the folder that a file is in, for its owner alone.
fn make_folder(file: &Path) -> io::Result<()> {
    let Some(folder) = file.parent() else { return Ok(()) };
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    #[cfg(unix)]
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

/// A server's name as far as every file system takes it.
fn file_name(server: &str) -> String {
    let safe = |character: char| if character.is_ascii_alphanumeric() || character == '_' { character } else { '-' };
    server.chars().take(NAME_LIMIT).map(safe).collect()
}

/// FNV-1a of the texts. It only tells files apart: whose they are is in them.
fn digest(texts: &[&str]) -> u64 {
    // No UTF-8 text contains this byte.
    let bytes = texts.iter().flat_map(|text| text.bytes().chain([0xff]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
