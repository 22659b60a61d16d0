//! Attack family 22: clients that authenticate with a key (`private_key_jwt`), and those who pretend to.

use super::world::{
    Browser, CALLBACK, ORIGIN, VERIFIER, World, assert_refused, authorize, json_of, location,
    parameter, text,
};
use crate::testing::{public_key, signed_jwt};
use crate::web::reply::Reply;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const ID: &str = "https://app.example/client.json";
const KEYS: &str = "https://keys.example/set.json";
const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The public key of the key that is made of this byte, whose id is the byte.
fn key(byte: u8) -> Value {
    let mut key = public_key(byte);
    key["kid"] = byte.to_string().into();
    key
}

fn set_of(keys: &[Value]) -> Value {
    json!({"keys": keys})
}

/// An assertion of the client with these claims changed; `null` leaves one out.
fn assertion(world: &World, signer: u8, changes: &Value) -> String {
    let now = world.app.host.now.get().as_secs();
    let mut claims: BTreeMap<String, Value> = serde_json::from_value(json!({
        "iss": ID, "sub": ID, "aud": ORIGIN, "jti": "1", "iat": now, "exp": now + 300,
    }))
    .expect("an object");
    for (name, value) in changes.as_object().expect("an object") {
        claims.insert(name.clone(), value.clone());
    }
    claims.retain(|_, value| !value.is_null());
    let header = json!({"alg": "EdDSA", "kid": signer.to_string()});
    signed_jwt(&header, &json!(claims), signer)
}

/// A world in which the client has key 1, in its document or at `jwks_uri`.
fn world(inline: bool) -> World {
    let world = World::new();
    let set = set_of(&[key(1)]);
    let mut document = json!({
        "client_id": ID, "client_name": "App", "redirect_uris": [CALLBACK],
        "token_endpoint_auth_method": "private_key_jwt",
    });
    if inline {
        document["jwks"] = set;
    } else {
        document["jwks_uri"] = KEYS.into();
        let mut documents = world.documents.borrow_mut();
        documents.insert(KEYS.to_owned(), set.to_string());
    }
    let mut documents = world.documents.borrow_mut();
    documents.insert(ID.to_owned(), document.to_string());
    drop(documents);
    world
}

fn approve(world: &World) -> String {
    let mut browser = Browser::default();
    let to_portal = location(&browser.get(world, &authorize(ID, &[])));
    let page = browser.open(world, &world.portal.sign_in(&to_portal));
    assert!(text(&page).contains("proves its identity with a key"));
    let reply = browser.decide(world, &page, "read", "authorize");
    parameter(&location(&reply), "code").expect("a code")
}

fn redeem(world: &World, code: &str, more: &[(&str, &str)]) -> Reply {
    let mut request = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("code_verifier", VERIFIER),
    ];
    request.extend(more);
    world.post("/token", &request)
}

#[test]
fn client_with_a_key_connects() {
    for inline in [true, false] {
        let world = world(inline);
        let code = approve(&world);
        let assertion = assertion(&world, 1, &json!({}));
        let proof = [
            ("client_assertion_type", TYPE),
            ("client_assertion", assertion.as_str()),
        ];
        let reply = redeem(&world, &code, &proof);
        assert_eq!(reply.status(), StatusCode::OK, "{}", json_of(&reply));
        assert_eq!(json_of(&reply)["access_token"], world.portal.minted());
    }
}

/// The page said that the client proves its identity, so the public part of the flow is not enough.
#[test]
fn client_with_a_key_is_refused_without_it() {
    let world = world(true);
    let code = approve(&world);
    for proof in [
        &[("client_id", ID)][..],
        &[("client_id", ID), ("client_secret", "secret")],
    ] {
        assert_refused(&redeem(&world, &code, proof), 401, "invalid_client");
    }
    let good = assertion(&world, 1, &json!({}));
    let proof = [
        ("client_id", ID),
        ("client_assertion_type", TYPE),
        ("client_assertion", &good),
    ];
    assert_eq!(redeem(&world, &code, &proof).status(), StatusCode::OK);
}

#[test]
fn assertion_that_is_not_the_clients_own_is_refused() {
    let world = world(false);
    let code = approve(&world);
    let unsigned = {
        let good = assertion(&world, 1, &json!({}));
        let claims = good.split('.').nth(1).expect("claims").to_owned();
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
        format!("{header}.{claims}.")
    };
    let other = "https://other.example/client.json";
    for wrong in [
        assertion(&world, 2, &json!({})),
        assertion(&world, 1, &json!({"aud": "https://other.example"})),
        assertion(&world, 1, &json!({"exp": 1_789_999_900})),
        assertion(&world, 1, &json!({"exp": 1_790_003_600})),
        assertion(&world, 1, &json!({"jti": null})),
        assertion(&world, 1, &json!({"iss": other})),
        assertion(&world, 1, &json!({"sub": null})),
        unsigned,
        "a.b.c".to_owned(),
    ] {
        let proof = [
            ("client_assertion_type", TYPE),
            ("client_assertion", wrong.as_str()),
        ];
        assert_refused(&redeem(&world, &code, &proof), 401, "invalid_client");
    }
    let good = assertion(&world, 1, &json!({}));
    for (proof, status, error) in [
        (
            &[("client_assertion", good.as_str())][..],
            400,
            "invalid_request",
        ),
        (
            &[
                ("client_assertion", &good),
                (
                    "client_assertion_type",
                    "urn:ietf:params:oauth:client-assertion-type:saml2-bearer",
                ),
            ],
            400,
            "invalid_request",
        ),
        (
            &[
                ("client_assertion", &good),
                ("client_assertion_type", TYPE),
                ("client_id", other),
            ],
            400,
            "invalid_request",
        ),
        (
            &[
                ("client_assertion", &good),
                ("client_assertion_type", TYPE),
                ("client_secret", "x"),
            ],
            400,
            "invalid_request",
        ),
    ] {
        assert_refused(&redeem(&world, &code, proof), status, error);
    }
    let proof = [
        ("client_assertion_type", TYPE),
        ("client_assertion", good.as_str()),
    ];
    let reply = redeem(&world, &code, &proof);
    assert_eq!(reply.status(), StatusCode::OK, "the code was not spent");
}

/// An assertion is kept only with a code that it redeemed, and the sweep deletes it.
#[test]
fn assertion_redeems_one_code_and_is_forgotten_by_the_sweep() {
    let world = world(true);
    let good = assertion(&world, 1, &json!({}));
    let proof = [
        ("client_assertion_type", TYPE),
        ("client_assertion", good.as_str()),
    ];
    let rows = || {
        let store = world.app.host.store.borrow();
        let used = |name: &&String| name.starts_with("consent-") || name.starts_with("pending-");
        store.keys().filter(used).count()
    };
    let codes = [approve(&world), approve(&world)];
    let before = rows();
    // Neither a revocation nor a request that fails uses it up, so neither fills the store.
    for _ in 0..50 {
        let fields = [&[("token", "unknown")], proof.as_slice()].concat();
        assert_eq!(world.post("/revoke", &fields).status(), StatusCode::OK);
        assert_refused(&redeem(&world, "unknown", &proof), 400, "invalid_grant");
    }
    assert_eq!(rows(), before);
    assert_eq!(redeem(&world, &codes[0], &proof).status(), StatusCode::OK);
    assert_refused(&redeem(&world, &codes[1], &proof), 401, "invalid_client");
    assert!(rows() > before);
    world.advance_clock(700);
    for _ in 0..10 {
        world.get("/authorize");
    }
    assert_eq!(rows(), 0);
}

/// A client cannot replace its key by sending an assertion although its document names none.
#[test]
fn assertion_of_a_client_without_keys_is_refused() {
    let world = world(true);
    let public = json!({"client_id": ID, "redirect_uris": [CALLBACK]});
    let mut documents = world.documents.borrow_mut();
    documents.insert(ID.to_owned(), public.to_string());
    drop(documents);
    let good = assertion(&world, 1, &json!({}));
    let fields = [
        ("token", "unknown"),
        ("client_assertion_type", TYPE),
        ("client_assertion", good.as_str()),
    ];
    assert_refused(&world.post("/revoke", &fields), 401, "invalid_client");
}

#[test]
fn keys_that_cannot_be_loaded_are_a_temporary_error() {
    let world = world(false);
    let code = approve(&world);
    world.documents.borrow_mut().remove(KEYS);
    let good = assertion(&world, 1, &json!({}));
    let proof = [
        ("client_assertion_type", TYPE),
        ("client_assertion", good.as_str()),
    ];
    assert_refused(
        &redeem(&world, &code, &proof),
        503,
        "temporarily_unavailable",
    );
}
