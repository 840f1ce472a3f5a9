//! The type check of an execution: before its program runs where that depends on it, otherwise beside it.

use std::time::Instant;

use serde::Serialize;

use super::{Execution, Executor, ExecutorError};
use crate::{
    program::{
        Module, Program,
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

impl From<Result<TypeReport, CheckError>> for TypeCheck {
    fn from(checked: Result<TypeReport, CheckError>) -> Self {
        match checked {
            Ok(report) if report.is_clean() => Self::Passed,
            Ok(report) => Self::Errors(report),
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

    pub(super) async fn run_checked(
        &self,
        program: &Program,
        module: Module,
        start: Instant,
    ) -> Result<Execution, ExecutorError> {
        match &self.checker {
            None => self.run(module, start).await,
            Some((checker, CheckMode::Require)) => {
                let report = checker.check(program).await.map_err(ExecutorError::TypeCheck)?;
                if let Some(failure) = failure(&report) {
                    let execution = Execution::failed(failure, start.elapsed());
                    return Ok(Execution { check: Some(TypeCheck::Errors(report)), ..execution });
                }
                // The check has a time limit of its own.
                let execution = self.run(module, Instant::now()).await?;
                Ok(Execution { check: Some(TypeCheck::Passed), ..execution })
            }
            Some((checker, _)) => {
                let check = async { Ok(TypeCheck::from(checker.check(program).await)) };
                let (execution, check) = tokio::try_join!(self.run(module, start), check)?;
                Ok(Execution { check: Some(check), ..execution })
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
