//! `/revoke`: what is gone is gone at once, and what is not is not called so.

use crate::tests::oauth::world::{World, json_of};
use crate::web::reply::Reply;
use http::StatusCode;
use serde_json::json;

fn refused(reply: &Reply, status: u16, error: &str) {
    assert_eq!(
        (reply.status().as_u16(), json_of(reply)["error"].as_str()),
        (status, Some(error)),
        "{reply:?}"
    );
    assert_eq!(reply.headers()["cache-control"], "no-store");
}

#[test]
fn a_revoked_token_is_gone_at_the_portal() {
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
    assert_eq!(reply.status(), StatusCode::UNAUTHORIZED, "noticed at once");
    for unknown in [token.as_str(), "no token of ours"] {
        assert_eq!(
            world.post("/revoke", &[("token", unknown)]).status(),
            StatusCode::OK
        );
    }
    refused(&world.post("/revoke", &[]), 400, "invalid_request");
    refused(
        &world.post("/revoke", &[("token", &token), ("client_id", "nobody")]),
        401,
        "invalid_client",
    );
}

#[test]
fn a_token_that_could_not_be_revoked_is_not_called_revoked() {
    let world = World::new();
    let token = world.connect("full");
    world.portal.down.set(true);
    let reply = world.post("/revoke", &[("token", &token)]);
    refused(&reply, 503, "temporarily_unavailable");
    assert!(reply.headers().contains_key("retry-after"));
}
