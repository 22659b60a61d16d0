//! What holds for every operation: keys, scopes, bucket, headers, envelopes.

use bytes::Bytes;
use http::Request;
use serde_json::json;

use super::world::World;
use crate::people::{demo_key, demo_read_key, second_key};

#[test]
fn the_demo_key_works_in_both_headers() {
    let world = World::new();
    assert_eq!(
        world.call("GET", "/me", None).data(),
        json!({ "email": "demo@tokportal.example", "credits": 1250 })
    );
    let bearer = format!("Bearer {}", demo_key());
    assert_eq!(
        world
            .call_with("GET", "/me", None, &[("authorization", &bearer)])
            .status(),
        200
    );
    let other = world.call_with("GET", "/me", None, &[("x-api-key", &second_key())]);
    assert_eq!(other.data()["email"], "second@tokportal.example");
}

#[test]
fn a_missing_malformed_unknown_revoked_or_expired_key_is_401() {
    let world = World::new();
    let unknown = format!("sk_{}", "0".repeat(64));
    let upper = demo_key().to_uppercase();
    for key in ["nonsense", "sk_short", &unknown, &upper] {
        let reply = world.call_with("GET", "/me", None, &[("x-api-key", key)]);
        assert_eq!(reply.refusal(), (401, "AUTH_INVALID_KEY".into()), "{key}");
    }
    assert_eq!(
        world
            .call_with("GET", "/me", None, &[("authorization", "Basic eDp5")])
            .refusal(),
        (401, "AUTH_MISSING_KEY".into())
    );
    sql(
        &world,
        "UPDATE api_key SET expires_at = 5 WHERE scopes = 'read'",
    );
    let expired = world.call_with("GET", "/me", None, &[("x-api-key", &demo_read_key())]);
    assert_eq!(expired.refusal(), (401, "AUTH_EXPIRED_KEY".into()));
    sql(&world, "UPDATE api_key SET revoked_at = 5");
    assert_eq!(
        world.call("GET", "/me", None).refusal(),
        (401, "AUTH_REVOKED_KEY".into())
    );
}

#[test]
fn a_read_key_cannot_write() {
    let world = World::new();
    let headers = [("x-api-key", &*demo_read_key())];
    let body = json!({ "bundle_type": "account_only", "country": "FR" });
    assert_eq!(
        world.call_with("GET", "/bundles", None, &headers).status(),
        200
    );
    let reply = world.call_with("POST", "/bundles", Some(body), &headers);
    assert_eq!(reply.refusal(), (403, "AUTH_INSUFFICIENT_SCOPE".into()));
    assert_eq!(reply.json()["error"]["details"]["required_scope"], "write");
}

#[test]
fn every_answer_carries_the_contract_headers() {
    let world = World::new();
    for (method, path) in [
        ("GET", "/me"),
        ("GET", "/nowhere"),
        ("DELETE", "/me"),
        ("OPTIONS", "/me"),
    ] {
        let reply = world.call(method, path, None);
        assert_eq!(
            reply.header("x-tokportal-api-version"),
            Some("2026-05-25"),
            "{method} {path}"
        );
        assert_eq!(reply.header("x-tokportal-api-stability"), Some("stable"));
        let id = reply.header("x-tokportal-request-id").unwrap();
        assert!(id.len() == 36 && id.starts_with("req_"), "{id}");
    }
    let echoed = world.call_with("GET", "/me", None, &[("x-request-id", "my-trace-1")]);
    assert_eq!(echoed.header("x-tokportal-request-id"), Some("my-trace-1"));
    let long = "x".repeat(129);
    let unsafe_id = world.call_with("GET", "/me", None, &[("x-request-id", &long)]);
    assert!(
        unsafe_id
            .header("x-tokportal-request-id")
            .unwrap()
            .starts_with("req_")
    );
}

#[test]
fn the_bucket_runs_dry_and_fills_again() {
    let world = World::new();
    let first = world.call("GET", "/me", None);
    assert_eq!(first.header("x-ratelimit-limit"), Some("120"));
    assert_eq!(first.header("x-ratelimit-remaining"), Some("119"));
    for _ in 1..120 {
        assert_eq!(world.call("GET", "/me", None).status(), 200);
    }
    let empty = world.call("GET", "/me", None);
    assert_eq!(empty.refusal(), (429, "RATE_LIMIT_EXCEEDED".into()));
    assert_eq!(empty.header("retry-after"), Some("1"));
    assert_eq!(empty.header("x-ratelimit-remaining"), Some("0"));
    assert_eq!(empty.json()["error"]["details"]["retry_after_seconds"], 1);
    assert_eq!(
        world
            .call_with("GET", "/me", None, &[("x-api-key", &second_key())])
            .status(),
        200
    );
    world.control("/clock", json!({ "advance_seconds": 1 }));
    let statuses: Vec<u16> = (0..3)
        .map(|_| world.call("GET", "/me", None).status())
        .collect();
    assert_eq!(statuses, [200, 200, 429]);
}

#[test]
fn unknown_paths_and_methods_have_envelopes() {
    let world = World::new();
    assert_eq!(
        world.call("GET", "/nowhere", None).refusal(),
        (404, "NOT_FOUND".into())
    );
    let reply = world.call("DELETE", "/me", None);
    assert_eq!(reply.refusal(), (405, "METHOD_NOT_ALLOWED".into()));
    assert_eq!(reply.header("allow"), Some("GET, PATCH"));
}

#[test]
fn bad_bodies_are_told_apart() {
    let world = World::new();
    let send = |content_type: &str, body: &[u8]| {
        let request = Request::patch("http://localhost:3000/api/ext/me")
            .header("x-api-key", demo_key())
            .header("content-type", content_type)
            .body(Bytes::copy_from_slice(body))
            .unwrap();
        super::world::Reply(world.send(request)).refusal()
    };
    let deep = "[".repeat(10_000);
    let long = vec![b' '; (1 << 20) + 1];
    let json = "application/json";
    for (content_type, body, status, code) in [
        (json, &b"{\"website\":"[..], 400, "INVALID_JSON"),
        (json, deep.as_bytes(), 400, "INVALID_JSON"),
        (json, &b"\xff\xfe"[..], 400, "INVALID_JSON"),
        (json, &b"[]"[..], 400, "VALIDATION_ERROR"),
        (json, &b""[..], 400, "VALIDATION_ERROR"),
        (json, &b"{}"[..], 400, "VALIDATION_ERROR"),
        (json, &long, 413, "PAYLOAD_TOO_LARGE"),
        ("text/plain", &b"{}"[..], 415, "UNSUPPORTED_MEDIA_TYPE"),
        (
            "application/json; charset=utf-8",
            &b"{\"role\":\"admin\"}"[..],
            400,
            "UNKNOWN_FIELD",
        ),
    ] {
        let refusal = send(content_type, body);
        assert_eq!(
            refusal,
            (status, code.to_owned()),
            "{content_type}, {} bytes",
            body.len()
        );
    }
}

#[test]
fn settings_keep_what_is_left_out() {
    let world = World::new();
    world
        .call(
            "PATCH",
            "/me",
            Some(json!({ "website": "https://maple.example", "niche": "food" })),
        )
        .data();
    let settings = world
        .call("PATCH", "/me", Some(json!({ "niche": "cooking" })))
        .data();
    assert_eq!(
        (&settings["website"], &settings["niche"]),
        (&json!("https://maple.example"), &json!("cooking"))
    );
}

#[test]
fn lists_come_in_one_value_where_the_document_says_so() {
    let world = World::new();
    for (query, status) in [
        ("status=pending,cancelled", 200),
        ("status=", 200),
        ("status=pending,gone", 400),
    ] {
        let reply = world.call("GET", &format!("/comments?{query}"), None);
        assert_eq!(reply.status(), status, "{query}");
    }
}

#[test]
fn a_whole_number_may_be_written_with_a_fraction_of_nothing() {
    let world = World::new();
    let order = |quantity: f64| {
        let body = json!({ "bundle_type": "account_and_videos", "country": "FR", "videos_quantity": quantity });
        world.call("POST", "/bundles", Some(body))
    };
    assert_eq!(order(2.0).data()["videos_quantity"], 2);
    assert_eq!(order(2.5).refusal(), (400, "VALIDATION_ERROR".into()));
}

#[test]
fn requests_are_logged_under_their_key() {
    let world = World::new();
    world.call_with(
        "GET",
        "/credits/balance?x=1",
        None,
        &[("x-tokportal-client", "tokportal-python/0.1.0")],
    );
    let rows = sql(
        &world,
        "SELECT operation, path, status, client FROM request_log",
    );
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].text(0), "getCreditBalance");
    assert_eq!(rows[0].text(1), "/api/ext/credits/balance");
    assert_eq!(
        (rows[0].integer(2), rows[0].text(3)),
        (200, "tokportal-python/0.1.0".into())
    );
}

fn sql(world: &World, statement: &'static str) -> Vec<crate::host::Row> {
    use crate::host::Host;
    pollster::block_on(async {
        crate::store::prepare(world).await.unwrap();
        world.sql(statement, Vec::new()).await.unwrap()
    })
}
