//! Calls through the compact tools, and refusals.

use super::{call, send};
use crate::access::policy::call_tool;
use crate::catalog::{self, CALL_READ, CALL_WRITE, DESCRIBE, FIND};
use serde_json::{Value, json};

fn failed(query: &str, name: &str, arguments: Value) -> Value {
    let (result, sent) = call(query, name, arguments);
    assert_eq!((&result["isError"], sent), (&json!(true), 0), "{result}");
    let error = result["structuredContent"]["error"].clone();
    assert!(
        error["hint"].is_string() && error["message"].is_string(),
        "{error}"
    );
    error
}

#[test]
fn a_compact_call_has_the_result_of_a_direct_call() {
    for (name, arguments) in [
        ("tokportal_get_credit_balance", json!({})),
        ("tokportal_get_bundle", json!({"bundle_id": "b1"})),
        ("tokportal_get_bundle", json!({"bundle": 1})),
        (
            "tokportal_unpublish_bundle",
            json!({"bundle_id": "b1", "dry_run": true}),
        ),
        ("tokportal_create_bundle", json!({})),
    ] {
        let tool = catalog::find(name).expect(name);
        let through = call_tool(tool);
        let (_, direct, _) = send(
            "",
            "tools/call",
            json!({"name": name, "arguments": arguments}),
        );
        let inner = json!({"name": name, "arguments": arguments});
        let (_, wrapped, _) = send(
            "mode=compact",
            "tools/call",
            json!({"name": through, "arguments": inner}),
        );
        assert_eq!(direct, wrapped, "{name}");
        assert!(direct["result"].is_object(), "{direct}");
    }
    let (result, sent) = call(
        "mode=compact",
        CALL_READ,
        json!({"name": "tokportal_get_credit_balance"}),
    );
    assert_eq!(
        (&result["isError"], sent),
        (&Value::Null, 1),
        "without arguments"
    );
}

#[test]
fn catalogue_name_of_a_tool_with_a_short_name_is_called_too() {
    for tool in &catalog::TOOLS {
        let Some(catalogue_name) = tool.catalogue_name else {
            continue;
        };
        let (described, _) = call("mode=compact", DESCRIBE, json!({"name": catalogue_name}));
        assert_eq!(described["structuredContent"]["name"], tool.name);
        let (found, _) = call("mode=compact", FIND, json!({"query": catalogue_name}));
        assert_eq!(found["structuredContent"]["tools"][0]["name"], tool.name);
        let inner = json!({"name": catalogue_name, "arguments": {}});
        let error = failed("mode=compact", call_tool(tool), inner);
        assert_eq!(
            error["code"], "INVALID_ARGUMENTS",
            "it reached the check of its arguments"
        );
        let toolsets = format!("toolsets={}", tool.toolset);
        let error = failed(&toolsets, catalogue_name, json!({"no_such_argument": 1}));
        assert_eq!(error["code"], "INVALID_ARGUMENTS");
    }
}

#[test]
fn a_refused_call_names_what_would_work() {
    let inner = |name: &str| json!({"name": name, "arguments": {}});
    for (query, through, name, code, expected) in [
        (
            "mode=compact",
            CALL_READ,
            "tokportal_create_bundle",
            "WRONG_CALL_TOOL",
            CALL_WRITE,
        ),
        (
            "mode=compact",
            CALL_WRITE,
            "tokportal_get_credit_balance",
            "WRONG_CALL_TOOL",
            CALL_READ,
        ),
        (
            "mode=compact",
            CALL_READ,
            "tokportal_nothing",
            "UNKNOWN_TOOL",
            "tokportal_nothing",
        ),
        ("mode=compact", CALL_READ, FIND, "UNKNOWN_TOOL", FIND),
        (
            "mode=compact",
            DESCRIBE,
            "get_bundle",
            "UNKNOWN_TOOL",
            "get_bundle",
        ),
        (
            "mode=compact&toolsets=bundles",
            CALL_READ,
            "tokportal_get_credit_balance",
            "TOOLSET_NOT_SHOWN",
            "credits",
        ),
        (
            "mode=compact&readonly=1",
            CALL_WRITE,
            "tokportal_create_bundle",
            "READ_ONLY_ADDRESS",
            "readonly=1",
        ),
        (
            "mode=compact&readonly=1",
            CALL_READ,
            "tokportal_create_bundle",
            "READ_ONLY_ADDRESS",
            "readonly=1",
        ),
    ] {
        let error = failed(query, through, inner(name));
        assert_eq!(error["code"], code, "{name}");
        assert!(
            error["message"]
                .as_str()
                .expect("a message")
                .contains(expected),
            "{error}"
        );
    }
    for (name, arguments) in [
        (FIND, json!({})),
        (FIND, json!({"query": "", "limit": 0})),
        (FIND, json!({"query": "x", "toolset": "nothing"})),
        (DESCRIBE, json!({"name": 1})),
        (
            CALL_READ,
            json!({"name": "tokportal_get_bundle", "arguments": []}),
        ),
        (CALL_READ, json!({"arguments": {}})),
    ] {
        assert_eq!(
            failed("mode=compact", name, arguments)["code"],
            "INVALID_ARGUMENTS",
            "{name}"
        );
    }
    for (name, through) in [
        ("tokportal_get_credit_balance", CALL_READ),
        ("tokportal_create_bundle", CALL_WRITE),
    ] {
        let (_, body, host) = send("mode=compact", "tools/call", json!({"name": name}));
        assert_eq!(
            (&body["error"]["code"], host.sent.borrow().len()),
            (&json!(-32602), 0)
        );
        assert!(
            body["error"]["message"]
                .as_str()
                .expect("a message")
                .contains(through),
            "{body}"
        );
    }
    let (_, body, _) = send(
        "",
        "tools/call",
        json!({"name": FIND, "arguments": {"query": "x"}}),
    );
    assert_eq!(
        body["error"]["code"], -32602,
        "compact tools exist in compact mode only"
    );
}
