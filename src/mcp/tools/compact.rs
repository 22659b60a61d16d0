//! Compact mode: four tools that find, describe and call the others, for models with little context.
//!
//! They show and call only what the policy allows, and a call takes the same path as a direct one.

mod search;
#[cfg(test)]
mod tests;

use super::normalize::Unknown;
use super::{arguments, invoke, refusal, registry};
use crate::access::policy::{Subject, Verdict, call_tool};
use crate::catalog::{self, CompactTool, DESCRIBE, FIND};
use crate::failure::{Diagnostics, LocalCode};
use crate::host::Host;
use crate::mcp::exchange::Exchange;
use crate::mcp::outcome::Outcome;
use crate::mcp::result::ToolResult;
use crate::text::excerpt;
use openapi_tools::table::{Scope, Tool};
use serde_json::{Map, Value, json};

/// How many tools a search returns by default, as in the schema.
const DEFAULT_LIMIT: usize = 5;

/// Runs a compact tool.
pub(super) async fn run<H: Host>(
    exchange: &Exchange<'_, H>,
    compact: &'static CompactTool,
    arguments: &Map<String, Value>,
) -> Outcome {
    let unknown = if compact.read_only {
        // An argument of the tool may stand beside `arguments` by mistake.
        let name = arguments.get("name").and_then(Value::as_str);
        Unknown::Dropped(name.and_then(registry::find))
    } else {
        Unknown::Refused
    };
    let checked = arguments::accept(&compact.input, unknown, arguments);
    let changes = checked.changes;
    exchange.context.note_normalized(changes.count);
    let arguments = match checked.outcome {
        Ok(arguments) => arguments,
        Err(problems) => {
            let failure = ToolResult::Failure(invoke::invalid_arguments(&problems));
            return exchange.tool_result(failure, &changes.notes());
        }
    };
    let local = |text| exchange.tool_result(ToolResult::local(text), &changes.notes());
    if compact.name == FIND {
        return local(find_tools(exchange, &arguments));
    }
    let tool = match named_tool(exchange, compact, &arguments) {
        Ok(tool) => tool,
        Err(diagnostics) => return exchange.fail(*diagnostics),
    };
    if compact.name == DESCRIBE {
        return local(describe(tool));
    }
    let empty = Map::new();
    let inner = arguments.get("arguments").and_then(Value::as_object);
    invoke::run(exchange, tool, inner.unwrap_or(&empty), changes).await
}

/// The tool of the catalogue that the arguments name, if the policy allows it.
fn named_tool<H>(
    exchange: &Exchange<'_, H>,
    compact: &'static CompactTool,
    arguments: &Map<String, Value>,
) -> Result<&'static Tool<'static>, Box<Diagnostics>> {
    let name = arguments.get("name").and_then(Value::as_str);
    let name = name.unwrap_or_default();
    let tool = registry::find(name).ok_or_else(|| {
        let message = format!("There is no tool {:?}.", excerpt(name, 80));
        Diagnostics::local(LocalCode::UnknownTool, message)
    })?;
    let subject = if compact.name == DESCRIBE {
        Subject::Described(tool)
    } else {
        Subject::CalledWith(tool, compact)
    };
    Err(Box::new(match exchange.judge(subject) {
        Verdict::Allowed => return Ok(tool),
        Verdict::OtherToolset | Verdict::OtherMode => Diagnostics::local(
            LocalCode::ToolsetNotShown,
            refusal::other_toolset(exchange.narrowing, tool),
        ),
        Verdict::ReadOnlyResource => refusal::read_only_resource(tool),
        Verdict::OtherCallTool => refusal::other_call_tool(tool),
        Verdict::InsufficientScope => refusal::read_only_connection(tool),
    }))
}

/// The JSON answer of a search.
fn find_tools<H>(exchange: &Exchange<'_, H>, arguments: &Map<String, Value>) -> String {
    let text = |name: &str| arguments.get(name).and_then(Value::as_str);
    let limit = arguments.get("limit").and_then(Value::as_u64);
    let limit = limit.map_or(DEFAULT_LIMIT, |limit| {
        usize::try_from(limit).unwrap_or(DEFAULT_LIMIT)
    });
    let visible = registry::all().filter(|tool| {
        exchange.judge(Subject::Described(tool)) == Verdict::Allowed
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
                "summary": search::summary(tool),
                "toolset": tool.toolset,
                "access": access(tool),
                "spends_credits": tool.facts.spends_credits,
            })
        })
        .collect();
    let answer = match tools.len() {
        0 => json!({
            "tools": entries,
            "total": 0,
            "hint": "No tool has these words. Try others, or fewer; a toolset narrows the search, too.",
        }),
        total => json!({ "tools": entries, "total": total }),
    };
    answer.to_string()
}

/// The JSON description of a tool: its entry in the full list, and its toolset, access, call tool and cost.
fn describe(tool: &Tool<'_>) -> String {
    let more = json!({
        "toolset": tool.toolset,
        "access": access(tool),
        "call_with": call_tool(tool),
        "cost": cost(tool),
    });
    let more = more.to_string();
    let more = more.strip_prefix('{').unwrap_or_default();
    let schema = catalog::output_schema(tool.name);
    let schema = schema.map(|schema| format!(",\"outputSchema\":{schema}"));
    format!(
        "{{{}{}{},{more}",
        tool.listing.base,
        tool.listing.since_2025_06_18,
        schema.unwrap_or_default()
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
