//! Arguments as hosts break them: what is sent to the API, what the result says, and what the log says.

use super::*;
use crate::testing::connector;

const BUNDLE: &str = "0b5d4a1e-6c1f-4d3e-9a55-0d6a2c1f7e10";

/// Ways to call a tool: address, whether through a compact tool, whether in the modern era.
const MODES: [(&str, bool, bool); 4] = [
    ("", false, false),
    ("?toolsets=bundles", false, true),
    ("?mode=compact", true, false),
    ("?mode=compact", true, true),
];

/// Calls a tool and returns the result and the host.
fn call(mode: (&str, bool, bool), tool: &str, reads: bool, arguments: Value) -> (Value, FakeHost) {
    let (query, is_compact, is_modern) = mode;
    let params = match (is_compact, reads) {
        (false, _) => json!({"name": tool, "arguments": arguments}),
        (true, true) => {
            json!({"name": "tokportal_call_read_tool", "arguments": {"name": tool, "arguments": arguments}})
        }
        (true, false) => {
            json!({"name": "tokportal_call_write_tool", "arguments": {"name": tool, "arguments": arguments}})
        }
    };
    let name = params["name"].as_str().expect("a name").to_owned();
    let (builder, message) = if is_modern {
        let (builder, message) = modern_request("tools/call", params);
        (builder.header("mcp-name", name), message)
    } else {
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
        (post().header("mcp-protocol-version", "2025-11-25"), message)
    };
    let mut request = body(builder, &message);
    *request.uri_mut() = format!("/api/ext/mcp{query}").parse().expect("a URI");
    let host = FakeHost::answering(|_| json_answer(200, r#"{"data":[]}"#));
    let (reply, host) = handle(host, request);
    let answer: Value = serde_json::from_slice(reply.body()).expect("JSON");
    assert!(answer["result"].is_object(), "{answer}");
    (answer["result"].clone(), host)
}

/// The path, query, headers and body of the only request to the API.
fn sent(host: &FakeHost) -> (String, Option<String>, String) {
    let sent = host.sent.borrow();
    let [request] = sent.as_slice() else {
        panic!("one request, not {}", sent.len())
    };
    let dry_run = request.headers().get("x-tokportal-dry-run");
    (
        request.uri().path_and_query().expect("a path").to_string(),
        dry_run.map(|value| value.to_str().expect("ASCII").to_owned()),
        String::from_utf8(request.body().to_vec()).expect("text"),
    )
}

#[test]
fn whole_numbers_text_and_nulls_are_sent_as_meant_in_every_mode() {
    for mode in MODES {
        let (result, host) = call(
            mode,
            "tokportal_list_bundles",
            true,
            json!({"page": null, "status": null, "per_page": 5.0}),
        );
        assert_eq!(result["isError"], Value::Null, "{mode:?} {result}");
        assert_eq!(sent(&host).0, "/api/ext/bundles?per_page=5", "{mode:?}");

        let (_, host) = call(
            mode,
            "tokportal_list_bundles",
            true,
            json!({"per_page": "5"}),
        );
        assert_eq!(sent(&host).0, "/api/ext/bundles?per_page=5", "{mode:?}");

        let order = json!({"bundle_type": "account_only", "country": "USA", "videos_quantity": "2",
            "advanced_warming_terms": "[\"a1\",\"b2\",\"c3\"]", "dry_run": "True", "title": null});
        let (_, host) = call(mode, "tokportal_create_bundle", false, order);
        let (_, dry_run, body) = sent(&host);
        assert_eq!(dry_run.as_deref(), Some("true"), "{mode:?}");
        assert_eq!(
            serde_json::from_str::<Value>(&body).expect("JSON"),
            json!({"bundle_type": "account_only", "country": "USA", "videos_quantity": 2,
                "advanced_warming_terms": ["a1", "b2", "c3"]})
        );
        assert!(!body.contains("2.0"));
    }
}

#[test]
fn sender_that_fills_gaps_with_null_clears_no_member() {
    for mode in MODES {
        let filled = json!({"id": BUNDLE, "auto_finalize_videos": false, "title": null,
            "external_ref": null, "dry_run": null, "idempotency_key": null});
        let (result, host) = call(mode, "tokportal_update_bundle", false, filled);
        assert_eq!(
            sent(&host).2,
            r#"{"auto_finalize_videos":false}"#,
            "{mode:?}"
        );
        let meta = &result["_meta"];
        assert_eq!(
            meta["com.tokportal/ignored_nulls"],
            json!(["title", "external_ref"])
        );
        let told = result["content"].to_string();
        assert!(told.contains("Not cleared: title, external_ref."), "{told}");

        let clearing = json!({"id": BUNDLE, "title": null});
        let (result, host) = call(mode, "tokportal_update_bundle", false, clearing);
        assert_eq!(sent(&host).2, r#"{"title":null}"#, "{mode:?}");
        assert!(result["_meta"].get("com.tokportal/ignored_nulls").is_none());
    }
}

#[test]
fn what_cannot_be_read_is_refused_as_before_and_nothing_is_sent() {
    for mode in MODES {
        for (arguments, field, problem) in [
            (
                json!({"per_page": "five"}),
                "per_page",
                "must be integer, not string",
            ),
            (
                json!({"per_page": ""}),
                "per_page",
                "must be integer, not string",
            ),
            (
                json!({"per_page": "500"}),
                "per_page",
                "must be at most 100",
            ),
            (json!({"page": 1e300}), "page", "is too large to be exact"),
        ] {
            let (result, host) = call(mode, "tokportal_list_bundles", true, arguments);
            let error = &result["structuredContent"]["error"];
            assert_eq!(error["code"], "INVALID_ARGUMENTS", "{result}");
            let fields = error["details"]["fields"].as_array().expect("fields");
            assert_eq!(fields.len(), 1, "{fields:?}");
            assert_eq!(fields[0]["field"], field);
            let text = fields[0]["problem"].as_str().expect("text");
            assert!(text.starts_with(problem), "{text}");
            assert!(host.sent.borrow().is_empty());
        }
    }
}

/// A preview that turns into a real call costs money.
#[test]
fn dry_run_that_is_not_clear_leads_to_no_call() {
    for mode in MODES {
        for unclear in [
            json!("1"),
            json!(1),
            json!("yes"),
            json!(""),
            json!([true]),
            json!("null"),
        ] {
            let order =
                json!({"bundle_type": "account_only", "country": "USA", "dry_run": unclear});
            let (result, host) = call(mode, "tokportal_create_bundle", false, order);
            assert_eq!(result["isError"], true, "{unclear}");
            assert!(host.sent.borrow().is_empty(), "{unclear}");
        }
        let misspelled = json!({"bundle_type": "account_only", "country": "USA", "dryRun": true});
        let (result, host) = call(mode, "tokportal_create_bundle", false, misspelled);
        let text = result["structuredContent"]["error"]["message"]
            .as_str()
            .expect("text");
        assert!(text.contains("did you mean `dry_run`?"), "{text}");
        assert!(host.sent.borrow().is_empty());
        // A tool that only reads has no such argument, but a person who passes it expects an effect.
        let (result, _) = call(
            mode,
            "tokportal_list_bundles",
            true,
            json!({"dry_run": true}),
        );
        assert_eq!(result["isError"], true, "{mode:?}");
    }
}

#[test]
fn consent_as_text_is_refused() {
    for mode in [MODES[0], MODES[2]] {
        let arguments =
            json!({"id": BUNDLE, "acknowledge_support_forfeit": "true", "policy_version": "3"});
        let (result, host) = call(
            mode,
            "tokportal_reveal_account_credentials",
            false,
            arguments,
        );
        assert_eq!(result["isError"], true);
        assert!(host.sent.borrow().is_empty());
    }
}

#[test]
fn unknown_arguments_are_dropped_on_reads_with_a_note() {
    for mode in MODES {
        let added = json!({"per_page": 5, "toolCallId": "call_1", "sessionId": "s", "focus": "x"});
        let (result, host) = call(mode, "tokportal_list_bundles", true, added);
        assert_eq!(sent(&host).0, "/api/ext/bundles?per_page=5", "{mode:?}");
        assert_eq!(
            result["_meta"]["com.tokportal/dropped_arguments"],
            json!(["toolCallId", "sessionId", "focus"])
        );
        let texts = result["content"].as_array().expect("texts");
        let note = texts[1]["text"].as_str().expect("a note");
        assert!(note.ends_with("no such argument: focus."), "{note}");

        let (result, host) = call(
            mode,
            "tokportal_list_bundles",
            true,
            json!({"toolCallId": "c"}),
        );
        assert_eq!(
            result["content"].as_array().map(Vec::len),
            Some(1),
            "{result}"
        );
        assert_eq!(sent(&host).0, "/api/ext/bundles");

        let (result, host) = call(mode, "tokportal_list_bundles", true, json!({"perPage": 5}));
        let text = result["structuredContent"]["error"]["message"]
            .as_str()
            .expect("text");
        assert!(text.contains("did you mean `per_page`?"), "{text}");
        assert!(host.sent.borrow().is_empty());

        let write = json!({"id": BUNDLE, "title": "x", "toolCallId": "call_1"});
        let (result, host) = call(mode, "tokportal_update_bundle", false, write);
        assert_eq!(result["isError"], true, "{mode:?}");
        assert!(host.sent.borrow().is_empty());
    }
}

/// Sends the arguments of a compact tool itself.
fn compact(tool: &str, arguments: Value) -> (Value, FakeHost) {
    let params = json!({"name": tool, "arguments": arguments});
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
    let builder = post().header("mcp-protocol-version", "2025-11-25");
    let mut request = body(builder, &message);
    *request.uri_mut() = "/api/ext/mcp?mode=compact".parse().expect("a URI");
    let host = FakeHost::answering(|_| json_answer(200, r#"{"data":[]}"#));
    let (reply, host) = handle(host, request);
    let answer: Value = serde_json::from_slice(reply.body()).expect("JSON");
    (answer["result"].clone(), host)
}

#[test]
fn arguments_of_compact_tools_are_normalized_too() {
    let read = "tokportal_call_read_tool";
    for arguments in [
        json!({"name": "tokportal_list_bundles", "arguments": "{\"per_page\":\"5\"}"}),
        json!({"name": "tokportal_list_bundles", "arguments": {"per_page": 5.0}, "toolCallId": "c"}),
    ] {
        let (result, host) = compact(read, arguments);
        assert_eq!(sent(&host).0, "/api/ext/bundles?per_page=5", "{result}");
    }
    let (result, _) = compact(
        read,
        json!({"name": "tokportal_list_bundles", "arguments": null}),
    );
    assert_eq!(result["isError"], Value::Null, "{result}");
    let (result, _) = compact(
        "tokportal_find_tools",
        json!({"query": "order", "limit": "2.0", "toolset": null}),
    );
    assert_eq!(result["isError"], Value::Null, "{result}");
    let tools = result["structuredContent"]["tools"]
        .as_array()
        .expect("tools");
    assert_eq!(tools.len(), 2, "{result}");

    // An argument of the tool beside `arguments` is no field of a host, and `dry_run` is never dropped.
    for misplaced in ["per_page", "dry_run"] {
        let (result, host) = compact(
            read,
            json!({"name": "tokportal_list_bundles", misplaced: 5}),
        );
        assert_eq!(result["isError"], true, "{misplaced}");
        assert!(host.sent.borrow().is_empty());
    }
    let write = json!({"name": "tokportal_create_bundle", "arguments": {"bundle_type": "account_only", "country": "USA"}, "dry_run": true});
    let (result, host) = compact("tokportal_call_write_tool", write);
    assert_eq!(result["isError"], true);
    assert!(host.sent.borrow().is_empty());
}

#[test]
fn arguments_as_one_text_or_empty_list_are_read() {
    for (arguments, path) in [
        (json!("{\"per_page\":5}"), "/api/ext/bundles?per_page=5"),
        (json!([]), "/api/ext/bundles"),
        (json!(null), "/api/ext/bundles"),
    ] {
        let (_, host) = call(MODES[0], "tokportal_list_bundles", true, arguments);
        assert_eq!(sent(&host).0, path);
    }
}

#[test]
fn text_with_half_an_emoji_in_an_argument_is_told_in_words() {
    let order = json!({"bundle_type": "account_only", "country": "USA",
        "advanced_warming_terms": "[\"cut \\ud83d\"]"});
    let (result, host) = call(MODES[0], "tokportal_create_bundle", false, order);
    let error = &result["structuredContent"]["error"];
    let text = error["message"].as_str().expect("text");
    assert!(
        text.contains("`advanced_warming_terms` is text that is not valid Unicode"),
        "{text}"
    );
    assert_eq!(error["details"]["fields"].as_array().map(Vec::len), Some(1));
    assert!(host.sent.borrow().is_empty());
}

#[test]
fn the_log_counts_normalized_arguments_without_values() {
    let arguments = json!({"page": null, "per_page": "5", "toolCallId": "marker"});
    let (_, host) = call(MODES[0], "tokportal_list_bundles", true, arguments);
    let log = host.log.borrow();
    let line: Value = serde_json::from_str(&log[0]).expect("JSON");
    assert_eq!(line["normalized_arguments"], 3);
    assert!(!log[0].contains("marker"));
    let (_, host) = call(
        MODES[0],
        "tokportal_list_bundles",
        true,
        json!({"per_page": 5}),
    );
    assert!(!host.log.borrow()[0].contains("normalized_arguments"));
}

/// The state of a confirmation is bound to the arguments as the API gets them, so a host may break them again, and
/// differently.
#[test]
fn confirmed_call_may_repeat_the_arguments_in_any_form() {
    let host = FakeHost::answering(|request| {
        let is_dry_run = request.headers().contains_key("x-tokportal-dry-run");
        let body = if is_dry_run {
            r#"{"credits_would_charge":38}"#
        } else {
            r#"{"data":{"id":"b1"}}"#
        };
        json_answer(200, body)
    });
    let secret = "s".repeat(32);
    let app = connector(host, &[("sealing_secret", &secret)]);
    let send = |arguments: Value, more: Value| {
        let mut params = json!({"name": "tokportal_create_bundle", "arguments": arguments});
        params
            .as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        let (builder, mut message) = modern_request("tools/call", params);
        message["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] =
            json!({"elicitation": {}});
        let request = body(
            builder.header("mcp-name", "tokportal_create_bundle"),
            &message,
        );
        let reply = pollster::block_on(app.handle(request));
        let answer: Value = serde_json::from_slice(reply.body()).expect("JSON");
        answer["result"].clone()
    };
    let filled = json!({"bundle_type": "account_only", "country": "USA", "videos_quantity": "2", "title": null});
    let asked = send(filled, json!({}));
    assert_eq!(asked["resultType"], "input_required", "{asked}");
    let accepted = json!({
        "requestState": asked["requestState"],
        "inputResponses": {"confirm": {"action": "accept", "content": {"confirm": true}}},
    });
    let plain = json!({"bundle_type": "account_only", "country": "USA", "videos_quantity": 2.0});
    let done = send(plain, accepted);
    assert_eq!(done["structuredContent"]["data"]["id"], "b1", "{done}");
    let sent = app.host.sent.borrow();
    let last = String::from_utf8(sent.last().expect("a call").body().to_vec()).expect("text");
    assert_eq!(
        last,
        r#"{"bundle_type":"account_only","country":"USA","videos_quantity":2}"#
    );
}
