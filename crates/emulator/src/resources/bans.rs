//! Ban reports: the platform took an account away, or says so. How one goes on is played by the clock, in
//! [`super::ban_course`].

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::answer::Answer;
use crate::decisions::SCREENSHOT_LIFE_MS;
use crate::error::ApiError;
use crate::request::{Context, Request};
use crate::resources::analytics::period::moment;
use crate::time;
use crate::workspace::Workspace;

/// Where an appeal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Not yet a ban.
    AppealPending,
    /// The account was kept.
    AppealAccepted,
    /// The ban stands.
    AppealRefused,
    /// The ban stands, and there was nothing to appeal.
    NoAppealBanned,
}

/// How a ban is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Credits are restored.
    Refund,
    /// Another account is made.
    Remake,
    /// Nothing is given.
    NoRemake,
    /// Not decided.
    Pending,
}

/// How a report will go, which the clock plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Course {
    /// Whether the manager appeals.
    pub appeal: bool,
    /// Whether the platform gives the account back on appeal.
    pub appeal_succeeds: bool,
    /// A covered account is remade instead of refunded.
    pub remake: bool,
    /// How long before the report the ban was.
    pub reported_late_by_ms: i64,
}

impl Default for Course {
    /// An appeal in vain, then a refund.
    fn default() -> Self {
        Self {
            appeal: true,
            appeal_succeeds: false,
            remake: false,
            reported_late_by_ms: 0,
        }
    }
}

/// How a validated ban was settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// What was given.
    pub outcome: Outcome,
    /// Why.
    pub reason_code: String,
    /// Credits restored.
    pub refund_credits: i64,
    /// When.
    pub at: i64,
}

/// A ban report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ban {
    /// Id.
    pub id: String,
    /// The account.
    pub account_id: String,
    /// Its handle at the time.
    pub username: String,
    /// Its platform.
    pub platform: String,
    /// The order it came from.
    pub bundle_id: Option<String>,
    /// Where the appeal stands.
    pub status: Status,
    /// When the account was lost.
    pub banned_at: i64,
    /// When it was reported.
    pub reported_at: i64,
    /// When the appeal, or that there is none, was decided.
    pub decided_at: Option<i64>,
    /// How it was settled.
    pub settlement: Option<Settlement>,
    /// Why nothing can be given, as it stood at the time of the ban; nothing if it can.
    pub excluded: Option<String>,
    /// How it goes on.
    pub course: Course,
}

impl Ban {
    /// Whether the account is lost.
    pub const fn is_validated(&self) -> bool {
        matches!(self.status, Status::AppealRefused | Status::NoAppealBanned)
    }

    fn updated_at(&self) -> i64 {
        let settled = self.settlement.as_ref().map(|settlement| settlement.at);
        settled.or(self.decided_at).unwrap_or(self.reported_at)
    }

    fn outcome(&self) -> Option<Outcome> {
        match &self.settlement {
            Some(settlement) => Some(settlement.outcome),
            None => self.is_validated().then_some(Outcome::Pending),
        }
    }

    fn to_json(&self, screenshots: Option<i64>) -> Value {
        let settlement = self.settlement.as_ref();
        let resolution = self.outcome().map(|outcome| {
            json!({
                "resolution": outcome,
                "reason_code": settlement.map(|settlement| settlement.reason_code.as_str()),
                "refund_credits": settlement.map(|settlement| settlement.refund_credits),
                "resolved_at": settlement.map(|settlement| time::timestamp(settlement.at)),
            })
        });
        json!({
            "id": self.id,
            "account_id": self.account_id,
            "username": self.username,
            "platform": self.platform,
            "bundle_id": self.bundle_id,
            "order_id": self.bundle_id,
            "status": self.status,
            "reported_at": time::timestamp(self.reported_at),
            "decided_at": self.decided_at.map(time::timestamp),
            "updated_at": time::timestamp(self.updated_at()),
            "resolution": resolution,
            "screenshots": screenshots.map(|now| vec![self.screenshot(now)]),
        })
    }

    /// A link with an expiry and a signature, to a picture that does not exist.
    fn screenshot(&self, now: i64) -> String {
        let expires = (now + SCREENSHOT_LIFE_MS) / time::SECOND;
        let digest = Sha256::digest(format!("screenshot/{}/{expires}", self.id).as_bytes());
        let signature = data_encoding::HEXLOWER.encode(&digest[..16]);
        format!(
            "https://storage.tokportal.example/ban-reports/{}.png?expires={expires}&signature={signature}",
            self.id
        )
    }

    /// What an event says about the ban.
    pub fn event_data(&self) -> Value {
        json!({
            "ban_id": self.id,
            "bundle_id": self.bundle_id,
            "saved_account_id": self.account_id,
            "account_id": self.account_id,
            "username": self.username,
            "platform": self.platform,
            "reason": "platform_ban",
            "appeal_status": self.status,
            "banned_at": time::timestamp(self.banned_at),
        })
    }
}

/// `GET /account-bans`, the latest report first.
pub fn list(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let since = match request.text("since") {
        Some(text) => Some(moment("since", text)?.start),
        None => None,
    };
    let screenshots =
        (request.query.get("include_screenshots") == Some(&json!(true))).then_some(context.now);
    let wanted = |name: &str, value: Value| {
        request
            .query
            .get(name)
            .is_none_or(|wanted| *wanted == value)
    };
    let account_id = request.text("account_id").map(str::to_ascii_lowercase);
    let mut found: Vec<&Ban> = workspace
        .bans
        .iter()
        .filter(|ban| wanted("status", json!(ban.status)))
        .filter(|ban| wanted("resolution", json!(ban.outcome())))
        .filter(|ban| account_id.as_ref().is_none_or(|id| ban.account_id == *id))
        .filter(|ban| since.is_none_or(|since| ban.updated_at() >= since))
        .collect();
    found.sort_by_key(|ban| std::cmp::Reverse(ban.reported_at));
    let rows = found
        .into_iter()
        .map(|ban| ban.to_json(screenshots))
        .collect();
    Ok(Answer::page(rows, request))
}
