//! What happens when something is due: a manager takes an order, delivers an account, posts a video.

use data_encoding::HEXLOWER;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::decisions::UNREACHABLE_DOMAIN;
use crate::events;
use crate::resources::bundles::{Bundle, BundleStatus, Slot, Step};
use crate::resources::lifecycle::{Due, Happened};
use crate::resources::saved_accounts::{self, Delivery};
use crate::resources::{warming, work};
use crate::workspace::Workspace;

/// Does what is due for the order at this place in the list.
pub(super) fn happen(workspace: &mut Workspace, index: usize, due: Due, at: i64) {
    let happened = match due {
        Due::Accept => {
            let bundle = &mut workspace.bundles[index];
            bundle.status = BundleStatus::Accepted;
            bundle.accepted_at = Some(at);
            Vec::new()
        }
        Due::Account => move_account(workspace, index, at),
        Due::Video(place) => move_video(workspace, index, place, at),
        Due::RefundWarming => refund_warming(workspace, index, at),
    };
    for (kind, data) in happened {
        events::emit(workspace, kind, data);
    }
    let id = workspace.bundles[index].id.clone();
    warming::start_if_ready(workspace, &id, at);
}

fn move_account(workspace: &mut Workspace, index: usize, at: i64) -> Happened {
    let bundle = &mut workspace.bundles[index];
    let Some(account) = &mut bundle.account else {
        return Vec::new();
    };
    if account.status == Step::InReview {
        let previous = account.enter(Step::Finalized, at);
        bundle.complete_if_done();
        return vec![("account.finalized", bundle.account_event(previous))];
    }
    let previous = account.enter(Step::InReview, at);
    if bundle.saved_account_id.is_none() {
        let delivery = delivery(bundle);
        let id = saved_accounts::deliver(workspace, delivery, at);
        let bundle = &mut workspace.bundles[index];
        bundle.saved_account_id = Some(id);
        bundle.delivered_at = Some(at);
    }
    let event = workspace.bundles[index].account_event(previous);
    vec![("account.in_review", event)]
}

fn delivery(bundle: &Bundle) -> Delivery {
    let profile = bundle
        .account
        .as_ref()
        .map(|account| account.profile.clone())
        .unwrap_or_default();
    Delivery {
        bundle_id: Some(bundle.id.clone()),
        platform: bundle.platform.clone(),
        username: profile.username.unwrap_or_default(),
        visible_name: profile.visible_name.unwrap_or_default(),
        biography: profile.biography.unwrap_or_default(),
        country: bundle.country.clone().unwrap_or_default(),
        profile_picture_url: profile.profile_picture_url,
        link_in_bio: profile.link_in_bio,
    }
}

fn move_video(workspace: &mut Workspace, index: usize, place: usize, at: i64) -> Happened {
    let owner = workspace.bundles[index].saved_account_id.clone();
    let slot = &workspace.bundles[index].videos[place];
    // Posting is work on the account: without Coverage the video waits for another day, which turning Coverage on or a
    // change of its dates brings.
    if slot.status == Step::Accepted
        && owner
            .as_deref()
            .is_some_and(|id| !work::admit_due(workspace, id, at))
    {
        let slot = &mut workspace.bundles[index].videos[place];
        slot.held_since = slot.window.map(|window| window.start);
        return Vec::new();
    }
    let username = owner
        .and_then(|id| workspace.account(&id).ok().map(|a| a.username.clone()))
        .unwrap_or_default();
    let bundle = &mut workspace.bundles[index];
    let (id, platform) = (bundle.id.clone(), bundle.platform.clone());
    let slot = &mut bundle.videos[place];
    let (kind, previous) = match slot.status {
        Step::Published if slot.is_unreachable() => {
            slot.download_failed = true;
            let previous = slot.enter(Step::PendingCorrections, at);
            let mut event = slot.event_data(&id, previous);
            event["comment"] = json!("The manager cannot download the media.");
            return vec![("video.pending_corrections", event)];
        }
        Step::Published => {
            slot.enter(Step::Accepted, at);
            return Vec::new();
        }
        Step::InReview => {
            slot.finalized_at = Some(at);
            ("video.finalized", slot.enter(Step::Finalized, at))
        }
        _ => {
            slot.go_live(&platform, &username, at);
            ("video.in_review", slot.enter(Step::InReview, at))
        }
    };
    let event = slot.event_data(&id, previous);
    bundle.complete_if_done();
    vec![(kind, event)]
}

impl Slot {
    /// Whether a manager fails to download its media.
    fn is_unreachable(&self) -> bool {
        let fails = |link: &str| {
            url::Url::parse(link).is_ok_and(|link| {
                link.host_str()
                    .is_some_and(|host| host.ends_with(UNREACHABLE_DOMAIN))
            })
        };
        self.content.as_ref().is_some_and(|content| {
            content
                .video_url
                .iter()
                .chain(&content.story_image_url)
                .chain(&content.carousel_images)
                .any(|link| fails(link))
        })
    }

    /// Gives the post its link, once.
    fn go_live(&mut self, platform: &str, username: &str, at: i64) {
        self.posted_at.get_or_insert(at);
        if self.platform_url.is_none() {
            self.platform_url = Some(live_link(platform, username, &self.id));
        }
    }
}

/// The link of a post: made up, the same for the same video.
pub(crate) fn live_link(platform: &str, username: &str, video_id: &str) -> String {
    let digest = Sha256::digest(video_id.as_bytes());
    if platform == "instagram" {
        let code = &HEXLOWER.encode(&digest)[..11];
        format!("https://www.instagram.com/reel/{code}/")
    } else {
        let number = digest[..7]
            .iter()
            .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        format!(
            "https://www.tiktok.com/@{username}/video/7{:018}",
            number % 1_000_000_000_000_000_000
        )
    }
}

/// Gives back what was paid for unnamed warming targets.
fn refund_warming(workspace: &mut Workspace, index: usize, at: i64) -> Happened {
    let bundle = &mut workspace.bundles[index];
    let Some(targets) = bundle.warming.take() else {
        return Vec::new();
    };
    let amount = targets.paid();
    let data = json!({
        "bundle_id": bundle.id,
        "amount": amount,
        "reason": "warming_targets_unnamed",
    });
    let id = workspace.ids.next(&workspace.id);
    workspace
        .credits
        .grant(id, at, amount, None, "Warming targets refunded");
    vec![("credits.restored", data)]
}

/// Announces what warming runs have reached by `until`; says whether anything was.
pub(super) fn announce_warming(workspace: &mut Workspace, until: i64) -> bool {
    let mut any = false;
    loop {
        let next = workspace
            .warming
            .iter_mut()
            .filter_map(|session| Some((session.next_due()?, session)))
            .filter(|(at, _)| *at <= until)
            .min_by_key(|(at, _)| *at)
            .and_then(|(_, session)| session.announce());
        let Some(announcement) = next else {
            return any;
        };
        workspace.clock = announcement.at;
        events::emit(workspace, announcement.kind, announcement.data);
        any = true;
    }
}
