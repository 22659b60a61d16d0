//! Handing orders to the managers, and taking them back.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::error::{ApiError, Code};
use crate::events;
use crate::request::{Context, Request};
use crate::resources::bundles::{Bundle, BundleStatus, BundleType, Step};
use crate::resources::schedule::{ADJUSTED_NOTE, Adjusted};
use crate::resources::work;
use crate::workspace::Workspace;

/// What keeps an order from being published, the first obstacle first.
fn blockers(bundle: &Bundle) -> Vec<ApiError> {
    if bundle.is_published() {
        return vec![
            ApiError::new(
                Code::BundleAlreadyPublished,
                "The bundle was published before.",
            )
            .with("current_status", bundle.status.as_str()),
        ];
    }
    if bundle.status != BundleStatus::PendingSetup {
        return vec![bundle.invalid_status("only a pending_setup one can be published")];
    }
    let mut found = Vec::new();
    if let Some(account) = &bundle.account {
        let missing = account.profile.missing();
        if account.status == Step::Pending {
            found.push(
                ApiError::new(
                    Code::AccountNotConfigured,
                    "The account's profile is not configured.",
                )
                .with("missing_fields", missing.clone()),
            );
        }
        if !missing.is_empty() {
            found.push(
                ApiError::new(
                    Code::AccountMissingFields,
                    format!("The account still needs {}.", missing.join(", ")),
                )
                .with("missing_fields", missing),
            );
        }
    }
    if bundle.bundle_type != BundleType::AccountOnly && configured(bundle).is_empty() {
        found.push(ApiError::new(
            Code::NoVideosConfigured,
            "No video is configured.",
        ));
    }
    found
}

/// Numbers of the slots that can be published.
pub(super) fn configured(bundle: &Bundle) -> Vec<u32> {
    bundle
        .videos
        .iter()
        .filter(|slot| slot.status == Step::Configured)
        .map(|slot| slot.position)
        .collect()
}

/// `GET /bundles/{id}/publish-readiness`.
pub fn readiness(
    workspace: &mut Workspace,
    request: &Request,
    _: &Context,
) -> Result<Answer, ApiError> {
    let bundle = workspace.bundle(request.path("id"))?;
    let blockers: Vec<Value> = blockers(bundle)
        .into_iter()
        .map(|blocker| json!({ "code": blocker.code.as_str(), "message": blocker.message }))
        .collect();
    Ok(Answer::ok(json!({ "blockers": blockers })))
}

/// `POST /bundles/{id}/publish`: debits nothing but a Coverage renewal that is due.
pub fn publish(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let id = request.path("id");
    let bundle = workspace.bundle(id)?;
    if let Some(blocker) = blockers(bundle).into_iter().next() {
        return Err(blocker);
    }
    let owner = bundle.saved_account_id.clone();
    workspace.capacity.take(context.now, 1)?;
    let charge = work::admit(workspace, context, owner.as_deref())?;

    let bundle = workspace.bundle(id)?;
    let previous = std::mem::replace(&mut bundle.status, BundleStatus::Published);
    bundle.published_at = Some(context.now);
    let mut happened = vec![("bundle.published", bundle.event_data(Some(previous)))];
    if let Some(account) = &mut bundle.account {
        let previous = account.enter(Step::Published, context.now);
        happened.push(("account.published", bundle.account_event(previous)));
    }
    let (adjusted, videos) = bundle.publish_slots(&configured(bundle), context.now);
    happened.extend(videos.into_iter().map(|event| ("video.published", event)));
    let mut answer = Answer::ok(bundle.to_json());
    for (kind, data) in happened {
        events::emit(workspace, kind, data);
    }
    if !adjusted.is_empty() {
        let moved: Vec<Value> = adjusted.iter().map(Adjusted::to_json).collect();
        answer = answer
            .beside("adjusted_videos", moved)
            .beside("adjusted_videos_note", ADJUSTED_NOTE);
    }
    Ok(work::charged(answer, charge))
}

/// `POST /bundles/{id}/unpublish`: gives no credits back.
pub fn unpublish(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let bundle = workspace.bundle(request.path("id"))?;
    match bundle.status {
        BundleStatus::Published | BundleStatus::PublishedPriority => {}
        BundleStatus::Accepted => {
            return Err(ApiError::new(
                Code::AlreadyAccepted,
                "A manager has accepted the bundle, so it cannot be taken back.",
            )
            .with("current_status", bundle.status.as_str()));
        }
        _ => return Err(bundle.invalid_status("only a published one can be taken back")),
    }
    bundle.status = BundleStatus::PendingSetup;
    bundle.published_at = None;
    if let Some(account) = &mut bundle.account {
        account.enter(Step::Configured, context.now);
    }
    for slot in &mut bundle.videos {
        if slot.status == Step::Published {
            slot.enter(Step::Configured, context.now);
        }
    }
    Ok(Answer::ok(bundle.to_json()))
}
