//! The server's description of itself: implementation, capabilities, instructions.

use super::revision::Revision;
use crate::access::resource_url::Narrowing;
use crate::config::Config;
use crate::icons;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// MCP's `Implementation`.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Implementation {
    name: &'static str,
    title: &'static str,
    version: &'static str,
    website_url: &'static str,
}

/// The extension for views (MCP Apps, SEP-1865).
pub(crate) const UI: &str = "io.modelcontextprotocol/ui";
/// The extension for work whose outcome comes later (SEP-2663).
pub(crate) const TASKS: &str = "io.modelcontextprotocol/tasks";
/// The media type of a view.
pub(crate) const VIEW_TYPE: &str = "text/html;profile=mcp-app";

/// `serverInfo` as later results have it, without the icon.
pub(crate) const INFO: Implementation = Implementation {
    name: "tokportal",
    title: "TokPortal",
    version: env!("CARGO_PKG_VERSION"),
    website_url: "https://developers.tokportal.com",
};

/// `serverInfo` for the start of a connection. From revision 2025-11-25 on it has the icon that hosts show beside the
/// server. Later results leave the icon out, because every one of them would repeat it.
pub(crate) fn introduction(config: &Config, revision: Revision) -> Value {
    let mut info = json!(INFO);
    if let Some(members) = info.as_object_mut()
        && revision >= Revision::R2025_11_25
    {
        let src = icons::url(config, "mark");
        let icon = json!({ "src": src, "mimeType": "image/svg+xml", "sizes": ["any"] });
        members.insert("icons".to_owned(), json!([icon]));
    }
    info
}

/// The capabilities of the server. None has `listChanged`, because lists never change during a connection. Views are
/// announced to clients that show them, and tasks to clients that have them.
pub(crate) fn capabilities(shows_views: bool, has_tasks: bool) -> Value {
    let views = shows_views.then(|| (UI.to_owned(), json!({ "mimeTypes": [VIEW_TYPE] })));
    let tasks = has_tasks.then(|| (TASKS.to_owned(), json!({})));
    let extensions: Map<String, Value> = [views, tasks].into_iter().flatten().collect();
    let mut capabilities = Map::from_iter(
        ["tools", "prompts", "resources", "completions"].map(|name| (name.to_owned(), json!({}))),
    );
    if !extensions.is_empty() {
        capabilities.insert("extensions".to_owned(), extensions.into());
    }
    capabilities.into()
}

/// Guidance for the model. The first 512 characters make sense on their own, because some hosts truncate there.
const INSTRUCTIONS: &str = include_str!("instructions.txt");

/// Guidance for the model at a resource. If the resource is narrowed, the text ends with what it shows.
pub(crate) fn instructions(narrowing: Narrowing) -> String {
    let mut text = INSTRUCTIONS.trim_end().to_owned();
    if narrowing.is_compact() {
        text.push_str(
            "\n\nThe address of this connection lists few tools: tokportal_find_tools finds the others by words, \
             tokportal_describe_tool tells what one takes, and ",
        );
        text.push_str(if narrowing.is_read_only() {
            "tokportal_call_read_tool calls it."
        } else {
            "tokportal_call_read_tool or tokportal_call_write_tool calls it."
        });
    }
    let limits = [
        narrowing
            .toolsets()
            .map(|names| format!("the toolsets {}", names.join(", "))),
        narrowing
            .is_read_only()
            .then(|| "tools that read".to_owned()),
    ];
    let limits: Vec<String> = limits.into_iter().flatten().collect();
    if !limits.is_empty() {
        text.push_str("\n\nThe address of this connection shows only ");
        text.push_str(&limits.join(" and "));
        text.push_str(", so tools named here may be missing.");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::resource_url::ResourceUrl;

    #[test]
    fn paragraphs_of_the_instructions_are_one_empty_line_apart() {
        for query in [
            "",
            "readonly=1",
            "mode=compact",
            "mode=compact&toolsets=bundles",
        ] {
            let text = instructions(ResourceUrl::parse(query).expect("a valid query").narrowing);
            assert_eq!(text.trim(), text, "{query}");
            assert!(!text.contains("\n\n\n"), "{query}: {text}");
        }
    }
}
