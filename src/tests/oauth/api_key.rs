//! `sign_in = "api-key"`: the person pastes a key on our page, and the client gets a sealed token.

use crate::catalog::TOOLS;
use crate::tests::oauth::world::{
    Browser, CALLBACK, ORIGIN, World, authorize, hidden_request, json_of, location, parameter, text,
};
use crate::web::reply::Reply;
use http::StatusCode;
use serde_json::json;

const API_KEY_MODE: [(&str, &str); 2] = [
    ("public_url", ORIGIN),
    ("api_base_url", "https://api.example"),
];

pub(super) fn pasted() -> String {
    format!("sk_{}", "5eed".repeat(16))
}

pub(super) fn world() -> World {
    let world = World::with(&API_KEY_MODE);
    world
        .portal
        .keys
        .borrow_mut()
        .insert(pasted(), "*".to_owned());
    world
}

pub(super) fn send(
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

fn connect(world: &World, level: &str) -> (String, String, String) {
    let client_id = world.register("App", &[CALLBACK]);
    let mut browser = Browser::default();
    let page = browser.get(world, &authorize(&client_id, &[]));
    let reply = send(
        world,
        &mut browser,
        &page,
        &format!(" {}\n", pasted()),
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
fn the_page_asks_for_a_key_and_consent_at_once() {
    let world = world();
    let client_id = world.register("App", &[CALLBACK]);
    let page = world.get(&authorize(&client_id, &[]));
    let html = text(&page);
    assert!(html.contains("type=\"password\"") && html.contains("name=\"api_key\""));
    assert!(html.contains("action=\"/connect/sign-in\""));
    assert_eq!(page.headers()["x-frame-options"], "DENY");
}

#[test]
fn the_token_holds_the_key_and_the_level_and_shows_neither() {
    let world = world();
    for (level, tools) in [("full", TOOLS.len()), ("read", TOOLS.len() - 1)] {
        let (token, ..) = connect(&world, level);
        assert!(token.starts_with("tpt1_") && !token.contains(&pasted()[3..]));
        let list = json_of(&world.mcp(&token, "tools/list", json!({})));
        assert!(list["result"]["tools"].as_array().expect("tools").len() <= tools);
        let call = |name| {
            world
                .mcp(&token, "tools/call", json!({"name": name, "arguments": {}}))
                .status()
        };
        assert_eq!(call("tokportal_get_credit_balance"), StatusCode::OK);
        let sent = world
            .app
            .host
            .sent
            .borrow()
            .last()
            .map(|sent| sent.headers()["x-api-key"].clone());
        assert_eq!(sent.expect("a call"), pasted());
        let write = if level == "read" {
            StatusCode::FORBIDDEN
        } else {
            StatusCode::OK
        };
        assert_eq!(call("tokportal_create_bundle"), write);
    }
}

#[test]
fn a_token_of_another_resource_is_a_401() {
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
    let elsewhere = World::with(&[("public_url", "https://other.example.com")]);
    elsewhere
        .app
        .host
        .store
        .borrow_mut()
        .insert("sealing-secret".to_owned(), secret);
    assert_eq!(
        elsewhere.mcp(&token, "ping", json!({})).status(),
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
        "not a lost sign-in"
    );
}

#[test]
fn a_key_that_does_not_work_is_asked_for_again() {
    let world = world();
    let client_id = world.register("App", &[CALLBACK]);
    let mut browser = Browser::default();
    let page = browser.get(&world, &authorize(&client_id, &[]));
    let unknown = format!("sk_{}", "0".repeat(64));
    for wrong in ["", "sk_short", "hunter2", &unknown] {
        let again = send(&world, &mut browser, &page, wrong, "full");
        assert_eq!(again.status(), StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        let html = text(&again);
        assert!(html.contains("does not accept this API key"));
        assert!(
            wrong.is_empty() || !html.contains(wrong),
            "the key is not echoed"
        );
    }
    world.portal.down.set(true);
    let again = send(&world, &mut browser, &page, &pasted(), "full");
    assert_eq!(again.status(), StatusCode::SERVICE_UNAVAILABLE);
    world.portal.down.set(false);
    let reply = send(&world, &mut browser, &again, &pasted(), "full");
    assert!(parameter(&location(&reply), "code").is_some());
    assert_eq!(
        send(&world, &mut browser, &page, &pasted(), "full").status(),
        StatusCode::CONFLICT
    );
}

#[test]
fn the_persons_own_key_is_never_revoked() {
    let world = world();
    let (token, client_id, code) = connect(&world, "full");
    assert_eq!(
        world.redeem(&client_id, &code).status(),
        StatusCode::BAD_REQUEST,
        "a replay"
    );
    assert_eq!(
        world.post("/revoke", &[("token", &token)]).status(),
        StatusCode::OK
    );
    let mut browser = Browser::default();
    let page = browser.get(&world, &authorize(&client_id, &[]));
    send(&world, &mut browser, &page, &pasted(), "full");
    world.pass(3_600);
    world.get("/authorize");
    assert!(world.portal.keys.borrow().contains_key(&pasted()));
    let store = world.app.host.store.borrow();
    assert!(
        !store
            .keys()
            .any(|key| key.starts_with("pending-") || key.starts_with("code-")),
        "still swept"
    );
}
