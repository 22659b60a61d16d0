//! The connector for Spin 4.1 and newer (spin-sdk 7, WASI 0.3), as a component.
#![cfg(target_arch = "wasm32")]
#![cfg_attr(
    not(test),
    warn(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        clippy::disallowed_methods,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unreachable
    )
)]

mod atomics {
    wit_bindgen::generate!({ path: "../../wit", world: "atomics", generate_all });
}
mod store;

use bytes::Bytes;
use futures::future::{Either, select};
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use spin_sdk::wasip3::clocks::monotonic_clock;
use spin_sdk::wasip3::http::types::{ErrorCode, RequestOptions};
use spin_sdk::wasip3::http_compat::{IncomingRequestBody, RequestOptionsExtension};
use std::cell::Cell;
use std::convert::Infallible;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokportal_connector::host::{
    BodyError, Clock, HttpClient, HttpError, HttpLimits, HttpResponse, IncomingBody, Log, Received,
    Rng, Room,
};
use tokportal_connector::{Instance, serve as answer};

#[http_service]
async fn serve(request: Request) -> impl IntoResponse {
    static INSTANCE: Instance = Instance::new();
    // A variable that the manifest does not declare counts as absent.
    let variable = async |name: &'static str| spin_sdk::variables::get(name).await.ok();
    let went_out = Cell::new(false);
    let host = SpinHost {
        went_out: &went_out,
    };
    let reply = answer(host, &INSTANCE, variable, request.map(SpinBody)).await;
    if !went_out.get() {
        // Without this turn, the head of a reply that was made in one go leaves the host before its body. Spin leaves
        // Nagle's algorithm on, so the body then waits 40 ms for the client's delayed acknowledgement. After an outbound
        // call there has been such a turn.
        spin_sdk::wit_bindgen::yield_async().await;
    }
    reply.map(Pieces::of)
}

/// The body of an incoming request.
struct SpinBody(IncomingRequestBody);

impl IncomingBody for SpinBody {
    async fn chunk(&mut self) -> Result<Option<Bytes>, BodyError> {
        chunk(&mut self.0).await.map_err(|_| BodyError::Broken)
    }
}

/// The next bytes of a body; `None` at its end.
async fn chunk<B>(body: &mut B) -> Result<Option<Bytes>, ErrorCode>
where
    B: http_body::Body<Data = Bytes, Error = ErrorCode> + Unpin,
{
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame?.into_data() {
            return Ok(Some(data));
        }
    }
    Ok(None)
}

/// Bytes that are written in pieces, because the bindings copy each piece. The bytes are kept until all of them are
/// written, with the room that they hold.
struct Pieces {
    bytes: Bytes,
    written: usize,
}

impl Pieces {
    const SIZE: usize = 64 * 1024;

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
        let end = self
            .bytes
            .len()
            .min(self.written.saturating_add(Self::SIZE));
        let piece = self.bytes.slice(self.written..end);
        self.written = end;
        Poll::Ready((!piece.is_empty()).then(|| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.written == self.bytes.len()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.len().saturating_sub(self.written) as u64)
    }
}

/// The seams, implemented with spin-sdk.
#[derive(Debug, Clone, Copy)]
struct SpinHost<'a> {
    /// Whether the request led to an outbound call.
    went_out: &'a Cell<bool>,
}

impl HttpClient for SpinHost<'_> {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        limits: &HttpLimits,
        room: &dyn Room,
    ) -> Result<HttpResponse, HttpError> {
        self.went_out.set(true);
        let mut request = request.map(Pieces::of);
        request
            .extensions_mut()
            .insert(RequestOptionsExtension(options(limits)));
        let call = pin!(async {
            let response = spin_sdk::http::send(request).await?;
            let (parts, mut body) = response.into_parts();
            let mut received = Received::new(limits.max_body, room);
            while let Some(data) = chunk(&mut body).await? {
                if !received.push(&data) {
                    break;
                }
            }
            let (body, truncated) = received.finish();
            let response = http::Response::from_parts(parts, body);
            Ok(HttpResponse {
                response,
                truncated,
            })
        });
        let deadline = pin!(monotonic_clock::wait_for(nanos(limits.total)));
        match select(call, deadline).await {
            Either::Left((result, _)) => result.map_err(http_error),
            Either::Right(_) => Err(HttpError::Timeout),
        }
    }
}

fn options(limits: &HttpLimits) -> RequestOptions {
    let options = RequestOptions::new();
    // A host that does not support one of them returns an error; the deadline in `send` applies in any case.
    let _ = options.set_connect_timeout(Some(nanos(limits.connect)));
    let _ = options.set_first_byte_timeout(Some(nanos(limits.first_byte)));
    let _ = options.set_between_bytes_timeout(Some(nanos(limits.first_byte)));
    options
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

fn http_error(error: ErrorCode) -> HttpError {
    match error {
        ErrorCode::HttpRequestDenied | ErrorCode::DestinationIpProhibited => HttpError::Forbidden,
        ErrorCode::ConnectionTimeout
        | ErrorCode::ConnectionReadTimeout
        | ErrorCode::ConnectionWriteTimeout
        | ErrorCode::DnsTimeout
        | ErrorCode::HttpResponseTimeout => HttpError::Timeout,
        // The text contains neither headers nor the body of the request.
        error => HttpError::Failed(format!("{error:?}")),
    }
}

impl Clock for SpinHost<'_> {
    fn now(&self) -> Duration {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
    }

    fn monotonic(&self) -> Duration {
        Duration::from_nanos(monotonic_clock::now())
    }

    async fn sleep(&self, time: Duration) {
        monotonic_clock::wait_for(nanos(time)).await;
    }
}

impl Log for SpinHost<'_> {
    fn log(&self, line: &str) {
        eprintln!("{line}");
    }
}

impl Rng for SpinHost<'_> {
    #[expect(clippy::expect_used, reason = "`wasi:random` has no error")]
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).expect("random bytes");
    }
}
