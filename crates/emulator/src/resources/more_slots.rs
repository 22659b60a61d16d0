//! Buying further slots for an order.

use serde::Deserialize;

use crate::answer::Answer;
use crate::decisions::VIDEOS_MAX;
use crate::error::ApiError;
use crate::request::{Context, Request};
use crate::resources::bundles::{Bundle, BundleStatus, BundleType};
use crate::resources::orders::{fill, price, too_many_videos};
use crate::workspace::Workspace;

#[derive(Deserialize)]
struct More {
    quantity: i64,
}

/// The open order that takes more slots.
fn open(workspace: &mut Workspace, id: &str) -> Result<Bundle, ApiError> {
    let bundle = workspace.bundle(id)?;
    match bundle.status {
        BundleStatus::Completed | BundleStatus::Cancelled | BundleStatus::Archived => {
            Err(bundle.invalid_status("it takes no further slots"))
        }
        _ => Ok(bundle.clone()),
    }
}

/// `POST /bundles/{id}/add-video-slots`. An account_only order becomes one with videos.
pub fn add_video_slots(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let More { quantity } = request.body()?;
    let mut bundle = open(workspace, request.path("id"))?;
    let owned = i64::try_from(bundle.videos.len()).unwrap_or(i64::MAX);
    if owned.saturating_add(quantity) > VIDEOS_MAX {
        return Err(too_many_videos("quantity"));
    }
    let cost = price(&workspace.prices, false, quantity, 0);
    let charge = workspace.charge(context, cost, "Video slots added")?;
    fill(workspace, context, &mut bundle, false, quantity);
    if bundle.bundle_type == BundleType::AccountOnly {
        bundle.bundle_type = BundleType::AccountAndVideos;
    }
    replace(workspace, bundle).map(|answer| answer.charged(charge))
}

/// `POST /bundles/{id}/add-edit-slots`.
pub fn add_edit_slots(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let More { quantity } = request.body()?;
    let mut bundle = open(workspace, request.path("id"))?;
    let videos = i64::try_from(bundle.videos.len()).unwrap_or(i64::MAX);
    let edits = bundle.edits_quantity.saturating_add(quantity);
    if edits > videos {
        return Err(ApiError::field(
            "quantity",
            "would give the order more edit slots than videos",
        ));
    }
    let cost = price(&workspace.prices, false, 0, quantity);
    let charge = workspace.charge(context, cost, "Edit slots added")?;
    bundle.edits_quantity = edits;
    replace(workspace, bundle).map(|answer| answer.charged(charge))
}

fn replace(workspace: &mut Workspace, bundle: Bundle) -> Result<Answer, ApiError> {
    let answer = Answer::ok(bundle.to_json());
    let id = bundle.id.clone();
    *workspace.bundle(&id)? = bundle;
    Ok(answer)
}
