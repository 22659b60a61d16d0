//! The Coverage record ("managed subscription") of a delivered account, and what time makes of it.

use serde::{Deserialize, Serialize};

use crate::time::{DAY, MINUTE, Time};

const PERIOD: i64 = 30 * DAY;
const CREDITS_FOR_A_PERIOD: i64 = 25;
/// For how long after its period Coverage still renews with the next work. Then it lapses.
const RENEWAL_WINDOW: i64 = 7 * DAY;
/// How far the recorded status is behind when Coverage lapses.
const RECORD_LAG: i64 = 5 * MINUTE;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    /// In the period that came with the account.
    Included,
    Active,
    Lapsed,
    /// Paused by its owner.
    Cancelled,
    /// Over for good.
    Ended,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Coverage {
    /// The status as stored; [`Coverage::status`] is the one that counts.
    #[serde(rename = "recorded_status")]
    pub(crate) recorded: Status,
    /// End of the last period that was paid or included.
    #[serde(rename = "current_period_end")]
    pub(crate) period_end: Time,
    /// Goes up with every change. A quote holds for one version.
    pub(crate) lock_version: i64,
    pub(crate) rate: i64,
    pub(crate) stopped_at: Option<Time>,
}

impl Coverage {
    pub(crate) fn included(now: Time) -> Self {
        Self {
            recorded: Status::Included,
            period_end: now + PERIOD,
            lock_version: 1,
            rate: CREDITS_FOR_A_PERIOD,
            stopped_at: None,
        }
    }

    pub(crate) fn status(&self, now: Time) -> Status {
        match self.recorded {
            Status::Included | Status::Active if now >= self.lapses_at() => Status::Lapsed,
            recorded => recorded,
        }
    }

    pub(crate) fn period_expired(&self, now: Time) -> bool {
        now >= self.period_end
    }

    /// When collecting figures stopped, if it did.
    pub(crate) fn stopped_by(&self, now: Time) -> Option<Time> {
        let has_lapsed = self.status(now) == Status::Lapsed;
        has_lapsed.then(|| self.lapses_at()).or(self.stopped_at)
    }

    /// Periods that have begun since the last paid one. A pause owes nothing for its own time.
    pub(crate) fn unpaid_periods(&self, now: Time) -> i64 {
        match self.status(now) {
            Status::Ended => 0,
            _ if !self.period_expired(now) => 0,
            Status::Cancelled => 1,
            _ => 1 + (now - self.period_end) / PERIOD,
        }
    }

    /// Turns it on, with the unpaid periods, which were paid.
    pub(crate) fn renew(&mut self, now: Time) {
        // A pause is no time covered, so the new period begins now.
        let from = match self.recorded {
            Status::Cancelled if self.period_expired(now) => now,
            _ => self.period_end,
        };
        self.period_end = from + self.unpaid_periods(now) * PERIOD;
        self.change(Status::Active, None);
    }

    /// When a lapse is recorded, if none was.
    pub(crate) fn lapse_due(&self) -> Option<Time> {
        let is_on = matches!(self.recorded, Status::Included | Status::Active);
        is_on.then(|| self.lapses_at() + RECORD_LAG)
    }

    pub(crate) fn change(&mut self, recorded: Status, stopped_at: Option<Time>) {
        self.recorded = recorded;
        self.stopped_at = stopped_at;
        self.lock_version += 1;
    }

    fn lapses_at(&self) -> Time {
        self.period_end + RENEWAL_WINDOW
    }
}
