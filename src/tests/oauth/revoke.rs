//! `/revoke`: a revoked token stops working at once, and a failed revocation is not reported as a success.

use super::world::{World, assert_refused};
use http::StatusCode;
use serde_json::json;

#[test]
fn revoked_token_is_invalid_at_once() {
    let world = World::new();
    let token = world.connect("full");
    assert_eq!(
        world.mcp(&token, "tools/list", json!({})).status(),
        StatusCode::OK
    );
    let reply = world.post(
        "/revoke",
        &[("token", &token), ("token_type_hint", "access_token")],
    );
    assert_eq!(reply.status(), StatusCode::OK);
    assert!(world.portal.keys.borrow().is_empty());
    let reply = world.mcp(&token, "tools/list", json!({}));
    assert_eq!(
        reply.status(),
        StatusCode::UNAUTHORIZED,
        "the cached introspection is discarded"
    );
    for unknown in [token.as_str(), "no token of ours"] {
        assert_eq!(
            world.post("/revoke", &[("token", unknown)]).status(),
            StatusCode::OK
        );
    }
    assert_refused(&world.post("/revoke", &[]), 400, "invalid_request");
    assert_refused(
        &world.post("/revoke", &[("token", &token), ("client_id", "nobody")]),
        401,
        "invalid_client",
    );
}

#[test]
fn revocation_is_503_while_the_portal_does_not_answer() {
    let world = World::new();
    let token = world.connect("full");
    world.portal.down.set(true);
    let reply = world.post("/revoke", &[("token", &token)]);
    assert_refused(&reply, 503, "temporarily_unavailable");
    assert!(reply.headers().contains_key("retry-after"));
}
