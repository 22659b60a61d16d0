//! Coverage ("managed subscription") of a delivered account: what time makes of it.
//!
//! Only changes are stored; the effective state follows from the time. Whether work may start is decided in
//! [`super::work`]. Reading, reactivating and pausing are in [`super::coverage_calls`].

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::decisions::{
    COVERAGE_PERIOD_MS, COVERAGE_RECORD_LAG_MS, COVERAGE_RENEWAL_WINDOW_MS, PRICE_COVERAGE,
};
use crate::resources::saved_accounts::SavedAccount;
use crate::time;
use crate::workspace::Workspace;

/// A state of Coverage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The period that came with the account.
    Included,
    /// A paid period.
    Active,
    /// Not renewed in time.
    Lapsed,
    /// Paused by its owner.
    Cancelled,
    /// Over for good.
    Ended,
}

/// The Coverage record of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// As stored: it follows the effective state with a lag.
    pub recorded: Status,
    /// When the last period that was paid or included ends.
    pub period_end: i64,
    /// Goes up with every change; a quote holds for one version.
    pub lock_version: i64,
    /// Credits for 30 days.
    pub rate: i64,
    /// When it was paused or ended.
    pub stopped_at: Option<i64>,
}

impl Coverage {
    /// The included period of a new account.
    pub const fn included(at: i64) -> Self {
        Self {
            recorded: Status::Included,
            period_end: at + COVERAGE_PERIOD_MS,
            lock_version: 1,
            rate: PRICE_COVERAGE,
            stopped_at: None,
        }
    }

    /// The state that counts.
    pub const fn status(&self, now: i64) -> Status {
        match self.recorded {
            Status::Included | Status::Active if now >= self.lapses_at() => Status::Lapsed,
            recorded => recorded,
        }
    }

    /// Whether the last period is over.
    pub const fn period_expired(&self, now: i64) -> bool {
        now >= self.period_end
    }

    /// Whether work may start, after a renewal if one is due.
    pub const fn allows_work(&self, now: i64) -> bool {
        matches!(self.status(now), Status::Included | Status::Active)
    }

    /// When collecting figures stopped, if it did by `now`.
    pub fn stopped_by(&self, now: i64) -> Option<i64> {
        match self.status(now) {
            Status::Included | Status::Active => None,
            Status::Lapsed => Some(self.lapses_at()),
            Status::Cancelled | Status::Ended => self.stopped_at,
        }
    }

    /// Periods that have begun since the last paid one, and are not paid. A pause owes nothing for its own time.
    pub const fn unpaid_periods(&self, now: i64) -> i64 {
        if !self.period_expired(now) {
            return 0;
        }
        match self.status(now) {
            Status::Ended => 0,
            Status::Cancelled => 1,
            _ => 1 + (now - self.period_end) / COVERAGE_PERIOD_MS,
        }
    }

    /// What turning it back on costs; nothing where that is not possible any more.
    pub fn quote(&self, now: i64) -> Option<Quote> {
        (self.recorded != Status::Ended).then(|| Quote {
            credits: self.unpaid_periods(now) * self.rate,
            current_period_end: self.period_end,
            lock_version: self.lock_version,
        })
    }

    /// Pays what is owed, and goes on.
    pub(crate) const fn renew(&mut self, now: i64) {
        let unpaid = self.unpaid_periods(now);
        if unpaid > 0 {
            // A pause does not count as time covered, so the new period begins now.
            let from = match self.recorded {
                Status::Cancelled => now,
                _ => self.period_end,
            };
            self.period_end = from + unpaid * COVERAGE_PERIOD_MS;
            self.recorded = Status::Active;
        }
        self.lock_version += 1;
    }

    /// Pays what is owed and turns it on again.
    pub(super) const fn reactivate(&mut self, now: i64) {
        let owed = self.period_expired(now);
        self.renew(now);
        if !owed {
            // Nothing was due: a pause within the paid period. Whether that period was the included one is not kept.
            self.recorded = Status::Active;
        }
        self.stopped_at = None;
    }

    /// Pauses it, or ends it for good.
    pub(super) const fn stop(&mut self, status: Status, now: i64) {
        self.recorded = status;
        self.stopped_at = Some(now);
        self.lock_version += 1;
    }

    const fn lapses_at(&self) -> i64 {
        self.period_end + COVERAGE_RENEWAL_WINDOW_MS
    }
}

/// What turning Coverage back on costs now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quote {
    /// Price.
    pub credits: i64,
    /// The period end it was made for.
    pub current_period_end: i64,
    /// The version it was made for.
    pub lock_version: i64,
}

impl Quote {
    /// `reactivation_quote`.
    pub fn to_json(self) -> Value {
        json!({
            "credits": self.credits,
            "current_period_end": time::timestamp(self.current_period_end),
            "lock_version": self.lock_version,
        })
    }
}

/// The effective state as a word.
pub fn status_name(account: &SavedAccount, now: i64) -> Value {
    account.coverage.as_ref().map_or_else(
        || json!("grandfathered"),
        |coverage| json!(coverage.status(now)),
    )
}

/// Ends the Coverage of an account for good, if it has one that has not ended.
pub fn end(workspace: &mut Workspace, account_id: &str, reason: &str, now: i64) {
    let open = workspace
        .account(account_id)
        .ok()
        .and_then(|account| account.coverage.as_mut())
        .filter(|coverage| coverage.recorded != Status::Ended);
    if let Some(coverage) = open {
        coverage.stop(Status::Ended, now);
        let more = json!({ "status": "ended", "reason": reason });
        workspace.emit_for_account(account_id, "subscription.ended", more);
    }
}

pub(super) fn emit_change(
    workspace: &mut Workspace,
    id: &str,
    event: &str,
    credits: i64,
    now: i64,
) {
    let Ok(account) = workspace.account(id) else {
        return;
    };
    let end = account
        .coverage
        .as_ref()
        .map(|coverage| time::timestamp(coverage.period_end));
    let more = json!({
        "status": status_name(account, now),
        "current_period_end": end,
        "credits_charged": credits,
    });
    workspace.emit_for_account(id, event, more);
}

/// Records what lapsed, in the order in which it did.
pub fn tick(workspace: &mut Workspace, now: i64) -> bool {
    let mut due: Vec<(i64, String)> = workspace
        .accounts
        .iter()
        .filter_map(|account| {
            let coverage = account.coverage.as_ref()?;
            let at = coverage.lapses_at() + COVERAGE_RECORD_LAG_MS;
            let open = matches!(coverage.recorded, Status::Included | Status::Active);
            (open && at <= now).then(|| (at, account.id.clone()))
        })
        .collect();
    due.sort();
    for (at, id) in &due {
        if let Ok(SavedAccount {
            coverage: Some(coverage),
            ..
        }) = workspace.account(id)
        {
            coverage.recorded = Status::Lapsed;
            coverage.lock_version += 1;
        }
        workspace.clock = *at;
        emit_change(workspace, id, "subscription.lapsed", 0, *at);
    }
    !due.is_empty()
}
