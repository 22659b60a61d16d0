//! Delivered accounts ("saved accounts"): reading them, and what the clock does to them.

pub(crate) mod account;
pub(crate) mod bans;
pub(crate) mod coverage;
pub(crate) mod edits;
pub(crate) mod reveal;
pub(crate) mod work;

use serde_json::json;

pub(crate) use self::account::{Account, deliver};
use self::coverage::{Coverage, Status};
use super::collections::{Shown, overlay};
use super::reference::listed_code;
use crate::answer::Answer;
use crate::call::{Call, Reply};
use crate::ledger::Cost;
use crate::time::Time;
use crate::workspace::Workspace;

/// `GET /accounts`, the newest first.
pub(crate) fn list(workspace: &mut Workspace, call: &Call) -> Reply {
    let country = call.text("country");
    let listed = country.map(listed_code);
    let accounts = workspace.all::<Account>();
    let rows = accounts.iter().rev().map(|account| {
        // A country is found by its other names, too.
        let named = country.filter(|_| listed.as_ref() == Some(&account.country));
        let mut row = account.show(workspace);
        row["filter"]["country"] = json!(named);
        row
    });
    Ok(call.page(rows))
}

/// `PATCH /accounts/{id}/commenting-profile`: free, but it is work.
pub(crate) fn update_commenting(workspace: &mut Workspace, call: &Call) -> Reply {
    let cost = Cost::default();
    let cost = work::charge(workspace, Some(call.id()), cost, "Coverage renewed")?;
    let account = workspace.find_mut::<Account>(call.id())?;
    account.commenting = overlay(&account.commenting, call)?;
    account.updated_at = call.now;
    Ok(Answer::data(&account.commenting).costing(cost))
}

/// When a lapse of Coverage is recorded or an edit is made next.
pub(crate) fn next_due(workspace: &Workspace) -> Option<Time> {
    let accounts = workspace.all::<Account>();
    let due = |account| [edits::due(workspace, account), lapse_due(account)];
    accounts.iter().flat_map(due).flatten().min()
}

/// Records the lapses and makes the edits that are due now.
pub(crate) fn advance(workspace: &mut Workspace) {
    let now = workspace.now;
    let is_due = |at: Option<Time>| at.is_some_and(|at| at <= now);
    for account in workspace.all::<Account>().iter() {
        let id = &account.id;
        if is_due(lapse_due(account)) {
            work::stop(workspace, id, Status::Lapsed, "subscription.lapsed");
        }
        if is_due(edits::due(workspace, account)) {
            edits::make(workspace, id);
        }
    }
}

fn lapse_due(account: &Account) -> Option<Time> {
    account.coverage.as_ref().and_then(Coverage::lapse_due)
}
