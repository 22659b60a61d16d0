//! A changed sealing secret and an emptied store: what goes on, what ends, and what is said (`docs/OPERATIONS.md`).

use super::api_key::{API_KEY_MODE, connect, world as pasting};
use super::portal::ISSUER;
use super::world::{Browser, CALLBACK, ORIGIN, World, assert_refused, authorize, text};
use crate::testing::{FakeHost, connector};
use crate::web::reply::Reply;
use serde_json::json;

const PORTAL_MODE: [(&str, &str); 3] = [
    ("public_url", ORIGIN),
    ("portal_issuer", ISSUER),
    ("portal_keys_url", "https://portal.example/api/keys"),
];
const SECRET: (&str, &str) = ("sealing_secret", "fedcba9876543210fedcba9876543210");

/// Gives the app a sealing secret in place of the random one in the store.
fn rotate(world: &mut World, variables: &[(&str, &str)]) {
    let variables = [variables, &[SECRET]].concat();
    world.app.config = connector(FakeHost::silent(), &variables).config;
}

/// An open consent page, and what a client has.
struct Before {
    world: World,
    browser: Browser,
    consent: Reply,
    client_id: String,
    code: String,
    token: String,
}

impl Before {
    fn new() -> Self {
        let world = World::with(&PORTAL_MODE);
        let token = world.connect("full");
        let (client_id, code) = world.approve("read");
        let mut browser = Browser::default();
        let consent = world.consent_page(&mut browser, &client_id);
        Self {
            world,
            browser,
            consent,
            client_id,
            code,
            token,
        }
    }
}

#[test]
fn changed_sealing_secret_ends_sign_ins_and_no_connection() {
    let mut before = Before::new();
    rotate(&mut before.world, &PORTAL_MODE);
    let Before {
        world,
        mut browser,
        consent,
        client_id,
        code,
        token,
    } = before;
    let list = world.mcp(&token, "tools/list", json!({}));
    assert_eq!(list.status(), 200, "a connected app goes on");

    let keys = world.portal.keys.borrow().len();
    let page = browser.decide(&world, &consent, "full", "authorize");
    assert_eq!(page.status(), 400);
    assert!(
        text(&page).contains("This link is incomplete"),
        "{}",
        text(&page)
    );
    assert_eq!(world.portal.keys.borrow().len(), keys, "a key was minted");

    assert_refused(&world.redeem(&client_id, &code), 401, "invalid_client");
    let page = browser.get(&world, &authorize(&client_id, &[]));
    assert_eq!(page.status(), 400);
    assert!(text(&page).contains("We do not know this app"));

    // An app that registers again connects.
    world.connect("full");
}

#[test]
fn changed_sealing_secret_ends_every_connection_of_api_key_mode() {
    let mut world = pasting();
    let (token, ..) = connect(&world, "full");
    assert_eq!(world.mcp(&token, "tools/list", json!({})).status(), 200);
    rotate(&mut world, &API_KEY_MODE);
    let refused = world.mcp(&token, "tools/list", json!({}));
    assert_eq!(refused.status(), 401);
    let challenge = refused.headers()["www-authenticate"].to_str();
    assert!(
        challenge
            .expect("ASCII")
            .contains("error=\"invalid_token\"")
    );
}

#[test]
fn emptied_store_ends_sign_ins_and_no_connection() {
    let before = Before::new();
    let Before {
        world,
        mut browser,
        consent,
        client_id,
        code,
        token,
    } = before;
    world.app.host.store.borrow_mut().clear();
    let list = world.mcp(&token, "tools/list", json!({}));
    assert_eq!(list.status(), 200, "a connected app goes on");
    let page = browser.decide(&world, &consent, "full", "authorize");
    assert_eq!(page.status(), 503);
    assert!(text(&page).contains("This connector cannot keep what it stores"));
    // The random secret was in the store, too, so the signature of the client is unknown.
    assert_refused(&world.redeem(&client_id, &code), 401, "invalid_client");
    world.register("App", &[CALLBACK]);
}
