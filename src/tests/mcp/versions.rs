//! The version header: repeated, unknown, empty, or of another era than the body.

use super::*;
use crate::testing::connector;

const VERSION: &str = "mcp-protocol-version";

fn ping() -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": "ping"})
}

fn with_version(lines: &[&str], message: &Value) -> (StatusCode, Value) {
    let builder = lines
        .iter()
        .fold(post(), |builder, line| builder.header(VERSION, *line));
    send(body(builder, message))
}

#[test]
fn the_same_version_repeated_means_that_version() {
    for lines in [
        &["2025-11-25, 2025-11-25"][..],
        &["2025-11-25,2025-11-25"],
        &["2025-11-25", "2025-11-25"],
        &[" 2025-11-25 "],
    ] {
        let (status, answer) = with_version(lines, &ping());
        assert_eq!(
            (status, &answer["result"]),
            (StatusCode::OK, &json!({})),
            "{lines:?}"
        );
    }
}

#[test]
fn different_versions_are_refused_with_the_id_of_the_request() {
    for lines in [
        &["2025-11-25, 2025-06-18"][..],
        &["2025-11-25", "2025-06-18"],
    ] {
        let (status, answer) = with_version(lines, &ping());
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert_eq!(
            (&answer["error"]["code"], &answer["id"]),
            (&json!(-32020), &json!(1))
        );
        let message = answer["error"]["message"].as_str().expect("a message");
        assert!(
            message.contains("2025-11-25") && message.contains("2025-06-18"),
            "{message}"
        );
    }
    let (status, answer) = with_version(&["2025-03-26, 2025-06-18"], &json!([ping()]));
    assert_eq!(
        (status, &answer["error"]["code"]),
        (StatusCode::BAD_REQUEST, &json!(-32020))
    );
}

#[test]
fn mirrored_headers_may_be_repeated_but_not_differ() {
    let (_, request) = modern_request("tools/call", json!({"name": "no_such_tool"}));
    let sent = |name: &[&str], method: &str| {
        let mut parts = body(modern_request("tools/call", json!({})).0, &request);
        let headers = parts.headers_mut();
        headers.insert(VERSION, "2026-07-28, 2026-07-28".parse().expect("valid"));
        headers.insert("mcp-method", method.parse().expect("valid"));
        for line in name {
            headers.append("mcp-name", line.parse().expect("valid"));
        }
        send(parts).1["error"]["code"].clone()
    };
    let unknown_tool = json!(-32602);
    for (name, method) in [
        (&["no_such_tool"][..], "tools/call"),
        (&["no_such_tool, no_such_tool"], "tools/call, tools/call"),
        (
            &["no_such_tool", "=?base64?bm9fc3VjaF90b29s?="],
            "tools/call",
        ),
    ] {
        assert_eq!(sent(name, method), unknown_tool, "{name:?} {method}");
    }
    for (name, method) in [
        (&["no_such_tool, other"][..], "tools/call"),
        (&["no_such_tool", "other"], "tools/call"),
        (&["no_such_tool"], "tools/call, tools/list"),
        (&[""], "tools/call"),
    ] {
        assert_eq!(sent(name, method), json!(-32020), "{name:?} {method}");
    }
}

#[test]
fn initialize_negotiates_in_its_body_whatever_the_header_says() {
    for lines in [
        &["2026-07-28"][..],
        &["2099-01-01"],
        &["2024-11-05"],
        &["nonsense"],
        &[""],
        &["2025-11-25, 2025-06-18"],
        &[],
    ] {
        let request = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {},
        }});
        let (status, answer) = with_version(lines, &request);
        assert_eq!(status, StatusCode::OK, "{lines:?}: {answer}");
        assert_eq!(
            answer["result"]["protocolVersion"], "2025-06-18",
            "{lines:?}"
        );
    }
}

#[test]
fn an_unknown_version_header_is_named_with_the_supported_ones() {
    for unknown in ["2099-01-01", "2024-11-05", "1.0"] {
        let (status, answer) = with_version(&[unknown], &ping());
        assert_eq!(status, StatusCode::BAD_REQUEST);
        let error = &answer["error"];
        assert_eq!(error["code"], -32022);
        assert_eq!(error["data"]["requested"], unknown);
        let message = error["message"].as_str().expect("a message");
        for part in ["MCP-Protocol-Version", unknown, "2026-07-28", "2025-03-26"] {
            assert!(message.contains(part), "{part} in {message}");
        }
    }
    // A long value is not repeated whole.
    let (_, answer) = with_version(&[&"9".repeat(4_000)], &ping());
    assert!(answer.to_string().len() < 1_000, "{answer}");
}

#[test]
fn an_empty_version_header_counts_as_absent() {
    for lines in [&[""][..], &[" "], &[","], &["", ""]] {
        assert_eq!(with_version(lines, &ping()).0, StatusCode::OK, "{lines:?}");
    }
}

/// A request that declares 2026-07-28 in its body, as claude.ai sent it, with another version in the header.
fn mixed(header: &str, method: &str, params: Value) -> Request<Bytes> {
    let (_, mut message) = modern_request(method, params);
    message["params"]["_meta"]["io.modelcontextprotocol/clientInfo"] =
        json!({"name": "Claude\u{202e}\n Web", "version": "1"});
    body(post().header(VERSION, header), &message)
}

#[test]
fn mixed_versions_are_refused_and_logged_with_client_and_values() {
    let (reply, host) = handle(
        FakeHost::silent(),
        mixed("2025-11-25", "tools/list", json!({})),
    );
    assert_eq!(reply.status(), StatusCode::BAD_REQUEST);
    let answer: Value = serde_json::from_slice(reply.body()).expect("JSON");
    assert_eq!(answer["error"]["code"], -32020);
    let log = host.log.borrow();
    let events: Vec<Value> = log
        .iter()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let event = events
        .iter()
        .find(|event| event["event"] == "protocol_version_refused")
        .unwrap_or_else(|| panic!("{events:?}"));
    assert_eq!(
        (
            &event["level"],
            &event["client"],
            &event["header"],
            &event["body"]
        ),
        (
            &json!("warning"),
            &json!("Claude Web"),
            &json!("2025-11-25"),
            &json!("2026-07-28")
        )
    );
}

#[test]
fn every_refused_version_is_logged_and_names_the_user_agent() {
    let refused: [(&str, Value); 2] = [
        ("2099-01-01", ping()),
        (
            "2026-07-28",
            json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}),
        ),
    ];
    for (version, message) in refused {
        let builder = post()
            .header(VERSION, version)
            .header("user-agent", "Host/1.0");
        let (reply, host) = handle(FakeHost::silent(), body(builder, &message));
        assert_eq!(reply.status(), StatusCode::BAD_REQUEST);
        let log = host.log.borrow().join("\n");
        assert!(log.contains("protocol_version_refused"), "{log}");
        assert!(log.contains("\"client\":\"Host/1.0\""), "{log}");
        assert!(log.contains(&format!("\"header\":\"{version}\"")), "{log}");
    }
}

#[test]
fn accept_mixed_versions_answers_as_the_body_says() {
    let answer = |request| {
        let app = connector(FakeHost::silent(), &[("accept_mixed_versions", "true")]);
        let reply = pollster::block_on(app.handle(request));
        let value: Value = serde_json::from_slice(reply.body()).expect("JSON");
        (reply.status(), value)
    };
    let (status, value) = answer(mixed("2025-11-25", "prompts/list", json!({})));
    assert_eq!(
        (status, &value["result"]["resultType"]),
        (StatusCode::OK, &json!("complete"))
    );

    let legacy = json!({"jsonrpc": "2.0", "id": 1, "method": "prompts/list"});
    let (status, value) = answer(body(post().header(VERSION, "2026-07-28"), &legacy));
    assert_eq!(
        (status, &value["result"]["resultType"]),
        (StatusCode::OK, &Value::Null)
    );
    assert!(value["result"]["prompts"].is_array());

    // Only known versions may be mixed, and headers that are there must still agree.
    let (status, value) = answer(mixed("2099-01-01", "prompts/list", json!({})));
    assert_eq!(
        (status, &value["error"]["code"]),
        (StatusCode::BAD_REQUEST, &json!(-32020))
    );
    let mut request = mixed("2025-11-25", "prompts/list", json!({}));
    request
        .headers_mut()
        .insert("mcp-method", "tools/call".parse().expect("valid"));
    let (status, value) = answer(request);
    assert_eq!(
        (status, &value["error"]["code"]),
        (StatusCode::BAD_REQUEST, &json!(-32020))
    );
}
