//! What the server says of itself.

use serde_json::{Value, json};

/// The `Implementation` object.
pub fn info() -> Value {
    json!({
        "name": "tokportal",
        "title": "TokPortal",
        "version": env!("CARGO_PKG_VERSION"),
        "websiteUrl": "https://developers.tokportal.com",
    })
}

/// Advertised capabilities: what exists, nothing else. Lists never change during a connection.
pub fn capabilities() -> Value {
    json!({ "tools": {}, "prompts": {}, "resources": {}, "completions": {} })
}

/// Guidance for the model. The first 512 characters stand alone, because some hosts cut there.
pub const INSTRUCTIONS: &str = include_str!("instructions.txt");
