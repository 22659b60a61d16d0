//! The compact mode: four tools by which the others are found, described and called, for models with little room.
//!
//! What they show and call is what the address and the caller's key allow, and a call goes the way of a direct one.

mod search;
#[cfg(test)]
mod tests;

use super::answer::ToolResult;
use super::call;
use super::endpoint::Outcome;
use super::jsonrpc::{self, Request};
use super::outside;
use super::revision::Revision;
use super::variant::Variant;
use crate::Connector;
use crate::api::arguments;
use crate::api::diagnostics::Diagnostics;
use crate::catalog::{self, COMPACT, CompactTool};
use crate::credentials::Credential;
use crate::host::Host;
use crate::reply::excerpt;
use openapi_tools::table::{Scope, Tool};
use serde_json::{Map, Value, json};

const FIND: &str = "tokportal_find_tools";
const DESCRIBE: &str = "tokportal_describe_tool";
const CALL_READ: &str = "tokportal_call_read_tool";
const CALL_WRITE: &str = "tokportal_call_write_tool";

/// How many tools a search returns if nothing is said; the schema says the same.
const DEFAULT_LIMIT: usize = 5;

/// The compact tool of a name.
pub fn find(name: &str) -> Option<&'static CompactTool> {
    COMPACT.iter().find(|tool| tool.name == name)
}

/// The compact tools that are listed for a caller at an address.
pub fn listed(
    caller: &Credential,
    variant: Variant,
) -> impl Iterator<Item = &'static CompactTool> + Clone {
    let writes = !variant.is_read_only() && caller.may(Scope::Write);
    COMPACT.iter().filter(move |tool| tool.read_only || writes)
}

/// The tool of the catalogue that a request calls, if it calls one in the right way.
pub fn called(request: &Request) -> Option<&'static Tool<'static>> {
    let outer = request.params.get("name").and_then(Value::as_str)?;
    let inner = request.params.get("arguments")?.get("name")?.as_str()?;
    catalog::find(inner).filter(|tool| call_tool(tool) == outer)
}

/// The tool by which a tool of the catalogue is called.
pub fn call_tool(tool: &Tool<'_>) -> &'static str {
    match tool.facts.scope {
        Scope::Read => CALL_READ,
        Scope::Write => CALL_WRITE,
    }
}

/// Runs a compact tool in answer to `request`, the `tools/call` itself.
pub async fn run<H: Host>(
    connector: &Connector<H>,
    caller: &Credential,
    variant: Variant,
    revision: Revision,
    request: &Request,
    compact: &'static CompactTool,
    mut arguments: Map<String, Value>,
) -> Outcome {
    let checked = arguments::check_against(compact.name, compact.input_schema, &arguments);
    let result = match checked {
        Err(problems) => Err(call::invalid_arguments(&problems)),
        Ok(()) if compact.name == FIND => Ok(found(caller, variant, &arguments)),
        Ok(()) => match named(caller, variant, compact, &arguments) {
            Ok(tool) if compact.name == DESCRIBE => Ok(described(tool)),
            Ok(tool) => {
                let inner = match arguments.remove("arguments") {
                    Some(Value::Object(inner)) => inner,
                    _ => Map::new(),
                };
                return call::run(connector, caller, revision, request, tool, &inner).await;
            }
            Err(diagnostics) => Err(*diagnostics),
        },
    };
    let result = match result {
        Ok(text) => ToolResult::local(text),
        Err(diagnostics) => ToolResult::Failure(diagnostics),
    };
    Outcome::Response(jsonrpc::success(&request.id, &result.to_json(revision)))
}

/// The tool of the catalogue that the arguments name, if this compact tool takes it here.
fn named(
    caller: &Credential,
    variant: Variant,
    compact: &CompactTool,
    arguments: &Map<String, Value>,
) -> Result<&'static Tool<'static>, Box<Diagnostics>> {
    let refuse = |code, message: String| Err(Box::new(Diagnostics::local(code, message)));
    let name = arguments
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let Some(tool) = catalog::find(name) else {
        let message = format!("There is no tool {:?}.", excerpt(name, 80));
        return refuse("UNKNOWN_TOOL", message);
    };
    if let Some(message) = outside::other_toolset(variant, tool) {
        return refuse("TOOLSET_NOT_SHOWN", message);
    }
    if let Some(diagnostics) = outside::read_only(variant, tool) {
        return Err(Box::new(diagnostics));
    }
    if compact.name == DESCRIBE {
        if caller.may(tool.facts.scope) {
            return Ok(tool);
        }
        let message = format!(
            "{} changes something, and this connection is Read-only.",
            tool.name
        );
        return refuse("READ_ONLY_CONNECTION", message);
    }
    if call_tool(tool) == compact.name {
        return Ok(tool);
    }
    let does = match tool.facts.scope {
        Scope::Read => "only reads",
        Scope::Write => "changes something",
    };
    let message = format!("{} {does}: call it with {}.", tool.name, call_tool(tool));
    refuse("WRONG_CALL_TOOL", message)
}

/// The answer of a search.
fn found(caller: &Credential, variant: Variant, arguments: &Map<String, Value>) -> String {
    let text = |name: &str| arguments.get(name).and_then(Value::as_str);
    let limit = arguments.get("limit").and_then(Value::as_u64);
    let limit = limit.map_or(DEFAULT_LIMIT, |limit| {
        usize::try_from(limit).unwrap_or(DEFAULT_LIMIT)
    });
    let visible = catalog::all().filter(|tool| {
        variant.shows(tool)
            && caller.may(tool.facts.scope)
            && text("toolset").is_none_or(|toolset| tool.toolset == toolset)
    });
    let tools = search::search(text("query").unwrap_or_default(), visible);
    let entries: Vec<Value> = tools
        .iter()
        .take(limit)
        .map(|tool| {
            json!({
                "name": tool.name,
                "title": tool.title,
                "summary": summary(tool),
                "toolset": tool.toolset,
                "access": access(tool),
                "spends_credits": tool.facts.spends_credits,
            })
        })
        .collect();
    let mut answer = json!({ "tools": entries, "total": tools.len() });
    if tools.is_empty() {
        answer["hint"] =
            "No tool has these words. Try others, or fewer; a toolset narrows the search, too."
                .into();
    }
    answer.to_string()
}

/// The answer of a description: the tool's entry in the full list, and what is not in it.
fn described(tool: &Tool<'_>) -> String {
    let more = json!({
        "toolset": tool.toolset,
        "access": access(tool),
        "call_with": call_tool(tool),
        "cost": cost(tool),
    });
    let more = more.to_string();
    let more = more.strip_prefix('{').unwrap_or_default();
    format!(
        "{{{}{},{more}",
        tool.listing.base, tool.listing.since_2025_06_18
    )
}

fn access(tool: &Tool<'_>) -> &'static str {
    match tool.facts.scope {
        Scope::Read => "read",
        Scope::Write => "write",
    }
}

fn cost(tool: &Tool<'_>) -> String {
    match tool.facts.credits_detail {
        Some(detail) => format!("Credits: {detail}"),
        None if tool.facts.spends_credits => "Spends credits".to_owned(),
        None => "No credits".to_owned(),
    }
}

/// The first sentence of the description.
fn summary<'a>(tool: &Tool<'a>) -> &'a str {
    match tool.description.find(". ") {
        Some(end) => &tool.description[..=end],
        None => tool.description,
    }
}
