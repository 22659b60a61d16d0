//! Ordering comments, one or a batch, cancelling them and deciding about them.

use serde::Deserialize;
use serde_json::{Value, json};

use super::task::{PRICE, Status, Task, Wanted};
use crate::answer::Answer;
use crate::api::accounts::{account::Account, work};
use crate::api::collections::Shown;
use crate::call::{Call, Reply};
use crate::error::{ApiError, Code, check};
use crate::ledger::{self, Cost};
use crate::workspace::Workspace;

#[derive(Deserialize)]
struct Batch {
    tasks: Option<Vec<Wanted>>,
    #[serde(flatten)]
    single: Wanted,
}

/// `POST /comments`: debits every row and gives back what refused rows cost.
pub(crate) fn create(workspace: &mut Workspace, call: &Call) -> Reply {
    let Batch { tasks, single } = call.body()?;
    let is_single = tasks.is_none();
    let rows = tasks.unwrap_or_else(|| vec![single]);
    let (mut created, mut rejected, mut cost) = (Vec::new(), Vec::new(), Cost::default());
    for (index, row) in rows.into_iter().enumerate() {
        match order(workspace, row, &mut cost) {
            Ok(task) => created.push(task),
            Err(error) if is_single => return Err(error),
            Err(error) => {
                let mut refusal = error.envelope()["error"].take();
                refusal["index"] = json!(index);
                rejected.push(refusal);
            }
        }
    }
    let refused = rejected.len() as i64 * PRICE;
    ledger::afford(workspace, &cost.clone().plus("comment_tasks", refused))?;
    let cost = ledger::charge(workspace, cost, "Comments ordered")?;
    let refund = "Comment tasks refunded";
    ledger::note_refund(workspace, refused, "Comments ordered", refund);
    let shown: Vec<Value> = created.iter().map(|task| task.show(workspace)).collect();
    let counts = (created.len(), rejected.len());
    workspace.all_mut().extend(created);
    let data = json!({ "created": shown, "rejected": rejected });
    let answer = Answer::created(data).beside("created_count", counts.0);
    Ok(answer.beside("rejected_count", counts.1).costing(cost))
}

/// The task for a row, whose price is added to what all rows cost.
fn order(workspace: &mut Workspace, mut row: Wanted, cost: &mut Cost) -> Result<Task, ApiError> {
    let is_bare = row.saved_account_id.is_empty();
    check(&[(is_bare, "saved_account_id", "is required")])?;
    let account = workspace.find::<Account>(&row.saved_account_id)?;
    let (text, is_tiktok) = (&row.comment_text, account.platform == "tiktok");
    let is_reply = row.target_type.as_deref() == Some("comment");
    let (field, target) = match is_reply {
        true => ("target_comment_url", row.target_comment_url.as_ref()),
        false => ("target_video_url", row.target_video_url.as_ref()),
    };
    let is_long = is_tiktok && text.chars().count() > 150;
    #[rustfmt::skip]
    let rules = [
        (text.trim().is_empty(), "comment_text", "must not be empty"),
        (is_long, "comment_text", "must have at most 150 characters on TikTok"),
        (is_reply && !is_tiktok, "target_type", "can be comment on TikTok only"),
        (target.is_none(), field, "is required"),
    ];
    check(&rules)?;
    let now = workspace.now;
    let sum = cost.clone().plus("comment_tasks", PRICE);
    *cost = work::renew(workspace, &account.id, sum, now)?;
    row.saved_account_id = account.id;
    Ok(Task {
        id: workspace.new_id(),
        wanted: row,
        platform: account.platform,
        created_at: now,
        updated_at: now,
        ..Task::default()
    })
}

/// `GET /comments/{id}/verifications`, the oldest first.
pub(crate) fn verifications(workspace: &mut Workspace, call: &Call) -> Reply {
    let task = workspace.find::<Task>(call.id())?;
    Ok(Answer::data(task.checks))
}

/// `DELETE /comments/{id}`: only before it is posted.
pub(crate) fn delete(workspace: &mut Workspace, call: &Call) -> Reply {
    let task = change(workspace, call, [Status::Pending, Status::Cancelled])?;
    let data = json!({ "id": task.id, "status": task.status, "credits_refunded": PRICE });
    Ok(Answer::data(data).beside("credits_refunded", PRICE))
}

/// `POST /comments/{id}/approve`.
pub(crate) fn approve(workspace: &mut Workspace, call: &Call) -> Reply {
    decide(workspace, call, Status::Finalized)
}

/// `POST /comments/{id}/dispute`: the manager corrects it.
pub(crate) fn dispute(workspace: &mut Workspace, call: &Call) -> Reply {
    decide(workspace, call, Status::PendingCorrections)
}

fn decide(workspace: &mut Workspace, call: &Call, status: Status) -> Reply {
    let task = change(workspace, call, [Status::ManuallyConfirmed, status])?;
    // Deciding is free, so it renews nothing.
    let account = workspace.find::<Account>(&task.wanted.saved_account_id)?;
    match work::blocked(&account, call.now) {
        Some(reason) => Err(work::task_blocked(&account, reason, call.now)),
        None => Ok(Answer::data(task.show(workspace))),
    }
}

/// Moves the task in the path from one step to another.
fn change(workspace: &mut Workspace, call: &Call, steps: [Status; 2]) -> Result<Task, ApiError> {
    let [from, to] = steps;
    let mut task = workspace.find::<Task>(call.id())?;
    if task.status != from {
        let error = ApiError::new(Code::CommentInvalidStatus, "The task is at another step.");
        return Err(error.with("current_status", json!(task.status)));
    }
    task.enter(to, workspace);
    workspace.put(&task)?;
    Ok(task)
}
