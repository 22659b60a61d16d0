//! The orders of the first day, as the managers would have left them.

use serde_json::json;

use crate::decisions::{ACCEPT_AFTER_MS, AUTO_APPROVE_AFTER_MS, DELIVER_AFTER_MS, POST_AT_MS};
use crate::resources::account_setup::Profile;
use crate::resources::bundles::{AccountPart, Bundle, BundleStatus, BundleType, Slot, Step};
use crate::resources::handover::live_link;
use crate::resources::slots::{Content, Window};
use crate::time::{DAY, HOUR};
use crate::workspace::Workspace;

/// What one order of the first day looks like.
pub(crate) struct Plan {
    /// tiktok or instagram.
    pub platform: &'static str,
    /// Listed country code.
    pub country: &'static str,
    /// Handle; none while the account is not configured.
    pub username: Option<&'static str>,
    /// Display name.
    pub visible_name: &'static str,
    /// Profile text.
    pub biography: &'static str,
    /// How many videos.
    pub videos: u32,
    /// When it was placed.
    pub created_at: i64,
    /// How far it is.
    pub status: BundleStatus,
}

/// Captions of the videos, in turn.
const CAPTIONS: [&str; 5] = [
    "One-pot pasta in 15 minutes #dinner",
    "Three sauces, one pan #easyrecipes",
    "What to cook when the fridge is empty",
    "Crispy potatoes without a fryer",
    "Sunday meal prep for the whole week #mealprep",
];

/// When an order of this age was published, so that it stands where it stands.
const fn published_at(plan: &Plan, now: i64) -> Option<i64> {
    match plan.status {
        BundleStatus::Completed => Some(plan.created_at + 4 * DAY - DELIVER_AFTER_MS),
        BundleStatus::Accepted => Some(now - 2 * HOUR),
        BundleStatus::Published => Some(now - HOUR / 2),
        _ => None,
    }
}

/// The order of a plan.
pub(crate) fn order(workspace: &mut Workspace, plan: &Plan, now: i64) -> Bundle {
    let owner = workspace.id.clone();
    let published_at = published_at(plan, now);
    let bundle_type = if plan.videos == 0 {
        BundleType::AccountOnly
    } else {
        BundleType::AccountAndVideos
    };
    let id = workspace.ids.next(&owner);
    let mut account = AccountPart::new(workspace.ids.next(&owner), plan.created_at);
    if let (Some(username), Some(published_at)) = (plan.username, published_at) {
        account.profile = Profile {
            username: Some(username.to_owned()),
            visible_name: Some(plan.visible_name.to_owned()),
            biography: Some(plan.biography.to_owned()),
            profile_picture_url: Some(format!("profile-pictures/{username}.jpg")),
            link_in_bio: None,
        };
        account.status = Step::Published;
        account.since = published_at;
    }
    let mut bundle = Bundle {
        country: Some(plan.country.to_owned()),
        status: plan.status,
        published_at,
        account: Some(account),
        ..Bundle::new(id, bundle_type, plan.platform, plan.created_at)
    };
    for position in 1..=plan.videos {
        let slot = Slot::new(workspace.ids.next(&owner), position, plan.created_at);
        bundle.videos.push(slot);
    }
    match (plan.status, published_at) {
        (BundleStatus::Completed, Some(at)) => complete(&mut bundle, plan, at),
        (BundleStatus::Accepted, Some(at)) => {
            bundle.accepted_at = Some(at + ACCEPT_AFTER_MS);
            for slot in &mut bundle.videos {
                schedule(slot, plan.platform, now + 4 * DAY);
                slot.enter(Step::Accepted, at + ACCEPT_AFTER_MS);
            }
        }
        _ => {}
    }
    bundle
}

/// Everything is delivered and approved.
fn complete(bundle: &mut Bundle, plan: &Plan, published_at: i64) {
    let delivered_at = published_at + DELIVER_AFTER_MS;
    bundle.accepted_at = Some(published_at + ACCEPT_AFTER_MS);
    bundle.delivered_at = Some(delivered_at);
    if let Some(account) = &mut bundle.account {
        account.enter(Step::Finalized, delivered_at + HOUR);
    }
    for slot in &mut bundle.videos {
        schedule(slot, plan.platform, published_at + 4 * DAY);
        let posted_at = slot.window.map_or(delivered_at, |w| w.start + POST_AT_MS);
        let approved_at = posted_at + AUTO_APPROVE_AFTER_MS;
        slot.posted_at = Some(posted_at);
        slot.finalized_at = Some(approved_at);
        slot.platform_url = Some(live_link(
            plan.platform,
            plan.username.unwrap_or_default(),
            &slot.id,
        ));
        slot.enter(Step::Finalized, approved_at);
    }
}

/// Content, and a day for each video from the first one on.
fn schedule(slot: &mut Slot, platform: &str, first: i64) {
    let index = usize::try_from(slot.position - 1).unwrap_or(0);
    let start = first - first.rem_euclid(DAY) + i64::from(slot.position - 1) * DAY;
    slot.window = Some(Window {
        start,
        end: start + DAY,
    });
    let content = json!({
        "video_type": "video",
        "description": CAPTIONS[index % CAPTIONS.len()],
        "video_url": format!("https://media.example.com/maple/{platform}-{}.mp4", slot.position),
        "instagram_content_type": (platform == "instagram").then_some("reel"),
    });
    slot.content = serde_json::from_value::<Content>(content).ok();
}
