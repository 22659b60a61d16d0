//! Handing further slots to the managers of an order that is with them already.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::error::{ApiError, Code};
use crate::events;
use crate::request::{Context, Request};
use crate::resources::bundles::Step;
use crate::resources::publish::configured;
use crate::resources::schedule::{ADJUSTED_NOTE, Adjusted};
use crate::resources::work;
use crate::time;
use crate::workspace::Workspace;

/// `POST /bundles/{id}/videos/{position}/publish`.
pub fn publish(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let bundle = workspace.bundle(request.path("id"))?;
    let (id, owner, status) = (
        bundle.id.clone(),
        bundle.saved_account_id.clone(),
        bundle.status,
    );
    let slot = bundle.slot(request.path("position"))?;
    slot.require(&[Step::Configured], "publishing it")?;
    if !status.is_active() {
        return Err(ApiError::new(
            Code::InvalidStatusTransition,
            format!(
                "The bundle is {}; its videos are published one by one after the bundle was published.",
                status.as_str()
            ),
        )
        .with("current_status", slot.status.as_str())
        .with("allowed_statuses", vec![Step::Configured.as_str()])
        .with("bundle_status", status.as_str()));
    }
    let position = slot.position;
    let charge = work::admit(workspace, context, owner.as_deref())?;
    let bundle = workspace.bundle(&id)?;
    let (adjusted, events) = bundle.publish_slots(&[position], context.now);
    let mut data = bundle.slot(request.path("position"))?.state_json(&id);
    let moved = adjusted.first();
    data["date_adjusted"] = moved.is_some().into();
    data["original_date"] = json!(moved.map(|moved| time::date(moved.previous)));
    data["new_date"] = json!(moved.map(|moved| time::date(moved.new)));
    data["hint"] = json!(moved.map(|_| ADJUSTED_NOTE));
    emit(workspace, events);
    Ok(work::charged(Answer::ok(data), charge))
}

/// `POST /bundles/{id}/videos/publish-all`.
pub fn publish_all(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let bundle = workspace.bundle(request.path("id"))?;
    if !bundle.status.is_active() {
        return Err(bundle.invalid_status("publish the bundle first"));
    }
    let (id, owner, positions) = (
        bundle.id.clone(),
        bundle.saved_account_id.clone(),
        configured(bundle),
    );
    let charge = if positions.is_empty() {
        None
    } else {
        workspace.capacity.take(context.now, 1)?;
        work::admit(workspace, context, owner.as_deref())?
    };
    let (adjusted, events) = workspace
        .bundle(&id)?
        .publish_slots(&positions, context.now);
    let ids: Vec<&Value> = events.iter().map(|event| &event["video_id"]).collect();
    let moved: Vec<Value> = adjusted.iter().map(Adjusted::to_json).collect();
    let answer = Answer::ok(json!({
        "bundle_id": id,
        "videos_published": ids.len(),
        "video_ids": ids,
    }))
    .beside("dates_adjusted", !moved.is_empty())
    .beside("hint", json!((!moved.is_empty()).then_some(ADJUSTED_NOTE)))
    .beside("adjusted_videos", moved);
    emit(workspace, events);
    Ok(work::charged(answer, charge))
}

fn emit(workspace: &mut Workspace, events: Vec<Value>) {
    for event in events {
        events::emit(workspace, "video.published", event);
    }
}
