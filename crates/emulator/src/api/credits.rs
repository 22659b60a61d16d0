//! `/credits`: the balance with what expires, and the history.

use serde_json::json;

use crate::answer::Answer;
use crate::call::{Call, Reply};
use crate::ledger::{self, Ledger};
use crate::time::{DAY, Time};
use crate::workspace::Workspace;

/// `GET /credits/balance`.
pub(crate) fn balance(workspace: &mut Workspace, _: &Call) -> Reply {
    let ledger = workspace.part::<Ledger>();
    let lots = ledger.lots.iter();
    let expiring: Vec<_> = lots.filter(|lot| lot.expires_at.is_some()).collect();
    let week = Some(workspace.now + 7 * DAY);
    let soon = expiring.iter().filter(|lot| lot.expires_at <= week);
    Ok(Answer::data(json!({
        "total_credits": ledger::balance(workspace),
        "expiring_within_7_days": soon.map(|lot| lot.amount).sum::<i64>(),
        "upcoming_expirations": expiring,
        "last_updated": ledger.transactions.last().map(|last| last.created_at),
    })))
}

/// `GET /credits/history`, the newest first.
pub(crate) fn history(workspace: &mut Workspace, call: &Call) -> Reply {
    let date = |name| call.text(name).and_then(Time::of_date);
    let from = date("date_from").unwrap_or_default();
    let end = date("date_to").map_or(Time(i64::MAX), |last| last + DAY);
    let ledger = workspace.part::<Ledger>();
    let rows = ledger.transactions.iter().rev();
    let rows = rows.filter(|row| (from..end).contains(&row.created_at));
    Ok(call.page(rows.map(|row| json!(row))))
}
