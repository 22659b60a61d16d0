//! The catalogue of webhook events.

use serde_json::{Map, Value, json};

use crate::answer::Answer;
use crate::decisions::{API_VERSION, DELIVERY_RETRY_AFTER_MS, SIGNATURE_TOLERANCE_SECONDS};
use crate::error::ApiError;
use crate::request::{Context, Request};
use crate::time::SECOND;
use crate::workspace::Workspace;

/// Type, meaning, whether the emulator sends it, and the members of its data.
type Row = (&'static str, &'static str, bool, &'static [&'static str]);

const BUNDLE: &[&str] = &["bundle_id", "status"];
const PROFILE: &[&str] = &["account_id", "bundle_id", "platform", "status"];
const DELIVERED: &[&str] = &[
    "account_id",
    "saved_account_id",
    "bundle_id",
    "username",
    "platform",
    "status",
    "previous_status",
];
const BANNED: &[&str] = &[
    "bundle_id",
    "saved_account_id",
    "username",
    "platform",
    "reason",
    "appeal_status",
    "banned_at",
];
const VIDEO: &[&str] = &[
    "video_id",
    "bundle_id",
    "position",
    "status",
    "previous_status",
];
const POSTED: &[&str] = &[
    "video_id",
    "bundle_id",
    "position",
    "status",
    "previous_status",
    "platform_url",
];
const SAVED: &[&str] = &["saved_account_id", "username", "platform"];
const SESSION: &[&str] = &["session_id", "saved_account_id", "status"];

/// Every event type.
pub const EVENTS: [Row; 34] = [
    ("webhook.test", "Sent on request.", true, &["message"]),
    ("bundle.created", "An order was placed.", true, BUNDLE),
    ("bundle.published", "An order was published.", true, BUNDLE),
    ("bundle.cancelled", "An order was cancelled.", false, BUNDLE),
    ("bundle.archived", "An order was archived.", false, BUNDLE),
    (
        "account.configured",
        "The profile of an account was configured.",
        true,
        PROFILE,
    ),
    (
        "account.published",
        "An account went to the managers.",
        true,
        PROFILE,
    ),
    (
        "account.in_review",
        "An account was delivered.",
        true,
        DELIVERED,
    ),
    (
        "account.pending_corrections",
        "Corrections of an account were asked for.",
        true,
        DELIVERED,
    ),
    (
        "account.finalized",
        "An account was approved.",
        true,
        DELIVERED,
    ),
    (
        "account.remade",
        "A banned account was replaced.",
        true,
        DELIVERED,
    ),
    (
        "account.banned",
        "An account was reported as banned.",
        true,
        BANNED,
    ),
    (
        "account.ban_appeal.submitted",
        "A ban is being appealed.",
        true,
        BANNED,
    ),
    (
        "account.ban_appeal.resolved",
        "An appeal was decided.",
        true,
        BANNED,
    ),
    (
        "account.ban_resolution.decided",
        "A ban was settled.",
        true,
        BANNED,
    ),
    ("account.revealed", "A login was disclosed.", true, SAVED),
    (
        "account.distribution_warning",
        "The platform shows an account to fewer people.",
        false,
        SAVED,
    ),
    ("video.configured", "A video was configured.", true, VIDEO),
    (
        "video.in_review",
        "A video was posted and can be reviewed.",
        true,
        POSTED,
    ),
    (
        "video.published",
        "A video went to the managers.",
        true,
        VIDEO,
    ),
    (
        "video.pending_corrections",
        "Corrections of a video were asked for.",
        true,
        VIDEO,
    ),
    ("video.finalized", "A video was approved.", true, POSTED),
    (
        "video.not_recommended",
        "The platform does not recommend a video.",
        false,
        POSTED,
    ),
    (
        "video.ai_labeled",
        "The platform marked a video as made by AI.",
        false,
        POSTED,
    ),
    (
        "video.sound_restricted",
        "The platform muted a video.",
        false,
        POSTED,
    ),
    (
        "warming.session_started",
        "A warming run began.",
        true,
        SESSION,
    ),
    (
        "warming.term_verified",
        "A warming target was verified.",
        true,
        SESSION,
    ),
    (
        "warming.session_completed",
        "A warming run ended.",
        true,
        SESSION,
    ),
    ("subscription.renewed", "Coverage was renewed.", true, SAVED),
    ("subscription.lapsed", "Coverage lapsed.", true, SAVED),
    (
        "subscription.cancelled",
        "Coverage was paused.",
        true,
        SAVED,
    ),
    (
        "subscription.reactivated",
        "Coverage was turned on again.",
        true,
        SAVED,
    ),
    (
        "subscription.ended",
        "Coverage ended for good.",
        true,
        SAVED,
    ),
    (
        "credits.restored",
        "Credits were given back.",
        true,
        &["bundle_id", "amount", "reason"],
    ),
];

/// Sample data of an event.
pub fn example(kind: &str) -> Value {
    let members = EVENTS
        .iter()
        .find(|(name, ..)| *name == kind)
        .map_or(&[][..], |(.., members)| *members);
    members
        .iter()
        .map(|name| ((*name).to_owned(), sample(kind, name)))
        .collect::<Map<_, _>>()
        .into()
}

fn sample(kind: &str, member: &str) -> Value {
    match member {
        "message" => json!("This is a test."),
        "position" | "amount" => json!(1),
        "status" => json!(kind.rsplit('.').next()),
        "previous_status" => json!("published"),
        "platform" => json!("tiktok"),
        "username" => json!("maple.kitchen"),
        "reason" => json!("warming_targets_unnamed"),
        "appeal_status" => json!("appeal_pending"),
        "banned_at" => json!("2026-05-25T12:00:00.000Z"),
        "platform_url" => json!("https://www.tiktok.com/@maple.kitchen/video/7400000000000000000"),
        _ => json!("3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b"),
    }
}

fn schema(members: &[&str]) -> Value {
    let properties: Map<String, Value> = members
        .iter()
        .map(|name| {
            let kind = match *name {
                "position" | "amount" => json!("integer"),
                _ => json!(["string", "null"]),
            };
            ((*name).to_owned(), json!({ "type": kind }))
        })
        .collect();
    json!({ "type": "object", "properties": properties })
}

/// `GET /webhooks/events`.
pub fn list(_: &mut Workspace, _: &Request, _: &Context) -> Result<Answer, ApiError> {
    let events: Vec<Value> = EVENTS
        .iter()
        .map(|(name, description, emitted, members)| {
            json!({
                "type": name,
                "description": description,
                "emitted": emitted,
                "example": example(name),
                "schema": schema(members),
            })
        })
        .collect();
    Ok(Answer::ok(json!({
        "events": events,
        "envelope": {
            "id": "evt_ and 32 hexadecimal digits",
            "type": "the event type",
            "api_version": API_VERSION,
            "created_at": "RFC 3339 time",
            "data": "what belongs to the event",
        },
        "delivery": {
            "method": "POST",
            "content_type": "application/json",
            "headers": ["TokPortal-Event-Id", "TokPortal-Event-Type", "TokPortal-Signature"],
            "automatic_retries": DELIVERY_RETRY_AFTER_MS.len(),
            "retry_after_seconds": DELIVERY_RETRY_AFTER_MS.map(|pause| pause / SECOND),
        },
        "signature": {
            "header": "TokPortal-Signature",
            "format": "t=<unix seconds>,v1=<hex>",
            "algorithm": "HMAC-SHA256 with signing_secret over t, a full stop and the raw body",
            "tolerance_seconds": SIGNATURE_TOLERANCE_SECONDS,
        },
    })))
}
