//! HTTP responses of each kind.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::{Value, json};

use crate::host::SqlError;

pub(crate) type Response = http::Response<Bytes>;
pub(crate) type Header<'a> = (&'static str, &'a str);

pub(crate) const NO_STORE: Header<'_> = ("cache-control", "no-store");
pub(crate) const NO_SNIFF: Header<'_> = ("x-content-type-options", "nosniff");

pub(crate) fn response(status: u16, body: impl Into<Bytes>, headers: &[Header<'_>]) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = StatusCode::from_u16(status).expect("every status here is valid");
    for (name, value) in headers {
        add(&mut response, name, value);
    }
    response
}

/// Adds a header, unless the value cannot be one.
pub(crate) fn add(response: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        let name = HeaderName::from_static(name);
        response.headers_mut().append(name, value);
    }
}

pub(crate) fn json(status: u16, body: &Value) -> Response {
    let headers = [("content-type", "application/json"), NO_STORE];
    response(status, body.to_string(), &headers)
}

pub(crate) fn message(status: u16, text: &str) -> Response {
    json(status, &json!({ "message": text }))
}

/// Logs a failure of the database. `doing` says where.
pub(crate) fn failed(doing: &str, error: &SqlError) -> Response {
    eprintln!("{doing}: {}", error.0);
    message(500, "The emulator failed; its log says why.")
}
