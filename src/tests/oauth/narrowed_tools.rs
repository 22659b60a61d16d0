//! Narrowed resources at the MCP endpoint: the tools that they list, and calls of the other tools.

use super::narrowed::{BASE, PATH, connect};
use super::world::{World, json_of};
use crate::catalog::TOOLS;
use crate::web::reply::Reply;
use http::StatusCode;
use openapi_tools::table::Scope;
use serde_json::{Value, json};

fn tools(world: &World, query: &str, token: &str) -> Vec<String> {
    let path = format!("{PATH}?{query}");
    let list = json_of(&world.mcp_at(&path, token, "tools/list", json!({})));
    let tools = list["result"]["tools"].as_array().expect("tools");
    tools
        .iter()
        .map(|tool| tool["name"].as_str().expect("a name").to_owned())
        .collect()
}

fn call(world: &World, query: &str, token: &str, name: &str) -> Reply {
    let path = format!("{PATH}?{query}");
    world.mcp_at(
        &path,
        token,
        "tools/call",
        json!({"name": name, "arguments": {}}),
    )
}

#[test]
fn list_has_the_tools_of_both_resource_and_key() {
    let world = World::new();
    let expected = |shown: fn(&str, Scope) -> bool| -> Vec<String> {
        let shown = TOOLS
            .iter()
            .filter(|tool| shown(tool.toolset, tool.facts.scope));
        shown.map(|tool| tool.name.to_owned()).collect()
    };
    let (full, _) = connect(&world, BASE, "full");
    let (read, _) = connect(&world, BASE, "read");
    let bundles = expected(|toolset, _| toolset == "bundles");
    let reads = expected(|toolset, scope| toolset == "bundles" && scope == Scope::Read);
    assert!(!reads.is_empty() && reads.len() < bundles.len());
    for (query, token, tools_expected) in [
        ("toolsets=bundles", &full, &bundles),
        ("toolsets=bundles", &read, &reads),
        ("toolsets=bundles&readonly=1", &full, &reads),
        ("toolsets=bundles&readonly=1", &read, &reads),
        (
            "readonly=1",
            &full,
            &expected(|_, scope| scope == Scope::Read),
        ),
    ] {
        assert_eq!(&tools(&world, query, token), tools_expected, "{query}");
    }
}

#[test]
fn tool_of_another_toolset_is_an_error_with_a_remedy() {
    let world = World::new();
    let (token, _) = connect(&world, BASE, "read");
    let before = world.app.host.sent.borrow().len();
    for name in [
        "tokportal_get_credit_balance",
        "tokportal_create_webhook_endpoint",
    ] {
        let reply = call(
            &world,
            "toolsets=bundles,analytics&readonly=1",
            &token,
            name,
        );
        assert_eq!(
            reply.status(),
            StatusCode::OK,
            "a 403 would make the client sign in again"
        );
        let error = json_of(&reply)["error"].clone();
        assert_eq!(error["code"], -32602);
        let message = error["message"].as_str().expect("a message");
        assert!(
            message.contains("narrowed to toolsets=analytics,bundles. To use it, add "),
            "{message}"
        );
    }
    let sent = world.app.host.sent.borrow();
    let api = sent[before..]
        .iter()
        .filter(|sent| sent.uri().path().starts_with("/api/ext/"));
    assert_eq!(api.count(), 0);
}

#[test]
fn write_at_a_read_only_resource_asks_for_no_scope() {
    let world = World::new();
    for level in ["full", "read"] {
        let (token, _) = connect(&world, BASE, level);
        for tool in TOOLS.iter().filter(|tool| tool.facts.scope == Scope::Write) {
            let reply = call(&world, "readonly=1", &token, tool.name);
            assert_eq!(reply.status(), StatusCode::OK, "{}", tool.name);
            let result = json_of(&reply)["result"].clone();
            assert_eq!(result["isError"], true);
            let error = &result["structuredContent"]["error"];
            assert_eq!(error["code"], "READ_ONLY_ADDRESS");
            assert!(
                error["hint"]
                    .as_str()
                    .is_some_and(|hint| hint.contains("readonly=1"))
            );
        }
    }
    let sent = world.app.host.sent.borrow();
    assert!(
        sent.iter()
            .all(|sent| !sent.uri().path().starts_with("/api/ext/"))
    );
}

#[test]
fn revoked_key_is_401_at_a_narrowed_resource() {
    let world = World::new();
    let (token, _) = connect(&world, BASE, "full");
    world.portal.keys.borrow_mut().clear();
    let reply = call(
        &world,
        "toolsets=bundles",
        &token,
        "tokportal_get_credit_balance",
    );
    assert_eq!(
        reply.status(),
        StatusCode::UNAUTHORIZED,
        "also for a tool that is not shown"
    );
    let challenge = reply.headers()["www-authenticate"].to_str().expect("ASCII");
    assert!(challenge.contains("/mcp?toolsets=bundles\""), "{challenge}");
}

#[test]
fn instructions_name_the_narrowing() {
    let world = World::new();
    let (token, _) = connect(&world, BASE, "full");
    let instructions = |query: &str| {
        let path = format!("{PATH}?{query}");
        let params = json!({"protocolVersion": "2025-11-25"});
        let answer = json_of(&world.mcp_at(&path, &token, "initialize", params));
        answer["result"]["instructions"]
            .as_str()
            .expect("text")
            .to_owned()
    };
    let plain = instructions("x=1");
    let appended = |query| {
        instructions(query)
            .strip_prefix(&plain)
            .map(|text| text.trim().to_owned())
    };
    assert_eq!(
        appended("readonly=1&toolsets=credits,bundles").as_deref(),
        Some(
            "The address of this connection shows only the toolsets bundles, credits and tools that read, so tools named \
             here may be missing."
        )
    );
    assert_eq!(appended("readonly=0").as_deref(), Some(""));
    let read_only = appended("mode=compact&readonly=1").expect("text");
    assert!(
        !read_only.contains("call_write_tool") && read_only.contains("tools that read"),
        "{read_only}"
    );
    let compact = appended("mode=compact").expect("text");
    assert!(compact.contains("tokportal_call_write_tool"), "{compact}");
}

#[test]
fn read_only_key_uses_only_read_tools_in_compact_mode() {
    let world = World::new();
    let (full, _) = connect(&world, BASE, "full");
    let (read, _) = connect(&world, BASE, "read");
    let compact = "mode=compact";
    assert_eq!(tools(&world, compact, &full).len(), 4);
    let listed = tools(&world, compact, &read);
    assert_eq!(listed.len(), 3);
    assert!(!listed.contains(&"tokportal_call_write_tool".to_owned()));

    let path = format!("{PATH}?{compact}");
    let call = |token: &str, tool: &str, arguments: Value| {
        world.mcp_at(
            &path,
            token,
            "tools/call",
            json!({"name": tool, "arguments": arguments}),
        )
    };
    let find = json!({"query": "bundles", "limit": 20});
    let found = json_of(&call(&read, "tokportal_find_tools", find))["result"]["structuredContent"]
        ["tools"]
        .clone();
    let found = found.as_array().expect("tools");
    assert!(!found.is_empty() && found.iter().all(|tool| tool["access"] == "read"));
    let create = json!({"name": "tokportal_create_bundle"});
    let described = json_of(&call(&read, "tokportal_describe_tool", create.clone()));
    let error = &described["result"]["structuredContent"]["error"];
    assert_eq!(error["code"], "READ_ONLY_CONNECTION");
    let balance = json!({"name": "tokportal_get_credit_balance"});
    let call_status =
        |token: &str, tool: &str, arguments: &Value| call(token, tool, arguments.clone()).status();
    assert_eq!(
        call_status(&read, "tokportal_call_read_tool", &balance),
        StatusCode::OK
    );

    let before = world.app.host.sent.borrow().len();
    for tool in TOOLS.iter().filter(|tool| tool.facts.scope == Scope::Write) {
        let inner = json!({"name": tool.name, "arguments": {}});
        let status = call_status(&read, "tokportal_call_write_tool", &inner);
        assert_eq!(status, StatusCode::FORBIDDEN, "{}", tool.name);
        let status = call_status(&read, "tokportal_call_read_tool", &inner);
        assert_eq!(status, StatusCode::OK, "the tool returns an error");
    }
    let sent = world.app.host.sent.borrow();
    let mut sent = sent[before..].iter();
    assert!(sent.all(|sent| !sent.uri().path().starts_with("/api/ext/")));
}

#[test]
fn revoked_key_is_401_in_compact_mode() {
    for (tool, arguments) in [
        ("tokportal_find_tools", json!({"query": "bundles"})),
        (
            "tokportal_call_read_tool",
            json!({"name": "tokportal_get_credit_balance"}),
        ),
    ] {
        let world = World::new();
        let (token, _) = connect(&world, BASE, "full");
        world.portal.keys.borrow_mut().clear();
        let params = json!({"name": tool, "arguments": arguments});
        let reply = world.mcp_at(
            &format!("{PATH}?mode=compact"),
            &token,
            "tools/call",
            params,
        );
        assert_eq!(reply.status(), StatusCode::UNAUTHORIZED, "{tool}");
    }
}
