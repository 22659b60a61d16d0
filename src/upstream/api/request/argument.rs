//! The arguments of an operation, and the error of one that cannot be sent.

use openapi_tools::table::{Argument, Location, Operation};

/// An argument that cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ArgumentError {
    /// Name of the argument in the tool.
    pub(crate) name: String,
    /// Completes "`name` …".
    pub(crate) problem: String,
}

impl ArgumentError {
    pub(super) fn new(name: &str, problem: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            problem: problem.into(),
        }
    }

    /// The entry of the operation in the catalogue contradicts itself. A test over all operations shows that none does.
    pub(super) fn inconsistent(operation: &Operation<'_>) -> Self {
        Self::new(
            operation.id,
            "cannot be sent: the catalogue entry is inconsistent",
        )
    }
}

/// The arguments of an operation that are sent at one location.
pub(super) fn at<'a>(
    operation: &Operation<'a>,
    location: Location,
) -> impl Iterator<Item = &'a Argument<'a>> {
    operation
        .arguments
        .iter()
        .filter(move |argument| argument.location == location)
}

/// The argument of an operation with this name.
pub(super) fn named<'a>(operation: &Operation<'a>, name: &str) -> Option<&'a Argument<'a>> {
    operation
        .arguments
        .iter()
        .find(|argument| argument.name == name)
}
