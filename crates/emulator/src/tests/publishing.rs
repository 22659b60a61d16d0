//! Readiness, publishing, taking back, further slots, bulk orders, prices.

use serde_json::{Value, json};

use super::flow::{Flow, day, merged};

fn codes(readiness: &Value) -> Vec<&str> {
    readiness["blockers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|blocker| blocker["code"].as_str().unwrap())
        .collect()
}

#[test]
fn readiness_names_every_blocker_and_publishing_the_first() {
    let flow = Flow::new();
    let bundle = flow.order(1, &json!({}));
    let (ready, publish) = (
        format!("{bundle}/publish-readiness"),
        format!("{bundle}/publish"),
    );
    assert_eq!(
        codes(&flow.get(&ready)),
        [
            "ACCOUNT_NOT_CONFIGURED",
            "ACCOUNT_MISSING_FIELDS",
            "NO_VIDEOS_CONFIGURED"
        ]
    );
    assert_eq!(
        flow.post(&publish).refusal(),
        (409, "ACCOUNT_NOT_CONFIGURED".into())
    );
    let profile = json!({ "username": "a.b", "visible_name": "A", "biography": " " });
    flow.call("PUT", &format!("{bundle}/account"), Some(profile))
        .data();
    let reply = flow.post(&publish);
    assert_eq!(reply.refusal(), (409, "ACCOUNT_MISSING_FIELDS".into()));
    assert_eq!(
        reply.json()["error"]["details"]["missing_fields"],
        json!(["biography"])
    );
    flow.name_account(&bundle, "a.b");
    assert_eq!(codes(&flow.get(&ready)), ["NO_VIDEOS_CONFIGURED"]);
    assert_eq!(
        flow.post(&publish).refusal(),
        (409, "NO_VIDEOS_CONFIGURED".into())
    );
    flow.configure(&bundle, 1, 3).data();
    assert_eq!(codes(&flow.get(&ready)), [""; 0]);
    assert_eq!(flow.post(&publish).data()["status"], "published");
    assert_eq!(codes(&flow.get(&ready)), ["BUNDLE_ALREADY_PUBLISHED"]);
    assert_eq!(
        flow.post(&publish).refusal(),
        (409, "BUNDLE_ALREADY_PUBLISHED".into())
    );
}

#[test]
fn publishing_moves_dates_that_have_become_too_close() {
    let flow = Flow::new();
    let bundle = flow.order(5, &json!({}));
    flow.name_account(&bundle, "a.b");
    for position in 1..=3 {
        flow.configure(&bundle, position, 3).data();
    }
    for position in 4..=5 {
        flow.configure(&bundle, position, 5).data();
    }
    flow.hours(48);
    let reply = flow.post(&format!("{bundle}/publish")).json();
    let moved = reply["adjusted_videos"].as_array().unwrap();
    assert_eq!(moved.len(), 3);
    assert_eq!(
        moved[0],
        json!({
            "video_id": flow.get(&format!("{bundle}/videos/1"))["id"],
            "position": 1,
            "previous_date": day(3),
            "new_date": day(5),
        })
    );
    let days: Vec<&Value> = moved.iter().map(|video| &video["new_date"]).collect();
    assert_eq!(days, [&day(5), &day(6), &day(6)], "three a day at most");
    assert!(reply["adjusted_videos_note"].is_string());
    let slot = flow.get(&format!("{bundle}/videos/3"));
    assert_eq!(slot["target_publish_end_date"], day(7));

    let prompt = flow.order(0, &json!({}));
    flow.name_account(&prompt, "c.d");
    let unmoved = flow.post(&format!("{prompt}/publish")).json();
    assert_eq!(unmoved.get("adjusted_videos"), None);
}

#[test]
fn an_order_can_be_taken_back_until_a_manager_accepts() {
    let flow = Flow::new();
    let bundle = flow.published(1, &json!({}));
    let (unpublish, balance) = (format!("{bundle}/unpublish"), flow.world.balance());
    assert_eq!(flow.post(&unpublish).data()["status"], "pending_setup");
    assert_eq!(flow.world.balance(), balance, "no refund");
    assert_eq!(flow.status(&format!("{bundle}/videos/1")), "configured");
    assert_eq!(flow.status(&format!("{bundle}/account")), "configured");
    let reply = flow.post(&unpublish);
    assert_eq!(reply.refusal(), (409, "BUNDLE_INVALID_STATUS".into()));
    assert_eq!(
        reply.json()["error"]["details"]["current_status"],
        "pending_setup"
    );
    flow.hours(30);
    assert_eq!(flow.status(&bundle), "pending_setup");
    flow.post(&format!("{bundle}/publish")).data();
    flow.hours(1);
    assert_eq!(
        flow.post(&unpublish).refusal(),
        (409, "already_accepted".into())
    );
}

#[test]
fn further_slots_are_paid_at_once() {
    let flow = Flow::new();
    let bundle = flow.order(1, &json!({}));
    let more = |what: &str, quantity: i64| {
        let path = format!("{bundle}/add-{what}-slots");
        flow.call("POST", &path, Some(json!({ "quantity": quantity })))
    };
    let reply = more("video", 2).json();
    assert_eq!(
        (&reply["credits_charged"], &reply["data"]["videos_quantity"]),
        (&json!(4), &json!(3))
    );
    let reply = more("edit", 3).json();
    assert_eq!(
        (&reply["credits_charged"], &reply["data"]["edits_quantity"]),
        (&json!(9), &json!(3))
    );
    let positions = flow.get(&format!("{bundle}/videos"));
    assert_eq!(positions[2]["position"], 3);
    for (what, quantity, expected) in [
        ("edit", 1, (400, "VALIDATION_ERROR")),
        ("video", 0, (400, "VALIDATION_ERROR")),
        ("video", 498, (400, "VALIDATION_ERROR")),
        (
            "video",
            9_000_000_000_000_000_000,
            (400, "VALIDATION_ERROR"),
        ),
    ] {
        assert_eq!(
            more(what, quantity).refusal(),
            (expected.0, expected.1.to_owned()),
            "{what} {quantity}"
        );
    }
    flow.world.control("/credits", json!({ "balance": 1 }));
    assert_eq!(
        more("video", 1).refusal(),
        (402, "INSUFFICIENT_CREDITS".into())
    );
    let done = flow.get("/bundles?status=completed")[0]["id"].clone();
    let path = format!("/bundles/{}/add-video-slots", done.as_str().unwrap());
    let reply = flow.call("POST", &path, Some(json!({ "quantity": 1 })));
    assert_eq!(reply.refusal(), (409, "BUNDLE_INVALID_STATUS".into()));
}

#[test]
fn an_account_order_with_further_video_slots_becomes_one_with_videos() {
    let flow = Flow::new();
    let bundle = flow.order(0, &json!({}));
    let path = format!("{bundle}/add-video-slots");
    let grown = flow
        .call("POST", &path, Some(json!({ "quantity": 1 })))
        .data();
    assert_eq!(grown["bundle_type"], "account_and_videos");
}

#[test]
fn a_bulk_order_is_placed_as_a_whole() {
    let flow = Flow::new();
    let body = |extra: Value| {
        let body = json!({
            "platforms": ["tiktok", "instagram"], "country": "GB", "accounts_count": 2,
            "upload_accounts_count": 1, "videos_per_account": 5, "external_ref": "wave-1",
        });
        Some(merged(body, &extra))
    };
    let reply = flow.call("POST", "/bundles/bulk", body(json!({}))).json();
    assert_eq!(reply["data"]["total_count"], 4);
    assert_eq!(reply["credits_charged"], 4 * 32 + 2 * 5 * 2);
    let bundles = reply["data"]["bundles"].as_array().unwrap();
    let shape: Vec<(&Value, &Value, &Value)> = bundles
        .iter()
        .map(|b| (&b["platform"], &b["bundle_type"], &b["videos_quantity"]))
        .collect();
    assert_eq!(
        shape[1..3],
        [
            (&json!("tiktok"), &json!("account_only"), &json!(0)),
            (&json!("instagram"), &json!("account_and_videos"), &json!(5)),
        ]
    );
    assert!(
        bundles
            .iter()
            .all(|b| b["country"] == "UK" && b["external_ref"] == "wave-1")
    );
    let terms = json!(["one pot", "meal prep", "easy dinner"]);
    let warmed = json!({ "wants_advanced_warming": true, "advanced_warming_terms": terms });
    let reply = flow.call("POST", "/bundles/bulk", body(warmed)).json();
    assert_eq!(reply["cost_breakdown"]["advanced_warming"], 4 * 15);

    let placed = flow.workspace().bundles.len();
    for (extra, expected) in [
        (
            json!({ "upload_accounts_count": 3 }),
            (400, "VALIDATION_ERROR"),
        ),
        (
            json!({ "videos_per_account": 0 }),
            (400, "VALIDATION_ERROR"),
        ),
        (json!({ "country": "JP" }), (400, "COUNTRY_NOT_ENABLED")),
        (
            json!({ "platforms": ["youtube"] }),
            (400, "YOUTUBE_DELAYED"),
        ),
        (
            json!({ "accounts_count": 100 }),
            (402, "INSUFFICIENT_CREDITS"),
        ),
        (
            json!({ "advanced_warming_terms": terms }),
            (400, "ADVANCED_WARMING_FLAG_REQUIRED"),
        ),
    ] {
        let reply = flow.call("POST", "/bundles/bulk", body(extra.clone()));
        assert_eq!(
            reply.refusal(),
            (expected.0, expected.1.to_owned()),
            "{extra}"
        );
    }
    flow.world
        .control("/credits", json!({ "balance": 1_000_000 }));
    let all = json!({ "accounts_count": 100 });
    for _ in 0..2 {
        flow.call("POST", "/bundles/bulk", body(all.clone())).data();
    }
    let reply = flow.call("POST", "/bundles/bulk", body(all));
    assert_eq!(reply.refusal(), (429, "capacity_cooldown".into()));
    assert_eq!(flow.workspace().bundles.len(), placed + 400);
}

#[test]
fn publishing_uses_the_same_capacity_as_ordering() {
    let flow = Flow::new();
    flow.world
        .control("/credits", json!({ "balance": 1_000_000 }));
    let bundle = flow.order(1, &json!({}));
    flow.name_account(&bundle, "a.b");
    flow.configure(&bundle, 1, 4).data();
    let body =
        |count| Some(json!({ "platforms": ["tiktok"], "country": "FR", "accounts_count": count }));
    for _ in 0..4 {
        flow.call("POST", "/bundles/bulk", body(100)).data();
    }
    flow.call("POST", "/bundles/bulk", body(99)).data();
    let reply = flow.post(&format!("{bundle}/publish"));
    assert_eq!(reply.refusal(), (429, "capacity_cooldown".into()));
    assert_eq!(reply.header("retry-after"), Some("3600"));
    flow.hours(1);
    flow.post(&format!("{bundle}/publish")).data();
}

#[test]
fn an_order_right_after_a_price_change_was_prepared_before_it() {
    let flow = Flow::new();
    flow.world
        .control("/prices", json!({ "account_creation": 40 }));
    let body = || Some(json!({ "bundle_type": "account_only", "country": "FR" }));
    let reply = flow.call("POST", "/bundles", body());
    assert_eq!(reply.refusal(), (409, "BUNDLE_PRICING_CHANGED".into()));
    let costs = flow.get("/credit-costs");
    assert_eq!(costs["costs"]["account_creation"]["tiktok"], 40);
    flow.world
        .control("/clock", json!({ "advance_seconds": 300 }));
    let placed = flow.call("POST", "/bundles", body()).json();
    assert_eq!(placed["credits_charged"], 40);
}
