//! How the API and its events show an order and its videos, and how it refuses what their state does not allow.

use serde_json::{Value, json};

use super::bundle::{Bundle, BundleStatus, Slot, Step};
use crate::answer::Answer;
use crate::api::accounts::{Account, work};
use crate::api::collections::{Shown, overlay};
use crate::api::webhooks::outbox;
use crate::call::{Call, Reply};
use crate::error::{ApiError, Code};
use crate::ledger::Cost;
use crate::time::Time;
use crate::workspace::Workspace;

impl Shown for Bundle {
    fn show(&self, _: &Workspace) -> Value {
        let account = self.account.as_ref();
        let is_set = |slot: &&Slot| slot.status != Step::Pending;
        let configured = self.videos.iter().filter(is_set).count();
        let derived = json!({
            "videos_quantity": self.videos.len(), "videos_configured_count": configured,
            "review_mode": if self.auto_finalize_videos { "auto" } else { "manual" },
            "is_published": self.status != BundleStatus::PendingSetup,
            "account_configured": account.is_some_and(|part| part.status != Step::Pending),
            "bundle_id": self.id, "account_status": account.map(|part| part.status),
            "username": account.and_then(|part| part.profile.get("username")),
        });
        merged(json!(self), derived)
    }
}

/// `GET /accounts/{id}/bundles`: the order that made the account, and those for it, the newest first.
pub(crate) fn of_account(workspace: &mut Workspace, call: &Call) -> Reply {
    let id = Some(workspace.find::<Account>(call.id())?.id);
    let bundles = workspace.all::<Bundle>();
    let is_own = |bundle: &&Bundle| bundle.saved_account_id == id;
    let found = bundles.iter().rev().filter(is_own);
    Ok(call.page(found.map(|bundle| bundle.show(workspace))))
}

pub(crate) fn update(workspace: &mut Workspace, call: &Call) -> Reply {
    let before = workspace.find::<Bundle>(call.id())?;
    let mut bundle = overlay(&before, call)?;
    if bundle.auto_finalize_videos != before.auto_finalize_videos {
        bundle.review_mode_since = call.now;
    }
    bundle.answer(workspace)
}

pub(super) fn merged(mut object: Value, more: Value) -> Value {
    if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
        object.extend(more);
    }
    object
}

/// Refuses unless the account or a video is at one of these steps, if any are given.
pub(super) fn require(code: Code, current: Step, allowed: &[Step]) -> Result<(), ApiError> {
    if allowed.is_empty() || allowed.contains(&current) {
        return Ok(());
    }
    let message = "Its status does not allow this. details.allowed_statuses has those that do.";
    let error = ApiError::new(code, message).with("current_status", json!(current));
    Err(error.with("allowed_statuses", json!(allowed)))
}

/// An order and the place of a video in its list.
pub(crate) type Found = Result<(Bundle, usize), ApiError>;

/// The video in the path, which has to be at one of these steps, if any are given.
pub(super) fn video_at(workspace: &Workspace, call: &Call, allowed: &[Step]) -> Found {
    let bundle = workspace.find::<Bundle>(call.id())?;
    let index = bundle.index(call.path("position"), allowed)?;
    Ok((bundle, index))
}

/// The video with this id.
pub(crate) fn video_of_id(workspace: &Workspace, id: &str) -> Found {
    for bundle in workspace.all::<Bundle>().iter() {
        let mut ids = bundle.videos.iter().map(|slot| &slot.id);
        if let Some(index) = ids.position(|found| found.eq_ignore_ascii_case(id)) {
            return Ok((bundle.clone(), index));
        }
    }
    let message = "There is no video with this id.";
    Err(ApiError::new(Code::VideoNotFound, message))
}

impl Bundle {
    /// The place of a video by its number. The video has to be at one of these steps, if any are given.
    pub(super) fn index(&self, position: &str, allowed: &[Step]) -> Result<usize, ApiError> {
        let missing = || ApiError::new(Code::VideoNotFound, "The bundle has no such video.");
        let mut positions = self.videos.iter().map(|slot| slot.position.to_string());
        let index = positions.position(|found| found == position);
        let index = index.ok_or_else(missing)?;
        let status = self.videos[index].status;
        require(Code::InvalidStatusTransition, status, allowed)?;
        Ok(index)
    }

    pub(super) fn show_video(&self, index: usize) -> Value {
        let slot = &self.videos[index];
        let (start, end) = slot.window.unzip();
        let start = start.map(Time::date);
        let finalized_at = (slot.status == Step::Finalized).then_some(slot.since);
        let derived = json!({
            "video_id": slot.id, "bundle_id": self.id, "finalized_at": finalized_at,
            "target_publish_date": start, "target_publish_start_date": start,
            "target_publish_end_date": end.map(Time::date),
        });
        merged(merged(json!(slot), slot.content.clone()), derived)
    }

    /// Stores the order and answers with it, or with one of its videos.
    pub(super) fn answer(&self, workspace: &mut Workspace) -> Reply {
        workspace.put(self)?;
        Ok(Answer::data(self.show(workspace)))
    }

    pub(super) fn answer_video(&self, workspace: &mut Workspace, index: usize) -> Reply {
        workspace.put(self)?;
        Ok(Answer::data(self.show_video(index)))
    }

    /// The error for what the status of the order does not allow.
    pub(super) fn misfit(&self, code: Code, message: &str) -> ApiError {
        ApiError::new(code, message).with("current_status", json!(self.status))
    }

    /// Starts work on the delivered account, if there is one, that costs nothing but a renewal of Coverage.
    pub(super) fn admit(&self, workspace: &mut Workspace) -> Result<Option<Cost>, ApiError> {
        let owner = self.saved_account_id.as_deref();
        work::charge(workspace, owner, Cost::order(), "Coverage renewed")
    }

    pub(super) fn emit(&self, workspace: &mut Workspace, event: &str) {
        let data = json!({ "bundle_id": self.id, "status": self.status });
        outbox::emit(workspace, event, data);
    }

    /// Moves the account part and emits the event of its new step.
    pub(super) fn move_account(&mut self, workspace: &mut Workspace, step: Step) {
        if let Some(account) = &mut self.account {
            account.since = workspace.now;
            let previous = std::mem::replace(&mut account.status, step);
            let data = json!({
                "account_id": account.id, "saved_account_id": self.saved_account_id,
                "username": account.profile.get("username"), "platform": self.platform,
                "bundle_id": self.id, "status": step, "previous_status": previous,
            });
            emit_step(workspace, "account", data);
        }
    }

    /// Moves a video and emits the event of its new step.
    pub(super) fn move_video(&mut self, workspace: &mut Workspace, index: usize, step: Step) {
        let slot = &mut self.videos[index];
        slot.since = workspace.now;
        let previous = std::mem::replace(&mut slot.status, step);
        let data = json!({
            "video_id": slot.id, "position": slot.position, "platform_url": slot.platform_url,
            "bundle_id": self.id, "status": step, "previous_status": previous,
        });
        emit_step(workspace, "video", data);
    }
}

/// Emits the event of a step, if it is a new one. There is no event of an accepted video, so no endpoint asks for it.
fn emit_step(workspace: &mut Workspace, kind: &str, data: Value) {
    if data["status"] != data["previous_status"] {
        let event = format!("{kind}.{}", data["status"].as_str().unwrap_or_default());
        outbox::emit(workspace, &event, data);
    }
}
