//! Error envelopes, headers, and every error code of the emulator.

use super::*;
use tokportal_emulator::error::{ApiError, Code};

#[test]
fn diagnostics_have_the_facts_of_envelope_and_headers() {
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
    let d = diagnose(StatusCode::TOO_MANY_REQUESTS, &headers, &body);
    assert_eq!(d.code, "RATE_LIMIT_EXCEEDED");
    assert_eq!(d.request_id.as_deref(), Some("req_1"));
    assert_eq!(
        d.retry_after_seconds,
        Some(2),
        "the header takes precedence"
    );
    assert!(d.retryable);
    assert_eq!(d.rate_limit.map(|r| r.limit), Some(120));
}

#[test]
fn a_body_without_an_envelope_becomes_the_details() {
    let body = Bytes::from_static(b"<html>Bad gateway</html>");
    let d = diagnose(StatusCode::BAD_GATEWAY, &HeaderMap::new(), &body);
    assert_eq!(d.code, "UPSTREAM_ERROR");
    assert_eq!(d.details, Some(json!({"body": "<html>Bad gateway</html>"})));
    assert!(d.retryable && d.rate_limit.is_none());
}

fn diagnostics(code: Code) -> Diagnostics {
    let error = ApiError::new(code, code.meaning());
    let status = StatusCode::from_u16(code.status()).expect("a status");
    let body = Bytes::from(error.envelope().to_string());
    diagnose(status, &HeaderMap::new(), &body)
}

#[test]
fn every_emulator_code_has_a_hint() {
    let without: Vec<_> = Code::ALL
        .iter()
        .filter(|code| diagnostics(**code).hint.is_none())
        .map(|code| code.as_str())
        .collect();
    assert!(without.is_empty(), "{without:?}");
}

#[test]
fn only_codes_of_temporary_failures_are_retryable() {
    let retryable: Vec<_> = Code::ALL
        .iter()
        .filter(|code| diagnostics(**code).retryable)
        .map(|code| code.as_str())
        .collect();
    assert_eq!(
        retryable,
        [
            "RATE_LIMIT_EXCEEDED",
            "capacity_cooldown",
            "STATE_BUSY",
            "INTERNAL_ERROR"
        ]
    );
}
