//! The layers between a child and the rest of the machine.
//!
//! What needs no knowledge of the program is put on in the zygote, once, and inherited ([`Confinement::of_zygote`]): no new
//! privileges, the resource limits that are the same for all, Landlock without any right, a filter of system calls that
//! leaves it what it needs to fork. The rest is put on in each child before it has a program ([`Confinement::apply`]): its
//! other limits, and last a filter that takes that too.
//!
//! A layer that the kernel lacks is reported ([`Layers`]), and it is for the sandbox's options to decide about that. A layer
//! that the kernel has and that cannot be put on ends the child.

use std::{collections::BTreeMap, io};

use landlock::{ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetStatus, Scope};
use rustix::process::{Resource, Rlimit, Signal, getppid, set_parent_process_death_signal, setrlimit, setsid};
use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};

use super::{control::ChildLimits, system};
use crate::sandbox::{Layer, Layers};

/// The newest interface of Landlock that this code knows; older kernels do what they can of it.
const LANDLOCK: ABI = ABI::V7;

/// What a child may ask of the kernel: to use its socket, memory without code, time, randomness, its own end.
const ALLOWED: &[i64] = &[
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_readv,
    libc::SYS_writev,
    libc::SYS_recvfrom,
    libc::SYS_sendto,
    libc::SYS_ppoll,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_poll,
    libc::SYS_brk,
    libc::SYS_munmap,
    libc::SYS_madvise,
    libc::SYS_futex,
    libc::SYS_clock_gettime,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
    // What `abort` does before it signals itself; blocking SIGSYS makes a forbidden call deadly at once.
    libc::SYS_rt_sigprocmask,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// Allowed unless an argument, by index, has one of these bits: no memory becomes code, none escapes the limit on private
/// memory, and no page takes the place of another.
const ALLOWED_WITHOUT: &[(i64, &[(u8, i32)])] = &[
    (libc::SYS_mmap, &[(2, libc::PROT_EXEC), (3, libc::MAP_SHARED | libc::MAP_GROWSDOWN)]),
    (libc::SYS_mprotect, &[(2, libc::PROT_EXEC)]),
    (libc::SYS_mremap, &[(3, libc::MREMAP_FIXED)]),
];

/// What the zygote needs besides, to receive requests, to fork, and for its children to confine themselves; they lose it.
const ALLOWED_IN_ZYGOTE: &[i64] = &[
    libc::SYS_recvmsg,
    libc::SYS_sendmsg,
    libc::SYS_clone,
    libc::SYS_set_robust_list,
    libc::SYS_pidfd_open,
    libc::SYS_wait4,
    libc::SYS_kill,
    libc::SYS_close,
    libc::SYS_rt_sigreturn,
    libc::SYS_setsid,
    libc::SYS_getppid,
    libc::SYS_prctl,
    libc::SYS_prlimit64,
    libc::SYS_setitimer,
    libc::SYS_close_range,
    libc::SYS_seccomp,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_dup2,
    #[cfg(not(target_arch = "x86_64"))]
    libc::SYS_dup3,
    // Debug builds check descriptors before they close them.
    #[cfg(debug_assertions)]
    libc::SYS_fcntl,
];

pub struct Confinement {
    /// Takes from a child what the zygote's own filter has left.
    child_filter: Option<BpfProgram>,
    base_bytes: u64,
    zygote: Option<rustix::process::Pid>,
    without: Without,
}

impl Confinement {
    /// Confines this process, the zygote, as far as it can be, and prepares the rest for its children.
    ///
    /// `base_bytes` is the private writable memory that its children start with.
    pub fn of_zygote(base_bytes: u64) -> io::Result<(Self, Layers)> {
        let without = Without::from_environment();
        rustix::thread::set_no_new_privs(true)?;
        let none = CapabilitySet::empty();
        set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none })?;
        if !without.rlimits {
            for resource in [Resource::Core, Resource::Fsize, Resource::Memlock, Resource::Msgqueue] {
                limit(resource, 0)?;
            }
        }
        let mut layers = vec![
            Layer::holding(
                "process",
                "a fresh process for each program, in a session of its own, which dies with its parent",
            ),
            Layer::holding("descriptors", "none but one socket"),
            Layer::holding("environment", "nothing of this process's"),
            Layer::holding("no_new_privs", "nothing that it executes can gain privileges"),
            Layer::holding("capabilities", "none, whoever runs this"),
        ];
        layers.push(match without.rlimits {
            false => Layer::holding("rlimits", "memory, processor time, no files, no processes, no core dumps"),
            true => Layer::missing("rlimits", "switched off for a test"),
        });
        layers.push(match without.landlock {
            false => restrict_paths(),
            true => Layer::missing("landlock", "switched off for a test"),
        });
        let child_filter = match without.seccomp {
            true => Err("switched off for a test".to_owned()),
            false if !system::has_seccomp() => Err("the kernel has no seccomp filters".to_owned()),
            false => filter_calls().map_err(|error| error.to_string()),
        };
        layers.push(match &child_filter {
            Ok(_) => Layer::holding("seccomp", "ends the process at any system call beyond a short list"),
            Err(reason) => Layer::missing("seccomp", reason),
        });
        let zygote = Some(rustix::process::getpid());
        let confinement = Self { child_filter: child_filter.ok(), base_bytes, zygote, without };
        Ok((confinement, Layers(layers)))
    }

    /// Makes this process, a child, its own: before it opens what it needs.
    pub fn separate(&self) -> io::Result<()> {
        setsid()?;
        set_parent_process_death_signal(Some(Signal::KILL))?;
        match getppid() == self.zygote {
            true => Ok(()),
            // It died before it could be tied to this process.
            false => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    /// Puts the remaining layers on this process, a child, for good: when it has opened what it needs.
    pub fn apply(&self, limits: ChildLimits) -> io::Result<()> {
        if !self.without.rlimits {
            limit(Resource::Data, self.base_bytes.saturating_add(limits.memory))?;
            // A second line behind the timer, which is exact but has a signal that can be blocked: here the kernel kills.
            limit(Resource::Cpu, limits.cpu.as_secs().saturating_add(2))?;
            // The socket is below the limit, every new descriptor would be above.
            limit(Resource::Nofile, 1)?;
            limit(Resource::Nproc, 0)?;
            system::end_after_computing(limits.cpu)?;
        }
        if let Some(filter) = &self.child_filter {
            seccompiler::apply_filter(filter).map_err(io::Error::other)?;
        }
        Ok(())
    }
}

fn limit(resource: Resource, limit: u64) -> io::Result<()> {
    Ok(setrlimit(resource, Rlimit { current: Some(limit), maximum: Some(limit) })?)
}

impl Layer {
    fn holding(name: &str, detail: &str) -> Self {
        Self { name: name.to_owned(), holds: true, detail: detail.to_owned() }
    }

    fn missing(name: &str, reason: &str) -> Self {
        Self { name: name.to_owned(), holds: false, detail: reason.to_owned() }
    }
}

/// Takes every right to paths, ports and other processes' sockets and signals from this process.
fn restrict_paths() -> Layer {
    let restrict = || {
        Ruleset::default()
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(AccessFs::from_all(LANDLOCK))?
            .handle_access(AccessNet::from_all(LANDLOCK))?
            .scope(Scope::from_all(LANDLOCK))?
            .create()?
            .restrict_self()
    };
    match restrict().map(|status| status.ruleset) {
        Ok(RulesetStatus::FullyEnforced) => Layer::holding("landlock", "no path, no port, no process"),
        Ok(RulesetStatus::PartiallyEnforced) => {
            Layer::holding("landlock", "no path; this kernel's version knows not all of the rest")
        }
        Ok(RulesetStatus::NotEnforced) => Layer::missing("landlock", "the kernel has no Landlock"),
        Err(error) => Layer::missing("landlock", &error.to_string()),
    }
}

/// Puts the filter on the zygote that its children inherit, and makes the one that they put on themselves. The second is
/// short: it costs each child a fraction of what the whole list would.
///
/// Both trap what they forbid, and the handler of the trap ends the process; see [`system::report_forbidden_calls`].
fn filter_calls() -> Result<BpfProgram, seccompiler::Error> {
    let calls = |calls: &[i64]| calls.iter().map(|call| (*call, Vec::new())).collect::<BTreeMap<_, Vec<SeccompRule>>>();
    let mut allowed = calls(&[ALLOWED, ALLOWED_IN_ZYGOTE].concat());
    for (call, arguments) in ALLOWED_WITHOUT {
        let without = arguments.iter().map(|(argument, bits)| {
            let bits = u64::from(bits.unsigned_abs());
            SeccompCondition::new(*argument, SeccompCmpArgLen::Dword, SeccompCmpOp::MaskedEq(bits), 0)
        });
        allowed.insert(*call, vec![SeccompRule::new(without.collect::<Result<_, _>>()?)?]);
    }
    let architecture = std::env::consts::ARCH.try_into()?;
    let filter = SeccompFilter::new(allowed, SeccompAction::Trap, SeccompAction::Allow, architecture)?;
    let filter: BpfProgram = filter.try_into()?;
    seccompiler::apply_filter(&filter)?;
    let child = SeccompFilter::new(calls(ALLOWED_IN_ZYGOTE), SeccompAction::Allow, SeccompAction::Trap, architecture)?;
    Ok(child.try_into()?)
}

/// Layers left out, so that a test can see what each is good for.
#[derive(Default)]
struct Without {
    seccomp: bool,
    landlock: bool,
    rlimits: bool,
}

/// Names layers to leave out, `seccomp,landlock,rlimits`. Read in debug builds only.
#[cfg(debug_assertions)]
const WITHOUT_VARIABLE: &str = "CODEFIRST_TEST_WITHOUT_LAYERS";

impl Without {
    #[cfg(debug_assertions)]
    fn from_environment() -> Self {
        let names = std::env::var(WITHOUT_VARIABLE).unwrap_or_default();
        let has = |name| names.split(',').any(|other| other == name);
        Self { seccomp: has("seccomp"), landlock: has("landlock"), rlimits: has("rlimits") }
    }

    #[cfg(not(debug_assertions))]
    fn from_environment() -> Self {
        Self::default()
    }
}

/// What a zygote inherits of this process's environment: in debug builds, what tests ask for.
#[cfg(debug_assertions)]
pub fn without_layers_for_tests() -> impl Iterator<Item = (&'static str, std::ffi::OsString)> {
    [WITHOUT_VARIABLE, crate::sandbox::takeover::VARIABLE]
        .into_iter()
        .filter_map(|name| std::env::var_os(name).map(|value| (name, value)))
}
