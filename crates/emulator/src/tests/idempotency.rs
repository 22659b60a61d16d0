//! `Idempotency-Key`, and many writers at once over instances that share nothing but the database.

use std::thread;

use serde_json::json;

use super::world::{Reply, World, day};
use crate::ids;

#[test]
fn same_request_is_replayed_and_another_one_refused() {
    let world = World::new();
    let key = [("idempotency-key", "k1")];
    let [first, again] = [world.order(&key), world.order(&key)];
    let replayed = |reply: &Reply| reply.header("idempotent-replayed").map(str::to_owned);
    assert_eq!((first.status(), replayed(&first)), (201, None));
    assert_eq!(
        (again.status(), replayed(&again)),
        (201, Some("true".into()))
    );
    assert_eq!(again.json(), first.json());
    let request_id = |reply: &Reply| reply.header("x-tokportal-request-id").map(str::to_owned);
    assert_ne!(request_id(&again), request_id(&first));
    assert_eq!(world.balance(), 1218);
    let other = json!({ "bundle_type": "account_only", "country": "DE" });
    let conflict = world.call_with("POST", "/bundles", Some(other), &key);
    conflict.assert_refused(409, "IDEMPOTENCY_KEY_CONFLICT");
    world.hours(24);
    let later = world.order(&key);
    assert_eq!((later.status(), replayed(&later)), (201, None));
}

#[test]
fn order_of_members_does_not_make_another_request() {
    let world = World::new();
    let send = |text: &str| {
        let (body, key) = (
            ("application/json", text.to_owned()),
            [("idempotency-key", "k1")],
        );
        let reply = world.request("POST", "/bundles", Some(body), &key);
        reply.status()
    };
    for (body, status) in [
        (r#"{"bundle_type": "account_only", "country": "FR"}"#, 201),
        (r#"{"country":"FR","bundle_type":"account_only"}"#, 201),
        (r#"{"country":"DE","bundle_type":"account_only"}"#, 409),
    ] {
        assert_eq!(send(body), status, "{body}");
    }
    assert_eq!(world.balance(), 1218);
}

#[test]
fn refused_request_leaves_the_key_free() {
    let world = World::new();
    let key = [("idempotency-key", "k1")];
    world.control("/credits", json!({ "balance": 0 }));
    assert_eq!(world.order(&key).status(), 402);
    world.control("/credits", json!({ "balance": 100 }));
    assert_eq!(world.order(&key).status(), 201);
}

#[test]
fn dry_run_leaves_the_key_free() {
    let world = World::new();
    let dry = [("idempotency-key", "k1"), ("x-tokportal-dry-run", "true")];
    let simulated = world.order(&dry).json();
    for (member, value) in [
        ("dry_run", json!(true)),
        ("credits_would_charge", json!(32)),
        ("credits_charged", json!(0)),
        ("credits_remaining", json!(1250)),
    ] {
        assert_eq!(simulated[member], value, "{member}");
    }
    let real = world.order(&dry[..1]);
    assert_eq!(real.status(), 201);
    assert_eq!(real.json()["credits_charged"], 32);
}

#[test]
fn misspelt_dry_run_is_refused() {
    let world = World::new();
    for wish in ["1", "yes", ""] {
        let reply = world.order(&[("x-tokportal-dry-run", wish)]);
        reply.assert_refused(400, "VALIDATION_ERROR");
    }
    assert_eq!(world.balance(), 1250);
}

#[test]
fn id_of_a_dry_run_works_in_dry_runs_only() {
    let world = World::new();
    let dry = [("x-tokportal-dry-run", "true")];
    let placed = world.order(&dry).data();
    let path = format!("/bundles/{}", placed["id"].as_str().unwrap());
    let video = json!({ "video_type": "video", "description": "D", "video_url": "https://a.test", "target_publish_date": day(4) });
    let video = world.call_with("PUT", &format!("{path}/videos/1"), Some(video), &dry);
    let video = video.data()["video_id"].take();
    assert!(ids::is_synthetic(video.as_str().unwrap()), "{video}");
    let title = Some(json!({ "title": "T" }));
    let simulated = world.call_with("PATCH", &path, title.clone(), &dry);
    assert_eq!(simulated.data()["title"], "T");
    let real = world.call("PATCH", &path, title);
    real.assert_refused(400, "DRY_RUN_ID_IN_LIVE_REQUEST");
}

#[test]
fn key_has_bounds_and_secret_answers_take_none() {
    let world = World::new();
    let long = "k".repeat(256);
    let key = [("idempotency-key", "k")];
    for key in ["", &long, "cl\u{e9}"] {
        let reply = world.order(&[("idempotency-key", key)]);
        reply.assert_refused(400, "IDEMPOTENCY_KEY_INVALID");
    }
    let doubled = world.order(&key.repeat(2));
    doubled.assert_refused(400, "IDEMPOTENCY_KEY_INVALID");
    let reply = world.call_with("POST", "/webhooks", Some(json!({})), &key);
    reply.assert_refused(400, "IDEMPOTENCY_KEY_NOT_ALLOWED_FOR_SENSITIVE_RESPONSE");
}

/// Sends `each` requests from each of `instances` instances, two threads an instance.
fn storm(world: &World, instances: usize, each: usize, headers: &[(&str, &str)]) -> Vec<u16> {
    thread::scope(|scope| {
        let spawn = |_| {
            scope.spawn(|| {
                let instance = world.another_instance();
                let statuses = (0..each).map(|_| instance.order(headers).status());
                statuses.collect::<Vec<u16>>()
            })
        };
        let threads: Vec<_> = (0..instances).map(spawn).collect();
        let threads = threads.into_iter();
        threads.flat_map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn two_hundred_orders_with_credits_for_fifty_make_fifty() {
    let world = World::new();
    let wide = json!({ "size": 1000, "refill_per_second": 2 });
    world.control("/rate-limit", wide);
    world.control("/credits", json!({ "balance": 50 * 32 + 31 }));
    let statuses = storm(&world, 10, 20, &[]);
    let count = |wanted: u16| statuses.iter().filter(|status| **status == wanted).count();
    assert_eq!((statuses.len(), count(201), count(402)), (200, 50, 150));
    assert_eq!(world.balance(), 31);
    assert_eq!(world.get("/bundles").json()["pagination"]["total"], 56);
}

#[test]
fn one_key_fifty_times_in_parallel_makes_one_order() {
    let world = World::new();
    let statuses = storm(&world, 5, 10, &[("idempotency-key", "k1")]);
    assert_eq!(statuses, [201; 50]);
    assert_eq!(world.balance(), 1250 - 32);
}
