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

use bytes::{Bytes, BytesMut};
use futures::future::{Either, select};
use http_body_util::BodyExt;
use spin_sdk::http::{FullBody, IntoResponse, Request};
use spin_sdk::http_service;
use spin_sdk::wasip3::clocks::monotonic_clock;
use spin_sdk::wasip3::http::types::{ErrorCode, RequestOptions};
use spin_sdk::wasip3::http_compat::{IncomingRequestBody, RequestOptionsExtension};
use std::pin::pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokportal_connector::host::{
    BodyError, Clock, HttpClient, HttpError, HttpLimits, HttpResponse, IncomingBody, Log, Rng,
};
use tokportal_connector::{Instance, serve as answer};

#[http_service]
async fn serve(request: Request) -> impl IntoResponse {
    static INSTANCE: Instance = Instance::new();
    // A variable that the manifest does not declare counts as absent.
    let variable = async |name: &'static str| spin_sdk::variables::get(name).await.ok();
    let reply = answer(SpinHost, &INSTANCE, variable, request.map(SpinBody)).await;
    reply.map(FullBody::new)
}

/// The body of an incoming request.
struct SpinBody(IncomingRequestBody);

impl IncomingBody for SpinBody {
    async fn read(self, limit: usize) -> Result<Bytes, BodyError> {
        let (bytes, truncated) = collect(self.0, limit)
            .await
            .map_err(|_| BodyError::Broken)?;
        if truncated {
            Err(BodyError::TooLarge)
        } else {
            Ok(bytes)
        }
    }
}

/// Reads at most `limit` bytes of a body, and says whether it is longer. The host discards the rest.
async fn collect<B>(mut body: B, limit: usize) -> Result<(Bytes, bool), ErrorCode>
where
    B: http_body::Body<Data = Bytes, Error = ErrorCode> + Unpin,
{
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else {
            continue;
        };
        let remaining = limit.saturating_sub(bytes.len());
        bytes.extend_from_slice(data.get(..remaining).unwrap_or(&data));
        if data.len() > remaining {
            return Ok((bytes.freeze(), true));
        }
    }
    Ok((bytes.freeze(), false))
}

/// The seams, implemented with spin-sdk.
#[derive(Debug, Clone, Copy)]
struct SpinHost;

impl HttpClient for SpinHost {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        limits: &HttpLimits,
    ) -> Result<HttpResponse, HttpError> {
        let mut request = request.map(FullBody::new);
        request
            .extensions_mut()
            .insert(RequestOptionsExtension(options(limits)));
        let call = pin!(async {
            let response = spin_sdk::http::send(request).await?;
            let (parts, body) = response.into_parts();
            let (body, truncated) = collect(body, limits.max_body).await?;
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

impl Clock for SpinHost {
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

impl Log for SpinHost {
    fn log(&self, line: &str) {
        eprintln!("{line}");
    }
}

impl Rng for SpinHost {
    #[expect(clippy::expect_used, reason = "`wasi:random` has no error")]
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).expect("random bytes");
    }
}
