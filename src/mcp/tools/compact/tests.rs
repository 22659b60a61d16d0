//! Compact mode as a client sees it.

mod calling;
mod finding;

use crate::host::HttpError;
use crate::testing::{FakeHost, demo_key, handle, json_answer};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use serde_json::{Value, json};

fn api(request: &Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
    json_answer(
        200,
        &json!({"data": {"path": request.uri().path()}}).to_string(),
    )
}

fn send(query: &str, method: &str, params: Value) -> (StatusCode, Value, FakeHost) {
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
    let request = Request::post(format!("/api/ext/mcp?{query}"))
        .header("host", "localhost:3000")
        .header("content-type", "application/json")
        .header("mcp-protocol-version", "2025-11-25")
        .header("authorization", format!("Bearer {}", demo_key()))
        .body(Bytes::from(body.to_string()));
    let (reply, host) = handle(FakeHost::answering(api), request.expect("a request"));
    let body = serde_json::from_slice(reply.body()).unwrap_or(Value::Null);
    (reply.status(), body, host)
}

fn call(query: &str, name: &str, arguments: Value) -> (Value, usize) {
    let (status, body, host) = send(
        query,
        "tools/call",
        json!({"name": name, "arguments": arguments}),
    );
    assert_eq!(status, StatusCode::OK, "{body}");
    let sent = host.sent.borrow().len();
    (body["result"].clone(), sent)
}
