//! `/analytics`: figures that agree across views, filters, plans, refreshes and reports.

use bytes::Bytes;
use serde_json::{Value, json};

use super::world::{Reply, World};
use crate::people::second_key;

fn get(world: &World, path: &str) -> Value {
    world.get(path).data()
}

fn post(world: &World, path: &str, body: Value) -> Reply {
    world.call("POST", path, Some(body))
}

fn refresh(world: &World, path: &str, force: bool) -> Reply {
    let path = format!("{path}/analytics/refresh");
    post(world, &path, json!({ "force": force }))
}

fn dashboard(world: &World, query: &str) -> Value {
    world.get(&format!("/analytics?{query}")).json()
}

fn total(world: &World, metric: &str) -> f64 {
    dashboard(world, "")["totals"][metric].as_f64().unwrap()
}

/// Path of the account of a country: US, UK or FR.
fn account(world: &World, country: &str) -> String {
    let row = &dashboard(world, &format!("country={country}"))["accounts"][0];
    format!("/accounts/{}", row["account_id"].as_str().unwrap())
}

fn numbers(rows: &Value, name: &str) -> Vec<f64> {
    let rows = rows.as_array().unwrap().iter();
    rows.filter_map(|row| row[name].as_f64()).collect()
}

#[test]
fn all_views_agree_with_the_dashboard_and_each_other() {
    let world = World::new();
    assert_eq!(total(&world, "tracked_posts"), 15.0);
    for metric in ["views", "likes", "followers"] {
        let total = total(&world, metric);
        assert!(total > 0.0, "{metric}");
        for granularity in ["day", "week"] {
            let series = |mode| {
                let query = format!("metric={metric}&granularity={granularity}&mode={mode}");
                let data = get(&world, &format!("/analytics/series?{query}"));
                numbers(&data["points"], "value")
            };
            assert!(series("cumulative").is_sorted(), "{metric}");
            assert_eq!(series("cumulative").last(), Some(&total));
            assert_eq!(series("gained").iter().sum::<f64>(), total);
            assert_eq!(series("snapshot").last(), Some(&total));
        }
        let accounts = numbers(&dashboard(&world, "")["accounts"], metric);
        assert_eq!(accounts.iter().sum::<f64>(), total);
    }
    let path = account(&world, "UK");
    let detail = get(&world, &format!("/analytics{path}"));
    let summary = get(&world, &format!("{path}/analytics"));
    assert_eq!(summary["total_likes"], detail["totals"]["likes"]);
    let best = get(&world, &format!("{path}/analytics/videos?sort_by=views"));
    let views = numbers(&best, "views");
    assert!(views[0] > 5.0 * views[1], "one post is viral: {views:?}");
    assert_eq!(views.iter().sum::<f64>(), summary["total_views"]);
    let raw = get(&world, &format!("/analytics{path}/raw"));
    assert_eq!(raw[0]["payload"]["followers"], summary["followers_count"]);
    let post = detail["posts"][0]["tracked_post_id"].as_str().unwrap();
    let raw = get(&world, &format!("/analytics/posts/{post}/raw"));
    assert_eq!(raw[0]["payload"]["views"], detail["posts"][0]["views"]);
}

#[test]
fn figures_grow_with_each_daily_collection() {
    let world = World::new();
    let before = total(&world, "views");
    world.hours(17);
    assert_eq!(total(&world, "views"), before);
    world.hours(2);
    assert!(total(&world, "views") > before);
    world.hours(800_000);
    let series = get(&world, "/analytics/series?metric=followers");
    assert_eq!(series["points"].as_array().unwrap().len(), 400);
}

#[test]
fn filters_and_windows_select_accounts_posts_and_points() {
    let world = World::new();
    let count = |query| dashboard(&world, query)["totals"]["account_count"].clone();
    assert_eq!(count("platform=tiktok&country=USA&country=FR"), 2);
    assert_eq!(count("workspace=another"), 0);
    for (wanted, posts) in [("MAPLE.KITCHEN.UK", 5), ("potatoes", 3), ("nothing", 0)] {
        let path = format!("/analytics/export/videos?q={wanted}");
        let csv = world.get(&path).text();
        assert_eq!(csv.lines().count(), 1 + posts, "{wanted}");
    }
    let best = dashboard(&world, "")["top_posts"][0].clone();
    let day = &best["published_at"].as_str().unwrap()[..10];
    let then = dashboard(&world, &format!("from={day}&to={day}"));
    assert_eq!(then["top_posts"][0], best);
    assert_eq!(then["totals"]["followers"], total(&world, "followers"));
    let series = get(&world, "/analytics/series?from=2026-11-01&to=2026-11-07");
    assert_eq!(series["points"].as_array().unwrap().len(), 7);
    let reply = world.get("/analytics?from=2026-11-02&to=2026-11-01");
    reply.assert_refused(400, "VALIDATION_ERROR");
}

#[test]
fn first_and_last_interval_end_with_the_window() {
    let world = World::new();
    let points = |query: &str| get(&world, &format!("/analytics/series?{query}"))["points"].take();
    let gained = |query: &str| {
        let points = points(&format!("mode=gained&{query}"));
        numbers(&points, "value").iter().sum::<f64>()
    };
    // From a Thursday to a Tuesday.
    let window = "from=2026-11-05&to=2026-11-17";
    for metric in ["views", "likes", "followers"] {
        let total = |day| {
            let query = format!("metric={metric}&from={day}&to={day}");
            numbers(&points(&query), "value")[0]
        };
        let growth = total("2026-11-17") - total("2026-11-04");
        assert!(growth > 0.0, "{metric}");
        for granularity in ["day", "week"] {
            let query = format!("metric={metric}&granularity={granularity}&{window}");
            assert_eq!(gained(&query), growth, "{query}");
            let end = numbers(&points(&query), "value").last().copied();
            assert_eq!(end, Some(total("2026-11-17")), "{query}");
        }
    }
    let weeks = points(&format!("granularity=week&{window}"));
    let dates = weeks.as_array().unwrap().iter().map(|point| &point["date"]);
    let dates: Vec<&Value> = dates.collect();
    assert_eq!(dates, ["2026-11-05", "2026-11-09", "2026-11-16"]);
    let short = "granularity=week&from=2026-11-11&to=2026-11-12";
    assert_eq!(points(short)[0]["date"], "2026-11-11");
    assert_eq!(gained(short), gained("from=2026-11-11&to=2026-11-12"));
    // Times cut a day.
    let morning = gained("from=2026-11-11T00:00:00Z&to=2026-11-11T11:59:59.999Z");
    let rest = gained("from=2026-11-11T12:00:00Z&to=2026-11-11");
    assert!(morning > 0.0 && rest > 0.0);
    assert_eq!(morning + rest, gained("from=2026-11-11&to=2026-11-11"));
}

#[test]
fn window_selects_posts_of_totals_and_gains_of_all_posts() {
    let world = World::new();
    let followers = total(&world, "followers");
    let windows = [
        "from=2026-10-01",
        "to=2026-10-01",
        "from=2026-11-15&to=2026-11-20",
    ];
    for window in windows {
        let then = dashboard(&world, window)["totals"].clone();
        assert_eq!(then["followers"], followers, "{window}");
    }
    // No post was published in the last one.
    let then = dashboard(&world, windows[2])["totals"].clone();
    assert_eq!(
        (&then["tracked_posts"], &then["views"]),
        (&json!(0), &json!(0))
    );
    let path = format!("/analytics/series?metric=views&mode=gained&{}", windows[2]);
    let gains = numbers(&get(&world, &path)["points"], "value");
    assert!(gains.iter().sum::<f64>() > 0.0, "{gains:?}");
}

#[test]
fn smallest_plan_sees_totals_only() {
    let world = World::new();
    let key = second_key();
    let call = |path| world.call_with("GET", path, None, &[("x-api-key", &key)]);
    assert_eq!(call("/analytics").json()["access"]["level"], "limited");
    for path in ["/analytics/series", "/analytics/export/videos"] {
        call(path).assert_refused(403, "ANALYTICS_PLAN_REQUIRED");
    }
}

#[test]
fn refresh_needs_a_pause_and_counts_in_its_month() {
    let world = World::new();
    let rate = json!({ "size": 5000, "refill_per_second": 1 });
    world.control("/rate-limit", rate);
    let path = account(&world, "US");
    let can = || get(&world, &format!("{path}/analytics/can-refresh"))["can_refresh"].clone();
    refresh(&world, &path, false).data();
    world.control("/clock", json!({ "advance_seconds": 120 }));
    let summary = get(&world, &format!("{path}/analytics"));
    assert_eq!(summary["scraped_at"], "2026-11-22T12:02:00.000Z");
    refresh(&world, &path, false).assert_refused(409, "ANALYTICS_REFRESH_TOO_SOON");
    assert_eq!(can(), false);
    assert!((1..500).all(|_| refresh(&world, &path, true).status() == 200));
    refresh(&world, &path, true).assert_refused(409, "ANALYTICS_REFRESH_LIMIT");
    world.hours(8 * 24);
    assert_eq!(can(), false);
    world.hours(12);
    assert_eq!(can(), true);
}

#[test]
fn pause_and_reveal_stop_collections_and_refreshes() {
    let world = World::new();
    let (paused, revealed) = (account(&world, "FR"), account(&world, "UK"));
    let path = format!("{paused}/managed-subscription/cancel");
    post(&world, &path, json!({})).data();
    let terms = "managed-credential-reveal-v1";
    let consent = json!({ "acknowledge_support_forfeit": true, "policy_version": terms });
    post(&world, &format!("{revealed}/reveal-credentials"), consent).data();
    let reasons = ["coverage_cancelled", "credentials_revealed"];
    for (path, reason) in [paused, revealed].into_iter().zip(reasons) {
        let forced = refresh(&world, &path, true);
        forced.assert_refused(409, "MANAGED_ACCOUNT_TASK_BLOCKED");
        assert_eq!(forced.json()["error"]["details"]["reason"], reason);
        let before = get(&world, &format!("{path}/analytics"));
        world.hours(5 * 24);
        assert_eq!(get(&world, &format!("{path}/analytics")), before);
    }
}

#[test]
fn report_follows_its_template_and_escapes_its_texts() {
    let world = World::new();
    let html = "/analytics/export/reports/html";
    let page = post(&world, html, json!({ "template": "growth" })).text();
    assert_eq!(page.matches("<svg").count(), 2);
    // The last day of the chart ends with the window, as in the series.
    let noon = "2026-11-11T12:00:00Z";
    let path = format!("/analytics/series?metric=followers&to={noon}");
    let series = numbers(&get(&world, &path)["points"], "value");
    let window = json!({ "template": "growth", "to": noon });
    let page = post(&world, html, window).text().replace(',', "");
    assert!(page.contains(&format!("{}", series.last().unwrap())));
    let wrong = post(&world, html, json!({ "brandAccent": "red;}" }));
    wrong.assert_refused(400, "VALIDATION_ERROR");
    let look = json!({ "title": "<script>", "brandName": "A & B", "brandAccent": "#0a7" });
    let shared = post(&world, "/analytics/export/reports", look).data();
    let request = http::Request::get(shared["url"].as_str().unwrap());
    let page = Reply(world.send(request.body(Bytes::new()).unwrap())).text();
    assert!(page.starts_with("<!doctype html>") && !page.contains("<script"));
    assert!(page.contains("A &#38; B") && page.contains("--accent: #0a7;"));
    let views = format!("<dd>{}</dd>", total(&world, "views"));
    assert!(page.replace(',', "").contains(&views));
}
