//! What a caller is told about a tool that the policy refuses.

use crate::access::policy::call_tool;
use crate::access::resource_url::Narrowing;
use crate::failure::{Diagnostics, LocalCode};
use openapi_tools::table::{Scope, Tool};

/// The message for a tool of another toolset, which also says how to get it.
pub(super) fn other_toolset(narrowing: Narrowing, tool: &Tool<'_>) -> String {
    let names = narrowing.toolsets().unwrap_or_default();
    format!(
        "The tool {} is of the toolset {}, and the address of this connection is narrowed to toolsets={}. To use it, add \
         {} to `toolsets` in the address of the connection, or leave `toolsets` out.",
        tool.name,
        tool.toolset,
        names.join(","),
        tool.toolset
    )
}

/// A tool that writes, at a read-only resource. This is not a 403, because signing in again would not change the URL.
pub(super) fn read_only_resource(tool: &Tool<'_>) -> Diagnostics {
    Diagnostics::local(
        LocalCode::ReadOnlyAddress,
        format!(
            "{} changes something, and the address of this connection is read-only: it has readonly=1.",
            tool.name
        ),
    )
}

/// A tool that writes, for a caller with read-only access.
pub(super) fn read_only_connection(tool: &Tool<'_>) -> Diagnostics {
    Diagnostics::local(
        LocalCode::ReadOnlyConnection,
        format!(
            "{} changes something, and this connection is Read-only.",
            tool.name
        ),
    )
}

/// A tool that was called with the wrong compact tool: reading instead of writing, or the other way round.
pub(super) fn other_call_tool(tool: &Tool<'_>) -> Diagnostics {
    let does = match tool.facts.scope {
        Scope::Read => "only reads",
        Scope::Write => "changes something",
    };
    Diagnostics::local(
        LocalCode::WrongCallTool,
        format!("{} {does}: call it with {}.", tool.name, call_tool(tool)),
    )
}
