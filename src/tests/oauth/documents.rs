//! Clients with a metadata document, from `/authorize` to the key. What the metadata announces is what works.

use super::portal::ISSUER;
use super::world::{
    Browser, CALLBACK, ORIGIN, World, authorize, json_of, location, parameter, text, token_request,
};
use crate::host::HttpError;
use crate::testing::{FakeHost, connector};
use bytes::Bytes;
use http::{Request, StatusCode};
use serde_json::json;

const CHATGPT: &str = "https://chatgpt.com/oauth/6f1d/client.json";
const CHATGPT_CALLBACK: &str = "https://chatgpt.com/connector/oauth/6f1d";
const COPILOT: &str = "https://github.com/copilot/cli/client-metadata.json";

fn world_with(hosts: &str) -> World {
    let world = World::with(&[
        ("public_url", ORIGIN),
        ("portal_issuer", ISSUER),
        ("portal_keys_url", "https://portal.example/api/keys"),
        ("client_metadata_hosts", hosts),
    ]);
    let documents = [
        (CHATGPT, "ChatGPT", CHATGPT_CALLBACK),
        (COPILOT, "GitHub Copilot CLI", "http://127.0.0.1/callback"),
        ("https://app.example/client.json", "App", CALLBACK),
    ];
    for (id, name, callback) in documents {
        let document = json!({
            "client_id": id, "client_name": name, "redirect_uris": [callback],
            "token_endpoint_auth_method": "none",
        });
        world
            .documents
            .borrow_mut()
            .insert(id.to_owned(), document.to_string());
    }
    world
}

/// Connects a client without registration. Returns the token and the consent page.
fn connect(world: &World, id: &str, callback: &str) -> (String, String) {
    let mut browser = Browser::default();
    let request = authorize(id, &[("redirect_uri", callback)]);
    let to_portal = location(&browser.get(world, &request));
    let page = browser.open(world, &world.portal.sign_in(&to_portal));
    let reply = browser.decide(world, &page, "full", "authorize");
    let code = parameter(&location(&reply), "code").expect("a code");
    let mut request = token_request(id, &code);
    request.retain(|(name, _)| *name != "redirect_uri");
    request.push(("redirect_uri", callback));
    let answer = json_of(&world.post("/token", &request));
    let token = answer["access_token"].as_str();
    (token.unwrap_or_default().to_owned(), text(&page))
}

#[test]
fn client_with_a_document_of_its_own_connects_unregistered() {
    let world = world_with("");
    for (id, callback, host) in [
        (CHATGPT, CHATGPT_CALLBACK, "chatgpt.com"),
        (COPILOT, "http://127.0.0.1:40123/callback", "github.com"),
    ] {
        let (token, page) = connect(&world, id, callback);
        assert_eq!(token, world.portal.minted());
        assert!(page.contains(host), "{page}");
        world.portal.keys.borrow_mut().clear();
    }
    assert_eq!(
        *world.portal.names.borrow(),
        [
            "ChatGPT (MCP connector)",
            "GitHub Copilot CLI (MCP connector)"
        ]
    );
}

/// Hosts that see `true` never register, so `true` must mean that the document of any of them is fetched.
#[test]
fn announced_support_is_what_authorize_accepts() {
    for (hosts, announced) in [("", true), ("app.example", false)] {
        let world = world_with(hosts);
        let metadata = json_of(&world.get("/.well-known/oauth-authorization-server"));
        assert_eq!(metadata["client_id_metadata_document_supported"], announced);
        let accepts = |id, callback| {
            let reply = world.get(&authorize(id, &[("redirect_uri", callback)]));
            reply.status() == StatusCode::FOUND
        };
        assert_eq!(accepts(CHATGPT, CHATGPT_CALLBACK), announced);
        assert_eq!(accepts(COPILOT, "http://127.0.0.1/callback"), announced);
        assert!(accepts("https://app.example/client.json", CALLBACK));
        assert!(accepts(
            "https://claude.ai/oauth/mcp-oauth-client-metadata",
            "https://claude.ai/api/mcp/auth_callback"
        ));
        let registered = world.register("App", &[CALLBACK]);
        assert!(accepts(&registered, CALLBACK));
    }
}

/// Neither the document nor the client is fetched again for a client without keys.
#[test]
fn token_endpoint_fetches_no_document_of_a_client_without_keys() {
    let world = world_with("");
    connect(&world, CHATGPT, CHATGPT_CALLBACK);
    let sent = world.app.host.sent.borrow();
    let fetched = sent.iter().filter(|sent| *sent.uri() == CHATGPT).count();
    assert_eq!(fetched, 1);
}

/// Each page says what went wrong, and the log names the host.
#[test]
fn pages_distinguish_unknown_unavailable_invalid_and_forbidden() {
    let invalid = "https://app.example/invalid.json";
    let world = world_with("");
    let documents = &world.documents;
    let other = documents.borrow()[COPILOT].clone();
    documents.borrow_mut().insert(invalid.to_owned(), other);
    for (id, status, expected) in [
        (
            "https://localhost/client.json",
            400,
            "We do not know this app",
        ),
        (
            "https://app.example/missing.json",
            400,
            "We could not check this app",
        ),
        (invalid, 400, "This app describes itself incorrectly"),
    ] {
        let reply = world.get(&authorize(id, &[]));
        assert_eq!(reply.status(), status, "{id}");
        assert!(text(&reply).contains(expected), "{}", text(&reply));
        assert!(!reply.headers().contains_key("location"));
    }
    let log = world.app.host.log.borrow().concat();
    assert_eq!(log.matches(r#""host":"app.example""#).count(), 2, "{log}");

    let host = FakeHost::answering(|_| Err(HttpError::Forbidden));
    let app = connector(host, &[("public_url", ORIGIN)]);
    let request = Request::get(authorize("https://blocked.example/client.json", &[]));
    let request = request.body(Bytes::new()).expect("a request");
    let reply = pollster::block_on(app.handle(request));
    assert_eq!(reply.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(text(&reply).contains("This connector is not allowed to check this app"));
    let log = app.host.log.borrow().concat();
    assert!(log.contains(r#""host":"blocked.example""#), "{log}");
}
