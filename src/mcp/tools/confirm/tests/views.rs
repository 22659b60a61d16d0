//! Confirmation in a view of the host: the result waits, the view runs the call with what only it got, once.

use super::*;
use futures::future::join_all;
use std::cell::Cell;
use std::rc::Rc;

const UI: &str = "io.modelcontextprotocol/ui";
const RUN: &str = "tokportal_run_approved";

fn capabilities() -> Value {
    json!({"extensions": {UI: {"mimeTypes": ["text/html;profile=mcp-app"]}}})
}

fn call(tool: &'static str, arguments: Value) -> ToolCall {
    ToolCall {
        capabilities: capabilities(),
        ..ToolCall::of(tool, arguments)
    }
}

/// The approval in a result that waits.
fn waiting(answer: &Value) -> String {
    let result = &answer["result"];
    assert_eq!(
        result["structuredContent"]["error"]["code"], "APPROVAL_REQUIRED",
        "{answer}"
    );
    assert!(
        result["isError"].is_null(),
        "a host shows no view beside a failure"
    );
    let approval = &result["_meta"]["com.tokportal/approval"];
    let approval = approval.as_str().expect("an approval").to_owned();
    assert!(
        !result["content"].to_string().contains(&approval),
        "the model sees no approval"
    );
    approval
}

/// What the button of the view sends.
fn run(approval: &str, arguments: Value) -> ToolCall {
    let arguments = json!({"approval": approval, "name": ORDER, "arguments": arguments});
    call(RUN, arguments)
}

#[test]
fn view_runs_the_call_once() {
    let app = app_with_price(38);
    let answer = call(ORDER, order()).send(&app);
    let details = &answer["result"]["structuredContent"]["error"]["details"];
    assert_eq!(
        (&details["price"], &details["balance"]),
        (&json!(38), &json!(1250))
    );
    assert_eq!(details["balance_after"], 1212);
    let approval = waiting(&answer);
    assert_eq!(writes(&app), 0);
    assert!(succeeded(&run(&approval, order()).send(&app)));
    assert_eq!(writes(&app), 1);
    let again = run(&approval, order()).send(&app);
    assert_eq!(failure(&again).0, "APPROVAL_USED");
    assert_eq!(writes(&app), 1, "a second press");
    waiting(&call(ORDER, order()).send(&app));
    let old_view = run(&approval, order()).send(&app);
    assert_eq!(failure(&old_view).0, "APPROVAL_USED", "of an older result");
}

#[test]
fn approval_of_another_call_key_or_making_runs_nothing() {
    let app = app_with_price(38);
    let approval = waiting(&call(ORDER, order()).send(&app));
    let mut other = order();
    other["country"] = "FR".into();
    let other_approval = waiting(&call(ORDER, other.clone()).send(&app));
    waiting(&run(&approval, other).send(&app));
    waiting(&run(&other_approval, order()).send(&app));
    let mut by_another = run(&approval, order());
    by_another.key = format!("sk_{}", "cd".repeat(32));
    waiting(&by_another.send(&app));
    for made_up in ["", "x", &approval[1..], &"A".repeat(300)] {
        waiting(&run(made_up, order()).send(&app));
    }
    assert_eq!(writes(&app), 0);
    assert!(succeeded(&run(&approval, order()).send(&app)));
}

#[test]
fn higher_price_waits_again_in_the_view() {
    let price = Rc::new(Cell::new(38));
    let stated = Rc::clone(&price);
    let app = app_answering(move |request| {
        if is_dry_run(request) {
            let body = json!({"data": {}, "credits_would_charge": stated.get()});
            return json_answer(200, &body.to_string());
        }
        json_answer(201, r#"{"data":{"bundle_id":"b1"},"credits_charged":32}"#)
    });
    let approval = waiting(&call(ORDER, order()).send(&app));
    price.set(40);
    let again = run(&approval, order()).send(&app);
    let details = &again["result"]["structuredContent"]["error"]["details"];
    assert_eq!(details["price"], 40);
    assert_eq!(writes(&app), 0);
    assert!(succeeded(&run(&waiting(&again), order()).send(&app)));
    assert_eq!(writes(&app), 1);
}

#[test]
fn compact_connection_runs_an_approved_call() {
    let app = app_with_price(38);
    let path = "/api/ext/mcp?mode=compact";
    let mut asking = call(
        "tokportal_call_write_tool",
        json!({"name": ORDER, "arguments": order()}),
    );
    asking.path = path;
    let approval = waiting(&asking.send(&app));
    let mut approved = run(&approval, order());
    approved.path = path;
    assert!(succeeded(&approved.send(&app)));
}

#[test]
fn wrong_arguments_are_explained() {
    let app = app_with_price(38);
    for arguments in [
        json!({}),
        json!({"approval": "x", "name": ORDER}),
        json!({"approval": 7, "name": ORDER, "arguments": {}}),
        json!({"approval": "x", "name": "tokportal_list_bundles", "arguments": []}),
    ] {
        let answer = call(RUN, arguments).send(&app);
        assert_eq!(answer["error"]["code"], -32602, "{answer}");
    }
    let unknown = json!({"approval": "x", "name": "nothing", "arguments": {}});
    assert_eq!(failure(&call(RUN, unknown).send(&app)).0, "UNKNOWN_TOOL");
    assert_eq!(writes(&app), 0);
}

#[test]
fn client_that_shows_no_views_has_no_such_tool() {
    let app = app_with_price(38);
    for capabilities in [json!({}), json!({"elicitation": {}})] {
        let mut made_up = run("x", order());
        made_up.capabilities = capabilities;
        let answer = made_up.send(&app);
        assert_eq!(answer["error"]["code"], -32602, "{answer}");
        assert!(!answer.to_string().contains("com.tokportal/approval"));
    }
    let approval = waiting(&call(ORDER, order()).send(&app));
    let mut stolen = run(&approval, order());
    stolen.capabilities = json!({});
    assert_eq!(stolen.send(&app)["error"]["code"], -32602);
    assert_eq!(writes(&app), 0);
}

#[test]
fn only_calls_that_need_an_approval_run_so() {
    let app = app_with_price(38);
    let approval = waiting(&call(ORDER, order()).send(&app));
    let settings = json!({"approval": approval, "name": "tokportal_update_current_user_settings", "arguments": {"niche": "x"}});
    let mut beside = json!({"approval": approval, "name": ORDER, "arguments": order()});
    beside["dry_run"] = true.into();
    for arguments in [settings, beside] {
        let answer = call(RUN, arguments).send(&app);
        assert_eq!(answer["error"]["code"], -32602, "{answer}");
    }
    assert_eq!(writes(&app), 0);
}

#[test]
fn approval_of_a_call_that_failed_runs_nothing_later() {
    let is_down = Rc::new(Cell::new(false));
    let down = Rc::clone(&is_down);
    let app = app_answering(move |request| {
        if down.get() {
            return json_answer(
                500,
                r#"{"error":{"code":"INTERNAL_ERROR","message":"It broke."}}"#,
            );
        }
        if is_dry_run(request) {
            return json_answer(200, r#"{"data":{},"credits_would_charge":38}"#);
        }
        json_answer(201, r#"{"data":{"bundle_id":"b1"},"credits_charged":32}"#)
    });
    let approval = waiting(&call(ORDER, order()).send(&app));
    is_down.set(true);
    assert_eq!(
        failure(&run(&approval, order()).send(&app)).0,
        "INTERNAL_ERROR"
    );
    is_down.set(false);
    waiting(&call(ORDER, order()).send(&app));
    assert_eq!(writes(&app), 0);
}

#[test]
fn presses_at_the_same_time_run_the_call_once() {
    for counters in [true, false] {
        let app = app_with_price(38);
        app.host.has_counters.set(counters);
        let approval = waiting(&call(ORDER, order()).send(&app));
        let presses = (0..8).map(|_| run(&approval, order()).send_async(&app));
        let answers = pollster::block_on(join_all(presses));
        let is_used = |answer: &&Value| {
            answer["result"]["structuredContent"]["error"]["code"] == "APPROVAL_USED"
        };
        assert_eq!(answers.iter().filter(|answer| succeeded(answer)).count(), 1);
        assert_eq!(answers.iter().filter(is_used).count(), 7, "{answers:#?}");
        assert_eq!(writes(&app), 1);
    }
}
