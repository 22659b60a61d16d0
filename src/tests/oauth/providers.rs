//! Providers differ: unusual claims and metadata, endpoints that are missing, errors, and mistakes of the operator.

use super::portal::ISSUER;
use super::world::{Browser, CALLBACK, World, authorize, location, parameter, text};
use http::StatusCode;
use serde_json::json;
use std::collections::BTreeMap;

/// The callback URL to which the portal sends a browser that signed in.
fn sign_in(world: &World, browser: &mut Browser) -> String {
    let client_id = world.register("App", &[CALLBACK]);
    let reply = browser.get(world, &authorize(&client_id, &[]));
    world.portal.sign_in(&location(&reply))
}

/// What the log says about the sign-in that failed, without time and request id.
fn failure(world: &World) -> String {
    let log = world.app.host.log.borrow();
    let line = log.iter().find(|line| line.contains("sign_in_failed"));
    line.unwrap_or_else(|| panic!("{log:?}")).clone()
}

#[test]
fn address_of_the_portal_stays_short_for_the_longest_state() {
    let world = World::new();
    let client_id = world.register("App", &[CALLBACK]);
    let state = "s".repeat(4_096);
    let mut browser = Browser::default();
    let reply = browser.get(&world, &authorize(&client_id, &[("state", &state)]));
    let address = location(&reply);
    assert!(address.len() < 2_048, "{}", address.len());
    assert_eq!(browser.cookies.len(), 3, "two of them carry the rest");
    let callback = world.portal.sign_in(&address);
    let stolen = Browser::default().get(&world, &callback);
    assert_eq!(stolen.status(), StatusCode::BAD_REQUEST);
    assert_eq!(browser.open(&world, &callback).status(), StatusCode::OK);
    let again = location(&browser.get(&world, &callback));
    let page = browser.open(&world, &world.portal.sign_in(&again));
    let reply = browser.decide(&world, &page, "read", "authorize");
    assert_eq!(parameter(&location(&reply), "state"), Some(state));
    let deleted = reply.headers().get_all("set-cookie").iter();
    let deleted =
        deleted.filter(|cookie| cookie.as_bytes().windows(10).any(|w| w == b"Max-Age=0;"));
    assert_eq!(deleted.count(), 2);
}

#[test]
fn cookies_of_a_sign_in_fit_into_one_header() {
    for (character, length) in [('\u{1}', 4_096), ('"', 4_096), ('\\', 3_000), ('é', 2_048)] {
        let world = World::new();
        let client_id = world.register("App", &[CALLBACK]);
        let mut browser = Browser::default();
        let state: String = std::iter::repeat_n(character, length).collect();
        let reply = browser.get(&world, &authorize(&client_id, &[("state", &state)]));
        assert!(browser.cookies.join("; ").len() < 8_000, "{character:?}");
        let is_refused = location(&reply).starts_with(CALLBACK);
        assert_eq!(is_refused, character != 'é', "{character:?}");
    }
}

#[test]
fn claims_of_unusual_types_do_not_stop_the_sign_in() {
    let world = World::new();
    world.portal.claims.replace(BTreeMap::from([
        ("name", json!("Ada Demo")),
        ("updated_at", json!("2026-11-29T07:00:00Z")),
        ("email_verified", json!("true")),
        ("address", json!("Paris")),
        ("credits", json!("1250.0")),
    ]));
    world.portal.userinfo.replace(Some((500, json!(null))));
    let mut browser = Browser::default();
    let callback = sign_in(&world, &mut browser);
    let html = text(&browser.open(&world, &callback));
    assert!(
        html.contains("Ada Demo") && html.contains("1,250"),
        "{html}"
    );
    let sent = world.app.host.sent.borrow();
    assert!(
        sent.iter()
            .all(|request| request.uri().path() != "/userinfo")
    );
}

#[test]
fn userinfo_that_cannot_be_used_does_not_stop_the_sign_in() {
    for (metadata, userinfo, is_logged) in [
        (Some(json!(null)), None, false),
        (None, Some((401, json!({}))), true),
        (None, Some((503, json!({}))), true),
        (None, Some((200, json!("a page"))), true),
        (None, Some((200, json!({"name": "Eve Adams"}))), true),
    ] {
        let world = World::new();
        if let Some(endpoint) = metadata {
            world
                .portal
                .metadata
                .borrow_mut()
                .insert("userinfo_endpoint", endpoint);
        }
        world.portal.userinfo.replace(userinfo);
        let mut browser = Browser::default();
        let callback = sign_in(&world, &mut browser);
        let page = browser.open(&world, &callback);
        assert_eq!(page.status(), StatusCode::OK);
        assert!(!text(&page).contains("Eve Adams"));
        let log = world.app.host.log.borrow().concat();
        assert_eq!(log.contains("userinfo_failed"), is_logged, "{log}");
    }
}

#[test]
fn error_of_the_portal_is_logged_with_its_description() {
    let world = World::new();
    let mut browser = Browser::default();
    let callback = sign_in(&world, &mut browser);
    let (_, state) = callback.split_once("&state=").expect("a state");
    let refused = format!(
        "/connect/callback?error=access_denied&error_description=Blocked+by%0Aan+administrator&state={state}"
    );
    let reply = browser.get(&world, &refused);
    assert!(text(&reply).contains("The sign-in was refused or cancelled at TokPortal"));
    assert_eq!(
        parameter(&location(&reply), "error_description").as_deref(),
        Some("The sign-in was refused or cancelled at TokPortal.")
    );
    let log = world.app.host.log.borrow().concat();
    let event = r#""event":"portal_error","endpoint":"authorization_endpoint","error":"access_denied","description":"Blocked by an administrator"}"#;
    assert!(log.contains(event), "{log}");
}

#[test]
fn mistake_of_the_operator_is_told_with_what_to_change() {
    for (metadata, token_answer, words) in [
        (
            ("issuer", json!("https://portal.example/")),
            None,
            "set `portal_issuer` to `https://portal.example/`",
        ),
        (
            ("token_endpoint", json!("http://portal.example/token")),
            None,
            "https URLs",
        ),
        (
            ("code_challenge_methods_supported", json!(["plain"])),
            None,
            "PKCE with S256",
        ),
        (
            ("id_token_signing_alg_values_supported", json!(["RS256"])),
            None,
            "id_token_signing_alg_values_supported",
        ),
        (
            ("x", json!(1)),
            Some((400, json!({"error": "invalid_client"}))),
            "portal_client_secret",
        ),
        (
            ("x", json!(1)),
            Some((404, json!("a page"))),
            "token_endpoint",
        ),
    ] {
        let world = World::new();
        world
            .portal
            .metadata
            .borrow_mut()
            .insert(metadata.0, metadata.1);
        world.portal.token_answer.replace(token_answer);
        let client_id = world.register("App", &[CALLBACK]);
        let mut browser = Browser::default();
        let mut to = location(&browser.get(&world, &authorize(&client_id, &[])));
        if to.starts_with(ISSUER) {
            to = location(&browser.get(&world, &world.portal.sign_in(&to)));
        }
        let description = parameter(&to, "error_description").unwrap_or_default();
        assert!(
            description.contains("is not set up correctly"),
            "{words}: {description}"
        );
        let line = failure(&world);
        assert!(
            line.contains("\"level\":\"error\"") && line.contains(words),
            "{line}"
        );
    }
}

#[test]
fn outage_of_the_portal_is_told_as_one() {
    let world = World::new();
    let mut browser = Browser::default();
    let callback = sign_in(&world, &mut browser);
    world
        .portal
        .token_answer
        .replace(Some((502, json!("busy"))));
    let to = location(&browser.get(&world, &callback));
    let error = parameter(&to, "error");
    assert_eq!(error.as_deref(), Some("temporarily_unavailable"));
    assert!(!failure(&world).contains("\"fix\""));
}

#[test]
fn announced_issuer_must_be_in_the_response() {
    let world = World::new();
    let name = "authorization_response_iss_parameter_supported";
    world.portal.metadata.borrow_mut().insert(name, json!(true));
    let mut browser = Browser::default();
    let callback = sign_in(&world, &mut browser);
    let (without, _) = callback.split_once("&iss=").expect("an issuer");
    let to = location(&browser.get(&world, without));
    assert_eq!(parameter(&to, "error").as_deref(), Some("server_error"));
    assert!(failure(&world).contains("RFC 9207"));
    assert_eq!(browser.open(&world, &callback).status(), StatusCode::OK);
}
