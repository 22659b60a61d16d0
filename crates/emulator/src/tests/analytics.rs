//! Analytics: every view adds up to the same totals, and refreshes keep their limits.

use serde_json::{Value, json};

use super::document::assert_documented;
use super::saved_accounts::{DAYS, HOURS, account, call, pass};
use super::world::{Reply, World};
use crate::people::second_key;

fn read(world: &World, template: &str, path: &str) -> Reply {
    let reply = world.call("GET", path, None);
    assert_documented(template, "GET", &reply);
    reply
}

fn dashboard(world: &World, query: &str) -> Value {
    let reply = read(world, "/analytics", &format!("/analytics{query}"));
    assert_eq!(
        reply.header("x-tokportal-analytics-contract"),
        Some("analytics-v2")
    );
    reply.json()
}

fn points(world: &World, query: &str) -> Vec<(String, Option<i64>)> {
    let reply = read(
        world,
        "/analytics/series",
        &format!("/analytics/series{query}"),
    );
    reply.data()["points"]
        .as_array()
        .unwrap()
        .iter()
        .map(|point| {
            let date = point["date"].as_str().unwrap().to_owned();
            (date, point["value"].as_i64())
        })
        .collect()
}

fn rows(world: &World, query: &str) -> Vec<csv::StringRecord> {
    let reply = world.call("GET", &format!("/analytics/export/videos{query}"), None);
    assert_eq!(
        (reply.status(), reply.header("content-type")),
        (200, Some("text/csv"))
    );
    let mut reader = csv::Reader::from_reader(&reply.0.body()[..]);
    assert_eq!(reader.headers().unwrap().get(9), Some("views"));
    reader.records().map(|row| row.unwrap()).collect()
}

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

#[test]
fn a_report_is_a_document_that_escapes_what_it_is_given() {
    let world = World::new();
    let html = |body: Value| {
        let reply = world.call("POST", "/analytics/export/reports/html", Some(body));
        assert_eq!(
            (reply.status(), reply.header("content-type")),
            (200, Some("text/html"))
        );
        String::from_utf8(reply.0.body().to_vec()).unwrap()
    };
    let page =
        html(json!({ "title": "<script>1</script>", "brandName": "A & B", "brandAccent": "#0a7" }));
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>"));
    assert!(
        !page.contains("<script") && page.contains("A &#38; B") && page.contains("--accent: #0a7;")
    );
    let total = dashboard(&world, "")["totals"]["views"].as_i64().unwrap();
    let shown: String = page.chars().filter(|letter| *letter != ',').collect();
    assert!(shown.contains(&format!("<dd>{total}</dd>")), "{total}");
    for (template, charts, tables) in [
        ("executive", 1, 2),
        ("agency", 2, 2),
        ("creator", 1, 1),
        ("minimal", 0, 1),
        ("growth", 2, 2),
        ("board", 1, 1),
    ] {
        let page = html(json!({ "template": template }));
        let count = |part: &str| page.matches(part).count();
        assert_eq!(
            (count("<svg"), count("<table")),
            (charts, tables),
            "{template}"
        );
        for tag in ["div", "table", "tr", "td", "figure", "dl", "main", "p"] {
            assert_eq!(
                count(&format!("<{tag}>")) + count(&format!("<{tag} ")),
                count(&format!("</{tag}>")),
                "{template}: {tag}"
            );
        }
    }
    for (body, field) in [
        (json!({ "brandAccent": "red;}" }), "brandAccent"),
        (json!({ "from": "then" }), "from"),
        (json!({ "template": "poster" }), "template"),
    ] {
        let reply = world.call("POST", "/analytics/export/reports/html", Some(body));
        assert_documented("/analytics/export/reports/html", "POST", &reply);
        assert_eq!(
            reply.json()["error"]["details"]["fields"][0]["field"],
            field
        );
    }
}

#[test]
fn a_shared_report_opens_by_its_link_only() {
    let world = World::new();
    let make = |headers: &[(&str, &str)]| {
        let body = Some(json!({ "title": "For the board", "platforms": ["tiktok"] }));
        let reply = world.call_with("POST", "/analytics/export/reports", body, headers);
        assert_documented("/analytics/export/reports", "POST", &reply);
        reply
    };
    let open = |url: &str| {
        let request = http::Request::get(url).body(bytes::Bytes::new()).unwrap();
        world.send(request)
    };
    let report = make(&[]).data();
    let url = report["url"].as_str().unwrap();
    assert!(url.ends_with(report["token"].as_str().unwrap()));
    let page = open(url);
    assert_eq!(page.status(), 200);
    assert!(String::from_utf8_lossy(page.body()).contains("For the board"));
    assert_eq!(open("http://localhost:3000/reports/0000").status(), 404);
    let dry = make(&[("x-tokportal-dry-run", "true")]).data();
    assert_eq!(open(dry["url"].as_str().unwrap()).status(), 404);
    assert_eq!(
        make(&[("idempotency-key", "k")]).refusal(),
        (
            400,
            "IDEMPOTENCY_KEY_NOT_ALLOWED_FOR_SENSITIVE_RESPONSE".into()
        )
    );
}
