//! What the kernel shows of other processes, below `/proc`.

use std::{
    fs,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

/// A process as it was when it was looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Process {
    pub id: u32,
    pub parent: u32,
    pub session: u32,
    /// Whether it has ended and its parent has not yet asked how.
    pub is_zombie: bool,
}

impl Process {
    /// `None` when there is none any more.
    fn look_up(id: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        // The name in front is in parentheses, and may hold some itself.
        let (_, rest) = stat.rsplit_once(')')?;
        let fields: Vec<_> = rest.split_whitespace().collect();
        let number = |index: usize| fields.get(index)?.parse::<u32>().ok();
        Some(Self { id, parent: number(1)?, session: number(3)?, is_zombie: *fields.first()? == "Z" })
    }

    /// The file that it runs; a zombie runs none.
    pub fn binary(&self) -> Option<PathBuf> {
        fs::read_link(format!("/proc/{}/exe", self.id)).ok()
    }

    /// The text of one of its files below `/proc`.
    pub fn text(&self, file: &str) -> String {
        fs::read_to_string(format!("/proc/{}/{file}", self.id)).unwrap_or_default()
    }

    /// Its descriptors: the number of each, and what it leads to.
    pub fn descriptors(&self) -> Vec<(String, PathBuf)> {
        let Ok(entries) = fs::read_dir(format!("/proc/{}/fd", self.id)) else { return Vec::new() };
        let descriptor = |entry: fs::DirEntry| {
            Some((entry.file_name().to_string_lossy().into_owned(), fs::read_link(entry.path()).ok()?))
        };
        entries.filter_map(|entry| descriptor(entry.ok()?)).collect()
    }

    /// Kills it, unless it has ended already.
    pub fn kill(&self) {
        if let Some(id) = i32::try_from(self.id).ok().and_then(Pid::from_raw) {
            let _ = kill_process(id, Signal::KILL);
        }
    }
}

/// All processes, zombies too.
pub fn all() -> Vec<Process> {
    let entries = fs::read_dir("/proc").expect("/proc");
    let ids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    ids.filter_map(Process::look_up).collect()
}

/// The children of a process, zombies too.
pub fn children_of(parent: u32) -> Vec<Process> {
    all().into_iter().filter(|process| process.parent == parent).collect()
}

/// Looks until there is something to see, but not for longer than that.
pub fn wait_for<T>(within: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + within;
    loop {
        let seen = look();
        if seen.is_some() || Instant::now() >= deadline {
            return seen;
        }
        thread::sleep(Duration::from_millis(5));
    }
}
