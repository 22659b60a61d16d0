//! `/token`, and families 1, 2 and 8 as seen by a client.

use super::world::{
    Browser, CALLBACK, World, assert_refused, json_of, location, parameter, token_request,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures::future::join_all;
use http::{Request, StatusCode};
use serde_json::json;
use url::form_urlencoded::{Serializer, byte_serialize};

/// A valid token request with one parameter changed; an empty value leaves it out.
fn changed<'a>(
    client_id: &'a str,
    code: &'a str,
    name: &'a str,
    value: &'a str,
) -> Vec<(&'a str, &'a str)> {
    let mut request = token_request(client_id, code);
    request.retain(|(known, _)| *known != name);
    if !value.is_empty() {
        request.push((name, value));
    }
    request
}

#[test]
fn code_is_exchanged_for_the_minted_key() {
    for (level, scope) in [("read", "read"), ("full", "read write")] {
        let world = World::new();
        let (client_id, code) = world.approve(level);
        let reply = world.redeem(&client_id, &code);
        assert_eq!(reply.status(), StatusCode::OK);
        for (name, value) in [
            ("cache-control", "no-store"),
            ("pragma", "no-cache"),
            ("content-type", "application/json"),
            ("access-control-allow-origin", "*"),
        ] {
            assert_eq!(reply.headers()[name], value);
        }
        let key = world.portal.minted();
        assert_eq!(
            json_of(&reply),
            json!({"access_token": key, "token_type": "Bearer", "scope": scope})
        );
    }
}

#[test]
fn invalid_request_leaves_the_code_usable() {
    let world = World::new();
    let (client_id, code) = world.approve("read");
    let other = world.register("Other", &[CALLBACK]);
    let challenge = "hDnWI1ZmqIBCcUBRlIrOi_QbBcPOlyHsVKAVSlhQmEo";
    for (name, value, status, error) in [
        ("grant_type", "", 400, "invalid_request"),
        ("grant_type", "refresh_token", 400, "unsupported_grant_type"),
        ("client_id", "", 401, "invalid_client"),
        ("client_id", "nobody", 401, "invalid_client"),
        (
            "client_id",
            "https://localhost/client.json",
            401,
            "invalid_client",
        ),
        // Any public host can have a client, but the code is not for this one.
        (
            "client_id",
            "https://evil.example/client.json",
            400,
            "invalid_grant",
        ),
        ("client_id", &other, 400, "invalid_grant"),
        ("code", "", 400, "invalid_request"),
        ("code", "forged", 400, "invalid_grant"),
        (
            "redirect_uri",
            "https://app.example/cb/",
            400,
            "invalid_grant",
        ),
        (
            "redirect_uri",
            "https://app.example/cb?",
            400,
            "invalid_grant",
        ),
        (
            "redirect_uri",
            "https://evil.example/cb",
            400,
            "invalid_grant",
        ),
        ("code_verifier", "", 400, "invalid_request"),
        ("code_verifier", "short", 400, "invalid_grant"),
        ("code_verifier", challenge, 400, "invalid_grant"),
        (
            "resource",
            "https://evil.example/api/ext/mcp",
            400,
            "invalid_target",
        ),
    ] {
        assert_refused(
            &world.post("/token", &changed(&client_id, &code, name, value)),
            status,
            error,
        );
    }
    let mut twice = token_request(&client_id, &code);
    twice.push(("code", &code));
    assert_refused(&world.post("/token", &twice), 400, "invalid_request");
    assert_eq!(
        world
            .post("/token", &changed(&client_id, &code, "resource", ""))
            .status(),
        StatusCode::OK
    );
    assert_eq!(world.portal.keys.borrow().len(), 1);
}

/// OAuth 2.1 clients leave `redirect_uri` out; the code verifier binds the request.
#[test]
fn code_is_exchanged_without_a_redirect_uri_or_with_empty_ones() {
    for redirect_uri in [None, Some("")] {
        let world = World::new();
        let (client_id, code) = world.approve("read");
        let mut request = token_request(&client_id, &code);
        request.retain(|(name, _)| *name != "redirect_uri");
        request.extend(redirect_uri.map(|uri| ("redirect_uri", uri)));
        // Empty parameters count as absent (RFC 6749, section 3.2).
        request.extend([("resource", ""), ("client_secret", ""), ("scope", "")]);
        let reply = world.post("/token", &request);
        assert_eq!(reply.status(), StatusCode::OK, "{}", json_of(&reply));
    }
}

#[test]
fn body_that_is_not_a_small_form_is_refused() {
    let world = World::new();
    let send = |media_type: &str, body: String| {
        let request = Request::post("/token")
            .header("content-type", media_type)
            .body(Bytes::from(body));
        world.send(request.expect("a request"))
    };
    assert_refused(
        &send("application/json", "{}".to_owned()),
        400,
        "invalid_request",
    );
    let large = format!("grant_type={}", "a".repeat(16 * 1024));
    assert_refused(
        &send("application/x-www-form-urlencoded", large),
        413,
        "invalid_request",
    );
}

#[test]
fn confidential_client_must_authenticate() {
    let world = World::new();
    let registered = |method: &str| {
        let body = json!({"client_name": "App", "redirect_uris": [CALLBACK], "token_endpoint_auth_method": method});
        let request = Request::post("/register").body(Bytes::from(body.to_string()));
        let answer = json_of(&world.send(request.expect("a request")));
        let text = |member: &str| answer[member].as_str().expect("text").to_owned();
        (text("client_id"), text("client_secret"))
    };
    let approve = |client_id: &str| {
        let mut browser = Browser::default();
        let page = world.consent_page(&mut browser, client_id);
        let reply = browser.decide(&world, &page, "read", "authorize");
        parameter(&location(&reply), "code").expect("a code")
    };
    let basic = |client_id: &str, secret: &str, fields: &[(&str, &str)]| {
        let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let pair = format!("{}:{}", encode(client_id), encode(secret));
        let pair = STANDARD.encode(pair);
        let request = Request::post("/token")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("authorization", format!("Basic {pair}"))
            .body(Bytes::from(
                Serializer::new(String::new()).extend_pairs(fields).finish(),
            ));
        world.send(request.expect("a request"))
    };

    let (client_id, secret) = registered("client_secret_post");
    let (_, other_secret) = registered("client_secret_post");
    let code = approve(&client_id);
    assert_refused(&world.redeem(&client_id, &code), 401, "invalid_client");
    for wrong in ["wrong", &other_secret, &secret[1..]] {
        assert_refused(
            &world.post(
                "/token",
                &changed(&client_id, &code, "client_secret", wrong),
            ),
            401,
            "invalid_client",
        );
    }
    assert_eq!(
        world
            .post(
                "/token",
                &changed(&client_id, &code, "client_secret", &secret)
            )
            .status(),
        StatusCode::OK
    );

    let (client_id, secret) = registered("client_secret_basic");
    let code = approve(&client_id);
    let request = changed(&client_id, &code, "client_id", "");
    let reply = basic(&client_id, "wrong", &request);
    assert_refused(&reply, 401, "invalid_client");
    assert!(
        reply.headers()["www-authenticate"]
            .to_str()
            .expect("ASCII")
            .starts_with("Basic ")
    );
    let mut both = request.clone();
    both.push(("client_secret", &secret));
    assert_refused(&basic(&client_id, &secret, &both), 400, "invalid_request");
    let mut other = request.clone();
    other.push(("client_id", "another"));
    assert_refused(&basic(&client_id, &secret, &other), 400, "invalid_request");
    assert_eq!(
        basic(&client_id, &secret, &request).status(),
        StatusCode::OK
    );
}

#[test]
fn one_of_64_requests_wins_and_a_later_replay_revokes() {
    for _ in 0..20 {
        let world = World::new();
        let (client_id, code) = world.approve("read");
        let request = || {
            let fields = token_request(&client_id, &code);
            let body = Serializer::new(String::new()).extend_pairs(fields).finish();
            let request =
                Request::post("/token").header("content-type", "application/x-www-form-urlencoded");
            world
                .app
                .handle(request.body(Bytes::from(body)).expect("a request"))
        };
        let replies = pollster::block_on(join_all((0..64).map(|_| request())));
        let (won, lost): (Vec<_>, Vec<_>) = replies
            .iter()
            .partition(|reply| reply.status() == StatusCode::OK);
        assert_eq!((won.len(), lost.len()), (1, 63));
        lost.iter()
            .for_each(|reply| assert_refused(reply, 400, "invalid_grant"));
        assert_eq!(
            world.portal.keys.borrow().len(),
            1,
            "the key of the winner is valid"
        );
        assert_refused(&world.redeem(&client_id, &code), 400, "invalid_grant");
        assert!(world.portal.keys.borrow().is_empty());
    }
}

#[test]
fn flood_is_answered_with_429_and_retry_after() {
    let world = World::new();
    for _ in 0..6_000 {
        world.post("/token", &[]);
    }
    let reply = world.post("/token", &[]);
    assert_refused(&reply, 429, "temporarily_unavailable");
    assert!(reply.headers().contains_key("retry-after"));
}
