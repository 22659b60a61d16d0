//! Profile changes of a delivered account: ordered for credits, made by its manager a day later.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::decisions::{EDIT_REQUEST_TAKES_MS, PRICE_EDIT_REQUEST};
use crate::error::{ApiError, Code};
use crate::request::{Context, Request};
use crate::resources::credits::Cost;
use crate::resources::work;
use crate::time;
use crate::workspace::Workspace;

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The manager has not made it yet.
    Pending,
    /// Made.
    Completed,
    /// The account left TokPortal's hands first.
    Cancelled,
}

/// A profile change that was ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditRequest {
    /// Id.
    pub id: String,
    /// Where it stands.
    pub status: Status,
    /// What shall change.
    pub wanted: Wanted,
    /// When it was ordered.
    pub created_at: i64,
    /// When it was closed.
    pub closed_at: Option<i64>,
}

/// What shall change; absent fields stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    requested_username: String,
    requested_visible_name: String,
    requested_biography: Option<String>,
    requested_profile_picture_url: Option<String>,
    requested_link_in_bio: Option<String>,
}

impl EditRequest {
    /// When it was made, if it was.
    pub fn made_at(&self) -> Option<i64> {
        self.closed_at.filter(|_| self.status == Status::Completed)
    }

    fn to_json(&self, account_id: &str) -> Value {
        json!({
            "edit_request_id": self.id,
            "account_id": account_id,
            "status": self.status,
            "requested_username": self.wanted.requested_username,
            "requested_visible_name": self.wanted.requested_visible_name,
            "requested_biography": self.wanted.requested_biography,
            "requested_profile_picture_url": self.wanted.requested_profile_picture_url,
            "requested_link_in_bio": self.wanted.requested_link_in_bio,
            "created_at": time::timestamp(self.created_at),
        })
    }
}

/// `GET /accounts/{id}/edit-request`: the open one, or null.
pub fn get(workspace: &mut Workspace, request: &Request, _: &Context) -> Result<Answer, ApiError> {
    let account = workspace.account(request.path("id"))?;
    let open = account
        .edit_requests
        .iter()
        .find(|edit| edit.status == Status::Pending);
    Ok(Answer::ok(
        open.map_or(Value::Null, |edit| edit.to_json(&account.id)),
    ))
}

/// `POST /accounts/{id}/edit-request`: debits at once.
pub fn create(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let wanted: Wanted = request.body()?;
    let account = workspace.account(request.path("id"))?;
    if !is_handle(&wanted.requested_username) {
        return Err(ApiError::field(
            "requested_username",
            "takes letters, digits, underscores and periods only",
        ));
    }
    if wanted.requested_link_in_bio.is_some() && account.platform != "instagram" {
        return Err(ApiError::field(
            "requested_link_in_bio",
            "is for Instagram accounts only",
        ));
    }
    let account_id = account.id.clone();
    if let Some(open) = account
        .edit_requests
        .iter()
        .find(|edit| edit.status == Status::Pending)
    {
        return Err(ApiError::new(
            Code::EditRequestAlreadyOpen,
            "This account has an open edit request. Nothing was charged.",
        )
        .with("edit_request_id", open.id.as_str()));
    }
    let cost = Cost::default().plus("edit_request", PRICE_EDIT_REQUEST);
    let what = "Profile edit ordered";
    let charge = work::charge(workspace, context, Some(&account_id), cost, what)?;
    let edit = EditRequest {
        id: workspace.new_id(context),
        status: Status::Pending,
        wanted,
        created_at: context.now,
        closed_at: None,
    };
    let answer = Answer::created(edit.to_json(&account_id));
    workspace.account(&account_id)?.edit_requests.push(edit);
    Ok(work::charged(answer, charge))
}

fn is_handle(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
}

/// Closes what is open on an account that left TokPortal's hands. Nothing is refunded.
pub(super) fn withdraw(workspace: &mut Workspace, account_id: &str, now: i64) {
    let Ok(account) = workspace.account(account_id) else {
        return;
    };
    for edit in &mut account.edit_requests {
        if edit.status == Status::Pending {
            edit.status = Status::Cancelled;
            edit.closed_at = Some(now);
        }
    }
}

/// The managers make what is due, where work may start: otherwise it waits.
pub fn tick(workspace: &mut Workspace, now: i64) -> bool {
    let due: Vec<(String, i64)> = workspace
        .accounts
        .iter()
        .filter_map(|account| {
            let edit = account
                .edit_requests
                .iter()
                .find(|edit| edit.status == Status::Pending)?;
            let at = edit.created_at + EDIT_REQUEST_TAKES_MS;
            (at <= now).then(|| (account.id.clone(), at))
        })
        .collect();
    let mut changed = false;
    for (id, at) in due {
        // Without Coverage it waits until that is on again.
        if !work::admit_due(workspace, &id, at) {
            continue;
        }
        let Ok(account) = workspace.account(&id) else {
            continue;
        };
        let Some(edit) = account
            .edit_requests
            .iter_mut()
            .find(|edit| edit.status == Status::Pending)
        else {
            continue;
        };
        edit.status = Status::Completed;
        edit.closed_at = Some(at);
        let wanted = edit.wanted.clone();
        account.username = wanted.requested_username;
        account.visible_name = wanted.requested_visible_name;
        account.biography = wanted
            .requested_biography
            .unwrap_or_else(|| account.biography.clone());
        account.profile_picture_url = wanted
            .requested_profile_picture_url
            .or(account.profile_picture_url.take());
        account.link_in_bio = wanted.requested_link_in_bio.or(account.link_in_bio.take());
        account.updated_at = Some(at);
        changed = true;
    }
    changed
}
