//! Discovery, and family 15: forged host headers do not change the metadata.

use super::world::{ORIGIN, World, json_of};
use crate::testing::assert_allows_protocol_headers;
use bytes::Bytes;
use http::{Request, StatusCode};
use serde_json::json;

const PATHS: [&str; 5] = [
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-protected-resource/api/ext/mcp",
    "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-authorization-server/api/ext/mcp",
    "/api/ext/mcp/.well-known/oauth-authorization-server",
];

#[test]
fn metadata_is_at_every_path_that_clients_try() {
    let world = World::new();
    for path in PATHS {
        let reply = world.get(path);
        assert_eq!(reply.status(), StatusCode::OK, "{path}");
        assert_eq!(reply.headers()["access-control-allow-origin"], "*");
        let document = json_of(&reply);
        let (member, expected) = if path.contains("protected-resource") {
            ("resource", "https://mcp.example.com/api/ext/mcp")
        } else {
            ("issuer", ORIGIN)
        };
        assert_eq!(document[member], expected, "{path}");
    }
    assert_eq!(
        world.get("/.well-known/other").status(),
        StatusCode::NOT_FOUND
    );
}

/// A client that looks for an OpenID provider first goes on to RFC 8414 after a 404. A document without the members
/// that OpenID Connect Discovery requires would stop it.
#[test]
fn openid_configuration_is_404_that_browsers_can_read() {
    let world = World::new();
    for path in [
        "/.well-known/openid-configuration",
        "/.well-known/openid-configuration/api/ext/mcp",
        "/api/ext/mcp/.well-known/openid-configuration",
    ] {
        let reply = world.get(path);
        assert_eq!(reply.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(reply.headers()["access-control-allow-origin"], "*");
    }
}

/// Some clients compare `resource` as text with the address that the person entered.
#[test]
fn resource_with_a_slash_at_the_end_has_metadata_with_the_slash() {
    let world = World::new();
    for query in ["", "?readonly=1", "?mode=compact&toolsets=bundles"] {
        let resource = format!("https://mcp.example.com/api/ext/mcp/{query}");
        let request = Request::post(format!("/api/ext/mcp/{query}")).body(Bytes::new());
        let reply = world.send(request.expect("a request"));
        assert_eq!(reply.status(), StatusCode::UNAUTHORIZED);
        let challenge = reply.headers()["www-authenticate"].to_str().expect("ASCII");
        let metadata = format!("/.well-known/oauth-protected-resource/api/ext/mcp/{query}");
        assert!(
            challenge.contains(&format!("resource_metadata=\"{ORIGIN}{metadata}\"")),
            "{challenge}"
        );
        assert_eq!(json_of(&world.get(&metadata))["resource"], resource);
    }
}

#[test]
fn metadata_describes_the_authorization_server() {
    let world = World::new();
    let document = json_of(&world.get("/.well-known/oauth-authorization-server"));
    for (member, expected) in [
        (
            "authorization_endpoint",
            json!("https://mcp.example.com/authorize"),
        ),
        ("token_endpoint", json!("https://mcp.example.com/token")),
        (
            "registration_endpoint",
            json!("https://mcp.example.com/register"),
        ),
        (
            "revocation_endpoint",
            json!("https://mcp.example.com/revoke"),
        ),
        ("response_types_supported", json!(["code"])),
        ("grant_types_supported", json!(["authorization_code"])),
        ("code_challenge_methods_supported", json!(["S256"])),
        (
            "token_endpoint_auth_methods_supported",
            json!([
                "none",
                "client_secret_post",
                "client_secret_basic",
                "private_key_jwt"
            ]),
        ),
        (
            "authorization_response_iss_parameter_supported",
            json!(true),
        ),
        ("client_id_metadata_document_supported", json!(true)),
        (
            "token_endpoint_auth_signing_alg_values_supported",
            json!(["ES256", "ES384", "EdDSA", "PS256", "RS256"]),
        ),
        ("scopes_supported", json!(["read", "write"])),
    ] {
        assert_eq!(document[member], expected, "{member}");
    }
    let resource = json_of(&world.get("/.well-known/oauth-protected-resource"));
    assert_eq!(resource["authorization_servers"], json!([ORIGIN]));
}

#[test]
fn forged_host_headers_change_no_url() {
    let world = World::new();
    for path in PATHS {
        let expected = world.get(path);
        let forged = Request::get(path)
            .header("host", "evil.example")
            .header("x-forwarded-host", "evil.example")
            .header("x-forwarded-proto", "http")
            .header("x-forwarded-for", "evil.example")
            .header("forwarded", "host=evil.example;proto=http")
            .header("spin-full-url", "https://evil.example/")
            .body(Bytes::new());
        let forged = world.send(forged.expect("a request"));
        assert_eq!(forged.body(), expected.body(), "{path}");
        assert_eq!(forged.headers(), expected.headers(), "{path}");
    }
}

#[test]
fn challenge_has_the_url_of_the_resource_metadata() {
    let world = World::new();
    let reply = world.send(
        Request::post("/api/ext/mcp")
            .body(Bytes::new())
            .expect("a request"),
    );
    assert_eq!(reply.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(
        reply.headers()["www-authenticate"],
        "Bearer resource_metadata=\"https://mcp.example.com/.well-known/oauth-protected-resource/api/ext/mcp\", \
         scope=\"read write\""
    );
}

#[test]
fn cors_is_allowed_for_clients_and_not_for_pages() {
    let world = World::new();
    let options = |path: &str| {
        let request = Request::options(path)
            .header("origin", "https://app.example")
            .body(Bytes::new());
        world.send(request.expect("a request"))
    };
    for path in [
        "/register",
        "/token",
        "/revoke",
        "/.well-known/oauth-authorization-server",
    ] {
        let reply = options(path);
        assert_eq!(reply.status(), StatusCode::NO_CONTENT, "{path}");
        assert_eq!(reply.headers()["access-control-allow-origin"], "*");
        assert!(
            !reply
                .headers()
                .contains_key("access-control-allow-credentials")
        );
        assert_allows_protocol_headers(&reply);
    }
    for path in [
        "/authorize",
        "/connect/callback",
        "/connect/consent",
        "/connect/sign-in",
        "/connect/switch",
    ] {
        for reply in [options(path), world.get(path)] {
            assert!(
                !reply
                    .headers()
                    .keys()
                    .any(|name| name.as_str().starts_with("access-control")),
                "{path}"
            );
        }
    }
}

#[test]
fn wrong_method_is_405_with_the_allowed_ones() {
    let world = World::new();
    for (path, allow) in [
        ("/register", "POST"),
        ("/token", "POST"),
        ("/revoke", "POST"),
    ] {
        let reply = world.get(path);
        assert_eq!(
            (reply.status(), &reply.headers()["allow"]),
            (
                StatusCode::METHOD_NOT_ALLOWED,
                &allow.parse().expect("a header")
            )
        );
    }
    let posted = world.post("/authorize", &[]);
    assert_eq!(posted.headers()["allow"], "GET, HEAD");
    let put = Request::put("/connect/consent").body(Bytes::new());
    let put = world.send(put.expect("a request"));
    assert_eq!(put.headers()["allow"], "GET, HEAD, POST");
}
