//! The policy: what a caller may see and call at a resource.
//!
//! [`judge`] alone decides this: `tools/list`, `tools/call`, compact mode, batches and admission all call it. A
//! resource URL and a level can only take away what the API key allows. If the level is not known, the API decides.

use super::level::AccessLevel;
use super::resource_url::Narrowing;
use crate::catalog::{self, CompactTool};
use openapi_tools::table::{Scope, Tool};

/// What a caller wants to see or call.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Subject<'t> {
    /// A tool of the catalogue under its own name: listed, or called directly.
    Direct(&'t Tool<'t>),
    /// A tool of the catalogue that a compact tool finds or describes.
    Described(&'t Tool<'t>),
    /// A tool of the catalogue that is called with this compact tool.
    CalledWith(&'t Tool<'t>, &'t CompactTool),
    /// A compact tool, as an entry of the list.
    Compact(&'t CompactTool),
}

/// The decision, with the reason of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Allowed,
    /// The resource has the other mode: compact instead of full, or full instead of compact.
    OtherMode,
    /// The resource is narrowed to other toolsets.
    OtherToolset,
    /// The resource is read-only (`readonly=1`), and the tool writes.
    ReadOnlyResource,
    /// The tool writes and was called with the compact tool for reading, or the other way round.
    OtherCallTool,
    /// The person granted read-only access, and the tool writes.
    InsufficientScope,
}

/// Decides whether a caller may see or call a tool. A refusal by the resource comes before one by the level, because
/// signing in again would not change the resource.
pub(crate) fn judge(
    narrowing: Narrowing,
    level: Option<AccessLevel>,
    subject: Subject<'_>,
) -> Verdict {
    let (tool, scope) = match subject {
        Subject::Compact(compact) => (None, compact_scope(compact)),
        Subject::Direct(tool) | Subject::Described(tool) | Subject::CalledWith(tool, _) => {
            (Some(tool), tool.facts.scope)
        }
    };
    if matches!(subject, Subject::Direct(_)) == narrowing.is_compact() {
        Verdict::OtherMode
    } else if tool.is_some_and(|tool| !narrowing.has_toolset(tool.toolset_index)) {
        Verdict::OtherToolset
    } else if scope == Scope::Write && narrowing.is_read_only() {
        Verdict::ReadOnlyResource
    } else if matches!(subject, Subject::CalledWith(tool, with) if call_tool(tool) != with.name) {
        Verdict::OtherCallTool
    } else if scope == Scope::Write && level == Some(AccessLevel::Read) {
        Verdict::InsufficientScope
    } else {
        Verdict::Allowed
    }
}

/// Whether a person should confirm the call of a tool: it can spend credits, or it cannot be undone.
pub(crate) fn needs_confirmation(tool: &Tool<'_>) -> bool {
    tool.facts.spends_credits || tool.facts.irreversible
}

/// Name of the compact tool that calls a tool of the catalogue.
pub(crate) fn call_tool(tool: &Tool<'_>) -> &'static str {
    match tool.facts.scope {
        Scope::Read => catalog::CALL_READ,
        Scope::Write => catalog::CALL_WRITE,
    }
}

fn compact_scope(tool: &CompactTool) -> Scope {
    if tool.read_only {
        Scope::Read
    } else {
        Scope::Write
    }
}

#[cfg(test)]
mod tests;
