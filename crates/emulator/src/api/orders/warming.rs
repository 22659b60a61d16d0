//! Warming runs: terms that a manager works through on an account in three days. The time says how far it is.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::bundle::Bundle;
use super::show::merged;
use super::terms::{name_targets, texts, unfit};
use crate::answer::Answer;
use crate::api::accounts::{Account, work};
use crate::api::collections::Shown;
use crate::api::webhooks::outbox;
use crate::call::{Call, Reply};
use crate::error::{Code, check, deny};
use crate::ledger::{Cost, Prices};
use crate::time::{DAY, Time};
use crate::workspace::{Workspace, item};

const RUN_TAKES: i64 = 3 * DAY;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) saved_account_id: String,
    /// The order it came with; none if it was bought later.
    pub(crate) bundle_id: Option<String>,
    pub(crate) terms_total: i64,
    pub(crate) started_at: Time,
}

item!(
    Session,
    "warming_sessions",
    "warming session",
    Code::WarmingSessionNotFound
);

impl Shown for Session {
    fn show(&self, workspace: &Workspace) -> Value {
        let age = workspace.now - self.started_at;
        let verified = (age * self.terms_total / RUN_TAKES).clamp(0, self.terms_total);
        let completed_at = (age >= RUN_TAKES).then_some(self.started_at + RUN_TAKES);
        let status = completed_at.map_or("in_progress", |_| "completed");
        let derived = json!({
            "session_id": self.id, "status": status, "terms_verified": verified,
            "terms_configured": true, "completed_at": completed_at,
        });
        merged(json!(self), derived)
    }
}

/// `advanced_warming` of an order's account: how far it is, or nothing if none was bought.
pub(super) fn progress(workspace: &Workspace, bundle: &Bundle) -> Option<Value> {
    let targets = bundle.warming.as_ref()?;
    let (sessions, id) = (workspace.all::<Session>(), Some(&bundle.id));
    let run = sessions.iter().find(|run| run.bundle_id.as_ref() == id);
    let is_named = targets.terms.is_some();
    let waiting = json!({
        "status": if is_named { "scheduled" } else { "pending_terms" },
        "terms_total": targets.count, "terms_verified": 0, "terms_configured": is_named,
    });
    Some(run.map_or(waiting, |run| run.show(workspace)))
}

pub(crate) fn configure_terms(workspace: &mut Workspace, call: &Call) -> Reply {
    let mut bundle = workspace.find::<Bundle>(call.id())?;
    name_targets(&mut bundle, texts(&call.body["advanced_warming_terms"]))?;
    let cost = bundle.admit(workspace)?;
    start_run(workspace, &bundle);
    workspace.put(&bundle)?;
    Ok(Answer::data(progress(workspace, &bundle)).costing(cost))
}

/// Starts the run of an order whose account is there and whose targets have names.
pub(super) fn start_run(workspace: &mut Workspace, bundle: &Bundle) {
    if let (Some(targets), Some(account)) = (&bundle.warming, &bundle.saved_account_id)
        && targets.terms.is_some()
    {
        start(workspace, account, Some(&bundle.id), targets.count);
    }
}

/// Starts a run and answers how it is shown.
fn start(workspace: &mut Workspace, owner: &str, bundle: Option<&str>, terms: i64) -> Value {
    let session = Session {
        id: workspace.new_id(),
        saved_account_id: owner.to_owned(),
        bundle_id: bundle.map(str::to_owned),
        terms_total: terms,
        started_at: workspace.now,
    };
    let shown = session.show(workspace);
    workspace.add(session);
    outbox::emit(workspace, "warming.session_started", shown.clone());
    shown
}

/// `POST /accounts/{id}/rewarm`: another run for a delivered account.
pub(crate) fn rewarm(workspace: &mut Workspace, call: &Call) -> Reply {
    let terms = texts(&call.body["search_terms"]);
    let id = workspace.find::<Account>(call.id())?.id;
    let is_unfit = !terms.len().is_multiple_of(3) || !unfit(&terms).is_empty();
    let message = "have to differ, to have 2 to 50 characters, and to come by threes";
    check(&[(is_unfit, "search_terms", message)])?;
    let is_own = |bundle: &Bundle| bundle.saved_account_id.as_ref() == Some(&id);
    let is_bare = !workspace.all::<Bundle>().iter().any(is_own);
    let is_open = |run: &Session| run.started_at > call.now - RUN_TAKES;
    let is_open = |run: &Session| run.saved_account_id == id && is_open(run);
    let is_busy = workspace.all::<Session>().iter().any(is_open);
    #[rustfmt::skip]
    let rules = [
        (is_bare, Code::RewarmNoActiveOrder, "No order is for this account."),
        (is_busy, Code::RewarmAlreadyActive, "A warming run is going on for this account."),
    ];
    deny(&rules)?;
    let count = terms.len() as i64;
    let price = count * workspace.part::<Prices>().warming_target;
    let cost = Cost::order().plus("advanced_warming", price);
    let cost = work::charge(workspace, Some(&id), cost, "Rewarming ordered")?;
    Ok(Answer::data(start(workspace, &id, None, count)).costing(cost))
}

/// `GET /accounts/{id}/warming-sessions`, the newest first.
pub(crate) fn of_account(workspace: &mut Workspace, call: &Call) -> Reply {
    let id = workspace.find::<Account>(call.id())?.id;
    let runs = workspace.all::<Session>();
    let own = |run: &&Session| run.saved_account_id == id;
    let own = runs.iter().rev().filter(own);
    let rows: Vec<Value> = own.map(|run| run.show(workspace)).collect();
    Ok(Answer::data(rows))
}
