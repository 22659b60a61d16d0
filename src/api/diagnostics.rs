//! One schema for every failure: the API's, the network's and our own.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};

/// What a failed call says of itself. The message is for people, the code is for branching, the hint is the next step.
#[derive(Debug, Clone, Serialize)]
pub struct Diagnostics {
    /// The API's error code, or one of ours: `INVALID_ARGUMENTS`, `UPSTREAM_TIMEOUT`, `UPSTREAM_UNREACHABLE`,
    /// `UPSTREAM_NOT_ALLOWED`, `UPSTREAM_ERROR`, `UPSTREAM_MALFORMED`, `READ_ONLY_ADDRESS`, `CONFIRMATION_DECLINED`,
    /// `CONFIRMATION_CANCELLED`, `CONFIRMATION_UNAVAILABLE`,
    /// `READ_ONLY_CONNECTION`, `TOOLSET_NOT_SHOWN`, `UNKNOWN_TOOL`, `WRONG_CALL_TOOL`.
    pub code: String,
    /// What happened, in a sentence.
    pub message: String,
    /// Status of the API's answer, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
    /// Correlation id: the API's, or the one we sent when no answer came. Support asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Whether the same request may succeed later without anybody doing anything: status 408, 429 or from 500; without
    /// any answer, only a call that may be sent twice ([`super::retry`]).
    pub retryable: bool,
    /// Seconds to wait before that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u64>,
    /// The key's request bucket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<RateLimit>,
    /// Facts that belong to the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<Value>,
    /// The next step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<&'static str>,
}

/// Snapshot of the key's request bucket (`X-RateLimit-*`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RateLimit {
    /// Bucket size in requests.
    pub limit: u64,
    /// Requests left, approximately.
    pub remaining: u64,
    /// Unix time in seconds at which the bucket should be full.
    pub reset: u64,
}

impl RateLimit {
    /// Reads the three headers; all or nothing.
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        Some(Self {
            limit: number(headers, "x-ratelimit-limit")?,
            remaining: number(headers, "x-ratelimit-remaining")?,
            reset: number(headers, "x-ratelimit-reset")?,
        })
    }
}

/// The request id of an answer, in the order in which the official clients look (api-facts.md, section 3).
pub fn request_id(headers: &HeaderMap) -> Option<String> {
    [
        "x-tokportal-request-id",
        "x-request-id",
        "request-id",
        "x-vercel-id",
    ]
    .iter()
    .find_map(|name| headers.get(*name)?.to_str().ok())
    .filter(|id| !id.is_empty())
    .map(|id| crate::reply::excerpt(id, 128))
}

impl Diagnostics {
    /// A failure of our own: nothing was sent, or nothing came back.
    pub fn local(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            http_status: None,
            request_id: None,
            retryable: false,
            retry_after_seconds: None,
            rate_limit: None,
            details: None,
            hint: super::hints::hint(code),
        }
    }

    /// An answer of the API that is not a success: the error envelope, or whatever came instead of it.
    pub fn from_answer(status: StatusCode, headers: &HeaderMap, body: &Bytes) -> Self {
        let envelope: Option<Value> = serde_json::from_slice(body).ok();
        let error = envelope.as_ref().and_then(|value| value.get("error"));
        let text = |name: &str| error?.get(name)?.as_str().map(str::to_owned);
        // Some gateways answer `{"error": "text"}`.
        let plain = error.and_then(Value::as_str).map(str::to_owned);
        let code = text("code").unwrap_or_else(|| "UPSTREAM_ERROR".to_owned());
        let message = text("message")
            .or(plain)
            .unwrap_or_else(|| format!("The API answered {status} without saying why."));
        let details = error
            .and_then(|error| error.get("details"))
            .filter(|details| !details.is_null())
            .cloned()
            .or_else(|| {
                let unread = error.is_none() && !body.is_empty();
                unread.then(|| json!({ "body": crate::reply::excerpt(&String::from_utf8_lossy(body), 1000) }))
            });
        let retry_after_seconds = number(headers, "retry-after").or_else(|| {
            details
                .as_ref()
                .and_then(|details| details.get("retry_after_seconds"))
                .and_then(Value::as_u64)
        });
        Self {
            retryable: status == StatusCode::REQUEST_TIMEOUT
                || status == StatusCode::TOO_MANY_REQUESTS
                || status.is_server_error(),
            http_status: Some(status.as_u16()),
            request_id: request_id(headers),
            retry_after_seconds,
            rate_limit: RateLimit::from_headers(headers),
            hint: super::hints::hint(&code),
            code,
            message,
            details,
        }
    }
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_envelope_and_the_headers() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("x-tokportal-request-id", "req_1"),
            ("x-ratelimit-limit", "120"),
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "1790000000"),
            ("retry-after", "2"),
        ] {
            headers.insert(name, value.parse().expect("valid"));
        }
        let body = Bytes::from_static(
            br#"{"error":{"code":"RATE_LIMIT_EXCEEDED","message":"Slow down.","details":{"retry_after_seconds":1}}}"#,
        );
        let d = Diagnostics::from_answer(StatusCode::TOO_MANY_REQUESTS, &headers, &body);
        assert_eq!(d.code, "RATE_LIMIT_EXCEEDED");
        assert_eq!(d.request_id.as_deref(), Some("req_1"));
        assert_eq!(
            d.retry_after_seconds,
            Some(2),
            "the header is the reference"
        );
        assert!(d.retryable);
        assert_eq!(d.rate_limit.map(|r| r.limit), Some(120));
    }

    #[test]
    fn keeps_the_text_of_an_answer_that_is_no_envelope() {
        let body = Bytes::from_static(b"<html>Bad gateway</html>");
        let d = Diagnostics::from_answer(StatusCode::BAD_GATEWAY, &HeaderMap::new(), &body);
        assert_eq!(d.code, "UPSTREAM_ERROR");
        assert_eq!(d.details, Some(json!({"body": "<html>Bad gateway</html>"})));
        assert!(d.retryable && d.rate_limit.is_none());
    }
}
