//! Tool calls: what is sent to the API, and what is refused before.

use super::*;

fn call(name: &str, arguments: Value) -> Request<Bytes> {
    let request = json!({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":name,"arguments":arguments}});
    body(
        post().header("mcp-protocol-version", "2025-11-25"),
        &request,
    )
}

#[test]
fn only_allow_listed_headers_are_sent_to_the_api() {
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
        panic!("one request for each tool call")
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
            "content-length",
            "content-type",
            "idempotency-key",
            "user-agent",
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
fn a_key_that_the_api_rejects_is_a_401_with_the_challenge() {
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
fn all_wrong_arguments_are_named_and_nothing_is_sent() {
    let (status, value) = send(call(
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
        let (status, value) = send(body(post(), &request));
        assert_eq!(
            (status, &value["error"]["code"]),
            (StatusCode::OK, &json!(-32602)),
            "{request}"
        );
    }
}

/// Beside the arguments it would be ignored, and credits would be spent.
#[test]
fn dry_run_beside_the_arguments_is_refused() {
    for beside in [
        json!({"dry_run": true}),
        json!({"dryRun": true}),
        json!({"_meta": {"dry_run": true}}),
    ] {
        let mut params = json!({"name": "tokportal_create_bundle", "arguments": {}});
        let members = params.as_object_mut().expect("an object");
        members.extend(beside.as_object().expect("an object").clone());
        let request = json!({"jsonrpc":"2.0","id":1,"method":"tools/call","params":params});
        let (status, value) = send(body(post(), &request));
        assert_eq!(status, StatusCode::OK, "{beside}");
        let message = value["error"]["message"].as_str().expect("a message");
        assert!(
            message.contains("put it into params.arguments"),
            "{message}"
        );
    }
}

#[test]
fn tool_call_logs_its_tool_and_ids_but_no_argument_or_key() {
    let host = FakeHost::answering(|_| {
        let mut response = json_answer(200, r#"{"data":[]}"#)?;
        let id = "req_upstream".parse().expect("a header");
        response.headers_mut().insert("x-tokportal-request-id", id);
        Ok(response)
    });
    let arguments = json!({"external_ref": "marker-argument"});
    let (reply, host) = handle(host, call("tokportal_list_bundles", arguments));
    assert_eq!(reply.status(), 200, "{:?}", reply.body());
    let log = host.log.borrow();
    let [line] = log.as_slice() else {
        panic!("one line for one request: {log:?}")
    };
    assert!(!line.contains("marker-argument") && !line.contains(&demo_key()[3..]));
    let line: Value = serde_json::from_str(line).expect("JSON");
    for (field, expected) in [
        ("event", json!("request")),
        ("level", json!("info")),
        ("route", json!("/api/ext/mcp")),
        ("http_method", json!("POST")),
        ("rpc_methods", json!(["tools/call"])),
        ("tools", json!(["tokportal_list_bundles"])),
        ("status", json!(200)),
        ("duration_ms", json!(0)),
        ("upstream_ms", json!(0)),
        ("upstream_request_id", json!("req_upstream")),
    ] {
        assert_eq!(line[field], expected, "{field}");
    }
}
