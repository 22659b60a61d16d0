//! Judging delivered videos, and replacing media that a manager could not download.

use serde::Deserialize;
use serde_json::json;

use crate::answer::Answer;
use crate::error::ApiError;
use crate::events;
use crate::request::{Context, Request};
use crate::resources::account_setup::Corrections;
use crate::resources::bundles::Step;
use crate::resources::slots::VideoType;
use crate::resources::work;
use crate::time;
use crate::workspace::Workspace;

/// `POST /bundles/{id}/videos/{position}/finalize`.
pub fn finalize(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let bundle = workspace.bundle(request.path("id"))?;
    let id = bundle.id.clone();
    let slot = bundle.slot(request.path("position"))?;
    slot.require(&[Step::Accepted, Step::InReview], "finalizing it")?;
    let previous = slot.enter(Step::Finalized, context.now);
    slot.finalized_at = Some(context.now);
    let event = slot.event_data(&id, previous);
    let answer = json!({
        "position": slot.position,
        "status": slot.status,
        "finalized_at": time::timestamp(context.now),
    });
    bundle.complete_if_done();
    events::emit(workspace, "video.finalized", event);
    Ok(Answer::ok(answer))
}

/// `POST /bundles/{id}/videos/{position}/corrections`: back to the manager.
pub fn request_corrections(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let wanted = Corrections::of(request)?;
    let bundle = workspace.bundle(request.path("id"))?;
    let (id, owner) = (bundle.id.clone(), bundle.saved_account_id.clone());
    let slot = bundle.slot(request.path("position"))?;
    slot.require(&[Step::InReview], "asking for corrections")?;
    let previous = slot.enter(Step::PendingCorrections, context.now);
    let event = wanted.add_to(slot.event_data(&id, previous));
    let answer = Answer::ok(slot.state_json(&id));
    let charge = work::admit(workspace, context, owner.as_deref())?;
    events::emit(workspace, "video.pending_corrections", event);
    Ok(work::charged(answer, charge))
}

#[derive(Deserialize)]
struct Media {
    video_url: Option<String>,
    carousel_images: Option<Vec<String>>,
}

/// `POST /bundles/{id}/videos/{position}/fix-download`: exactly one of the two, as the slot's type has it. A slot that
/// came back because of its media goes on; one that was sent back for corrections stays until they are made.
pub fn fix_download(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    const OPEN: [Step; 3] = [Step::Published, Step::Accepted, Step::PendingCorrections];
    let media: Media = request.body()?;
    let bundle = workspace.bundle(request.path("id"))?;
    let (id, owner) = (bundle.id.clone(), bundle.saved_account_id.clone());
    let slot = bundle.slot(request.path("position"))?;
    slot.require(&OPEN, "replacing its media")?;
    if let Some(content) = &mut slot.content {
        let carousel = content.video_type == VideoType::Carousel;
        match (media.video_url, media.carousel_images) {
            (Some(link), None) if !carousel => {
                content.video_url = Some(link);
                content.story_image_url = None;
            }
            (None, Some(images)) if carousel => content.carousel_images = images,
            _ if carousel => {
                return Err(ApiError::field(
                    "carousel_images",
                    "and nothing else is required for a carousel",
                ));
            }
            _ => {
                return Err(ApiError::field(
                    "video_url",
                    "and nothing else is required unless the slot is a carousel",
                ));
            }
        }
    }
    if slot.download_failed {
        slot.download_failed = false;
        slot.enter(Step::Accepted, context.now);
    }
    let answer = Answer::ok(slot.state_json(&id));
    let charge = work::admit(workspace, context, owner.as_deref())?;
    Ok(work::charged(answer, charge))
}
