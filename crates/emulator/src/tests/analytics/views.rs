//! Every view adds up to the same totals.

use serde_json::{Value, json};

use super::{dashboard, points, read, rows};
use crate::people::second_key;
use crate::tests::document::assert_documented;
use crate::tests::saved_accounts::{HOURS, account, call, pass};
use crate::tests::world::World;

#[test]
fn all_views_add_up_to_the_same_totals() {
    let world = World::new();
    let dashboard = dashboard(&world, "");
    let totals = &dashboard["totals"];
    assert_eq!(
        (&totals["account_count"], &totals["tracked_posts"]),
        (&json!(3), &json!(15))
    );
    for metric in ["views", "likes", "comments", "shares", "followers"] {
        let total = totals[metric].as_i64().unwrap();
        assert!(total > 0, "{metric}");
        for granularity in ["day", "week"] {
            let query = format!("?metric={metric}&granularity={granularity}");
            let running = points(&world, &query);
            assert_eq!(running.last().unwrap().1, Some(total), "{query}");
            assert!(running.windows(2).all(|pair| pair[0].1 <= pair[1].1));
            let gained = points(&world, &format!("{query}&mode=gained"));
            assert_eq!(
                gained.iter().filter_map(|point| point.1).sum::<i64>(),
                total
            );
            let measured = points(&world, &format!("{query}&mode=snapshot"));
            assert_eq!(measured.len(), running.len());
            assert_eq!(measured.last().unwrap().1, Some(total), "{query}");
        }
        let mut sum = 0;
        for row in dashboard["accounts"].as_array().unwrap() {
            let id = row["account_id"].as_str().unwrap();
            let path = format!("/analytics/accounts/{id}");
            let detail = read(&world, "/analytics/accounts/{id}", &path).data();
            assert_eq!(detail["totals"][metric], row[metric]);
            sum += row[metric].as_i64().unwrap();
        }
        assert_eq!(sum, total, "{metric}");
    }
    let views: i64 = rows(&world, "")
        .iter()
        .map(|row| row[9].parse::<i64>().unwrap())
        .sum();
    assert_eq!(totals["views"], views);
}

#[test]
fn an_account_agrees_with_its_summary_and_its_videos() {
    let world = World::new();
    let id = account(&world, "maple.kitchen");
    let detail = read(
        &world,
        "/analytics/accounts/{id}",
        &format!("/analytics/accounts/{id}"),
    )
    .data();
    let summary = call(&world, "GET", &id, "/analytics", None).data();
    for (old, new) in [
        ("total_views", "views"),
        ("total_likes", "likes"),
        ("total_comments", "comments"),
        ("total_shares", "shares"),
        ("total_bookmarks", "bookmarks"),
        ("followers_count", "followers"),
        ("following_count", "following"),
        ("total_videos_tracked", "tracked_posts"),
    ] {
        assert_eq!(summary[old], detail["totals"][new], "{old}");
    }
    assert_eq!(summary["scraped_at"], "2026-11-22T06:00:00.000Z");
    let list = |query: &str| {
        let path = format!("/accounts/{id}/analytics/videos{query}");
        read(&world, "/accounts/{id}/analytics/videos", &path).data()
    };
    let values = |rows: &Value, name: &str| -> Vec<f64> {
        rows.as_array()
            .unwrap()
            .iter()
            .map(|row| row[name].as_f64().unwrap())
            .collect()
    };
    let best = list("?sort_by=views");
    assert!(values(&best, "views").is_sorted_by(|a, b| a >= b));
    assert!(
        values(
            &list("?sort_by=engagement_rate&sort_order=asc"),
            "engagement_rate"
        )
        .is_sorted()
    );
    assert_eq!(
        values(&best, "views").iter().sum::<f64>(),
        summary["total_views"].as_f64().unwrap()
    );
    // One of the five went viral.
    let views = values(&best, "views");
    assert!(views[0] > 5.0 * views[1], "{views:?}");
    let reply = call(&world, "GET", &id, "/analytics/videos?sort_by=luck", None);
    assert_eq!(reply.refusal(), (400, "VALIDATION_ERROR".into()));

    let video = best[0]["video_id"].as_str().unwrap();
    let one = read(
        &world,
        "/videos/{id}/analytics",
        &format!("/videos/{video}/analytics"),
    );
    assert_eq!(one.data(), best[0]);
    let missing = read(&world, "/videos/{id}/analytics", "/videos/none/analytics");
    assert_eq!(missing.refusal(), (404, "VIDEO_NOT_FOUND".into()));
}

#[test]
fn figures_grow_daily_and_are_the_same_in_every_emulator() {
    let worlds = [World::new(), World::new()];
    let totals = |world: &World| dashboard(world, "")["totals"].clone();
    assert_eq!(totals(&worlds[0]), totals(&worlds[1]));
    let before = totals(&worlds[0]);
    pass(&worlds[0], 17 * HOURS);
    assert_eq!(totals(&worlds[0]), before, "nothing was collected since");
    pass(&worlds[0], 2 * HOURS);
    assert!(totals(&worlds[0])["views"].as_i64() > before["views"].as_i64());
}

#[test]
fn filters_and_windows() {
    let world = World::new();
    let id = account(&world, "maple.kitchen.uk");
    let all = dashboard(&world, "");
    let only = |query: &str| dashboard(&world, query)["totals"]["account_count"].clone();
    assert_eq!(only(&format!("?account={id}")), 1);
    assert_eq!(only("?platform=tiktok&country=US&country=FR"), 2);
    assert_eq!(only("?workspace=person-alex"), 3);
    assert_eq!(only("?workspace=another"), 0);
    assert_eq!(only("?account=b6a1c2d3-0000-4000-9000-000000000000"), 0);
    assert_eq!(rows(&world, "?q=MAPLE.KITCHEN.UK").len(), 5);
    assert_eq!(rows(&world, "?q=potatoes").len(), 3);
    assert!(rows(&world, "?q=nothing%20like%20it").is_empty());
    let posts = all["top_posts"].as_array().unwrap();
    let day = &posts[0]["published_at"].as_str().unwrap()[..10];
    let on_day = dashboard(&world, &format!("?from={day}&to={day}"));
    assert!(on_day["totals"]["tracked_posts"].as_i64().unwrap() >= 1);
    assert_eq!(on_day["top_posts"][0], posts[0]);
    let week = points(&world, "?from=2026-11-01&to=2026-11-07&mode=gained");
    assert_eq!(
        (week.len(), &*week[0].0, &*week[6].0),
        (7, "2026-11-01", "2026-11-07")
    );
    assert!(points(&world, "?from=2026-12-24").is_empty());
    for query in [
        "from=soon",
        "to=2026-02-30",
        "from=2026-11-02&to=2026-11-01",
    ] {
        for path in [
            "/analytics",
            "/analytics/series",
            "/analytics/export/videos",
            "/analytics/comments",
        ] {
            let reply = read(&world, path, &format!("{path}?{query}"));
            assert_eq!(
                reply.refusal(),
                (400, "VALIDATION_ERROR".into()),
                "{path} {query}"
            );
        }
    }
    let weeks = points(&world, "?granularity=week");
    assert_eq!(
        weeks.last().unwrap().0,
        "2026-11-16",
        "the Monday of that week"
    );
}

#[test]
fn a_far_future_is_answered_too() {
    let world = World::new();
    pass(&world, 3_000_000_000);
    let series = points(&world, "?metric=followers");
    assert!(!series.is_empty() && series.len() <= 400);
    dashboard(&world, "");
}

#[test]
fn the_contract_explains_every_metric() {
    let world = World::new();
    let contract = read(&world, "/analytics/contract", "/analytics/contract").data();
    for metric in [
        "views",
        "likes",
        "comments",
        "shares",
        "followers",
        "engagement_rate",
    ] {
        assert!(contract["metrics"][metric].is_string(), "{metric}");
    }
    assert_eq!(contract["access"]["level"], "full");
}

#[test]
fn a_small_plan_sees_totals_only() {
    let world = World::new();
    let key = [("x-api-key", &*second_key())];
    let dashboard = world.call_with("GET", "/analytics", None, &key);
    assert_documented("/analytics", "GET", &dashboard);
    assert_eq!(dashboard.json()["access"]["level"], "limited");
    for (method, path, body) in [
        ("GET", "/analytics/series", None),
        ("GET", "/analytics/export/videos", None),
        ("POST", "/analytics/export/reports", Some(json!({}))),
        ("POST", "/analytics/export/reports/html", Some(json!({}))),
    ] {
        let reply = world.call_with(method, path, body, &key);
        assert_documented(path, method, &reply);
        assert_eq!(
            reply.refusal(),
            (403, "ANALYTICS_PLAN_REQUIRED".into()),
            "{path}"
        );
        let details = &reply.json()["error"]["details"];
        assert_eq!(
            details,
            &json!({ "plan": "starter", "required_plan": "creator" })
        );
    }
}
