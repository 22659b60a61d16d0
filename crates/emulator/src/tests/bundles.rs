//! `/bundles`: placing, reading, listing and renaming orders.

use serde_json::{Value, json};

use super::flow::merged;
use super::world::World;
use crate::people::second_key;

fn order(extra: Value) -> Option<Value> {
    let body =
        json!({ "bundle_type": "account_and_videos", "country": "US", "videos_quantity": 3 });
    Some(merged(body, &extra))
}

#[test]
fn an_order_is_debited_at_once_and_can_be_read() {
    let world = World::new();
    let reply = world.call(
        "POST",
        "/bundles",
        order(json!({ "external_ref": "r1", "edits_quantity": 1 })),
    );
    assert_eq!(reply.status(), 201);
    let body = reply.json();
    assert_eq!(
        (&body["credits_charged"], &body["credits_remaining"]),
        (&json!(41), &json!(1209))
    );
    assert_eq!(
        body["cost_breakdown"],
        json!({ "account_creation": 32, "video_slots": 6, "edit_slots": 3, "advanced_warming": 0, "total": 41 })
    );
    let bundle = &body["data"];
    assert_eq!(
        (&bundle["status"], &bundle["country"]),
        (&json!("pending_setup"), &json!("USA"))
    );
    assert_eq!(bundle["id"], bundle["bundle_id"]);
    let id = bundle["id"].as_str().unwrap();
    assert_eq!(
        &world.call("GET", &format!("/bundles/{id}"), None).data(),
        bundle
    );
    assert_eq!(world.balance(), 1209);
    let found = world.call("GET", "/bundles?external_ref=r1", None);
    assert_eq!(found.json()["pagination"]["total"], 1);
}

#[test]
fn lists_filter_and_page() {
    let world = World::new();
    let all = world.call("GET", "/bundles", None).json();
    assert_eq!(
        all["pagination"],
        json!({ "page": 1, "per_page": 25, "total": 6, "total_pages": 1 })
    );
    let done = world
        .call("GET", "/bundles?status=completed&platform=tiktok", None)
        .json();
    assert_eq!(done["pagination"]["total"], 2);
    let second = world.call("GET", "/bundles?per_page=4&page=2", None).json();
    assert_eq!(
        (
            second["data"].as_array().unwrap().len(),
            &second["pagination"]["total_pages"]
        ),
        (2, &json!(2))
    );
    let far = world.call(
        "GET",
        "/bundles?page=657199477525901598759934459084013568",
        None,
    );
    assert_eq!(far.data(), json!([]));
    for query in ["page=0", "per_page=101", "per_page=x", "status=gone"] {
        let reply = world.call("GET", &format!("/bundles?{query}"), None);
        assert_eq!(reply.refusal(), (400, "VALIDATION_ERROR".into()), "{query}");
    }
    let fields =
        world.call("GET", "/bundles?page=0", None).json()["error"]["details"]["fields"].clone();
    assert_eq!(
        fields,
        json!([{ "field": "page", "message": "must be at least 1" }])
    );
}

#[test]
fn each_rule_of_an_order_has_its_code() {
    let world = World::new();
    let terms = json!(["meal prep", "easy dinner", "one pot"]);
    for (extra, expected) in [
        (json!({ "country": "XX" }), (400, "COUNTRY_NOT_ENABLED")),
        (json!({ "country": "JP" }), (400, "COUNTRY_NOT_ENABLED")),
        (
            json!({ "account_id": "11111111-1111-4111-8111-111111111111" }),
            (400, "ACCOUNT_ID_NOT_ALLOWED"),
        ),
        (json!({ "platform": "youtube" }), (400, "YOUTUBE_DELAYED")),
        (
            json!({ "wants_deep_warming": true }),
            (400, "DEEP_WARMING_DEPRECATED"),
        ),
        (
            json!({ "advanced_warming_terms": terms }),
            (400, "ADVANCED_WARMING_FLAG_REQUIRED"),
        ),
        (
            json!({ "wants_advanced_warming": true }),
            (400, "ADVANCED_WARMING_COUNT_MISMATCH"),
        ),
        (
            json!({ "wants_advanced_warming": true, "advanced_warming_terms": terms, "advanced_warming_terms_count": 6 }),
            (400, "ADVANCED_WARMING_COUNT_MISMATCH"),
        ),
        (
            json!({ "wants_advanced_warming": true, "advanced_warming_terms": ["one", "ONE", "two"] }),
            (400, "ADVANCED_WARMING_TERMS_REJECTED"),
        ),
        (
            json!({ "wants_advanced_warming": true, "advanced_warming_terms": terms, "wants_niche_warming": true }),
            (400, "WARMING_CONFLICT"),
        ),
        (json!({ "videos_quantity": 0 }), (400, "VALIDATION_ERROR")),
        (json!({ "edits_quantity": 4 }), (400, "VALIDATION_ERROR")),
        (json!({ "videos_quantity": -1 }), (400, "VALIDATION_ERROR")),
        (
            json!({ "bundle_type": "videos_only" }),
            (400, "VALIDATION_ERROR"),
        ),
        (
            json!({ "bundle_type": "videos_only", "account_id": "11111111-1111-4111-8111-111111111111" }),
            (404, "SAVED_ACCOUNT_NOT_FOUND"),
        ),
        (json!({ "videos": 3 }), (400, "UNKNOWN_FIELD")),
        (
            json!({ "videos_quantity": 9_000_000_000_000_000_000_i64 }),
            (400, "VALIDATION_ERROR"),
        ),
    ] {
        let reply = world.call("POST", "/bundles", order(extra.clone()));
        assert_eq!(
            reply.refusal(),
            (expected.0, expected.1.to_owned()),
            "{extra}"
        );
    }
    assert_eq!(world.balance(), 1250);
}

#[test]
fn a_second_order_with_the_same_reference_is_refused() {
    let world = World::new();
    let first = world
        .call("POST", "/bundles", order(json!({ "external_ref": "r1" })))
        .data();
    let reply = world.call("POST", "/bundles", order(json!({ "external_ref": "r1" })));
    assert_eq!(reply.refusal(), (409, "DUPLICATE_ACCOUNT_BUNDLE".into()));
    assert_eq!(
        reply.json()["error"]["details"]["existing_bundle_id"],
        first["id"]
    );
}

#[test]
fn videos_can_be_ordered_for_a_delivered_account() {
    let world = World::new();
    let delivered = world.call("GET", "/bundles?status=completed", None).data()[0].clone();
    let body = json!({ "bundle_type": "videos_only", "account_id": delivered["saved_account_id"], "videos_quantity": 2 });
    let reply = world.call("POST", "/bundles", Some(body)).json();
    assert_eq!(reply["credits_charged"], 4);
    assert_eq!(
        reply["data"]["saved_account_id"],
        delivered["saved_account_id"]
    );
    assert_eq!(reply["data"]["platform"], delivered["platform"]);
}

#[test]
fn somebody_elses_order_is_told_from_none() {
    let world = World::new();
    let id = world.call("GET", "/bundles", None).data()[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let headers = [("x-api-key", &*second_key())];
    let foreign = world.call_with("GET", &format!("/bundles/{id}"), None, &headers);
    assert_eq!(foreign.refusal(), (403, "BUNDLE_NOT_OWNED".into()));
    for none in [
        "11111111-1111-4111-8111-111111111111",
        "nonsense",
        "%00",
        "..%2f..",
    ] {
        let reply = world.call_with("GET", &format!("/bundles/{none}"), None, &headers);
        assert_eq!(reply.refusal(), (404, "BUNDLE_NOT_FOUND".into()), "{none}");
    }
}

#[test]
fn an_update_keeps_what_is_left_out_and_clears_what_is_null() {
    let world = World::new();
    let id = world
        .call(
            "POST",
            "/bundles",
            order(json!({ "title": "A", "external_ref": "r" })),
        )
        .data()["id"]
        .clone();
    let path = format!("/bundles/{}", id.as_str().unwrap());
    let changed = world
        .call(
            "PATCH",
            &path,
            Some(json!({ "title": null, "auto_finalize_videos": false })),
        )
        .data();
    assert_eq!(
        (&changed["title"], &changed["external_ref"]),
        (&Value::Null, &json!("r"))
    );
    assert_eq!(changed["review_mode"], "manual");
    assert_eq!(world.call("PATCH", &path, Some(json!({}))).refusal().0, 400);
}

#[test]
fn a_dry_run_prices_and_stores_nothing() {
    let world = World::new();
    let dry = [("x-tokportal-dry-run", "true")];
    let reply = world.call_with("POST", "/bundles", order(json!({})), &dry);
    assert_eq!(
        (reply.status(), reply.header("x-tokportal-dry-run")),
        (201, Some("true"))
    );
    let body = reply.json();
    assert_eq!(
        (&body["dry_run"], &body["credits_charged"]),
        (&json!(true), &json!(0))
    );
    assert_eq!(
        (&body["credits_would_charge"], &body["credits_remaining"]),
        (&json!(38), &json!(1250))
    );
    assert_eq!(body["cost_breakdown"]["total"], 38);
    let id = body["data"]["id"].as_str().unwrap().to_owned();
    assert!(id.starts_with("00000000-0000-4000-8000-"), "{id}");
    assert_eq!(
        world.call("GET", "/bundles", None).json()["pagination"]["total"],
        6
    );
    assert_eq!(world.balance(), 1250);

    let path = format!("/bundles/{id}");
    let renamed = world.call_with("PATCH", &path, Some(json!({ "title": "T" })), &dry);
    assert_eq!(renamed.data()["title"], "T");
    let live = world.call("PATCH", &path, Some(json!({ "title": "T" })));
    assert_eq!(live.refusal(), (400, "DRY_RUN_ID_IN_LIVE_REQUEST".into()));
    let refused = world.call_with("POST", "/bundles", order(json!({ "country": "XX" })), &dry);
    assert_eq!(refused.refusal(), (400, "COUNTRY_NOT_ENABLED".into()));
}

#[test]
fn capacity_is_a_second_limit() {
    let world = World::new();
    world.control(
        "/rate-limit",
        json!({ "size": 100_000, "refill_per_second": 1000 }),
    );
    world.control("/credits", json!({ "balance": 1_000_000 }));
    let body = || Some(json!({ "bundle_type": "account_only", "country": "FR" }));
    for _ in 0..500 {
        assert_eq!(world.call("POST", "/bundles", body()).status(), 201);
    }
    let reply = world.call("POST", "/bundles", body());
    assert_eq!(reply.refusal(), (429, "capacity_cooldown".into()));
    assert_eq!(reply.header("retry-after"), Some("3600"));
    world.control("/clock", json!({ "advance_seconds": 3600 }));
    assert_eq!(world.call("POST", "/bundles", body()).status(), 201);
}
