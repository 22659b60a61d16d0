//! `/authorize`, and families 1 to 3: redirect URIs, PKCE and schemes. An unverified redirect URI is never used.

use super::world::{Browser, CALLBACK, ORIGIN, World, authorize, location, parameter, text};
use crate::web::reply::Reply;
use http::StatusCode;

/// The reply is an error page with this text, and no redirect.
fn assert_error_page(reply: &Reply, expected: &str) {
    assert!(reply.status().is_client_error(), "{}", reply.status());
    assert!(
        !reply.headers().contains_key("location") && !reply.headers().contains_key("set-cookie")
    );
    assert!(text(reply).contains(expected), "{}", text(reply));
}

/// The reply redirects this error to the client, with `iss` and `state`.
fn assert_redirected_error(reply: &Reply, error: &str) {
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
fn valid_request_is_sent_to_the_portal_without_effect() {
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
fn unknown_client_is_an_error_page() {
    let world = World::new();
    let client_id = world.register("App", &[CALLBACK]);
    for unknown in [
        "nobody",
        "tpc1.x.y",
        &client_id[..client_id.len() - 1],
        "https://localhost/client.json",
    ] {
        assert_error_page(
            &world.get(&authorize(unknown, &[])),
            "We do not know this app",
        );
    }
    assert_error_page(&world.get("/authorize"), "This link is incomplete");
    assert_error_page(
        &world.get(&authorize(&client_id, &[("client_id", "")])),
        "This link is incomplete",
    );
    let twice = format!(
        "{}&redirect_uri=https://evil.example/",
        authorize(&client_id, &[])
    );
    assert_error_page(&world.get(&twice), "This link is incomplete");
    let twice = format!("{}&client_id=x", authorize(&client_id, &[]));
    assert_error_page(&world.get(&twice), "This link is incomplete");
}

#[test]
fn unregistered_redirect_uri_is_an_error_page() {
    let world = World::new();
    let client_id = world.register("App", &[CALLBACK]);
    for redirect_uri in [
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
        let changes = [("redirect_uri", redirect_uri), ("response_type", "token")];
        assert_error_page(
            &world.get(&authorize(&client_id, &changes)),
            "We stopped this sign-in",
        );
    }
    let several = world.register("App", &[CALLBACK, "https://app.example/other"]);
    assert_error_page(
        &world.get(&authorize(&several, &[("redirect_uri", "")])),
        "We stopped this sign-in",
    );
    let without = world.get(&authorize(&client_id, &[("redirect_uri", "")]));
    assert!(
        location(&without).starts_with("https://portal.example/"),
        "the only registered one is used"
    );
}

#[test]
fn scheme_of_a_well_known_app_is_redirected_to_by_default() {
    let callback = "cursor://anysphere.cursor-mcp/oauth/callback";
    let world = World::with(&[("public_url", ORIGIN)]);
    let client_id = world.register("Cursor", &[callback, CALLBACK]);
    let request = authorize(&client_id, &[("redirect_uri", callback)]);
    let reply = Browser::default().open(&world, &request);
    assert_eq!(reply.status(), StatusCode::OK);
}

/// A client may have registered while the scheme was configured. The page says what is wrong, and accuses no person.
#[test]
fn scheme_that_is_no_longer_configured_is_an_error_page() {
    let callback = "example://oauth/callback";
    let secret = ("sealing_secret", "a sealing secret of 32 characters");
    let public = ("public_url", ORIGIN);
    let before = World::with(&[public, secret, ("custom_redirect_schemes", "example")]);
    let client_id = before.register("App", &[callback, CALLBACK]);
    let request = authorize(&client_id, &[("redirect_uri", callback)]);
    assert_eq!(before.get(&request).status(), StatusCode::SEE_OTHER);
    let after = World::with(&[public, secret]);
    let page = after.get(&request);
    assert_error_page(&page, "This app cannot be opened from here");
    assert!(!text(&page).contains("your account"), "{}", text(&page));
}

#[test]
fn request_without_pkce_s256_is_invalid() {
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
        assert_redirected_error(
            &world.get(&authorize(&client_id, &changes)),
            "invalid_request",
        );
    }
}

#[test]
fn other_error_is_redirected_to_the_client() {
    let world = World::new();
    let client_id = world.register("App", &[CALLBACK]);
    let ask = |name, value| world.get(&authorize(&client_id, &[(name, value)]));
    assert_redirected_error(&ask("response_type", ""), "invalid_request");
    assert_redirected_error(&ask("response_type", "token"), "unsupported_response_type");
    assert_redirected_error(&ask("response_mode", "fragment"), "invalid_request");
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
        assert_redirected_error(&ask("resource", resource), "invalid_target");
    }
    assert_redirected_error(
        &world.get(&format!("{}&scope=read", authorize(&client_id, &[]))),
        "invalid_request",
    );
    assert_redirected_error(
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
fn optional_and_unknown_parameters_are_accepted() {
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
        [("unknown", ""), ("scope", "read write offline_access")],
        [("response_mode", ""), ("scope", "openid profile email")],
    ] {
        let to = location(&world.get(&authorize(&client_id, &changes)));
        assert!(to.starts_with("https://portal.example/"), "{to}");
    }
}

#[test]
fn empty_parameter_counts_as_absent_even_if_it_is_repeated() {
    let world = World::new();
    let client_id = world.register("App", &[CALLBACK]);
    let valid = authorize(&client_id, &[]);
    for more in [
        "resource=",
        "state=&scope=",
        "redirect_uri=",
        "client_id=",
        "prompt=",
    ] {
        let to = location(&world.get(&format!("{valid}&{more}")));
        assert!(to.starts_with("https://portal.example/"), "{more}: {to}");
    }
}

#[test]
fn portal_outage_is_redirected_to_the_client() {
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
        "the failure is not cached"
    );
}

#[test]
fn flood_is_answered_with_a_429_page() {
    let world = World::new();
    for _ in 0..6_000 {
        world.get("/authorize");
    }
    let reply = world.get("/authorize");
    assert_eq!(reply.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(reply.headers().contains_key("retry-after"));
}
