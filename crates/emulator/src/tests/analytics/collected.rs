//! What was collected: comments and raw snapshots.

use serde_json::json;

use super::read;
use crate::tests::saved_accounts::{DAYS, account, call, pass};
use crate::tests::world::World;

#[test]
fn comments_come_with_a_refresh_that_asks_for_them() {
    let world = World::new();
    let pulse = |query: &str| {
        let path = format!("/analytics/comments{query}");
        read(&world, "/analytics/comments", &path).data()
    };
    let all = pulse("?limit=5&postLimit=2");
    assert_eq!(
        (
            all["posts"].as_array().unwrap().len(),
            all["comments"].as_array().unwrap().len()
        ),
        (2, 5)
    );
    let post = all["posts"][0]["tracked_post_id"].as_str().unwrap();
    let of_post = pulse(&format!("?post={post}&limit=200"));
    let collected = of_post["posts"][0]["collected"].as_u64().unwrap();
    let comments = of_post["comments"].as_array().unwrap();
    assert_eq!(comments.len() as u64, collected);
    assert!(
        comments
            .iter()
            .all(|comment| comment["tracked_post_id"] == post)
    );

    let id = of_post["posts"][0]["account_id"].as_str().unwrap();
    let list = |query: &str| {
        let path = format!("/analytics/accounts/{id}/comments{query}");
        read(&world, "/analytics/accounts/{id}/comments", &path).data()
    };
    assert_eq!(
        list(&format!("?trackedPostId={post}&limit=200")),
        of_post["comments"]
    );
    let url = of_post["posts"][0]["platform_url"].as_str().unwrap();
    let platform_id = url.trim_end_matches('/').rsplit('/').next().unwrap();
    assert_eq!(
        list(&format!("?postId={platform_id}&limit=200")),
        of_post["comments"]
    );
    assert!(list("?postId=1").as_array().unwrap().is_empty());

    let french = account(&world, "cuisine.maple");
    let count = || {
        pulse(&format!("?account={french}&limit=200&postLimit=50"))["comments"]
            .as_array()
            .unwrap()
            .len()
    };
    let before = count();
    pass(&world, 3 * DAYS);
    assert_eq!(count(), before, "nobody asked");
    let wish = json!({ "includeComments": true });
    call(&world, "POST", &french, "/analytics/refresh", Some(wish)).data();
    pass(&world, 180);
    assert!(count() >= before);
}

#[test]
fn raw_snapshots_lead_to_the_figures() {
    let world = World::new();
    let id = account(&world, "maple.kitchen.uk");
    let raw = |query: &str| {
        let path = format!("/analytics/accounts/{id}/raw{query}");
        read(&world, "/analytics/accounts/{id}/raw", &path).data()
    };
    let summary = call(&world, "GET", &id, "/analytics", None).data();
    let rows = raw("");
    assert_eq!(rows.as_array().unwrap().len(), 30);
    assert_eq!(rows[0]["captured_at"], summary["scraped_at"]);
    assert_eq!(
        rows[0]["payload"]["follower_count"],
        summary["followers_count"]
    );
    assert_eq!(
        raw("?limit=2&source=instagram_profile")
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert!(raw("?source=elsewhere").as_array().unwrap().is_empty());
    let window = raw("?from=2026-11-10&to=2026-11-12");
    assert_eq!(window.as_array().unwrap().len(), 3);

    let detail = read(
        &world,
        "/analytics/accounts/{id}",
        &format!("/analytics/accounts/{id}"),
    )
    .data();
    let post = &detail["posts"][0];
    let path = format!(
        "/analytics/posts/{}/raw?limit=1",
        post["tracked_post_id"].as_str().unwrap()
    );
    let of_post = read(&world, "/analytics/posts/{id}/raw", &path).data();
    assert_eq!(of_post[0]["payload"]["play_count"], post["views"]);
    let missing = read(
        &world,
        "/analytics/posts/{id}/raw",
        "/analytics/posts/none/raw",
    );
    assert_eq!(missing.refusal(), (404, "ANALYTICS_NOT_FOUND".into()));
}
