//! What the server says of itself.

use crate::access::resource_url::Narrowing;
use crate::config::Config;
use crate::icons;
use crate::mcp::protocol::revision::Revision;
use serde::Serialize;
use serde_json::{Value, json};

/// MCP's `Implementation`.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Implementation {
    name: &'static str,
    title: &'static str,
    version: &'static str,
    website_url: &'static str,
}

/// This server.
pub(crate) const INFO: Implementation = Implementation {
    name: "tokportal",
    title: "TokPortal",
    version: env!("CARGO_PKG_VERSION"),
    website_url: "https://developers.tokportal.com",
};

/// This server where a connection begins. From revision 2025-11-25 on it names the icon that hosts show
/// beside the server; later answers leave it out, because it would be in every one of them.
pub(crate) fn introduction(config: &Config, revision: Revision) -> Value {
    let mut info = json!(INFO);
    if revision >= Revision::R2025_11_25 {
        let src = icons::address(config, "mark").to_string();
        info["icons"] = json!([{ "src": src, "mimeType": "image/svg+xml", "sizes": ["any"] }]);
    }
    info
}

/// Advertised capabilities: what exists, nothing else. Lists never change during a connection.
pub(crate) fn capabilities() -> Value {
    json!({ "tools": {}, "prompts": {}, "resources": {}, "completions": {} })
}

/// Guidance for the model. The first 512 characters stand alone, because some hosts cut there.
const INSTRUCTIONS: &str = include_str!("instructions.txt");

/// Guidance for the model at an address: a narrowed one says so, in one sentence more.
pub(crate) fn instructions(narrowing: Narrowing) -> String {
    let mut text = INSTRUCTIONS.to_owned();
    let narrowings = [
        narrowing
            .toolsets()
            .map(|names| format!("the toolsets {}", names.join(", "))),
        narrowing
            .is_read_only()
            .then(|| "tools that read".to_owned()),
    ];
    if narrowing.is_compact() {
        text.push_str(
            "\n\nThe address of this connection lists few tools: tokportal_find_tools finds the others by words, \
             tokportal_describe_tool tells what one takes, and ",
        );
        text.push_str(if narrowing.is_read_only() {
            "tokportal_call_read_tool calls it.\n"
        } else {
            "tokportal_call_read_tool or tokportal_call_write_tool calls it.\n"
        });
    }
    let narrowings: Vec<String> = narrowings.into_iter().flatten().collect();
    if !narrowings.is_empty() {
        text.push_str("\n\nThe address of this connection shows only ");
        text.push_str(&narrowings.join(" and "));
        text.push_str(", so tools named here may be missing.\n");
    }
    text
}
