//! Requests to the MCP endpoint. The end-to-end tests repeat them over HTTP (tests/e2e); here they are fast, and the
//! fake host records what would have been sent.

mod admission;
mod arguments;
mod calls;
mod client_name;
mod deadline;
mod lists;
mod messages;
mod revisions;
mod trace;
mod versions;
mod views;

use crate::testing::{FakeHost, demo_key, handle, json_answer};
use bytes::Bytes;
use http::request::Builder;
use http::{Request, StatusCode};
use serde_json::{Value, json};

fn post() -> Builder {
    Request::post("/api/ext/mcp")
        .header("host", "localhost:3000")
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {}", demo_key()))
}

fn body(builder: Builder, value: &Value) -> Request<Bytes> {
    builder.body(value.to_string().into()).expect("valid")
}

fn modern_request(method: &str, params: Value) -> (Builder, Value) {
    let mut params = params;
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let builder = post()
        .header("mcp-protocol-version", "2026-07-28")
        .header("mcp-method", method);
    (
        builder,
        json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}),
    )
}

fn send(request: Request<Bytes>) -> (StatusCode, Value) {
    let (reply, _) = handle(FakeHost::silent(), request);
    let value = serde_json::from_slice(reply.body()).unwrap_or(Value::Null);
    (reply.status(), value)
}
