//! Messages with harmless variants, and with text that is not Unicode.

use super::*;
use crate::testing::connector;

#[test]
fn null_params_count_as_left_out_in_each_era_and_in_batches() {
    for nothing in [json!(null), json!([])] {
        for method in ["ping", "tools/list", "prompts/list", "resources/list"] {
            let request = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": nothing});
            let (status, answer) = send(body(post(), &request));
            assert_eq!(status, StatusCode::OK, "{request}");
            assert!(answer["result"].is_object(), "{answer}");
        }
        let notification =
            json!({"jsonrpc": "2.0", "method": "notifications/initialized", "params": nothing});
        assert_eq!(send(body(post(), &notification)).0, StatusCode::ACCEPTED);
        let ping = json!({"jsonrpc": "2.0", "id": 1, "method": "ping", "params": nothing});
        let (status, answers) = send(body(post(), &json!([notification, ping])));
        assert_eq!(
            (status, &answers[0]["result"]),
            (StatusCode::OK, &json!({}))
        );
        // A modern request needs `_meta`: null is told as missing parameters, not as malformed ones.
        let request = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": nothing});
        let builder = post().header("mcp-protocol-version", "2026-07-28");
        let (status, answer) = send(body(builder, &request));
        assert_eq!(
            (status, &answer["error"]["code"]),
            (StatusCode::BAD_REQUEST, &json!(-32602))
        );
    }
}

#[test]
fn null_members_of_params_count_as_left_out() {
    for params in [
        json!({"_meta": null}),
        json!({"cursor": null}),
        json!({"_meta": {"io.modelcontextprotocol/protocolVersion": null}}),
    ] {
        let request = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": params});
        let (status, answer) = send(body(post(), &request));
        assert_eq!(status, StatusCode::OK, "{request}");
        assert!(answer["result"]["tools"].is_array(), "{answer}");
    }
    let params = json!({"name": "weekly_report", "arguments": {"focus": null}});
    let request = json!({"jsonrpc": "2.0", "id": 1, "method": "prompts/get", "params": params});
    let answer = send(body(post(), &request)).1;
    let message = answer["error"]["message"].as_str().unwrap_or_default();
    assert!(!message.contains("must be text"), "{answer}");
}

/// A first call of a client that fills every gap with null asks the person like any other.
#[test]
fn null_request_state_and_responses_count_as_left_out() {
    let host = FakeHost::answering(|_| json_answer(200, r#"{"credits_would_charge":32}"#));
    let app = connector(host, &[("sealing_secret", &"s".repeat(32))]);
    let (builder, mut request) = modern_request(
        "tools/call",
        json!({
            "name": "tokportal_create_bundle",
            "arguments": {"bundle_type": "account_only", "country": "USA"},
            "requestState": null,
            "inputResponses": null,
        }),
    );
    request["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] =
        json!({"elicitation": {}});
    let builder = builder.header("mcp-name", "tokportal_create_bundle");
    let reply = pollster::block_on(app.handle(body(builder, &request)));
    let answer: Value = serde_json::from_slice(reply.body()).expect("JSON");
    assert_eq!(answer["result"]["resultType"], "input_required", "{answer}");
}

#[test]
fn half_an_emoji_is_answered_by_id_in_words_and_not_executed() {
    let call = r#"{"jsonrpc":"2.0","id":"r-9","method":"tools/call","params":{"name":"tokportal_list_bundles","arguments":{"external_ref":"cut \ud83d"}}}"#;
    let batch = format!(
        "[{call},{}]",
        r#"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"tokportal_get_credit_balance"}}"#
    );
    for version in ["2025-11-25", "2026-07-28"] {
        let builder = post().header("mcp-protocol-version", version);
        let request = builder
            .body(Bytes::from_static(call.as_bytes()))
            .expect("valid");
        let (_, answer) = send(request);
        assert_eq!(
            (&answer["id"], &answer["error"]["code"]),
            (&json!("r-9"), &json!(-32700))
        );
        let message = answer["error"]["message"].as_str().expect("a message");
        assert!(message.contains("not valid Unicode"), "{message}");
        assert!(message.contains("Send the whole character"), "{message}");
    }
    let (_, answers) = send(post().body(batch.into()).expect("valid"));
    let ids: Vec<_> = answers
        .as_array()
        .expect("a batch")
        .iter()
        .map(|a| &a["id"])
        .collect();
    assert_eq!(ids, [&json!("r-9"), &json!(2)]);
}
