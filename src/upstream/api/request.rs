//! From checked arguments to one HTTP request: address, headers that may leave, body.

use crate::upstream::api::encode;
use crate::upstream::api::encode::EncodeError;
use crate::upstream::api::multipart::Multipart;
use base64::Engine;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use openapi_tools::table::{Argument, BodyEncoding, Kind, Location, Operation, PathPart};
use serde_json::{Map, Value};
use url::Url;

/// Headers that an argument may set; everything else that goes upstream is written by the client itself.
const ARGUMENT_HEADERS: [&str; 2] = ["idempotency-key", "x-tokportal-dry-run"];

/// An argument that cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ArgumentError {
    /// Name of the argument in the tool.
    pub(crate) name: String,
    /// Completes "`name` …".
    pub(crate) problem: String,
}

/// What goes upstream, apart from credentials and correlation.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    /// The method.
    pub(crate) method: Method,
    /// The complete address.
    pub(crate) uri: Uri,
    /// Accept, Content-Type and the allowed argument headers.
    pub(crate) headers: HeaderMap,
    /// The body, possibly empty.
    pub(crate) body: Bytes,
}

/// Builds the request of an operation.
///
/// `base` is the API's base address without a trailing slash; `boundary` separates multipart parts, so it must be
/// random.
///
/// # Errors
/// The first argument that cannot be sent.
pub(crate) fn prepare(
    operation: &Operation<'_>,
    base: &str,
    arguments: &Map<String, Value>,
    boundary: impl FnOnce() -> String,
) -> Result<Prepared, ArgumentError> {
    let uri = address(operation, base, arguments)?;
    let method =
        Method::from_bytes(operation.method.as_bytes()).map_err(|_| internal(operation))?;
    let mut headers = argument_headers(operation, arguments)?;
    let accept = operation
        .accepts
        .iter()
        .copied()
        .chain(["application/json"]);
    let mut accepted: Vec<&str> = Vec::new();
    for media_type in accept {
        if !accepted.contains(&media_type) {
            accepted.push(media_type);
        }
    }
    if let Ok(value) = HeaderValue::from_str(&accepted.join(", ")) {
        headers.insert(header::ACCEPT, value);
    }
    let body = match body(operation, arguments, boundary)? {
        Some((media_type, body)) => {
            let value = HeaderValue::from_str(&media_type).map_err(|_| internal(operation))?;
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

/// The final address. After encoding it is parsed once more and compared with the template: scheme, host, port and
/// number of segments must be what the catalogue says (CVE-2026-32871 is what happens without).
fn address(
    operation: &Operation<'_>,
    base: &str,
    arguments: &Map<String, Value>,
) -> Result<Uri, ArgumentError> {
    let mut text = base.to_owned();
    let mut segments = base.matches('/').count().saturating_sub(2);
    let mut last = "";
    for part in operation.path {
        match part {
            PathPart::Literal(literal) => {
                segments += literal.matches('/').count();
                text.push_str(literal);
            }
            PathPart::Argument(name) => {
                let argument = find(operation, name).ok_or_else(|| internal(operation))?;
                let value = arguments
                    .get(*name)
                    .ok_or_else(|| bad(name, "is required"))?;
                text.push_str(&encode::path(argument, value).map_err(|e| cannot(name, e))?);
                last = name;
            }
        }
    }
    let mut separator = '?';
    for argument in at(operation, Location::Query) {
        let Some(value) = arguments.get(argument.name) else {
            continue;
        };
        for (name, value) in encode::query(argument, value).map_err(|e| cannot(argument.name, e))? {
            text.push(separator);
            text.push_str(&name);
            text.push('=');
            text.push_str(&value);
            separator = '&';
        }
    }
    let stays = |url: &Url| {
        let base = Url::parse(base).ok();
        base.is_some_and(|base| base.origin() == url.origin())
            && url.path_segments().map_or(0, Iterator::count) == segments
            && url.fragment().is_none()
    };
    match Url::parse(&text) {
        Ok(url) if stays(&url) => text
            .parse()
            .map_err(|_| bad(last, "cannot be part of an address")),
        _ => Err(bad(last, "would change the address of the request")),
    }
}

fn argument_headers(
    operation: &Operation<'_>,
    arguments: &Map<String, Value>,
) -> Result<HeaderMap, ArgumentError> {
    let mut headers = HeaderMap::new();
    for argument in at(operation, Location::Header) {
        // A switch that is off is not sent: "false" would be one more way to say the default.
        let value = arguments
            .get(argument.name)
            .filter(|value| **value != Value::Bool(false));
        let Some(value) = value else { continue };
        let name = HeaderName::from_bytes(argument.wire_name.as_bytes())
            .ok()
            .filter(|name| ARGUMENT_HEADERS.contains(&name.as_str()))
            .ok_or_else(|| internal(operation))?;
        let value = encode::header(argument, value).map_err(|e| cannot(argument.name, e))?;
        headers.insert(name, value);
    }
    Ok(headers)
}

fn body(
    operation: &Operation<'_>,
    arguments: &Map<String, Value>,
    boundary: impl FnOnce() -> String,
) -> Result<Option<(String, Bytes)>, ArgumentError> {
    let Some(body) = operation.body else {
        return Ok(None);
    };
    if let Some(argument) = at(operation, Location::WholeBody).next() {
        return Ok(match arguments.get(argument.name) {
            Some(value) => {
                let bytes = match (body.encoding, argument.kind) {
                    (BodyEncoding::Json, _) => value.to_string().into_bytes(),
                    (_, Kind::Binary) => binary(argument, value)?,
                    _ => encode::scalar(value)
                        .map_err(|e| cannot(argument.name, e))?
                        .into_bytes(),
                };
                Some((body.media_type.to_owned(), bytes.into()))
            }
            None if body.required => Some((body.media_type.to_owned(), Bytes::new())),
            None => None,
        });
    }
    let members: Vec<(&Argument<'_>, &Value)> = at(operation, Location::Body)
        .filter_map(|argument| Some((argument, arguments.get(argument.name)?)))
        .collect();
    if members.is_empty() && !body.required {
        return Ok(None);
    }
    let (media_type, bytes) = match body.encoding {
        BodyEncoding::Json | BodyEncoding::Raw => {
            let object: Map<String, Value> = members
                .into_iter()
                .map(|(argument, value)| (argument.wire_name.to_owned(), value.clone()))
                .collect();
            (
                body.media_type.to_owned(),
                Value::Object(object).to_string().into_bytes(),
            )
        }
        BodyEncoding::Form => {
            let mut pairs = Vec::new();
            for (argument, value) in members {
                pairs.extend(encode::query(argument, value).map_err(|e| cannot(argument.name, e))?);
            }
            let pairs: Vec<String> = pairs.into_iter().map(|(k, v)| format!("{k}={v}")).collect();
            (body.media_type.to_owned(), pairs.join("&").into_bytes())
        }
        BodyEncoding::Multipart => {
            let mut form = Multipart::new(boundary());
            for (argument, value) in members {
                add_part(operation, arguments, &mut form, argument, value)?;
            }
            form.finish()
        }
    };
    Ok(Some((media_type, bytes.into())))
}

fn add_part(
    operation: &Operation<'_>,
    arguments: &Map<String, Value>,
    form: &mut Multipart,
    argument: &Argument<'_>,
    value: &Value,
) -> Result<(), ArgumentError> {
    match (argument.kind, value) {
        (Kind::Binary, value) => {
            let bytes = binary(argument, value)?;
            let file_name = at(operation, Location::BodyFileName)
                .find(|name| name.wire_name == argument.wire_name)
                .and_then(|name| arguments.get(name.name))
                .and_then(Value::as_str)
                .unwrap_or(argument.wire_name);
            let media_type = mime_of(file_name);
            form.file(argument.wire_name, file_name, media_type, &bytes);
        }
        (_, Value::Array(items))
            if items
                .iter()
                .all(|item| !item.is_object() && !item.is_array()) =>
        {
            for item in items {
                let text = encode::scalar(item).map_err(|e| cannot(argument.name, e))?;
                form.text(argument.wire_name, &text);
            }
        }
        (_, Value::Array(_) | Value::Object(_)) => {
            form.text(argument.wire_name, &value.to_string());
        }
        (_, value) => {
            let text = encode::scalar(value).map_err(|e| cannot(argument.name, e))?;
            form.text(argument.wire_name, &text);
        }
    }
    Ok(())
}

fn binary(argument: &Argument<'_>, value: &Value) -> Result<Vec<u8>, ArgumentError> {
    let text = value
        .as_str()
        .ok_or_else(|| bad(argument.name, "must be base64 text"))?;
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .map_err(|e| {
            bad(
                argument.name,
                &format!("must be standard base64 with padding ({e})"),
            )
        })
}

/// Media types of the files that the API takes (`docs/UPSTREAM.md`, section 14), by the file name's ending.
fn mime_of(file_name: &str) -> &'static str {
    let ending = file_name.rsplit('.').next().unwrap_or_default();
    match ending.to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "webp" => "image/webp",
        "gif" => "image/gif",
        "heic" => "image/heic",
        "heif" => "image/heif",
        "mp4" | "m4v" => "video/mp4",
        "mov" => "video/quicktime",
        "webm" => "video/webm",
        "csv" => "text/csv",
        _ => "application/octet-stream",
    }
}

fn at<'a>(operation: &Operation<'a>, location: Location) -> impl Iterator<Item = &'a Argument<'a>> {
    operation
        .arguments
        .iter()
        .filter(move |argument| argument.location == location)
}

fn find<'a>(operation: &Operation<'a>, name: &str) -> Option<&'a Argument<'a>> {
    operation
        .arguments
        .iter()
        .find(|argument| argument.name == name)
}

fn bad(name: &str, problem: &str) -> ArgumentError {
    ArgumentError {
        name: name.to_owned(),
        problem: problem.to_owned(),
    }
}

fn cannot(name: &str, error: EncodeError) -> ArgumentError {
    bad(name, error.0)
}

/// The catalogue contradicts itself; a test over all operations keeps this from happening.
fn internal(operation: &Operation<'_>) -> ArgumentError {
    bad(
        operation.id,
        "cannot be sent: the catalogue entry is inconsistent",
    )
}
