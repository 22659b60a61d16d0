//! Errors on demand: any code of the API with the status, the headers and the details that it comes with.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::answer::Answer;
use crate::decisions::{
    ANALYTICS_REFRESHES_A_MONTH, REVEAL_CONSEQUENCES, REVEAL_POLICY, VIDEOS_PER_DAY,
};
use crate::error::{Code, envelope};

/// Codes of publishing and unpublishing that older descriptions name: code, status, meaning. The emulator's rules answer
/// the newer ones.
const EARLIER: [(&str, u16, &str); 3] = [
    (
        "account_not_configured",
        400,
        "The profile is not configured.",
    ),
    ("no_videos_configured", 400, "No video is configured."),
    ("invalid_status", 409, "Not possible in the bundle's state."),
];

/// Longest code and longest message of a fault.
const CODE_MAX: usize = 100;
const MESSAGE_MAX: usize = 1_000;

/// An error as it goes out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Refusal {
    code: String,
    status: u16,
    message: String,
    details: Map<String, Value>,
}

impl Refusal {
    /// The error with a code; what is left out comes from the code. Otherwise what is wrong with the wish.
    pub(super) fn of(
        code: String,
        status: Option<u16>,
        message: Option<String>,
        details: Option<Map<String, Value>>,
    ) -> Result<Self, &'static str> {
        let known = every().find(|known| known.code == code);
        let status = status
            .or(known.as_ref().map(|known| known.status))
            .ok_or("This code is not known (GET /emulator/errors), so it needs a status.")?;
        let fits = (1..=CODE_MAX).contains(&code.len())
            && message.as_ref().is_none_or(|m| m.len() <= MESSAGE_MAX)
            && (400..=599).contains(&status);
        if !fits {
            return Err(
                "code has 1 to 100 characters, message at most 1000, and status is 400 to 599.",
            );
        }
        let base =
            known.unwrap_or_else(|| Self::new(&code, status, "An error that was asked for."));
        Ok(Self {
            code,
            status,
            message: message.unwrap_or(base.message),
            details: details.unwrap_or(base.details),
        })
    }

    fn new(code: &str, status: u16, meaning: &str) -> Self {
        Self {
            code: code.to_owned(),
            status,
            message: meaning.to_owned(),
            details: match details(code) {
                Value::Object(details) => details,
                _ => Map::new(),
            },
        }
    }

    /// The answer; where waiting helps, `Retry-After` says what `details.retry_after_seconds` says.
    pub(super) fn answer(&self) -> Answer {
        let body = envelope(&self.code, &self.message, &self.details);
        let mut answer = Answer::json(self.status, body);
        if let Some(seconds) = self.details.get("retry_after_seconds") {
            answer.headers.push(("retry-after", seconds.to_string()));
        }
        answer
    }
}

/// Every code that is known, as it goes out when nothing else is asked for.
pub(super) fn every() -> impl Iterator<Item = Refusal> {
    let present = Code::ALL
        .iter()
        .map(|code| Refusal::new(code.as_str(), code.status(), code.meaning()));
    let earlier = EARLIER
        .iter()
        .map(|(code, status, meaning)| Refusal::new(code, *status, meaning));
    present.chain(earlier)
}

/// Details of the kind that the rules answer with.
fn details(code: &str) -> Value {
    const ID: &str = "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b";
    let breakdown = json!({ "account_creation": 32, "video_slots": 6, "total": 38 });
    match code {
        "AUTH_INSUFFICIENT_SCOPE" => json!({ "required_scope": "write", "scopes": ["read"] }),
        "RATE_LIMIT_EXCEEDED" | "STATE_BUSY" => json!({ "retry_after_seconds": 1 }),
        "capacity_cooldown" => json!({ "retry_after_seconds": 900 }),
        "VALIDATION_ERROR" | "UNKNOWN_FIELD" => {
            json!({ "fields": [{ "field": "title", "message": "is not accepted" }] })
        }
        "DRY_RUN_ID_IN_LIVE_REQUEST" => json!({ "id": "00000000-0000-4000-8000-000000000001" }),
        "INSUFFICIENT_CREDITS" => {
            json!({ "required": 38, "available": 3, "missing": 35, "breakdown": breakdown })
        }
        "BUNDLE_INVALID_STATUS" | "already_accepted" | "invalid_status" => {
            json!({ "current_status": "accepted" })
        }
        "DUPLICATE_ACCOUNT_BUNDLE" => json!({ "existing_bundle_id": ID }),
        "COUNTRY_NOT_ENABLED" => json!({ "country": "ZZ", "enabled_countries": ["FR", "USA"] }),
        "ACCOUNT_INVALID_STATUS" => {
            json!({ "current_status": "finalized", "allowed_statuses": ["in_review"] })
        }
        "ACCOUNT_NOT_CONFIGURED" | "ACCOUNT_MISSING_FIELDS" => {
            json!({ "missing_fields": ["username", "biography"] })
        }
        "INVALID_STATUS_TRANSITION" => {
            json!({ "current_status": "pending", "allowed_statuses": ["configured"] })
        }
        "INVALID_DATE" => json!({ "min_days_ahead": 3, "earliest_allowed": "2026-12-01" }),
        "VIDEOS_PER_DAY_EXCEEDED" => {
            json!({ "date": "2026-12-01", "current_count": VIDEOS_PER_DAY })
        }
        "COMMENT_INVALID_STATUS" => json!({ "current_status": "pending" }),
        "MANAGED_ACCOUNT_TASK_BLOCKED" => {
            json!({ "account_id": ID, "status": "lapsed", "reason": "coverage_lapsed" })
        }
        "REVEAL_CONSENT_REQUIRED" => {
            json!({ "policy_version": REVEAL_POLICY, "price": 150, "consequences": REVEAL_CONSEQUENCES })
        }
        "CREDENTIAL_REVEAL_QUOTE_CHANGED" => {
            json!({ "policy_version": REVEAL_POLICY, "expected_credit_cost": 150 })
        }
        "COVERAGE_INVALID_STATUS" => json!({ "current_status": "active" }),
        "COVERAGE_QUOTE_CHANGED" => json!({ "reactivation_quote": {
            "credits": 25, "current_period_end": "2026-12-01T00:00:00Z", "lock_version": 4,
        } }),
        "EDIT_REQUEST_ALREADY_OPEN" => json!({ "edit_request_id": ID }),
        "ANALYTICS_REFRESH_TOO_SOON" => json!({ "next_refresh_at": "2026-12-01T00:00:00Z" }),
        "ANALYTICS_REFRESH_LIMIT" => json!({
            "next_refresh_at": "2026-12-01T00:00:00Z", "limit": ANALYTICS_REFRESHES_A_MONTH,
        }),
        "ANALYTICS_PLAN_REQUIRED" => json!({ "plan": "starter", "required_plan": "creator" }),
        "ADVANCED_WARMING_TERMS_REJECTED" => json!({ "rejected_terms": ["x"] }),
        "ADVANCED_WARMING_TERMS" => json!({ "purchased_terms_count": 3 }),
        _ => Value::Null,
    }
}
