//! `/accounts/{id}/managed-subscription`.

use serde_json::{Value, json};

use super::saved_accounts::{DAYS, HOURS, account, call, events, free_work, pass};
use super::world::{Reply, World};

fn coverage(world: &World, id: &str) -> Value {
    call(world, "GET", id, "/managed-subscription", None).data()
}

fn accept(quote: &Value) -> Option<Value> {
    Some(json!({
        "expected_credits": quote["credits"],
        "expected_current_period_end": quote["current_period_end"],
        "expected_lock_version": quote["lock_version"],
    }))
}

fn reactivate(world: &World, id: &str, quote: &Value) -> Reply {
    let path = "/managed-subscription/reactivate";
    call(world, "POST", id, path, accept(quote))
}

fn facts(coverage: &Value) -> (&str, &str, bool, i64) {
    (
        coverage["status"].as_str().unwrap(),
        coverage["recorded_status"].as_str().unwrap(),
        coverage["period_expired"].as_bool().unwrap(),
        coverage["unpaid_periods"].as_i64().unwrap(),
    )
}

#[test]
fn the_first_day_has_a_grandfathered_a_renewed_and_an_included_account() {
    let world = World::new();
    let old = coverage(&world, &account(&world, "maple.kitchen"));
    assert_eq!(
        (&old["status"], &old["recorded_status"], &old["task_access"]),
        (&json!("grandfathered"), &Value::Null, &json!(true))
    );
    let renewed = coverage(&world, &account(&world, "maple.kitchen.uk"));
    assert_eq!(facts(&renewed), ("active", "active", false, 0));
    assert_eq!(renewed["lock_version"], 2);
    let included = coverage(&world, &account(&world, "cuisine.maple"));
    assert_eq!(facts(&included), ("included", "included", false, 0));
    assert_eq!(included["reactivation_quote"], Value::Null);
    assert_eq!(world.balance(), 1250);
}

#[test]
fn a_period_that_ended_renews_with_the_next_work_and_lapses_without() {
    let world = World::new();
    let id = account(&world, "cuisine.maple");
    // Delivered 16 days ago: the included period ends in 14.
    pass(&world, 15 * DAYS);
    let due = coverage(&world, &id);
    assert_eq!(facts(&due), ("included", "included", true, 1));
    assert_eq!(due["reactivation_quote"]["credits"], 25);
    let before = world.balance();
    let reply = free_work(&world, &id);
    assert_eq!(reply.json()["credits_charged"], 25);
    assert_eq!(reply.json()["cost_breakdown"]["coverage_renewal"], 25);
    assert_eq!(world.balance(), before - 25);
    assert_eq!(
        facts(&coverage(&world, &id)),
        ("active", "active", false, 0)
    );

    // The next one ends in 29 days and may be renewed for a week.
    pass(&world, 37 * DAYS);
    let lapsed = coverage(&world, &id);
    assert_eq!(facts(&lapsed), ("lapsed", "lapsed", true, 1));
    assert_eq!(lapsed["task_access"], false);
    pass(&world, 30 * DAYS);
    assert_eq!(coverage(&world, &id)["reactivation_quote"]["credits"], 50);
    let events = events(&world);
    assert!(events.contains(&"subscription.renewed".to_owned()));
    assert!(events.contains(&"subscription.lapsed".to_owned()));
}

#[test]
fn the_record_follows_a_lapse_with_a_lag() {
    let world = World::new();
    let id = account(&world, "cuisine.maple");
    pass(&world, 21 * DAYS + 60);
    assert_eq!(
        facts(&coverage(&world, &id)),
        ("lapsed", "included", true, 1)
    );
    pass(&world, 5 * 60);
    assert_eq!(facts(&coverage(&world, &id)), ("lapsed", "lapsed", true, 1));
}

#[test]
fn without_credits_nothing_renews() {
    let world = World::new();
    let id = account(&world, "cuisine.maple");
    pass(&world, 15 * DAYS);
    world.control("/credits", json!({ "balance": 24 }));
    let reply = free_work(&world, &id);
    assert_eq!(
        reply.refusal(),
        (409, "MANAGED_ACCOUNT_TASK_BLOCKED".into())
    );
    let details = reply.json()["error"]["details"].clone();
    assert_eq!(
        (&details["reason"], &details["missing"]),
        (&json!("renewal_not_paid"), &json!(1))
    );
    // What costs something itself says what both together miss.
    world.control("/credits", json!({ "balance": 26 }));
    let edit = json!({ "requested_username": "a", "requested_visible_name": "A" });
    let reply = call(&world, "POST", &id, "/edit-request", Some(edit));
    assert_eq!(reply.refusal(), (402, "INSUFFICIENT_CREDITS".into()));
    assert_eq!(reply.json()["error"]["details"]["missing"], 7);
    assert_eq!(
        facts(&coverage(&world, &id)),
        ("included", "included", true, 1)
    );
    assert_eq!(world.balance(), 26);
}

#[test]
fn a_pause_is_free_to_undo_until_the_period_ends() {
    let world = World::new();
    let id = account(&world, "maple.kitchen.uk");
    let end = coverage(&world, &id)["current_period_end"].clone();
    for _ in 0..2 {
        let paused = call(&world, "POST", &id, "/managed-subscription/cancel", None).data();
        assert_eq!(facts(&paused), ("cancelled", "cancelled", false, 0));
        assert_eq!(paused["task_access"], false);
    }
    let quote = coverage(&world, &id)["reactivation_quote"].clone();
    assert_eq!(
        (&quote["credits"], &quote["current_period_end"]),
        (&json!(0), &end)
    );
    let on = reactivate(&world, &id, &quote);
    assert_eq!(on.json()["credits_charged"], 0);
    assert_eq!(facts(&on.data()), ("active", "active", false, 0));
    assert_eq!(on.data()["current_period_end"], end);
    assert_eq!(world.balance(), 1250);

    // Paused beyond its end, the new period begins when it is paid.
    call(&world, "POST", &id, "/managed-subscription/cancel", None).data();
    pass(&world, 80 * DAYS);
    let quote = coverage(&world, &id)["reactivation_quote"].clone();
    assert_eq!(quote["credits"], 25);
    let on = reactivate(&world, &id, &quote);
    assert_eq!(facts(&on.data()), ("active", "active", false, 0));
    pass(&world, 29 * DAYS);
    assert_eq!(
        facts(&coverage(&world, &id)),
        ("active", "active", false, 0)
    );
}

#[test]
fn a_stale_quote_is_refused_and_charges_nothing() {
    let world = World::new();
    let id = account(&world, "cuisine.maple");
    pass(&world, 30 * DAYS);
    let quote = coverage(&world, &id)["reactivation_quote"].clone();
    let balance = world.balance();
    for (field, value) in [
        ("credits", json!(24)),
        ("current_period_end", json!("2026-01-01T00:00:00.000Z")),
        ("lock_version", json!(99)),
    ] {
        let mut stale = quote.clone();
        stale[field] = value;
        let reply = reactivate(&world, &id, &stale);
        assert_eq!(
            reply.refusal(),
            (409, "COVERAGE_QUOTE_CHANGED".into()),
            "{field}"
        );
        assert_eq!(
            reply.json()["error"]["details"]["reactivation_quote"],
            quote
        );
    }
    assert_eq!(world.balance(), balance);
    world.control("/credits", json!({ "balance": 3 }));
    let poor = reactivate(&world, &id, &quote);
    assert_eq!(poor.refusal(), (402, "INSUFFICIENT_CREDITS".into()));
    world.control("/credits", json!({ "balance": 30 }));
    let dry = [("x-tokportal-dry-run", "true")];
    let path = format!("/accounts/{id}/managed-subscription/reactivate");
    let simulated = world.call_with("POST", &path, accept(&quote), &dry).json();
    assert_eq!(simulated["credits_would_charge"], 25);
    let on = reactivate(&world, &id, &quote);
    assert_eq!(facts(&on.data()), ("active", "active", false, 0));
    assert_eq!(world.balance(), 5);
    let again = reactivate(&world, &id, &quote);
    assert_eq!(again.refusal(), (409, "COVERAGE_INVALID_STATUS".into()));
    assert!(events(&world).contains(&"subscription.reactivated".to_owned()));
}

#[test]
fn of_parallel_reactivations_with_one_quote_one_is_paid() {
    let world = World::new();
    let id = account(&world, "cuisine.maple");
    pass(&world, 30 * DAYS);
    let quote = coverage(&world, &id)["reactivation_quote"].clone();
    let before = world.balance();
    let path = format!("/accounts/{id}/managed-subscription/reactivate");
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..8)
            .map(|_| {
                let instance = world.another_instance();
                let (path, body) = (&path, accept(&quote));
                scope.spawn(move || instance.call("POST", path, body).status())
            })
            .collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    assert_eq!(
        statuses.iter().filter(|status| **status == 200).count(),
        1,
        "{statuses:?}"
    );
    assert_eq!(world.balance(), before - 25);
}

#[test]
fn an_account_without_a_record_has_nothing_to_pause() {
    let world = World::new();
    let id = account(&world, "maple.kitchen");
    let reply = call(&world, "POST", &id, "/managed-subscription/cancel", None);
    assert_eq!(reply.refusal(), (404, "COVERAGE_NOT_FOUND".into()));
    let quote = json!({ "credits": 0, "current_period_end": "2026-12-01T00:00:00.000Z", "lock_version": 1 });
    let reply = reactivate(&world, &id, &quote);
    assert_eq!(reply.refusal(), (404, "COVERAGE_NOT_FOUND".into()));
}

#[test]
fn scheduled_videos_wait_for_coverage_and_get_new_days() {
    let world = World::new();
    let id = account(&world, "maple.kitchen.uk");
    let order = json!({ "bundle_type": "videos_only", "account_id": id, "videos_quantity": 2 });
    let bundle = world.call("POST", "/bundles", Some(order)).data()["id"].clone();
    let bundle = bundle.as_str().unwrap();
    for (position, day) in [(1, "2026-11-25"), (2, "2026-11-28")] {
        let video = json!({
            "video_type": "video",
            "description": "d",
            "video_url": "https://media.example.com/v.mp4",
            "instagram_content_type": "reel",
            "target_publish_date": day,
        });
        let path = format!("/bundles/{bundle}/videos/{position}");
        world.call("PUT", &path, Some(video)).data();
    }
    world
        .call("POST", &format!("/bundles/{bundle}/publish"), None)
        .data();
    pass(&world, 6 * HOURS);
    call(&world, "POST", &id, "/managed-subscription/cancel", None).data();
    pass(&world, 9 * DAYS);
    let days = || -> Vec<String> {
        let videos = world
            .call("GET", &format!("/bundles/{bundle}/videos"), None)
            .data();
        videos
            .as_array()
            .unwrap()
            .iter()
            .map(|video| {
                assert_eq!(video["status"], "accepted");
                video["target_publish_date"].as_str().unwrap().to_owned()
            })
            .collect()
    };
    assert_eq!(days(), ["2026-11-25", "2026-11-28"]);
    let quote = coverage(&world, &id)["reactivation_quote"].clone();
    reactivate(&world, &id, &quote).data();
    assert_eq!(days(), ["2026-12-02", "2026-12-05"]);
    pass(&world, 2 * DAYS);
    let videos = world
        .call("GET", &format!("/bundles/{bundle}/videos"), None)
        .data();
    assert_eq!(
        (&videos[0]["status"], &videos[1]["status"]),
        (&json!("finalized"), &json!("accepted"))
    );
}
