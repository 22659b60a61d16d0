//! Fetches a public JSON document of a client: no redirects, status 200, JSON, at most 5 KiB, 3 seconds.

use super::document_cache;
use crate::app::Context;
use crate::host::{Host, HttpError};
use crate::ledger::rate_limit;
use crate::upstream::limits::CLIENT_METADATA;
use crate::web::{json, media_type};
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, header};
use serde_json::Value;
use std::time::Duration;

/// How long a document is kept that does not say how long it is valid.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(300);
/// How long any document is kept.
const MAX_LIFETIME: Duration = Duration::from_secs(3_600);
/// How long a failure is kept, so that reloading the page does not repeat the request.
pub(super) const FAILURE_LIFETIME: Duration = Duration::from_secs(30);
const USER_AGENT: &str = concat!("tokportal-mcp-connector/", env!("CARGO_PKG_VERSION"));

/// Why there is no document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FetchError {
    /// The allow-list of the platform or its rules for private networks refuse the address.
    Forbidden,
    /// Too many documents were requested. The number is the seconds to wait.
    TooManyRequests(u32),
    /// The host did not answer as it must. The text is for the log.
    Unavailable(String),
}

/// The document at a URL, from the cache or by a request. `host` is its host, which has passed
/// [`super::document_url::host_of`]. A document is kept for `max_lifetime` at most.
///
/// # Errors
/// [`FetchError`].
pub(super) async fn fetch<H: Host>(
    context: &Context<'_, H>,
    url: &str,
    host: &str,
    max_lifetime: Duration,
) -> Result<Value, FetchError> {
    let now = context.host.now();
    let outcome = match document_cache::get(url, now) {
        Some(outcome) => outcome,
        None => {
            let (outcome, lifetime) = request(context, url, host).await?;
            let lifetime = lifetime.min(max_lifetime);
            document_cache::remember(url, outcome.clone(), now, lifetime);
            outcome
        }
    };
    let body = outcome.map_err(FetchError::Unavailable)?;
    json::parse(&body).map_err(|error| {
        document_cache::shorten(url, now, FAILURE_LIFETIME);
        FetchError::Unavailable(error.message)
    })
}

/// Sends the request. Returns the outcome and for how long it may be kept.
async fn request<H: Host>(
    context: &Context<'_, H>,
    url: &str,
    host: &str,
) -> Result<(document_cache::Outcome, Duration), FetchError> {
    rate_limit::check_host(context, host)
        .await
        .map_err(FetchError::TooManyRequests)?;
    let request = Request::get(url)
        .header(header::ACCEPT, "application/json")
        .header(header::USER_AGENT, USER_AGENT)
        .body(Bytes::new())
        .map_err(|error| FetchError::Unavailable(error.to_string()))?;
    let failed = |cause: String| Ok((Err(cause), FAILURE_LIFETIME));
    let answer = match context.send_foreign(request, &CLIENT_METADATA).await {
        Ok(answer) => answer,
        Err(HttpError::Forbidden) => return Err(FetchError::Forbidden),
        Err(error) => return failed(error.to_string()),
    };
    if answer.truncated {
        return failed("the document is larger than 5 KiB".to_owned());
    }
    match check(&answer.response) {
        Ok(lifetime) => Ok((Ok(answer.response.into_body()), lifetime)),
        Err(cause) => failed(cause),
    }
}

/// Checks status and media type. Returns for how long the document may be kept.
fn check(response: &Response<Bytes>) -> Result<Duration, String> {
    if response.status() != StatusCode::OK {
        return Err(format!("the answer is {}", response.status()));
    }
    if !media_type::is_json(&media_type::of(response.headers())) {
        return Err("the answer is not JSON".to_owned());
    }
    Ok(lifetime(response.headers()))
}

/// How long an answer is fresh by its `Cache-Control` (RFC 9111, section 5.2.2), within our bounds.
fn lifetime(headers: &HeaderMap) -> Duration {
    let values = headers.get_all(header::CACHE_CONTROL);
    let directives = values.iter().filter_map(|value| value.to_str().ok());
    let mut lifetime = DEFAULT_LIFETIME;
    for directive in directives.flat_map(|value| value.split(',')) {
        let directive = directive.trim().to_ascii_lowercase();
        if matches!(directive.as_str(), "no-store" | "no-cache") {
            return Duration::ZERO;
        }
        if let Some(seconds) = directive.strip_prefix("max-age=") {
            let seconds = seconds.trim_matches('"').parse().unwrap_or(0);
            lifetime = Duration::from_secs(seconds);
        }
    }
    lifetime.min(MAX_LIFETIME)
}
