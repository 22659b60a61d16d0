//! `tools/list`: the tools that the resource shows and the caller may use.

use super::{registry, run_approved};
use crate::access::level::AccessLevel;
use crate::access::policy::{Subject, Verdict};
use crate::catalog::{self, COMPACT, CompactTool};
use crate::icons;
use crate::kept;
use crate::mcp::exchange::Exchange;
use crate::mcp::outcome::Outcome;
use crate::mcp::protocol::envelope::TTL_MS;
use crate::mcp::protocol::revision::Revision;
use crate::mcp::protocol::server;
use crate::mcp::views::{self, View};
use openapi_tools::table::{Listing, Tool};
use serde_json::json;

/// Answers `tools/list`. The list has one page, because several hosts never ask for a second one. It is kept ready, because
/// it is large and the same for many people.
///
/// A cursor is an error, because no result has a `nextCursor`.
pub(crate) fn list<H>(exchange: &Exchange<'_, H>) -> Outcome {
    let cursor = exchange.request.params.get("cursor");
    if cursor.is_some_and(|cursor| !cursor.is_null()) {
        return exchange.invalid("The cursor is unknown: the list of tools has one page.");
    }
    let texts = exchange.context.texts;
    exchange.kept(texts.get(key(exchange), || result(exchange)))
}

/// Everything that the list depends on, except for the configuration of the instance.
fn key<H>(exchange: &Exchange<'_, H>) -> kept::Key {
    let (toolsets, flags) = exchange.narrowing.numbers();
    let level = match exchange.caller.level {
        None => 0,
        Some(AccessLevel::Read) => 1,
        Some(AccessLevel::Full) => 2,
    };
    let views = u64::from(exchange.features.views);
    let flags = (flags << 1 | views) << 2 | level;
    (toolsets, flags << 2 | exchange.revision as u64)
}

/// A tool in the list.
struct Entry<'a> {
    listing: &'a Listing<'a>,
    /// The name of its icon.
    icon: &'a str,
    /// Its output schema, if the listing does not have it.
    schema: Option<&'a str>,
    /// What shows its answers.
    view: Option<&'a View>,
}

/// The result as JSON.
fn result<H>(exchange: &Exchange<'_, H>) -> String {
    let revision = exchange.revision;
    let is_allowed = |subject| exchange.judge(subject) == Verdict::Allowed;
    let output_schema = |name| {
        let has_schema = revision >= Revision::R2025_06_18;
        has_schema.then(|| catalog::output_schema(name)).flatten()
    };
    let entries: Vec<Entry<'_>> = if exchange.narrowing.is_compact() {
        let tools = COMPACT
            .iter()
            .filter(|tool| is_allowed(Subject::Compact(tool)));
        let entry = |tool: &'static CompactTool| Entry {
            listing: &tool.listing,
            icon: "mark",
            schema: None,
            view: views::of_compact(tool),
        };
        tools.map(entry).collect()
    } else {
        let tools = registry::all().filter(|tool| is_allowed(Subject::Direct(tool)));
        let entry = |tool: &'static Tool<'static>| Entry {
            listing: &tool.listing,
            icon: tool.toolset,
            schema: output_schema(tool.name),
            view: views::of_tool(tool),
        };
        tools.map(entry).collect()
    };
    let size: usize = entries
        .iter()
        .map(|entry| {
            let schema = entry.schema.map_or(0, str::len);
            entry.listing.base.len() + entry.listing.since_2025_06_18.len() + schema + 200
        })
        .sum();
    let mut text = String::with_capacity(size + 512);
    text.push_str("{\"tools\":[");
    for (i, entry) in entries.into_iter().enumerate() {
        let Entry {
            listing,
            icon,
            schema,
            view,
        } = entry;
        text.push_str(if i == 0 { "{" } else { ",{" });
        text.push_str(listing.base);
        if revision >= Revision::R2025_06_18 {
            text.push_str(listing.since_2025_06_18);
        }
        if let Some(schema) = schema {
            text.push_str(",\"outputSchema\":");
            text.push_str(schema);
        }
        if revision >= Revision::R2025_11_25 {
            // The URL is ASCII without quotation marks and backslashes, so it needs no escaping.
            let icon = icons::url(exchange.context.config, icon);
            for part in [",\"icons\":[{\"src\":\"", &icon, "\"}]"] {
                text.push_str(part);
            }
        }
        if let Some(view) = view.filter(|_| exchange.features.views) {
            text.push_str(&format!(
                ",\"_meta\":{{\"ui\":{{\"resourceUri\":\"{}\"}}}}",
                view.uri
            ));
        }
        text.push('}');
    }
    if run_approved::is_shown(exchange) {
        text.push(',');
        text.push_str(run_approved::LISTING);
    }
    text.push(']');
    if revision.is_modern() {
        text.push_str(&format!(
            ",\"resultType\":\"complete\",\"ttlMs\":{TTL_MS},\"cacheScope\":\"private\",\"_meta\":{{\"io.modelcontextprotocol/serverInfo\":{}}}",
            json!(server::INFO)
        ));
    }
    text.push('}');
    text
}
