//! Sign-in at the portal: its response is accepted only after every check of OpenID Connect.

use super::portal::{Flaw, ISSUER};
use super::world::{Browser, CALLBACK, World, authorize, location, parameter, text};
use crate::ledger::LIFETIME;
use http::StatusCode;

/// The callback URL to which the portal sends a browser that signed in.
fn sign_in(world: &World, browser: &mut Browser) -> String {
    let client_id = world.register("App", &[CALLBACK]);
    let reply = browser.get(world, &authorize(&client_id, &[]));
    world.portal.sign_in(&location(&reply))
}

#[test]
fn consent_page_shows_client_person_and_destination() {
    let world = World::new();
    let mut browser = Browser::default();
    let callback = sign_in(&world, &mut browser);
    let page = browser.open(&world, &callback);
    assert_eq!(page.status(), StatusCode::OK);
    let html = text(&page);
    for words in [
        "App",
        "We could not verify who made this app",
        "@example.com",
        "1,250",
        "app.example",
        "App (MCP connector)",
    ] {
        assert!(html.contains(words), "{words} in {html}");
    }
    assert!(!html.contains("<Demo>"), "names are escaped");
}

#[test]
fn id_token_that_fails_a_check_is_a_server_error() {
    for flaw in [
        Flaw::Issuer,
        Flaw::Audience,
        Flaw::Expiry,
        Flaw::Nonce,
        Flaw::Signature,
        Flaw::AccessToken,
        Flaw::Subject,
        Flaw::Missing,
    ] {
        let world = World::new();
        let mut browser = Browser::default();
        let callback = sign_in(&world, &mut browser);
        world.portal.flaw.set(flaw);
        let reply = browser.get(&world, &callback);
        assert_eq!(reply.status(), StatusCode::OK, "{flaw:?}");
        assert!(text(&reply).contains("The sign-in did not succeed"));
        let to = location(&reply);
        assert_eq!(
            parameter(&to, "error").as_deref(),
            Some("server_error"),
            "{flaw:?}"
        );
        assert_eq!(parameter(&to, "state").as_deref(), Some("client state"));
    }
}

#[test]
fn callback_in_another_browser_is_refused() {
    let world = World::new();
    let mut browser = Browser::default();
    let callback = sign_in(&world, &mut browser);
    let mut other = Browser::default();
    sign_in(&world, &mut other);
    let stolen = other.get(&world, &callback);
    assert_eq!(stolen.status(), StatusCode::BAD_REQUEST);
    assert!(text(&stolen).contains("We cannot confirm that this is you"));
    assert_eq!(
        browser.get(&world, &callback).status(),
        StatusCode::SEE_OTHER,
        "the refused request used nothing up"
    );
}

#[test]
fn expired_or_forged_state_is_an_error_page() {
    let world = World::new();
    let mut browser = Browser::default();
    let callback = sign_in(&world, &mut browser);
    for forged in [
        "/connect/callback",
        "/connect/callback?code=x&state=forged",
        "/connect/callback?error=access_denied",
    ] {
        let reply = browser.get(&world, forged);
        assert_eq!(reply.status(), StatusCode::BAD_REQUEST, "{forged}");
        assert!(!reply.headers().contains_key("location"));
    }
    world.advance_clock(LIFETIME + 1);
    let late = browser.get(&world, &callback);
    assert!(
        text(&late).contains("more than 10 minutes ago"),
        "{}",
        text(&late)
    );
}

#[test]
fn response_of_another_issuer_is_refused() {
    let world = World::new();
    let mut browser = Browser::default();
    let callback = sign_in(&world, &mut browser);
    let mixed_up = callback.replace("portal.example", "evil.example");
    assert_ne!(mixed_up, callback);
    let to = location(&browser.get(&world, &mixed_up));
    assert_eq!(parameter(&to, "error").as_deref(), Some("server_error"));
}

#[test]
fn error_of_the_portal_is_redirected_to_the_client() {
    let world = World::new();
    let mut browser = Browser::default();
    let callback = sign_in(&world, &mut browser);
    let (_, state) = callback.split_once("&state=").expect("a state");
    for (portal_error, client_error) in [
        ("access_denied", "access_denied"),
        ("temporarily_unavailable", "temporarily_unavailable"),
        ("login_required", "access_denied"),
        ("invalid_scope", "server_error"),
        ("server_error", "server_error"),
        ("%3Cscript%3E", "server_error"),
    ] {
        world.app.host.log.borrow_mut().clear();
        let reply = browser.get(
            &world,
            &format!("/connect/callback?error={portal_error}&state={state}"),
        );
        assert_eq!(
            parameter(&location(&reply), "error").as_deref(),
            Some(client_error)
        );
        let log = world.app.host.log.borrow().join("\n");
        assert!(log.contains("portal_error"), "{log}");
        // A person who cancels is no failure of the sign-in.
        let is_failure = client_error != "access_denied";
        assert_eq!(log.contains("sign_in_failed"), is_failure, "{log}");
    }
    world.portal.down.set(true);
    let to = location(&browser.get(&world, &callback));
    assert_eq!(
        parameter(&to, "error").as_deref(),
        Some("temporarily_unavailable")
    );
}

#[test]
fn switch_link_lets_another_person_sign_in() {
    let world = World::new();
    let mut browser = Browser::default();
    let callback = sign_in(&world, &mut browser);
    let html = text(&browser.open(&world, &callback));
    let (_, link) = html
        .split_once("<a href=\"/connect/switch")
        .expect("a link");
    let link = format!(
        "/connect/switch{}",
        link.split('"').next().expect("a URL").replace("&#38;", "&")
    );
    assert_eq!(
        Browser::default().get(&world, &link).status(),
        StatusCode::BAD_REQUEST,
        "another browser"
    );
    let to = location(&browser.get(&world, &link));
    assert_eq!(parameter(&to, "prompt").as_deref(), Some("login"));
    assert!(to.starts_with(&format!("{ISSUER}/authorize?")));
    assert_eq!(
        browser.open(&world, &world.portal.sign_in(&to)).status(),
        StatusCode::OK
    );
}

/// Each callback with a made-up code is a token request to the portal, as often as the transaction is sent.
#[test]
fn flood_of_callbacks_is_answered_with_a_429_page() {
    let world = World::new();
    for _ in 0..6_000 {
        world.get("/connect/callback");
    }
    let mut browser = Browser::default();
    let callback = sign_in(&world, &mut browser);
    let before = world.app.host.sent.borrow().len();
    let reply = browser.get(&world, &callback);
    assert_eq!(reply.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(world.app.host.sent.borrow().len(), before);
    // The start of a sign-in has a limit of its own.
    let again = sign_in(&world, &mut browser);
    world.advance_clock(60);
    assert_eq!(browser.open(&world, &again).status(), StatusCode::OK);
}
