//! The consent form, and families 4 to 7: confused deputy, another browser, remembered consent, clickjacking, replay.

use super::portal::ISSUER;
use super::world::{Browser, CALLBACK, ORIGIN, World, authorize, location, parameter, text};
use http::StatusCode;

#[test]
fn approval_mints_a_key_of_the_level_and_returns_a_code() {
    for (level, scope) in [("read", "read"), ("full", "*")] {
        let world = World::new();
        let client_id = world.register("My App", &[CALLBACK]);
        let mut browser = Browser::default();
        let page = world.consent_page(&mut browser, &client_id);
        assert!(
            world.portal.keys.borrow().is_empty(),
            "no key is minted before the approval"
        );
        let reply = browser.decide(&world, &page, level, "authorize");
        assert_eq!(reply.status(), StatusCode::OK);
        assert_eq!(reply.headers()["cache-control"], "no-store");
        let to = location(&reply);
        assert!(to.starts_with("https://app.example/cb?code="), "{to}");
        assert_eq!(parameter(&to, "iss").as_deref(), Some(ORIGIN));
        assert_eq!(parameter(&to, "state").as_deref(), Some("client state"));
        assert_eq!(
            world.portal.keys.borrow().values().collect::<Vec<_>>(),
            [scope]
        );
        assert_eq!(*world.portal.names.borrow(), ["My App (MCP connector)"]);
    }
}

/// Without `:has()` a button can name another level than the chosen one.
#[test]
fn approval_is_never_wider_than_level_and_button_say() {
    for (level, decision, scope) in [
        ("read", "authorize", "read"),
        ("read", "authorize-read", "read"),
        ("read", "authorize-full", "read"),
        ("full", "authorize-read", "read"),
        ("full", "authorize-full", "*"),
        ("full", "authorize", "*"),
    ] {
        let world = World::new();
        let client_id = world.register("App", &[CALLBACK]);
        let mut browser = Browser::default();
        let page = world.consent_page(&mut browser, &client_id);
        browser.decide(&world, &page, level, decision);
        let keys = world.portal.keys.borrow();
        assert_eq!(
            keys.values().collect::<Vec<_>>(),
            [scope],
            "{level} {decision}"
        );
    }
}

#[test]
fn page_calls_an_imitation_one_and_an_unknown_site_unknown() {
    let world = World::new();
    let client_id = world.register("Claude", &[CALLBACK]);
    let page = text(&world.consent_page(&mut Browser::default(), &client_id));
    for words in [
        "This is an imitation: the app calls itself <bdi>Claude</bdi> but does not lead to Claude.",
        "You are being sent to <strong>app.example</strong>, which we do not know.",
    ] {
        assert!(page.contains(words), "{page}");
    }
}

#[test]
fn key_of_claude_is_named_after_it() {
    let world = World::new();
    let mut browser = Browser::default();
    let callback = "https://claude.ai/api/mcp/auth_callback";
    let request = authorize(
        "https://claude.ai/oauth/mcp-oauth-client-metadata",
        &[("redirect_uri", callback)],
    );
    let callback_url = world
        .portal
        .sign_in(&location(&browser.get(&world, &request)));
    let page = browser.open(&world, &callback_url);
    assert!(!text(&page).contains("could not verify"));
    let to = location(&browser.decide(&world, &page, "full", "authorize"));
    assert!(to.starts_with(callback));
    assert_eq!(*world.portal.names.borrow(), ["Claude (MCP connector)"]);
}

#[test]
fn private_use_scheme_leaves_a_page_in_the_browser() {
    let world = World::with(&[
        ("public_url", ORIGIN),
        ("portal_issuer", ISSUER),
        ("portal_keys_url", "https://portal.example/api/keys"),
        ("custom_redirect_schemes", "cursor"),
    ]);
    let callback = "cursor://oauth/callback";
    let client_id = world.register("Cursor", &[callback]);
    for (decision, parameter, expected) in [
        ("authorize", "code=", "You can revoke its API key"),
        (
            "cancel",
            "error=access_denied",
            "You cancelled, so it was not connected.",
        ),
    ] {
        let mut browser = Browser::default();
        let request = authorize(&client_id, &[("redirect_uri", callback)]);
        let callback_url = world
            .portal
            .sign_in(&location(&browser.get(&world, &request)));
        let page = browser.open(&world, &callback_url);
        let reply = browser.decide(&world, &page, "read", decision);
        assert_eq!(reply.status(), StatusCode::OK);
        let refresh = reply.headers()["refresh"].to_str().expect("ASCII");
        let to = refresh.strip_prefix("0; url=").expect("at once");
        assert!(to.starts_with(callback) && to.contains(parameter), "{to}");
        let page = text(&reply);
        let link = to.replace('&', "&#38;");
        assert!(page.contains(&format!("href=\"{link}\"")), "{page}");
        assert!(page.contains("You can close this window.") && page.contains(expected));
        assert_eq!(reply.headers()["cache-control"], "no-store");
    }
}

#[test]
fn cancelled_request_is_access_denied_and_mints_no_key() {
    let world = World::new();
    let client_id = world.register("App", &[CALLBACK]);
    let mut browser = Browser::default();
    let page = world.consent_page(&mut browser, &client_id);
    let to = location(&browser.decide(&world, &page, "full", "cancel"));
    assert_eq!(parameter(&to, "error").as_deref(), Some("access_denied"));
    assert_eq!(parameter(&to, "iss").as_deref(), Some(ORIGIN));
    assert_eq!(parameter(&to, "state").as_deref(), Some("client state"));
    assert!(world.portal.keys.borrow().is_empty());
}

#[test]
fn page_is_shown_again_after_an_earlier_approval() {
    let world = World::new();
    let first = world.register("First", &[CALLBACK]);
    let second = world.register("Second", &["https://evil.example/cb", CALLBACK]);
    let mut browser = Browser::default();
    let page = world.consent_page(&mut browser, &first);
    browser.decide(&world, &page, "full", "authorize");
    for client in [&second, &first] {
        let page = world.consent_page(&mut browser, client);
        assert_eq!(page.status(), StatusCode::OK);
        assert!(text(&page).contains("name=\"decision\""));
    }
    assert_eq!(world.portal.keys.borrow().len(), 1);
}

#[test]
fn form_of_another_browser_is_refused() {
    let world = World::new();
    let client_id = world.register("App", &[CALLBACK]);
    let (mut mallory, mut alice) = (Browser::default(), Browser::default());
    let page = world.consent_page(&mut mallory, &client_id);
    world.consent_page(&mut alice, &client_id);
    for browser in [&mut alice, &mut Browser::default()] {
        let reply = browser.decide(&world, &page, "full", "authorize");
        assert_eq!(reply.status(), StatusCode::BAD_REQUEST);
        assert!(text(&reply).contains("We cannot confirm that this is you"));
    }
    assert!(world.portal.keys.borrow().is_empty());
}

#[test]
fn two_tabs_of_one_browser_both_get_a_code() {
    let world = World::new();
    let client_id = world.register("App", &[CALLBACK]);
    let mut browser = Browser::default();
    let first = world.consent_page(&mut browser, &client_id);
    let second = world.consent_page(&mut browser, &client_id);
    for page in [&second, &first] {
        assert!(
            parameter(
                &location(&browser.decide(&world, page, "read", "authorize")),
                "code"
            )
            .is_some()
        );
    }
    assert_eq!(world.portal.keys.borrow().len(), 2);
}

#[test]
fn form_sent_twice_mints_one_key() {
    let world = World::new();
    let client_id = world.register("App", &[CALLBACK]);
    let mut browser = Browser::default();
    let page = world.consent_page(&mut browser, &client_id);
    assert_eq!(
        browser.decide(&world, &page, "full", "authorize").status(),
        StatusCode::OK
    );
    let again = browser.decide(&world, &page, "full", "authorize");
    assert_eq!(again.status(), StatusCode::CONFLICT);
    assert!(text(&again).contains("Already connected"));
    assert_eq!(world.portal.keys.borrow().len(), 1);
}

#[test]
fn form_works_again_after_the_portal_minted_no_key() {
    let world = World::new();
    let client_id = world.register("App", &[CALLBACK]);
    let mut browser = Browser::default();
    let page = world.consent_page(&mut browser, &client_id);
    world.portal.full.set(true);
    let reply = browser.decide(&world, &page, "full", "authorize");
    assert_eq!(reply.status(), StatusCode::CONFLICT);
    assert!(text(&reply).contains("reached the API key limit"));
    world.portal.full.set(false);
    world.portal.down.set(true);
    let reply = browser.decide(&world, &page, "full", "authorize");
    assert_eq!(reply.status(), StatusCode::SERVICE_UNAVAILABLE);
    world.portal.down.set(false);
    assert_eq!(
        browser.decide(&world, &page, "full", "authorize").status(),
        StatusCode::OK
    );
    assert_eq!(world.portal.keys.borrow().len(), 1);
}

#[test]
fn approval_leaves_no_key_if_the_store_fails() {
    let world = World::new();
    let client_id = world.register("App", &[CALLBACK]);
    let mut browser = Browser::default();
    let page = world.consent_page(&mut browser, &client_id);
    world.app.host.store_is_down.set(true);
    let reply = browser.decide(&world, &page, "full", "authorize");
    assert_eq!(reply.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(world.portal.keys.borrow().is_empty());
}

#[test]
fn abandoned_approvals_leave_no_rows_and_no_keys_after_an_hour() {
    let world = World::new();
    for _ in 0..20 {
        world.approve("full");
    }
    assert_eq!(world.portal.keys.borrow().len(), 20);
    world.advance_clock(3_600);
    world.portal.let_keys_expire();
    // Each approval left two entries: that of its callback, and its own.
    for _ in 0..40 {
        world.get("/authorize");
    }
    assert!(world.portal.keys.borrow().is_empty());
    let store = world.app.host.store.borrow();
    let left: Vec<_> = store
        .keys()
        .filter(|key| !key.starts_with("rate-"))
        .collect();
    assert_eq!(
        left,
        [
            "issued",
            "sealing-secret",
            "sealing-secret-made",
            "started",
            "swept"
        ]
    );
}
