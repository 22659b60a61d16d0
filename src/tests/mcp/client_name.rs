//! The name of the client in `User-Agent` of what is sent to the API and to key introspection.

use super::*;
use crate::testing::connector;
use pollster::block_on;

const PRODUCT: &str = concat!("tokportal-mcp-connector/", env!("CARGO_PKG_VERSION"));

/// What was sent for a request: the path of each outbound request, and the client that its `User-Agent` names.
fn named(request: Request<Bytes>) -> Vec<(String, String)> {
    let host = FakeHost::answering(|request| match request.uri().path() {
        "/api/keys/current" => json_answer(200, r#"{"data":{"scopes":["*"]}}"#),
        _ => json_answer(200, r#"{"data":{}}"#),
    });
    let keys = ("portal_keys_url", "https://portal.example/api/keys");
    let app = connector(host, &[keys, ("key_check_seconds", "0")]);
    assert_eq!(block_on(app.handle(request)).status(), 200);
    let sent = app.host.sent.borrow();
    let client = |request: &Request<Bytes>| {
        let agent = request.headers()["user-agent"].to_str().expect("ASCII");
        let rest = agent.strip_prefix(PRODUCT).expect("the connector");
        (request.uri().path().to_owned(), rest.to_owned())
    };
    sent.iter().map(client).collect()
}

fn call(meta: Option<Value>, agent: Option<&str>) -> Request<Bytes> {
    let params = json!({"name": "tokportal_get_credit_balance", "arguments": {}});
    let (mut builder, mut value) = modern_request("tools/call", params);
    builder = builder.header("mcp-name", "tokportal_get_credit_balance");
    if let Some(info) = meta {
        value["params"]["_meta"]["io.modelcontextprotocol/clientInfo"] = info;
    }
    if let Some(agent) = agent {
        builder = builder.header("user-agent", agent);
    }
    body(builder, &value)
}

#[test]
fn client_info_names_the_client_and_user_agent_stands_in() {
    let claude = json!({"name": "Claude Code", "version": "2.1.0"});
    let node = Some("node/22.1 (linux)");
    for (info, agent, expected) in [
        (Some(claude.clone()), node, " (Claude Code 2.1.0)"),
        (Some(json!({"name": "Zed"})), None, " (Zed)"),
        (
            Some(json!({"name": "日本", "version": "1"})),
            node,
            " (node 22.1)",
        ),
        (Some(json!({"name": 5})), node, " (node 22.1)"),
        (Some(json!("Claude")), node, " (node 22.1)"),
        (None, node, " (node 22.1)"),
        (None, None, ""),
        (
            Some(json!({"name": "a\r\nx-api-key: b) evil/1", "version": {}})),
            None,
            " (a x-api-key: b evil/1)",
        ),
    ] {
        let sent = named(call(info, agent));
        let path = "/api/ext/credits/balance".to_owned();
        assert_eq!(sent, [(path, expected.to_owned())]);
    }
}

#[test]
fn handshake_names_the_client_for_its_own_request_only() {
    let info = json!({"name": "Cursor", "version": "3"});
    let initialize = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": info,
    }});
    let list =
        json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"clientInfo": info}});
    for (message, expected) in [(initialize, " (Cursor 3)"), (list, " (node)")] {
        let request = body(post().header("user-agent", "node"), &message);
        let path = "/api/keys/current".to_owned();
        assert_eq!(named(request), [(path, expected.to_owned())]);
    }
}
