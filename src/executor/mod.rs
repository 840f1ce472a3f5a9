//! The executor: a program, limits and a host in; an [`Execution`] out.
//!
//! ```no_run
//! # async fn example(host: std::sync::Arc<dyn codefirst::host::ToolHost>, catalog: codefirst::catalog::Catalog)
//! # -> Result<(), codefirst::executor::ExecutorError> {
//! use codefirst::{executor::{Executor, Outcome}, program::Program};
//!
//! let executor = Executor::builder().host(host).catalog(catalog).build();
//! let execution = executor.execute(&Program::new("return (await github.list_labels({ owner: 'o', repo: 'r' })).length")).await?;
//! match execution.outcome {
//!     Outcome::Completed { result } => println!("{result}"),
//!     Outcome::Failed(failure) => println!("{failure}"),
//! }
//! # Ok(())
//! # }
//! ```

mod check;
mod execution;
mod meters;
mod session;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::BoxFuture;
use tracing::Instrument;

pub use check::TypeCheck;
pub use execution::{ConsoleLine, Execution, Outcome, Phases, ProgramResult, Usage};

use crate::{
    catalog::Catalog,
    host::{ToolAnswer, ToolError, ToolHost},
    journal::{Journal, Recorder},
    program::{
        Import, Module, Program,
        check::{CheckError, CheckMode, Checker},
    },
    sandbox::{self, Delivery, Failure, FailureKind, Isolation, Job, Limits, Sandbox, SandboxError, Started},
    tool::ToolCall,
};

/// The longest program that is compiled without leaving the async worker: a millisecond at most.
const COMPILED_AT_ONCE_BYTES: usize = 4 * 1024;

/// Runs programs against one host. Any number of executions may be asked for at once; under `Isolation::Process`, those beyond
/// [`ProcessOptions::concurrent`](crate::sandbox::ProcessOptions::concurrent) wait for their turn.
pub struct Executor {
    host: Arc<dyn ToolHost>,
    catalog: Catalog,
    limits: Limits,
    delivery: Delivery,
    sandbox: Arc<dyn Sandbox>,
    /// Never in the mode `Off`.
    checker: Option<(Checker, CheckMode)>,
}

/// What an [`Executor`] is made of. Without a host and a catalogue, programs find no tools.
#[derive(Default)]
pub struct ExecutorBuilder {
    host: Option<Arc<dyn ToolHost>>,
    catalog: Option<Catalog>,
    limits: Limits,
    delivery: Delivery,
    isolation: Isolation,
    checker: Option<(Checker, CheckMode)>,
}

impl ExecutorBuilder {
    /// Where tool calls go.
    pub fn host(mut self, host: Arc<dyn ToolHost>) -> Self {
        self.host = Some(host);
        self
    }

    /// The tools that programs can name.
    pub fn catalog(mut self, catalog: Catalog) -> Self {
        self.catalog = Some(catalog);
        self
    }

    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    pub fn delivery(mut self, delivery: Delivery) -> Self {
        self.delivery = delivery;
        self
    }

    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = isolation;
        self
    }

    /// Checks programs' types before they run, or beside it. The checker's tree is to be that of the executor's catalogue.
    pub fn checker(mut self, checker: Checker, mode: CheckMode) -> Self {
        self.checker = (mode != CheckMode::Off).then_some((checker, mode));
        self
    }

    pub fn build(self) -> Executor {
        Executor {
            host: self.host.unwrap_or_else(|| Arc::new(NoTools)),
            catalog: self.catalog.unwrap_or_else(|| Catalog::new(Vec::new())),
            limits: self.limits,
            delivery: self.delivery,
            sandbox: sandbox::sandbox(self.isolation, &self.limits).into(),
            checker: self.checker,
        }
    }
}

/// The host's failure to run a program. What goes wrong *in* a program is an [`Outcome::Failed`] instead.
#[derive(Debug, thiserror::Error)]
pub enum ExecutorError {
    #[error("cannot start a sandbox")]
    Sandbox(#[from] SandboxError),
    #[error("the compiler's thread ended early")]
    Compiler(#[source] tokio::task::JoinError),
    /// Only in the mode [`CheckMode::Require`]. The program has not run.
    #[error("the program was not run, because its types could not be checked")]
    TypeCheck(#[source] CheckError),
    /// What the program ran on has died with it. The journal says which calls it had made.
    #[error("the sandbox died under the program, which had made {} tool calls", journal.entries().len())]
    SandboxLost { journal: Journal },
}

impl ExecutorError {
    /// Whether the same program may succeed if it is run once more. What it has called by then stays called.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Sandbox(error) => error.is_retryable(),
            Self::Compiler(_) => false,
            Self::TypeCheck(error) => error.is_retryable(),
            Self::SandboxLost { .. } => true,
        }
    }
}

impl Executor {
    pub fn builder() -> ExecutorBuilder {
        ExecutorBuilder::default()
    }

    /// Does ahead of time what the first execution would otherwise wait for: about 50 ms under `Isolation::Process`, and the
    /// start of the TypeScript compiler where programs are checked.
    ///
    /// # Errors
    /// When programs cannot be run here, for the same reasons as [`execute`](Self::execute).
    pub async fn prepare(&self) -> Result<(), ExecutorError> {
        tokio::try_join!(async { Ok(self.sandbox.prepare().await?) }, self.prepare_check())?;
        Ok(())
    }

    /// The tools that programs can name.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The same executor, on the same sandbox, for other tools. The checker's tree is to be that of this catalogue.
    pub fn with_tools(&self, catalog: Catalog, checker: Option<(Checker, CheckMode)>) -> Self {
        Self {
            host: self.host.clone(),
            catalog,
            limits: self.limits,
            delivery: self.delivery,
            sandbox: self.sandbox.clone(),
            checker,
        }
    }

    /// Runs a program to its end, or to its limits. Dropping the future ends the execution at once.
    ///
    /// # Errors
    /// Only when the host fails; the program's own failures are outcomes.
    pub async fn execute(&self, program: &Program) -> Result<Execution, ExecutorError> {
        self.execute_on(program, &*self.host, &Recorder::new()).await
    }

    /// The same, with tool calls going to another host than the executor's own, and into a journal that outlives the future.
    ///
    /// # Errors
    /// As for [`execute`](Self::execute).
    pub async fn execute_on(
        &self,
        program: &Program,
        host: &dyn ToolHost,
        recorder: &Recorder,
    ) -> Result<Execution, ExecutorError> {
        let task = Task { program, host, recorder, start: Instant::now() };
        let execution = async {
            match self.compile(program).await? {
                Ok(module) => {
                    let transpile = task.start.elapsed();
                    let mut execution = self.run_checked(&task, module).await?;
                    execution.usage.phases.transpile = transpile;
                    Ok(execution)
                }
                Err(failure) => Ok(Execution::failed(failure, task.start.elapsed())),
            }
        };
        let span = tracing::info_span!("program", outcome = tracing::field::Empty);
        let ongoing = meters::Ongoing::since(task.start);
        let execution = execution.instrument(span.clone()).await;
        span.record("outcome", ongoing.end(&execution));
        execution
    }

    async fn compile(&self, program: &Program) -> Result<Result<Module, Failure>, ExecutorError> {
        let compiled = if program.source().len() <= COMPILED_AT_ONCE_BYTES {
            program.compile()
        } else {
            let program = program.clone();
            tokio::task::spawn_blocking(move || program.compile()).await.map_err(ExecutorError::Compiler)?
        };
        Ok(compiled.map_err(Failure::from).and_then(|module| self.check_imports(module)))
    }

    /// Runs what has been compiled. The time limit counts from `start`.
    async fn run(&self, task: &Task<'_>, module: Module, start: Instant) -> Result<Execution, ExecutorError> {
        let job = Job {
            code: module.code,
            source_map: module.source_map,
            namespaces: self.catalog.namespaces().to_vec(),
            limits: self.limits,
            delivery: self.delivery,
        };
        let deadline = self.deadline(start);
        let asked = Instant::now();
        let Started { guest, queued } = self.sandbox.start(job, deadline).await?;
        let started = Instant::now();
        let session = session::Session::new(self, task.host, task.recorder, start);
        let mut execution = session.run(guest, deadline).await?;
        let fork = started.duration_since(asked).saturating_sub(queued);
        execution.usage.phases = Phases { queue: queued, fork, run: started.elapsed(), ..Phases::default() };
        if let Outcome::Failed(failure) = &mut execution.outcome {
            locate_import(failure, &module.imports);
        }
        Ok(execution)
    }

    /// When an execution that was asked for at `start` has to have ended.
    fn deadline(&self, start: Instant) -> Instant {
        // A limit beyond what the clock can tell is none.
        start.checked_add(self.limits.wall).unwrap_or_else(|| start + Duration::from_secs(u32::MAX.into()))
    }

    /// Finds an import that cannot be resolved before anything runs, because here its place is known.
    fn check_imports(&self, module: Module) -> Result<Module, Failure> {
        for import in &module.imports {
            let found = sandbox::resolve_import(&import.specifier).and_then(|path| self.load(&path));
            if let Err(message) = found {
                return Err(Failure {
                    position: Some(import.position),
                    ..Failure::new(FailureKind::UnknownModule, message)
                });
            }
        }
        Ok(module)
    }
}

/// One program, and where its calls go.
struct Task<'a> {
    program: &'a Program,
    host: &'a dyn ToolHost,
    recorder: &'a Recorder,
    start: Instant,
}

/// The engine names the module that lacks an export, but not the place of the import.
fn locate_import(failure: &mut Failure, imports: &[Import]) {
    if failure.kind == FailureKind::UnknownModule && failure.position.is_none() {
        let import = imports.iter().find(|import| failure.message.contains(&format!("'{}'", import.specifier)));
        failure.position = import.map(|import| import.position);
    }
}

/// The host of an executor that was given none.
struct NoTools;

impl ToolHost for NoTools {
    fn call_tool(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolAnswer, ToolError>> {
        Box::pin(std::future::ready(Err(ToolError::Unknown { tool: call.id, nearest: Vec::new() })))
    }
}
