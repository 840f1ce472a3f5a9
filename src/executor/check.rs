//! The type check of an execution: before its program runs where that depends on it, otherwise beside it.

use std::time::Instant;

use serde::Serialize;

use super::{Execution, Executor, ExecutorError, Task};
use crate::{
    program::{
        Module,
        check::{CheckError, CheckMode, TypeReport},
    },
    sandbox::{Failure, FailureKind},
};

/// What the check of a program has come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum TypeCheck {
    Passed,
    Errors(TypeReport),
    /// The compiler could not say.
    NotChecked {
        reason: String,
    },
}

impl From<TypeReport> for TypeCheck {
    fn from(report: TypeReport) -> Self {
        if report.is_clean() { Self::Passed } else { Self::Errors(report) }
    }
}

impl From<Result<TypeReport, CheckError>> for TypeCheck {
    fn from(checked: Result<TypeReport, CheckError>) -> Self {
        match checked {
            Ok(report) => report.into(),
            Err(error) => Self::NotChecked { reason: error.to_string() },
        }
    }
}

impl Executor {
    pub(super) async fn prepare_check(&self) -> Result<(), ExecutorError> {
        let Some((checker, mode)) = &self.checker else { return Ok(()) };
        match (checker.prepare().await, mode) {
            (Err(error), CheckMode::Require) => Err(ExecutorError::TypeCheck(error)),
            (Err(error), _) => {
                tracing::warn!(%error, "programs' types cannot be checked");
                Ok(())
            }
            (Ok(()), _) => Ok(()),
        }
    }

    pub(super) async fn run_checked(&self, task: &Task<'_>, module: Module) -> Result<Execution, ExecutorError> {
        match &self.checker {
            None => self.run(task, module, task.start).await,
            Some((checker, CheckMode::Require)) => {
                let start = Instant::now();
                let report = checker.check(task.program).await.map_err(ExecutorError::TypeCheck)?;
                let took = start.elapsed();
                let execution = match failure(&report) {
                    Some(failure) => Execution::failed(failure, task.start.elapsed()),
                    // The check has a time limit of its own.
                    None => self.run(task, module, Instant::now()).await?,
                };
                Ok(execution.checked(report.into(), took))
            }
            Some((checker, _)) => {
                let check = async {
                    let start = Instant::now();
                    Ok((TypeCheck::from(checker.check(task.program).await), start.elapsed()))
                };
                let (execution, (check, took)) = tokio::try_join!(self.run(task, module, task.start), check)?;
                Ok(execution.checked(check, took))
            }
        }
    }
}

/// The failure of a program that is not run because of its types.
fn failure(report: &TypeReport) -> Option<Failure> {
    let first = report.errors.first()?;
    let failure = Failure::new(FailureKind::Type, report.explanation());
    Some(Failure { position: first.position, ..failure })
}
