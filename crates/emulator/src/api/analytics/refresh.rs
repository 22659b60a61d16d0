//! When figures are collected: every day while TokPortal holds the account and Coverage is on, and after a refresh.

use std::collections::BTreeMap;
use std::iter::successors;

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::answer::Answer;
use crate::api::accounts::account::Account;
use crate::api::accounts::work;
use crate::call::{Call, Reply};
use crate::error::{ApiError, Code};
use crate::time::{DAY, HOUR, MINUTE, Time};
use crate::workspace::{Workspace, part};

/// When on each day figures are collected, from midnight UTC.
const DAILY_AT: i64 = 6 * HOUR;
/// How long a refresh takes.
pub(super) const TAKES: i64 = 2 * MINUTE;
/// Pause between two refreshes of an account.
pub(super) const PAUSE: i64 = 48 * HOUR;
const REFRESHES_A_MONTH: u32 = 500;

/// How many refreshes were accepted in a month, by its start.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Refreshes(BTreeMap<Time, u32>);

part!(Refreshes, "refreshes");

/// The moments until `until` at which figures were collected, the latest first.
pub(super) fn collections(account: &Account, until: Time) -> impl Iterator<Item = Time> + use<> {
    // The reveal, the ban or the end of Coverage stops it.
    let coverage = account.coverage.as_ref();
    let uncovered = coverage.and_then(|coverage| coverage.stopped_by(until));
    let stops = [account.revealed_at, account.banned_at, uncovered];
    let until = stops.into_iter().flatten().fold(until, Time::min);
    // A new account waits for a day.
    let first = account.created_at + DAY;
    let daily = move |until: Time| {
        let last = (until - DAILY_AT).midnight() + DAILY_AT;
        successors(Some(last), |at| Some(*at - DAY)).take_while(move |at| *at >= first)
    };
    let refreshed = account.refreshed_at.map(|at| at + TAKES);
    let refreshed = refreshed.filter(|at| *at <= until);
    let later = daily(until).take_while(move |at| Some(*at) > refreshed);
    let earlier = refreshed.into_iter().flat_map(move |at| daily(at - 1));
    later.chain(refreshed).chain(earlier)
}

/// `GET /accounts/{id}/analytics/can-refresh`.
pub(crate) fn can_refresh(workspace: &mut Workspace, call: &Call) -> Reply {
    let account = workspace.find::<Account>(call.id())?;
    let refusal = check(workspace, &account, false).err();
    let detail = |name| refusal.as_ref().and_then(|error| error.details.get(name));
    let code = refusal.as_ref().map(|error| json!(error.code.as_str()));
    Ok(Answer::data(json!({
        "can_refresh": refusal.is_none(), "reason": detail("reason").or(code.as_ref()),
        "next_refresh_at": detail("next_refresh_at"),
    })))
}

/// `POST /accounts/{id}/analytics/refresh`. Posts are always collected with their account.
pub(crate) fn refresh(workspace: &mut Workspace, call: &Call) -> Reply {
    let wants = |wish: &str| call.body[wish] == true;
    let now = workspace.now;
    let account = workspace.find::<Account>(call.id())?;
    check(workspace, &account, wants("force"))?;
    let Refreshes(refreshes) = workspace.part_mut();
    *refreshes.entry(month(now)).or_default() += 1;
    let account = workspace.find_mut::<Account>(call.id())?;
    account.refreshed_at = Some(now);
    if wants("includeComments") {
        account.comments_at = Some(now);
    }
    Ok(Answer::data(json!({
        "account_id": account.id, "status": "queued",
        "message": "The figures are being collected and will be there in a few minutes.",
    })))
}

/// Refuses a refresh that is not possible now. Details say when it is again.
fn check(workspace: &Workspace, account: &Account, force: bool) -> Result<(), ApiError> {
    let now = workspace.now;
    let blocked = match work::blocked(account, now) {
        None if account.revealed_at.is_some() => Some("credentials_revealed"),
        None if account.detected_ban => Some("account_banned"),
        reason => reason,
    };
    if let Some(reason) = blocked {
        return Err(work::task_blocked(account, reason, now));
    }
    let free_at = account.refreshed_at.map_or(now, |at| at + PAUSE);
    let used = workspace.part::<Refreshes>().0.get(&month(now)).copied();
    let (code, next) = match used >= Some(REFRESHES_A_MONTH) {
        true => (Code::AnalyticsRefreshLimit, month(month(now) + 31 * DAY)),
        false if force || free_at <= now => return Ok(()),
        false => (Code::AnalyticsRefreshTooSoon, free_at),
    };
    let error = ApiError::new(code, code.meaning()).with("next_refresh_at", next.text());
    Err(match code {
        Code::AnalyticsRefreshLimit => error.with("limit", REFRESHES_A_MONTH),
        _ => error,
    })
}

/// The start of the month of a moment.
fn month(at: Time) -> Time {
    let month: String = at.date().chars().take(7).collect();
    Time::of_date(&format!("{month}-01")).unwrap_or(at)
}
