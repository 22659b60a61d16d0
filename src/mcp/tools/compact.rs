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

/// The hint of a search without a result.
const NOTHING_FOUND: &str = "No tool of this connection has these words. Try others, or leave out toolset and spends_credits. What no tool does is in the resource tokportal://portal.";

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
    let number = |name: &str, default: usize| {
        let number = arguments.get(name).and_then(Value::as_u64);
        number.map_or(default, |number| usize::try_from(number).unwrap_or(default))
    };
    let (limit, page) = (number("limit", DEFAULT_LIMIT), number("page", 1));
    let spends = arguments.get("spends_credits").and_then(Value::as_bool);
    let found = search::search(text("query").unwrap_or_default(), &catalog::TOOLS);
    let tools: Vec<&Tool<'_>> = found
        .tools
        .iter()
        .filter_map(|position| catalog::TOOLS.get(*position))
        .filter(|tool| {
            exchange.judge(Subject::Described(tool)) == Verdict::Allowed
                && text("toolset").is_none_or(|toolset| tool.toolset == toolset)
                && spends.is_none_or(|spends| tool.facts.spends_credits == spends)
        })
        .collect();
    let entries: Vec<Value> = tools
        .iter()
        .skip(page.saturating_sub(1).saturating_mul(limit))
        .take(limit)
        .map(|tool| {
            json!({
                "name": tool.name,
                "title": tool.title,
                "summary": search::summary(tool),
                "toolset": tool.toolset,
                "access": access(tool),
                "spends_credits": tool.facts.spends_credits,
                "cost": cost(tool),
            })
        })
        .collect();
    let hint = if tools.is_empty() {
        NOTHING_FOUND
    } else {
        "There is no such page. Ask for page 1."
    };
    let is_empty = entries.is_empty();
    let mut answer = Map::new();
    answer.insert("tools".to_owned(), entries.into());
    answer.insert("total".to_owned(), tools.len().into());
    if !found.ignored.is_empty() {
        answer.insert("ignored_words".to_owned(), found.ignored.into());
    }
    if is_empty {
        answer.insert("hint".to_owned(), hint.into());
    }
    Value::from(answer).to_string()
}

/// The JSON description of a tool: its cost, call tool, access and toolset, and its entry in the full list, whose output
/// schema is the longest part.
fn describe(tool: &Tool<'_>) -> String {
    let more = json!({
        "arguments": argument_names(tool),
        "call_with": call_tool(tool),
        "cost": cost(tool),
        "access": access(tool),
        "toolset": tool.toolset,
    });
    let more = more.to_string();
    let more = more.strip_suffix('}').unwrap_or_default();
    let schema = catalog::output_schema(tool.name);
    let schema = schema.map(|schema| format!(",\"outputSchema\":{schema}"));
    format!(
        "{more},{}{}{}}}",
        tool.listing.base,
        tool.listing.since_2025_06_18,
        schema.unwrap_or_default()
    )
}

/// The names of a tool's arguments, so that none is lost where a host cuts the schema.
fn argument_names(tool: &Tool<'_>) -> String {
    let entry = serde_json::from_str(&format!("{{{}}}", tool.listing.base));
    let entry: Value = entry.unwrap_or_default();
    let schema = |member: &str| entry.get("inputSchema")?.get(member);
    let required = schema("required").and_then(Value::as_array);
    let is_required =
        |name: &String| required.is_some_and(|names| names.contains(&Value::from(name.as_str())));
    let names = schema("properties").and_then(Value::as_object);
    let names = names.into_iter().flat_map(Map::keys).map(|name| {
        if is_required(name) {
            format!("{name} (required)")
        } else {
            name.clone()
        }
    });
    names.collect::<Vec<_>>().join(", ")
}

fn access(tool: &Tool<'_>) -> &'static str {
    match tool.facts.scope {
        Scope::Read => "read",
        Scope::Write => "write",
    }
}

fn cost(tool: &Tool<'_>) -> String {
    match tool.facts.credits_detail {
        Some(detail) => format!("credits: {detail}"),
        None if tool.facts.spends_credits => "spends credits".to_owned(),
        None => "none".to_owned(),
    }
}
