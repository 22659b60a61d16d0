//! Work on a delivered account needs its Coverage, which renews first where its period has ended.

use serde_json::{Value, json};

use super::account::{Account, emit};
use super::coverage::Status;
use crate::error::{ApiError, Code};
use crate::ledger::{self, Cost};
use crate::time::Time;
use crate::workspace::Workspace;

/// Starts work, on a delivered account if there is one yet: charges for it and for a renewal of Coverage that is due.
pub(crate) fn charge(
    workspace: &mut Workspace,
    account_id: Option<&str>,
    cost: Cost,
    description: &str,
) -> Result<Option<Cost>, ApiError> {
    let cost = match account_id {
        Some(id) => renew(workspace, id, cost, workspace.now)?,
        None => cost,
    };
    match cost.total() {
        0 => Ok(None),
        _ => ledger::charge(workspace, cost, description).map(Some),
    }
}

/// Renews Coverage if work at a time needs that, and adds its price to a cost, which the caller charges.
pub(crate) fn renew(
    workspace: &mut Workspace,
    id: &str,
    cost: Cost,
    at: Time,
) -> Result<Cost, ApiError> {
    let credits = renewal(workspace, id, at)?;
    match &mut workspace.find_mut::<Account>(id)?.coverage {
        Some(coverage) if credits > 0 => coverage.renew(at),
        _ => return Ok(cost),
    }
    let more = json!({ "credits_charged": credits });
    emit(workspace, id, "subscription.renewed", more);
    Ok(cost.plus("coverage_renewal", credits))
}

/// Whether free work on an account may start at a time.
pub(crate) fn admits(workspace: &Workspace, id: &str, at: Time) -> bool {
    renewal(workspace, id, at).is_ok()
}

/// Starts free work that is due at a time, and says whether it may start.
pub(crate) fn admit(workspace: &mut Workspace, id: &str, at: Time) -> bool {
    let cost = renew(workspace, id, Cost::default(), at);
    cost.is_ok_and(|cost| ledger::charge(workspace, cost, "Coverage renewed").is_ok())
}

/// Credits for the renewal that work at a time needs; the refusal if it may not start.
pub(crate) fn renewal(workspace: &Workspace, id: &str, at: Time) -> Result<i64, ApiError> {
    let account = &workspace.find(id)?;
    if let Some(reason) = blocked(account, at) {
        return Err(task_blocked(account, reason, at));
    }
    let coverage = account.coverage.as_ref();
    let credits = coverage.map_or(0, |record| record.unpaid_periods(at) * record.rate);
    let available = ledger::balance(workspace);
    if credits > available {
        return Err(task_blocked(account, "renewal_not_paid", at).short_of(credits, available));
    }
    Ok(credits)
}

/// Why no work may start on an account, if none may.
pub(crate) fn blocked(account: &Account, now: Time) -> Option<&'static str> {
    let coverage = account.coverage.as_ref();
    match coverage.map(|coverage| coverage.status(now)) {
        _ if account.banned_at.is_some() => Some("account_banned"),
        Some(_) if account.revealed_at.is_some() => Some("credentials_revealed"),
        Some(Status::Lapsed) => Some("coverage_lapsed"),
        Some(Status::Cancelled) => Some("coverage_cancelled"),
        Some(Status::Ended) => Some("coverage_ended"),
        Some(Status::Included | Status::Active) | None => None,
    }
}

pub(crate) fn task_blocked(account: &Account, reason: &str, now: Time) -> ApiError {
    let message = "No work can start on this account now. Its managed subscription says why.";
    ApiError::new(Code::ManagedAccountTaskBlocked, message)
        .with("account_id", account.id.as_str())
        .with("status", status_name(account, now))
        .with("reason", reason)
}

/// The status that counts.
pub(crate) fn status_name(account: &Account, now: Time) -> Value {
    match &account.coverage {
        Some(coverage) => json!(coverage.status(now)),
        None => json!("grandfathered"),
    }
}

/// Ends all work on an account for good and drops an open edit without a refund.
pub(super) fn end(workspace: &mut Workspace, id: &str) {
    let now = workspace.now;
    if let Ok(account) = workspace.find_mut::<Account>(id) {
        account.updated_at = now;
        account.open_edit = None;
    }
    stop(workspace, id, Status::Ended, "subscription.ended");
}

/// Turns Coverage off, unless it is off that way or over for good, and emits an event about that.
pub(crate) fn stop(workspace: &mut Workspace, id: &str, status: Status, event: &str) {
    let now = workspace.now;
    if let Ok(account) = workspace.find_mut::<Account>(id)
        && let Some(coverage) = &mut account.coverage
        && coverage.recorded != status
        && coverage.recorded != Status::Ended
    {
        coverage.change(status, Some(now));
        emit(workspace, id, event, json!({}));
    }
}
