//! Narrowed URLs as resources of their own (RFC 8707, RFC 9728): metadata, challenges, codes, tokens, levels.

use super::api_key;
use super::world::{
    Browser, CALLBACK, World, authorize, json_of, location, parameter, text, token_request,
};
use crate::web::reply::Reply;
use bytes::Bytes;
use http::{Request, StatusCode};
use serde_json::{Value, json};

pub(super) const PATH: &str = "/api/ext/mcp";
pub(super) const BASE: &str = "https://mcp.example.com/api/ext/mcp";

fn resource_url(query: &str) -> String {
    format!("{BASE}?{query}")
}

fn redeem(world: &World, client_id: &str, code: &str, resource: &str) -> Reply {
    let mut request = token_request(client_id, code);
    request.retain(|(name, _)| *name != "resource");
    if !resource.is_empty() {
        request.push(("resource", resource));
    }
    world.post("/token", &request)
}

fn approve(world: &World, resource: &str, level: &str) -> (String, String) {
    let client_id = world.register("App", &[CALLBACK]);
    let mut browser = Browser::default();
    let page = world.consent_page_for(&mut browser, &client_id, resource);
    let reply = browser.decide(world, &page, level, "authorize");
    let code = parameter(&location(&reply), "code").expect("a code");
    (client_id, code)
}

pub(super) fn connect(world: &World, resource: &str, level: &str) -> (String, String) {
    let (client_id, code) = approve(world, resource, level);
    let answer = json_of(&redeem(world, &client_id, &code, resource));
    let member = |name: &str| answer[name].as_str().expect(name).to_owned();
    (member("access_token"), member("scope"))
}

#[test]
fn metadata_has_the_resource_as_the_client_wrote_it() {
    let world = World::new();
    for base in [
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource/api/ext/mcp",
        "/api/ext/mcp/.well-known/oauth-protected-resource",
    ] {
        for (query, resource) in [
            (
                "toolsets=bundles,analytics",
                resource_url("toolsets=bundles,analytics"),
            ),
            (
                "readonly=true&toolsets=bundles%2Canalytics",
                resource_url("readonly=true&toolsets=bundles%2Canalytics"),
            ),
            ("readonly=0", resource_url("readonly=0")),
            ("utm=1&readonly=1", resource_url("readonly=1")),
            ("utm=1", BASE.to_owned()),
        ] {
            let reply = world.get(&format!("{base}?{query}"));
            assert_eq!(reply.status(), StatusCode::OK, "{base}?{query}");
            assert_eq!(json_of(&reply)["resource"], json!(resource));
        }
        let reply = world.get(&format!("{base}?toolsets=bundels"));
        assert_eq!(reply.status(), StatusCode::NOT_FOUND);
        assert!(text(&reply).contains("of account-setup, accounts, "));
    }
    let scopes = |query| {
        let path = format!("/.well-known/oauth-protected-resource{PATH}?{query}");
        json_of(&world.get(&path))["scopes_supported"].clone()
    };
    assert_eq!(scopes("toolsets=credits"), json!(["read", "write"]));
    assert_eq!(scopes("readonly=1"), json!(["read"]));
}

#[test]
fn challenge_has_the_metadata_url_of_the_resource() {
    let world = World::new();
    for (query, expected, scope) in [
        (
            "toolsets=bundles,analytics",
            "?toolsets=bundles,analytics",
            "read write",
        ),
        (
            "a=%22&toolsets=%62undles&readonly=1&b",
            "?toolsets=%62undles&readonly=1",
            "read",
        ),
        ("a=1", "", "read write"),
    ] {
        let request = Request::post(format!("{PATH}?{query}")).body(Bytes::new());
        let reply = world.send(request.expect("a request"));
        assert_eq!(reply.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(
            reply.headers()["www-authenticate"],
            format!(
                "Bearer resource_metadata=\"https://mcp.example.com/.well-known/oauth-protected-resource{PATH}{expected}\", \
                 scope=\"{scope}\""
            )
        );
    }
}

#[test]
fn invalid_narrowing_is_refused_without_a_challenge() {
    let world = World::new();
    for query in [
        "toolsets=bundels",
        "toolsets=",
        "readonly=yes",
        "readonly=1&readonly=1",
    ] {
        let request = Request::post(format!("{PATH}?{query}")).body(Bytes::new());
        let reply = world.send(request.expect("a request"));
        assert_eq!(reply.status(), StatusCode::BAD_REQUEST, "{query}");
        assert!(!reply.headers().contains_key("www-authenticate"));
        let body = json_of(&reply);
        assert_eq!(
            (&body["id"], &body["error"]["code"]),
            (&Value::Null, &json!(-32600))
        );
        let parameter = query.split('=').next().expect("a name");
        let message = body["error"]["message"].as_str().expect("a message");
        assert!(
            message.contains(parameter) || message.contains("There is no toolset"),
            "{message}"
        );
    }
}

#[test]
fn code_is_valid_only_for_its_resource() {
    let issued = resource_url("toolsets=bundles,analytics");
    for (resource, granted) in [
        (issued.as_str(), true),
        (&resource_url("toolsets=analytics,bundles&x=1"), true),
        ("", true),
        (BASE, false),
        (&resource_url("toolsets=bundles"), false),
        (
            &resource_url("toolsets=analytics,bundles&readonly=1"),
            false,
        ),
    ] {
        let world = World::new();
        let (client_id, code) = approve(&world, &issued, "read");
        let reply = redeem(&world, &client_id, &code, resource);
        if granted {
            assert_eq!(reply.status(), StatusCode::OK, "{resource}");
        } else {
            assert_eq!(json_of(&reply)["error"], "invalid_grant", "{resource}");
        }
    }
    let world = World::new();
    let (client_id, code) = approve(&world, &issued, "read");
    let reply = redeem(&world, &client_id, &code, &resource_url("toolsets=bundels"));
    assert_eq!(json_of(&reply)["error"], "invalid_target");
}

#[test]
fn read_only_resource_offers_and_mints_only_read() {
    let world = World::new();
    let client_id = world.register("App", &[CALLBACK]);
    let resource = resource_url("toolsets=bundles&readonly=1");
    let page = text(&world.consent_page_for(&mut Browser::default(), &client_id, &resource));
    assert!(page.contains("id=\"level-read\"") && page.contains(" checked>"));
    assert!(page.contains("has readonly=1.") && !page.contains("value=\"full\""));
    let plain = text(&world.consent_page(&mut Browser::default(), &client_id));
    assert!(plain.contains("value=\"full\"") && !plain.contains("readonly=1"));

    // A form that was changed to ask for the other level.
    let (token, scope) = connect(&world, &resource, "full");
    assert_eq!(scope, "read");
    assert_eq!(world.portal.keys.borrow()[&token], "read");
}

#[test]
fn sealed_token_is_valid_only_for_its_resource() {
    let world = api_key::world();
    let issue = |resource: &str, level: &str| {
        let client_id = world.register("App", &[CALLBACK]);
        let mut browser = Browser::default();
        let page = browser.open(&world, &authorize(&client_id, &[("resource", resource)]));
        let reply = api_key::post_key(&world, &mut browser, &page, &api_key::pasted_key(), level);
        let code = parameter(&location(&reply), "code").expect("a code");
        let answer = json_of(&redeem(&world, &client_id, &code, resource));
        answer["access_token"].as_str().expect("a token").to_owned()
    };
    let status = |query: &str, token: &str| {
        world
            .mcp_at(&format!("{PATH}?{query}"), token, "ping", json!({}))
            .status()
    };
    let narrowed = issue(&resource_url("toolsets=bundles&readonly=1"), "full");
    assert_eq!(
        status("readonly=true&toolsets=bundles", &narrowed),
        StatusCode::OK
    );
    for other in [
        "",
        "toolsets=bundles",
        "readonly=1",
        "toolsets=bundles,credits&readonly=1",
    ] {
        assert_eq!(
            status(other, &narrowed),
            StatusCode::UNAUTHORIZED,
            "{other}"
        );
    }
    let wide = issue(BASE, "full");
    assert_eq!(status("", &wide), StatusCode::OK);
    assert_eq!(status("toolsets=bundles", &wide), StatusCode::UNAUTHORIZED);
    let unnamed = issue("", "full");
    assert_eq!(
        status("toolsets=bundles", &unnamed),
        StatusCode::OK,
        "an older client, which names no resource"
    );
}
