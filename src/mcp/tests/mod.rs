//! The endpoint's checks, in their order. Everything here runs over real HTTP, too (tests/); natively it takes no time
//! and can look at what would have left the process.

use crate::testing::{FakeHost, demo_key, handle, json_answer};
use bytes::Bytes;
use http::{Request, StatusCode, request::Builder};
use serde_json::{Value, json};

fn post() -> Builder {
    Request::post("/api/ext/mcp")
        .header("host", "localhost:3000")
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {}", demo_key()))
}

fn body(builder: Builder, value: &Value) -> Request<Bytes> {
    builder.body(value.to_string().into()).expect("valid")
}

fn modern(method: &str, params: Value) -> (Builder, Value) {
    let mut params = params;
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let builder = post()
        .header("mcp-protocol-version", "2026-07-28")
        .header("mcp-method", method);
    (
        builder,
        json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}),
    )
}

fn ask(request: Request<Bytes>) -> (StatusCode, Value) {
    let (reply, _) = handle(FakeHost::silent(), request);
    let value = serde_json::from_slice(reply.body()).unwrap_or(Value::Null);
    (reply.status(), value)
}

#[test]
fn without_a_key_every_method_gets_the_challenge() {
    for method in ["GET", "POST", "DELETE", "PUT"] {
        let request = Request::builder()
            .method(method)
            .uri("/api/ext/mcp?api_key=sk_in_the_query")
            .header("mcp-protocol-version", "1999-01-01")
            .body(Bytes::new());
        let (reply, _) = handle(FakeHost::silent(), request.expect("valid"));
        assert_eq!(reply.status(), 401, "{method}");
        let challenge = reply.headers()["www-authenticate"].to_str().expect("ASCII");
        assert_eq!(
            challenge,
            "Bearer resource_metadata=\"http://localhost:3000/.well-known/oauth-protected-resource/api/ext/mcp\", scope=\"read write\""
        );
    }
}

#[test]
fn a_malformed_key_is_an_invalid_token() {
    let request = Request::post("/api/ext/mcp").header("authorization", "Bearer nonsense");
    let (reply, _) = handle(
        FakeHost::silent(),
        request.body(Bytes::new()).expect("valid"),
    );
    assert_eq!(reply.status(), 401);
    let challenge = reply.headers()["www-authenticate"].to_str().expect("ASCII");
    assert!(
        challenge.ends_with(", error=\"invalid_token\""),
        "{challenge}"
    );
}

#[test]
fn foreign_origins_and_rebound_hosts_are_refused_before_anything_else() {
    for (address, name, value) in [
        ("/api/ext/mcp", "origin", "https://evil.example"),
        ("/api/ext/mcp", "host", "evil.example:3000"),
        (
            "http://evil.example:3000/api/ext/mcp",
            "accept",
            "application/json",
        ),
        (
            "http://evil.example:3000/api/ext/mcp",
            "host",
            "localhost:3000",
        ),
    ] {
        let request = Request::post(address).header(name, value);
        let (reply, _) = handle(
            FakeHost::silent(),
            request.body(Bytes::new()).expect("valid"),
        );
        assert_eq!(reply.status(), 403, "{address} {name}");
        assert!(!reply.headers().contains_key("access-control-allow-origin"));
    }
}

#[test]
fn get_and_delete_with_a_key_are_405_with_allow() {
    for method in ["GET", "DELETE"] {
        let request = post().method(method).body(Bytes::new()).expect("valid");
        let (reply, _) = handle(FakeHost::silent(), request);
        assert_eq!(reply.status(), 405);
        assert_eq!(reply.headers()["allow"], "POST, OPTIONS");
    }
}

#[test]
fn a_browser_may_ask_first() {
    let request = Request::options("/api/ext/mcp").header("origin", "http://localhost:6274");
    let (reply, _) = handle(
        FakeHost::silent(),
        request.body(Bytes::new()).expect("valid"),
    );
    assert_eq!(reply.status(), 204);
    assert_eq!(
        reply.headers()["access-control-allow-origin"],
        "http://localhost:6274"
    );
    let allowed = reply.headers()["access-control-allow-headers"]
        .to_str()
        .expect("ASCII");
    for name in [
        "Authorization",
        "Content-Type",
        "MCP-Protocol-Version",
        "Mcp-Method",
        "Mcp-Name",
    ] {
        assert!(allowed.contains(name), "{name}");
    }
}

#[test]
fn bodies_that_cannot_be_read() {
    let send = |builder: Builder, body: &[u8]| {
        let request = builder.body(Bytes::copy_from_slice(body)).expect("valid");
        ask(request)
    };
    let (status, error) = send(post(), b"{");
    assert_eq!(
        (status, &error["error"]["code"]),
        (StatusCode::BAD_REQUEST, &json!(-32700))
    );
    let (status, _) = send(post(), &vec![b' '; super::endpoint::MAX_BODY + 1]);
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    let mut wrong = post();
    wrong
        .headers_mut()
        .expect("valid")
        .insert("content-type", "text/plain".parse().expect("valid"));
    let (status, _) = send(wrong, b"{}");
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[test]
fn legacy_initialize_echoes_what_is_spoken_and_offers_the_newest_otherwise() {
    for (asked, answered) in [
        ("2025-03-26", "2025-03-26"),
        ("2025-06-18", "2025-06-18"),
        ("2025-11-25", "2025-11-25"),
        ("2026-07-28", "2025-11-25"),
        ("2024-11-05", "2025-11-25"),
    ] {
        let request = json!({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":asked}});
        let (status, value) = ask(body(post(), &request));
        assert_eq!(status, 200);
        assert_eq!(value["result"]["protocolVersion"], answered);
        assert_eq!(value["result"]["resultType"], Value::Null);
    }
}

#[test]
fn legacy_methods_notifications_and_batches() {
    let (status, value) = ask(body(
        post(),
        &json!({"jsonrpc":"2.0","id":1,"method":"ping"}),
    ));
    assert_eq!((status, &value["result"]), (StatusCode::OK, &json!({})));
    let (status, value) = ask(body(
        post(),
        &json!({"jsonrpc":"2.0","id":1,"method":"nope"}),
    ));
    assert_eq!(
        (status, &value["error"]["code"]),
        (StatusCode::OK, &json!(-32601))
    );
    let (status, _) = ask(body(
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
    let (status, value) = ask(body(post(), &batch));
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
            json!(vec![
                json!({"jsonrpc":"2.0","id":1,"method":"ping"});
                10_000
            ]),
        ),
        (post().header("mcp-protocol-version", "2025-06-18"), batch),
    ] {
        assert_eq!(ask(body(builder, &batch)).0, 400);
    }
}

#[test]
fn modern_discovery_says_what_exists() {
    let (builder, request) = modern("server/discover", json!({}));
    let (status, value) = ask(body(builder, &request));
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
fn the_icon_comes_with_the_revision_that_knows_it_and_once() {
    for (revision, shown) in [("2025-06-18", false), ("2025-11-25", true)] {
        let request = json!({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":revision}});
        let info = &ask(body(post(), &request)).1["result"]["serverInfo"];
        assert_eq!(info["icons"].is_array(), shown, "{revision}: {info}");
    }
    let (builder, request) = modern("prompts/list", json!({}));
    let result = &ask(body(builder, &request)).1["result"];
    let info = &result["_meta"]["io.modelcontextprotocol/serverInfo"];
    assert!(info["name"].is_string() && info["icons"].is_null());
}

#[test]
fn modern_checks_come_in_the_order_of_the_specification() {
    let refused = |change: &dyn Fn(&mut http::HeaderMap, &mut Value)| {
        let (mut builder, mut request) = modern(
            "tools/call",
            json!({"name": "tokportal_get_credit_balance"}),
        );
        builder = builder.header("mcp-name", "tokportal_get_credit_balance");
        change(builder.headers_mut().expect("valid"), &mut request);
        let (status, value) = ask(body(builder, &request));
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
fn modern_has_no_handshake_and_no_ping() {
    for method in [
        "initialize",
        "ping",
        "logging/setLevel",
        "resources/subscribe",
        "nope",
    ] {
        let (builder, request) = modern(method, json!({}));
        let (status, value) = ask(body(builder, &request));
        assert_eq!(
            (status, &value["error"]["code"]),
            (StatusCode::NOT_FOUND, &json!(-32601)),
            "{method}"
        );
    }
}

#[test]
fn lists_have_one_page_and_each_revision_its_members() {
    for (version, output, icons) in [
        (None, false, false),
        (Some("2025-06-18"), true, false),
        (Some("2025-11-25"), true, true),
    ] {
        let builder = match version {
            Some(version) => post().header("mcp-protocol-version", version),
            None => post(),
        };
        let (_, value) = ask(body(
            builder,
            &json!({"jsonrpc":"2.0","id":1,"method":"tools/list"}),
        ));
        let tools = value["result"]["tools"].as_array().expect("list").clone();
        assert_eq!(tools.len(), 91);
        assert_eq!(
            tools.iter().any(|tool| tool.get("outputSchema").is_some()),
            output
        );
        assert_eq!(tools.iter().all(|tool| tool.get("icons").is_some()), icons);
        assert!(value["result"].get("resultType").is_none());
    }
    let (builder, request) = modern("tools/list", json!({}));
    let (_, value) = ask(body(builder, &request));
    let icon = &value["result"]["tools"][0]["icons"][0]["src"];
    assert_eq!(icon, "http://localhost:3000/icons/profile.svg");
    assert_eq!(value["result"]["resultType"], "complete");
    assert_eq!(value["result"]["cacheScope"], "private");
    let request = json!({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":"2"}});
    assert_eq!(ask(body(post(), &request)).1["error"]["code"], -32602);
}

fn call(name: &str, arguments: Value) -> Request<Bytes> {
    let request = json!({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":name,"arguments":arguments}});
    body(
        post().header("mcp-protocol-version", "2025-11-25"),
        &request,
    )
}

#[test]
fn only_allow_listed_headers_leave_the_process() {
    let host = FakeHost::answering(|_| json_answer(201, r#"{"data":{"id":"b1"}}"#));
    let mut request = call(
        "tokportal_create_bundle",
        json!({"bundle_type":"account_only","country":"USA","dry_run":true,"idempotency_key":"order-1"}),
    );
    for name in ["cookie", "x-forwarded-for", "x-evil"] {
        request
            .headers_mut()
            .insert(name, "marker".parse().expect("valid"));
    }
    let (reply, host) = handle(host, request);
    assert_eq!(reply.status(), 200);
    let sent = host.sent.borrow();
    let [sent] = sent.as_slice() else {
        panic!("one upstream call a tool call")
    };
    let mut names: Vec<_> = sent
        .headers()
        .keys()
        .map(http::HeaderName::as_str)
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "accept",
            "content-type",
            "idempotency-key",
            "x-api-key",
            "x-request-id",
            "x-tokportal-client",
            "x-tokportal-dry-run"
        ]
    );
    assert_eq!(sent.uri(), "https://app.tokportal.com/api/ext/bundles");
    assert_eq!(sent.headers()["x-tokportal-dry-run"], "true");
    assert_eq!(
        sent.body(),
        r#"{"bundle_type":"account_only","country":"USA"}"#
    );
}

#[test]
fn a_key_that_the_api_no_longer_knows_is_a_401_with_the_challenge() {
    let host = FakeHost::answering(|_| {
        json_answer(
            401,
            r#"{"error":{"code":"AUTH_REVOKED_KEY","message":"Gone."}}"#,
        )
    });
    let (reply, _) = handle(host, call("tokportal_get_credit_balance", json!({})));
    assert_eq!(reply.status(), 401);
    assert!(
        reply.headers()["www-authenticate"]
            .to_str()
            .expect("ASCII")
            .contains("error=\"invalid_token\"")
    );
}

#[test]
fn wrong_arguments_are_named_all_at_once_and_nothing_is_sent() {
    let (status, value) = ask(call(
        "tokportal_create_bundle",
        json!({"bundle_type":"house","videos_quantity":-1,"surprise":1,"title":"x".repeat(300)}),
    ));
    assert_eq!(
        (status, &value["result"]["isError"]),
        (StatusCode::OK, &json!(true))
    );
    let error = &value["result"]["structuredContent"]["error"];
    assert_eq!(error["code"], "INVALID_ARGUMENTS");
    let fields: Vec<_> = error["details"]["fields"]
        .as_array()
        .expect("fields")
        .iter()
        .map(|f| f["field"].as_str().unwrap_or_default())
        .collect();
    for field in ["bundle_type", "videos_quantity", "surprise", "title"] {
        assert!(fields.contains(&field), "{field} in {fields:?}");
    }
    assert!(
        !value.to_string().contains("xxxxxxxxxx"),
        "values are not echoed"
    );
    let text = value["result"]["content"][0]["text"]
        .as_str()
        .expect("text");
    assert_eq!(
        serde_json::from_str::<Value>(text).expect("JSON"),
        value["result"]["structuredContent"]
    );
}

#[test]
fn unknown_tools_and_wrong_parameters_are_protocol_errors() {
    for params in [
        json!({}),
        json!({"name": "nope"}),
        json!({"name": 1}),
        json!({"name":"tokportal_get_me","arguments":[]}),
    ] {
        let request = json!({"jsonrpc":"2.0","id":1,"method":"tools/call","params":params});
        let (status, value) = ask(body(post(), &request));
        assert_eq!(
            (status, &value["error"]["code"]),
            (StatusCode::OK, &json!(-32602)),
            "{request}"
        );
    }
}
