//! `/register`, and family 10: floods, hostile names, and bodies that are too large or too deep.

use super::world::{Browser, CALLBACK, World, authorize, json_of, text};
use crate::web::reply::Reply;
use bytes::Bytes;
use http::{Request, StatusCode};
use serde_json::{Value, json};

fn register(world: &World, body: impl Into<Bytes>) -> Reply {
    let request = Request::post("/register")
        .header("content-type", "application/json")
        .body(body.into());
    world.send(request.expect("a request"))
}

fn assert_refused(world: &World, body: impl Into<Bytes>, status: u16, code: &str) {
    let reply = register(world, body);
    assert_eq!(
        (reply.status().as_u16(), json_of(&reply)["error"].as_str()),
        (status, Some(code)),
        "{reply:?}"
    );
}

#[test]
fn public_client_gets_an_id_and_no_null_members() {
    let world = World::new();
    let metadata = json!({
        "client_name": "Claude Code",
        "redirect_uris": ["http://localhost:3118/callback"],
        "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "scope": "read",
        "logo_uri": null,
        "x_unknown": {"a": [1]},
    });
    let reply = register(&world, metadata.to_string());
    assert_eq!(reply.status(), StatusCode::CREATED);
    assert_eq!(reply.headers()["cache-control"], "no-store");
    let answer = json_of(&reply);
    assert_eq!(
        answer["redirect_uris"],
        json!(["http://localhost:3118/callback"])
    );
    assert_eq!(answer["token_endpoint_auth_method"], "none");
    assert_eq!(answer["grant_types"], json!(["authorization_code"]));
    assert_eq!(answer["client_id_issued_at"], 1_790_000_000);
    let members = answer.as_object().expect("an object");
    assert!(members.values().all(|value| !value.is_null()));
    assert!(!members.contains_key("client_secret") && !members.contains_key("scope"));
}

#[test]
fn confidential_client_gets_a_secret_that_never_expires() {
    let world = World::new();
    for method in [
        Value::Null,
        json!("client_secret_basic"),
        json!("client_secret_post"),
    ] {
        let metadata = json!({"redirect_uris": [CALLBACK], "token_endpoint_auth_method": method});
        let answer = json_of(&register(&world, metadata.to_string()));
        assert_eq!(answer["client_secret"].as_str().map(str::len), Some(43));
        assert_eq!(answer["client_secret_expires_at"], 0);
        assert_ne!(answer["token_endpoint_auth_method"], "none");
    }
}

#[test]
fn equal_registrations_get_different_ids() {
    let world = World::new();
    let ids = [(); 2].map(|()| world.register("App", &[CALLBACK]));
    assert_ne!(ids[0], ids[1]);
}

#[test]
fn unacceptable_redirect_uris_are_dropped() {
    let world = World::new();
    let uris = json!([
        "cursor://anysphere.cursor-mcp/oauth/callback",
        "https://www.cursor.com/agents/mcp/oauth/callback",
        "http://localhost:8787/callback",
        "example://callback",
        "javascript:alert(1)",
        "http://192.168.0.1/cb",
    ]);
    let answer = json_of(&register(
        &world,
        json!({"redirect_uris": uris}).to_string(),
    ));
    assert_eq!(
        answer["redirect_uris"],
        json!(&uris.as_array().expect("an array")[..3])
    );
}

/// Outline and others register a loopback URI for each of many ports. The longest client id still fits into a URL.
#[test]
fn twenty_redirect_uris_are_accepted_and_too_many_are_counted() {
    let world = World::new();
    let uris = |count: usize, length: usize| -> Vec<String> {
        let uri = |i| format!("http://127.0.0.1:{}/callback/", 40_000 + i);
        (0..count)
            .map(|i| format!("{:x<length$}", uri(i)))
            .collect()
    };
    let long = json!({"redirect_uris": uris(20, 204), "token_endpoint_auth_method": "none"});
    let answer = json_of(&register(&world, long.to_string()));
    let client_id = answer["client_id"].as_str().expect("an id");
    assert!(client_id.len() < 6_000, "{}", client_id.len());
    let reply = world.get(&authorize(
        client_id,
        &[("redirect_uri", &uris(20, 204)[19])],
    ));
    assert_eq!(reply.status(), StatusCode::FOUND);
    for (count, length, expected) in [
        (
            33,
            30,
            "redirect_uris has 33 entries; at most 32 are accepted.",
        ),
        (
            21,
            204,
            "redirect_uris has 4284 bytes in all; at most 4096 are accepted",
        ),
    ] {
        let body = json!({"redirect_uris": uris(count, length)}).to_string();
        let reply = register(&world, body.clone());
        let description = json_of(&reply)["error_description"].to_string();
        assert!(description.contains(expected), "{description}");
        assert_refused(&world, body, 400, "invalid_redirect_uri");
    }
}

/// What registration accepts works at `/authorize`, and it says what does not.
#[test]
fn scheme_that_is_not_enabled_is_refused_unless_it_is_configured() {
    let body = json!({"redirect_uris": ["example://callback"]}).to_string();
    let reply = register(&World::new(), body.clone());
    let description = json_of(&reply)["error_description"].to_string();
    assert!(
        description.contains("custom_redirect_schemes"),
        "{description}"
    );
    assert_refused(&World::new(), body.clone(), 400, "invalid_redirect_uri");
    let configured = World::with(&[("custom_redirect_schemes", "example")]);
    assert_eq!(register(&configured, body).status(), StatusCode::CREATED);
}

#[test]
fn invalid_metadata_is_refused() {
    let world = World::new();
    for body in [
        "",
        "[]",
        "null",
        "{",
        r#"{"client_name":"a","client_name":"b","redirect_uris":["https://a.example/"]}"#,
    ] {
        assert_refused(&world, body, 400, "invalid_client_metadata");
    }
    for uris in [
        json!(null),
        json!([]),
        json!("https://a.example/cb"),
        json!([1]),
        json!(["javascript:alert(1)"]),
        json!(["http://a.example/cb"]),
        json!(["https://a.example/cb#x"]),
        json!([format!("https://a.example/{}", "a".repeat(2_000))]),
    ] {
        assert_refused(
            &world,
            json!({"redirect_uris": uris}).to_string(),
            400,
            "invalid_redirect_uri",
        );
    }
    for (member, value) in [
        ("client_name", json!(1)),
        ("token_endpoint_auth_method", json!("private_key_jwt")),
        ("grant_types", json!(["client_credentials"])),
        ("response_types", json!(["token"])),
    ] {
        assert_refused(
            &world,
            json!({"redirect_uris": [CALLBACK], member: value}).to_string(),
            400,
            "invalid_client_metadata",
        );
    }
}

#[test]
fn body_that_is_too_large_or_too_deep_is_refused() {
    let world = World::new();
    let large = json!({"redirect_uris": [CALLBACK], "x": "a".repeat(16 * 1024)});
    assert_refused(&world, large.to_string(), 413, "invalid_client_metadata");
    let deep = format!(
        r#"{{"redirect_uris":["{CALLBACK}"],"x":{}}}"#,
        "[".repeat(4_000) + &"]".repeat(4_000)
    );
    assert_refused(&world, deep, 400, "invalid_client_metadata");
    assert_refused(
        &world,
        Bytes::from_static(b"{\"redirect_uris\":[\"https://a.example/\xff\"]}"),
        400,
        "invalid_client_metadata",
    );
}

#[test]
fn ten_thousand_registrations_add_nothing_to_the_store() {
    let world = World::new();
    world.register("First", &[CALLBACK]);
    let rows = || -> Vec<String> { world.app.host.store.borrow().keys().cloned().collect() };
    let before = rows();
    for i in 0..10_000 {
        world.register(&format!("App {i}"), &[CALLBACK]);
    }
    assert_eq!(before, rows());
}

#[test]
fn flood_is_answered_with_429_and_retry_after() {
    let world = World::new();
    for _ in 0..12_000 {
        register(&world, "");
    }
    let reply = register(&world, "");
    assert_eq!(reply.status(), StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = reply.headers()["retry-after"]
        .to_str()
        .expect("ASCII")
        .parse()
        .expect("seconds");
    assert!((1..=60).contains(&wait));
}

#[test]
fn hostile_name_is_escaped_and_keeps_the_text_direction() {
    let world = World::with(&[("public_url", "https://mcp.example.com")]);
    let name = "<script>alert(1)</script>\u{202e}\"'&\u{0}\n";
    let client_id = world.register(name, &[CALLBACK]);
    let page = Browser::default().open(&world, &authorize(&client_id, &[]));
    let html = text(&page);
    assert_eq!(page.status(), StatusCode::OK);
    assert!(!html.contains("<script") && !html.contains('\u{202e}') && !html.contains('\0'));
    assert!(html.contains("script&#62;") || html.contains("script&gt;"));
    let long = world.register(&"x".repeat(10_000), &[CALLBACK]);
    assert!(
        text(&Browser::default().open(&world, &authorize(&long, &[])))
            .matches("xxxxxxxxx")
            .count()
            < 40
    );
}
