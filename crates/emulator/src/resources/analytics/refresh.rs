//! When figures are collected: every day by itself while the account is in TokPortal's hands and covered, and on request.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::v2;
use crate::answer::Answer;
use crate::decisions::{
    ANALYTICS_DAILY_AT_MS, ANALYTICS_FIRST_AFTER_MS, ANALYTICS_REFRESH_PAUSE_MS,
    ANALYTICS_REFRESH_TAKES_MS, ANALYTICS_REFRESHES_A_MONTH,
};
use crate::error::{ApiError, Code};
use crate::request::{Context, Request};
use crate::resources::saved_accounts::SavedAccount;
use crate::resources::work;
use crate::time::{self, DAY};
use crate::workspace::Workspace;

/// What was asked for an account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Collection {
    /// When a refresh was accepted last.
    pub refreshed_at: Option<i64>,
    /// When comments were asked for last.
    pub comments_at: Option<i64>,
}

/// Why a refresh is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    /// The account is not to be worked on: a word for why.
    Blocked(&'static str),
    /// The last refresh was less than 48 hours ago.
    TooSoon(i64),
    /// The month's refreshes are used up until then.
    MonthUsedUp(i64),
}

impl Refusal {
    const fn reason(self) -> &'static str {
        match self {
            Self::Blocked(reason) => reason,
            Self::TooSoon(_) => "refreshed_recently",
            Self::MonthUsedUp(_) => "monthly_limit_reached",
        }
    }

    const fn next(self) -> Option<i64> {
        match self {
            Self::Blocked(_) => None,
            Self::TooSoon(at) | Self::MonthUsedUp(at) => Some(at),
        }
    }
}

/// When the figures of an account were collected last.
pub fn collected_at(account: &SavedAccount, now: i64) -> Option<i64> {
    let last = stopped_at(account, now).unwrap_or(now).min(now);
    let daily = Some(last_daily(last)).filter(|at| *at >= first_daily(account));
    let refreshed = account
        .collection
        .refreshed_at
        .map(|at| at + ANALYTICS_REFRESH_TAKES_MS)
        .filter(|at| *at <= now);
    daily.max(refreshed)
}

/// The moments at which figures were collected until `until`, the latest first.
pub fn collections(account: &SavedAccount, until: i64) -> impl Iterator<Item = i64> {
    let first = first_daily(account);
    let refreshed = account
        .collection
        .refreshed_at
        .map(|at| at + ANALYTICS_REFRESH_TAKES_MS)
        .filter(|at| *at <= until);
    let mut at = last_daily(until);
    let mut extra = refreshed;
    std::iter::from_fn(move || {
        if let Some(moment) = extra.filter(|moment| *moment >= at || at < first) {
            extra = None;
            return Some(moment);
        }
        let moment = at;
        at -= DAY;
        (moment >= first).then_some(moment)
    })
}

fn first_daily(account: &SavedAccount) -> i64 {
    account.created_at + ANALYTICS_FIRST_AFTER_MS
}

/// The daily collection at or before a moment.
fn last_daily(moment: i64) -> i64 {
    moment - (moment - ANALYTICS_DAILY_AT_MS).rem_euclid(DAY)
}

/// When collecting stopped, if it did: at the reveal, the ban, or the end of Coverage.
fn stopped_at(account: &SavedAccount, now: i64) -> Option<i64> {
    let uncovered = account
        .coverage
        .as_ref()
        .and_then(|coverage| coverage.stopped_by(now));
    [
        account.revealed.as_ref().map(|reveal| reveal.at),
        account.banned_at,
        uncovered,
    ]
    .into_iter()
    .flatten()
    .min()
}

/// Whether a refresh would be accepted; `force` passes over the pause, and nothing else.
fn check(
    workspace: &Workspace,
    account: &SavedAccount,
    now: i64,
    force: bool,
) -> Result<(), Refusal> {
    if account.revealed.is_some() {
        return Err(Refusal::Blocked("credentials_revealed"));
    }
    if account.is_banned() {
        return Err(Refusal::Blocked("account_banned"));
    }
    if let Some(reason) = work::blocked(account, now) {
        return Err(Refusal::Blocked(reason));
    }
    let usage = &workspace.analytics;
    if usage.month == month(now) && usage.refreshes >= ANALYTICS_REFRESHES_A_MONTH {
        return Err(Refusal::MonthUsedUp(next_month(now)));
    }
    let free_at = account
        .collection
        .refreshed_at
        .map(|at| at + ANALYTICS_REFRESH_PAUSE_MS);
    match free_at.filter(|at| !force && *at > now) {
        Some(at) => Err(Refusal::TooSoon(at)),
        None => Ok(()),
    }
}

/// `GET /accounts/{id}/analytics/can-refresh`.
pub fn can_refresh(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let account = workspace.account(request.path("id"))?.clone();
    let refusal = check(workspace, &account, context.now, false).err();
    Ok(Answer::ok(json!({
        "can_refresh": refusal.is_none(),
        "reason": refusal.map(Refusal::reason),
        "next_refresh_at": refusal.and_then(Refusal::next).map(time::timestamp),
    })))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Wishes {
    force: bool,
    include_comments: bool,
}

/// `POST /accounts/{id}/analytics/refresh`. Posts are always collected with the account, so only the wishes for comments
/// and for force make a difference here.
pub fn refresh(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    accept(workspace, request, context).map(Answer::ok)
}

/// `POST /analytics/accounts/{id}/refresh`: the same.
pub fn refresh_v2(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    accept(workspace, request, context).map(|data| v2(Answer::ok(data)))
}

fn accept(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Value, ApiError> {
    let wishes: Wishes = request.body()?;
    let now = context.now;
    let account = workspace.account(request.path("id"))?.clone();
    if let Err(refusal) = check(workspace, &account, now, wishes.force) {
        return Err(refuse(&account, refusal, now));
    }
    let usage = &mut workspace.analytics;
    if usage.month != month(now) {
        usage.month = month(now);
        usage.refreshes = 0;
    }
    usage.refreshes += 1;
    let collection = &mut workspace.account(&account.id)?.collection;
    collection.refreshed_at = Some(now);
    if wishes.include_comments {
        collection.comments_at = Some(now);
    }
    Ok(json!({
        "account_id": account.id,
        "status": "queued",
        "message": "The figures are being collected and will be there in a few minutes.",
    }))
}

fn refuse(account: &SavedAccount, refusal: Refusal, now: i64) -> ApiError {
    let error = match refusal {
        Refusal::Blocked(reason) => return work::task_blocked(account, reason, now),
        Refusal::TooSoon(_) => ApiError::new(
            Code::AnalyticsRefreshTooSoon,
            "This account was refreshed less than 48 hours ago.",
        ),
        Refusal::MonthUsedUp(_) => ApiError::new(
            Code::AnalyticsRefreshLimit,
            "The refreshes of this month are used up.",
        )
        .with("limit", ANALYTICS_REFRESHES_A_MONTH),
    };
    match refusal.next() {
        Some(at) => error.with("next_refresh_at", time::timestamp(at)),
        None => error,
    }
}

/// `2026-11`.
fn month(now: i64) -> String {
    time::date(now).chars().take(7).collect()
}

fn next_month(now: i64) -> i64 {
    let this = month(now);
    let midnight = now - now.rem_euclid(DAY);
    (1..=31)
        .map(|days| midnight + days * DAY)
        .find(|at| month(*at) != this)
        .unwrap_or(midnight + 31 * DAY)
}
