//! What each revision of the protocol requires and answers.

use super::*;

#[test]
fn initialize_agrees_to_a_legacy_version_or_offers_one() {
    for (requested, offered) in [
        ("2025-03-26", "2025-03-26"),
        ("2025-06-18", "2025-06-18"),
        ("2025-11-25", "2025-11-25"),
        ("2026-07-28", "2025-11-25"),
        ("2024-11-05", "2025-11-25"),
    ] {
        let request = json!({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":requested}});
        let (status, value) = send(body(post(), &request));
        assert_eq!(status, 200);
        assert_eq!(value["result"]["protocolVersion"], offered);
        assert_eq!(value["result"]["resultType"], Value::Null);
    }
}

#[test]
fn legacy_requests_notifications_and_batches_are_answered() {
    let (status, value) = send(body(
        post(),
        &json!({"jsonrpc":"2.0","id":1,"method":"ping"}),
    ));
    assert_eq!((status, &value["result"]), (StatusCode::OK, &json!({})));
    let (status, value) = send(body(
        post(),
        &json!({"jsonrpc":"2.0","id":1,"method":"nope"}),
    ));
    assert_eq!(
        (status, &value["error"]["code"]),
        (StatusCode::OK, &json!(-32601))
    );
    let (status, _) = send(body(
        post(),
        &json!({"jsonrpc":"2.0","method":"notifications/initialized"}),
    ));
    assert_eq!(status, 202);

    let batch = json!([
        {"jsonrpc":"2.0","id":1,"method":"ping"},
        {"jsonrpc":"2.0","method":"notifications/initialized"},
        {"jsonrpc":"2.0","id":2,"method":"initialize"},
        7,
    ]);
    let (status, value) = send(body(post(), &batch));
    assert_eq!(status, 200);
    let codes: Vec<_> = value
        .as_array()
        .expect("array")
        .iter()
        .map(|r| r["error"]["code"].clone())
        .collect();
    assert_eq!(codes, [Value::Null, json!(-32600), json!(-32600)]);
    for (builder, batch) in [
        (post(), json!([])),
        (
            post(),
            json!(vec![json!({"jsonrpc":"2.0","id":1,"method":"ping"}); 51]),
        ),
        (post().header("mcp-protocol-version", "2025-06-18"), batch),
    ] {
        assert_eq!(send(body(builder, &batch)).0, 400);
    }
}

#[test]
fn server_discover_describes_the_server() {
    let (builder, request) = modern_request("server/discover", json!({}));
    let (status, value) = send(body(builder, &request));
    let result = &value["result"];
    assert_eq!(status, 200);
    assert_eq!(result["resultType"], "complete");
    assert_eq!(result["supportedVersions"][0], "2026-07-28");
    assert!(result["ttlMs"].is_u64() && result["cacheScope"].is_string());
    let info = &result["_meta"]["io.modelcontextprotocol/serverInfo"];
    assert_eq!(info["name"], "tokportal");
    assert_eq!(
        info["icons"][0]["src"],
        "http://localhost:3000/icons/mark.svg"
    );
}

#[test]
fn the_server_icon_is_sent_once_from_2025_11_25_on() {
    for (revision, shown) in [("2025-06-18", false), ("2025-11-25", true)] {
        let request = json!({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":revision}});
        let info = &send(body(post(), &request)).1["result"]["serverInfo"];
        assert_eq!(info["icons"].is_array(), shown, "{revision}: {info}");
    }
    let (builder, request) = modern_request("prompts/list", json!({}));
    let result = &send(body(builder, &request)).1["result"];
    let info = &result["_meta"]["io.modelcontextprotocol/serverInfo"];
    assert!(info["name"].is_string() && info["icons"].is_null());
}

#[test]
fn modern_checks_come_in_the_order_of_the_specification() {
    let refused = |change: &dyn Fn(&mut http::HeaderMap, &mut Value)| {
        let (mut builder, mut request) = modern_request(
            "tools/call",
            json!({"name": "tokportal_get_credit_balance"}),
        );
        builder = builder.header("mcp-name", "tokportal_get_credit_balance");
        change(builder.headers_mut().expect("valid"), &mut request);
        let (status, value) = send(body(builder, &request));
        assert_eq!(value["id"], 1);
        (
            status.as_u16(),
            value["error"]["code"].as_i64().unwrap_or_default(),
        )
    };
    let meta = "_meta";
    assert_eq!(
        refused(&|_, r| r["params"][meta] = json!(null)),
        (400, -32602)
    );
    assert_eq!(
        refused(
            &|_, r| r["params"][meta]["io.modelcontextprotocol/clientCapabilities"] = json!([])
        ),
        (400, -32602)
    );
    assert_eq!(
        refused(&|h, _| drop(h.remove("mcp-protocol-version"))),
        (400, -32020)
    );
    let set = |h: &mut http::HeaderMap, name: &'static str, value: &str| {
        h.insert(name, value.parse().expect("valid"));
    };
    assert_eq!(
        refused(&|h, _| set(h, "mcp-protocol-version", "2025-11-25")),
        (400, -32020)
    );
    assert_eq!(
        refused(&|h, r| {
            set(h, "mcp-protocol-version", "2099-01-01");
            r["params"][meta]["io.modelcontextprotocol/protocolVersion"] = json!("2099-01-01");
        }),
        (400, -32022)
    );
    assert_eq!(refused(&|h, _| drop(h.remove("mcp-method"))), (400, -32020));
    assert_eq!(
        refused(&|h, _| set(h, "mcp-method", "tools/list")),
        (400, -32020)
    );
    assert_eq!(refused(&|h, _| drop(h.remove("mcp-name"))), (400, -32020));
    assert_eq!(
        refused(&|h, _| set(h, "mcp-name", "TOKPORTAL_GET_CREDIT_BALANCE")),
        (400, -32020)
    );
    assert_eq!(
        refused(&|h, _| set(h, "mcp-name", "=?base64?!?=")),
        (400, -32020)
    );
}

#[test]
fn modern_requests_have_no_handshake_and_no_ping() {
    for method in [
        "initialize",
        "ping",
        "logging/setLevel",
        "resources/subscribe",
        "nope",
    ] {
        let (builder, request) = modern_request(method, json!({}));
        let (status, value) = send(body(builder, &request));
        assert_eq!(
            (status, &value["error"]["code"]),
            (StatusCode::NOT_FOUND, &json!(-32601)),
            "{method}"
        );
    }
}

#[test]
fn tools_list_has_one_page_and_members_by_revision() {
    for (version, output, icons) in [
        (None, false, false),
        (Some("2025-06-18"), true, false),
        (Some("2025-11-25"), true, true),
    ] {
        let builder = match version {
            Some(version) => post().header("mcp-protocol-version", version),
            None => post(),
        };
        let (_, value) = send(body(
            builder,
            &json!({"jsonrpc":"2.0","id":1,"method":"tools/list"}),
        ));
        let tools = value["result"]["tools"].as_array().expect("list").clone();
        assert_eq!(tools.len(), crate::catalog::TOOLS.len());
        assert_eq!(
            tools.iter().any(|tool| tool.get("outputSchema").is_some()),
            output
        );
        assert_eq!(tools.iter().all(|tool| tool.get("icons").is_some()), icons);
        assert!(value["result"].get("resultType").is_none());
    }
    let (builder, request) = modern_request("tools/list", json!({}));
    let (_, value) = send(body(builder, &request));
    let icon = &value["result"]["tools"][0]["icons"][0]["src"];
    assert_eq!(icon, "http://localhost:3000/icons/profile.svg");
    assert_eq!(value["result"]["resultType"], "complete");
    assert_eq!(value["result"]["cacheScope"], "private");
    let request = json!({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":"2"}});
    assert_eq!(send(body(post(), &request)).1["error"]["code"], -32602);
}
