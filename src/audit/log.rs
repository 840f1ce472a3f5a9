//! [`Log`]: the files of an audit log.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, ErrorKind, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{AuditError, AuditOptions};

/// The file that is appended to, and those before it. Only one process at a time has a path's.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    max_size: u64,
    keep: usize,
    file: File,
    size: u64,
    /// A line has been written in part. Its rest belongs into the same file.
    is_within_line: bool,
    _lock: Lock,
}

/// The claim to a path.
#[derive(Debug)]
struct Lock(File);

impl Drop for Lock {
    /// Closing the file would leave it to a process that is being started at this moment, and has all our files until it runs.
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

impl Log {
    pub(super) fn open(options: AuditOptions) -> Result<Self, AuditError> {
        let AuditOptions { path, max_size, keep } = options;
        let failed = |source: io::Error| AuditError::Open { path: path.clone(), source: Arc::new(source) };
        if fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(AuditError::NotAFile { path });
        }
        // Not the log itself: it changes its name, and on Windows nobody could read it.
        let lock = private().write(true).truncate(false).open(beside(&path, "lock")).map_err(failed)?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => AuditError::Locked { path: path.clone() },
            TryLockError::Error(source) => failed(source),
        })?;
        let (file, size) = begin(&path).map_err(failed)?;
        let max_size = max_size.as_u64();
        Ok(Self { path, max_size, keep: keep.max(1), file, size, is_within_line: false, _lock: Lock(lock) })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes lines and takes away what is written. What is left after an error is where to go on.
    ///
    /// # Errors
    /// Also, with nothing left, when a full file could not be put aside.
    pub(super) fn write(&mut self, lines: &mut Vec<u8>) -> io::Result<()> {
        let mut rest = &lines[..];
        let result = self.write_rest(&mut rest);
        let written = lines.len() - rest.len();
        lines.drain(..written);
        result
    }

    fn write_rest(&mut self, rest: &mut &[u8]) -> io::Result<()> {
        let mut rotated = Ok(());
        while !rest.is_empty() {
            let room = self.max_size.saturating_sub(self.size);
            let fitting = whole_lines(rest, usize::try_from(room).unwrap_or(usize::MAX));
            let length = match fitting {
                _ if self.is_within_line => first_line(rest),
                0 if self.size > 0 && rotated.is_ok() => {
                    rotated = self.rotate();
                    continue;
                }
                0 => first_line(rest),
                fitting => fitting,
            };
            match self.file.write(&rest[..length]) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => {
                    self.is_within_line = rest[written - 1] != b'\n';
                    self.size += written as u64;
                    *rest = &rest[written..];
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        rotated
    }

    /// Waits until the disk has what was written.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// Puts the file aside and begins a new one.
    fn rotate(&mut self) -> io::Result<()> {
        for (from, to) in self.renames()? {
            fs::rename(from, to)?;
        }
        (self.file, self.size) = begin(&self.path)?;
        Ok(())
    }

    /// What makes way for a new file, in an order in which nothing but the oldest file of all is ever overwritten. Where an earlier
    /// time was cut short, a number is free, and only those below it move.
    pub(super) fn renames(&self) -> io::Result<Vec<(PathBuf, PathBuf)>> {
        if !self.path.try_exists()? {
            return Ok(Vec::new());
        }
        let mut last = 1;
        while last < self.keep && self.numbered(last).try_exists()? {
            last += 1;
        }
        Ok((0..last).rev().map(|number| (self.numbered(number), self.numbered(number + 1))).collect())
    }

    fn numbered(&self, number: usize) -> PathBuf {
        if number == 0 { self.path.clone() } else { beside(&self.path, &number.to_string()) }
    }
}

/// Opens a file to append to it, at the beginning of a line, and says how long it is.
fn begin(path: &Path) -> io::Result<(File, u64)> {
    let mut file = private().append(true).read(true).open(path)?;
    let mut size = file.metadata()?.len();
    if size > 0 {
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            file.write_all(b"\n")?;
            size += 1;
        }
    }
    Ok((file, size))
}

/// For files that only their owner can read, unless they are there already.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}

fn beside(path: &Path, extension: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".");
    name.push(extension);
    name.into()
}

/// The length of as many whole lines as fit.
fn whole_lines(lines: &[u8], room: usize) -> usize {
    let fitting = &lines[..room.min(lines.len())];
    fitting.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1)
}

fn first_line(lines: &[u8]) -> usize {
    lines.iter().position(|byte| *byte == b'\n').map_or(lines.len(), |end| end + 1)
}
