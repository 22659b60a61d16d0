//! Profile changes of a delivered account: paid when ordered, made by a manager a day later.

use super::account::{Account, EditRequest};
use super::work;
use crate::answer::Answer;
use crate::call::{Call, Reply};
use crate::error::{ApiError, Code, check};
use crate::ledger::Cost;
use crate::time::{DAY, Time};
use crate::workspace::Workspace;

const PRICE: i64 = 8;
const TAKES: i64 = DAY;

/// `GET /accounts/{id}/edit-request`: the open one or null.
pub(crate) fn get(workspace: &mut Workspace, call: &Call) -> Reply {
    let account = workspace.find::<Account>(call.id())?;
    Ok(Answer::data(account.open_edit))
}

/// `POST /accounts/{id}/edit-request`.
pub(crate) fn create(workspace: &mut Workspace, call: &Call) -> Reply {
    let mut edit: EditRequest = call.body()?;
    let is_mark = |c: char| c.is_ascii_alphanumeric() || "_.".contains(c);
    let name = &edit.requested_username;
    let is_odd = !(1..=24).contains(&name.len()) || !name.chars().all(is_mark);
    let rule = "must have 1 to 24 letters, digits, dots and underscores";
    check(&[(is_odd, "requested_username", rule)])?;
    let account = workspace.find::<Account>(call.id())?;
    let is_misplaced = edit.requested_link_in_bio.is_some() && account.platform != "instagram";
    let rule = "is for Instagram accounts only";
    check(&[(is_misplaced, "requested_link_in_bio", rule)])?;
    if let Some(open) = account.open_edit {
        let error = ApiError::new(Code::EditRequestAlreadyOpen, "An edit request is open.");
        return Err(error.with("edit_request_id", open.edit_request_id));
    }
    let cost = Cost::default().plus("edit_request", PRICE);
    let cost = work::charge(workspace, Some(&account.id), cost, "Profile edit ordered")?;
    edit.edit_request_id = workspace.new_id();
    edit.account_id = account.id;
    edit.status = "pending".to_owned();
    edit.created_at = call.now;
    workspace.find_mut::<Account>(call.id())?.open_edit = Some(edit.clone());
    Ok(Answer::created(edit).costing(cost))
}

/// When a manager makes the open edit of an account. Without Coverage it waits.
pub(super) fn due(workspace: &Workspace, account: &Account) -> Option<Time> {
    let at = account.open_edit.as_ref()?.created_at + TAKES;
    work::admits(workspace, &account.id, at.max(workspace.now)).then_some(at)
}

/// Makes the open edit of an account.
pub(super) fn make(workspace: &mut Workspace, id: &str) {
    let now = workspace.now;
    work::admit(workspace, id, now);
    if let Ok(account) = workspace.find_mut::<Account>(id)
        && let Some(edit) = account.open_edit.take()
    {
        account.username = edit.requested_username;
        account.visible_name = edit.requested_visible_name;
        if let Some(biography) = edit.requested_biography {
            account.biography = biography;
        }
        let picture = edit.requested_profile_picture_url;
        account.profile_picture_url = picture.or(account.profile_picture_url.take());
        account.link_in_bio = edit.requested_link_in_bio.or(account.link_in_bio.take());
        account.updated_at = now;
    }
}
