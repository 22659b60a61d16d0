//! `/accounts`: listing, reading, their orders, how they comment.

use serde_json::{Value, json};

use super::document::assert_documented;
use super::world::{Reply, World};
use crate::people::second_key;

/// Id of the delivered account with this handle.
pub(super) fn account(world: &World, username: &str) -> String {
    let list = world.call("GET", "/accounts", None).data();
    list.as_array()
        .unwrap()
        .iter()
        .find(|account| account["username"] == username)
        .unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// Moves the clock.
pub(super) fn pass(world: &World, seconds: i64) {
    world.control("/clock", json!({ "advance_seconds": seconds }));
}

pub(super) const HOURS: i64 = 3_600;
pub(super) const DAYS: i64 = 24 * HOURS;

/// An account call whose answer is compared with the document.
pub(super) fn call(
    world: &World,
    method: &str,
    id: &str,
    rest: &str,
    body: Option<Value>,
) -> Reply {
    let reply = world.call(method, &format!("/accounts/{id}{rest}"), body);
    let template = rest.split('?').next().unwrap_or_default();
    assert_documented(&format!("/accounts/{{id}}{template}"), method, &reply);
    reply
}

/// Work on an account that is free but for a renewal of its Coverage.
pub(super) fn free_work(world: &World, id: &str) -> Reply {
    let body = Some(json!({ "goal": "g" }));
    call(world, "PATCH", id, "/commenting-profile", body)
}

/// The types of the events so far, without those of orders and videos.
pub(super) fn events(world: &World) -> Vec<String> {
    let workspace = pollster::block_on(crate::store::workspaces::load(world, "person-alex"))
        .unwrap()
        .workspace;
    workspace
        .events
        .iter()
        .map(|event| event.r#type.clone())
        .filter(|event| !event.starts_with("video.") && !event.starts_with("bundle."))
        .collect()
}

#[test]
fn the_list_filters_and_pages() {
    let world = World::new();
    let names = |query: &str| -> Vec<String> {
        let reply = world.call("GET", &format!("/accounts{query}"), None);
        assert_documented("/accounts", "GET", &reply);
        let rows = reply.data();
        let rows = rows.as_array().unwrap();
        rows.iter()
            .map(|row| row["username"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        names(""),
        ["cuisine.maple", "maple.kitchen.uk", "maple.kitchen"]
    );
    assert_eq!(names("?platform=instagram"), ["maple.kitchen.uk"]);
    assert_eq!(names("?country=GB"), ["maple.kitchen.uk"]);
    assert_eq!(names("?country=us&platform=tiktok"), ["maple.kitchen"]);
    assert!(names("?platform=youtube").is_empty());
    assert_eq!(names("?banned=false").len(), 3);
    assert!(names("?banned=true").is_empty());
    assert_eq!(names("?per_page=2&page=2"), ["maple.kitchen"]);
    assert_eq!(
        world.call("GET", "/accounts?banned=maybe", None).refusal(),
        (400, "VALIDATION_ERROR".into())
    );
}

#[test]
fn one_account_and_its_orders() {
    let world = World::new();
    let id = account(&world, "maple.kitchen.uk");
    let shown = call(&world, "GET", &id, "", None).data();
    assert_eq!(
        (&shown["platform"], &shown["country"], &shown["profile_url"]),
        (
            &json!("instagram"),
            &json!("UK"),
            &json!("https://www.instagram.com/maple.kitchen.uk/")
        )
    );
    let made_by = call(&world, "GET", &id, "/bundles", None).json();
    assert_eq!(made_by["pagination"]["total"], 1);
    assert_eq!(made_by["data"][0]["saved_account_id"], id.as_str());
    let order = json!({ "bundle_type": "videos_only", "account_id": id, "videos_quantity": 1 });
    world.call("POST", "/bundles", Some(order)).data();
    let both = call(&world, "GET", &id, "/bundles", None).json();
    assert_eq!(both["data"][0]["bundle_type"], "videos_only");
    assert_eq!(both["pagination"]["total"], 2);
    let open = world.call(
        "GET",
        &format!("/accounts/{id}/bundles?status=completed"),
        None,
    );
    assert_eq!(open.json()["pagination"]["total"], 1);
}

#[test]
fn unknown_and_foreign_accounts_are_told_apart_everywhere() {
    let world = World::new();
    let id = account(&world, "cuisine.maple");
    let edit = json!({ "requested_username": "a", "requested_visible_name": "A" });
    let quote = json!({
        "expected_credits": 0,
        "expected_current_period_end": "2026-12-01T00:00:00.000Z",
        "expected_lock_version": 1,
    });
    for (method, prefix, rest, body) in [
        ("GET", "/accounts", "", None),
        ("GET", "/accounts", "/bundles", None),
        ("GET", "/accounts", "/managed-subscription", None),
        (
            "POST",
            "/accounts",
            "/managed-subscription/reactivate",
            Some(quote),
        ),
        ("POST", "/accounts", "/managed-subscription/cancel", None),
        (
            "PATCH",
            "/accounts",
            "/commenting-profile",
            Some(json!({ "goal": "g" })),
        ),
        ("POST", "/accounts", "/verification-code", None),
        ("POST", "/accounts", "/reveal-credentials", None),
        ("GET", "/accounts", "/edit-request", None),
        ("POST", "/accounts", "/edit-request", Some(edit)),
        ("GET", "/accounts", "/analytics", None),
        ("GET", "/accounts", "/analytics/videos", None),
        ("GET", "/accounts", "/analytics/can-refresh", None),
        ("POST", "/accounts", "/analytics/refresh", Some(json!({}))),
        ("GET", "/analytics/accounts", "", None),
        ("GET", "/analytics/accounts", "/raw", None),
        ("GET", "/analytics/accounts", "/comments", None),
        ("POST", "/analytics/accounts", "/refresh", Some(json!({}))),
    ] {
        let template = format!("{prefix}/{{id}}{rest}");
        let unknown = "b6a1c2d3-0000-4000-9000-000000000000";
        let reply = world.call(method, &format!("{prefix}/{unknown}{rest}"), body.clone());
        assert_documented(&template, method, &reply);
        assert_eq!(
            reply.refusal(),
            (404, "SAVED_ACCOUNT_NOT_FOUND".into()),
            "{template}"
        );
        let key = [("x-api-key", &*second_key())];
        let reply = world.call_with(method, &format!("{prefix}/{id}{rest}"), body, &key);
        assert_documented(&template, method, &reply);
        assert_eq!(
            reply.refusal(),
            (403, "SAVED_ACCOUNT_NOT_OWNED".into()),
            "{template}"
        );
    }
}

#[test]
fn the_commenting_profile_keeps_what_is_left_out_and_needs_coverage() {
    let world = World::new();
    let id = account(&world, "cuisine.maple");
    let set = |body: Value| call(&world, "PATCH", &id, "/commenting-profile", Some(body));
    set(json!({ "goal": "meet cooks", "tracked_handles": ["a", "b"] })).data();
    let dry = [("x-tokportal-dry-run", "true")];
    let path = format!("/accounts/{id}/commenting-profile");
    let simulated = world.call_with("PATCH", &path, Some(json!({ "goal": "other" })), &dry);
    assert_documented("/accounts/{id}/commenting-profile", "PATCH", &simulated);
    assert_eq!(simulated.json()["dry_run"], true);
    let profile = set(json!({ "language": "fr" })).data();
    assert_eq!(
        profile,
        json!({ "goal": "meet cooks", "niche": null, "persona": null, "language": "fr", "tracked_handles": ["a", "b"] })
    );
    assert_eq!(set(json!({})).refusal(), (400, "VALIDATION_ERROR".into()));
    call(&world, "POST", &id, "/managed-subscription/cancel", None).data();
    let blocked = set(json!({ "goal": "x" }));
    assert_eq!(
        blocked.refusal(),
        (409, "MANAGED_ACCOUNT_TASK_BLOCKED".into())
    );
    assert_eq!(
        blocked.json()["error"]["details"],
        json!({ "account_id": id, "status": "cancelled", "reason": "coverage_cancelled" })
    );
}
