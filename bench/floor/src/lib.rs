//! The floor: a component that reads its request and replies, and does nothing else. What the connector needs beyond it
//! is its own cost; what the floor needs is the cost of the host and of the SDK.
//!
//! | path | reply |
//! |---|---|
//! | `/small` | a small JSON text |
//! | `/list?bytes=N` | N bytes |
//! | `/call` | a small JSON text, after one GET to the upstream, whose answer is read |
//!
//! Requests are read and replies are written as crates/connector-p3 does it, with the limits of a tool that reads.
#![cfg(target_arch = "wasm32")]

use bytes::Bytes;
use futures::future::{Either, select};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use spin_sdk::wasip3::clocks::monotonic_clock;
use spin_sdk::wasip3::http::types::{ErrorCode, RequestOptions};
use spin_sdk::wasip3::http_compat::RequestOptionsExtension;
use std::convert::Infallible;
use std::pin::{Pin, pin};
use std::sync::OnceLock;
use std::task::{Context, Poll};

const SECOND: u64 = 1_000_000_000;
const CONNECT: u64 = 5 * SECOND;
const FIRST_BYTE: u64 = 30 * SECOND;
const TOTAL: u64 = 55 * SECOND;

#[http_service]
async fn serve(request: Request) -> impl IntoResponse {
    let (parts, mut body) = request.into_parts();
    if read(&mut body).await.is_err() {
        return reply(StatusCode::BAD_REQUEST, Bytes::new());
    }
    let (status, bytes) = match parts.uri.path() {
        "/small" => (StatusCode::OK, Bytes::from_static(br#"{"ok":true}"#)),
        "/list" => (StatusCode::OK, list(parts.uri.query())),
        "/call" => match call().await {
            Ok(length) => {
                let text = format!(r#"{{"ok":true,"upstream_bytes":{length}}}"#);
                return reply(StatusCode::OK, text.into());
            }
            Err(error) => {
                let text = format!("{error:?}");
                return reply(StatusCode::BAD_GATEWAY, text.into());
            }
        },
        _ => (StatusCode::NOT_FOUND, Bytes::new()),
    };
    // As in the connector: without this turn, Spin sends the head of the reply before its body.
    spin_sdk::wit_bindgen::yield_async().await;
    reply(status, bytes)
}

/// Reads a body to its end, and counts its bytes.
async fn read<B>(body: &mut B) -> Result<usize, ErrorCode>
where
    B: http_body::Body<Data = Bytes, Error = ErrorCode> + Unpin,
{
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        length += frame?.data_ref().map_or(0, Bytes::len);
    }
    Ok(length)
}

/// As many bytes as the query asks for. An instance makes them once.
fn list(query: Option<&str>) -> Bytes {
    static BYTES: OnceLock<Bytes> = OnceLock::new();
    let length = query
        .and_then(|query| query.strip_prefix("bytes="))
        .and_then(|length| length.parse().ok())
        .unwrap_or(0);
    let bytes = BYTES.get_or_init(|| vec![b' '; length].into());
    if bytes.len() == length {
        bytes.clone()
    } else {
        vec![b' '; length].into()
    }
}

/// Asks the upstream, and counts the bytes of its answer.
async fn call() -> Result<usize, ErrorCode> {
    let options = RequestOptions::new();
    // A host that does not support one of them returns an error.
    let _ = options.set_connect_timeout(Some(CONNECT));
    let _ = options.set_first_byte_timeout(Some(FIRST_BYTE));
    let _ = options.set_between_bytes_timeout(Some(FIRST_BYTE));
    let request = http::Request::get(upstream().await)
        .extension(RequestOptionsExtension(options))
        .body(Pieces::of(Bytes::new()))
        .map_err(|_| ErrorCode::HttpRequestUriInvalid)?;
    let call = pin!(async {
        let response = spin_sdk::http::send(request).await?;
        read(&mut response.into_body()).await
    });
    let deadline = pin!(monotonic_clock::wait_for(TOTAL));
    match select(call, deadline).await {
        Either::Left((result, _)) => result,
        Either::Right(_) => Err(ErrorCode::HttpResponseTimeout),
    }
}

/// The URL of the upstream. An instance looks its variables up once.
async fn upstream() -> &'static str {
    static URL: OnceLock<String> = OnceLock::new();
    if let Some(url) = URL.get() {
        return url;
    }
    let variable = async |name: &str| spin_sdk::variables::get(name).await.unwrap_or_default();
    let url = variable("upstream").await + &variable("upstream_path").await;
    URL.get_or_init(|| url)
}

fn reply(status: StatusCode, bytes: Bytes) -> Response<Pieces> {
    let length = bytes.len();
    let mut response = Response::new(Pieces::of(bytes));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    response
}

/// Bytes that are written in pieces of 128 KiB, as in the connector.
struct Pieces {
    bytes: Bytes,
    written: usize,
}

impl Pieces {
    const SIZE: usize = 128 * 1024;

    fn of(bytes: Bytes) -> Self {
        Self { bytes, written: 0 }
    }
}

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let end = self.bytes.len().min(self.written + Self::SIZE);
        let piece = self.bytes.slice(self.written..end);
        self.written = end;
        Poll::Ready((!piece.is_empty()).then(|| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.written == self.bytes.len()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact((self.bytes.len() - self.written) as u64)
    }
}
