//! Turns an error response of the API into [`Diagnostics`].

use crate::failure::{Diagnostics, LocalCode, RateLimit, hints};
use crate::text::excerpt;
use crate::web::json as json_text;
use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderName, StatusCode};
use serde_json::{Value, json};

/// The most memory that the values of an error may take. A larger one counts as plain text.
const MAX_VALUES: usize = 1024 * 1024;

/// Reads the error envelope. If the body has none, its start becomes the details.
pub(super) fn diagnose(status: StatusCode, headers: &HeaderMap, body: &Bytes) -> Diagnostics {
    let text = std::str::from_utf8(body).ok();
    let envelope: Option<Value> = text
        .filter(|text| json_text::size_in_memory(text, MAX_VALUES).is_some())
        .and_then(|text| serde_json::from_str(text).ok());
    let error = envelope.as_ref().and_then(|value| value.get("error"));
    let text = |name: &str| error?.get(name)?.as_str().map(str::to_owned);
    // Some gateways answer `{"error": "text"}`.
    let plain = error.and_then(Value::as_str).map(str::to_owned);
    let code = text("code");
    let message = text("message")
        .or(plain)
        .unwrap_or_else(|| format!("The API answered {status} without saying why."));
    let details = error
        .and_then(|error| error.get("details"))
        .filter(|details| !details.is_null())
        .cloned()
        .or_else(|| {
            let has_other_body = error.is_none() && !body.is_empty();
            let start = body.get(..4000).unwrap_or(body);
            let start = || excerpt(&String::from_utf8_lossy(start), 1000);
            has_other_body.then(|| json!({ "body": start() }))
        });
    let retry_after_seconds = number(headers, &RETRY_AFTER).or_else(|| {
        let details = details.as_ref()?;
        details.get("retry_after_seconds")?.as_u64()
    });
    Diagnostics {
        retryable: matches!(
            status,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS
        ) || status.is_server_error(),
        http_status: Some(status.as_u16()),
        request_id: request_id(headers),
        retry_after_seconds,
        rate_limit: rate_limit(headers),
        hint: match &code {
            Some(code) => hints::hint(code),
            None => Some(LocalCode::UpstreamError.hint()),
        },
        code: code.unwrap_or_else(|| LocalCode::UpstreamError.name().to_owned()),
        message,
        details,
    }
}

/// The rate limit, if the response has all three headers.
pub(super) fn rate_limit(headers: &HeaderMap) -> Option<RateLimit> {
    const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
    const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
    const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");
    Some(RateLimit {
        limit: number(headers, &LIMIT)?,
        remaining: number(headers, &REMAINING)?,
        reset: number(headers, &RESET)?,
    })
}

/// The request id of a response, from the first header that has one, in the order of the official clients
/// (`docs/UPSTREAM.md`, section 3).
pub(super) fn request_id(headers: &HeaderMap) -> Option<String> {
    const NAMES: [HeaderName; 4] = [
        HeaderName::from_static("x-tokportal-request-id"),
        HeaderName::from_static("x-request-id"),
        HeaderName::from_static("request-id"),
        HeaderName::from_static("x-vercel-id"),
    ];
    NAMES
        .iter()
        .find_map(|name| headers.get(name)?.to_str().ok())
        .filter(|id| !id.is_empty())
        .map(|id| excerpt(id, 128))
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests;
