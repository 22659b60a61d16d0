//! Raw messages to the MCP endpoint and the codes of its answers.

use super::json_of;
use reqwest::RequestBuilder;
use serde_json::{Value, json};

/// A message of revision 2025-11-25 without parameters.
pub(crate) fn message(method: &str) -> String {
    json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": {}}).to_string()
}

/// Sends a request: status and body.
pub(crate) async fn answer(request: RequestBuilder) -> (u16, Value) {
    json_of(request.send().await.expect("an answer")).await
}

/// The status and the JSON-RPC error code of an answer; 0 for a result.
pub(crate) fn code((status, value): &(u16, Value)) -> (u16, i64) {
    (*status, value["error"]["code"].as_i64().unwrap_or_default())
}
