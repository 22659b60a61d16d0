//! The shell for Spin (spin-sdk 7, WASI p3): fills the seams and nothing else.

#[cfg(feature = "atomics")]
mod atomics {
    wit_bindgen::generate!({ path: "wit", world: "atomics", generate_all });
}
mod store;

use crate::app::App;
use crate::config::{Config, ConfigError};
use crate::host::{
    BodyError, Clock, HttpClient, HttpError, HttpLimits, HttpResponse, IncomingBody, Log, Rng,
};
use crate::web::reply;
use crate::web::reply::Reply;
use bytes::{Bytes, BytesMut};
use futures::future::{Either, select};
use http::StatusCode;
use http_body_util::BodyExt;
use spin_sdk::http::{FullBody, IntoResponse, Request};
use spin_sdk::http_service;
use spin_sdk::wasip3::clocks::monotonic_clock;
use spin_sdk::wasip3::http::types::{ErrorCode, RequestOptions};
use spin_sdk::wasip3::http_compat::{IncomingRequestBody, RequestOptionsExtension};
use std::collections::HashMap;
use std::pin::pin;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

#[http_service]
async fn serve(request: Request) -> impl IntoResponse {
    let reply = match config().await {
        Ok(config) => {
            let connector = App {
                host: SpinHost,
                config,
            };
            connector.handle(request.map(SpinBody)).await
        }
        Err(error) => misconfigured(&error),
    };
    reply.map(FullBody::new)
}

/// Variables do not change while an instance lives, so the parsed configuration is kept. It is the operator's, not any
/// user's.
async fn config() -> Result<Config, ConfigError> {
    static CONFIG: OnceLock<Result<Config, ConfigError>> = OnceLock::new();
    if let Some(config) = CONFIG.get() {
        return config.clone();
    }
    let mut variables = HashMap::new();
    for name in Config::VARIABLES {
        // A variable that the manifest does not declare is one that is not set.
        if let Ok(value) = spin_sdk::variables::get(name).await {
            variables.insert(name, value);
        }
    }
    CONFIG
        .get_or_init(|| Config::from_variables(|name| variables.get(name).cloned()))
        .clone()
}

fn misconfigured(error: &ConfigError) -> Reply {
    eprintln!("configuration: {error}");
    let body = serde_json::json!({
        "error": "server_error",
        "error_description": format!("The connector is not configured: {error}."),
    });
    reply::json(StatusCode::INTERNAL_SERVER_ERROR, body.to_string())
}

struct SpinBody(IncomingRequestBody);

impl IncomingBody for SpinBody {
    async fn read(self, limit: usize) -> Result<Bytes, BodyError> {
        let (bytes, cut) = collect(self.0, limit, true)
            .await
            .map_err(|_| BodyError::Broken)?;
        if cut {
            Err(BodyError::TooLarge)
        } else {
            Ok(bytes)
        }
    }
}

/// Reads a body up to a limit. `stop` ends reading at the limit; the rest is left to the host to discard.
async fn collect<B>(mut body: B, limit: usize, stop: bool) -> Result<(Bytes, bool), ErrorCode>
where
    B: http_body::Body<Data = Bytes, Error = ErrorCode> + Unpin,
{
    let mut bytes = BytesMut::new();
    let mut cut = false;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else {
            continue;
        };
        let room = limit.saturating_sub(bytes.len());
        cut |= data.len() > room;
        bytes.extend_from_slice(&data[..data.len().min(room)]);
        if cut && stop {
            break;
        }
    }
    Ok((bytes.freeze(), cut))
}

/// The seams on Spin.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SpinHost;

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
            let (body, cut) = collect(body, limits.max_body, true).await?;
            let response = http::Response::from_parts(parts, body);
            Ok(HttpResponse { response, cut })
        });
        let deadline = pin!(monotonic_clock::wait_for(nanos(limits.total)));
        match select(call, deadline).await {
            Either::Left((answer, _)) => answer.map_err(http_error),
            Either::Right(_) => Err(HttpError::Timeout),
        }
    }
}

fn options(limits: &HttpLimits) -> RequestOptions {
    let options = RequestOptions::new();
    // A host that cannot set one of them refuses; the deadline above holds in any case.
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
        error => {
            // The address is the operator's own; neither header nor body is part of the text.
            eprintln!("upstream call failed: {error:?}");
            HttpError::Failed(format!("{error:?}"))
        }
    }
}

impl Clock for SpinHost {
    fn now(&self) -> Duration {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
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
    fn fill(&self, buffer: &mut [u8]) {
        // WASI's random source cannot fail: the host traps before it hands out anything weak.
        if let Err(error) = getrandom::fill(buffer) {
            eprintln!("no randomness: {error}");
            std::process::abort();
        }
    }
}
