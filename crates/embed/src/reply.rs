//! Responses that the host writes itself, about a request that no component answered.

use http::header::{self, HeaderValue};
use http::{Response, StatusCode};
use wasmtime_wasi_http::WasiBody;

use crate::body::full;

const BUSY: &str = "The server is busy: try again in a few seconds.\n";
/// Seconds after which a client may try again.
const RETRY_AFTER: u32 = 5;

/// Why a component did not answer, as far as the client may know. The log has the cause under the same request id.
#[derive(Clone, Copy)]
pub(crate) enum Failure {
    Internal,
    Timeout,
}

pub(crate) fn failed(failure: Failure, id: &str) -> Response<WasiBody> {
    let (status, sentence) = match failure {
        Failure::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "The application failed."),
        Failure::Timeout => (
            StatusCode::GATEWAY_TIMEOUT,
            "The application took too long.",
        ),
    };
    let mut response = text(status, &format!("{sentence} Request id: {id}\n"));
    if let Ok(id) = HeaderValue::from_str(id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

pub(crate) fn not_found() -> Response<WasiBody> {
    text(StatusCode::NOT_FOUND, "No component answers this path.\n")
}

pub(crate) fn too_large(limit: u64) -> Response<WasiBody> {
    text(
        StatusCode::PAYLOAD_TOO_LARGE,
        &format!("The request body is larger than {limit} bytes.\n"),
    )
}

/// The client made the host wait for its body for too long. The rest of it may be on its way, so the connection ends.
pub(crate) fn too_slow() -> Response<WasiBody> {
    let mut response = text(
        StatusCode::REQUEST_TIMEOUT,
        "The request body arrived too slowly.\n",
    );
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
    response
}

pub(crate) fn incomplete() -> Response<WasiBody> {
    text(StatusCode::BAD_REQUEST, "The request body is incomplete.\n")
}

/// Too many requests are in flight.
pub(crate) fn busy() -> Response<WasiBody> {
    let mut response = text(StatusCode::SERVICE_UNAVAILABLE, BUSY);
    let seconds = HeaderValue::from(RETRY_AFTER);
    response.headers_mut().insert(header::RETRY_AFTER, seconds);
    response
}

/// The response to a connection beyond the limits, as it is sent.
pub(crate) fn refused_connection() -> Vec<u8> {
    format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {}\r\n\
         retry-after: {RETRY_AFTER}\r\nconnection: close\r\n\r\n{BUSY}",
        BUSY.len()
    )
    .into_bytes()
}

pub(crate) fn text(status: StatusCode, body: &str) -> Response<WasiBody> {
    let mut response = Response::new(full(body.to_owned()));
    *response.status_mut() = status;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, plain);
    response
}
