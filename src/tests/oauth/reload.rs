//! Pages that are loaded twice, reached by the back button, or asked for by HEAD.

use super::api_key;
use super::portal::ISSUER;
use super::world::{
    Browser, CALLBACK, World, authorize, hidden_request, location, parameter, text,
};
use crate::ledger::LIFETIME;
use crate::testing::Entry;
use bytes::Bytes;
use http::{Method, Request, StatusCode, header};

/// Takes a browser through the sign-in. Returns the URL of the portal's answer.
fn sign_in(world: &World, browser: &mut Browser) -> String {
    let client_id = world.register("App", &[CALLBACK]);
    let reply = browser.get(world, &authorize(&client_id, &[]));
    world.portal.sign_in(&location(&reply))
}

/// What the store has, except the rate limits, whose slots every request moves.
fn stored(world: &World) -> Vec<String> {
    let store = world.app.host.store.borrow();
    let rows = store.iter().filter(|(key, _)| !key.starts_with("rate-"));
    rows.map(|(key, entry)| match entry {
        Entry::Value(value) => format!("{key}={value:?}"),
        Entry::Counter(count) => format!("{key}={count}"),
    })
    .collect()
}

#[test]
fn consent_page_loaded_again_is_the_same_page() {
    let world = World::new();
    let mut browser = Browser::default();
    let callback = sign_in(&world, &mut browser);
    let reply = browser.get(&world, &callback);
    assert_eq!(reply.status(), StatusCode::SEE_OTHER);
    let url = location(&reply);
    assert!(url.starts_with("/connect/consent?request="), "{url}");
    let (page, before) = (browser.get(&world, &url), stored(&world));
    for _ in 0..3 {
        let again = browser.get(&world, &url);
        assert_eq!(again.status(), StatusCode::OK);
        assert_eq!(hidden_request(&again), hidden_request(&page));
        assert!(text(&again).contains("1,250"), "the person and the balance");
    }
    assert_eq!(stored(&world), before, "GET changes nothing");
    let reply = browser.decide(&world, &page, "read", "authorize");
    assert!(parameter(&location(&reply), "code").is_some());
    assert_eq!(world.portal.keys.borrow().len(), 1);
}

#[test]
fn key_page_loaded_again_is_the_same_page() {
    let world = api_key::world();
    let client_id = world.register("App", &[CALLBACK]);
    let mut browser = Browser::default();
    let url = location(&browser.get(&world, &authorize(&client_id, &[])));
    assert!(url.starts_with("/connect/sign-in?request="), "{url}");
    let page = browser.get(&world, &url);
    let again = browser.get(&world, &url);
    assert_eq!(hidden_request(&again), hidden_request(&page));
    let key = api_key::pasted_key();
    let reply = api_key::post_key(&world, &mut browser, &again, &key, "read");
    assert!(parameter(&location(&reply), "code").is_some());
    let decided = browser.get(&world, &url);
    assert_eq!(decided.status(), StatusCode::CONFLICT);
    assert!(text(&decided).contains("Already connected"));
}

#[test]
fn page_of_a_decided_request_says_what_was_decided() {
    for (decision, words) in [
        ("authorize", "Already connected"),
        ("cancel", "You cancelled this request"),
    ] {
        let world = World::new();
        let mut browser = Browser::default();
        let callback = sign_in(&world, &mut browser);
        let url = location(&browser.get(&world, &callback));
        let page = browser.get(&world, &url);
        browser.decide(&world, &page, "read", decision);
        let before = stored(&world);
        for back in [&url, &callback] {
            let reply = browser.get(&world, back);
            assert_eq!(reply.status(), StatusCode::CONFLICT, "{back}");
            assert!(text(&reply).contains(words), "{}", text(&reply));
        }
        for second in ["authorize", "cancel"] {
            let reply = browser.decide(&world, &page, "full", second);
            assert_eq!(reply.status(), StatusCode::CONFLICT);
            assert!(text(&reply).contains(words), "{}", text(&reply));
        }
        assert_eq!(stored(&world), before);
        let minted = usize::from(decision == "authorize");
        assert_eq!(world.portal.keys.borrow().len(), minted);
    }
}

#[test]
fn decision_in_one_tab_leaves_the_other_tab_alone() {
    let world = World::new();
    let mut browser = Browser::default();
    let first = sign_in(&world, &mut browser);
    let second = sign_in(&world, &mut browser);
    let first = browser.open(&world, &first);
    let url = location(&browser.get(&world, &second));
    browser.decide(&world, &first, "read", "cancel");
    let page = browser.get(&world, &url);
    let reply = browser.decide(&world, &page, "read", "authorize");
    assert!(parameter(&location(&reply), "code").is_some());
}

#[test]
fn consent_page_opens_only_in_its_own_browser_and_in_time() {
    let world = World::new();
    let mut browser = Browser::default();
    let callback = sign_in(&world, &mut browser);
    let url = location(&browser.get(&world, &callback));
    let mut other = Browser::default();
    sign_in(&world, &mut other);
    let stolen = other.get(&world, &url);
    assert_eq!(stolen.status(), StatusCode::BAD_REQUEST);
    assert!(text(&stolen).contains("We cannot confirm that this is you"));
    let (path, sealed) = url.split_once('=').expect("a parameter");
    for forged in [
        path.to_owned(),
        format!("{path}=x"),
        format!("{path}={}", &sealed[1..]),
    ] {
        assert_eq!(
            browser.get(&world, &forged).status(),
            StatusCode::BAD_REQUEST,
            "{forged}"
        );
    }
    world.advance_clock(LIFETIME + 1);
    let late = browser.get(&world, &url);
    assert!(text(&late).contains("more than 10 minutes ago"));
}

#[test]
fn callback_loaded_again_leads_through_the_portal_to_the_page() {
    let world = World::new();
    let mut browser = Browser::default();
    let callback = sign_in(&world, &mut browser);
    let first = browser.open(&world, &callback);
    let again = browser.get(&world, &callback);
    assert_eq!(again.status(), StatusCode::SEE_OTHER);
    let portal = location(&again);
    assert!(
        portal.starts_with(&format!("{ISSUER}/authorize?")),
        "{portal}"
    );
    assert_eq!(
        parameter(&portal, "prompt"),
        None,
        "the person is not asked again"
    );
    let second = browser.open(&world, &world.portal.sign_in(&portal));
    assert_eq!(second.status(), StatusCode::OK);
    let reply = browser.decide(&world, &second, "read", "authorize");
    assert!(parameter(&location(&reply), "code").is_some());
    let reply = browser.decide(&world, &first, "read", "authorize");
    assert_eq!(
        reply.status(),
        StatusCode::CONFLICT,
        "it is the same request"
    );
    assert_eq!(world.portal.keys.borrow().len(), 1);
}

#[test]
fn portal_that_refuses_each_of_its_codes_ends_in_an_error() {
    let world = World::new();
    let mut browser = Browser::default();
    let mut callback = sign_in(&world, &mut browser);
    let mut rounds = 0;
    let to = loop {
        let (_, rest) = callback.split_once("&state=").expect("a state");
        let refused = format!("/connect/callback?code=never-issued&state={rest}");
        let to = location(&browser.get(&world, &refused));
        if !to.starts_with(ISSUER) {
            break to;
        }
        rounds += 1;
        assert!(rounds < 20, "the browser moves for ever");
        callback = world.portal.sign_in(&to);
    };
    assert_eq!(rounds, 2);
    assert_eq!(parameter(&to, "error").as_deref(), Some("server_error"));
}

#[test]
fn access_token_too_long_for_a_url_shows_the_page_at_once() {
    let world = World::new();
    world.portal.longer_by.set(6_000);
    let mut browser = Browser::default();
    let callback = sign_in(&world, &mut browser);
    let page = browser.get(&world, &callback);
    assert_eq!(page.status(), StatusCode::OK);
    let portal = location(&browser.get(&world, &callback));
    let again = browser.get(&world, &world.portal.sign_in(&portal));
    assert_eq!(
        again.status(),
        StatusCode::OK,
        "loading it again works, too"
    );
    let reply = browser.decide(&world, &again, "read", "authorize");
    assert!(parameter(&location(&reply), "code").is_some());
}

#[test]
fn head_changes_nothing() {
    let world = World::new();
    let client_id = world.register("App", &[CALLBACK]);
    let mut browser = Browser::default();
    let callback = sign_in(&world, &mut browser);
    let before = (stored(&world), world.app.host.sent.borrow().len());
    let url = authorize(&client_id, &[]);
    for path in [
        &url,
        &callback,
        "/connect/consent",
        "/connect/sign-in",
        "/connect/switch",
    ] {
        let request = Request::builder().method(Method::HEAD).uri(path);
        let request = request.header(header::COOKIE, browser.cookies.join("; "));
        let reply = world.send(request.body(Bytes::new()).expect("a request"));
        assert_eq!(reply.status(), StatusCode::OK, "{path}");
        assert!(reply.body().is_empty());
        for name in ["set-cookie", "location", "content-length"] {
            assert!(!reply.headers().contains_key(name), "{path}: {name}");
        }
    }
    let after = (stored(&world), world.app.host.sent.borrow().len());
    assert_eq!(after, before, "no row, and no request to the portal");
    let page = browser.open(&world, &callback);
    assert_eq!(
        page.status(),
        StatusCode::OK,
        "the portal's code is still good"
    );
}
