//! Whether a request is repeated after a 429 or 503, and after which pause.
//!
//! A read changes nothing, so it may be repeated (RFC 9110, section 9.2.2). A write is repeated only with an
//! idempotency key, by which the API recognizes the repetition; without one, a gateway's 503 may have come after the
//! write took effect. An operation that refuses idempotency keys is never repeated. A dry run is treated as a write,
//! because an API that ignores the header would carry it out.

use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};
use openapi_tools::table::Idempotency;
use std::time::Duration;

/// After a longer pause the client has to repeat the call itself (`retry_after_seconds`).
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Whether a request of an operation may be sent twice.
pub(super) fn is_repeatable(idempotency: Idempotency, request_headers: &HeaderMap) -> bool {
    match idempotency {
        Idempotency::NotApplicable => true,
        Idempotency::Standard => request_headers.contains_key("idempotency-key"),
        Idempotency::Refused => false,
    }
}

/// The pause before a repetition, if the response asks for a short one that ends before `time_left`: 429 or 503 with a
/// `Retry-After` in seconds (RFC 9110, section 10.2.3).
pub(super) fn pause(
    status: StatusCode,
    response_headers: &HeaderMap,
    time_left: Duration,
) -> Option<Duration> {
    if !matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    ) {
        return None;
    }
    let retry_after = response_headers.get(RETRY_AFTER)?.to_str().ok()?;
    let seconds = retry_after.trim().parse().ok();
    seconds
        .map(Duration::from_secs)
        .filter(|pause| *pause <= LONGEST_PAUSE && *pause < time_left)
}

#[cfg(test)]
mod tests;
