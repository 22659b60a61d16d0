//! The round to the portal: what comes back is believed only after every check of OpenID Connect.

use crate::ledger::LIFETIME;
use crate::tests::oauth::portal::{ISSUER, Spoil};
use crate::tests::oauth::world::{Browser, CALLBACK, World, authorize, location, parameter, text};
use http::StatusCode;

/// A browser just back from the portal: the address it was sent to.
fn back(world: &World, browser: &mut Browser) -> String {
    let client_id = world.register("App", &[CALLBACK]);
    let reply = browser.get(world, &authorize(&client_id, &[]));
    world.portal.sign_in(&location(&reply))
}

#[test]
fn a_signed_in_person_sees_who_asks_and_where_it_leads() {
    let world = World::new();
    let mut browser = Browser::default();
    let address = back(&world, &mut browser);
    let page = browser.get(&world, &address);
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
fn an_id_token_that_fails_a_check_signs_nobody_in() {
    for spoil in [
        Spoil::Issuer,
        Spoil::Audience,
        Spoil::Expiry,
        Spoil::Nonce,
        Spoil::Signature,
        Spoil::AccessToken,
        Spoil::Subject,
        Spoil::Missing,
    ] {
        let world = World::new();
        let mut browser = Browser::default();
        let address = back(&world, &mut browser);
        world.portal.spoil.set(spoil);
        let reply = browser.get(&world, &address);
        assert_eq!(reply.status(), StatusCode::FOUND, "{spoil:?}");
        let to = location(&reply);
        assert_eq!(
            parameter(&to, "error").as_deref(),
            Some("server_error"),
            "{spoil:?}"
        );
        assert_eq!(parameter(&to, "state").as_deref(), Some("client state"));
    }
}

#[test]
fn a_sign_in_goes_on_in_its_own_browser_only() {
    let world = World::new();
    let mut browser = Browser::default();
    let address = back(&world, &mut browser);
    let mut other = Browser::default();
    back(&world, &mut other);
    let stolen = other.get(&world, &address);
    assert_eq!(stolen.status(), StatusCode::BAD_REQUEST);
    assert!(text(&stolen).contains("We cannot confirm that this is you"));
    assert_eq!(
        browser.get(&world, &address).status(),
        StatusCode::OK,
        "nothing was used up"
    );
}

#[test]
fn an_old_or_forged_state_is_a_page() {
    let world = World::new();
    let mut browser = Browser::default();
    let address = back(&world, &mut browser);
    for forged in [
        "/connect/callback",
        "/connect/callback?code=x&state=forged",
        "/connect/callback?error=access_denied",
    ] {
        let reply = browser.get(&world, forged);
        assert_eq!(reply.status(), StatusCode::BAD_REQUEST, "{forged}");
        assert!(!reply.headers().contains_key("location"));
    }
    world.pass(LIFETIME + 1);
    let late = browser.get(&world, &address);
    assert!(
        text(&late).contains("more than 10 minutes ago"),
        "{}",
        text(&late)
    );
}

#[test]
fn an_answer_of_another_issuer_is_not_used() {
    let world = World::new();
    let mut browser = Browser::default();
    let address = back(&world, &mut browser);
    let mixed_up = address.replace("portal.example", "evil.example");
    assert_ne!(mixed_up, address);
    let to = location(&browser.get(&world, &mixed_up));
    assert_eq!(parameter(&to, "error").as_deref(), Some("server_error"));
}

#[test]
fn errors_of_the_portal_reach_the_client() {
    let world = World::new();
    let mut browser = Browser::default();
    let address = back(&world, &mut browser);
    let (_, state) = address.split_once("&state=").expect("a state");
    for (theirs, ours) in [
        ("access_denied", "access_denied"),
        ("temporarily_unavailable", "temporarily_unavailable"),
        ("login_required", "server_error"),
        ("%3Cscript%3E", "server_error"),
    ] {
        let reply = browser.get(
            &world,
            &format!("/connect/callback?error={theirs}&state={state}"),
        );
        assert_eq!(parameter(&location(&reply), "error").as_deref(), Some(ours));
    }
    world.portal.down.set(true);
    let to = location(&browser.get(&world, &address));
    assert_eq!(
        parameter(&to, "error").as_deref(),
        Some("temporarily_unavailable")
    );
}

#[test]
fn the_callback_page_loaded_again_explains_itself() {
    let world = World::new();
    let mut browser = Browser::default();
    let address = back(&world, &mut browser);
    assert_eq!(browser.get(&world, &address).status(), StatusCode::OK);
    let again = browser.get(&world, &address);
    assert_eq!(again.status(), StatusCode::CONFLICT);
    assert!(text(&again).contains("This page is no longer in use"));
}

#[test]
fn another_person_can_sign_in_instead() {
    let world = World::new();
    let mut browser = Browser::default();
    let address = back(&world, &mut browser);
    let html = text(&browser.get(&world, &address));
    let (_, link) = html
        .split_once("<a href=\"/connect/switch")
        .expect("a link");
    let link = format!(
        "/connect/switch{}",
        link.split('"')
            .next()
            .expect("an address")
            .replace("&#38;", "&")
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
        browser.get(&world, &world.portal.sign_in(&to)).status(),
        StatusCode::OK
    );
}
