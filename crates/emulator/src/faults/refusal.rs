//! Errors on demand: every code of the API with its status, its message and its details.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::answer::Answer;
use crate::error::Code;

/// Codes of publishing and unpublishing that older descriptions name. The rules answer the newer ones.
#[rustfmt::skip]
const EARLIER: [(&str, u16, &str); 3] = [
    ("account_not_configured", 400, "The profile is not configured."),
    ("no_videos_configured", 400, "No video is configured."),
    ("invalid_status", 409, "Not possible in the bundle's state."),
];

/// An error as a fault answers it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Refusal {
    code: String,
    status: u16,
    message: String,
    details: Map<String, Value>,
}

impl Refusal {
    /// The error with a code; what is not given comes from the code. The error says what is wrong with the request.
    pub(crate) fn of(
        code: &str,
        status: Option<u16>,
        message: Option<String>,
        details: Option<Map<String, Value>>,
    ) -> Result<Self, &'static str> {
        let known = every().find(|known| known.code == code);
        let status = status.or(known.as_ref().map(|known| known.status));
        let status =
            status.ok_or("This code is not known (GET /emulator/errors), so it needs a status.")?;
        let made_up = || Self::new(code, status, "An error that was asked for.");
        let known = known.unwrap_or_else(made_up);
        let refusal = Self {
            status,
            message: message.unwrap_or(known.message),
            details: details.unwrap_or(known.details),
            ..known
        };
        let fits = (1..=100).contains(&code.len())
            && refusal.message.len() <= 1000
            && (400..=599).contains(&status);
        fits.then_some(refusal)
            .ok_or("code has 1 to 100 characters, message at most 1000, and status is 400 to 599.")
    }

    fn new(code: &str, status: u16, meaning: &str) -> Self {
        let details = DETAILS.iter().find(|(codes, _)| codes.contains(&code));
        let details =
            details.map(|(_, json)| serde_json::from_str(json).expect("a test reads all"));
        Self {
            code: code.to_owned(),
            status,
            message: meaning.to_owned(),
            details: details.unwrap_or_default(),
        }
    }

    pub(crate) fn answer(&self) -> Answer {
        Answer::refusal(self.status, &self.code, &self.message, &self.details)
    }
}

/// Every code that is known, with its usual details.
pub(crate) fn every() -> impl Iterator<Item = Refusal> {
    let codes = Code::ALL.iter();
    let codes = codes.map(|code| (code.as_str(), code.status(), code.meaning()));
    let codes = codes.chain(EARLIER);
    codes.map(|(code, status, meaning)| Refusal::new(code, status, meaning))
}

/// Details like those of the rules.
#[rustfmt::skip]
const DETAILS: [(&[&str], &str); 21] = [
    (&["AUTH_INSUFFICIENT_SCOPE"], r#"{"required_scope": "write", "scopes": ["read"]}"#),
    (&["RATE_LIMIT_EXCEEDED", "STATE_BUSY"], r#"{"retry_after_seconds": 1}"#),
    (&["capacity_cooldown"], r#"{"retry_after_seconds": 900}"#),
    (&["VALIDATION_ERROR", "UNKNOWN_FIELD"], r#"{"fields": [{"field": "title", "message": "is not accepted"}]}"#),
    (&["DRY_RUN_ID_IN_LIVE_REQUEST"], r#"{"id": "00000000-0000-4000-8000-000000000001"}"#),
    (&["INSUFFICIENT_CREDITS"], r#"{"required": 38, "available": 3, "missing": 35, "breakdown": {"total": 38}}"#),
    (&["BUNDLE_INVALID_STATUS", "already_accepted", "invalid_status"], r#"{"current_status": "accepted"}"#),
    (&["DUPLICATE_ACCOUNT_BUNDLE"], r#"{"existing_bundle_id": "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b"}"#),
    (&["COUNTRY_NOT_ENABLED"], r#"{"country": "ZZ", "enabled_countries": ["FR", "USA"]}"#),
    (&["ACCOUNT_INVALID_STATUS"], r#"{"current_status": "finalized", "allowed_statuses": ["in_review"]}"#),
    (&["ACCOUNT_NOT_CONFIGURED", "ACCOUNT_MISSING_FIELDS"], r#"{"missing_fields": ["username", "biography"]}"#),
    (&["INVALID_STATUS_TRANSITION"], r#"{"current_status": "pending", "allowed_statuses": ["configured"]}"#),
    (&["INVALID_DATE"], r#"{"min_days_ahead": 3, "earliest_allowed": "2026-12-01"}"#),
    (&["VIDEOS_PER_DAY_EXCEEDED"], r#"{"date": "2026-12-01", "current_count": 3}"#),
    (&["COMMENT_INVALID_STATUS", "COVERAGE_INVALID_STATUS"], r#"{"current_status": "pending"}"#),
    (&["MANAGED_ACCOUNT_TASK_BLOCKED"], r#"{"status": "lapsed", "reason": "coverage_lapsed"}"#),
    (&["REVEAL_CONSENT_REQUIRED", "CREDENTIAL_REVEAL_QUOTE_CHANGED"],
        r#"{"policy_version": "managed-credential-reveal-v1", "price": 150, "consequences": ["Final."]}"#),
    (&["COVERAGE_QUOTE_CHANGED"], r#"{"reactivation_quote": {"credits": 25, "lock_version": 4}}"#),
    (&["EDIT_REQUEST_ALREADY_OPEN"], r#"{"edit_request_id": "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b"}"#),
    (&["ANALYTICS_REFRESH_TOO_SOON", "ANALYTICS_REFRESH_LIMIT"], r#"{"next_refresh_at": "2026-12-01T00:00:00Z"}"#),
    (&["ANALYTICS_PLAN_REQUIRED"], r#"{"plan": "starter", "required_plan": "creator"}"#),
];
