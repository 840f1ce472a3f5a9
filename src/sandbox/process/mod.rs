//! [`Isolation::Process`](super::Isolation::Process): a fresh process for each program.
//!
//! The **host** (this process) starts a **zygote**: the same program again, with one thread, in which an isolate is built and
//! warmed up and which is then confined. For each program the zygote forks a **child**, which confines itself further, takes
//! a job over the one socket that it has, runs it and dies. Children forked ahead of demand are **spares**.
//!
//! - `supervisor` — the host's hold on the zygote; `guest` — its end of a child's socket;
//! - `zygote` and `child` — what runs in those processes; `confinement` — the layers between a child and the rest;
//! - `control` — what host and zygote say to each other; `frame` — what host and child do;
//! - `system` — the system calls that have no safe wrapper elsewhere.
//!
//! Neither zygote nor child is trusted to have survived: whatever becomes of them, an execution ends.

mod child;
mod confinement;
mod control;
mod frame;
mod guest;
#[cfg(target_arch = "x86_64")]
mod huge_pages;
mod supervisor;
mod system;
mod zygote;

use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use futures_util::future::BoxFuture;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout_at,
};

use self::{
    control::{ChildLimits, Purpose},
    guest::ProcessGuest,
    supervisor::{Child, Supervisor},
};
use super::{Guest, HostMessage, Job, Layers, Limits, ProcessOptions, Sandbox, SandboxError, Started};

pub(super) use zygote::become_zygote_if_asked;

/// What confines guests on this machine. Starts the process that they are forked from, to see.
///
/// # Errors
/// When it cannot be started.
pub fn examine(binary: Option<PathBuf>) -> Result<Layers, SandboxError> {
    Supervisor::shared(binary.as_deref()).map(|supervisor| supervisor.layers().clone())
}

pub(super) struct ProcessSandbox {
    pool: Arc<Pool>,
}

/// What the executions of one sandbox share.
struct Pool {
    options: ProcessOptions,
    limits: ChildLimits,
    processors: usize,
    running: Arc<Semaphore>,
    waiting: AtomicUsize,
    supervisor: Mutex<Option<Arc<Supervisor>>>,
    spares: Mutex<VecDeque<Child>>,
}

impl ProcessSandbox {
    pub fn new(mut options: ProcessOptions, limits: &Limits) -> Self {
        options.concurrent = options.concurrent.max(1);
        let pool = Pool {
            running: Arc::new(Semaphore::new(options.concurrent)),
            waiting: AtomicUsize::new(0),
            supervisor: Mutex::default(),
            spares: Mutex::default(),
            limits: ChildLimits::from(limits),
            processors: std::thread::available_parallelism().map_or(1, usize::from),
            options,
        };
        Self { pool: Arc::new(pool) }
    }
}

impl Sandbox for ProcessSandbox {
    fn prepare(&self) -> BoxFuture<'_, Result<(), SandboxError>> {
        Box::pin(async {
            self.pool.running_supervisor().await?;
            self.pool.refill();
            Ok(())
        })
    }

    fn start(&self, job: Job, deadline: Instant) -> BoxFuture<'_, Result<Started, SandboxError>> {
        Box::pin(async move {
            let asked = Instant::now();
            let permit = self.pool.admit(deadline).await?;
            let queued = asked.elapsed();
            let child = timeout_at(deadline.into(), self.pool.child()).await.map_err(|_| SandboxError::NotReady)??;
            let guest = ProcessGuest::new(child, &job.limits, permit, self.pool.clone());
            let mut guest = guest.map_err(SandboxError::Fork)?;
            guest.send(HostMessage::Start(Box::new(job)));
            Ok(Started { guest: Box::new(guest), queued })
        })
    }
}

impl Pool {
    /// Waits for one of the places for running programs.
    async fn admit(&self, deadline: Instant) -> Result<OwnedSemaphorePermit, SandboxError> {
        if let Ok(permit) = self.running.clone().try_acquire_owned() {
            return Ok(permit);
        }
        let busy = |waiting| SandboxError::Busy { running: self.options.concurrent, waiting };
        let _place = Place::take(&self.waiting, self.options.queue).map_err(busy)?;
        match timeout_at(deadline.into(), self.running.clone().acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            // The semaphore is never closed, so what remains is that the time is up.
            _ => Err(busy(self.waiting.load(Ordering::Relaxed))),
        }
    }

    /// A child for one program: a spare, or one forked now.
    async fn child(&self) -> Result<Child, SandboxError> {
        while let Some(mut spare) = lock(&self.spares).pop_front() {
            if spare.life.is_alive() {
                return Ok(spare);
            }
        }
        self.running_supervisor().await?.fork(self.limits, Purpose::Now).map_err(SandboxError::Fork)
    }

    /// The zygote's supervisor. Starts the zygote if there is none or it has died.
    async fn running_supervisor(&self) -> Result<Arc<Supervisor>, SandboxError> {
        if let Some(supervisor) = lock(&self.supervisor).as_ref().filter(|supervisor| supervisor.is_alive()) {
            return Ok(supervisor.clone());
        }
        let binary = self.options.binary.clone();
        let started = tokio::task::spawn_blocking(move || Supervisor::shared(binary.as_deref())).await;
        let supervisor = started.map_err(|error| SandboxError::Fork(error.into()))??;
        let missing: Vec<_> = supervisor.layers().missing().into_iter().map(str::to_owned).collect();
        if self.options.require_all_layers && !missing.is_empty() {
            return Err(SandboxError::MissingLayers { missing });
        }
        *lock(&self.supervisor) = Some(supervisor.clone());
        Ok(supervisor)
    }

    /// Forks as many spares as are missing, when there is a processor to do it on: under load, a spare costs more than it
    /// saves. A zygote that cannot is nobody's concern until somebody needs a child.
    fn refill(&self) {
        if self.options.concurrent.saturating_sub(self.running.available_permits()) >= self.processors {
            return;
        }
        let Some(supervisor) = lock(&self.supervisor).clone() else { return };
        let mut spares = lock(&self.spares);
        while spares.len() < self.options.spares {
            let Ok(spare) = supervisor.fork(self.limits, Purpose::Spare) else { return };
            spares.push_back(spare);
        }
    }
}

/// A place in the queue, given back when dropped.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    /// The error is how many are waiting when there is no place left.
    fn take(waiting: &'a AtomicUsize, places: usize) -> Result<Self, usize> {
        let take = |waiting| (waiting < places).then_some(waiting + 1);
        waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).map(|_| Self(waiting))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What the locks of this module guard stays whole even if a holder panics.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
