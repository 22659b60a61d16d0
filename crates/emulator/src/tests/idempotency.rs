//! `Idempotency-Key`: replay, conflict, refusal, expiry.

use serde_json::{Value, json};

use super::world::World;

fn body() -> Option<Value> {
    Some(json!({ "bundle_type": "account_only", "country": "FR" }))
}

#[test]
fn the_same_request_is_replayed_and_another_is_refused() {
    let world = World::new();
    let key = [("idempotency-key", "k1")];
    let first = world.call_with("POST", "/bundles", body(), &key);
    assert_eq!(
        (first.status(), first.header("idempotent-replayed")),
        (201, None)
    );
    let again = world.call_with("POST", "/bundles", body(), &key);
    assert_eq!(
        (again.status(), again.header("idempotent-replayed")),
        (201, Some("true"))
    );
    assert_eq!(again.json(), first.json());
    assert_ne!(
        again.header("x-tokportal-request-id"),
        first.header("x-tokportal-request-id")
    );
    assert_eq!(world.balance(), 1218);
    let other = json!({ "bundle_type": "account_only", "country": "DE" });
    let conflict = world.call_with("POST", "/bundles", Some(other), &key);
    assert_eq!(conflict.refusal(), (409, "IDEMPOTENCY_KEY_CONFLICT".into()));
    world.control("/clock", json!({ "advance_seconds": 24 * 3600 }));
    let later = world.call_with("POST", "/bundles", body(), &key);
    assert_eq!(
        (later.status(), later.header("idempotent-replayed")),
        (201, None)
    );
}

#[test]
fn a_refused_request_is_not_kept() {
    let world = World::new();
    let key = [("idempotency-key", "k1")];
    world.control("/credits", json!({ "balance": 0 }));
    assert_eq!(
        world.call_with("POST", "/bundles", body(), &key).status(),
        402
    );
    world.control("/credits", json!({ "balance": 100 }));
    assert_eq!(
        world.call_with("POST", "/bundles", body(), &key).status(),
        201
    );
}

#[test]
fn keys_have_bounds_and_secrets_take_none() {
    let world = World::new();
    let long = "k".repeat(256);
    for key in ["", &long] {
        let reply = world.call_with("POST", "/bundles", body(), &[("idempotency-key", key)]);
        assert_eq!(reply.refusal(), (400, "IDEMPOTENCY_KEY_INVALID".into()));
    }
    let reply = world.call_with(
        "POST",
        "/webhooks",
        Some(json!({})),
        &[("idempotency-key", "k")],
    );
    assert_eq!(
        reply.refusal(),
        (
            400,
            "IDEMPOTENCY_KEY_NOT_ALLOWED_FOR_SENSITIVE_RESPONSE".into()
        )
    );
}

#[test]
fn a_dry_run_leaves_the_key_free() {
    let world = World::new();
    let dry = [("idempotency-key", "k1"), ("x-tokportal-dry-run", "true")];
    assert_eq!(
        world.call_with("POST", "/bundles", body(), &dry).json()["dry_run"],
        true
    );
    let real = world.call_with("POST", "/bundles", body(), &[("idempotency-key", "k1")]);
    assert_eq!(
        (real.status(), &real.json()["credits_charged"]),
        (201, &json!(32))
    );
}
