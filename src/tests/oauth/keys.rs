//! The keys API during an approval and a redemption: refusals, lost answers, and keys that end by themselves.

use super::api_key;
use super::portal::LastingFailure::{Lost, Refused};
use super::world::{
    Browser, CALLBACK, World, assert_refused, hidden_request, json_of, location, parameter, text,
};
use crate::testing::Entry;
use crate::web::reply::Reply;
use http::{Method, StatusCode};
use serde_json::{Value, json};

/// A page for an approval, and its browser and client.
fn page(world: &World) -> (String, Browser, Reply) {
    let client_id = world.register("App", &[CALLBACK]);
    let mut browser = Browser::default();
    let page = world.consent_page(&mut browser, &client_id);
    (client_id, browser, page)
}

/// The events with this name.
fn events(world: &World, event: &str) -> Vec<Value> {
    let log = world.app.host.log.borrow();
    let lines = log
        .iter()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    lines
        .filter(|line: &Value| line["event"] == event)
        .collect()
}

fn sent(world: &World, method: &Method) -> usize {
    let sent = world.app.host.sent.borrow();
    let of_method = sent.iter().filter(|request| request.method() == method);
    of_method.count()
}

#[test]
fn refusal_of_the_keys_api_is_told_to_the_app_and_logged_with_a_fix() {
    for (status, body, code, fix) in [
        (
            401,
            r#"{"error":{"code":"INVALID_CLIENT","message":"Unknown client."}}"#,
            "INVALID_CLIENT: Unknown client.",
            "`portal_client_secret`",
        ),
        (
            401,
            r#"{"error":{"code":"INVALID_ID_TOKEN","message":"Too old."}}"#,
            "INVALID_ID_TOKEN: Too old.",
            "`portal_client_id`",
        ),
        (
            401,
            r#"{"error":{"code":"UNAUTHORIZED","message":"No."}}"#,
            "UNAUTHORIZED: No.",
            "`portal_resource`",
        ),
        (403, "", "403", "`portal_scopes`"),
        (404, "", "404", "`portal_keys_url`"),
        (405, "", "405", "`portal_keys_url`"),
        (400, "{}", "400", "docs/PORTAL-CONTRACT.md"),
    ] {
        let world = World::new();
        let (_, mut browser, page) = page(&world);
        world.portal.mint_failure.set((status, body));
        let reply = browser.decide(&world, &page, "read", "authorize");
        assert_eq!(reply.status(), StatusCode::OK, "a page that moves on");
        assert!(text(&reply).contains("did not succeed"), "{}", text(&reply));
        let to = location(&reply);
        assert!(to.starts_with(CALLBACK), "{to}");
        assert_eq!(parameter(&to, "error").as_deref(), Some("server_error"));
        assert_eq!(parameter(&to, "state").as_deref(), Some("client state"));
        assert_eq!(parameter(&to, "code"), None);
        let events = events(&world, "key_mint_failed");
        assert_eq!(events.len(), 1);
        assert_eq!(events[0]["level"], "error");
        let field = |name: &str| events[0][name].as_str().expect("text").to_owned();
        assert!(field("cause").contains(code), "{events:?}");
        assert!(field("fix").contains(fix), "{events:?}");
        // Nothing is used up: once the operator has changed it, the same form works.
        world.portal.mint_failure.set((0, ""));
        let reply = browser.decide(&world, &page, "read", "authorize");
        assert!(parameter(&location(&reply), "code").is_some());
    }
}

#[test]
fn second_attempt_after_a_lost_answer_gets_the_same_key() {
    let world = World::new();
    let (client_id, mut browser, page) = page(&world);
    world.portal.loses_mint.set(true);
    let lost = browser.decide(&world, &page, "full", "authorize");
    assert_eq!(lost.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(lost.headers().contains_key("retry-after"));
    let first = world.portal.minted();
    let reply = browser.decide(&world, &page, "full", "authorize");
    let code = parameter(&location(&reply), "code").expect("a code");
    let answer = json_of(&world.redeem(&client_id, &code));
    assert_eq!(answer["access_token"], first);
    assert_eq!(world.portal.keys.borrow().len(), 1);
}

#[test]
fn second_attempt_at_another_level_gets_another_key() {
    let world = World::new();
    let (client_id, mut browser, page) = page(&world);
    world.portal.loses_mint.set(true);
    browser.decide(&world, &page, "full", "authorize");
    let reply = browser.decide(&world, &page, "read", "authorize");
    let code = parameter(&location(&reply), "code").expect("a code");
    let answer = json_of(&world.redeem(&client_id, &code));
    world.portal.let_keys_expire();
    let keys = world.portal.keys.borrow();
    let left: Vec<_> = keys.iter().collect();
    let key = answer["access_token"].as_str().expect("a key").to_owned();
    assert_eq!(left, [(&key, &"read".to_owned())]);
}

/// The second request reads a store that does not show yet what the first one wrote.
#[test]
fn form_sent_twice_on_a_store_that_shows_writes_late_mints_one_key() {
    let world = World::new();
    world.app.host.has_counters.set(false);
    let (client_id, mut browser, page) = page(&world);
    let cookies = browser.cookies.clone();
    let before = world.app.host.store.borrow().clone();
    let mut codes = Vec::new();
    for _ in 0..2 {
        *world.app.host.store.borrow_mut() = before.clone();
        browser.cookies.clone_from(&cookies);
        let reply = browser.decide(&world, &page, "read", "authorize");
        codes.push(parameter(&location(&reply), "code").expect("a code"));
    }
    assert_ne!(codes[0], codes[1]);
    assert_eq!(world.redeem(&client_id, &codes[1]).status(), StatusCode::OK);
    assert_eq!(world.portal.keys.borrow().len(), 1);
}

/// The page that is loaded again lists the key of the lost answer among the older ones.
#[test]
fn key_of_a_lost_answer_does_not_replace_itself() {
    let world = World::new();
    let client_id = world.register("App", &[CALLBACK]);
    let mut browser = Browser::default();
    let start = super::world::authorize(&client_id, &[]);
    let to_portal = location(&browser.get(&world, &start));
    let url = location(&browser.get(&world, &world.portal.sign_in(&to_portal)));
    let page = browser.get(&world, &url);
    world.portal.loses_mint.set(true);
    browser.decide(&world, &page, "read", "authorize");
    let page = browser.get(&world, &url);
    let html = text(&page);
    let (_, offer) = html
        .split_once("name=\"replace\" value=\"")
        .expect("an offer");
    let fields = [
        ("request", hidden_request(&page)),
        ("level", "read".to_owned()),
        ("decision", "authorize".to_owned()),
        (
            "replace",
            offer.split('"').next().expect("a value").to_owned(),
        ),
    ];
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, &**value))
        .collect();
    let reply = browser.post(&world, "/connect/consent", &fields);
    let code = parameter(&location(&reply), "code").expect("a code");
    assert_eq!(world.redeem(&client_id, &code).status(), StatusCode::OK);
    assert_eq!(world.portal.keys.borrow().len(), 1);
}

#[test]
fn only_the_key_of_a_redeemed_code_is_lasting() {
    let world = World::new();
    let key = world.connect("full");
    world.approve("full");
    assert_eq!(world.portal.keys.borrow().len(), 2);
    world.portal.let_keys_expire();
    assert_eq!(
        world.portal.keys.borrow().keys().collect::<Vec<_>>(),
        [&key]
    );
}

#[test]
fn code_whose_key_has_ended_is_invalid_grant() {
    let world = World::new();
    let (client_id, code) = world.approve("read");
    world.portal.let_keys_expire();
    for _ in 0..2 {
        assert_refused(&world.redeem(&client_id, &code), 400, "invalid_grant");
    }
    assert_eq!(sent(&world, &Method::PATCH), 1);
    let events = events(&world, "key_lasting_failed");
    assert_eq!((events.len(), &events[0]["fix"]), (1, &json!(null)));
}

#[test]
fn key_that_the_portal_does_not_confirm_is_ended_with_its_code() {
    for failures in [
        [Refused(503), Refused(503)],
        [Lost, Lost],
        [Refused(500), Lost],
        [Lost, Refused(429)],
    ] {
        let world = World::new();
        let (client_id, code) = world.approve("read");
        world.portal.lasting_failures.borrow_mut().extend(failures);
        let reply = world.redeem(&client_id, &code);
        assert_refused(&reply, 400, "invalid_grant");
        let description = json_of(&reply)["error_description"].to_string();
        assert!(description.contains("start again"), "{description}");
        assert!(world.portal.keys.borrow().is_empty());
        assert_eq!(events(&world, "key_lasting_failed").len(), 1);
        assert_refused(&world.redeem(&client_id, &code), 400, "invalid_grant");
        assert_eq!(sent(&world, &Method::DELETE), 1);
    }
}

/// The portal answers nothing at all: the key may be lasting, and it cannot be ended.
#[test]
fn outage_at_the_redemption_is_503_and_the_code_stays_good() {
    for failures in [[Refused(503), Refused(503)], [Lost, Lost]] {
        let world = World::new();
        let (client_id, code) = world.approve("read");
        world.portal.lasting_failures.borrow_mut().extend(failures);
        world.portal.revocations_fail.set(true);
        let reply = world.redeem(&client_id, &code);
        assert_refused(&reply, 503, "temporarily_unavailable");
        assert_eq!(reply.headers()["retry-after"], "5");
        let failed = events(&world, "key_lasting_failed");
        let cause = failed[0]["cause"].as_str().expect("a cause");
        assert!(cause.contains("ending the key failed, too"), "{cause}");
        world.portal.revocations_fail.set(false);
        let reply = world.redeem(&client_id, &code);
        assert_eq!(reply.status(), StatusCode::OK);
        assert_eq!(json_of(&reply)["access_token"], world.portal.minted());
        assert_refused(&world.redeem(&client_id, &code), 400, "invalid_grant");
        assert!(world.portal.keys.borrow().is_empty(), "that was a replay");
    }
}

#[test]
fn lost_answer_is_asked_for_once_more() {
    let world = World::new();
    let (client_id, code) = world.approve("read");
    world.portal.lasting_failures.borrow_mut().push_back(Lost);
    assert_eq!(world.redeem(&client_id, &code).status(), StatusCode::OK);
    assert_eq!(sent(&world, &Method::PATCH), 2);
}

#[test]
fn key_that_was_minted_without_an_expiry_is_ended() {
    let world = World::new();
    let (_, mut browser, page) = page(&world);
    world.portal.mints_lasting.set(true);
    let reply = browser.decide(&world, &page, "read", "authorize");
    let to = location(&reply);
    assert_eq!(parameter(&to, "error").as_deref(), Some("server_error"));
    assert!(world.portal.keys.borrow().is_empty());
    let events = events(&world, "key_mint_failed");
    let fix = events[0]["fix"].as_str().expect("a fix");
    assert!(fix.contains("expires_at"), "{fix}");
}

#[test]
fn nothing_but_the_code_record_is_sealed_in_the_store() {
    let world = World::new();
    let (client_id, code) = world.approve("full");
    world.redeem(&client_id, &code);
    world.redeem(&client_id, &code);
    world.approve("full");
    let store = world.app.host.store.borrow();
    let rows = store.iter().filter(|(name, _)| !name.starts_with("code-"));
    for (name, entry) in rows.filter(|(name, _)| *name != "sealing-secret") {
        let Entry::Value(value) = entry else {
            continue;
        };
        let text = std::str::from_utf8(value).expect("text");
        // A sealed key has more than a hundred characters, and a hash has 64.
        let is_letter = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
        let longest = text.split(|letter| !is_letter(letter)).map(str::len).max();
        assert!(longest <= Some(64), "{name}: {text}");
    }
}

#[test]
fn keys_api_that_keeps_no_key_is_a_server_error_with_a_fix() {
    for status in [404, 405, 501] {
        let world = World::new();
        let (client_id, code) = world.approve("read");
        let failure = Refused(status);
        world
            .portal
            .lasting_failures
            .borrow_mut()
            .push_back(failure);
        let reply = world.redeem(&client_id, &code);
        assert_refused(&reply, 500, "server_error");
        assert!(!reply.headers().contains_key("retry-after"));
        let events = events(&world, "key_lasting_failed");
        assert_eq!(events[0]["level"], "error");
        let fix = events[0]["fix"].as_str().expect("a fix");
        assert!(fix.contains("PATCH"), "{fix}");
        world.portal.let_keys_expire();
        assert!(world.portal.keys.borrow().is_empty());
    }
}

#[test]
fn pasted_key_is_not_touched_at_the_redemption() {
    let world = api_key::world();
    let client_id = world.register("App", &[CALLBACK]);
    let mut browser = Browser::default();
    let page = browser.open(&world, &super::world::authorize(&client_id, &[]));
    let reply = api_key::post_key(&world, &mut browser, &page, &api_key::pasted_key(), "full");
    let code = parameter(&location(&reply), "code").expect("a code");
    assert_eq!(world.redeem(&client_id, &code).status(), StatusCode::OK);
    for method in [Method::PATCH, Method::POST, Method::DELETE] {
        assert_eq!(sent(&world, &method), 0);
    }
}

#[test]
fn store_outage_is_a_page_with_503_and_retry_after() {
    let world = World::new();
    let client_id = world.register("App", &[CALLBACK]);
    let mut browser = Browser::default();
    let start = super::world::authorize(&client_id, &[]);
    let to_portal = location(&browser.get(&world, &start));
    let callback = world.portal.sign_in(&to_portal);
    let url = location(&browser.get(&world, &callback));
    let page = browser.get(&world, &url);
    world.app.host.store_is_down.set(true);
    let replies = [
        browser.get(&world, &url),
        browser.get(&world, &callback),
        browser.decide(&world, &page, "read", "authorize"),
    ];
    for reply in replies {
        assert_eq!(reply.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(reply.headers()["retry-after"], "60");
        assert!(text(&reply).contains("could not reach its own storage"));
    }
    world.app.host.store_is_down.set(false);
    let reply = browser.decide(&world, &page, "read", "authorize");
    assert!(parameter(&location(&reply), "code").is_some());
}

/// Two forms of one page are sent before the browser has an answer.
#[test]
fn one_decision_holds_and_the_loser_is_told_which() {
    for (first, second, says) in [
        ("authorize", "cancel", "Already connected"),
        ("cancel", "authorize", "You cancelled this request"),
    ] {
        for has_counters in [true, false] {
            let world = World::new();
            world.app.host.has_counters.set(has_counters);
            let (_, mut browser, page) = page(&world);
            let cookies = browser.cookies.clone();
            let reply = browser.decide(&world, &page, "full", first);
            let expected = if first == "cancel" { "error" } else { "code" };
            assert!(parameter(&location(&reply), expected).is_some());
            browser.cookies = cookies;
            let late = browser.decide(&world, &page, "full", second);
            assert_eq!(late.status(), StatusCode::CONFLICT);
            let html = text(&late);
            assert!(html.contains(says), "{html}");
            let keys = world.portal.keys.borrow().len();
            assert_eq!(keys, usize::from(first == "authorize"));
        }
    }
}
