//! Responses that the host writes itself, about a request that no component answered.

use http::header::{self, HeaderValue};
use http::{Response, StatusCode};
use wasmtime_wasi_http::WasiBody;

use crate::body::full;

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

pub(crate) fn text(status: StatusCode, body: &str) -> Response<WasiBody> {
    let mut response = Response::new(full(body.to_owned()));
    *response.status_mut() = status;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, plain);
    response
}
