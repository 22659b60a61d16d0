//! Targets of the fuzzer that need what is private to the MCP server.

use super::protocol::message::{self, Message};
use super::tools;
use crate::web::json;
use serde_json::{Value, json};

/// Arguments of a tool.
pub(crate) fn arguments(data: &[u8]) {
    tools::fuzzing::arguments(data);
}

/// Asserts that a request that was read and is written again is the same request.
pub(crate) fn message(data: &[u8]) {
    let Ok(Ok(Message::Request(request))) = json::parse(data).map(message::message) else {
        return;
    };
    assert!(request.id.is_string() || request.id.is_number());
    let written = json!({
        "jsonrpc": "2.0", "id": request.id, "method": request.method, "params": request.params,
    });
    let read = json::parse(written.to_string().as_bytes()).map(message::message);
    assert_eq!(read, Ok(Ok(Message::Request(request))), "{written}");
    let Value::Object(mut members) = written else {
        return;
    };
    // Without an id it is a notification, and nothing is answered.
    members.remove("id");
    assert_eq!(message::message(members.into()), Ok(Message::Notification));
}
