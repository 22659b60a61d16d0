//! Delivered videos: judging them, replacing media that a manager could not download, and ad codes, with which an
//! advertiser promotes a post (TikTok Spark codes, Instagram partnership codes).

use serde_json::{Value, json};

use super::bundle::{AdCode, Bundle, Step};
use super::show::{merged, require, video_at, video_of_id};
use crate::answer::Answer;
use crate::api::accounts::work;
use crate::call::{Call, Reply};
use crate::error::{ApiError, Code, check};
use crate::ids::hash;
use crate::ledger::Cost;
use crate::time::{DAY, Time};
use crate::workspace::Workspace;

const AD_CODE_PRICE: i64 = 7;

pub(crate) fn finalize(workspace: &mut Workspace, call: &Call) -> Reply {
    let (mut bundle, index) = video_at(workspace, call, &[Step::Accepted, Step::InReview])?;
    bundle.move_video(workspace, index, Step::Finalized);
    bundle.complete_if_done();
    bundle.answer_video(workspace, index)
}

/// `POST /bundles/{id}/videos/{position}/corrections`: back to the manager.
pub(crate) fn request_corrections(workspace: &mut Workspace, call: &Call) -> Reply {
    let (mut bundle, index) = video_at(workspace, call, &[Step::InReview])?;
    bundle.move_video(workspace, index, Step::PendingCorrections);
    let cost = bundle.admit(workspace)?;
    Ok(bundle.answer_video(workspace, index)?.costing(cost))
}

/// `POST /bundles/{id}/videos/{position}/fix-download`: exactly one of the two, as the kind of post has it. A video
/// that came back because of its media goes on; one that was sent back for corrections stays until they are made.
pub(crate) fn fix_download(workspace: &mut Workspace, call: &Call) -> Reply {
    const OPEN: [Step; 3] = [Step::Published, Step::Accepted, Step::PendingCorrections];
    let (mut bundle, index) = video_at(workspace, call, &OPEN)?;
    let slot = &mut bundle.videos[index];
    let (wanted, other) = match slot.content["video_type"].as_str() {
        Some("carousel") => ("carousel_images", "video_url"),
        _ => ("video_url", "carousel_images"),
    };
    let is_misfit = call.body[wanted].is_null() || !call.body[other].is_null();
    check(&[(is_misfit, wanted, "is what this kind of post needs")])?;
    let was_unreachable = slot.is_unreachable();
    slot.content["story_image_url"] = Value::Null;
    slot.content[wanted] = call.body[wanted].clone();
    if was_unreachable && slot.status == Step::PendingCorrections {
        bundle.move_video(workspace, index, Step::Accepted);
    }
    let cost = bundle.admit(workspace)?;
    Ok(bundle.answer_video(workspace, index)?.costing(cost))
}

/// Where the order of an ad code stands: delivered after a day, approved three days later.
fn stage(ordered: &AdCode, now: Time) -> Step {
    match now - ordered.created_at {
        age if age < DAY => Step::Pending,
        age if age < 4 * DAY => Step::InReview,
        _ => Step::Finalized,
    }
}

/// `POST /videos/{id}/ad-code-request`: for a finalized video that is live, one open order at a time.
pub(crate) fn order_ad_code(workspace: &mut Workspace, call: &Call) -> Reply {
    let (mut bundle, index) = video_of_id(workspace, call.id())?;
    let slot = &bundle.videos[index];
    let status = match (&slot.ad_code, &slot.platform_url) {
        (Some(earlier), _) => stage(earlier, call.now),
        (None, Some(_)) => slot.status,
        // It was approved before it was posted.
        (None, None) => Step::Accepted,
    };
    require(Code::InvalidStatusTransition, status, &[Step::Finalized])?;
    let cost = Cost::order().plus("ad_code", AD_CODE_PRICE);
    let owner = bundle.saved_account_id.as_deref();
    let cost = work::charge(workspace, owner, cost, "Ad code ordered")?;
    bundle.videos[index].ad_code = Some(AdCode {
        id: workspace.new_id(),
        note: call.field("note").map(str::to_owned),
        created_at: call.now,
    });
    workspace.put(&bundle)?;
    Ok(Answer::created(show_ad_code(&bundle, index, call.now)?).costing(cost))
}

pub(crate) fn get_ad_code(workspace: &mut Workspace, call: &Call) -> Reply {
    let (bundle, index) = video_of_id(workspace, call.id())?;
    Ok(Answer::data(show_ad_code(&bundle, index, call.now)?))
}

fn show_ad_code(bundle: &Bundle, index: usize, now: Time) -> Result<Value, ApiError> {
    let slot = &bundle.videos[index];
    let missing = || ApiError::new(Code::VideoNotFound, "No ad code was ordered for it.");
    let ordered = slot.ad_code.as_ref().ok_or_else(missing)?;
    let (status, code) = (stage(ordered, now), format!("#{}", hash(&ordered.id)));
    let code = (status != Step::Pending).then_some(code);
    let derived = json!({ "video_id": slot.id, "status": status, "code": code });
    Ok(merged(json!(ordered), derived))
}
