//! Work on a delivered account needs its Coverage, which renews first where that is due. Handlers that start work call
//! [`admit`], [`charge`] or [`with_renewal`], what the clock starts calls [`admit_due`].

use crate::answer::Answer;
use crate::error::{ApiError, Code};
use crate::request::Context;
use crate::resources::coverage::{self, Status};
use crate::resources::credits::{Charge, Cost};
use crate::resources::saved_accounts::SavedAccount;
use crate::workspace::Workspace;

/// Lets work start that costs nothing itself. Without a delivered account there is nothing to renew.
pub(super) fn admit(
    workspace: &mut Workspace,
    context: &Context,
    account_id: Option<&str>,
) -> Result<Option<Charge>, ApiError> {
    charge(
        workspace,
        context,
        account_id,
        Cost::order(),
        "Coverage renewed",
    )
}

/// Lets work start that costs something, and charges both together.
///
/// # Errors
/// `MANAGED_ACCOUNT_TASK_BLOCKED`, also where the credits do not cover the renewal; `INSUFFICIENT_CREDITS` where they
/// do not cover both.
pub(super) fn charge(
    workspace: &mut Workspace,
    context: &Context,
    account_id: Option<&str>,
    cost: Cost,
    description: &str,
) -> Result<Option<Charge>, ApiError> {
    let cost = match account_id {
        Some(id) => with_renewal(workspace, id, cost, context.now)?,
        None => cost,
    };
    if cost.total() == 0 {
        return Ok(None);
    }
    workspace.charge(context, cost, description).map(Some)
}

/// Why no work may start on an account, if none may: a word for `details.reason`.
pub(super) fn blocked(account: &SavedAccount, now: i64) -> Option<&'static str> {
    if account.banned_at.is_some() {
        return Some("account_banned");
    }
    if account.is_detached() {
        return Some("credentials_revealed");
    }
    match account
        .coverage
        .as_ref()
        .map(|coverage| coverage.status(now))
    {
        None | Some(Status::Included | Status::Active) => None,
        Some(Status::Lapsed) => Some("coverage_lapsed"),
        Some(Status::Cancelled) => Some("coverage_cancelled"),
        Some(Status::Ended) => Some("coverage_ended"),
    }
}

/// Lets work start on a delivered account. Where its period has ended, Coverage renews first, and the price of that is
/// added to what the caller is going to charge (or fails to, and then nothing is kept).
///
/// # Errors
/// `MANAGED_ACCOUNT_TASK_BLOCKED` with `account_id`, `status` and `reason`; also where the credits do not cover the
/// renewal itself, with `required`, `available` and `missing`.
pub(super) fn with_renewal(
    workspace: &mut Workspace,
    account_id: &str,
    cost: Cost,
    now: i64,
) -> Result<Cost, ApiError> {
    let available = workspace.credits.balance();
    let account = workspace.account(account_id)?;
    if let Some(reason) = blocked(account, now) {
        return Err(task_blocked(account, reason, now));
    }
    let Some(coverage) = account
        .coverage
        .as_mut()
        .filter(|coverage| coverage.period_expired(now))
    else {
        return Ok(cost);
    };
    let credits = coverage.unpaid_periods(now) * coverage.rate;
    if credits > available {
        return Err(task_blocked(account, "renewal_not_paid", now)
            .with("required", credits)
            .with("available", available)
            .with("missing", credits - available));
    }
    coverage.renew(now);
    let id = account.id.clone();
    coverage::emit_change(workspace, &id, "subscription.renewed", credits, now);
    Ok(cost.plus("coverage_renewal", credits))
}

/// Lets work start that the clock does for a manager at `now`, renewing Coverage if that is due; says whether it may.
/// Where the credits do not cover the renewal nothing starts, and nothing changes.
pub(super) fn admit_due(workspace: &mut Workspace, account_id: &str, now: i64) -> bool {
    let Ok(cost) = with_renewal(workspace, account_id, Cost::default(), now) else {
        return false;
    };
    if cost.total() == 0 {
        return true;
    }
    let id = workspace.ids.next(&workspace.id.clone());
    workspace
        .credits
        .charge(id, now, cost, "Coverage renewed")
        .is_ok()
}

/// The refusal of work.
pub(super) fn task_blocked(account: &SavedAccount, reason: &str, now: i64) -> ApiError {
    ApiError::new(
        Code::ManagedAccountTaskBlocked,
        "No work can start on this account now; the account's managed subscription says what would help.",
    )
    .with("account_id", account.id.as_str())
    .with("status", coverage::status_name(account, now))
    .with("reason", reason)
}

/// Says in the answer what the call cost, if it did.
pub(super) fn charged(answer: Answer, charge: Option<Charge>) -> Answer {
    match charge {
        Some(charge) => answer.charged(charge),
        None => answer,
    }
}
