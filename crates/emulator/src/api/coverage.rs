//! `/accounts/{id}/managed-subscription`: reading Coverage, turning it on by a quote, pausing it.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::accounts::account::{Account, emit};
use super::accounts::coverage::{Coverage, Status};
use super::accounts::work;
use super::orders;
use crate::answer::Answer;
use crate::call::{Call, Reply};
use crate::error::{ApiError, Code};
use crate::ledger::{self, Cost};
use crate::time::Time;
use crate::workspace::Workspace;

/// What turning Coverage on costs. A request repeats the quote that its sender saw.
#[derive(PartialEq, Serialize, Deserialize)]
struct Quote {
    #[serde(alias = "expected_credits")]
    credits: i64,
    #[serde(alias = "expected_current_period_end")]
    current_period_end: Time,
    #[serde(alias = "expected_lock_version")]
    lock_version: i64,
}

impl Quote {
    /// The present quote; none where Coverage is on, over for good, or of no use.
    fn of(account: &Account, now: Time) -> Option<Self> {
        let coverage = account.coverage.as_ref()?;
        let is_off = coverage.recorded == Status::Cancelled || coverage.period_expired(now);
        let is_over = coverage.recorded == Status::Ended || account.banned_at.is_some();
        (is_off && !is_over).then(|| Self {
            credits: coverage.unpaid_periods(now) * coverage.rate,
            current_period_end: coverage.period_end,
            lock_version: coverage.lock_version,
        })
    }
}

/// `GET /accounts/{id}/managed-subscription`. An account from before the pricing cutoff has no record.
pub(crate) fn get(workspace: &mut Workspace, call: &Call) -> Reply {
    let (account, now) = (workspace.find::<Account>(call.id())?, call.now);
    let coverage = account.coverage.as_ref();
    let mut shown = json!(coverage);
    shown["status"] = work::status_name(&account, now);
    shown["period_expired"] = json!(coverage.is_some_and(|record| record.period_expired(now)));
    shown["unpaid_periods"] = json!(coverage.map(|record| record.unpaid_periods(now)));
    shown["task_access"] = json!(work::blocked(&account, now).is_none());
    shown["reactivation_quote"] = json!(Quote::of(&account, now));
    Ok(Answer::data(shown))
}

/// `POST /accounts/{id}/managed-subscription/reactivate`.
pub(crate) fn reactivate(workspace: &mut Workspace, call: &Call) -> Reply {
    let expected: Quote = call.body()?;
    record(workspace, call)?;
    let account = workspace.find::<Account>(call.id())?;
    let Some(quote) = Quote::of(&account, call.now) else {
        let message = "Coverage is on, or over for good.";
        let error = ApiError::new(Code::CoverageInvalidStatus, message);
        return Err(error.with("current_status", work::status_name(&account, call.now)));
    };
    if expected != quote {
        let error = ApiError::new(Code::CoverageQuoteChanged, "The quote is outdated.");
        return Err(error.with("reactivation_quote", json!(quote)));
    }
    let cost = Cost::default().plus("coverage", quote.credits);
    let cost = ledger::charge(workspace, cost, "Coverage reactivated")?;
    record(workspace, call)?.renew(call.now);
    orders::redate(workspace, &account.id);
    let more = json!({ "credits_charged": quote.credits });
    emit(workspace, call.id(), "subscription.reactivated", more);
    Ok(get(workspace, call)?.costing(cost))
}

/// `POST /accounts/{id}/managed-subscription/cancel`. Where nothing is to pause, nothing changes.
pub(crate) fn cancel(workspace: &mut Workspace, call: &Call) -> Reply {
    if let Status::Included | Status::Active = record(workspace, call)?.status(call.now) {
        let (id, status) = (call.id(), Status::Cancelled);
        work::stop(workspace, id, status, "subscription.cancelled");
    }
    get(workspace, call)
}

fn record<'a>(workspace: &'a mut Workspace, call: &Call) -> Result<&'a mut Coverage, ApiError> {
    let message = "This account has no managed subscription; it needs none.";
    let missing = || ApiError::new(Code::CoverageNotFound, message);
    let account = workspace.find_mut::<Account>(call.id())?;
    account.coverage.as_mut().ok_or_else(missing)
}
