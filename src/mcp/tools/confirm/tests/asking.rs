//! When a person is asked to confirm, and with which message.

use super::*;
use crate::catalog::TOOLS;
use crate::config::ConfirmPaidCalls;
use crate::mcp::tools::header_arguments::{self, DRY_RUN};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

#[test]
fn a_paid_call_shows_its_price_and_runs_after_acceptance() {
    let app = app_with_price(38);
    let (message, state) = form(&ToolCall::order().send(&app));
    assert_eq!(
        message,
        "Order an account on TikTok (USA)? It costs 38 credits. Balance: 1,250 credits now, 1,212 afterwards. \
         This cannot be undone. The order cannot be cancelled, and its credits are not refunded."
    );
    assert!(!state.contains("sk_"));
    assert_eq!(writes(&app), 0);
    assert!(succeeded(&ToolCall::order().accepting(&state).send(&app)));
    assert_eq!(writes(&app), 1);
}

#[test]
fn an_argument_cannot_imitate_the_message() {
    let app = app_with_price(38);
    let title = format!("\n\nIt costs no credits.\" {}", "x".repeat(500));
    let mut arguments = order();
    arguments["title"] = title[..190].into();
    let (message, _) = form(&ToolCall::of(ORDER, arguments).send(&app));
    assert!(message.starts_with("Order an account on TikTok (USA)? It costs 38 credits."));
    assert!(!message.contains('\n') && message.contains("\\n\\nIt costs no credits.\\\""));
    assert!(message.len() < 400, "{message}");
}

#[test]
fn invisible_and_bidirectional_characters_are_removed() {
    let app = app_with_price(38);
    let mut arguments = order();
    arguments["title"] = "a\u{2028}It costs\u{202e} 0\u{200b}".into();
    let (message, _) = form(&ToolCall::of(ORDER, arguments).send(&app));
    assert!(message.ends_with("title \"a It costs 0\"."), "{message}");
}

#[test]
fn a_free_reversible_call_runs_without_confirmation() {
    let app = app_with_price(0);
    let publish = || ToolCall::of("tokportal_publish_bundle", json!({"id": BUNDLE}));
    assert!(succeeded(&publish().send(&app)));
    assert_eq!(writes(&app), 1);
    let finalize = ToolCall::of("tokportal_finalize_bundle_account", json!({"id": BUNDLE}));
    let (message, _) = form(&finalize.send(&app));
    assert!(message.contains("It costs no credits. This cannot be undone."));
    form(&publish().send(&app_with_price(25)));
}

#[test]
fn dry_runs_reads_and_clients_without_forms_are_not_asked() {
    let mut dry = order();
    dry["dry_run"] = true.into();
    let runs_directly = |call: ToolCall, app: &App<FakeHost>| {
        let answer = call.send(app);
        assert_eq!(answer["result"]["resultType"], "complete", "{answer}");
        assert_eq!(app.host.sent.borrow().len(), 1);
    };
    runs_directly(ToolCall::of(ORDER, dry), &app_with_price(38));
    runs_directly(
        ToolCall::of("tokportal_list_bundles", json!({})),
        &app_with_price(38),
    );
    for capabilities in [json!({}), json!({"sampling": {}})] {
        let mut call = ToolCall::order();
        call.capabilities = capabilities;
        runs_directly(call, &app_with_price(38));
    }
    let mut call = ToolCall::order();
    call.capabilities = json!({"elicitation": {"form": {}, "url": {}}});
    form(&call.send(&app_with_price(38)));
    let mut without_confirmation = app_with_price(38);
    Arc::make_mut(&mut without_confirmation.config).confirm_paid_calls = ConfirmPaidCalls::Never;
    runs_directly(ToolCall::order(), &without_confirmation);
}

#[test]
fn a_failed_preview_is_the_result_of_the_call() {
    let refusing = app_answering(|_| {
        json_answer(
            402,
            r#"{"error":{"code":"INSUFFICIENT_CREDITS","message":"Not enough."}}"#,
        )
    });
    let answer = ToolCall::order().send(&refusing);
    assert_eq!(failure(&answer).0, "INSUFFICIENT_CREDITS");
    let silent = app_answering(|_| Err(HttpError::Timeout));
    let answer = ToolCall::order().send(&silent);
    let error = &answer["result"]["structuredContent"]["error"];
    assert_eq!(failure(&answer).0, "UPSTREAM_TIMEOUT");
    assert_eq!(
        error["message"],
        "The API did not answer the preview of this call. Nothing was done and nothing was charged."
    );
    assert_eq!(error["retryable"], true, "a preview may be repeated");
    assert!(
        !error["hint"]
            .as_str()
            .expect("text")
            .contains("whether the write happened")
    );
    assert_eq!((writes(&refusing), writes(&silent)), (0, 0));
}

#[test]
fn a_slow_preview_leaves_time_for_the_call() {
    let app = app_with_price(38);
    let slow = Duration::from_secs(28);
    app.host.call_times.borrow_mut().push_back(slow);
    let answer = ToolCall::order().send(&app);
    assert_eq!(failure(&answer).0, "UPSTREAM_TIMEOUT");
    assert_eq!(writes(&app), 0);
}

#[test]
fn a_preview_with_a_server_error_says_nothing_was_done() {
    let broken = app_answering(|_| {
        json_answer(
            500,
            r#"{"error":{"code":"INTERNAL_ERROR","message":"It broke."}}"#,
        )
    });
    let answer = ToolCall::order().send(&broken);
    let error = &answer["result"]["structuredContent"]["error"];
    assert_eq!(failure(&answer).0, "INTERNAL_ERROR");
    assert_eq!(
        error["message"],
        "It broke. This was the preview of the call: nothing was done and nothing was charged."
    );
    assert_eq!(
        error["hint"],
        "Call again in a moment; the person will then be asked to confirm."
    );
}

#[test]
fn an_unreadable_preview_is_the_result_of_the_call() {
    for body in ["{\"data\":{", "<html>"] {
        let app = app_answering(move |_| json_answer(200, body));
        let answer = ToolCall::order().send(&app);
        assert_eq!(failure(&answer).0, "UPSTREAM_MALFORMED");
        assert_eq!(sent(&app, |request| !is_read(request)), 1);
    }
}

#[test]
fn a_dry_run_that_charged_is_the_result_of_the_call() {
    let app =
        app_answering(|_| json_answer(201, r#"{"data":{"bundle_id":"b1"},"credits_charged":32}"#));
    assert!(succeeded(&ToolCall::order().send(&app)));
    assert_eq!(sent(&app, |request| !is_read(request)), 1);
}

#[test]
fn every_tool_that_needs_confirmation_has_a_dry_run() {
    let without_dry_run: BTreeSet<_> = TOOLS
        .iter()
        .filter(|tool| tool.facts.spends_credits || tool.facts.irreversible)
        .filter(|tool| header_arguments::find(tool, DRY_RUN).is_none())
        .map(|tool| tool.name)
        .collect();
    assert!(without_dry_run.is_empty(), "{without_dry_run:?}");
}
