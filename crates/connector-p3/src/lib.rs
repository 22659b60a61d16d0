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
mod incoming;
mod outgoing;
mod store;

use bytes::Bytes;
use futures::future::{Either, select};
use spin_sdk::wasip3::clocks::monotonic_clock;
use spin_sdk::wasip3::exports::http::handler::Guest;
use spin_sdk::wasip3::http::client;
use spin_sdk::wasip3::http::types::{ErrorCode, Request, RequestOptions, Response};
use std::cell::Cell;
use std::io::Write as _;
use std::pin::pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokportal_connector::host::{
    BodyError, Clock, HttpClient, HttpError, HttpLimits, HttpResponse, IncomingBody, Log, Received,
    Rng, Room,
};
use tokportal_connector::{Instance, Reply, malformed_request, serve};

struct Connector;

spin_sdk::wasip3::http::service::export!(Connector);

impl Guest for Connector {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        let went_out = Cell::new(false);
        let reply = match incoming::request(request) {
            Ok(request) => reply(request, &went_out).await,
            Err(_) => malformed_request(),
        };
        if !went_out.get() {
            // Without this turn, the head of a reply that was made in one go leaves the host before its body. Spin leaves
            // Nagle's algorithm on, so the body then waits 40 ms for the client's delayed acknowledgement. After an outbound
            // call there has been such a turn.
            spin_sdk::wit_bindgen::yield_async().await;
        }
        outgoing::reply(reply)
    }
}

async fn reply(request: http::Request<incoming::Body>, went_out: &Cell<bool>) -> Reply {
    static INSTANCE: Instance = Instance::new();
    // A variable that the manifest does not declare counts as absent.
    let variable = async |name: &'static str| spin_sdk::variables::get(name).await.ok();
    serve(
        SpinHost { went_out },
        &INSTANCE,
        variable,
        request.map(ClientBody),
    )
    .await
}

/// The body of a request of a client.
struct ClientBody(incoming::Body);

impl IncomingBody for ClientBody {
    async fn chunk(&mut self) -> Result<Option<Bytes>, BodyError> {
        let chunk = self.0.chunk().await.map_err(|_| BodyError::Broken)?;
        Ok(chunk.map(Bytes::from))
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
        let (options, has_limits) = options(limits);
        let call = Call {
            started_at: monotonic_clock::now(),
            time: limits.total,
        };
        let head = async {
            let request = outgoing::request(request, options)?;
            client::send(request).await
        };
        // The host ends the call in time, unless its limits are longer than the call may take.
        let is_ended_by_host =
            has_limits && limits.connect.saturating_add(limits.first_byte) <= limits.total;
        let response = if is_ended_by_host {
            head.await.map_err(http_error)?
        } else {
            call.within_time(head).await?
        };
        let response = incoming::response(response);
        let response = response.map_err(|error| HttpError::Failed(error.to_string()))?;
        let (parts, mut body) = response.into_parts();
        let mut received = Received::new(limits.max_body, room);
        let read = async {
            while let Some(data) = body.chunk().await? {
                if !received.push(&data) {
                    break;
                }
            }
            Ok(())
        };
        call.within_time(read).await?;
        let (body, truncated) = received.finish();
        let response = http::Response::from_parts(parts, body);
        Ok(HttpResponse {
            response,
            truncated,
        })
    }
}

/// The time of an outbound call.
#[derive(Clone, Copy)]
struct Call {
    /// By the monotonic clock.
    started_at: u64,
    time: Duration,
}

impl Call {
    /// Runs a part of the call until its time ends. A timer is started only if the part has to wait, because it is a call of
    /// the host, too.
    async fn within_time<T>(
        self,
        part: impl Future<Output = Result<T, ErrorCode>>,
    ) -> Result<T, HttpError> {
        let end = async {
            let passed = monotonic_clock::now().saturating_sub(self.started_at);
            monotonic_clock::wait_for(nanos(self.time).saturating_sub(passed)).await;
        };
        match select(pin!(part), pin!(end)).await {
            Either::Left((result, _)) => result.map_err(http_error),
            Either::Right(_) => Err(HttpError::Timeout),
        }
    }
}

/// The limits for the host, and whether it has all of them. A host that does not support one of them returns an error.
fn options(limits: &HttpLimits) -> (RequestOptions, bool) {
    let options = RequestOptions::new();
    let [connect, first_byte] = [limits.connect, limits.first_byte].map(|time| Some(nanos(time)));
    let has_limits = options.set_connect_timeout(connect).is_ok()
        & options.set_first_byte_timeout(first_byte).is_ok()
        & options.set_between_bytes_timeout(first_byte).is_ok();
    (options, has_limits)
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
        // One call of the host for each line. There is no other place to report that it failed.
        let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
    }
}

impl Rng for SpinHost<'_> {
    #[expect(clippy::expect_used, reason = "`wasi:random` has no error")]
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).expect("random bytes");
    }
}
