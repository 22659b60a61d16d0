//! `confirm_paid_calls = "always"`, and `confirm=always` in the address: no path spends credits without a person.

use super::*;
use crate::access::policy::{call_tool, needs_confirmation};
use crate::config::ConfirmPaidCalls;
use crate::host::Clock;
use crate::mcp::tools::generated::{for_every_tool_with, valid};
use proptest::prelude::*;
use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

/// Version, and the capabilities that a modern client declares, or the session id of a legacy one.
fn eras() -> Vec<(&'static str, Value)> {
    let modern = [
        json!({}),
        json!({"elicitation": {}}),
        json!({"elicitation": {"form": {}, "url": {}}}),
        json!({"elicitation": {"url": {}}}),
        json!({"sampling": {}, "roots": {}}),
        json!({"extensions": {"io.modelcontextprotocol/ui": {"mimeTypes": ["text/html;profile=mcp-app"]}}}),
    ];
    let modern = modern.map(|capabilities| ("2026-07-28", capabilities));
    let legacy = ["2025-03-26", "2025-06-18", "2025-11-25"];
    let sessions = [Value::Null, "shows-v-x".into(), "shows-p-x".into()];
    let legacy = legacy
        .iter()
        .flat_map(|version| sessions.iter().map(|session| (*version, session.clone())));
    legacy.chain(modern).collect()
}

/// Sends a call as a client of this era does, and returns the response.
fn send(
    app: &App<FakeHost>,
    path: &str,
    (version, capabilities): &(&str, Value),
    mut params: Value,
) -> Value {
    let name = params["name"].as_str().expect("a name").to_owned();
    let mut request = Request::post(path)
        .header("host", "localhost:3000")
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {}", demo_key()))
        .header("mcp-protocol-version", *version);
    if let Some(session) = capabilities.as_str() {
        request = request.header("mcp-session-id", session);
    }
    if capabilities.is_object() {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": version,
            "io.modelcontextprotocol/clientCapabilities": capabilities,
        });
        request = request
            .header("mcp-method", "tools/call")
            .header("mcp-name", name);
    }
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
    let request = request.body(Bytes::from(message.to_string()));
    let reply = pollster::block_on(app.handle(request.expect("a request")));
    serde_json::from_slice(reply.body()).expect("JSON")
}

fn shows_views((_, declared): &(&str, Value)) -> bool {
    let declared = declared.to_string();
    declared.contains("shows-v") || declared.contains("profile=mcp-app")
}

fn asks(answer: &Value) -> bool {
    let result = &answer["result"];
    let code = &result["structuredContent"]["error"]["code"];
    let opens_page = answer["error"]["code"] == -32042;
    opens_page || result["resultType"] == "input_required" || code == "APPROVAL_REQUIRED" || {
        // The first revisions have no structured content.
        let text = result["content"][0]["text"].as_str().unwrap_or_default();
        text.contains("\"APPROVAL_REQUIRED\"")
    }
}

#[test]
fn no_paid_or_irreversible_call_runs_without_a_person() {
    let asked = Cell::new(0);
    for_every_tool_with(2, valid, |tool, arguments| {
        if !needs_confirmation(tool) {
            return Ok(());
        }
        for by_variable in [true, false] {
            let mut app = app_with_price(38);
            let query = if by_variable {
                Arc::make_mut(&mut app.config).confirm_paid_calls = ConfirmPaidCalls::Always;
                ""
            } else {
                "&confirm=always"
            };
            let direct = json!({"name": tool.name, "arguments": arguments});
            let compact = json!({"name": call_tool(tool), "arguments": direct});
            for era in eras() {
                for (mode, params) in [("a=b", &direct), ("mode=compact", &compact)] {
                    let path = format!("/api/ext/mcp?{mode}{query}");
                    for _ in 0..2 {
                        let answer = send(&app, &path, &era, params.clone());
                        let is_dry_run = arguments["dry_run"] == true;
                        prop_assert!(is_dry_run || asks(&answer), "{era:?} {path}: {answer}");
                        asked.set(asked.get() + 1);
                        // What a model can see must not lead to a call that runs.
                        if shows_views(&era) {
                            continue;
                        }
                        let approval = answer["result"]["_meta"]["com.tokportal/approval"].clone();
                        prop_assert!(approval.is_null(), "{era:?} {path}: {answer}");
                        let run = json!({"name": "tokportal_run_approved", "arguments": {
                            "approval": "x", "name": tool.name, "arguments": arguments,
                        }});
                        let answer = send(&app, &path, &era, run);
                        prop_assert_eq!(&answer["error"]["code"], &json!(-32602));
                    }
                }
            }
            prop_assert_eq!(writes(&app), 0);
        }
        Ok(())
    });
    assert!(asked.get() > 1_000, "{}", asked.get());
}

#[test]
fn client_that_opens_pages_is_given_the_address() {
    let app = app_with_price(38);
    let era = ("2026-07-28", json!({"elicitation": {"url": {}}}));
    let params = json!({"name": ORDER, "arguments": order()});
    let answer = send(&app, "/api/ext/mcp", &era, params.clone());
    let result = &answer["result"];
    assert_eq!(result["resultType"], "input_required", "{answer}");
    let input = &result["inputRequests"]["confirm"];
    assert_eq!(input["method"], "elicitation/create");
    assert_eq!(input["params"]["mode"], "url");
    let url = input["params"]["url"].as_str().expect("a URL");
    assert!(
        url.starts_with("http://localhost:3000/approve?call="),
        "{url}"
    );
    let message = input["params"]["message"].as_str().expect("a message");
    assert!(message.contains("It costs 38 credits."), "{message}");
    assert_eq!(writes(&app), 0);
}

#[test]
fn client_of_2025_11_25_that_opens_pages_gets_an_error_with_the_address() {
    let app = app_with_price(38);
    let era = ("2025-11-25", "shows-p-x".into());
    let params = json!({"name": ORDER, "arguments": order()});
    let answer = send(&app, "/api/ext/mcp", &era, params);
    let error = &answer["error"];
    assert_eq!(error["code"], -32042, "{answer}");
    let elicitation = &error["data"]["elicitations"][0];
    assert_eq!(elicitation["mode"], "url");
    for member in ["url", "elicitationId", "message"] {
        assert!(elicitation[member].is_string(), "{elicitation}");
    }
    assert_eq!(error["data"]["code"], "APPROVAL_REQUIRED");
    assert_eq!(writes(&app), 0);
}

#[test]
fn call_waits_while_the_page_is_open_and_then_says_how_to_go_on() {
    let app = app_with_price(38);
    let era = ("2026-07-28", json!({"elicitation": {"url": {}}}));
    let answering = |action: &str| {
        let mut params = json!({"name": ORDER, "arguments": order()});
        params["inputResponses"] = json!({"confirm": {"action": action}});
        send(&app, "/api/ext/mcp", &era, params)
    };
    send(
        &app,
        "/api/ext/mcp",
        &era,
        json!({"name": ORDER, "arguments": order()}),
    );
    let before = app.host.now();
    let answer = answering("accept");
    assert_eq!(failure(&answer).0, "APPROVAL_REQUIRED");
    let waited = app.host.now() - before;
    assert!(
        (Duration::from_secs(10)..Duration::from_secs(20)).contains(&waited),
        "{waited:?}"
    );
    assert_eq!(failure(&answering("decline")).0, "CONFIRMATION_DECLINED");
    assert_eq!(failure(&answering("cancel")).0, "CONFIRMATION_CANCELLED");
    assert_eq!(writes(&app), 0);
}

#[test]
fn free_reversible_call_runs_at_once() {
    let mut app = app_with_price(0);
    Arc::make_mut(&mut app.config).confirm_paid_calls = ConfirmPaidCalls::Always;
    let params = json!({"name": "tokportal_publish_bundle", "arguments": {"id": BUNDLE}});
    let answer = send(&app, "/api/ext/mcp", &("2025-06-18", Value::Null), params);
    assert!(!asks(&answer), "{answer}");
    assert_eq!(writes(&app), 1);
}

#[test]
fn call_that_would_fail_fails_at_once() {
    let mut app = app_answering(|_| {
        json_answer(
            402,
            r#"{"error":{"code":"INSUFFICIENT_CREDITS","message":"Not enough."}}"#,
        )
    });
    Arc::make_mut(&mut app.config).confirm_paid_calls = ConfirmPaidCalls::Always;
    let params = json!({"name": ORDER, "arguments": order()});
    let answer = send(&app, "/api/ext/mcp", &("2025-06-18", Value::Null), params);
    let error = &answer["result"]["structuredContent"]["error"];
    assert_eq!(error["code"], "INSUFFICIENT_CREDITS");
    assert!(
        app.host
            .store
            .borrow()
            .iter()
            .all(|(name, _)| !name.starts_with("question-"))
    );
}

#[test]
fn questions_of_a_key_are_limited() {
    let mut app = app_with_price(38);
    Arc::make_mut(&mut app.config).confirm_paid_calls = ConfirmPaidCalls::Always;
    let ask = |number: u64| {
        let mut arguments = order();
        arguments["title"] = number.to_string().into();
        let params = json!({"name": ORDER, "arguments": arguments});
        let answer = send(&app, "/api/ext/mcp", &("2025-06-18", Value::Null), params);
        answer["result"]["structuredContent"]["error"].clone()
    };
    for number in 0..20 {
        assert_eq!(ask(number)["code"], "APPROVAL_REQUIRED", "{number}");
    }
    let refused = ask(20);
    assert_eq!(refused["code"], "CONFIRMATION_UNAVAILABLE");
    assert!(refused["retry_after_seconds"].is_u64(), "{refused}");
    assert_eq!(
        ask(3)["code"],
        "APPROVAL_REQUIRED",
        "a question that is open"
    );
    app.host.now.set(app.host.now() + Duration::from_secs(60));
    assert_eq!(ask(20)["code"], "APPROVAL_REQUIRED");
    assert_eq!(writes(&app), 0);
}

#[test]
fn store_that_fails_lets_nothing_through() {
    let mut app = app_with_price(38);
    Arc::make_mut(&mut app.config).confirm_paid_calls = ConfirmPaidCalls::Always;
    let params = json!({"name": ORDER, "arguments": order()});
    for calls in 0..12 {
        app.host.store_fails_after.set(Some(calls));
        send(
            &app,
            "/api/ext/mcp",
            &("2025-06-18", Value::Null),
            params.clone(),
        );
        assert_eq!(writes(&app), 0, "after {calls} calls");
    }
}
