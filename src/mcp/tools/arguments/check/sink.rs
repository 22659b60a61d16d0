//! Where problems go.

use crate::mcp::tools::arguments::problem::{ArgumentProblem, MAX_PROBLEMS};
use crate::mcp::tools::normalize::Path;
use serde_json::Value;

/// The problems so far. A silent one only counts them, and is full with the first.
#[derive(Debug, Default)]
pub(super) struct Sink {
    violations: usize,
    is_silent: bool,
    problems: Vec<ArgumentProblem>,
}

impl Sink {
    /// A sink that tells whether there is any problem.
    pub(super) fn silent() -> Self {
        Self {
            is_silent: true,
            ..Self::default()
        }
    }

    pub(super) fn violations(&self) -> usize {
        self.violations
    }

    /// Whether further problems would not be reported.
    pub(super) fn is_full(&self) -> bool {
        let most = if self.is_silent { 1 } else { MAX_PROBLEMS };
        self.violations >= most
    }

    pub(super) fn add(&mut self, at: &Path<'_>, problem: impl FnOnce() -> String) {
        self.add_problem(|| ArgumentProblem {
            field: at.to_string(),
            problem: problem(),
            allowed: None,
        });
    }

    pub(super) fn add_allowed(&mut self, at: &Path<'_>, problem: impl FnOnce() -> (String, Value)) {
        self.add_problem(|| {
            let (problem, allowed) = problem();
            ArgumentProblem {
                field: at.to_string(),
                problem,
                allowed: Some(allowed),
            }
        });
    }

    pub(super) fn add_problem(&mut self, problem: impl FnOnce() -> ArgumentProblem) {
        if !self.is_full() && !self.is_silent {
            self.problems.push(problem());
        }
        self.violations += 1;
    }

    /// # Errors
    /// The problems, if there are any.
    pub(super) fn into_result(self) -> Result<(), Vec<ArgumentProblem>> {
        if self.violations == 0 {
            Ok(())
        } else {
            Err(self.problems)
        }
    }
}
