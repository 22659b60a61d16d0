//! The managers, played by the clock: what they and the automatic approval do to orders follows from the times that
//! are stored. Everything that was due is done in the order of its times, so that the outcome does not depend on how
//! often somebody looks.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use serde_json::Value;

use crate::decisions::{
    ACCEPT_AFTER_MS, AUTO_APPROVE_AFTER_MS, CORRECT_AFTER_MS, DELIVER_AFTER_MS, FINALIZE_AFTER_MS,
    POST_AT_MS, WARMING_NAMES_WITHIN_MS,
};
use crate::resources::bundles::{Bundle, BundleStatus, Slot, Step};
use crate::resources::handover;
use crate::workspace::Workspace;

/// What is due next for an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    /// A manager takes the order.
    Accept,
    /// The account moves to its next step.
    Account,
    /// A slot, by its place in the list, moves to its next step.
    Video(usize),
    /// Warming targets that nobody named are refunded.
    RefundWarming,
}

/// Does everything that was due by `now`; says whether anything was.
pub fn settle(workspace: &mut Workspace, now: i64) -> bool {
    let mut agenda = BinaryHeap::new();
    for (index, bundle) in workspace.bundles.iter().enumerate() {
        agenda.extend(bundle.next_due(now).map(|(at, _)| Reverse((at, index))));
    }
    let mut played = false;
    while let Some(Reverse((at, index))) = agenda.pop() {
        // Warming runs of the orders so far are announced first, so that events come in the order of their times.
        played |= handover::announce_warming(workspace, at);
        played |= workspace.pass_time(at);
        let Some((at, due)) = workspace
            .bundles
            .get(index)
            .and_then(|bundle| bundle.next_due(now))
        else {
            continue;
        };
        workspace.clock = at;
        handover::happen(workspace, index, due, at);
        played = true;
        if let Some((next, _)) = workspace.bundles[index].next_due(now) {
            agenda.push(Reverse((next, index)));
        }
    }
    played |= handover::announce_warming(workspace, now);
    workspace.clock = now;
    played
}

impl Bundle {
    /// What is due first by `now`, and when.
    fn next_due(&self, now: i64) -> Option<(i64, Due)> {
        let accept = match self.status {
            BundleStatus::Published | BundleStatus::PublishedPriority => self
                .published_at
                .map(|at| (at + ACCEPT_AFTER_MS, Due::Accept)),
            _ => None,
        };
        let account = self.account_due().map(|at| (at, Due::Account));
        let videos = self
            .videos
            .iter()
            .enumerate()
            .filter_map(|(index, slot)| Some((self.video_due(slot)?, Due::Video(index))));
        videos
            .chain(accept)
            .chain(account)
            .chain(self.refund_due().map(|at| (at, Due::RefundWarming)))
            .filter(|(at, _)| *at <= now)
            .min()
    }

    fn account_due(&self) -> Option<i64> {
        let account = self.account.as_ref()?;
        match account.status {
            Step::Published => self
                .accepted_at
                .map(|accepted| accepted.max(account.since + DELIVER_AFTER_MS)),
            Step::PendingCorrections => Some(account.since + CORRECT_AFTER_MS),
            Step::InReview => Some(account.since + FINALIZE_AFTER_MS),
            Step::Pending | Step::Configured | Step::Accepted | Step::Finalized => None,
        }
    }

    fn video_due(&self, slot: &Slot) -> Option<i64> {
        match slot.status {
            Step::Published => self
                .accepted_at
                .map(|accepted| accepted.max(slot.since + ACCEPT_AFTER_MS)),
            Step::Accepted => {
                self.saved_account_id.as_ref()?;
                let window = slot.window.filter(|w| slot.held_since != Some(w.start))?;
                let delivered = self.delivered_at.unwrap_or(i64::MIN);
                Some((window.start + POST_AT_MS).max(slot.since).max(delivered))
            }
            Step::InReview if self.auto_finalize_videos => {
                Some(slot.since.max(self.review_mode_since) + AUTO_APPROVE_AFTER_MS)
                    .map(|at| at.min(slot.since + FINALIZE_AFTER_MS))
            }
            Step::InReview => Some(slot.since + FINALIZE_AFTER_MS),
            Step::PendingCorrections if !slot.download_failed => {
                Some(slot.since + CORRECT_AFTER_MS)
            }
            Step::Pending | Step::Configured | Step::PendingCorrections | Step::Finalized => None,
        }
    }

    fn refund_due(&self) -> Option<i64> {
        let unnamed = self
            .warming
            .as_ref()
            .is_some_and(|targets| targets.terms.is_none());
        unnamed.then_some(self.created_at + WARMING_NAMES_WITHIN_MS)
    }

    /// Completes the order once its account and all its videos are approved.
    pub(super) fn complete_if_done(&mut self) {
        let account_done = self
            .account
            .as_ref()
            .is_none_or(|account| account.status == Step::Finalized);
        let videos_done = self
            .videos
            .iter()
            .all(|slot| slot.status == Step::Finalized);
        if self.status == BundleStatus::Accepted && account_done && videos_done {
            self.status = BundleStatus::Completed;
        }
    }
}

/// What happened, to be told once the workspace can be borrowed again.
pub(super) type Happened = Vec<(&'static str, Value)>;
