//! Every error code that the emulator can answer has a hint, and says correctly whether a retry helps.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use tokportal_connector::api::diagnostics::Diagnostics;
use tokportal_emulator::error::{ApiError, Code};

fn diagnostics(code: Code) -> Diagnostics {
    let error = ApiError::new(code, code.meaning());
    let status = StatusCode::from_u16(code.status()).expect("a status");
    let body = Bytes::from(error.envelope().to_string());
    Diagnostics::from_answer(status, &HeaderMap::new(), &body)
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
fn only_busy_and_broken_codes_are_retryable() {
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
