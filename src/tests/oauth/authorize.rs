//! `/authorize`, and families 1 to 3 there: addresses, PKCE, schemes. What is in doubt is never redirected to.

use crate::tests::oauth::world::{CALLBACK, ORIGIN, World, authorize, location, parameter, text};
use crate::web::reply::Reply;
use http::StatusCode;

fn page(reply: &Reply, words: &str) {
    assert!(reply.status().is_client_error(), "{}", reply.status());
    assert!(
        !reply.headers().contains_key("location") && !reply.headers().contains_key("set-cookie")
    );
    assert!(text(reply).contains(words), "{}", text(reply));
}

/// The error that the client is told, with `iss` and `state`.
fn told(reply: &Reply, error: &str) {
    assert_eq!(reply.status(), StatusCode::FOUND);
    let to = location(reply);
    assert!(to.starts_with("https://app.example/cb?"), "{to}");
    assert_eq!(parameter(&to, "error").as_deref(), Some(error));
    assert_eq!(parameter(&to, "iss").as_deref(), Some(ORIGIN));
    assert_eq!(parameter(&to, "state").as_deref(), Some("client state"));
    assert!(parameter(&to, "code").is_none());
    assert!(!reply.headers().contains_key("set-cookie"));
}

#[test]
fn a_request_in_order_goes_to_the_portal_and_changes_nothing() {
    let world = World::new();
    let client_id = world.register("App", &[CALLBACK]);
    world.get(&authorize(&client_id, &[]));
    let before = world.app.host.store.borrow().len();
    let reply = world.get(&authorize(&client_id, &[]));
    assert_eq!(reply.status(), StatusCode::FOUND);
    let to = location(&reply);
    assert!(to.starts_with("https://portal.example/authorize?"), "{to}");
    assert!(
        !to.contains("client+state") && !to.contains("app.example"),
        "the request travels sealed"
    );
    assert_eq!(reply.headers()["cache-control"], "no-store");
    assert_eq!(world.app.host.store.borrow().len(), before);
    assert!(world.portal.keys.borrow().is_empty());
}

#[test]
fn unknown_clients_see_a_page() {
    let world = World::new();
    let client_id = world.register("App", &[CALLBACK]);
    for unknown in [
        "nobody",
        "tpc1.x.y",
        &client_id[..client_id.len() - 1],
        "https://evil.example/client.json",
    ] {
        page(
            &world.get(&authorize(unknown, &[])),
            "We do not know this app",
        );
    }
    page(&world.get("/authorize"), "This link is incomplete");
    page(
        &world.get(&authorize(&client_id, &[("client_id", "")])),
        "This link is incomplete",
    );
    let twice = format!(
        "{}&redirect_uri=https://evil.example/",
        authorize(&client_id, &[])
    );
    page(&world.get(&twice), "This link is incomplete");
    let twice = format!("{}&client_id=x", authorize(&client_id, &[]));
    page(&world.get(&twice), "This link is incomplete");
}

#[test]
fn an_address_that_is_not_registered_is_never_redirected_to() {
    let world = World::new();
    let client_id = world.register("App", &[CALLBACK]);
    for narrowing in [
        "https://app.example/cb/",
        "https://app.example/c",
        "https://app.example/CB",
        "https://APP.example/cb",
        "https://app.example:443/cb",
        "https://user@app.example/cb",
        "https://app.example/cb#x",
        "https://app.example/cb?x=1",
        "https://evil.example/cb",
        "https://app.example.evil.example/cb",
        "http://app.example/cb",
        "javascript:alert(1)//https://app.example/cb",
        " https://app.example/cb",
        "//app.example/cb",
    ] {
        let broken = [("redirect_uri", narrowing), ("response_type", "token")];
        page(
            &world.get(&authorize(&client_id, &broken)),
            "We stopped this sign-in",
        );
    }
    let several = world.register("App", &[CALLBACK, "https://app.example/other"]);
    page(
        &world.get(&authorize(&several, &[("redirect_uri", "")])),
        "We stopped this sign-in",
    );
    let only = world.get(&authorize(&client_id, &[("redirect_uri", "")]));
    assert!(
        location(&only).starts_with("https://portal.example/"),
        "the only one is meant"
    );
}

#[test]
fn a_private_use_scheme_is_registered_but_not_redirected_to_unless_configured() {
    let callback = "cursor://anysphere.cursor-mcp/oauth/callback";
    let mut variables = vec![("public_url", ORIGIN)];
    let world = World::with(&variables);
    let client_id = world.register("Cursor", &[callback, CALLBACK]);
    let request = authorize(&client_id, &[("redirect_uri", callback)]);
    page(&world.get(&request), "We stopped this sign-in");
    variables.push(("custom_redirect_schemes", "cursor"));
    let world = World::with(&variables);
    let client_id = world.register("Cursor", &[callback, CALLBACK]);
    let reply = world.get(&authorize(&client_id, &[("redirect_uri", callback)]));
    assert_eq!(reply.status(), StatusCode::OK);
    let policy = reply.headers()["content-security-policy"]
        .to_str()
        .expect("ASCII");
    assert!(policy.contains("form-action 'self' cursor:;"), "{policy}");
}

#[test]
fn pkce_cannot_be_talked_down() {
    let world = World::new();
    let client_id = world.register("App", &[CALLBACK]);
    for changes in [
        [("code_challenge", ""), ("code_challenge_method", "")],
        [("code_challenge", ""), ("code_challenge_method", "S256")],
        [("code_challenge_method", ""), ("scope", "read")],
        [("code_challenge_method", "plain"), ("scope", "read")],
        [("code_challenge_method", "s256"), ("scope", "read")],
        [("code_challenge", "short"), ("scope", "read")],
        [
            (
                "code_challenge",
                "(not unreserved characters, however long it is)",
            ),
            ("scope", "read"),
        ],
    ] {
        told(
            &world.get(&authorize(&client_id, &changes)),
            "invalid_request",
        );
    }
}

#[test]
fn every_other_error_goes_to_the_client() {
    let world = World::new();
    let client_id = world.register("App", &[CALLBACK]);
    let ask = |name, value| world.get(&authorize(&client_id, &[(name, value)]));
    told(&ask("response_type", ""), "invalid_request");
    told(&ask("response_type", "token"), "unsupported_response_type");
    told(&ask("response_mode", "fragment"), "invalid_request");
    told(&ask("scope", "read admin"), "invalid_scope");
    for resource in [
        "https://mcp.example.com",
        "https://mcp.example.com/api/ext",
        "https://evil.example/api/ext/mcp",
        "http://mcp.example.com/api/ext/mcp",
        "https://mcp.example.com:8443/api/ext/mcp",
        "https://x@mcp.example.com/api/ext/mcp",
        "https://mcp.example.com/api/ext/mcp#x",
        "https://mcp.example.com/api/ext/mcp?toolsets=nothing",
        "https://mcp.example.com/api/ext/mcp?readonly=perhaps",
        "mcp",
    ] {
        told(&ask("resource", resource), "invalid_target");
    }
    told(
        &world.get(&format!("{}&scope=read", authorize(&client_id, &[]))),
        "invalid_request",
    );
    told(
        &world.get(&format!(
            "{}&resource=https://mcp.example.com/api/ext/mcp?readonly=1",
            authorize(&client_id, &[])
        )),
        "invalid_target",
    );
    let long = "x".repeat(5_000);
    let reply = ask("state", &long);
    assert_eq!(
        parameter(&location(&reply), "error").as_deref(),
        Some("invalid_request")
    );
    assert_eq!(parameter(&location(&reply), "state"), None);
}

#[test]
fn what_may_be_left_out_or_added() {
    let world = World::new();
    let client_id = world.register("App", &[CALLBACK]);
    for changes in [
        [("resource", ""), ("scope", "")],
        [
            ("resource", "https://mcp.example.com/api/ext/mcp/"),
            ("scope", "read"),
        ],
        [
            ("resource", "https://mcp.example.com/api/ext/mcp?readonly=1"),
            ("state", ""),
        ],
        [
            (
                "resource",
                "https://mcp.example.com/api/ext/mcp?x=1&toolsets=videos,bundles",
            ),
            ("unknown", "x"),
        ],
        [("unknown", "x"), ("scope", "write read")],
    ] {
        let to = location(&world.get(&authorize(&client_id, &changes)));
        assert!(to.starts_with("https://portal.example/"), "{to}");
    }
}

#[test]
fn a_portal_that_does_not_answer_is_told_to_the_client() {
    let world = World::new();
    let client_id = world.register("App", &[CALLBACK]);
    world.portal.down.set(true);
    let to = location(&world.get(&authorize(&client_id, &[])));
    assert_eq!(
        parameter(&to, "error").as_deref(),
        Some("temporarily_unavailable")
    );
    world.portal.down.set(false);
    let to = location(&world.get(&authorize(&client_id, &[])));
    assert!(
        to.starts_with("https://portal.example/"),
        "errors are not remembered"
    );
}

#[test]
fn a_flood_of_sign_ins_sees_a_page() {
    let world = World::new();
    for _ in 0..6_000 {
        world.get("/authorize");
    }
    let reply = world.get("/authorize");
    assert_eq!(reply.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(reply.headers().contains_key("retry-after"));
}
