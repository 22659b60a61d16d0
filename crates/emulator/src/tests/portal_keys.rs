//! `/portal/api/keys`: what the connector asks for when a person approves it.

use serde_json::{Value, json};

use super::relying_party::{access_token, send};
use super::world::{Reply, World};

fn mint(world: &World, token: &str, body: Value) -> Reply {
    send(
        world,
        "POST",
        "/portal/api/keys",
        ("authorization", &format!("Bearer {token}")),
        Some(body),
    )
}

#[test]
fn a_key_is_minted_introspected_used_and_revoked() {
    let world = World::new();
    let token = access_token(&world);
    let body = json!({ "name": "Claude (MCP connector)", "scopes": ["read"], "environment": "production" });
    let made = mint(&world, &token, body);
    assert_eq!(made.status(), 201);
    let key = made.data()["key"].as_str().unwrap().to_owned();
    let current = || {
        send(
            &world,
            "GET",
            "/portal/api/keys/current",
            ("x-api-key", &key),
            None,
        )
    };
    assert_eq!(
        current().data(),
        json!({
            "id": made.data()["id"], "name": "Claude (MCP connector)", "scopes": ["read"],
            "environment": "production", "expires_at": null, "created_at": "2026-11-22T12:00:00.000Z",
        })
    );
    assert_eq!(
        world
            .call_with("GET", "/me", None, &[("x-api-key", &key)])
            .status(),
        200
    );
    let gone = send(
        &world,
        "DELETE",
        "/portal/api/keys/current",
        ("x-api-key", &key),
        None,
    );
    assert_eq!((gone.status(), gone.0.body().len()), (204, 0));
    assert_eq!(current().status(), 401);
    let used = world.call_with("GET", "/me", None, &[("x-api-key", &key)]);
    assert_eq!(used.refusal(), (401, "AUTH_REVOKED_KEY".into()));
}

#[test]
fn minting_is_guarded() {
    let world = World::new();
    let token = access_token(&world);
    let body = |name: &str| json!({ "name": name, "scopes": ["*"], "environment": "production" });
    assert_eq!(mint(&world, "unknown", body("A")).status(), 401);
    let long = "x".repeat(101);
    for name in ["", " ", "a\u{0}b", &long] {
        assert_eq!(
            mint(&world, &token, body(name)).refusal(),
            (400, "VALIDATION_ERROR".into())
        );
    }
    for (field, wrong) in [
        ("scopes", json!(["admin"])),
        ("scopes", json!([])),
        ("environment", json!("moon")),
        ("expires_at", json!("2020-01-01T00:00:00Z")),
    ] {
        let mut body = body("A");
        body[field] = wrong;
        assert_eq!(
            mint(&world, &token, body).refusal(),
            (400, "VALIDATION_ERROR".into()),
            "{field}"
        );
    }
    // Two demo keys are there already.
    for number in 0..48 {
        assert_eq!(
            mint(&world, &token, body(&format!("Key {number}"))).status(),
            201
        );
    }
    assert_eq!(
        mint(&world, &token, body("One more")).refusal(),
        (409, "KEY_LIMIT_REACHED".into())
    );
    world.pass(900_001);
    assert_eq!(mint(&world, &token, body("Late")).status(), 401);
}

#[test]
fn a_key_ends_at_its_expiry() {
    let world = World::new();
    let body = json!({ "name": "A", "scopes": "read", "environment": "test", "expires_at": "2026-11-22T13:00:00Z" });
    let key = mint(&world, &access_token(&world), body).data()["key"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        world
            .call_with("GET", "/me", None, &[("x-api-key", &key)])
            .status(),
        200
    );
    world.control("/clock", json!({ "advance_seconds": 3600 }));
    let late = world.call_with("GET", "/me", None, &[("x-api-key", &key)]);
    assert_eq!(late.refusal(), (401, "AUTH_EXPIRED_KEY".into()));
    assert_eq!(
        send(
            &world,
            "GET",
            "/portal/api/keys/current",
            ("x-api-key", &key),
            None
        )
        .status(),
        401
    );
}
