//! One upstream call for one tool call.

use super::diagnostics::{Diagnostics, RateLimit, request_id};
use super::request::{BadArgument, prepare};
use super::retry;
use crate::host::config::Config;
use crate::host::{Host, HttpAnswer, HttpError, HttpLimits};
use crate::secret::ApiKey;
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use openapi_tools::table::Tool;
use serde_json::{Map, Value};
use std::time::Duration;

/// Sent with every upstream call, as every official client does.
pub const CLIENT: &str = concat!("tokportal-mcp-connector/", env!("CARGO_PKG_VERSION"));

/// Time and size of an upstream call. The body limit is above what is passed on, so that a long list can be cut
/// between two items.
pub const LIMITS: HttpLimits = HttpLimits {
    connect: Duration::from_secs(5),
    first_byte: Duration::from_secs(30),
    total: Duration::from_secs(60),
    max_body: 8 * 1024 * 1024,
};

/// A success of the API.
#[derive(Debug, Clone)]
pub struct Answer {
    /// 2xx.
    pub status: StatusCode,
    /// Media type without parameters, lower case; empty if there was none.
    pub media_type: String,
    /// The body, at most [`LIMITS`]`.max_body` bytes.
    pub body: Bytes,
    /// The body was longer.
    pub cut: bool,
    /// Correlation id.
    pub request_id: Option<String>,
    /// The key's request bucket after the call.
    pub rate_limit: Option<RateLimit>,
    /// The API replayed a stored answer for the idempotency key.
    pub replayed: bool,
}

/// Why a call has no success to show.
#[derive(Debug)]
pub enum CallError {
    /// An argument cannot be sent; nothing left the process.
    Argument(BadArgument),
    /// The API does not know the key (any more).
    KeyRejected(Diagnostics),
    /// Everything else.
    Failed(Box<Diagnostics>),
}

/// Calls the operation of a tool with checked arguments.
///
/// # Errors
/// See [`CallError`].
pub async fn call(
    host: &impl Host,
    config: &Config,
    key: &ApiKey,
    tool: &Tool<'static>,
    arguments: &Map<String, Value>,
) -> Result<Answer, CallError> {
    let prepared = prepare(&tool.operation, &config.api_base_url, arguments, || {
        hex_id(host)
    })
    .map_err(CallError::Argument)?;
    let sent_id = format!("req_{}", hex_id(host));
    let mut request = http::Request::new(prepared.body);
    *request.method_mut() = prepared.method;
    *request.uri_mut() = prepared.uri;
    *request.headers_mut() = prepared.headers;
    let headers = request.headers_mut();
    let mut secret = HeaderValue::from_str(key.expose()).map_err(|_| {
        CallError::Failed(Box::new(Diagnostics::local(
            "UPSTREAM_ERROR",
            "The key cannot be sent.",
        )))
    })?;
    secret.set_sensitive(true);
    headers.insert("x-api-key", secret);
    headers.insert("x-tokportal-client", HeaderValue::from_static(CLIENT));
    if let Ok(id) = HeaderValue::from_str(&sent_id) {
        headers.insert("x-request-id", id);
    }
    let repeatable = retry::is_repeatable(tool.facts.idempotency, request.headers());
    let answer = send(host, request, repeatable).await.map_err(|error| {
        let mut diagnostics = unanswered(&error, sent_id.clone());
        // It may have happened: only what may be sent twice is to be sent again unseen.
        diagnostics.retryable &= repeatable;
        CallError::Failed(Box::new(diagnostics))
    })?;
    let (parts, body) = answer.response.into_parts();
    if !parts.status.is_success() {
        let mut diagnostics = Diagnostics::from_answer(parts.status, &parts.headers, &body);
        diagnostics.request_id.get_or_insert(sent_id);
        return Err(if parts.status == StatusCode::UNAUTHORIZED {
            CallError::KeyRejected(diagnostics)
        } else {
            CallError::Failed(Box::new(diagnostics))
        });
    }
    Ok(Answer {
        status: parts.status,
        media_type: media_type(&parts.headers),
        request_id: request_id(&parts.headers).or(Some(sent_id)),
        rate_limit: RateLimit::from_headers(&parts.headers),
        replayed: parts.headers.contains_key("idempotent-replayed"),
        cut: answer.cut,
        body,
    })
}

/// Sends the request, and once more where that is harmless and the API asks for a short pause only. [`LIMITS`]`.total`
/// holds for all of it together.
async fn send(
    host: &impl Host,
    request: http::Request<Bytes>,
    repeatable: bool,
) -> Result<HttpAnswer, HttpError> {
    if !repeatable {
        return host.send(request, &LIMITS).await;
    }
    let begun = host.now();
    let first = host.send(request.clone(), &LIMITS).await?;
    let left = || {
        LIMITS
            .total
            .saturating_sub(host.now().saturating_sub(begun))
    };
    let (status, headers) = (first.response.status(), first.response.headers());
    let Some(pause) = retry::pause(status, headers, left()) else {
        return Ok(first);
    };
    host.sleep(pause).await;
    let limits = HttpLimits {
        total: left(),
        ..LIMITS
    };
    host.send(request, &limits).await
}

fn unanswered(error: &HttpError, request_id: String) -> Diagnostics {
    let (code, message) = match error {
        HttpError::Timeout => (
            "UPSTREAM_TIMEOUT",
            "The API did not answer in time; whether it acted is not known.",
        ),
        HttpError::Forbidden => (
            "UPSTREAM_NOT_ALLOWED",
            "The host of this connector does not allow calls to the configured API address.",
        ),
        HttpError::Failed(_) => (
            "UPSTREAM_UNREACHABLE",
            "The connection to the API failed; whether it acted is not known.",
        ),
    };
    let mut diagnostics = Diagnostics::local(code, message);
    diagnostics.retryable = !matches!(error, HttpError::Forbidden);
    diagnostics.request_id = Some(request_id);
    diagnostics
}

fn media_type(headers: &http::HeaderMap) -> String {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(|value| value.trim().to_ascii_lowercase())
        .unwrap_or_default()
}

/// 32 random hexadecimal digits.
fn hex_id(host: &impl Host) -> String {
    let mut bytes = [0; 16];
    host.fill(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
