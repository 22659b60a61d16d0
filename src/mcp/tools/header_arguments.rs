//! The arguments that are sent as headers: `dry_run` and `idempotency_key`.

use openapi_tools::table::{Argument, Location, Tool};
use serde_json::{Map, Value};

/// The header that makes a call a dry run.
pub(super) const DRY_RUN: &str = "X-TokPortal-Dry-Run";
/// The header of the idempotency key.
pub(super) const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// The argument of a tool that is sent as this header.
pub(super) fn find<'t>(tool: &Tool<'t>, header: &str) -> Option<&'t Argument<'t>> {
    tool.operation.arguments.iter().find(|argument| {
        argument.location == Location::Header && argument.wire_name.eq_ignore_ascii_case(header)
    })
}

/// Whether a call asks for a dry run.
pub(super) fn is_dry_run(tool: &Tool<'_>, arguments: &Map<String, Value>) -> bool {
    find(tool, DRY_RUN)
        .and_then(|argument| arguments.get(argument.name))
        .is_some_and(|value| *value == Value::Bool(true))
}
