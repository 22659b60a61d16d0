//! The managers, played by the clock: what they and the automatic approval do to orders follows from the stored times.

use serde_json::json;

use super::bundle::{Bundle, BundleStatus, Slot, Step};
use super::show::merged;
use super::warming::start_run;
use crate::api::accounts::{Account, deliver, work};
use crate::api::webhooks::outbox;
use crate::ids::hash;
use crate::ledger::grant;
use crate::time::{DAY, HOUR, Time};
use crate::workspace::Workspace;

// How long after it was published, accepted or delivered something goes on.
const ACCEPT_AFTER: i64 = HOUR;
const DELIVER_AFTER: i64 = 24 * HOUR;
const CORRECT_AFTER: i64 = 12 * HOUR;
const APPROVE_AFTER: i64 = 72 * HOUR;

pub(crate) fn next_due(workspace: &Workspace) -> Option<Time> {
    let bundles = workspace.all::<Bundle>();
    let moments = bundles.iter().flat_map(|bundle| moments(workspace, bundle));
    moments.flatten().min()
}

fn moments(workspace: &Workspace, bundle: &Bundle) -> Vec<Option<Time>> {
    let mut moments = vec![order_due(bundle), account_due(bundle), refund_due(bundle)];
    let videos = bundle.videos.iter();
    moments.extend(videos.map(|slot| video_due(workspace, bundle, slot)));
    moments
}

pub(crate) fn advance(workspace: &mut Workspace) {
    let now = workspace.now;
    let is_due = |at: Option<Time>| at.is_some_and(|at| at <= now);
    for (index, bundle) in workspace.all::<Bundle>().iter().enumerate() {
        if !moments(workspace, bundle).into_iter().any(is_due) {
            continue;
        }
        let mut bundle = bundle.clone();
        if is_due(order_due(&bundle)) {
            bundle.status = BundleStatus::Accepted;
            bundle.accepted_at = Some(now);
        }
        if is_due(account_due(&bundle)) {
            advance_account(workspace, &mut bundle);
        }
        for place in 0..bundle.videos.len() {
            if is_due(video_due(workspace, &bundle, &bundle.videos[place])) {
                advance_video(workspace, &mut bundle, place);
            }
        }
        if is_due(refund_due(&bundle)) {
            refund_targets(workspace, &mut bundle);
        }
        bundle.complete_if_done();
        workspace.all_mut()[index] = bundle;
    }
}

fn order_due(bundle: &Bundle) -> Option<Time> {
    let offered_at = bundle.published_at.filter(|_| bundle.accepted_at.is_none());
    offered_at.map(|at| at + ACCEPT_AFTER)
}

fn refund_due(bundle: &Bundle) -> Option<Time> {
    let targets = bundle.warming.as_ref()?;
    let refund_at = bundle.created_at + 14 * DAY;
    targets.terms.is_none().then_some(refund_at)
}

fn account_due(bundle: &Bundle) -> Option<Time> {
    let account = bundle.account.as_ref()?;
    match account.status {
        Step::Published => Some(bundle.accepted_at?.max(account.since + DELIVER_AFTER)),
        Step::PendingCorrections => Some(account.since + CORRECT_AFTER),
        Step::InReview => Some(account.since + APPROVE_AFTER),
        Step::Pending | Step::Configured | Step::Accepted | Step::Finalized => None,
    }
}

fn video_due(workspace: &Workspace, bundle: &Bundle, slot: &Slot) -> Option<Time> {
    // Posting is work on the account. While it is not allowed, the video waits.
    let if_admitted = |at: Time| {
        let owner = bundle.saved_account_id.as_ref()?;
        work::admits(workspace, owner, at.max(workspace.now)).then_some(at)
    };
    match slot.status {
        Step::Published => Some(bundle.accepted_at?.max(slot.since + ACCEPT_AFTER)),
        Step::Accepted => {
            let (start, _) = slot.window?;
            if_admitted((start + 12 * HOUR).max(slot.since))
        }
        Step::InReview => {
            let latest = slot.since + APPROVE_AFTER;
            let automatic = slot.since.max(bundle.review_mode_since) + HOUR;
            let is_auto = bundle.auto_finalize_videos;
            Some(if is_auto {
                automatic.min(latest)
            } else {
                latest
            })
        }
        Step::PendingCorrections if !slot.is_unreachable() => {
            if_admitted(slot.since + CORRECT_AFTER)
        }
        Step::Pending | Step::Configured | Step::PendingCorrections | Step::Finalized => None,
    }
}

fn advance_account(workspace: &mut Workspace, bundle: &mut Bundle) {
    let part = bundle.account.clone().unwrap_or_default();
    if part.status == Step::InReview {
        return bundle.move_account(workspace, Step::Finalized);
    }
    if bundle.saved_account_id.is_some() {
        return bundle.move_account(workspace, Step::InReview);
    }
    let account = merged(json!(Account::default()), json!(part.profile));
    let mut account: Account = serde_json::from_value(account).unwrap_or_default();
    account.platform.clone_from(&bundle.platform);
    account.country = bundle.country.clone().unwrap_or_default();
    account.bundle_id = Some(bundle.id.clone());
    bundle.saved_account_id = Some(deliver(workspace, account));
    bundle.move_account(workspace, Step::InReview);
    start_run(workspace, bundle);
}

fn advance_video(workspace: &mut Workspace, bundle: &mut Bundle, index: usize) {
    let (slot, now) = (&mut bundle.videos[index], workspace.now);
    let step = match slot.status {
        Step::Published if slot.is_unreachable() => Step::PendingCorrections,
        Step::Published => Step::Accepted,
        Step::InReview => Step::Finalized,
        _ => {
            let owner = bundle.saved_account_id.as_deref().unwrap_or_default();
            work::admit(workspace, owner, now);
            let account = workspace.find::<Account>(owner).unwrap_or_default();
            let link = live_link(&bundle.platform, &account.username, &slot.id);
            slot.posted_at.get_or_insert(now);
            slot.platform_url.get_or_insert(link);
            Step::InReview
        }
    };
    bundle.move_video(workspace, index, step);
}

/// Gives back what was paid for warming targets without names.
fn refund_targets(workspace: &mut Workspace, bundle: &mut Bundle) {
    let amount = bundle.warming.take().map_or(0, |targets| targets.paid);
    grant(workspace, amount, None, "Warming targets refunded");
    let reason = "warming_targets_unnamed";
    let data = json!({ "bundle_id": bundle.id, "amount": amount, "reason": reason });
    outbox::emit(workspace, "credits.restored", data);
}

/// The link of a post: made up, the same for the same video.
fn live_link(platform: &str, username: &str, video_id: &str) -> String {
    let digits = &hash(video_id).replace(char::is_alphabetic, "0")[..18];
    match platform {
        "instagram" => format!("https://www.instagram.com/reel/{digits}/"),
        _ => format!("https://www.tiktok.com/@{username}/video/7{digits}"),
    }
}
