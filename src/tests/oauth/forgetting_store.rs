//! A host whose store forgets every write: the next request finds it empty. No key may be minted there.

use super::api_key::{pasted_key, post_key, world as pasting};
use super::world::{Browser, CALLBACK, ORIGIN, World, authorize, location, text};
use crate::web::reply::Reply;

const SECRET: (&str, &str) = ("sealing_secret", "0123456789abcdef0123456789abcdef");

fn forget(world: &World) {
    world.app.host.store.borrow_mut().clear();
}

fn assert_told(world: &World, reply: &Reply) {
    assert_eq!(reply.status(), 503);
    let page = text(reply);
    assert!(
        page.contains("This connector cannot keep what it stores"),
        "{page}"
    );
    let id = reply.headers()["x-request-id"].to_str().expect("ASCII");
    assert!(page.contains(id), "the operator finds the request");
    let log = world.app.host.log.borrow();
    let is_event =
        |line: &&String| line.contains("\"event\":\"store_forgets\"") && line.contains(id);
    assert_eq!(log.iter().filter(is_event).count(), 1, "{log:?}");
}

#[test]
fn approval_mints_no_key_if_the_store_has_forgotten() {
    let world = World::with(&[
        ("public_url", ORIGIN),
        ("portal_issuer", super::portal::ISSUER),
        ("portal_keys_url", "https://portal.example/api/keys"),
        SECRET,
    ]);
    let client_id = world.register("App", &[CALLBACK]);
    let mut browser = Browser::default();
    let page = world.consent_page(&mut browser, &client_id);
    let keys = world.portal.keys.borrow().len();
    forget(&world);
    let reply = browser.decide(&world, &page, "read", "authorize");
    assert_told(&world, &reply);
    assert_eq!(world.portal.keys.borrow().len(), keys, "a key was minted");
    let store = world.app.host.store.borrow();
    let written = |name: &&String| name.starts_with("code-") || name.starts_with("pending-");
    assert_eq!(store.keys().find(written), None, "a code was stored");
}

#[test]
fn person_is_told_before_the_consent_page() {
    let world = World::new();
    let client_id = world.register("App", &[CALLBACK]);
    let mut browser = Browser::default();
    let reply = browser.get(&world, &authorize(&client_id, &[]));
    let callback = world.portal.sign_in(&location(&reply));
    forget(&world);
    // Without a configured secret, what was sealed can no longer be opened either.
    let reply = browser.get(&world, &callback);
    assert_told(&world, &reply);
}

#[test]
fn pasted_key_is_not_sealed_if_the_store_has_forgotten() {
    let world = pasting();
    let client_id = world.register("App", &[CALLBACK]);
    let mut browser = Browser::default();
    let page = browser.open(&world, &authorize(&client_id, &[]));
    forget(&world);
    let reply = post_key(&world, &mut browser, &page, &pasted_key(), "read");
    assert_told(&world, &reply);
}

/// A scanner must not make the log say that the store forgets.
#[test]
fn stranger_without_a_sign_in_is_not_told_about_the_store() {
    let world = World::new();
    for path in ["/connect/callback?state=x", "/connect/consent?request=x"] {
        assert_eq!(world.get(path).status(), 400, "{path}");
    }
    let log = world.app.host.log.borrow();
    assert!(!log.iter().any(|line| line.contains("store_forgets")));
}
