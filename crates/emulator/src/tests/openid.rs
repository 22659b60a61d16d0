//! `/portal/oauth`: signing in as the connector asks for it.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use serde_json::{Value, json};

use super::browser::{Browser, text};
use super::relying_party::{authorize_url, code, redeem, send, sent, value};
use super::world::{START, World};

#[test]
fn the_whole_sign_in_ends_with_a_verified_id_token() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let asked = browser.get(&authorize_url(&[]));
    let sign_in = asked.headers()["location"].to_str().unwrap().to_owned();
    assert!(
        sign_in.starts_with("/portal/sign-in?return_to=%2Fportal%2Foauth%2Fauthorize%3F"),
        "{sign_in}"
    );
    let page = browser.get(&sign_in);
    let back = browser.submit(
        &page,
        &[
            ("email", "demo@tokportal.example"),
            ("password", "demo-password"),
        ],
    );
    let returned = browser.get(back.headers()["location"].to_str().unwrap());
    let pairs = sent(returned.headers()["location"].to_str().unwrap());
    assert_eq!(
        (value(&pairs, "state"), value(&pairs, "iss")),
        ("s&1", "http://localhost:3000/portal")
    );

    let reply = redeem(&world, value(&pairs, "code"), &[], &[]);
    assert_eq!(
        (reply.status(), reply.header("cache-control")),
        (200, Some("no-store"))
    );
    let answer = reply.json();
    let claims = verified(&world, answer["id_token"].as_str().unwrap());
    assert_eq!(
        claims,
        json!({
            "iss": "http://localhost:3000/portal", "aud": "tokportal-connector", "sub": "person-alex",
            "name": "Alex Demo", "email": "demo@tokportal.example", "email_verified": true, "nonce": "n1",
            "iat": START / 1000, "exp": START / 1000 + 900, "auth_time": START / 1000,
        })
    );
    let bearer = format!("Bearer {}", answer["access_token"].as_str().unwrap());
    let userinfo = send(
        &world,
        "GET",
        "/portal/oauth/userinfo",
        ("authorization", &bearer),
        None,
    )
    .json();
    assert_eq!(
        (&userinfo["sub"], &userinfo["credits"]),
        (&json!("person-alex"), &json!(1250))
    );
    assert_eq!(
        redeem(&world, value(&pairs, "code"), &[], &[]).json()["error"],
        "invalid_grant"
    );
}

/// The claims of a token whose signature the published key set verifies.
fn verified(world: &World, token: &str) -> Value {
    let keys = send(world, "GET", "/portal/oauth/jwks", ("accept", "*/*"), None).json();
    let key = &keys["keys"][0];
    let coordinate = |name: &str| {
        BASE64URL_NOPAD
            .decode(key[name].as_str().unwrap().as_bytes())
            .unwrap()
    };
    let point = [&[4], coordinate("x").as_slice(), coordinate("y").as_slice()].concat();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let signature =
        Signature::from_slice(&BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap()).unwrap();
    VerifyingKey::from_sec1_bytes(&point)
        .unwrap()
        .verify(signed.as_bytes(), &signature)
        .unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    let decode = |part: &str| -> Value {
        serde_json::from_slice(&BASE64URL_NOPAD.decode(part.as_bytes()).unwrap()).unwrap()
    };
    assert_eq!(
        (&decode(header)["alg"], &decode(header)["kid"]),
        (&json!("ES256"), &key["kid"])
    );
    decode(claims)
}

#[test]
fn a_signed_in_person_is_asked_again_only_on_request() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let silent = browser.get(&authorize_url(&[("prompt", "none")]));
    assert_eq!(
        value(
            &sent(silent.headers()["location"].to_str().unwrap()),
            "error"
        ),
        "login_required"
    );
    browser.sign_in("demo@tokportal.example", "demo-password");
    assert_eq!(code(&mut browser).len(), 64);
    let again = browser.get(&authorize_url(&[
        ("prompt", "login"),
        ("login_hint", "second@tokportal.example"),
    ]));
    let sign_in = again.headers()["location"].to_str().unwrap().to_owned();
    let page = browser.get(&sign_in);
    assert!(text(&page).contains("second@tokportal.example"));
    let back = browser.submit(&page, &[("password", "second-password")]);
    let location = back.headers()["location"].to_str().unwrap();
    assert!(!location.contains("prompt"), "{location}");
    let returned = browser.get(location);
    assert_eq!(
        value(
            &sent(returned.headers()["location"].to_str().unwrap()),
            "code"
        )
        .len(),
        64
    );
}

#[test]
fn a_foreign_client_or_address_stays_on_a_page() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    for (name, wrong) in [
        ("client_id", "somebody"),
        (
            "redirect_uri",
            "http://localhost:3000/connect/callback/../evil",
        ),
        (
            "redirect_uri",
            "http://localhost:3000.evil.example/connect/callback",
        ),
        ("redirect_uri", ""),
    ] {
        let response = browser.get(&authorize_url(&[(name, wrong)]));
        assert_eq!(response.status(), 400, "{wrong}");
        assert!(!response.headers().contains_key("location"));
        assert!(text(&response).contains("req_"));
    }
    for (name, wrong, error) in [
        ("response_type", "token", "unsupported_response_type"),
        ("scope", "profile", "invalid_scope"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("code_challenge", "short", "invalid_request"),
    ] {
        let response = browser.get(&authorize_url(&[(name, wrong)]));
        let pairs = sent(response.headers()["location"].to_str().unwrap());
        assert_eq!(
            (value(&pairs, "error"), value(&pairs, "state")),
            (error, "s&1")
        );
    }
}

#[test]
fn a_code_needs_its_verifier_its_address_and_its_client() {
    let world = World::new();
    let mut browser = Browser::signed_in(&world);
    for (replace, error) in [
        (("code_verifier", "another"), "invalid_grant"),
        (
            ("redirect_uri", "http://localhost:3000/other"),
            "invalid_grant",
        ),
        (("code", "unknown"), "invalid_grant"),
        (("client_id", "somebody"), "invalid_client"),
        (("grant_type", "password"), "unsupported_grant_type"),
    ] {
        let code = code(&mut browser);
        assert_eq!(
            redeem(&world, &code, &[replace], &[]).json()["error"],
            error,
            "{replace:?}"
        );
    }
    let code = code(&mut browser);
    world.pass(120_001);
    assert_eq!(
        redeem(&world, &code, &[], &[]).json()["error"],
        "invalid_grant"
    );
}

#[test]
fn a_configured_secret_is_required() {
    let world = World::with_secret("s:cret");
    let mut browser = Browser::signed_in(&world);
    let reply = redeem(&world, &code(&mut browser), &[], &[]);
    assert_eq!(
        (reply.status(), reply.json()["error"].as_str()),
        (401, Some("invalid_client"))
    );
    let basic = |text: &str| format!("Basic {}", BASE64.encode(text.as_bytes()));
    let wrong = basic("tokportal-connector:other");
    assert_eq!(
        redeem(
            &world,
            &code(&mut browser),
            &[],
            &[("authorization", &wrong)]
        )
        .status(),
        401
    );
    let right = basic("tokportal-connector:s%3Acret");
    assert_eq!(
        redeem(
            &world,
            &code(&mut browser),
            &[],
            &[("authorization", &right)]
        )
        .status(),
        200
    );
}

#[test]
fn a_reset_keeps_the_signing_key_and_ends_sessions() {
    let world = World::new();
    let keys = || send(&world, "GET", "/portal/oauth/jwks", ("accept", "*/*"), None).json();
    let before = keys();
    let mut browser = Browser::signed_in(&world);
    world.control("/reset", json!({}));
    assert_eq!(keys(), before);
    let location = browser.get("/portal/developer/api-keys").headers()["location"].clone();
    assert!(location.to_str().unwrap().starts_with("/portal/sign-in"));
}
