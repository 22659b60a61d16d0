//! Request metadata in headers (MCP 2026-07-28, Streamable HTTP, "Request Metadata").

use super::jsonrpc::{ErrorCode, Request, RpcError};
use crate::text::excerpt;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use serde_json::Value;

/// The header with the revision.
pub(crate) const PROTOCOL_VERSION: &str = "mcp-protocol-version";
const METHOD: &str = "mcp-method";
const NAME: &str = "mcp-name";

/// The value of a header that may occur once.
///
/// # Errors
/// A header that is repeated, or whose value is not visible ASCII.
pub(crate) fn single<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, String> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(format!("The header {name} occurs more than once."));
    }
    let text = value
        .to_str()
        .map_err(|_| format!("The header {name} holds characters that are not ASCII."))?;
    Ok(Some(text.trim_matches([' ', '\t'])))
}

/// Compares the version header with `_meta`.
///
/// # Errors
/// `-32020` when it is missing, malformed or different.
pub(crate) fn check_version(
    headers: &HeaderMap,
    request: &Request,
    in_body: &str,
) -> Result<(), RpcError> {
    compare(headers, request, PROTOCOL_VERSION, in_body, |text| {
        Some(text.to_owned())
    })
}

/// Compares `Mcp-Method` and, where the method has one, `Mcp-Name` with the body.
///
/// # Errors
/// `-32020` when one is missing, malformed or different.
pub(crate) fn check_mirrored(headers: &HeaderMap, request: &Request) -> Result<(), RpcError> {
    compare(headers, request, METHOD, &request.method, |text| {
        Some(text.to_owned())
    })?;
    let source = match request.method.as_str() {
        "tools/call" | "prompts/get" => "name",
        "resources/read" => "uri",
        _ => return Ok(()),
    };
    match request.params.get(source).and_then(Value::as_str) {
        Some(name) => compare(headers, request, NAME, name, decode),
        // Dispatch reports a missing name as invalid parameters.
        None => Ok(()),
    }
}

fn compare(
    headers: &HeaderMap,
    request: &Request,
    name: &str,
    in_body: &str,
    decode: impl Fn(&str) -> Option<String>,
) -> Result<(), RpcError> {
    let mismatch = |text: String| {
        Err(RpcError::bad_request(
            Some(&request.id),
            ErrorCode::HeaderMismatch,
            format!("Header mismatch: {text}"),
        ))
    };
    match single(headers, name) {
        Err(problem) => mismatch(problem),
        Ok(None) => mismatch(format!("the header {name} is missing.")),
        Ok(Some(text)) => match decode(text) {
            None => mismatch(format!(
                "the header {name} is not valid base64 of UTF-8 text."
            )),
            Some(value) if value == in_body => Ok(()),
            Some(value) => mismatch(format!(
                "the header {name} says {:?}, the body says {:?}.",
                excerpt(&value, 80),
                excerpt(in_body, 80)
            )),
        },
    }
}

/// Decodes `=?base64?…?=` and returns other text unchanged; `None` if the encoding is not valid.
fn decode(text: &str) -> Option<String> {
    let encoded = text
        .strip_prefix("=?base64?")
        .and_then(|rest| rest.strip_suffix("?="));
    match encoded {
        None => Some(text.to_owned()),
        Some(encoded) => String::from_utf8(STANDARD.decode(encoded).ok()?).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_the_examples_of_the_specification() {
        for (encoded, plain) in [
            ("us-west1", "us-west1"),
            ("=?base64?SGVsbG8sIOS4lueVjA==?=", "Hello, 世界"),
            ("=?base64?IHBhZGRlZCA=?=", " padded "),
            ("=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=", "=?base64?literal?="),
        ] {
            assert_eq!(decode(encoded).as_deref(), Some(plain));
        }
        for malformed in ["=?base64?SGVsbG8?=", "=?base64?!!?=", "=?base64?/w==?="] {
            assert_eq!(decode(malformed), None, "{malformed}");
        }
    }
}
