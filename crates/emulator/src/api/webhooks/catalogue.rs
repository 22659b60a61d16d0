//! The catalogue of event types.

use serde_json::{Map, Value, json};

use super::outbox::RETRIES;
use crate::answer::Answer;
use crate::call::{Call, Reply};
use crate::contract::API_VERSION;
use crate::time::SECOND;
use crate::workspace::Workspace;

/// An event type: its name, whether the emulator sends it, the members of its data, and what happened.
type Event = (&'static str, bool, &'static str, &'static str);

const ORDER: &str = "bundle_id status";
const PROFILE: &str = "account_id bundle_id platform status";
const DELIVERED: &str =
    "account_id saved_account_id bundle_id username platform status previous_status";
const BAN: &str = "bundle_id saved_account_id username platform reason appeal_status banned_at";
const VIDEO: &str = "video_id bundle_id position status previous_status";
const POST: &str = "video_id bundle_id position status previous_status platform_url";
const ACCOUNT: &str = "saved_account_id username platform";
const SESSION: &str = "session_id saved_account_id status";

/// Every event type, in the order of the API document.
#[rustfmt::skip]
const EVENTS: [Event; 34] = [
    ("webhook.test", true, "message", "A test was asked for."),
    ("bundle.created", true, ORDER, "An order was placed."),
    ("bundle.published", true, ORDER, "An order was published."),
    ("bundle.cancelled", false, ORDER, "An order was cancelled."),
    ("bundle.archived", false, ORDER, "An order was archived."),
    ("account.configured", true, PROFILE, "The profile of an account was configured."),
    ("account.published", true, PROFILE, "An account went to the managers."),
    ("account.in_review", true, DELIVERED, "An account was delivered."),
    ("account.pending_corrections", true, DELIVERED, "Corrections of an account were asked for."),
    ("account.finalized", true, DELIVERED, "An account was approved."),
    ("account.remade", false, DELIVERED, "A banned account was replaced."),
    ("account.banned", true, BAN, "An account was reported as banned."),
    ("account.ban_appeal.submitted", true, BAN, "A ban is being appealed."),
    ("account.ban_appeal.resolved", false, BAN, "An appeal was decided."),
    ("account.ban_resolution.decided", false, BAN, "A ban was settled."),
    ("account.revealed", true, ACCOUNT, "A login was disclosed."),
    ("account.distribution_warning", false, ACCOUNT, "The platform shows an account to fewer people."),
    ("video.configured", true, VIDEO, "A video was configured."),
    ("video.in_review", true, POST, "A video was posted and can be reviewed."),
    ("video.published", true, VIDEO, "A video went to the managers."),
    ("video.pending_corrections", true, VIDEO, "Corrections of a video were asked for."),
    ("video.finalized", true, POST, "A video was approved."),
    ("video.not_recommended", false, POST, "The platform does not recommend a video."),
    ("video.ai_labeled", false, POST, "The platform marked a video as made by AI."),
    ("video.sound_restricted", false, POST, "The platform muted a video."),
    ("warming.session_started", true, SESSION, "A warming run began."),
    ("warming.term_verified", false, SESSION, "A warming target was verified."),
    ("warming.session_completed", false, SESSION, "A warming run ended."),
    ("subscription.renewed", true, ACCOUNT, "Coverage was renewed."),
    ("subscription.lapsed", true, ACCOUNT, "Coverage lapsed."),
    ("subscription.cancelled", true, ACCOUNT, "Coverage was paused."),
    ("subscription.reactivated", true, ACCOUNT, "Coverage was turned on again."),
    ("subscription.ended", true, ACCOUNT, "Coverage ended for good."),
    ("credits.restored", true, "bundle_id amount reason", "Credits were given back."),
];

/// `GET /webhooks/events`.
pub(crate) fn list(_: &mut Workspace, _: &Call) -> Reply {
    let events = EVENTS.map(|(name, emitted, members, description)| {
        let example = example(name, members);
        let schema = example.iter().map(|(member, value)| {
            let kind = if value.is_i64() { "integer" } else { "string" };
            (member.clone(), json!({ "type": [kind, "null"] }))
        });
        json!({
            "type": name,
            "description": description,
            "emitted": emitted,
            "schema": { "type": "object", "properties": Map::from_iter(schema) },
            "example": example,
        })
    });
    Ok(Answer::data(json!({
        "events": events.to_vec(),
        "envelope": {
            "id": "evt_ and 32 hexadecimal digits",
            "type": "the event type",
            "api_version": API_VERSION,
            "created_at": "RFC 3339 time",
            "data": "what belongs to the event",
        },
        "delivery": {
            "method": "POST", "content_type": "application/json",
            "headers": ["TokPortal-Event-Id", "TokPortal-Event-Type", "TokPortal-Signature"],
            "retry_after_seconds": RETRIES.map(|pause| pause / SECOND),
        },
        "signature": {
            "format": "t=<unix seconds>,v1=<hex>",
            "algorithm": "HMAC-SHA256 with signing_secret over t, a full stop and the raw body",
            "tolerance_seconds": 300,
        },
    })))
}

/// Sample data of an event type with these members.
pub(super) fn example(kind: &str, members: &str) -> Map<String, Value> {
    let sample = |member| match member {
        "message" => json!("This is a test."),
        "position" | "amount" => json!(1),
        "status" => json!(kind.rsplit('.').next()),
        "previous_status" => json!("published"),
        "platform" => json!("tiktok"),
        "username" => json!("maple.kitchen"),
        "reason" if members == BAN => json!("platform_ban"),
        "reason" => json!("warming_targets_unnamed"),
        "appeal_status" => json!("appeal_pending"),
        "banned_at" => json!("2026-05-25T12:00:00.000Z"),
        "platform_url" => json!("https://www.tiktok.com/@maple.kitchen/video/7400000000000000000"),
        _ => json!("3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b"),
    };
    let names = members.split(' ');
    names.map(|name| (name.to_owned(), sample(name))).collect()
}
