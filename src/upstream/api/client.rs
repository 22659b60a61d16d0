//! Calls the operation of a tool.

use super::diagnose::{diagnose, rate_limit, request_id};
use super::request::{ArgumentError, prepare};
use super::retry;
use crate::app::Context;
use crate::digest::hex;
use crate::event::Event;
use crate::failure::{Diagnostics, LocalCode, RateLimit};
use crate::host::{Host, HttpError, HttpLimits, HttpResponse};
use crate::memory::ANSWER;
use crate::secret::ApiKey;
use crate::upstream::limits::{CONFIRMATION_READ, KEY_CHECK, PREVIEW, TOOL_READ, TOOL_WRITE};
use crate::upstream::portal::key_cache;
use crate::upstream::request::{authenticate, with_api_key};
use crate::web::media_type;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, StatusCode};
use openapi_tools::table::{Scope, Tool};
use serde_json::{Map, Value};
use std::time::Duration;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// A successful response of the API.
#[derive(Debug, Clone)]
pub(crate) struct ApiResponse {
    /// 2xx.
    pub(crate) status: StatusCode,
    /// Media type without parameters, in lower case; empty if the response has none.
    pub(crate) media_type: String,
    /// The body, up to the limit of the call.
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
    let limits = match tool.operation.method {
        "GET" | "HEAD" => &TOOL_READ,
        _ => &TOOL_WRITE,
    };
    call_within(limits, context, key, tool, arguments).await
}

/// Calls the operation of a tool with arguments that make it a dry run, in less time than a real call has.
///
/// # Errors
/// [`ApiError`].
pub(crate) async fn preview<H: Host>(
    context: &Context<'_, H>,
    key: &ApiKey,
    tool: &Tool<'static>,
    arguments: &Map<String, Value>,
) -> Result<ApiResponse, ApiError> {
    call_within(&PREVIEW, context, key, tool, arguments).await
}

/// How long the store may take to note that an approval is used.
const NOTING: Duration = Duration::from_secs(4);

/// The failure of a call that may change something if it would have too little time or memory after its approval is noted.
pub(crate) fn too_late<H: Host>(context: &Context<'_, H>) -> Option<Diagnostics> {
    let has_time = context.time_left() >= TOOL_WRITE.total.saturating_add(NOTING);
    (!has_time || !context.room.fits(ANSWER)).then(not_sent)
}

async fn call_within<H: Host>(
    limits: &HttpLimits,
    context: &Context<'_, H>,
    key: &ApiKey,
    tool: &Tool<'static>,
    arguments: &Map<String, Value>,
) -> Result<ApiResponse, ApiError> {
    let (request, sent_id) = outbound(context, key, tool, arguments).map_err(ApiError::Argument)?;
    let repeatable = retry::is_repeatable(tool.facts.idempotency, request.headers());
    let response = send(context, request, limits, repeatable).await;
    let response = response.map_err(|error| {
        context.log(&Event::UpstreamUnreachable {
            cause: error.to_string(),
        });
        if let HttpError::NotSent(_) = error {
            return ApiError::Failed(Box::new(not_sent()));
        }
        context.note_upstream_request_id(&sent_id);
        let mut diagnostics = no_response(&error, tool.facts.scope, sent_id.clone());
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
        media_type: media_type::of(&parts.headers).into_owned(),
        request_id,
        rate_limit: rate_limit(&parts.headers),
        replayed: parts.headers.contains_key(IDEMPOTENT_REPLAYED),
        truncated,
        body,
    })
}

/// Whether the API accepts a key, by `GET /me`.
///
/// # Errors
/// A text for the log if the API did not say.
pub(crate) async fn accepts<H: Host>(
    context: &Context<'_, H>,
    key: &ApiKey,
) -> Result<bool, String> {
    let url = format!("{}/me", context.config.api_base_url);
    let request = with_api_key(Method::GET, &url, key, context.client().as_ref());
    match context.send(request, &KEY_CHECK).await {
        Ok(answer) => match answer.response.status() {
            status if status.is_success() => Ok(true),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Ok(false),
            status => Err(format!("the API answered {status}")),
        },
        Err(error) => Err(error.to_string()),
    }
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
    headers.insert(X_REQUEST_ID, id);
    Ok((request, sent_id))
}

/// Sends the request, and repeats it once if it is repeatable, the API asks for a short pause, and the time of the request
/// is enough for both.
async fn send<H: Host>(
    context: &Context<'_, H>,
    request: http::Request<Bytes>,
    limits: &HttpLimits,
    repeatable: bool,
) -> Result<HttpResponse, HttpError> {
    if !repeatable {
        return context.send(request, limits).await;
    }
    let own_time = if request.method().is_safe() {
        Duration::ZERO
    } else {
        limits.total
    };
    let first = context.send(request.clone(), limits).await?;
    let (status, headers) = (first.response.status(), first.response.headers());
    let time_left = context.time_left().saturating_sub(own_time);
    let Some(pause) = retry::pause(status, headers, time_left) else {
        return Ok(first);
    };
    context.host.sleep(pause).await;
    match context.send(request, limits).await {
        Err(HttpError::NotSent(_)) => Ok(first),
        second => second,
    }
}

/// The failure of a call that was not sent.
fn not_sent() -> Diagnostics {
    Diagnostics::local(
        LocalCode::Unavailable,
        "The call was not sent, because too little time or memory was left for it. Nothing was done and nothing was charged.",
    )
}

fn no_response(error: &HttpError, scope: Scope, request_id: String) -> Diagnostics {
    let (code, message) = match (error, scope) {
        (HttpError::Timeout, Scope::Read) => (
            LocalCode::UpstreamTimeout,
            "The API did not answer in time. Nothing was changed.",
        ),
        (HttpError::Timeout, Scope::Write) => (
            LocalCode::UpstreamTimeout,
            "The API did not answer in time; whether it acted is not known.",
        ),
        (HttpError::Forbidden, _) => (
            LocalCode::UpstreamNotAllowed,
            "The host of this connector does not allow calls to the configured API address.",
        ),
        (HttpError::Failed(_) | HttpError::NotSent(_), Scope::Read) => (
            LocalCode::UpstreamUnreachable,
            "The connection to the API failed. Nothing was changed.",
        ),
        (HttpError::Failed(_) | HttpError::NotSent(_), Scope::Write) => (
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
