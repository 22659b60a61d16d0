//! Calls the operation of a tool.

use super::diagnose::{diagnose, rate_limit, request_id};
use super::request::{ArgumentError, prepare};
use super::retry;
use crate::app::Context;
use crate::digest::hex;
use crate::event::Event;
use crate::failure::{Diagnostics, LocalCode, RateLimit};
use crate::host::{Host, HttpError, HttpLimits, HttpResponse};
use crate::secret::ApiKey;
use crate::upstream::limits::{CONFIRMATION_READ, TOOL_CALL};
use crate::upstream::portal::key_cache;
use crate::upstream::request::authenticate;
use crate::web::media_type;
use bytes::Bytes;
use http::{HeaderValue, StatusCode};
use openapi_tools::table::Tool;
use serde_json::{Map, Value};

/// A successful response of the API.
#[derive(Debug, Clone)]
pub(crate) struct ApiResponse {
    /// 2xx.
    pub(crate) status: StatusCode,
    /// Media type without parameters, in lower case; empty if the response has none.
    pub(crate) media_type: String,
    /// The body, at most [`TOOL_CALL`]`.max_body` bytes of it.
    pub(crate) body: Bytes,
    /// Whether the body was longer.
    pub(crate) truncated: bool,
    /// Correlation id: the API's, or the one that was sent if the response has none.
    pub(crate) request_id: String,
    pub(crate) rate_limit: Option<RateLimit>,
    /// Whether the API repeated the stored response of an earlier request with the same idempotency key.
    pub(crate) replayed: bool,
}

/// Why a call did not succeed.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// An argument cannot be encoded; no request was sent.
    Argument(ArgumentError),
    /// 401: the API does not accept the key.
    KeyRejected,
    /// No response, or another status that is not 2xx.
    Failed(Box<Diagnostics>),
}

/// Calls the operation of a tool with arguments that match its schema.
///
/// # Errors
/// [`ApiError`].
pub(crate) async fn call<H: Host>(
    context: &Context<'_, H>,
    key: &ApiKey,
    tool: &Tool<'static>,
    arguments: &Map<String, Value>,
) -> Result<ApiResponse, ApiError> {
    let (request, sent_id) = outbound(context, key, tool, arguments).map_err(ApiError::Argument)?;
    let repeatable = retry::is_repeatable(tool.facts.idempotency, request.headers());
    let response = send(context, request, repeatable).await.map_err(|error| {
        context.log(&Event::UpstreamUnreachable {
            cause: error.to_string(),
        });
        context.note_upstream_request_id(&sent_id);
        let mut diagnostics = no_response(&error, sent_id.clone());
        // The API may have acted, so the failure is retryable only if a repetition has no second effect.
        diagnostics.retryable &= repeatable;
        ApiError::Failed(Box::new(diagnostics))
    })?;
    let truncated = response.truncated;
    let (parts, body) = response.response.into_parts();
    let request_id = request_id(&parts.headers).unwrap_or(sent_id);
    context.note_upstream_request_id(&request_id);
    if parts.status == StatusCode::UNAUTHORIZED {
        return Err(ApiError::KeyRejected);
    }
    if parts.status.is_success() {
        key_cache::accept(key, context.host.now());
    } else {
        let mut diagnostics = diagnose(parts.status, &parts.headers, &body);
        diagnostics.request_id = Some(request_id);
        return Err(ApiError::Failed(Box::new(diagnostics)));
    }
    Ok(ApiResponse {
        status: parts.status,
        media_type: media_type::of(&parts.headers),
        request_id,
        rate_limit: rate_limit(&parts.headers),
        replayed: parts.headers.contains_key("idempotent-replayed"),
        truncated,
        body,
    })
}

/// Reads with the operation of a tool, once and within [`CONFIRMATION_READ`]. The body of a whole success; `None` for
/// everything else, because the caller can do without it.
pub(crate) async fn read<H: Host>(
    context: &Context<'_, H>,
    key: &ApiKey,
    tool: &Tool<'static>,
    arguments: &Map<String, Value>,
) -> Option<Bytes> {
    let (request, _) = outbound(context, key, tool, arguments).ok()?;
    let response = context.send(request, &CONFIRMATION_READ).await.ok()?;
    let is_whole = response.response.status().is_success() && !response.truncated;
    is_whole.then(|| response.response.into_body())
}

/// The request of a call, and its correlation id.
fn outbound<H: Host>(
    context: &Context<'_, H>,
    key: &ApiKey,
    tool: &Tool<'static>,
    arguments: &Map<String, Value>,
) -> Result<(http::Request<Bytes>, String), ArgumentError> {
    let (host, base) = (context.host, &context.config.api_base_url);
    let prepared = prepare(&tool.operation, base, arguments, || hex_id(host))?;
    let sent_id = format!("req_{}", hex_id(host));
    let mut request = http::Request::new(prepared.body);
    *request.method_mut() = prepared.method;
    *request.uri_mut() = prepared.uri;
    *request.headers_mut() = prepared.headers;
    let headers = request.headers_mut();
    authenticate(headers, key, context.client().as_ref());
    #[expect(clippy::expect_used, reason = "the id is hexadecimal digits")]
    let id = HeaderValue::from_str(&sent_id).expect("ASCII text");
    headers.insert("x-request-id", id);
    Ok((request, sent_id))
}

/// Sends the request, and repeats it once if it is repeatable and the API asks for a short pause. [`TOOL_CALL`]`.total`
/// limits both attempts and the pause together.
async fn send<H: Host>(
    context: &Context<'_, H>,
    request: http::Request<Bytes>,
    repeatable: bool,
) -> Result<HttpResponse, HttpError> {
    if !repeatable {
        return context.send(request, &TOOL_CALL).await;
    }
    let host = context.host;
    let started_at = host.now();
    let first = context.send(request.clone(), &TOOL_CALL).await?;
    let time_left = || {
        let elapsed = host.now().saturating_sub(started_at);
        TOOL_CALL.total.saturating_sub(elapsed)
    };
    let (status, headers) = (first.response.status(), first.response.headers());
    let Some(pause) = retry::pause(status, headers, time_left()) else {
        return Ok(first);
    };
    host.sleep(pause).await;
    let limits = HttpLimits {
        total: time_left(),
        ..TOOL_CALL
    };
    context.send(request, &limits).await
}

fn no_response(error: &HttpError, request_id: String) -> Diagnostics {
    let (code, message) = match error {
        HttpError::Timeout => (
            LocalCode::UpstreamTimeout,
            "The API did not answer in time; whether it acted is not known.",
        ),
        HttpError::Forbidden => (
            LocalCode::UpstreamNotAllowed,
            "The host of this connector does not allow calls to the configured API address.",
        ),
        HttpError::Failed(_) => (
            LocalCode::UpstreamUnreachable,
            "The connection to the API failed; whether it acted is not known.",
        ),
    };
    Diagnostics {
        request_id: Some(request_id),
        ..Diagnostics::local(code, message)
    }
}

/// 32 random hexadecimal digits.
fn hex_id(host: &impl Host) -> String {
    let mut bytes = [0; 16];
    host.fill(&mut bytes);
    hex(&bytes)
}
