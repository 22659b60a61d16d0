//! What holds for every operation: keys, scopes, bucket, headers, bodies, the request log.

use serde_json::{Value, json};

use super::world::World;
use crate::people::{demo_key, demo_read_key, second_key};

#[test]
fn demo_key_works_in_both_headers() {
    let world = World::new();
    let me = json!({ "email": "demo@tokportal.example", "credits": 1250 });
    assert_eq!(world.get("/me").data(), me);
    let bearer = format!("Bearer {}", demo_key());
    assert_eq!(world.me_with("authorization", &bearer).data(), me);
    let other = world.me_with("x-api-key", &second_key()).data();
    assert_eq!(other["email"], "second@tokportal.example");
}

#[test]
fn missing_unknown_revoked_or_expired_key_is_401() {
    let world = World::new();
    let (unknown, upper) = (format!("sk_{}", "0".repeat(64)), demo_key().to_uppercase());
    for key in ["nonsense", "sk_short", &unknown, &upper] {
        let reply = world.me_with("x-api-key", key);
        reply.assert_refused(401, "AUTH_INVALID_KEY");
    }
    let reply = world.me_with("authorization", "Basic eDp5");
    reply.assert_refused(401, "AUTH_MISSING_KEY");
    world.database("UPDATE portal_key SET expires_at = 5 WHERE scopes = 'read'");
    let reply = world.me_with("x-api-key", &demo_read_key());
    reply.assert_refused(401, "AUTH_EXPIRED_KEY");
    world.database("UPDATE portal_key SET revoked_at = 5");
    world.get("/me").assert_refused(401, "AUTH_REVOKED_KEY");
}

#[test]
fn read_key_cannot_write() {
    let world = World::new();
    let key = demo_read_key();
    assert_eq!(world.me_with("x-api-key", &key).status(), 200);
    let reply = world.order(&[("x-api-key", &key)]);
    reply.assert_refused(403, "AUTH_INSUFFICIENT_SCOPE");
    assert_eq!(reply.json()["error"]["details"]["required_scope"], "write");
}

#[test]
fn every_answer_has_the_headers_of_the_contract() {
    let world = World::new();
    for request in ["GET /me", "GET /no", "DELETE /me", "OPTIONS /me"] {
        let (method, path) = request.split_once(' ').unwrap();
        let reply = world.call(method, path, None);
        let version = reply.header("x-tokportal-api-version");
        assert_eq!(version, Some("2026-05-25"), "{request}");
        assert_eq!(reply.header("x-tokportal-api-stability"), Some("stable"));
        let id = reply.header("x-tokportal-request-id").unwrap();
        assert!(id.len() == 36 && id.starts_with("req_"), "{id}");
    }
    let repeated = |id: &str| {
        let reply = world.me_with("x-request-id", id);
        reply.header("x-tokportal-request-id") == Some(id)
    };
    assert!(repeated("my-trace-1") && !repeated(&"x".repeat(129)));
}

#[test]
fn empty_bucket_refuses_and_refills() {
    let world = World::new();
    let first = world.get("/me");
    assert_eq!(first.header("x-ratelimit-limit"), Some("120"));
    assert_eq!(first.header("x-ratelimit-remaining"), Some("119"));
    let status = |_| world.get("/me").status();
    assert!((1..120).map(status).all(|status| status == 200));
    let empty = world.get("/me");
    empty.assert_refused(429, "RATE_LIMIT_EXCEEDED");
    assert_eq!(empty.header("retry-after"), Some("1"));
    assert_eq!(empty.header("x-ratelimit-remaining"), Some("0"));
    assert_eq!(empty.json()["error"]["details"]["retry_after_seconds"], 1);
    assert_eq!(world.me_with("x-api-key", &second_key()).status(), 200);
    world.control("/clock", json!({ "advance_seconds": 1 }));
    assert_eq!((0..3).map(status).collect::<Vec<_>>(), [200, 200, 429]);
}

#[test]
fn each_kind_of_bad_body_has_its_code() {
    const JSON: &str = "application/json";
    const UTF_8: &str = "application/json; charset=utf-8";
    let world = World::new();
    let deep = "[".repeat(10_000);
    let long = " ".repeat((1 << 20) + 1);
    let many = json!({ "niche": vec![0; 20_000] }).to_string();
    for (content_type, body, status, code) in [
        (JSON, "{\"website\":", 400, "INVALID_JSON"),
        (JSON, &deep, 400, "INVALID_JSON"),
        (JSON, "[]", 400, "VALIDATION_ERROR"),
        (JSON, "", 400, "VALIDATION_ERROR"),
        (JSON, "{}", 400, "VALIDATION_ERROR"),
        (JSON, &long, 413, "PAYLOAD_TOO_LARGE"),
        ("text/plain", "{}", 415, "UNSUPPORTED_MEDIA_TYPE"),
        (UTF_8, "{\"role\":\"admin\"}", 400, "UNKNOWN_FIELD"),
        (JSON, &many, 400, "VALIDATION_ERROR"),
    ] {
        let body = Some((content_type, body.to_owned()));
        let reply = world.request("PATCH", "/me", body, &[]);
        reply.assert_refused(status, code);
    }
}

#[test]
fn full_workspace_takes_no_more_writes() {
    let world = World::new();
    world.database("INSERT INTO part VALUES ('person-alex', 'ballast', 1, hex(zeroblob(2100000)))");
    world.order(&[]).assert_refused(413, "PAYLOAD_TOO_LARGE");
    assert_eq!(world.get("/me").status(), 200);
    world.control("/reset", json!({}));
    world.order(&[]).data();
}

#[test]
fn clock_stays_where_it_is_when_it_is_set_out_of_range() {
    let world = World::new();
    let clock = || world.ask_control("GET", "/clock", &Value::Null).json();
    let before = clock();
    for at in ["3000-01-01T00:00:00Z", "1999-12-31T23:59:59Z"] {
        let refused = world.ask_control("POST", "/clock", &json!({ "set": at }));
        assert_eq!((refused.status(), clock()), (400, before.clone()), "{at}");
    }
}

#[test]
fn joined_list_in_a_query_is_split() {
    let world = World::new();
    for (list, status) in [("pending,cancelled", 200), ("", 200), ("pending,gone", 400)] {
        let reply = world.get(&format!("/comments?status={list}"));
        assert_eq!(reply.status(), status, "{list}");
    }
}

#[test]
fn whole_number_with_a_fraction_of_zero_is_accepted() {
    let world = World::new();
    let order = |quantity: f64| {
        let body = json!({ "bundle_type": "account_and_videos", "country": "FR", "videos_quantity": quantity });
        world.call("POST", "/bundles", Some(body))
    };
    assert_eq!(order(2.0).data()["videos_quantity"], 2);
    order(2.5).assert_refused(400, "VALIDATION_ERROR");
}

#[test]
fn request_is_logged_under_its_key_with_its_status() {
    let world = World::new();
    let client = [("x-tokportal-client", "tokportal-python/0.1.0")];
    world.call_with("GET", "/credits/balance?x=1", None, &client);
    world.call_with("PATCH", "/me", Some(json!({})), &client);
    let rows = world.database("SELECT entry FROM key_request ORDER BY number");
    let shown = rows.iter().map(|row| {
        let entry: Value = serde_json::from_str(&row.text(0)).unwrap();
        ["operation", "path", "status", "client"].map(|name| entry[name].clone())
    });
    let client = client[0].1;
    let expected = json!([
        ["getCreditBalance", "/api/ext/credits/balance", 200, client],
        ["updateCurrentUserSettings", "/api/ext/me", 400, client],
    ]);
    assert_eq!(json!(shown.collect::<Vec<_>>()), expected);
}
