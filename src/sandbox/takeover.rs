//! For tests of the confinement: what a guest would attempt that had taken over its process. In debug builds only, and there
//! only where [`VARIABLE`] is set for the host: programs then have the global function `attempt(name)`, which answers `ok` or
//! the name of an error.

#![allow(unsafe_code)]

use std::{
    io, ptr,
    sync::atomic::{AtomicI32, Ordering},
};

use deno_core::op2;

pub const VARIABLE: &str = "CODEFIRST_TEST_TAKEOVER";

/// The zygote, which is where this is first asked.
static PARENT: AtomicI32 = AtomicI32::new(0);

pub fn is_asked_for() -> bool {
    PARENT.store(std::process::id().cast_signed(), Ordering::Relaxed);
    std::env::var_os(VARIABLE).is_some()
}

#[op2]
#[string]
pub fn op_attempt(#[string] name: &str) -> String {
    match attempt(name) {
        Some(-1) => {
            let error = io::Error::last_os_error().raw_os_error().unwrap_or_default();
            format!("{:?}", syscalls::Errno::new(error))
        }
        Some(_) => "ok".to_owned(),
        None => format!("no attempt is called {name}"),
    }
}

fn attempt(name: &str) -> Option<libc::c_long> {
    let program = c"/bin/true".as_ptr();
    let here = libc::c_long::from(libc::AT_FDCWD);
    let none = ptr::null::<libc::c_void>();
    let parent = PARENT.load(Ordering::Relaxed);
    let map = |protection, sharing, length: usize| {
        let flags = sharing | libc::MAP_ANONYMOUS;
        // SAFETY: new memory, at no place in particular.
        let memory = unsafe { libc::mmap(ptr::null_mut(), length, protection, flags, -1, 0) };
        if memory == libc::MAP_FAILED { -1 } else { 0 }
    };
    // SAFETY: the calls are such that they do no harm even where they succeed; their pointers are to constants or null.
    Some(unsafe {
        match name {
            "open" => libc::syscall(libc::SYS_openat, here, c"/etc/passwd".as_ptr(), libc::O_RDONLY),
            "create" => libc::syscall(libc::SYS_openat, here, c"/tmp".as_ptr(), libc::O_TMPFILE | libc::O_RDWR, 0o600),
            "stat" => libc::syscall(libc::SYS_faccessat, here, c"/etc/passwd".as_ptr(), libc::R_OK),
            "socket" => libc::syscall(libc::SYS_socket, libc::AF_INET, libc::SOCK_STREAM, 0),
            "socket_unnoticed" => {
                let mut all = std::mem::zeroed();
                libc::sigfillset(&raw mut all);
                libc::sigprocmask(libc::SIG_BLOCK, &raw const all, ptr::null_mut());
                libc::syscall(libc::SYS_socket, libc::AF_INET, libc::SOCK_STREAM, 0)
            }
            "fork" => match libc::syscall(libc::SYS_clone, libc::SIGCHLD, 0, 0, 0, 0) {
                0 => libc::_exit(0),
                result => result,
            },
            "exec" => {
                let arguments = [program, ptr::null()];
                libc::syscall(libc::SYS_execve, program, arguments.as_ptr(), none)
            }
            "ptrace" => libc::syscall(libc::SYS_ptrace, libc::PTRACE_TRACEME, 0, 0, 0),
            "kill_parent" => libc::syscall(libc::SYS_kill, parent, 0),
            "kill_init" => libc::syscall(libc::SYS_kill, 1, 0),
            "signal_itself" => libc::syscall(libc::SYS_tgkill, libc::getpid(), libc::getpid(), 0),
            "map_code" => map(libc::PROT_READ | libc::PROT_EXEC, libc::MAP_PRIVATE, 4096),
            "map_1_gib" => map(libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE, 1 << 30),
            "map_shared" => map(libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED, 1 << 30),
            "map_stack" => map(libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_GROWSDOWN, 1 << 30),
            "replace_handler" => libc::syscall(libc::SYS_rt_sigaction, libc::SIGSYS, none, none, 8),
            "raise_limits" => libc::syscall(libc::SYS_prlimit64, 0, libc::RLIMIT_NOFILE, none, none),
            "duplicate" => libc::syscall(libc::SYS_dup, 0),
            "memfd" => libc::syscall(libc::SYS_memfd_create, c"x".as_ptr(), 0),
            "io_uring" => libc::syscall(libc::SYS_io_uring_setup, 1, none),
            "namespace" => libc::syscall(libc::SYS_unshare, libc::CLONE_NEWUSER),
            "read_the_parent" => {
                libc::syscall(libc::SYS_process_vm_readv, parent, none, 0_usize, none, 0_usize, 0_usize)
            }
            "unknown_system_call" => libc::syscall(9_999),
            "send_garbage" => send(b"\0\0\0\x08{\"hello\""),
            "send_more_than_fits" => send(b"\x7f\xff\xff\xff{"),
            "send_an_unknown_kind" => send(b"\0\0\0\x13{\"answer\":{\"id\":1}}"),
            "send_an_old_id" => {
                let call = br#"{"call":{"id":1,"wave":1,"server":"rates","tool":"list_currencies","input":"{}"}}"#;
                let frame = [&(call.len() as u32).to_be_bytes()[..], call].concat();
                send(&frame);
                send(&frame)
            }
            "send_a_future_wave" => {
                let call = br#"{"call":{"id":99,"wave":7,"server":"rates","tool":"list_currencies","input":"{}"}}"#;
                send(&[&(call.len() as u32).to_be_bytes()[..], call].concat())
            }
            _ => return None,
        }
    })
}

/// Writes to the one socket.
unsafe fn send(bytes: &[u8]) -> libc::c_long {
    // SAFETY: the bytes are read and have the length that is said.
    unsafe { libc::syscall(libc::SYS_sendto, 0, bytes.as_ptr(), bytes.len(), 0, 0, 0) }
}
