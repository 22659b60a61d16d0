//! Reads the messages of a client.
//!
//! Members that some clients fill with a value for "nothing" count as left out: `"params": null` (Go, Emacs), `[]` for an
//! empty object (PHP), and an `"id": null` of a notification.

use super::jsonrpc::{ErrorCode, Request, RpcError};
use crate::web::json::{self, JsonError};
use crate::web::reply::{self, Reply};
use http::StatusCode;
use serde_json::{Map, Value};

/// The largest batch (2025-03-26).
pub(crate) const MAX_BATCH: usize = 50;

/// One message of a client.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Message {
    Request(Request),
    Notification,
    /// A response; this server sends no requests, so it is accepted and ignored.
    Response,
}

/// Reads one message.
///
/// # Errors
/// `-32600` with a message that names what is wrong; `-32602` for `arguments` that are text but not an object as JSON.
pub(crate) fn message(value: Value) -> Result<Message, RpcError> {
    let invalid =
        |id: Option<&Value>, text: &str| RpcError::bad_request(id, ErrorCode::InvalidRequest, text);
    let Value::Object(mut members) = value else {
        return Err(invalid(None, "A message must be a JSON object."));
    };
    let id = members.remove("id");
    let usable_id = id.clone().filter(is_id);
    if members.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return Err(invalid(
            usable_id.as_ref(),
            "The member \"jsonrpc\" must be \"2.0\".",
        ));
    }
    let method = match members.remove("method") {
        Some(Value::String(method)) => method,
        Some(_) => {
            return Err(invalid(
                usable_id.as_ref(),
                "The member \"method\" must be a string.",
            ));
        }
        None if members.contains_key("result") || members.contains_key("error") => {
            return Ok(Message::Response);
        }
        None => {
            return Err(invalid(
                usable_id.as_ref(),
                "The member \"method\" is missing.",
            ));
        }
    };
    let params = match members.remove("params") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Array(items)) if items.is_empty() => Map::new(),
        Some(Value::Object(params)) => params,
        Some(_) => {
            return Err(invalid(
                usable_id.as_ref(),
                "The member \"params\" must be an object.",
            ));
        }
    };
    match (id, usable_id) {
        (None, _) => Ok(Message::Notification),
        (Some(Value::Null), _) if method.starts_with("notifications/") => Ok(Message::Notification),
        (Some(_), Some(id)) => {
            let params = with_arguments(&id, params)?;
            Ok(Message::Request(Request { id, method, params }))
        }
        (Some(_), None) => Err(invalid(
            None,
            "The member \"id\" must be a string or a number below 2^64.",
        )),
    }
}

/// A string, or a number that can be repeated exactly. A larger one would come back changed, and the client would wait
/// for its answer.
fn is_id(id: &Value) -> bool {
    let is_exact = |number: f64| number.abs() < json::INEXACT;
    id.is_string() || id.is_i64() || id.is_u64() || id.as_f64().is_some_and(is_exact)
}

/// The parameters with `arguments` (of `tools/call` and `prompts/get`) as an object, or as what cannot be read as one.
/// Some hosts pass on the text in which the model wrote them.
fn with_arguments(
    id: &Value,
    mut params: Map<String, Value>,
) -> Result<Map<String, Value>, RpcError> {
    let object = match params.get("arguments") {
        Some(Value::Array(items)) if items.is_empty() => Map::new(),
        Some(Value::String(text)) => match json::parse(text.as_bytes()) {
            Ok(Value::Object(arguments)) => arguments,
            Err(error) if error.is_not_unicode() => {
                let text = format!("params.arguments must be an object. {error}");
                return Err(RpcError::answered(id, ErrorCode::InvalidParams, text));
            }
            Ok(_) | Err(_) => return Ok(params),
        },
        _ => return Ok(params),
    };
    params.insert("arguments".to_owned(), object.into());
    Ok(params)
}

/// The reply to a body that is not acceptable JSON. If only a text in it is not Unicode, each request in it is answered
/// by its id, so that the client can tell which of its requests failed. None of them is executed.
///
/// Such an answer has HTTP status 200: some clients give up the whole connection at a 400, and half of an emoji must not
/// end a conversation.
pub(crate) fn unreadable(error: &JsonError) -> Reply {
    let parse_error = |id: &Value| RpcError::answered(id, ErrorCode::ParseError, &*error.message);
    match &error.altered {
        Some(Value::Array(messages)) if messages.len() <= MAX_BATCH => {
            let ids = messages.iter().filter_map(request_id);
            let errors: Vec<Value> = ids.map(|id| parse_error(id).to_json()).collect();
            if !errors.is_empty() {
                return reply::json(StatusCode::OK, Value::Array(errors).to_string());
            }
        }
        Some(message) => {
            if let Some(id) = request_id(message) {
                return parse_error(id).reply();
            }
        }
        None => {}
    }
    RpcError::bad_request(None, ErrorCode::ParseError, &*error.message).reply()
}

/// The id of an altered message that is a request, unless the id itself may be altered.
fn request_id(message: &Value) -> Option<&Value> {
    message.get("method")?;
    let is_as_sent = |id: &&Value| id.as_str().is_none_or(|id| !id.contains('\u{fffd}'));
    message.get("id").filter(|id| is_id(id)).filter(is_as_sent)
}

#[cfg(test)]
mod tests;
