//! The steps of the walk.

use serde_json::json;

use super::step::{Step, find, finding, form, get, later, plain, with};
use crate::tests::flow::{day, video};

const POLICY: &str = "managed-credential-reveal-v1";

/// Orders and their videos.
pub(super) fn order() -> Vec<Step> {
    let body = json!({
        "bundle_type": "account_and_videos", "country": "FR", "videos_quantity": 2,
        "wants_advanced_warming": true, "advanced_warming_terms_count": 3, "auto_finalize_videos": false,
    });
    let profile = json!({ "username": "a.b", "visible_name": "A", "biography": "B", "profile_picture_url": "p.jpg" });
    let terms = json!({ "advanced_warming_terms": ["one pot", "meal prep", "easy dinner"] });
    let mut item = video(4);
    item["position"] = json!(1);
    let window = json!({ "target_publish_start_date": day(5), "target_publish_end_date": day(6) });
    let wish = json!({ "comment": "Once more" });
    let csv = "position,video_type,target_publish_date,description,video_url\n\
               4,video,2026-11-29,A caption,https://media.example.com/a.mp4\n";
    vec![
        finding(with("POST", "/bundles", body), &[("bundle", "/data/id")]),
        with(
            "POST",
            "/bundles/bulk",
            json!({ "platforms": ["tiktok"], "country": "FR", "accounts_count": 1 }),
        ),
        get("/bundles"),
        get("/bundles/{bundle}"),
        with("PATCH", "/bundles/{bundle}", json!({ "title": "T" })),
        with(
            "POST",
            "/bundles/{bundle}/add-video-slots",
            json!({ "quantity": 2 }),
        ),
        with(
            "POST",
            "/bundles/{bundle}/add-edit-slots",
            json!({ "quantity": 1 }),
        ),
        get("/bundles/{bundle}/account"),
        with("PUT", "/bundles/{bundle}/account", profile),
        with("PUT", "/bundles/{bundle}/warming-terms", terms),
        get("/bundles/{bundle}/videos"),
        with(
            "PUT",
            "/bundles/{bundle}/videos/batch",
            json!({ "videos": [item] }),
        ),
        get("/bundles/{bundle}/videos/1"),
        plain("POST", "/bundles/{bundle}/videos/1/reset"),
        with("PUT", "/bundles/{bundle}/videos/1", video(4)),
        with("PATCH", "/bundles/{bundle}/videos/1", window),
        with("PUT", "/bundles/{bundle}/videos/2", video(4)),
        form("/bundles/{bundle}/videos/import-csv", "a.csv", csv),
        get("/bundles/{bundle}/publish-readiness"),
        plain("POST", "/bundles/{bundle}/publish"),
        plain("POST", "/bundles/{bundle}/unpublish"),
        plain("POST", "/bundles/{bundle}/publish"),
        later(1, with("PUT", "/bundles/{bundle}/videos/3", video(4))),
        plain("POST", "/bundles/{bundle}/videos/3/publish"),
        plain("POST", "/bundles/{bundle}/videos/publish-all"),
        plain("POST", "/bundles/{bundle}/videos/3/unschedule"),
        with(
            "POST",
            "/bundles/{bundle}/videos/1/fix-download",
            json!({ "video_url": "https://m.example/b.mp4" }),
        ),
        later(
            24,
            with(
                "POST",
                "/bundles/{bundle}/account/corrections",
                wish.clone(),
            ),
        ),
        later(12, plain("POST", "/bundles/{bundle}/account/finalize")),
        later(
            72,
            with("POST", "/bundles/{bundle}/videos/2/corrections", wish),
        ),
        later(12, plain("POST", "/bundles/{bundle}/videos/2/finalize")),
    ]
}

/// Delivered accounts and their figures.
pub(super) fn accounts() -> Vec<Step> {
    let edit = json!({ "requested_username": "new.name", "requested_visible_name": "New" });
    let consent = || json!({ "acknowledge_support_forfeit": true, "policy_version": POLICY });
    let quoted = json!({
        "expected_credits": "{credits}", "expected_current_period_end": "{until}",
        "expected_lock_version": "{version}",
    });
    let quote: &[_] = &[
        ("credits", "/data/reactivation_quote/credits"),
        ("until", "/data/reactivation_quote/current_period_end"),
        ("version", "/data/reactivation_quote/lock_version"),
    ];
    vec![
        find("/accounts?platform=instagram", &[("insta", "/data/0/id")]),
        get("/account-bans"),
        get("/accounts/{account}"),
        get("/accounts/{account}/bundles"),
        with(
            "PATCH",
            "/accounts/{account}/commenting-profile",
            json!({ "goal": "g" }),
        ),
        plain("POST", "/accounts/{insta}/managed-subscription/cancel"),
        find("/accounts/{insta}/managed-subscription", quote),
        with(
            "POST",
            "/accounts/{insta}/managed-subscription/reactivate",
            quoted,
        ),
        with("POST", "/accounts/{insta}/edit-request", edit),
        get("/accounts/{insta}/edit-request"),
        with(
            "POST",
            "/accounts/{account}/rewarm",
            json!({ "search_terms": ["one pot", "meal prep", "dinner"] }),
        ),
        find(
            "/accounts/{account}/warming-sessions",
            &[("session", "/data/0/id")],
        ),
        get("/warming-sessions/{session}"),
        with(
            "POST",
            "/warming/generate-terms",
            json!({ "text": "pasta" }),
        ),
        get("/accounts/{account}/analytics/can-refresh"),
        with("POST", "/accounts/{account}/analytics/refresh", json!({})),
        with("POST", "/analytics/accounts/{insta}/refresh", json!({})),
        get("/analytics"),
        get("/analytics/contract"),
        get("/analytics/export/videos"),
        with("POST", "/analytics/export/reports", json!({})),
        with("POST", "/analytics/export/reports/html", json!({})),
        get("/analytics/series"),
        find(
            "/analytics/accounts/{account}",
            &[("post", "/data/posts/0/tracked_post_id")],
        ),
        get("/analytics/accounts/{account}/raw"),
        get("/accounts/{account}/analytics"),
        get("/accounts/{account}/analytics/videos"),
        get("/videos/{live}/analytics"),
        with("POST", "/videos/{live}/ad-code-request", json!({})),
        get("/videos/{live}/ad-code-request"),
        get("/analytics/comments"),
        get("/analytics/accounts/{account}/comments"),
        get("/analytics/posts/{post}/raw"),
        with("POST", "/accounts/{insta}/verification-code", consent()),
        with("POST", "/accounts/{insta}/reveal-credentials", consent()),
    ]
}

/// Uploads, webhooks and comments.
pub(super) fn rest() -> Vec<Step> {
    let comment = |text: &str| {
        let target = "https://www.tiktok.com/@chef.lina/video/7400000000000000000";
        json!({ "saved_account_id": "{account}", "target_video_url": target, "comment_text": text })
    };
    let task: &[_] = &[("task", "/data/created/0/id")];
    let hook = json!({ "url": "http://localhost:9900/hook", "events": ["bundle.created"] });
    let image =
        json!({ "filename": "a.png", "content_type": "image/png", "bundle_id": "{bundle}" });
    vec![
        with(
            "POST",
            "/upload/video",
            json!({ "filename": "a.mp4", "bundle_id": "{bundle}" }),
        ),
        with("POST", "/upload/image", image),
        with(
            "POST",
            "/upload/image/from-url",
            json!({ "url": "https://a.example/b.png", "bundle_id": "{bundle}" }),
        ),
        form("/upload/video/direct", "a.mp4", "bytes"),
        form("/upload/image/direct", "a.png", "bytes"),
        get("/webhooks/events"),
        finding(with("POST", "/webhooks", hook), &[("hook", "/data/id")]),
        get("/webhooks"),
        get("/webhooks/{hook}"),
        with("PATCH", "/webhooks/{hook}", json!({ "enabled": true })),
        plain("POST", "/webhooks/{hook}/test"),
        find("/webhooks/{hook}/deliveries", &[("delivery", "/data/0/id")]),
        plain("POST", "/webhooks/{hook}/deliveries/{delivery}/retry"),
        plain("DELETE", "/webhooks/{hook}"),
        finding(with("POST", "/comments", comment("One")), task),
        get("/comments"),
        get("/comments/{task}"),
        plain("DELETE", "/comments/{task}"),
        finding(with("POST", "/comments", comment("unmatched")), task),
        later(7, get("/comments/{task}/verifications")),
        with(
            "POST",
            "/comments/{task}/dispute",
            json!({ "reason": "Not there" }),
        ),
        finding(with("POST", "/comments", comment("unmatched too")), task),
        later(7, plain("POST", "/comments/{task}/approve")),
    ]
}
