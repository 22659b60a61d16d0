//! Refreshes: what they bring, and their limits.

use serde_json::json;

use super::read;
use crate::tests::document::assert_documented;
use crate::tests::saved_accounts::{DAYS, HOURS, account, call, pass};
use crate::tests::world::World;

#[test]
fn a_new_account_has_no_figures_until_the_first_collection() {
    let world = World::new();
    let id = account(&world, "cuisine.maple");
    world.control(
        "/accounts",
        json!({ "account_id": id, "ban": { "appeal": false, "remake": true } }),
    );
    pass(&world, 2 * DAYS);
    let new = account(&world, "cuisine.maple_2");
    let summary = call(&world, "GET", &new, "/analytics", None);
    assert_eq!(summary.refusal(), (404, "ANALYTICS_NOT_FOUND".into()));
    let detail = read(
        &world,
        "/analytics/accounts/{id}",
        &format!("/analytics/accounts/{new}"),
    );
    assert_eq!(detail.refusal(), (404, "ANALYTICS_NOT_FOUND".into()));
    call(&world, "POST", &new, "/analytics/refresh", Some(json!({}))).data();
    pass(&world, 180);
    let summary = call(&world, "GET", &new, "/analytics", None).data();
    assert_eq!(
        (&summary["total_views"], &summary["followers_count"]),
        (&json!(0), &json!(12))
    );
}

#[test]
fn a_refresh_brings_figures_and_needs_a_pause() {
    let world = World::new();
    let id = account(&world, "maple.kitchen");
    let can = || call(&world, "GET", &id, "/analytics/can-refresh", None).data();
    assert_eq!(
        can(),
        json!({ "can_refresh": true, "reason": null, "next_refresh_at": null })
    );
    let dry = [("x-tokportal-dry-run", "true")];
    let path = format!("/analytics/accounts/{id}/refresh");
    let simulated = world.call_with("POST", &path, Some(json!({})), &dry);
    assert_documented("/analytics/accounts/{id}/refresh", "POST", &simulated);
    assert_eq!(can()["can_refresh"], true);
    let accepted = world.call("POST", &path, Some(json!({ "includePosts": true })));
    assert_documented("/analytics/accounts/{id}/refresh", "POST", &accepted);
    assert_eq!(accepted.data()["status"], "queued");
    pass(&world, 120);
    let summary = call(&world, "GET", &id, "/analytics", None).data();
    assert_eq!(summary["scraped_at"], "2026-11-22T12:02:00.000Z");
    let next = "2026-11-24T12:00:00.000Z";
    assert_eq!(
        can(),
        json!({ "can_refresh": false, "reason": "refreshed_recently", "next_refresh_at": next })
    );
    let soon = call(&world, "POST", &id, "/analytics/refresh", Some(json!({})));
    assert_eq!(soon.refusal(), (409, "ANALYTICS_REFRESH_TOO_SOON".into()));
    assert_eq!(soon.json()["error"]["details"]["next_refresh_at"], next);
    let forced = call(
        &world,
        "POST",
        &id,
        "/analytics/refresh",
        Some(json!({ "force": true })),
    );
    assert_eq!(forced.status(), 200);
    pass(&world, 48 * HOURS);
    assert_eq!(can()["can_refresh"], true);
}

#[test]
fn a_month_has_500_refreshes() {
    let world = World::new();
    world.control(
        "/rate-limit",
        json!({ "size": 5000, "refill_per_second": 100 }),
    );
    let id = account(&world, "maple.kitchen");
    let path = format!("/accounts/{id}/analytics/refresh");
    for _ in 0..500 {
        let reply = world.call("POST", &path, Some(json!({ "force": true })));
        assert_eq!(reply.status(), 200);
    }
    let full = call(
        &world,
        "POST",
        &id,
        "/analytics/refresh",
        Some(json!({ "force": true })),
    );
    assert_eq!(full.refusal(), (409, "ANALYTICS_REFRESH_LIMIT".into()));
    assert_eq!(
        full.json()["error"]["details"],
        json!({ "limit": 500, "next_refresh_at": "2026-12-01T00:00:00.000Z" })
    );
    pass(&world, 9 * DAYS);
    let next_month = call(&world, "POST", &id, "/analytics/refresh", Some(json!({})));
    assert_eq!(next_month.status(), 200);
}

#[test]
fn what_is_not_covered_is_not_refreshed_and_stands_still() {
    let world = World::new();
    let id = account(&world, "cuisine.maple");
    call(&world, "POST", &id, "/managed-subscription/cancel", None).data();
    let blocked = call(
        &world,
        "POST",
        &id,
        "/analytics/refresh",
        Some(json!({ "force": true })),
    );
    assert_eq!(
        blocked.refusal(),
        (409, "MANAGED_ACCOUNT_TASK_BLOCKED".into())
    );
    assert_eq!(
        call(&world, "GET", &id, "/analytics/can-refresh", None).data()["reason"],
        "coverage_cancelled"
    );
    let before = call(&world, "GET", &id, "/analytics", None).data();
    pass(&world, 5 * DAYS);
    assert_eq!(call(&world, "GET", &id, "/analytics", None).data(), before);
}
