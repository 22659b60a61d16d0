//! Normalizes arguments and checks them against the input schema of the tool, before anything is sent.
//!
//! The schema is a table of rules (`openapi_tools::table::Input`) that was made at build time, because on many hosts
//! each request is a new instance, which would parse and compile a schema again.

mod check;
mod problem;

pub(super) use problem::ArgumentProblem;

use super::normalize::{Changes, Normalized, Unknown, normalize};
use check::check;
use openapi_tools::table::Input;
use problem::MAX_PROBLEMS;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Arguments that were normalized and checked.
pub(super) struct Checked<'a> {
    /// What was changed, whether or not the arguments are accepted.
    pub(super) changes: Changes,
    /// The arguments, or the first 20 problems. Problems never repeat a value.
    pub(super) outcome: Result<Cow<'a, Map<String, Value>>, Vec<ArgumentProblem>>,
}

/// Normalizes the arguments of a call and checks them.
pub(super) fn accept<'a>(
    input: &Input<'_>,
    unknown: Unknown<'_>,
    arguments: &'a Map<String, Value>,
) -> Checked<'a> {
    let Normalized {
        arguments,
        changes,
        problems,
    } = normalize(input, unknown, arguments);
    let mut unreadable: Vec<ArgumentProblem> = problems
        .into_iter()
        .take(MAX_PROBLEMS)
        .map(|(field, problem)| ArgumentProblem {
            field,
            problem,
            allowed: None,
        })
        .collect();
    let outcome = match check(input, &arguments) {
        Ok(()) if unreadable.is_empty() => Ok(arguments),
        Ok(()) => Err(unreadable),
        Err(problems) => {
            let is_new = |problem: &ArgumentProblem| {
                unreadable.iter().all(|known| known.field != problem.field)
            };
            let others: Vec<_> = problems.into_iter().filter(is_new).collect();
            unreadable.extend(others);
            unreadable.truncate(MAX_PROBLEMS);
            Err(unreadable)
        }
    };
    Checked { changes, outcome }
}

#[cfg(test)]
mod tests;
