//! Signing in, as the connector asks for it and by hand.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use form_urlencoded::parse;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Browser, KEYS, ORIGIN, ask, merged};
use crate::portal::OPERATIONS;
use crate::tests::world::{Reply, World};

const PAGE: &str = "/portal/sign-in";
const DEMO: &str = "email=demo@tokportal.example&password=demo-password";
const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-0123456789";
const CLIENT: &str = "client_id=tokportal-connector&redirect_uri=\
                      http%3A%2F%2Flocalhost%3A3000%2Fconnect%2Fcallback";

/// The answer to the connector's authorization request with some parameters replaced.
fn authorize(browser: &mut Browser<'_>, replaced: &str) -> Reply {
    let challenge = BASE64URL_NOPAD.encode(&Sha256::digest(VERIFIER));
    let pkce = format!("code_challenge={challenge}&code_challenge_method=S256");
    let usual = format!("{CLIENT}&response_type=code&scope=openid&state=s%261&{pkce}");
    let query = merged(&usual, replaced);
    browser.get(&format!("/portal/oauth/authorize?{query}"))
}

/// A parameter with which the browser is sent back to the connector.
fn sent(reply: &Reply, name: &str) -> String {
    let (address, query) = reply.header("location").unwrap().split_once('?').unwrap();
    assert_eq!(address, "http://localhost:3000/connect/callback");
    let mut pairs = parse(query.as_bytes());
    pairs.find(|(key, _)| key == name).unwrap().1.into_owned()
}

fn redeem(world: &World, code: &str, replaced: &str, authorization: &str) -> Reply {
    let usual = format!("{CLIENT}&grant_type=authorization_code&code_verifier={VERIFIER}");
    let form = merged(&format!("{usual}&code={code}"), replaced);
    let header = [("authorization", authorization)];
    ask(world, "POST /portal/oauth/token", &header, &form)
}

/// The tokens of a person, by the test control.
pub(super) fn tokens(world: &World, body: Value) -> Value {
    world.control("/tokens", body)
}

#[test]
fn foreign_client_or_address_stays_on_a_page() {
    let world = World::new();
    let mut browser = Browser::of(&world, "demo");
    let other_path = "redirect_uri=http://localhost:3000/connect/callback/../evil";
    for wrong in ["client_id=other", "redirect_uri=", other_path] {
        let reply = authorize(&mut browser, wrong);
        assert_eq!((reply.status(), reply.header("location")), (400, None));
    }
    for (wrong, error) in [
        ("response_type=token", "unsupported_response_type"),
        ("scope=profile", "invalid_scope"),
        ("code_challenge_method=plain", "invalid_request"),
        ("code_challenge=short", "invalid_request"),
    ] {
        let reply = authorize(&mut browser, wrong);
        let answer = ["error", "state"].map(|name| sent(&reply, name));
        assert_eq!(answer, [error, "s&1"]);
    }
}

/// OpenID Connect Core 1.0, section 3.1.2.6.
#[test]
fn request_without_a_person_comes_back_at_once() {
    let world = World::new();
    let stranger = authorize(&mut Browser::new(&world), "prompt=none");
    assert_eq!(sent(&stranger, "error"), "login_required");
    let known = authorize(&mut Browser::of(&world, "demo"), "prompt=none");
    assert!(!sent(&known, "code").is_empty());
}

#[test]
fn connector_on_another_origin_is_the_only_one_sent_to() {
    let world = World::beside("https://mcp.example");
    let mut browser = Browser::of(&world, "demo");
    assert_eq!(authorize(&mut browser, "").status(), 400);
    let right = "redirect_uri=https://mcp.example/connect/callback";
    let reply = authorize(&mut browser, right);
    let (address, query) = reply.header("location").unwrap().split_once('?').unwrap();
    assert_eq!(address, "https://mcp.example/connect/callback");
    let mut pairs = parse(query.as_bytes());
    let (_, code) = pairs.find(|(name, _)| name == "code").unwrap();
    assert_eq!(redeem(&world, &code, right, "").status(), 200);
}

#[test]
fn code_is_good_once_for_its_client_with_its_verifier() {
    let world = World::new();
    let mut browser = Browser::of(&world, "demo");
    let mut code = || sent(&authorize(&mut browser, ""), "code");
    let error = |code: &str, wrong: &str| redeem(&world, code, wrong, "").json()["error"].take();
    for (wrong, expected) in [
        ("code_verifier=another", "invalid_grant"),
        ("redirect_uri=http://localhost:3000/other", "invalid_grant"),
        ("client_id=other", "invalid_client"),
        ("grant_type=password", "unsupported_grant_type"),
    ] {
        assert_eq!(error(&code(), wrong), expected, "{wrong}");
    }
    let (first, second) = (code(), code());
    assert_eq!(error(&first, ""), Value::Null);
    assert_eq!(error(&first, ""), "invalid_grant");
    world.pass(120_000);
    assert_eq!(error(&second, ""), "invalid_grant");
}

#[test]
fn client_without_the_configured_secret_is_refused() {
    let world = World::with_secret("s:cret");
    let mut browser = Browser::of(&world, "demo");
    let mut status = |pair: &str| {
        let basic = format!("Basic {}", BASE64.encode(pair.as_bytes()));
        let code = sent(&authorize(&mut browser, ""), "code");
        redeem(&world, &code, "", &basic).status()
    };
    for right in [
        "tokportal-connector:s%3Acret",
        "tokportal%2dconnector:s%3acret",
        "tokportal-connector:s:cret",
    ] {
        assert_eq!(status(right), 200, "{right}");
    }
    for wrong in [
        "tokportal-connector:",
        "other:s%3Acret",
        "tokportal-connector",
        "tokportal-connector:s%3Acret:",
    ] {
        assert_eq!(status(wrong), 401, "{wrong}");
    }
}

#[test]
fn fault_comes_in_place_of_each_operation() {
    let world = World::new();
    for (operation, method, path) in OPERATIONS {
        let send = || ask(&world, &format!("{method} /portal{path}"), &[], "").status();
        let usual = send();
        world.control("/faults", json!({ "operation": operation, "kind": "503" }));
        assert_eq!([send(), send()], [503, usual], "{operation}");
    }
}

#[test]
fn every_page_has_its_headers_and_escapes() {
    let world = World::new();
    let mut browser = Browser::of(&world, "demo");
    let path = format!("{PAGE}?email=%22%3E%3Cscript%3E");
    let escaped = browser.get(&path).text();
    assert!(!escaped.contains("<script>"));
    for path in ["/", PAGE, KEYS, "/portal/nothing"] {
        let page = browser.get(path);
        let policy = page.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'; style-src 'self';"),
            "{path}"
        );
        let others = ["x-frame-options", "referrer-policy", "cache-control"];
        let others = others.map(|name| page.header(name).unwrap());
        assert_eq!(others, ["DENY", "same-origin", "no-store"], "{path}");
    }
}

#[test]
fn forms_and_targets_of_other_sites_are_refused() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let [foreign, own] = [&mut Browser::new(&world), &mut browser].map(|of| of.get(PAGE).text());
    let evil = "https://evil.example";
    for (origin, page) in [(evil, &own), ("null", &own), (ORIGIN, &foreign)] {
        browser.origin = origin;
        let refused = browser.submit(page, PAGE, DEMO).text();
        assert!(refused.contains("This form is out of date"), "{origin}");
    }
    for target in [evil, "/portal/\\..\\x"] {
        let page = browser.get(PAGE).text();
        let answer = browser.submit(&page, PAGE, &format!("{DEMO}&return_to={target}"));
        assert_eq!(answer.header("location"), Some(KEYS), "{target}");
    }
}

#[test]
fn sign_in_sign_out_and_reset_end_the_session_before() {
    let world = World::new();
    let key_set = || ask(&world, "GET /portal/oauth/jwks", &[], "").json();
    let signing_key = key_set();
    for end in [PAGE, "/portal/sign-out", "reset"] {
        let mut browser = Browser::of(&world, "demo");
        let (page, before) = (browser.get(PAGE).text(), browser.cookies.clone());
        if end == "reset" {
            world.control("/reset", json!({}));
        } else {
            assert_eq!(browser.submit(&page, end, DEMO).status(), 303);
        }
        browser.cookies = before;
        assert_eq!(browser.get(KEYS).status(), 303, "{end}");
    }
    assert_eq!(key_set(), signing_key);
}
