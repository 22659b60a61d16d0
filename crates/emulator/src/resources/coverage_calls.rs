//! `/accounts/{id}/managed-subscription`: reading Coverage, turning it back on by a quote, and pausing it.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::error::{ApiError, Code};
use crate::request::{Context, Request};
use crate::resources::coverage::{self, Coverage, Quote, Status};
use crate::resources::credits::Cost;
use crate::resources::saved_accounts::SavedAccount;
use crate::resources::slots::Step;
use crate::resources::work;
use crate::time::{self, DAY};
use crate::workspace::Workspace;

fn to_json(account: &SavedAccount, now: i64) -> Value {
    let coverage = account.coverage.as_ref();
    json!({
        "status": coverage::status_name(account, now),
        "recorded_status": coverage.map(|coverage| coverage.recorded),
        "period_expired": coverage.is_some_and(|coverage| coverage.period_expired(now)),
        "current_period_end": coverage.map(|coverage| time::timestamp(coverage.period_end)),
        "lock_version": coverage.map(|coverage| coverage.lock_version),
        "rate": coverage.map(|coverage| coverage.rate),
        "unpaid_periods": coverage.map(|coverage| coverage.unpaid_periods(now)),
        "task_access": work::blocked(account, now).is_none(),
        "reactivation_quote": quote(account, now).map(Quote::to_json),
    })
}

/// A quote for an account that could be worked on once Coverage is on.
fn quote(account: &SavedAccount, now: i64) -> Option<Quote> {
    let coverage = account.coverage.as_ref()?;
    let needed = coverage.status(now) == Status::Cancelled || coverage.period_expired(now);
    coverage
        .quote(now)
        .filter(|_| needed && account.banned_at.is_none())
}

/// The record of an account, or the error for one that has none.
fn record(account: &mut SavedAccount) -> Result<&mut Coverage, ApiError> {
    account.coverage.as_mut().ok_or_else(|| {
        ApiError::new(
            Code::CoverageNotFound,
            "This account has no managed subscription; it needs none.",
        )
    })
}

/// `GET /accounts/{id}/managed-subscription`. An account from before the cutoff answers `grandfathered` without a record.
pub fn get(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    workspace
        .account(request.path("id"))
        .map(|account| Answer::ok(to_json(account, context.now)))
}

#[derive(Deserialize)]
struct Expected {
    expected_credits: i64,
    expected_current_period_end: String,
    expected_lock_version: i64,
}

/// `POST /accounts/{id}/managed-subscription/reactivate`: the quote is compared with the record inside the one write, so
/// that of two calls with the same quote only one is paid.
pub fn reactivate(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let expected: Expected = request.body()?;
    let now = context.now;
    let account = workspace.account(request.path("id"))?;
    record(account)?;
    let Some(quote) = quote(account, now) else {
        return Err(ApiError::new(
            Code::CoverageInvalidStatus,
            "Coverage is on already, or over for good. Nothing was charged.",
        )
        .with("current_status", coverage::status_name(account, now)));
    };
    let period_end = time::parse_timestamp(&expected.expected_current_period_end);
    if expected.expected_credits != quote.credits
        || period_end != Some(quote.current_period_end)
        || expected.expected_lock_version != quote.lock_version
    {
        return Err(ApiError::new(
            Code::CoverageQuoteChanged,
            "This is not the present quote. Nothing was charged. Read the managed subscription again.",
        )
        .with("reactivation_quote", quote.to_json()));
    }
    let id = account.id.clone();
    let cost = Cost::default().plus("coverage", quote.credits);
    let charge = workspace.charge(context, cost, "Coverage reactivated")?;
    let coverage = record(workspace.account(&id)?)?;
    coverage.reactivate(now);
    redate(workspace, &id, now);
    coverage::emit_change(
        workspace,
        &id,
        "subscription.reactivated",
        quote.credits,
        now,
    );
    let account = workspace.account(&id)?;
    Ok(Answer::ok(to_json(account, now)).charged(charge))
}

/// `POST /accounts/{id}/managed-subscription/cancel`: a pause. Where there is nothing to pause nothing changes.
pub fn cancel(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let now = context.now;
    let account = workspace.account(request.path("id"))?;
    let coverage = record(account)?;
    if !matches!(coverage.recorded, Status::Cancelled | Status::Ended) {
        coverage.stop(Status::Cancelled, now);
        let id = account.id.clone();
        coverage::emit_change(workspace, &id, "subscription.cancelled", 0, now);
    }
    let account = workspace.account(request.path("id"))?;
    Ok(Answer::ok(to_json(account, now)))
}

/// Moves videos whose days have passed meanwhile: the first one to tomorrow, the others with the same spacing.
fn redate(workspace: &mut Workspace, account_id: &str, now: i64) {
    let tomorrow = now - now.rem_euclid(DAY) + DAY;
    let mut waiting: Vec<_> = workspace
        .bundles
        .iter_mut()
        .filter(|bundle| bundle.saved_account_id.as_deref() == Some(account_id))
        .flat_map(|bundle| &mut bundle.videos)
        .filter(|slot| matches!(slot.status, Step::Published | Step::Accepted))
        .filter_map(|slot| slot.window.as_mut())
        .collect();
    let first = waiting.iter().map(|window| window.start).min();
    if let Some(shift) = first
        .map(|first| tomorrow - first)
        .filter(|shift| *shift > 0)
    {
        for window in &mut waiting {
            window.start += shift;
            window.end += shift;
        }
    }
}
