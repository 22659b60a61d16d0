//! Ad codes: what lets an advertiser promote somebody's post (TikTok Spark codes, Instagram partnership codes).

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::answer::Answer;
use crate::decisions::{AD_CODE_AFTER_MS, FINALIZE_AFTER_MS, PRICE_AD_CODE};
use crate::error::{ApiError, Code};
use crate::request::{Context, Request};
use crate::resources::bundles::{Bundle, Slot, Step};
use crate::resources::credits::Cost;
use crate::resources::work;
use crate::time;
use crate::workspace::Workspace;

/// The order of an ad code. Its state follows from the time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdCode {
    id: String,
    note: Option<String>,
    created_at: i64,
}

impl AdCode {
    const fn status(&self, now: i64) -> Step {
        let age = now - self.created_at;
        if age < AD_CODE_AFTER_MS {
            Step::Pending
        } else if age < AD_CODE_AFTER_MS + FINALIZE_AFTER_MS {
            Step::InReview
        } else {
            Step::Finalized
        }
    }

    /// A code that looks like the platform's: `#` and base64 on TikTok, digits on Instagram.
    fn code(&self, platform: &str) -> String {
        let digest = Sha256::digest(self.id.as_bytes());
        if platform == "instagram" {
            digest[..12]
                .iter()
                .map(|byte| char::from(b'0' + byte % 10))
                .collect()
        } else {
            format!("#{}", BASE64.encode(&digest))
        }
    }

    fn to_json(&self, video_id: &str, platform: &str, now: i64) -> Value {
        let status = self.status(now);
        json!({
            "id": self.id,
            "video_id": video_id,
            "status": status,
            "code": (status != Step::Pending).then(|| self.code(platform)),
            "note": self.note,
            "created_at": time::timestamp(self.created_at),
        })
    }
}

/// The order and slot of a video.
fn find<'a>(
    workspace: &'a mut Workspace,
    id: &str,
) -> Result<(&'a str, Option<&'a str>, &'a mut Slot), ApiError> {
    workspace
        .bundles
        .iter_mut()
        .find_map(|bundle| {
            let Bundle {
                platform,
                saved_account_id,
                videos,
                ..
            } = bundle;
            let slot = videos
                .iter_mut()
                .find(|slot| slot.id.eq_ignore_ascii_case(id))?;
            Some((platform.as_str(), saved_account_id.as_deref(), slot))
        })
        .ok_or_else(|| ApiError::new(Code::VideoNotFound, "There is no video with this id."))
}

#[derive(Deserialize)]
struct Wish {
    note: Option<String>,
}

/// `POST /videos/{id}/ad-code-request`: for a finalized video that is live, one open order at a time.
pub fn create(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let wish: Wish = request.body()?;
    let id = request.path("id");
    let (_, owner, slot) = find(workspace, id)?;
    slot.require(&[Step::Finalized], "an ad code")?;
    let refuse = |message: &str, current: Step| {
        Err(ApiError::new(Code::InvalidStatusTransition, message)
            .with("current_status", current.as_str())
            .with("allowed_statuses", vec![Step::Finalized.as_str()]))
    };
    if slot.platform_url.is_none() {
        return refuse("The video has no live link.", slot.status);
    }
    if let Some(open) = &slot.ad_code
        && open.status(context.now) != Step::Finalized
    {
        return refuse(
            "An ad code was ordered for this video, and that order is still open.",
            open.status(context.now),
        );
    }
    let owner = owner.map(str::to_owned);
    let cost = Cost::order().plus("ad_code", PRICE_AD_CODE);
    let charge = work::charge(
        workspace,
        context,
        owner.as_deref(),
        cost,
        "Ad code ordered",
    )?;
    let ordered = AdCode {
        id: workspace.new_id(context),
        note: wish.note,
        created_at: context.now,
    };
    let (platform, _, slot) = find(workspace, id)?;
    let answer = Answer::created(ordered.to_json(&slot.id, platform, context.now));
    slot.ad_code = Some(ordered);
    Ok(work::charged(answer, charge))
}

/// `GET /videos/{id}/ad-code-request`.
pub fn get(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let (platform, _, slot) = find(workspace, request.path("id"))?;
    match &slot.ad_code {
        Some(ordered) => Ok(Answer::ok(ordered.to_json(&slot.id, platform, context.now))),
        None => Err(ApiError::new(
            Code::VideoNotFound,
            "No ad code was ordered for this video.",
        )),
    }
}
