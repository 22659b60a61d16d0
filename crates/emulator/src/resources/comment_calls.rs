//! `/comments`: reading comment tasks, deciding about them and cancelling them.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::error::{ApiError, Code};
use crate::request::{Context, Request};
use crate::resources::comments::{Check, Status, Task, cancel};
use crate::resources::work;
use crate::workspace::Workspace;

/// `GET /comments`, the latest first.
pub fn list(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let statuses = request.query.get("status").and_then(Value::as_array);
    let account = request.text("saved_account_id");
    let rows = workspace
        .comments
        .iter()
        .rev()
        .filter(|task| statuses.is_none_or(|list| list.contains(&json!(task.status))))
        .filter(|task| account.is_none_or(|id| task.account_id.eq_ignore_ascii_case(id)))
        .map(|task| show(workspace, task, context.now))
        .collect();
    Ok(Answer::page(rows, request))
}

/// `GET /comments/{id}`.
pub fn get(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let index = find(workspace, request)?;
    let task = &workspace.comments[index];
    Ok(Answer::ok(show(workspace, task, context.now)))
}

/// `GET /comments/{id}/verifications`, the oldest first.
pub fn verifications(
    workspace: &mut Workspace,
    request: &Request,
    _: &Context,
) -> Result<Answer, ApiError> {
    let index = find(workspace, request)?;
    let checks = &workspace.comments[index].checks;
    Ok(Answer::ok(checks.iter().map(Check::to_json).collect()))
}

/// `DELETE /comments/{id}`: only before it is posted.
pub fn delete(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let index = find(workspace, request)?;
    let task = &workspace.comments[index];
    expect(task, Status::Pending)?;
    let task_id = task.id.clone();
    // A dry run shows the balance as it is.
    let refunded = if context.dry_run {
        task.paid
    } else {
        let id = workspace.new_id(context);
        cancel(workspace, index, id, context.now)
    };
    Ok(
        Answer::ok(json!({ "id": task_id, "status": "cancelled", "credits_refunded": refunded }))
            .beside("credits_refunded", refunded),
    )
}

/// `POST /comments/{id}/approve`.
pub fn approve(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    decide(workspace, request, context, |task, at| {
        task.enter(Status::Finalized, at);
    })
}

/// `POST /comments/{id}/dispute`: the manager corrects it.
pub fn dispute(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let reason = request.body["reason"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    decide(workspace, request, context, |task, at| {
        task.enter(Status::PendingCorrections, at);
        task.dispute = Some(reason);
    })
}

fn decide(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
    decision: impl FnOnce(&mut Task, i64),
) -> Result<Answer, ApiError> {
    let index = find(workspace, request)?;
    let id = workspace.comments[index].account_id.clone();
    expect(&workspace.comments[index], Status::ManuallyConfirmed)?;
    // Deciding is free, so it renews nothing.
    if let Ok(account) = workspace.account(&id)
        && let Some(reason) = work::blocked(account, context.now)
    {
        return Err(work::task_blocked(account, reason, context.now));
    }
    let task = &mut workspace.comments[index];
    decision(task, context.now);
    Ok(Answer::ok(task.state()))
}

fn expect(task: &Task, status: Status) -> Result<(), ApiError> {
    if task.status == status {
        return Ok(());
    }
    Err(ApiError::new(
        Code::CommentInvalidStatus,
        "This comment task is not at a step that allows it.",
    )
    .with("current_status", json!(task.status)))
}

fn find(workspace: &Workspace, request: &Request) -> Result<usize, ApiError> {
    let id = request.path("id");
    let (unknown, foreign) = (Code::CommentTaskNotFound, Code::CommentTaskNotOwned);
    workspace
        .comments
        .iter()
        .position(|task| task.id.eq_ignore_ascii_case(id))
        .ok_or_else(|| workspace.missing(id, unknown, foreign, "comment task"))
}

/// A task as an answer shows it.
pub(super) fn show(workspace: &Workspace, task: &Task, now: i64) -> Value {
    let account = workspace
        .accounts
        .iter()
        .find(|account| account.id == task.account_id);
    task.to_json(account, now)
}
