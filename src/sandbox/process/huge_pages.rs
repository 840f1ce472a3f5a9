//! A process that forks, on huge pages: its code and constants ([`move_code`]) and its heap ([`collapse_heap`]).
//!
//! A forked process finds none of its code mapped; it takes a fault for every 64 KiB that it runs. Of its heap every page has
//! an entry to be copied at the fork, and all of that is taken down again at the end. Of anonymous huge pages there are a few
//! entries to copy and to take down, and no faults until something is written. That is a third of what a small program costs.

#![allow(unsafe_code)]

use std::{fs, io, ptr};

pub const HUGE_PAGE_BYTES: usize = 2 * 1024 * 1024;

/// Copies this program's code and constants to huge pages and puts them in their place. Where the kernel has none to give,
/// nothing changes.
///
/// To be called while there is one thread, and nothing yet that would use memory that is writable and then executable.
pub fn move_code() -> io::Result<()> {
    let program = fs::read_link("/proc/self/exe")?;
    let maps = fs::read_to_string("/proc/self/maps")?;
    for line in maps.lines() {
        let mut fields = line.split_whitespace();
        let (Some(range), Some(access)) = (fields.next(), fields.next()) else { continue };
        let protection = match access {
            "r-xp" => libc::PROT_READ | libc::PROT_EXEC,
            "r--p" => libc::PROT_READ,
            _ => continue,
        };
        if fields.nth(3).map(AsRef::as_ref) != Some(program.as_path()) {
            continue;
        }
        let Some((start, end)) = read_range(range) else { continue };
        let start = start.next_multiple_of(HUGE_PAGE_BYTES);
        let end = end / HUGE_PAGE_BYTES * HUGE_PAGE_BYTES;
        if start < end {
            move_range(start, end - start, protection)?;
        }
    }
    Ok(())
}

/// Puts the heap on huge pages, as far as it fills them.
pub fn collapse_heap() -> io::Result<()> {
    let maps = fs::read_to_string("/proc/self/maps")?;
    let heap = maps.lines().filter(|line| line.ends_with("[heap]")).filter_map(|line| line.split(' ').next());
    for (start, end) in heap.filter_map(read_range) {
        let start = start.next_multiple_of(HUGE_PAGE_BYTES);
        let end = end / HUGE_PAGE_BYTES * HUGE_PAGE_BYTES;
        if start < end {
            // SAFETY: changes nothing that a program could see. Where the kernel cannot, nothing changes at all.
            unsafe { libc::madvise(start as *mut libc::c_void, end - start, libc::MADV_COLLAPSE) };
        }
    }
    Ok(())
}

fn read_range(range: &str) -> Option<(usize, usize)> {
    let (start, end) = range.split_once('-')?;
    Some((usize::from_str_radix(start, 16).ok()?, usize::from_str_radix(end, 16).ok()?))
}

/// Moves a range that nobody writes to, and whose ends lie on huge pages.
fn move_range(start: usize, length: usize, protection: libc::c_int) -> io::Result<()> {
    let room = length + HUGE_PAGE_BYTES;
    // SAFETY: new memory, at no place in particular.
    let memory = unsafe {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        libc::mmap(ptr::null_mut(), room, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0)
    };
    if memory == libc::MAP_FAILED {
        return Err(io::Error::last_os_error());
    }
    let copy = (memory as usize).next_multiple_of(HUGE_PAGE_BYTES);
    // SAFETY: both ranges are mapped and as long as is said, one readable, the other writable and nobody else's.
    unsafe {
        libc::madvise(copy as *mut libc::c_void, length, libc::MADV_HUGEPAGE);
        ptr::copy_nonoverlapping(start as *const u8, copy as *mut u8, length);
    }
    // On small pages a fork would copy thousands of entries: worse than none.
    if huge_bytes(copy)? == length {
        // SAFETY: the copy says the same as what it replaces, at the same addresses, and is replaced in one step.
        unsafe {
            if libc::mprotect(copy as *mut libc::c_void, length, protection) == 0 {
                let flags = libc::MREMAP_MAYMOVE | libc::MREMAP_FIXED;
                libc::mremap(copy as *mut libc::c_void, length, length, flags, start as *mut libc::c_void);
            }
        }
    }
    // SAFETY: what is left of the memory made above, and nobody's.
    unsafe { libc::munmap(memory, room) };
    Ok(())
}

/// How much of the mapping at this address is on huge pages.
fn huge_bytes(address: usize) -> io::Result<usize> {
    let smaps = fs::read_to_string("/proc/self/smaps")?;
    let mut is_it = false;
    for line in smaps.lines() {
        if let Some((start, end)) = line.split_whitespace().next().and_then(read_range) {
            is_it = (start..end).contains(&address);
        } else if is_it && let Some(size) = line.strip_prefix("AnonHugePages:") {
            let kib = size.trim().trim_end_matches(" kB").parse::<usize>().unwrap_or(0);
            return Ok(kib * 1024);
        }
    }
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether or not the kernel grants it, this program goes on as it was.
    #[test]
    fn code_works_after_the_move() {
        // In a process of its own: the other tests have threads.
        match super::super::system::fork().unwrap() {
            None => {
                let moved = move_code().is_ok();
                let text = format!("{:?}", (1..40).map(|n| n * n).collect::<Vec<u64>>());
                super::super::system::exit_now(if moved && text.ends_with("1521]") { 7 } else { 1 });
            }
            Some(pid) => {
                let mut status = 0;
                // SAFETY: waits for the child made above.
                unsafe { libc::waitpid(pid, &raw mut status, 0) };
                assert_eq!(libc::WEXITSTATUS(status), 7);
            }
        }
    }
}
