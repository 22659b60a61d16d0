//! What a check found.

use crate::app::Context;
use crate::check::{Check, CheckName};
use crate::event::Event;
use crate::host::{Host, HttpError};
use crate::upstream::limits::PORTAL_CHECK;

/// A check, and what only the log says about its failure.
#[derive(Debug)]
pub(super) struct Finding {
    check: Check,
    /// Follows the problem of the check.
    detail: Option<String>,
}

impl Finding {
    pub(super) fn passed(name: CheckName) -> Self {
        Check::passed(name).into()
    }

    /// It works, and this was found out.
    pub(super) fn noted(name: CheckName, note: impl Into<String>) -> Self {
        Check::noted(name, note).into()
    }

    /// It may work or not.
    pub(super) fn open(
        name: CheckName,
        problem: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Check::open(name, problem, fix).into()
    }

    pub(super) fn failed(
        name: CheckName,
        problem: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Check::failed(name, problem, fix).into()
    }

    /// The same, with what only the log says.
    pub(super) fn with_detail(self, detail: Option<String>) -> Self {
        Self { detail, ..self }
    }

    /// A request got no answer. `server` begins a sentence, `fix` is what to do about it.
    pub(super) fn unreachable(
        name: CheckName,
        server: &str,
        error: &HttpError,
        fix: impl Into<String>,
    ) -> Self {
        match error {
            HttpError::Forbidden => Self::open(
                name,
                format!("Not checked: this host does not allow requests to {server}."),
                "Correct what “Outbound requests” (`origins`) says first.",
            ),
            HttpError::Timeout => {
                let seconds = PORTAL_CHECK.total.as_secs();
                let problem = format!("No answer from {server} within {seconds} seconds.");
                Self::failed(name, problem, fix)
            }
            HttpError::Failed(_) | HttpError::NotSent(_) => {
                let problem = format!("No connection to {server}.");
                Self::failed(name, problem, fix).with_detail(Some(error.to_string()))
            }
        }
    }

    /// Logs a failure, and returns what everyone may read.
    pub(super) fn logged<H: Host>(self, context: &Context<'_, H>) -> Check {
        if !self.check.ok {
            let problem = self.check.problem.iter().cloned();
            let parts: Vec<String> = problem.chain(self.detail).collect();
            context.log(&Event::CheckFailed {
                check: self.check.name,
                cause: parts.join(" "),
            });
        }
        self.check
    }
}

/// A sentence fragment as a sentence.
pub(super) fn sentence(fragment: &str) -> String {
    let mut characters = fragment.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(characters).chain(['.']).collect()
}

impl From<Check> for Finding {
    fn from(check: Check) -> Self {
        Self {
            check,
            detail: None,
        }
    }
}
