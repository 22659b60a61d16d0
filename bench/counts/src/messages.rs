//! Requests to the MCP endpoint, as a client sends them to a Spin host.

use bytes::Bytes;
use http::Request;
use http::request::Builder;
use serde_json::{Value, json};

/// An API key.
pub(crate) const KEY: &str = "sk_abababababababababababababababababababababababababababababababab";

const PATH: &str = "/api/ext/mcp";

/// A request of revision 2025-11-25 with this method.
pub(crate) fn message(method: &str, params: Value) -> Request<Bytes> {
    to(PATH, method, params)
}

/// The same to a narrowed URL of the endpoint.
pub(crate) fn narrowed(query: &str, method: &str) -> Request<Bytes> {
    to(&format!("{PATH}?{query}"), method, json!({}))
}

/// A call of a tool.
pub(crate) fn call(tool: &str, arguments: Value) -> Request<Bytes> {
    message("tools/call", json!({"name": tool, "arguments": arguments}))
}

/// The first request of a connection.
pub(crate) fn initialize() -> Request<Bytes> {
    let params = json!({
        "protocolVersion": "2025-11-25",
        "capabilities": {"elicitation": {}},
        "clientInfo": {"name": "counter", "version": "1.0.0"},
    });
    message("initialize", params)
}

/// A request of revision 2026-07-28 from a client that can ask its user. `name` is the tool that it calls.
pub(crate) fn modern(method: &str, name: Option<&str>, mut params: Value) -> Request<Bytes> {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "counter", "version": "1.0.0"},
        "io.modelcontextprotocol/clientCapabilities": {"elicitation": {}},
    });
    let mut builder = post(PATH)
        .header("authorization", format!("Bearer {KEY}"))
        .header("mcp-protocol-version", "2026-07-28")
        .header("mcp-method", method);
    if let Some(name) = name {
        builder = builder.header("mcp-name", name);
    }
    with_body(builder, method, &params)
}

/// A request with this token.
pub(crate) fn with_token(token: &str, method: &str, params: Value) -> Request<Bytes> {
    let builder = post(PATH)
        .header("authorization", format!("Bearer {token}"))
        .header("mcp-protocol-version", "2025-11-25");
    with_body(builder, method, &params)
}

/// A request without a credential.
pub(crate) fn without_token(method: &str) -> Request<Bytes> {
    with_body(post(PATH), method, &json!({}))
}

fn to(path: &str, method: &str, params: Value) -> Request<Bytes> {
    let builder = post(path)
        .header("authorization", format!("Bearer {KEY}"))
        .header("mcp-protocol-version", "2025-11-25");
    with_body(builder, method, &params)
}

fn post(path: &str) -> Builder {
    Request::post(path)
        .header("host", "mcp.example.com")
        .header("accept", "application/json, text/event-stream")
        .header("accept-language", "*")
        .header("content-type", "application/json")
        .header("user-agent", "counter/1.0.0")
        .header("spin-client-addr", "203.0.113.7:52000")
}

fn with_body(builder: Builder, method: &str, params: &Value) -> Request<Bytes> {
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
    let body = Bytes::from(body.to_string());
    let request = builder.header("content-length", body.len()).body(body);
    request.expect("a valid request")
}
