//! Whether a call that the API turned away for the moment is made once more, and after which pause.
//!
//! A read changes nothing, so it may be repeated (RFC 9110, section 9.2.2). A write is repeated only under an
//! idempotency key, by which the API knows the repetition; without one nobody can say whether a gateway's 503 came before
//! or after the effect. An operation that refuses such keys is never repeated, and a dry run counts as the write it
//! stands for, because an API that overlooked the header would run it.

use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};
use openapi_tools::table::Idempotency;
use std::time::Duration;

/// The longest pause. Whoever has to wait longer is told so instead (`retry_after_seconds`).
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Whether a request may be sent twice: `idempotency` is the operation's, `sent` are the request's headers.
pub(crate) fn is_repeatable(idempotency: Idempotency, sent: &HeaderMap) -> bool {
    match idempotency {
        Idempotency::NotApplicable => true,
        Idempotency::Standard => sent.contains_key("idempotency-key"),
        Idempotency::Refused => false,
    }
}

/// How long to wait before a repetition, if the answer asks for a short pause that fits into the time `left`: 429 or 503
/// with a `Retry-After` in seconds (RFC 9110, section 10.2.3).
pub(crate) fn pause(status: StatusCode, answer: &HeaderMap, left: Duration) -> Option<Duration> {
    if !matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    ) {
        return None;
    }
    let seconds = answer.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok();
    seconds
        .map(Duration::from_secs)
        .filter(|pause| *pause <= LONGEST_PAUSE && *pause < left)
}

#[cfg(test)]
mod tests;
