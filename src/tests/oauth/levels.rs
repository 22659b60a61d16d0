//! Access levels at the MCP endpoint, and families 9 and 13: revoked keys, and writes by a read-only connection.

use super::world::{World, json_of};
use crate::catalog::TOOLS;
use crate::web::reply::Reply;
use bytes::Bytes;
use http::{Request, StatusCode};
use openapi_tools::table::Scope;
use serde_json::{Value, json};

fn tool_names(world: &World, token: &str) -> Vec<String> {
    let list = json_of(&world.mcp(token, "tools/list", json!({})));
    let tools = list["result"]["tools"].as_array().expect("tools").clone();
    tools
        .iter()
        .map(|tool| tool["name"].as_str().expect("a name").to_owned())
        .collect()
}

fn call(world: &World, token: &str, name: &str) -> Reply {
    world.mcp(token, "tools/call", json!({"name": name, "arguments": {}}))
}

#[test]
fn read_only_connection_lists_only_read_tools() {
    let world = World::new();
    let (read, full) = (world.connect("read"), world.connect("full"));
    let expected: Vec<_> = TOOLS
        .iter()
        .filter(|tool| tool.facts.scope == Scope::Read)
        .map(|tool| tool.name.to_owned())
        .collect();
    assert!(!expected.is_empty() && expected.len() < TOOLS.len());
    assert_eq!(tool_names(&world, &read), expected);
    assert_eq!(
        tool_names(&world, &full).len(),
        TOOLS.len(),
        "the other connection has all tools"
    );
}

#[test]
fn write_by_a_read_only_connection_is_403_and_not_sent() {
    let world = World::new();
    let token = world.connect("read");
    let mut writes = 0;
    for tool in TOOLS.iter().filter(|tool| tool.facts.scope == Scope::Write) {
        let reply = call(&world, &token, tool.name);
        assert_eq!(reply.status(), StatusCode::FORBIDDEN, "{}", tool.name);
        assert_eq!(
            reply.headers()["www-authenticate"],
            "Bearer error=\"insufficient_scope\", scope=\"read write\", \
             resource_metadata=\"https://mcp.example.com/.well-known/oauth-protected-resource/api/ext/mcp\""
        );
        writes += 1;
    }
    assert!(writes > 0);
    let batch = json!([{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"tokportal_create_bundle"}}]);
    let request = Request::post("/api/ext/mcp")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .body(batch.to_string().into());
    assert_eq!(
        world.send(request.expect("a request")).status(),
        StatusCode::FORBIDDEN,
        "a batch is checked, too"
    );
    let sent = world.app.host.sent.borrow();
    assert!(
        sent.iter()
            .all(|request| !request.uri().path().starts_with("/api/ext/"))
    );
}

#[test]
fn read_makes_one_call_to_the_api() {
    let world = World::new();
    let token = world.connect("read");
    let before = world.app.host.sent.borrow().len();
    assert_eq!(
        call(&world, &token, "tokportal_get_credit_balance").status(),
        StatusCode::OK
    );
    assert_eq!(world.app.host.sent.borrow().len(), before + 1);
}

#[test]
fn revoked_key_is_401_on_calls_and_soon_on_lists() {
    let world = World::new();
    let token = world.connect("full");
    let initialize = || {
        world
            .mcp(
                &token,
                "initialize",
                json!({"protocolVersion": "2025-11-25"}),
            )
            .status()
    };
    let list = || world.mcp(&token, "tools/list", json!({})).status();
    assert_eq!((initialize(), list()), (StatusCode::OK, StatusCode::OK));
    world.portal.keys.borrow_mut().clear();
    assert_eq!(list(), StatusCode::OK, "cached for key_check_seconds");
    world.advance_clock(5);
    assert_eq!(
        (initialize(), list()),
        (StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED)
    );

    let token = world.connect("full");
    assert_eq!(
        world.mcp(&token, "tools/list", json!({})).status(),
        StatusCode::OK
    );
    world.portal.keys.borrow_mut().clear();
    let reply = call(&world, &token, "tokportal_get_credit_balance");
    assert_eq!(reply.status(), StatusCode::UNAUTHORIZED);
    let challenge = reply.headers()["www-authenticate"].to_str().expect("ASCII");
    assert!(
        challenge.contains("resource_metadata=") && challenge.contains("error=\"invalid_token\"")
    );
    assert_eq!(
        world.mcp(&token, "tools/list", json!({})).status(),
        StatusCode::UNAUTHORIZED,
        "the call has removed the key from the cache"
    );
}

#[test]
fn api_decides_while_the_portal_does_not_answer() {
    let world = World::new();
    let token = world.connect("read");
    world.portal.down.set(true);
    assert_eq!(tool_names(&world, &token).len(), TOOLS.len());
    let reply = call(&world, &token, "tokportal_get_credit_balance");
    assert_eq!(json_of(&reply)["result"]["isError"], Value::Bool(true));
}

#[test]
fn token_in_the_query_is_401() {
    let world = World::new();
    let token = world.connect("full");
    for parameter in ["access_token", "token", "api_key", "key"] {
        let request = Request::post(format!("/api/ext/mcp?{parameter}={token}"))
            .header("content-type", "application/json")
            .body(Bytes::from(r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#));
        assert_eq!(
            world.send(request.expect("a request")).status(),
            StatusCode::UNAUTHORIZED
        );
    }
}
