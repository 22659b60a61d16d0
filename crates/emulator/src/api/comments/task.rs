//! A paid comment ("comment task"), and what becomes of it by the clock.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::api::accounts::{account::Account, work};
use crate::api::collections::Shown;
use crate::error::Code;
use crate::ledger;
use crate::time::{DAY, HOUR, Time};
use crate::workspace::{Workspace, item};

pub(super) const PRICE: i64 = 1;
/// How long after the order a comment is posted, and given up if it was not.
const POST_AFTER: i64 = 6 * HOUR;
const CORRECT_AFTER: i64 = 12 * HOUR;
const GIVE_UP_AFTER: i64 = 72 * HOUR;
/// How long a comment that a person confirmed can be disputed.
const DISPUTE_FOR: i64 = 72 * HOUR;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    #[default]
    Pending,
    Submitted,
    VerifiedAuto,
    /// Not found by the automatic check, but by a person.
    ManuallyConfirmed,
    PendingCorrections,
    Finalized,
    Cancelled,
}

/// What a comment shall be.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    pub(super) saved_account_id: String,
    pub(super) comment_text: String,
    pub(super) target_type: Option<String>,
    pub(super) target_video_url: Option<String>,
    pub(super) target_comment_url: Option<String>,
    pub(super) brief_id: Option<String>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(super) id: String,
    #[serde(flatten)]
    pub(super) wanted: Wanted,
    pub(super) platform: String,
    pub(super) created_at: Time,
    pub(super) status: Status,
    /// When it got there.
    pub(super) updated_at: Time,
    /// When it was posted last.
    pub(super) submitted_at: Option<Time>,
    /// The automatic checks as an answer shows them.
    pub(super) checks: Vec<Value>,
}

item!(
    Task,
    "comments",
    "comment task",
    Code::CommentTaskNotFound,
    Code::CommentTaskNotOwned
);

impl Shown for Task {
    fn show(&self, workspace: &Workspace) -> Value {
        let is_open = matches!(self.status, Status::Pending | Status::PendingCorrections);
        let account = workspace.find::<Account>(&self.wanted.saved_account_id);
        let account = account.ok().filter(|_| is_open);
        let reason = account.and_then(|account| work::blocked(&account, workspace.now));
        let since = |status| Some(self.updated_at).filter(|_| self.status == status);
        let dispute_until = since(Status::ManuallyConfirmed).map(|at| at + DISPUTE_FOR);
        let check = |found| self.checks.iter().find(|check| check["matched"] == found);
        // A link like `https://www.tiktok.com/@handle/video/1`.
        let link = self.wanted.target_video_url.as_deref().unwrap_or_default();
        let author = link.split('/').find_map(|part| part.strip_prefix('@'));
        let mut shown = json!(self);
        shown["target_author_handle"] = json!(author);
        shown["cm_payout_amount"] = json!(0.5);
        shown["verified_at"] = json!(check(true).map(|check| &check["checked_at"]));
        shown["manually_confirmed_at"] = json!(check(false).map(|check| &check["checked_at"]));
        shown["client_dispute_deadline_at"] = json!(dispute_until);
        shown["finalized_at"] = json!(since(Status::Finalized));
        shown["correction_required"] = json!(self.status == Status::PendingCorrections);
        shown["deadline_at"] = json!(self.created_at + GIVE_UP_AFTER);
        shown["execution_blocked"] = json!(reason.is_some());
        shown["execution_block_reason"] = json!(reason);
        shown
    }
}

impl Task {
    /// What it comes to by itself, and when. With `unposted` in its text it is not posted, and without Coverage it
    /// waits; with `unmatched` in its text the first automatic check does not find it.
    fn next(&self, workspace: &Workspace) -> Option<(Status, Time)> {
        let says = |word| self.wanted.comment_text.to_lowercase().contains(word);
        let admits = |after| {
            let at = (self.updated_at + after).max(workspace.now);
            work::admits(workspace, &self.wanted.saved_account_id, at)
        };
        let is_posted = || !says("unposted") && admits(POST_AFTER);
        let is_missed = || says("unmatched") && self.checks.is_empty();
        let (status, after) = match self.status {
            Status::Pending if is_posted() => (Status::Submitted, POST_AFTER),
            Status::Pending => (Status::Cancelled, GIVE_UP_AFTER),
            Status::PendingCorrections if !admits(CORRECT_AFTER) => return None,
            Status::PendingCorrections => (Status::Submitted, CORRECT_AFTER),
            Status::Submitted if is_missed() => (Status::ManuallyConfirmed, HOUR),
            Status::Submitted => (Status::VerifiedAuto, HOUR),
            Status::VerifiedAuto => (Status::Finalized, DAY),
            Status::ManuallyConfirmed => (Status::Finalized, DISPUTE_FOR),
            Status::Finalized | Status::Cancelled => return None,
        };
        Some((status, self.updated_at + after))
    }

    /// Changes its status and does what belongs to that.
    pub(super) fn enter(&mut self, status: Status, workspace: &mut Workspace) {
        let now = workspace.now;
        match status {
            Status::Submitted => {
                work::admit(workspace, &self.wanted.saved_account_id, now);
                self.submitted_at = Some(now);
            }
            Status::VerifiedAuto | Status::ManuallyConfirmed => {
                let matched = status == Status::VerifiedAuto;
                self.checks.push(json!({
                    "id": workspace.new_id(), "checked_at": now, "matched": matched,
                    "similarity": if matched { 1.0 } else { 0.62 }, "comments_checked": 100,
                }));
            }
            Status::Cancelled => ledger::grant(workspace, PRICE, None, "Comment task refunded"),
            Status::Pending | Status::PendingCorrections | Status::Finalized => {}
        }
        self.status = status;
        self.updated_at = now;
    }
}

/// When a task moves on next.
pub(crate) fn next_due(workspace: &Workspace) -> Option<Time> {
    let tasks = workspace.all::<Task>();
    let due = tasks.iter().filter_map(|task| task.next(workspace));
    due.map(|(_, at)| at).min()
}

/// Moves on the tasks that are due now.
pub(crate) fn advance(workspace: &mut Workspace) {
    for (index, task) in workspace.all::<Task>().iter().enumerate() {
        let next = task.next(workspace);
        if let Some((status, _)) = next.filter(|(_, at)| *at <= workspace.now) {
            let mut task = task.clone();
            task.enter(status, workspace);
            workspace.all_mut()[index] = task;
        }
    }
}
