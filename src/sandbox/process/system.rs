//! System calls without a safe wrapper elsewhere. With `huge_pages`, the only unsafe code of the process sandbox.

#![allow(unsafe_code)]

use std::{
    io, mem,
    os::fd::{AsRawFd, BorrowedFd, IntoRawFd, OwnedFd, RawFd},
    ptr,
    time::Duration,
};

use super::control::{Exit, Status};

/// The descriptor that a child's socket has.
const CHILD_SOCKET: RawFd = 0;

/// How a child exits after `abort`, which would signal itself and may not: as shells report that signal.
const ABORTED: i32 = 128 + libc::SIGABRT;

/// Forks. In the child, `None`.
///
/// Everything is safe to do in the child, because the process that calls this has one thread only.
pub fn fork() -> io::Result<Option<i32>> {
    // SAFETY: there is no other thread, which could hold a lock or be in the middle of something.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        0 => Ok(None),
        pid => Ok(Some(pid)),
    }
}

/// The next child that has ended, if there is one.
pub fn reap() -> Option<(i32, Exit)> {
    let mut status = 0;
    // SAFETY: a structure of numbers, for which zero is a value.
    let mut usage: libc::rusage = unsafe { mem::zeroed() };
    // SAFETY: both pointers are to what the call fills.
    let pid = unsafe { libc::wait4(-1, &raw mut status, libc::WNOHANG, &raw mut usage) };
    if pid <= 0 {
        return None;
    }
    let status = match libc::WIFSIGNALED(status) {
        true => Status::Signal(libc::WTERMSIG(status)),
        false if libc::WEXITSTATUS(status) == ABORTED => Status::Signal(libc::SIGABRT),
        false => Status::Code(libc::WEXITSTATUS(status)),
    };
    let duration = |time: libc::timeval| {
        Duration::from_secs(time.tv_sec.unsigned_abs()) + Duration::from_micros(time.tv_usec.unsigned_abs())
    };
    let cpu = duration(usage.ru_utime) + duration(usage.ru_stime);
    Some((pid, Exit { status, peak_bytes: usage.ru_maxrss.unsigned_abs() * 1024, cpu }))
}

/// Kills a child that has not been reaped.
pub fn kill(pid: i32) {
    // SAFETY: plain numbers; until it is reaped, nobody else has its number.
    unsafe { libc::kill(pid, libc::SIGKILL) };
}

/// Takes the signals of this process as a fresh one has them, except that ends of children wait for
/// [`wait_for_input_or_child`].
pub fn reset_signals() {
    // SAFETY: only numbers and a set on the stack are handed over, and no handler is replaced that anybody relies on.
    unsafe {
        // What the parent ignored, and what the runtime handles: its handler for faults would make calls of its own.
        for signal in [libc::SIGSEGV, libc::SIGBUS, libc::SIGPROF, libc::SIGXCPU, libc::SIGABRT, libc::SIGTERM] {
            libc::signal(signal, libc::SIG_DFL);
        }
        libc::signal(libc::SIGCHLD, wake_up as *const () as libc::sighandler_t);
        let mut set = mem::zeroed();
        libc::sigemptyset(&raw mut set);
        libc::sigaddset(&raw mut set, libc::SIGCHLD);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const set, ptr::null_mut());
    }
}

/// Does nothing: that it is called ends a wait.
extern "C" fn wake_up(_: libc::c_int) {}

/// Waits until there is something to read, or a child has ended (`false`).
pub fn wait_for_input_or_child(socket: BorrowedFd<'_>) -> io::Result<bool> {
    let mut poll = libc::pollfd { fd: socket.as_raw_fd(), events: libc::POLLIN, revents: 0 };
    // SAFETY: the pointers are to values on the stack; the signal is let through only during the call.
    let ready = unsafe {
        let mut nothing_blocked = mem::zeroed();
        libc::sigemptyset(&raw mut nothing_blocked);
        libc::ppoll(&raw mut poll, 1, ptr::null(), &raw const nothing_blocked)
    };
    match ready {
        -1 => match io::Error::last_os_error() {
            error if error.kind() == io::ErrorKind::Interrupted => Ok(false),
            error => Err(error),
        },
        _ => Ok(true),
    }
}

/// Makes the child's socket its first descriptor, and closes all others.
pub fn keep_only(socket: OwnedFd) -> io::Result<()> {
    let socket = socket.into_raw_fd();
    // SAFETY: plain numbers. Whoever owned one of the descriptors never uses it again: a child does not return.
    unsafe {
        if socket != CHILD_SOCKET && libc::dup2(socket, CHILD_SOCKET) < 0 {
            return Err(io::Error::last_os_error());
        }
        close_from(CHILD_SOCKET + 1)
    }
}

/// The child's socket, once [`keep_only`] has put it there.
pub fn child_socket() -> BorrowedFd<'static> {
    // SAFETY: a child never closes it.
    unsafe { BorrowedFd::borrow_raw(CHILD_SOCKET) }
}

/// Closes what this process inherited beyond the three standard descriptors.
pub fn close_inherited() -> io::Result<()> {
    // SAFETY: called before anything has been opened.
    unsafe { close_from(3) }
}

/// Closes every descriptor from this one on.
///
/// # Safety
///
/// Nothing that owns such a descriptor may use it afterwards.
unsafe fn close_from(first: RawFd) -> io::Result<()> {
    let first = libc::c_uint::try_from(first).unwrap_or_default();
    // SAFETY: plain numbers.
    match unsafe { libc::syscall(libc::SYS_close_range, first, libc::c_uint::MAX, 0) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// The signal `SIGPROF`, which ends the process, once it has computed for so long.
pub fn end_after_computing(limit: Duration) -> io::Result<()> {
    let value = libc::timeval {
        tv_sec: limit.as_secs().try_into().unwrap_or(libc::time_t::MAX),
        tv_usec: limit.subsec_micros().max(u32::from(limit.as_secs() == 0)).into(),
    };
    let once = libc::itimerval { it_interval: libc::timeval { tv_sec: 0, tv_usec: 0 }, it_value: value };
    // SAFETY: reads the structure; nothing is asked about the timer that it replaces.
    match unsafe { libc::setitimer(libc::ITIMER_PROF, &raw const once, ptr::null_mut()) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Has the heap begin and grow by huge pages, with large blocks in it as well, so that all of it can be put on such pages by
/// [`huge_pages::collapse_heap`](super::huge_pages). To be called before there is much in it.
#[cfg(target_env = "gnu")]
pub fn align_heap(page_bytes: usize) {
    // SAFETY: sets numbers, and takes memory that nobody has yet, which the library allows for.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, libc::c_int::MAX);
        libc::mallopt(libc::M_TOP_PAD, page_bytes as libc::c_int);
        let end = libc::sbrk(0) as usize;
        libc::sbrk((end.next_multiple_of(page_bytes) - end) as isize);
    }
}

/// Takes what is free between the blocks of the heap, for good. What children allocate then lies together at the heap's end,
/// on a few fresh pages, instead of on many that have to be copied from this process first.
///
/// Another C library than GNU's tells too little of its heap for that; then nothing is done.
#[cfg(target_env = "gnu")]
pub fn fill_heap_holes() {
    // SAFETY: sets numbers, and asks where the heap ends and how much of its end is free.
    let free_end = unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, MAPPED_BYTES);
        libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT_BYTES);
        libc::mallopt(libc::M_TOP_PAD, HEAP_END_BYTES);
        libc::sbrk(0) as usize - libc::mallinfo2().keepcost
    };
    let fill = |size: usize| {
        loop {
            let block = Vec::<u8>::with_capacity(size);
            if block.as_ptr() as usize >= free_end {
                break;
            }
            mem::forget(block);
        }
    };
    (0..=10).rev().map(|power| 64 << power).for_each(fill);
    (1..=64).rev().map(|n| n * 16).for_each(fill);
}

#[cfg(not(target_env = "gnu"))]
pub fn fill_heap_holes() {}

/// Blocks from this size on are mapped by themselves, and freed memory beyond that other size is given back. Both are what the
/// library would come to by itself in a program that allocates much.
#[cfg(target_env = "gnu")]
const MAPPED_BYTES: libc::c_int = 32 * 1024 * 1024;
#[cfg(target_env = "gnu")]
const KEPT_BYTES: libc::c_int = 2 * MAPPED_BYTES;

/// By how much more than what is asked for the heap grows each time: a small program needs no more, and never waits for it.
#[cfg(target_env = "gnu")]
const HEAP_END_BYTES: libc::c_int = 1024 * 1024;

/// Has the next pages of the heap mapped, so that a program does not have to wait for each.
#[cfg(target_env = "gnu")]
pub fn reserve_heap(bytes: usize) {
    const PAGE_BYTES: usize = 4096;
    let mut block = Vec::<u8>::with_capacity(bytes);
    let start = (block.as_mut_ptr() as usize).next_multiple_of(PAGE_BYTES);
    // SAFETY: the pages lie within the block, which nobody uses.
    unsafe { libc::madvise(start as *mut libc::c_void, bytes - PAGE_BYTES, libc::MADV_POPULATE_WRITE) };
}

#[cfg(not(target_env = "gnu"))]
pub fn reserve_heap(_: usize) {}

/// Ends the process here and now: nothing is flushed, dropped or unwound.
pub fn exit_now(code: i32) -> ! {
    // SAFETY: never returns.
    unsafe { libc::_exit(code) }
}

/// Whether the kernel can end a process with `SIGSYS` at a system call that a filter does not allow.
pub fn has_seccomp() -> bool {
    const GET_ACTION_AVAIL: libc::c_uint = 2;
    let action: u32 = libc::SECCOMP_RET_TRAP;
    // SAFETY: the pointer is to a number that the call reads.
    unsafe { libc::syscall(libc::SYS_seccomp, GET_ACTION_AVAIL, 0, &raw const action) == 0 }
}

/// Installs what a child does at a system call that its filter does not allow: it says which one, and ends.
///
/// The filter traps such calls, where it could have the kernel kill: then nobody could learn which call it was. It comes
/// to the same. The call has not been made; the handler cannot be replaced (`sigaction` is not allowed), not be
/// blocked (the kernel kills then), and does nothing but two system calls of its own.
pub fn report_forbidden_calls() -> io::Result<()> {
    // SAFETY: the handler is async-signal-safe: it uses its stack and makes system calls, nothing else.
    unsafe {
        let mut action: libc::sigaction = mem::zeroed();
        action.sa_sigaction = forbidden_call as *const () as libc::sighandler_t;
        action.sa_flags = libc::SA_SIGINFO;
        match libc::sigaction(libc::SIGSYS, &raw const action, ptr::null_mut()) {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    }
}

/// The start of the kernel's `siginfo_t` for `SIGSYS`.
#[repr(C)]
struct SigsysInfo {
    signal: libc::c_int,
    errno: libc::c_int,
    code: libc::c_int,
    call_address: *const libc::c_void,
    syscall: libc::c_int,
    architecture: libc::c_uint,
}

extern "C" fn forbidden_call(_: libc::c_int, info: *const SigsysInfo, context: *const libc::ucontext_t) {
    // SAFETY: the kernel hands over a `siginfo_t` and a `ucontext_t`.
    let (syscall, third) = unsafe { ((*info).syscall, third_argument(&*context)) };
    // The C library's `abort` signals its own thread so.
    if i64::from(syscall) == libc::SYS_tgkill && third == libc::SIGABRT as u64 {
        exit_now(ABORTED);
    }
    let mut frame = *VIOLATION_FRAME;
    let mut rest = syscall.unsigned_abs();
    for digit in frame[VIOLATION_DIGITS..VIOLATION_DIGITS + 4].iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    // A leading zero is not JSON; a space before a number is.
    for digit in &mut frame[VIOLATION_DIGITS..VIOLATION_DIGITS + 3] {
        match digit {
            b'0' => *digit = b' ',
            _ => break,
        }
    }
    // SAFETY: the frame is read and has the length that is said.
    unsafe { libc::send(CHILD_SOCKET, frame.as_ptr().cast(), frame.len(), libc::MSG_NOSIGNAL) };
    exit_now(1);
}

/// The third argument of the system call that was interrupted.
fn third_argument(context: &libc::ucontext_t) -> u64 {
    #[cfg(target_arch = "x86_64")]
    return context.uc_mcontext.gregs[libc::REG_RDX as usize] as u64;
    #[cfg(target_arch = "aarch64")]
    return context.uc_mcontext.regs[2];
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    compile_error!("the sandbox knows the system calls of x86-64 and AArch64 only");
}

/// [`GuestMessage::Violation`](crate::sandbox::GuestMessage::Violation) as a frame, made here because the handler may not
/// allocate.
const VIOLATION_FRAME: &[u8; 34] = b"\0\0\0\x1e{\"violation\":{\"syscall\":0000}}";
const VIOLATION_DIGITS: usize = 28;

/// A signal's name, such as `SIGSEGV`.
pub fn signal_name(signal: i32) -> String {
    match signal {
        libc::SIGABRT => "SIGABRT".to_owned(),
        libc::SIGBUS => "SIGBUS".to_owned(),
        libc::SIGFPE => "SIGFPE".to_owned(),
        libc::SIGILL => "SIGILL".to_owned(),
        libc::SIGKILL => "SIGKILL".to_owned(),
        libc::SIGSEGV => "SIGSEGV".to_owned(),
        libc::SIGTERM => "SIGTERM".to_owned(),
        libc::SIGTRAP => "SIGTRAP".to_owned(),
        signal => format!("signal {signal}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::{GuestMessage, process::frame};

    #[test]
    fn the_frame_of_a_violation_is_a_message() {
        let length = u32::from_be_bytes(VIOLATION_FRAME[..4].try_into().unwrap()) as usize;
        assert_eq!(length, VIOLATION_FRAME.len() - 4);
        let mut text = VIOLATION_FRAME[4..].to_vec();
        text[VIOLATION_DIGITS - 4..VIOLATION_DIGITS].copy_from_slice(b"  41");
        let message = frame::read_guest_frame(&text);
        assert!(matches!(message, Ok(GuestMessage::Violation { syscall: 41 })), "{message:?}");
    }
}
