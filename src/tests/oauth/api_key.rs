//! `sign_in = "api-key"`: the person pastes a key, and the client gets a sealed token.

use super::world::{
    Browser, CALLBACK, ORIGIN, World, authorize, hidden_request, json_of, location, parameter, text,
};
use crate::catalog::TOOLS;
use crate::web::reply::Reply;
use http::StatusCode;
use serde_json::json;

pub(super) const API_KEY_MODE: [(&str, &str); 2] = [
    ("public_url", ORIGIN),
    ("api_base_url", "https://api.example"),
];

pub(super) fn pasted_key() -> String {
    format!("sk_{}", "5eed".repeat(16))
}

pub(super) fn world() -> World {
    let world = World::with(&API_KEY_MODE);
    world
        .portal
        .keys
        .borrow_mut()
        .insert(pasted_key(), "*".to_owned());
    world
}

pub(super) fn post_key(
    world: &World,
    browser: &mut Browser,
    page: &Reply,
    key: &str,
    level: &str,
) -> Reply {
    let request = hidden_request(page);
    let fields = [
        ("request", request.as_str()),
        ("level", level),
        ("decision", "authorize"),
        ("api_key", key),
    ];
    browser.post(world, "/connect/sign-in", &fields)
}

/// Connects a new client. Returns its token, its id and the code.
pub(super) fn connect(world: &World, level: &str) -> (String, String, String) {
    let client_id = world.register("App", &[CALLBACK]);
    let mut browser = Browser::default();
    let page = browser.open(world, &authorize(&client_id, &[]));
    let reply = post_key(
        world,
        &mut browser,
        &page,
        &format!(" {}\n", pasted_key()),
        level,
    );
    let code = parameter(&location(&reply), "code").expect("a code");
    let answer = json_of(&world.redeem(&client_id, &code));
    (
        answer["access_token"].as_str().expect("a token").to_owned(),
        client_id,
        code,
    )
}

#[test]
fn page_asks_for_the_key_and_for_consent() {
    let world = world();
    let client_id = world.register("App", &[CALLBACK]);
    let page = Browser::default().open(&world, &authorize(&client_id, &[]));
    let html = text(&page);
    assert!(html.contains("type=\"password\"") && html.contains("name=\"api_key\""));
    assert!(html.contains("action=\"/connect/sign-in\""));
    assert_eq!(page.headers()["x-frame-options"], "DENY");
}

#[test]
fn token_carries_the_key_and_the_level_without_showing_them() {
    let world = world();
    for (level, tools) in [("full", TOOLS.len()), ("read", TOOLS.len() - 1)] {
        let (token, ..) = connect(&world, level);
        assert!(token.starts_with("tpt1_") && !token.contains(&pasted_key()[3..]));
        let list = json_of(&world.mcp(&token, "tools/list", json!({})));
        assert!(list["result"]["tools"].as_array().expect("tools").len() <= tools);
        let call = |name| {
            world
                .mcp(&token, "tools/call", json!({"name": name, "arguments": {}}))
                .status()
        };
        assert_eq!(call("tokportal_get_credit_balance"), StatusCode::OK);
        let sent = world.app.host.sent.borrow();
        let last = sent.last().expect("a call");
        assert_eq!(last.headers()["x-api-key"], pasted_key());
        drop(sent);
        let write = if level == "read" {
            StatusCode::FORBIDDEN
        } else {
            StatusCode::OK
        };
        assert_eq!(call("tokportal_create_bundle"), write);
    }
}

#[test]
fn token_of_another_resource_is_401() {
    let world = world();
    let (token, ..) = connect(&world, "full");
    let secret = world
        .app
        .host
        .store
        .borrow()
        .get("sealing-secret")
        .cloned()
        .expect("made");
    let other = World::with(&[("public_url", "https://other.example.com")]);
    other
        .app
        .host
        .store
        .borrow_mut()
        .insert("sealing-secret".to_owned(), secret);
    assert_eq!(
        other.mcp(&token, "ping", json!({})).status(),
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        world.mcp(&token, "ping", json!({})).status(),
        StatusCode::OK
    );
    let portal = World::new();
    assert_eq!(
        portal.mcp(&token, "ping", json!({})).status(),
        StatusCode::UNAUTHORIZED
    );
    world.app.host.store_is_down.set(true);
    assert_eq!(
        world.mcp(&token, "ping", json!({})).status(),
        StatusCode::SERVICE_UNAVAILABLE,
        "a store failure must not look like an invalid token"
    );
}

#[test]
fn page_asks_again_after_a_key_that_does_not_work() {
    let world = world();
    let client_id = world.register("App", &[CALLBACK]);
    let mut browser = Browser::default();
    let page = browser.open(&world, &authorize(&client_id, &[]));
    let unknown = format!("sk_{}", "0".repeat(64));
    for wrong in ["", "sk_short", "hunter2", &unknown] {
        let again = post_key(&world, &mut browser, &page, wrong, "full");
        assert_eq!(again.status(), StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        let html = text(&again);
        assert!(html.contains("does not accept this API key"));
        assert!(
            wrong.is_empty() || !html.contains(wrong),
            "the key is not echoed"
        );
    }
    world.portal.down.set(true);
    let again = post_key(&world, &mut browser, &page, &pasted_key(), "full");
    assert_eq!(again.status(), StatusCode::SERVICE_UNAVAILABLE);
    world.portal.down.set(false);
    let reply = post_key(&world, &mut browser, &again, &pasted_key(), "full");
    assert!(parameter(&location(&reply), "code").is_some());
    assert_eq!(
        post_key(&world, &mut browser, &page, &pasted_key(), "full").status(),
        StatusCode::CONFLICT
    );
}

fn status(world: &World, token: &str) -> u16 {
    world.mcp(token, "ping", json!({})).status().as_u16()
}

#[test]
fn token_expires_after_90_days() {
    let world = world();
    let client_id = world.register("App", &[CALLBACK]);
    let mut browser = Browser::default();
    let page = browser.open(&world, &authorize(&client_id, &[]));
    let reply = post_key(&world, &mut browser, &page, &pasted_key(), "full");
    let code = parameter(&location(&reply), "code").expect("a code");
    world.advance_clock(60);
    let answer = json_of(&world.redeem(&client_id, &code));
    let days = 90 * 24 * 3_600;
    assert_eq!(answer["expires_in"], days - 60);
    let token = answer["access_token"].as_str().expect("a token");
    world.advance_clock(days - 61);
    assert_eq!(status(&world, token), 200);
    world.advance_clock(1);
    let reply = world.mcp(token, "ping", json!({}));
    assert_eq!(reply.status(), StatusCode::UNAUTHORIZED);
    let challenge = reply.headers()["www-authenticate"].to_str().expect("ASCII");
    assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
}

#[test]
fn revocation_and_replay_end_one_token_at_once() {
    for has_counters in [true, false] {
        let world = world();
        world.app.host.has_counters.set(has_counters);
        let (revoked, ..) = connect(&world, "full");
        let (replayed, client_id, code) = connect(&world, "full");
        let (other, ..) = connect(&world, "read");
        for _ in 0..3 {
            let reply = world.post("/revoke", &[("token", &revoked)]);
            assert_eq!(reply.status(), StatusCode::OK);
            assert_eq!(status(&world, &revoked), 401);
        }
        assert_eq!(status(&world, &replayed), 200);
        for _ in 0..3 {
            assert_eq!(
                world.redeem(&client_id, &code).status(),
                StatusCode::BAD_REQUEST
            );
            assert_eq!(status(&world, &replayed), 401);
        }
        assert_eq!(status(&world, &other), 200);
        assert!(world.portal.keys.borrow().contains_key(&pasted_key()));
        // A token that is ended again adds nothing.
        let ended = |world: &World| {
            let store = world.app.host.store.borrow();
            store
                .keys()
                .filter(|name| name.starts_with("ended-pending-"))
                .count()
        };
        let entries = if has_counters { 2 } else { 2 * 3 };
        assert_eq!(ended(&world), entries);
        world.advance_clock(90 * 24 * 3_600 + 61);
        for _ in 0..3 {
            world.get("/authorize");
        }
        let store = world.app.host.store.borrow();
        let left: Vec<_> = store
            .keys()
            .filter(|name| name.starts_with("ended-"))
            .collect();
        assert_eq!(left, ["ended-issued", "ended-swept"]);
    }
}

#[test]
fn revocation_is_503_and_token_not_believed_while_the_store_fails() {
    let world = world();
    let (token, ..) = connect(&world, "full");
    world.app.host.store_is_down.set(true);
    let reply = world.post("/revoke", &[("token", &token)]);
    assert_eq!(reply.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(status(&world, &token), 503);
}

#[test]
fn pasted_key_is_never_revoked() {
    let world = world();
    let (token, client_id, code) = connect(&world, "full");
    assert_eq!(
        world.redeem(&client_id, &code).status(),
        StatusCode::BAD_REQUEST,
        "a replay is refused"
    );
    assert_eq!(
        world.post("/revoke", &[("token", &token)]).status(),
        StatusCode::OK
    );
    let mut browser = Browser::default();
    let page = browser.open(&world, &authorize(&client_id, &[]));
    post_key(&world, &mut browser, &page, &pasted_key(), "full");
    world.advance_clock(3_600);
    for _ in 0..2 {
        world.get("/authorize");
    }
    assert!(world.portal.keys.borrow().contains_key(&pasted_key()));
    let store = world.app.host.store.borrow();
    assert!(
        !store
            .keys()
            .any(|key| key.starts_with("pending-") || key.starts_with("code-")),
        "the sweep deletes the rows"
    );
}
