//! Builds the HTTP request of an operation from the arguments of its tool.

mod argument;
mod body;
mod uri;

pub(super) use argument::ArgumentError;

use super::encode;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use openapi_tools::table::{Location, Operation};
use serde_json::{Map, Value};

/// The headers that an argument may set.
const ARGUMENT_HEADERS: [&str; 2] = ["idempotency-key", "x-tokportal-dry-run"];

/// A request without credentials and correlation id.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    pub(super) method: Method,
    pub(super) uri: Uri,
    /// `Accept`, `Content-Type` and the headers that arguments set.
    pub(super) headers: HeaderMap,
    /// Empty if the request has no body.
    pub(super) body: Bytes,
}

/// Builds the request of an operation.
///
/// `base` is the URL of the API without a trailing slash. `boundary` separates the parts of a multipart body, so it
/// must be random.
///
/// # Errors
/// The first argument that cannot be sent.
pub(super) fn prepare(
    operation: &Operation<'_>,
    base: &str,
    arguments: &Map<String, Value>,
    boundary: impl FnOnce() -> String,
) -> Result<Prepared, ArgumentError> {
    let uri = uri::build(operation, base, arguments)?;
    let method = Method::from_bytes(operation.method.as_bytes())
        .map_err(|_| ArgumentError::inconsistent(operation))?;
    let mut headers = argument_headers(operation, arguments)?;
    if let Ok(value) = HeaderValue::from_str(&accept(operation)) {
        headers.insert(header::ACCEPT, value);
    }
    let body = match body::build(operation, arguments, boundary)? {
        Some((media_type, body)) => {
            let value = HeaderValue::from_str(&media_type)
                .map_err(|_| ArgumentError::inconsistent(operation))?;
            headers.insert(header::CONTENT_TYPE, value);
            body
        }
        None => Bytes::new(),
    };
    Ok(Prepared {
        method,
        uri,
        headers,
        body,
    })
}

/// The media types that the operation lists, and JSON, in which the API writes its errors.
fn accept(operation: &Operation<'_>) -> String {
    let mut media_types: Vec<&str> = Vec::new();
    for media_type in operation
        .accepts
        .iter()
        .copied()
        .chain(["application/json"])
    {
        if !media_types.contains(&media_type) {
            media_types.push(media_type);
        }
    }
    media_types.join(", ")
}

fn argument_headers(
    operation: &Operation<'_>,
    arguments: &Map<String, Value>,
) -> Result<HeaderMap, ArgumentError> {
    let mut headers = HeaderMap::new();
    for argument in argument::at(operation, Location::Header) {
        // `false` is the default of every header argument, so it is not sent.
        let value = arguments
            .get(argument.name)
            .filter(|value| **value != Value::Bool(false));
        let Some(value) = value else { continue };
        let name = HeaderName::from_bytes(argument.wire_name.as_bytes())
            .ok()
            .filter(|name| ARGUMENT_HEADERS.contains(&name.as_str()))
            .ok_or_else(|| ArgumentError::inconsistent(operation))?;
        let value = encode::header(argument, value)
            .map_err(|error| ArgumentError::new(argument.name, error.0))?;
        headers.insert(name, value);
    }
    Ok(headers)
}
