//! What is wrong with arguments.

use serde::Serialize;
use serde_json::Value;

/// One way in which the arguments violate the schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::mcp::tools) struct ArgumentProblem {
    /// Name of the argument, with the path inside it: `bundles[2].country`.
    pub(in crate::mcp::tools) field: String,
    /// What is wrong, as the rest of a sentence that starts with the field.
    pub(in crate::mcp::tools) problem: String,
    /// The allowed values, or the arguments that the tool has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::mcp::tools) allowed: Option<Value>,
}

/// The most problems that are reported.
pub(super) const MAX_PROBLEMS: usize = 20;
