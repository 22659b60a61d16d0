//! Comment tasks: what becomes of a paid comment, played by the clock. The calls are in [`super::comment_calls`].

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::decisions::{
    COMMENT_CHECK_AFTER_MS, COMMENT_DEADLINE_MS, COMMENT_DISPUTE_MS, COMMENT_PAYOUT,
    COMMENT_POST_AFTER_MS, COMMENT_SETTLE_AFTER_MS, COMMENT_UNMATCHED_WORD, COMMENT_UNPOSTED_WORD,
    CORRECT_AFTER_MS,
};
use crate::resources::saved_accounts::SavedAccount;
use crate::resources::work;
use crate::time;
use crate::workspace::Workspace;

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Not posted yet.
    Pending,
    /// Posted, not checked yet.
    Submitted,
    /// Found by the automatic check.
    VerifiedAuto,
    /// Not found by the check, confirmed by a person.
    ManuallyConfirmed,
    /// Disputed; the manager corrects it.
    PendingCorrections,
    /// Done.
    Finalized,
    /// Given up, with a refund.
    Cancelled,
}

/// A paid comment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// Id.
    pub id: String,
    /// Where it stands.
    pub status: Status,
    /// When it came there.
    pub since: i64,
    /// The account that comments.
    pub account_id: String,
    /// tiktok or instagram.
    pub platform: String,
    /// The video to comment on.
    pub video_url: Option<String>,
    /// The comment to answer.
    pub comment_url: Option<String>,
    /// Text.
    pub text: String,
    /// Id of a brief.
    pub brief_id: Option<String>,
    /// Credits it cost.
    pub paid: i64,
    /// When it was ordered.
    pub created_at: i64,
    /// When it was posted last.
    pub submitted_at: Option<i64>,
    /// When the check found it.
    pub verified_at: Option<i64>,
    /// When a person confirmed it.
    pub manually_confirmed_at: Option<i64>,
    /// Why it was disputed, if it was.
    pub dispute: Option<String>,
    /// The automatic checks, the oldest first.
    pub checks: Vec<Check>,
}

/// An automatic check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    id: String,
    at: i64,
    matched: bool,
    similarity: f64,
    comments: u32,
}

impl Check {
    /// As an answer shows it.
    pub fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "checked_at": time::timestamp(self.at),
            "matched": self.matched,
            "similarity": self.similarity,
            "comments_checked": self.comments,
        })
    }
}

/// What the clock does next to a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    Post,
    GiveUp,
    Check,
    Finalize,
    Correct,
}

impl Task {
    /// Moves it to another status.
    pub fn enter(&mut self, status: Status, at: i64) {
        self.status = status;
        self.since = at;
    }

    fn deadline(&self) -> i64 {
        self.created_at + COMMENT_DEADLINE_MS
    }

    fn says(&self, word: &str) -> bool {
        self.text.to_lowercase().contains(word)
    }

    fn next_due(&self) -> Option<(i64, Due)> {
        match self.status {
            Status::Pending if self.says(COMMENT_UNPOSTED_WORD) => {
                Some((self.deadline(), Due::GiveUp))
            }
            Status::Pending => Some((self.created_at + COMMENT_POST_AFTER_MS, Due::Post)),
            Status::Submitted => Some((self.since + COMMENT_CHECK_AFTER_MS, Due::Check)),
            Status::VerifiedAuto => Some((self.since + COMMENT_SETTLE_AFTER_MS, Due::Finalize)),
            Status::ManuallyConfirmed => Some((self.since + COMMENT_DISPUTE_MS, Due::Finalize)),
            Status::PendingCorrections => Some((self.since + CORRECT_AFTER_MS, Due::Correct)),
            Status::Finalized | Status::Cancelled => None,
        }
    }

    fn check(&mut self, id: String, at: i64) {
        // A manager who was told what is wrong posts the very text.
        let matched = self.dispute.is_some() || !self.says(COMMENT_UNMATCHED_WORD);
        self.checks.push(Check {
            id,
            at,
            matched,
            similarity: if matched { 1.0 } else { 0.62 },
            comments: 100,
        });
        if matched {
            self.enter(Status::VerifiedAuto, at);
            self.verified_at = Some(at);
        } else {
            self.enter(Status::ManuallyConfirmed, at);
            self.manually_confirmed_at = Some(at);
        }
    }

    /// As an answer shows it; `account` is the one that comments.
    pub fn to_json(&self, account: Option<&SavedAccount>, now: i64) -> Value {
        let at = |time: Option<i64>| time.map(time::timestamp);
        let open = matches!(self.status, Status::Pending | Status::PendingCorrections);
        let reason = account
            .filter(|_| open)
            .and_then(|account| work::blocked(account, now));
        let dispute_until = (self.status == Status::ManuallyConfirmed)
            .then(|| time::timestamp(self.since + COMMENT_DISPUTE_MS));
        json!({
            "id": self.id,
            "status": self.status,
            "platform": self.platform,
            "saved_account_id": self.account_id,
            "target_video_url": self.video_url,
            "target_author_handle": self.video_url.as_deref().and_then(handle),
            "comment_text": self.text,
            "cm_payout_amount": COMMENT_PAYOUT,
            "submitted_at": at(self.submitted_at),
            "verified_at": at(self.verified_at),
            "manually_confirmed_at": at(self.manually_confirmed_at),
            "client_dispute_deadline_at": dispute_until,
            "finalized_at": self.finalized_at(),
            "correction_required": self.status == Status::PendingCorrections,
            "deadline_at": time::timestamp(self.deadline()),
            "created_at": time::timestamp(self.created_at),
            "updated_at": time::timestamp(self.since),
            "execution_blocked": reason.is_some(),
            "execution_block_reason": reason,
        })
    }

    /// As an answer to a decision shows it.
    pub fn state(&self) -> Value {
        json!({
            "id": self.id,
            "status": self.status,
            "correction_required": self.status == Status::PendingCorrections,
            "finalized_at": self.finalized_at(),
        })
    }

    fn finalized_at(&self) -> Option<String> {
        (self.status == Status::Finalized).then(|| time::timestamp(self.since))
    }
}

/// The handle in a link like `https://www.tiktok.com/@handle/video/1`.
fn handle(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("/@")?;
    let handle = rest.split(['/', '?', '#']).next()?;
    (!handle.is_empty()).then(|| handle.to_owned())
}

/// The managers post, correct and confirm; what was not posted in time is given up.
pub fn tick(workspace: &mut Workspace, now: i64) -> bool {
    let mut changed = false;
    for index in 0..workspace.comments.len() {
        while let Some((at, due)) = workspace.comments[index]
            .next_due()
            .filter(|(at, _)| *at <= now)
        {
            if !happen(workspace, index, due, at, now) {
                break;
            }
            changed = true;
        }
    }
    changed
}

/// Does what is due; says whether anything changed.
fn happen(workspace: &mut Workspace, index: usize, due: Due, at: i64, now: i64) -> bool {
    let task = &workspace.comments[index];
    match due {
        Due::Post => {
            let (id, deadline) = (task.account_id.clone(), task.deadline());
            // Without Coverage it waits, until the deadline at most.
            let posted_at = [at, now]
                .into_iter()
                .find(|at| *at < deadline && work::admit_due(workspace, &id, *at));
            match posted_at {
                Some(at) => submit(&mut workspace.comments[index], at),
                None if now >= deadline => give_up(workspace, index, deadline),
                None => return false,
            }
        }
        Due::GiveUp => give_up(workspace, index, at),
        Due::Check => {
            let id = workspace.ids.next(&workspace.id);
            workspace.comments[index].check(id, at);
        }
        Due::Finalize => workspace.comments[index].enter(Status::Finalized, at),
        Due::Correct => submit(&mut workspace.comments[index], at),
    }
    true
}

fn submit(task: &mut Task, at: i64) {
    task.enter(Status::Submitted, at);
    task.submitted_at = Some(at);
}

/// Cancels a task and gives back what it cost; says how much.
pub fn cancel(workspace: &mut Workspace, index: usize, refund_id: String, at: i64) -> i64 {
    let task = &mut workspace.comments[index];
    task.enter(Status::Cancelled, at);
    let paid = task.paid;
    workspace
        .credits
        .grant(refund_id, at, paid, None, "Comment task refunded");
    paid
}

fn give_up(workspace: &mut Workspace, index: usize, at: i64) {
    let id = workspace.ids.next(&workspace.id);
    cancel(workspace, index, id, at);
}
