//! Ban reports: the platform took an account away or seems to have. A seed or a control sets them.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::account::{Account, emit};
use super::work;
use crate::call::{Call, Reply};
use crate::error::{ApiError, Code};
use crate::ids::hash;
use crate::ledger::{self, Prices};
use crate::time::{DAY, SECOND, Time};
use crate::workspace::{Workspace, item};

const RESTORED_CREDITS_LIFE: i64 = 60 * DAY;
const SCREENSHOTS: &str = "https://storage.tokportal.example/ban-reports";

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    #[default]
    AppealPending,
    /// The account was kept.
    AppealAccepted,
    AppealRefused,
    NoAppealBanned,
}

/// What is given for a lost account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    Refund,
    Remake,
    NoRemake,
    #[default]
    Pending,
}

/// How a ban is to stand. Its resolution counts once the account is lost.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Report {
    pub(crate) status: Status,
    pub(crate) resolution: Option<Outcome>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Ban {
    id: String,
    pub(crate) account_id: String,
    username: String,
    platform: String,
    bundle_id: Option<String>,
    status: Status,
    reported_at: Time,
    /// When the appeal was decided, or that there is none.
    decided_at: Option<Time>,
    updated_at: Time,
    /// None until the account is lost.
    resolution: Option<Outcome>,
    refund_credits: i64,
    /// Whether the account had Coverage and was not revealed when it was lost, which compensation needs.
    is_covered: bool,
    resolved_at: Option<Time>,
}

item!(Ban, "bans", "ban report", Code::NotFound);

impl Ban {
    /// Whether the account is lost.
    fn is_lost(&self) -> bool {
        matches!(self.status, Status::AppealRefused | Status::NoAppealBanned)
    }
}

/// `GET /account-bans`, the latest change first.
pub(crate) fn list(workspace: &mut Workspace, call: &Call) -> Reply {
    let since = call.text("since").unwrap_or("1970-01-01");
    let since = Time::of_date(since).or_else(|| Time::parse(since));
    let invalid = || ApiError::field("since", "must be a date or an RFC 3339 time");
    let (since, bans) = (since.ok_or_else(invalid)?, workspace.all::<Ban>());
    let with_screenshots = call.flag("include_screenshots") == Some(true);
    let bans = bans.iter().rev().filter(|ban| ban.updated_at >= since);
    let expires = (call.now + 7 * DAY).0 / SECOND;
    Ok(call.page(bans.map(|ban| {
        let (id, signature) = (&ban.id, hash(&ban.id));
        let screenshot = format!("{SCREENSHOTS}/{id}.png?expires={expires}&signature={signature}");
        let mut row = json!(ban);
        row["order_id"] = json!(ban.bundle_id);
        row["screenshots"] = json!(with_screenshots.then_some([screenshot]));
        row["filter"]["resolution"] = json!(ban.resolution);
        // The object of this name has members of the report.
        row["resolution"] = json!(ban.resolution.map(|_| ban));
        row
    })))
}

/// Reports a ban of an account or moves its open report on. A lost account stays lost.
pub(crate) fn report(workspace: &mut Workspace, account_id: &str, wanted: &Report) {
    let now = workspace.now;
    let Ok(account) = workspace.find::<Account>(account_id) else {
        return;
    };
    let covered = account.coverage.is_some() && work::blocked(&account, now).is_none();
    let is_open = |ban: &&Ban| ban.account_id == account.id && ban.status != Status::AppealAccepted;
    let open = workspace.all::<Ban>().iter().find(is_open).cloned();
    let is_new = open.is_none();
    let mut ban = open.unwrap_or_else(|| Ban {
        id: workspace.new_id(),
        account_id: account.id,
        username: account.username,
        platform: account.platform,
        bundle_id: account.bundle_id,
        reported_at: now,
        ..Ban::default()
    });
    let was_lost = ban.is_lost();
    if !was_lost && wanted.status != Status::AppealPending {
        ban.status = wanted.status;
        ban.decided_at = Some(now);
    }
    ban.updated_at = now;
    if let Ok(account) = workspace.find_mut::<Account>(account_id) {
        account.detected_ban = ban.status != Status::AppealAccepted;
        account.banned_at = ban.decided_at.filter(|_| ban.is_lost());
    }
    let data = json!({
        "reason": "platform_ban", "appeal_status": ban.status, "banned_at": ban.reported_at,
    });
    if is_new && ban.status == Status::AppealPending {
        emit(workspace, account_id, "account.ban_appeal.submitted", data);
    } else if ban.is_lost() && !was_lost {
        emit(workspace, account_id, "account.banned", data);
        ban.is_covered = covered;
        work::end(workspace, account_id);
    }
    let outcome = wanted.resolution.or(ban.resolution).unwrap_or_default();
    if ban.is_lost() && ban.resolution != Some(outcome) && ban.refund_credits == 0 {
        ban.resolution = Some(outcome);
        ban.resolved_at = Some(now).filter(|_| outcome != Outcome::Pending);
        if outcome == Outcome::Refund && ban.is_covered {
            ban.refund_credits = refund(workspace, account_id);
        }
    }
    let bans = workspace.all_mut::<Ban>();
    bans.retain(|other| other.id != ban.id);
    bans.push(ban);
}

/// Pays the price of a lost account back and returns it.
fn refund(workspace: &mut Workspace, account_id: &str) -> i64 {
    let amount = workspace.part::<Prices>().account_creation;
    let expires_at = workspace.now + RESTORED_CREDITS_LIFE;
    ledger::grant(workspace, amount, Some(expires_at), "Ban compensation");
    let more = json!({ "amount": amount, "reason": "ban", "expires_at": expires_at });
    emit(workspace, account_id, "credits.restored", more);
    amount
}
