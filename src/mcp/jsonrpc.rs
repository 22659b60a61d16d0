//! JSON-RPC 2.0 as MCP uses it.

use crate::api::diagnostics::Diagnostics;
use crate::reply::{self, Reply, excerpt};
use http::StatusCode;
use serde_json::{Map, Value, json};

/// Malformed JSON.
pub const PARSE_ERROR: i64 = -32700;
/// Not a request, notification or response.
pub const INVALID_REQUEST: i64 = -32600;
/// The method does not exist (any more) in this revision.
pub const METHOD_NOT_FOUND: i64 = -32601;
/// Parameters are missing or wrong; unknown tool, cursor or resource.
pub const INVALID_PARAMS: i64 = -32602;
/// Resource not found, in the legacy revisions; modern ones use [`INVALID_PARAMS`].
pub const RESOURCE_NOT_FOUND: i64 = -32002;
/// MCP 2026-07-28: a header differs from the body, is missing or malformed.
pub const HEADER_MISMATCH: i64 = -32020;
/// MCP 2026-07-28: the version is not spoken here.
pub const UNSUPPORTED_VERSION: i64 = -32022;

/// One message of a client.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// Wants a reply.
    Request(Request),
    /// Wants none.
    Notification {
        /// The method.
        method: String,
    },
    /// An answer to something we never asked; accepted and dropped.
    Response,
}

/// A request.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// String or number.
    pub id: Value,
    /// The method.
    pub method: String,
    /// The parameters; absent ones are empty.
    pub params: Map<String, Value>,
}

/// An error object with the id it answers to, if that could be read.
#[derive(Debug, Clone, PartialEq)]
pub struct RpcError {
    /// The request's id.
    pub id: Option<Value>,
    /// JSON-RPC code.
    pub code: i64,
    /// What was wrong and what to do.
    pub message: String,
    /// Members of `data` that the code asks for; boxed, because hardly any error has them.
    pub data: Option<Box<Value>>,
    /// HTTP status of the reply.
    pub status: StatusCode,
}

impl RpcError {
    /// An error whose HTTP status is 400.
    pub fn bad_request(id: Option<&Value>, code: i64, message: impl Into<String>) -> Self {
        Self {
            id: id.cloned(),
            code,
            message: message.into(),
            data: None,
            status: StatusCode::BAD_REQUEST,
        }
    }

    /// An error inside a well-formed exchange: HTTP 200.
    pub fn answered(id: &Value, code: i64, message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::OK,
            ..Self::bad_request(Some(id), code, message)
        }
    }

    /// With the `data` member.
    #[must_use]
    pub fn with_data(self, data: Value) -> Self {
        Self {
            data: Some(Box::new(data)),
            ..self
        }
    }

    /// The error response as JSON. An unreadable id is null, as JSON-RPC 2.0 (section 5) asks. `data` has the same members
    /// as the failure of a tool, beside those that the code asks for.
    pub fn to_json(&self) -> Value {
        let (name, hint) = self.meaning();
        let diagnostics = Diagnostics {
            retryable: self.status.is_server_error(),
            hint: Some(hint),
            ..Diagnostics::local(name, &*self.message)
        };
        let mut data = json!(diagnostics);
        if let (Value::Object(data), Some(Value::Object(own))) = (&mut data, self.data.as_deref()) {
            data.extend(own.clone());
        }
        let error = json!({ "code": self.code, "message": self.message, "data": data });
        json!({ "jsonrpc": "2.0", "id": self.id, "error": error })
    }

    /// The name of the code, and the next step.
    fn meaning(&self) -> (&'static str, &'static str) {
        match self.code {
            _ if self.status.is_server_error() => {
                ("UNAVAILABLE", "Wait a moment, then send the same again.")
            }
            PARSE_ERROR => ("PARSE_ERROR", "Send one JSON message in UTF-8 as the body."),
            METHOD_NOT_FOUND => (
                "METHOD_NOT_FOUND",
                "Use a method of the protocol version that this connection speaks.",
            ),
            INVALID_PARAMS => (
                "INVALID_PARAMS",
                "Correct what the message names and send the request again; nothing was done.",
            ),
            RESOURCE_NOT_FOUND => ("RESOURCE_NOT_FOUND", "resources/list names what there is."),
            HEADER_MISMATCH => (
                "HEADER_MISMATCH",
                "Send the header with the value that the body has.",
            ),
            UNSUPPORTED_VERSION => (
                "UNSUPPORTED_PROTOCOL_VERSION",
                "Choose one of the versions in data.supported.",
            ),
            _ => (
                "INVALID_REQUEST",
                "Correct what the message names; nothing was done.",
            ),
        }
    }

    /// The error response as an HTTP reply.
    pub fn reply(&self) -> Reply {
        reply::json(self.status, self.to_json().to_string())
    }
}

/// Reads one message.
///
/// # Errors
/// `-32600` naming what is wrong.
pub fn message(value: Value) -> Result<Message, RpcError> {
    let wrong = |id: Option<&Value>, text: &str| RpcError::bad_request(id, INVALID_REQUEST, text);
    let Value::Object(mut members) = value else {
        return Err(wrong(None, "A message must be a JSON object."));
    };
    let id = members.remove("id");
    let usable_id = id.clone().filter(|id| id.is_string() || id.is_number());
    if members.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return Err(wrong(
            usable_id.as_ref(),
            "The member \"jsonrpc\" must be \"2.0\".",
        ));
    }
    let method = match members.remove("method") {
        Some(Value::String(method)) => method,
        Some(_) => {
            return Err(wrong(
                usable_id.as_ref(),
                "The member \"method\" must be a string.",
            ));
        }
        None if members.contains_key("result") || members.contains_key("error") => {
            return Ok(Message::Response);
        }
        None => {
            return Err(wrong(
                usable_id.as_ref(),
                "The member \"method\" is missing.",
            ));
        }
    };
    let params = match members.remove("params") {
        None => Map::new(),
        Some(Value::Object(params)) => params,
        Some(_) => {
            return Err(wrong(
                usable_id.as_ref(),
                "The member \"params\" must be an object.",
            ));
        }
    };
    match (id, usable_id) {
        (None, _) => Ok(Message::Notification { method }),
        (Some(_), Some(id)) => Ok(Message::Request(Request { id, method, params })),
        (Some(_), None) => Err(wrong(
            None,
            "The member \"id\" must be a string or a number.",
        )),
    }
}

/// A success response around a result that is JSON text already.
pub fn success(id: &Value, result: &str) -> String {
    format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{result}}}")
}

/// The error for a method that is not served.
pub fn method_not_found(request: &Request) -> RpcError {
    let method = excerpt(&request.method, 80);
    RpcError::answered(
        &request.id,
        METHOD_NOT_FOUND,
        format!("The method {method:?} does not exist here."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_requests_notifications_and_responses_apart() {
        let request = message(json!({"jsonrpc":"2.0","id":1,"method":"ping"}));
        assert!(matches!(request, Ok(Message::Request(r)) if r.id == 1 && r.params.is_empty()));
        let notification = message(json!({"jsonrpc":"2.0","method":"notifications/initialized"}));
        assert!(matches!(notification, Ok(Message::Notification { .. })));
        let response = message(json!({"jsonrpc":"2.0","id":1,"result":{}}));
        assert_eq!(response, Ok(Message::Response));
    }

    #[test]
    fn errors_say_what_the_failure_of_a_tool_says_beside_what_the_code_asks_for() {
        let error = RpcError::bad_request(Some(&json!(1)), UNSUPPORTED_VERSION, "Too new.")
            .with_data(json!({ "supported": ["2025-11-25"] }));
        assert_eq!(
            error.to_json()["error"]["data"],
            json!({
                "code": "UNSUPPORTED_PROTOCOL_VERSION",
                "message": "Too new.",
                "retryable": false,
                "hint": "Choose one of the versions in data.supported.",
                "supported": ["2025-11-25"],
            })
        );
        let busy = RpcError {
            status: StatusCode::SERVICE_UNAVAILABLE,
            ..RpcError::bad_request(None, INVALID_REQUEST, "Later.")
        };
        assert_eq!(busy.to_json()["error"]["data"]["retryable"], true);
    }

    #[test]
    fn errors_keep_the_id_where_it_can_be_read() {
        for (value, id) in [
            (json!([]), None),
            (json!({"id":7,"method":"ping"}), Some(json!(7))),
            (json!({"jsonrpc":"2.0","id":"a"}), Some(json!("a"))),
            (
                json!({"jsonrpc":"2.0","id":"a","method":1}),
                Some(json!("a")),
            ),
            (
                json!({"jsonrpc":"2.0","id":"a","method":"x","params":[1]}),
                Some(json!("a")),
            ),
            (json!({"jsonrpc":"2.0","id":null,"method":"ping"}), None),
            (json!({"jsonrpc":"2.0","id":{},"method":"ping"}), None),
        ] {
            let error = message(value.clone()).expect_err("must be refused");
            assert_eq!((error.code, error.id), (INVALID_REQUEST, id), "{value}");
        }
    }
}
