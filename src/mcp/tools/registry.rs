//! The tools by name: those of the catalogue and its extension, and the compact tools.

use crate::access::policy::{Subject, call_tool};
use crate::access::resource_url::Narrowing;
use crate::catalog::{self, COMPACT, CompactTool};
use crate::mcp::ActiveExtension;
use crate::mcp::extension::Extension;
use crate::mcp::protocol::jsonrpc::Request;
use openapi_tools::table::Tool;
use serde_json::Value;

/// The tool of this name, in constant time.
pub(crate) fn find(name: &str) -> Option<&'static Tool<'static>> {
    catalog::find(name).or_else(|| ActiveExtension::TOOLS.iter().find(|tool| tool.name == name))
}

/// Every tool, in the order of the document.
pub(super) fn all() -> impl Iterator<Item = &'static Tool<'static>> {
    catalog::TOOLS.iter().chain(ActiveExtension::TOOLS)
}

pub(crate) fn find_compact(name: &str) -> Option<&'static CompactTool> {
    COMPACT.iter().find(|tool| tool.name == name)
}

/// The tool with which a view runs a call that the person approved.
pub(crate) const RUN_APPROVED: &str = "tokportal_run_approved";

/// A tool of the catalogue, and how a request calls it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum CalledTool {
    Direct(&'static Tool<'static>),
    With(&'static Tool<'static>, &'static CompactTool),
}

impl CalledTool {
    /// The call as a subject of the policy.
    pub(crate) fn subject(self) -> Subject<'static> {
        match self {
            Self::Direct(tool) => Subject::Direct(tool),
            Self::With(tool, compact) => Subject::CalledWith(tool, compact),
        }
    }
}

/// What a `tools/call` calls.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Called {
    /// A tool of the catalogue.
    Tool(CalledTool),
    /// A compact tool that answers without the API.
    Local,
    /// No tool, or a tool that the resource does not have.
    Unknown,
}

/// Finds what a `tools/call` calls, also through a compact tool or a view.
pub(crate) fn called(narrowing: Narrowing, request: &Request) -> Called {
    let name = request.params.get("name").and_then(Value::as_str);
    let name = name.unwrap_or_default();
    let inner = || {
        let arguments = request.params.get("arguments");
        arguments.and_then(|arguments| arguments.get("name")?.as_str())
    };
    if name == RUN_APPROVED {
        let tool = inner().and_then(|name| waiting(narrowing, name));
        return tool.map_or(Called::Unknown, Called::Tool);
    }
    if !narrowing.is_compact() {
        let tool = find(name).map(CalledTool::Direct);
        return tool.map_or(Called::Unknown, Called::Tool);
    }
    let Some(compact) = find_compact(name) else {
        return Called::Unknown;
    };
    if compact.name != catalog::CALL_READ && compact.name != catalog::CALL_WRITE {
        return Called::Local;
    }
    inner().and_then(find).map_or(Called::Unknown, |tool| {
        Called::Tool(CalledTool::With(tool, compact))
    })
}

/// The tool of a call that waits for a person, as the connection calls it.
pub(super) fn waiting(narrowing: Narrowing, name: &str) -> Option<CalledTool> {
    let tool = find(name)?;
    if !narrowing.is_compact() {
        return Some(CalledTool::Direct(tool));
    }
    find_compact(call_tool(tool)).map(|compact| CalledTool::With(tool, compact))
}
