//! Type checking before a program runs, by TypeScript's own compiler.
//!
//! In: the wrapper tree as plain files, once, and programs. Out: for each a [`TypeReport`] in its own coordinates, or a
//! [`CheckError`] where the compiler could not say. A [`Checker`] keeps one process of the compiler, with the wrappers
//! as its project (`project`), and gives it one text after the other (`resident`, `lsp`); the text is the
//! program's, made harmless (`neutral`). A process that hangs, ends or answers nonsense is killed, and the next check
//! starts another.
//!
//! A check is advice: it reads types that servers wrote, and a cast gets past it. It keeps no program from anything;
//! the sandbox does.

mod codes;
mod find;
mod lsp;
mod nearest;
mod neutral;
mod project;
mod report;
mod resident;
mod workplace;

use std::{
    fmt, io,
    sync::Arc,
    time::{Duration, Instant},
};

use bytesize::ByteSize;
use serde::{Deserialize, Serialize};
use tokio::{
    sync::{Mutex, OnceCell},
    task::{JoinError, spawn_blocking},
    time::timeout_at,
};

pub use self::{
    find::{Compiler, FindError},
    report::{TypeError, TypeReport},
};
use self::{
    lsp::RawDiagnostic,
    resident::{AskError, Resident},
    workplace::WorkPlace,
};
use super::Program;
use crate::tokens::{O200k, Tokens};

/// What a check decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckMode {
    /// Nothing: there is none.
    Off,
    /// Nothing: errors are reported beside the program's outcome, and so is a check that failed.
    #[default]
    Warn,
    /// Whether the program runs: not with type errors, and not unchecked.
    Require,
}

/// How programs are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckOptions {
    /// For one check, waiting for its turn and the compiler's start included. Default 5 s.
    pub timeout: Duration,
    /// What the compiler's process may write to, on Linux. Default 1 GiB; it takes 60 MB with a hundred tools.
    pub memory: ByteSize,
    /// Errors that are shown of a program. Default 5.
    pub errors: usize,
    /// What a report may cost; its first error is shown in any case. Default 400.
    pub tokens: Tokens,
}

impl Default for CheckOptions {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(5), memory: ByteSize::gib(1), errors: 5, tokens: Tokens(400) }
    }
}

/// Why the compiler has not said whether a program's types are right.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    #[error("the TypeScript compiler {0}")]
    Compiler(String),
    #[error("the TypeScript compiler did not answer within {} s", .0.as_secs_f64())]
    TimedOut(Duration),
    #[error("the TypeScript compiler was busy with other programs for {} s", .0.as_secs_f64())]
    Busy(Duration),
    #[error("cannot write the wrappers for the TypeScript compiler")]
    Project(#[source] io::Error),
    #[error("the check's task ended early")]
    Task(#[source] JoinError),
}

impl CheckError {
    /// Whether the same check may succeed a little later.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Busy(_))
    }
}

impl From<AskError> for CheckError {
    fn from(error: AskError) -> Self {
        Self::Compiler(error.to_string())
    }
}

/// Checks programs against one wrapper tree. Clones share the compiler's process, which is started at the first check
/// and killed with the last clone. Checks that are asked for at once take turns.
#[derive(Clone)]
pub struct Checker(Arc<Shared>);

struct Shared {
    compiler: Compiler,
    options: CheckOptions,
    /// `None` until it is asked for, and after it has failed.
    resident: Mutex<Option<Resident>>,
    tree: std::sync::Mutex<Vec<(String, String)>>,
    /// Written at the first check. After the process, which is killed before its folder is removed.
    place: OnceCell<Arc<WorkPlace>>,
}

impl fmt::Debug for Checker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checker").field("compiler", &self.0.compiler).field("options", &self.0.options).finish()
    }
}

impl Checker {
    /// A checker for programs that have these files as their tool tree: `<server>/<tool>.ts`, `<server>/index.ts` and
    /// `globals.d.ts`, by path. `Catalog::files` has them.
    pub fn new(compiler: Compiler, tree: Vec<(String, String)>, options: CheckOptions) -> Self {
        Self(Arc::new(Shared {
            compiler,
            options,
            resident: Mutex::new(None),
            tree: std::sync::Mutex::new(tree),
            place: OnceCell::new(),
        }))
    }

    pub fn compiler(&self) -> &Compiler {
        &self.0.compiler
    }

    /// Does ahead of time what the first check would otherwise wait for.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub async fn prepare(&self) -> Result<(), CheckError> {
        self.check(&Program::new("")).await.map(drop)
    }

    /// What is wrong with a program's types, or with its syntax.
    ///
    /// # Errors
    /// When the compiler cannot be started, ends, does not answer in time, or makes no sense. It is started once more
    /// at the next check.
    pub async fn check(&self, program: &Program) -> Result<TypeReport, CheckError> {
        let (shared, program) = (self.0.clone(), program.clone());
        // On a task of its own, because whoever is waiting may be dropped, which must not leave an answer half read.
        tokio::spawn(async move { shared.check(&program).await }).await.map_err(CheckError::Task)?
    }
}

impl Shared {
    async fn check(&self, program: &Program) -> Result<TypeReport, CheckError> {
        let deadline = Instant::now() + self.options.timeout;
        let place = match timeout_at(deadline.into(), self.place.get_or_try_init(|| self.write_project())).await {
            Ok(place) => place?.clone(),
            Err(_) => return Err(CheckError::TimedOut(self.options.timeout)),
        };
        let CheckOptions { errors: most, tokens, .. } = self.options;
        // What depends on the length of programs is not done on an async worker.
        let (source, known) = (program.clone(), place.clone());
        let compiled = spawn_blocking(move || {
            let exists = |path: &str| known.names.modules.contains(path);
            source.compile().map(|_| neutral::neutral(source.source(), exists))
        });
        let neutral = match compiled.await.map_err(CheckError::Task)? {
            Ok(neutral) => neutral,
            Err(diagnostic) => {
                let error = TypeError::syntax(program.source(), diagnostic);
                return Ok(TypeReport::new(vec![error], most, tokens, &O200k));
            }
        };
        let raw = self.ask(&place, &neutral.text, deadline).await?;
        if raw.is_empty() && neutral.foreign.is_empty() {
            return Ok(TypeReport::default());
        }
        let source = program.clone();
        let report = spawn_blocking(move || {
            let (errors, unseen) = place.errors(source.source(), &neutral, raw, most);
            let mut report = TypeReport::new(errors, most, tokens, &O200k);
            report.more += unseen;
            report
        });
        report.await.map_err(CheckError::Task)
    }

    async fn write_project(&self) -> Result<Arc<WorkPlace>, CheckError> {
        let tree = std::mem::take(&mut *self.tree.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
        spawn_blocking(|| WorkPlace::new(tree))
            .await
            .map_err(CheckError::Task)?
            .map(Arc::new)
            .map_err(CheckError::Project)
    }

    /// Asks the compiler when it is its turn. A process that has served before may have died since, so it is given a
    /// second chance as a new one.
    async fn ask(&self, place: &WorkPlace, text: &str, deadline: Instant) -> Result<Vec<RawDiagnostic>, CheckError> {
        let timeout = self.options.timeout;
        let turn = timeout_at(deadline.into(), self.resident.lock()).await;
        let mut slot = turn.map_err(|_| CheckError::Busy(timeout))?;
        let exchange = async {
            // Taken out, so that it is dropped, and with that killed, unless it is put back.
            if let Some(mut resident) = slot.take() {
                match resident.diagnostics(text).await {
                    Ok(diagnostics) => return Ok((resident, diagnostics)),
                    Err(error) => tracing::warn!(%error, "the TypeScript compiler is started again"),
                }
            }
            let mut resident = Resident::start(&self.compiler, &place.folder, self.options.memory).await?;
            let diagnostics = resident.diagnostics(text).await?;
            Ok::<_, AskError>((resident, diagnostics))
        };
        let answer = timeout_at(deadline.into(), exchange).await;
        let (resident, diagnostics) = answer.map_err(|_| CheckError::TimedOut(timeout))??;
        *slot = Some(resident);
        Ok(diagnostics)
    }
}
