//! Properties of tool calls through the whole endpoint: every tool, every revision, every way of calling it.

mod answers;
mod narrowing;
mod read_only;

use crate::testing::demo_key;
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

/// The revisions that a client may speak.
const REVISIONS: [&str; 4] = ["2025-03-26", "2025-06-18", "2025-11-25", MODERN];
const MODERN: &str = "2026-07-28";

/// A request of a revision to a URL of the endpoint, alone or in a batch.
fn request(
    path: &str,
    revision: &str,
    method: &str,
    mut params: Value,
    is_batch: bool,
) -> Request<Bytes> {
    let mut request = Request::post(path)
        .header("host", "localhost:3000")
        .header("content-type", "application/json")
        .header("mcp-protocol-version", revision)
        .header("authorization", format!("Bearer {}", demo_key()));
    if revision == MODERN {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": MODERN,
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        request = request.header("mcp-method", method);
        if let Some(name) = params["name"].as_str() {
            request = request.header("mcp-name", name);
        }
    }
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
    let body = if is_batch { json!([message]) } else { message };
    request.body(body.to_string().into()).expect("a request")
}

/// The response to the only message.
fn response(body: &[u8]) -> Value {
    match serde_json::from_slice(body).unwrap_or_default() {
        Value::Array(mut responses) => responses.pop().unwrap_or_default(),
        response => response,
    }
}
