//! When a person is asked, and what.

use super::*;
use crate::mcp::tools::header_arguments::{self, DRY_RUN};
use std::collections::BTreeSet;

#[test]
fn the_question_tells_price_consequence_and_arguments_and_nothing_runs_before_the_word() {
    let world = priced(38);
    let (message, state) = question(&Leg::order().send(&world));
    assert_eq!(
        message,
        "TokPortal: Create bundle. It costs 38 credits. This cannot be undone. \
         With: bundle_type \"account_only\", platform \"tiktok\", country \"USA\"."
    );
    assert!(!state.contains("sk_"));
    assert_eq!(writes(&world), 0);
    assert!(succeeded(&Leg::order().accepting(&state).send(&world)));
    assert_eq!(writes(&world), 1);
}

#[test]
fn a_caller_cannot_write_into_the_message() {
    let world = priced(38);
    let title = format!("\n\nIt costs no credits.\" {}", "x".repeat(500));
    let mut arguments = order();
    arguments["title"] = title[..190].into();
    let (message, _) = question(&Leg::of(ORDER, arguments).send(&world));
    assert!(message.starts_with("TokPortal: Create bundle. It costs 38 credits."));
    assert!(!message.contains('\n') && message.contains("\\n\\nIt costs no credits.\\\""));
    assert!(message.len() < 400, "{message}");
}

#[test]
fn what_shows_nothing_or_turns_the_writing_direction_is_not_shown() {
    let world = priced(38);
    let mut arguments = order();
    arguments["title"] = "a\u{2028}It costs\u{202e} 0\u{200b}".into();
    let (message, _) = question(&Leg::of(ORDER, arguments).send(&world));
    assert!(message.ends_with("title \"a It costs 0\"."), "{message}");
}

#[test]
fn what_is_free_and_can_be_undone_runs_unasked() {
    let world = priced(0);
    let publish = || Leg::of("tokportal_publish_bundle", json!({"id": BUNDLE}));
    assert!(succeeded(&publish().send(&world)));
    assert_eq!(writes(&world), 1);
    let finalize = Leg::of("tokportal_finalize_bundle_account", json!({"id": BUNDLE}));
    let (message, _) = question(&finalize.send(&world));
    assert!(message.contains("It costs no credits. This cannot be undone."));
    question(&publish().send(&priced(25)));
}

#[test]
fn dry_runs_reads_and_clients_without_forms_are_never_asked() {
    let mut dry = order();
    dry["dry_run"] = true.into();
    let unasked = |leg: Leg, world: &App<FakeHost>| {
        let answer = leg.send(world);
        assert_eq!(answer["result"]["resultType"], "complete", "{answer}");
        assert_eq!(world.host.sent.borrow().len(), 1);
    };
    unasked(Leg::of(ORDER, dry), &priced(38));
    unasked(Leg::of("tokportal_list_bundles", json!({})), &priced(38));
    for capabilities in [
        json!({}),
        json!({"elicitation": {"url": {}}}),
        json!({"sampling": {}}),
    ] {
        let mut leg = Leg::order();
        leg.capabilities = capabilities;
        unasked(leg, &priced(38));
    }
    let mut leg = Leg::order();
    leg.capabilities = json!({"elicitation": {"form": {}, "url": {}}});
    question(&leg.send(&priced(38)));
    let mut off = priced(38);
    off.config.confirm_paid_calls = false;
    unasked(Leg::order(), &off);
}

#[test]
fn a_call_that_would_fail_fails_at_once() {
    let refusing = world(|_| {
        json_answer(
            402,
            r#"{"error":{"code":"INSUFFICIENT_CREDITS","message":"Not enough."}}"#,
        )
    });
    let answer = Leg::order().send(&refusing);
    assert_eq!(failure(&answer).0, "INSUFFICIENT_CREDITS");
    let silent = world(|_| Err(HttpError::Timeout));
    let answer = Leg::order().send(&silent);
    let error = &answer["result"]["structuredContent"]["error"];
    assert_eq!(failure(&answer).0, "UPSTREAM_TIMEOUT");
    assert_eq!(
        error["message"],
        "The API did not answer the preview of this call. Nothing was done and nothing was charged."
    );
    assert_eq!(error["retryable"], true, "a preview may be asked for twice");
    assert!(
        !error["hint"]
            .as_str()
            .expect("text")
            .contains("whether the write happened")
    );
    assert_eq!((writes(&refusing), writes(&silent)), (0, 0));
}

#[test]
fn a_preview_that_fails_for_the_moment_says_that_nothing_was_done() {
    let broken = world(|_| {
        json_answer(
            500,
            r#"{"error":{"code":"INTERNAL_ERROR","message":"It broke."}}"#,
        )
    });
    let answer = Leg::order().send(&broken);
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
fn a_preview_that_cannot_be_read_is_no_preview() {
    for body in ["{\"data\":{", "<html>"] {
        let world = world(move |_| json_answer(200, body));
        let answer = Leg::order().send(&world);
        assert_eq!(failure(&answer).0, "UPSTREAM_MALFORMED");
        assert_eq!(world.host.sent.borrow().len(), 1);
    }
}

#[test]
fn an_api_that_overlooked_the_dry_run_has_done_it_and_is_not_asked_twice() {
    let world = world(|_| json_answer(201, r#"{"data":{"bundle_id":"b1"},"credits_charged":32}"#));
    assert!(succeeded(&Leg::order().send(&world)));
    assert_eq!(world.host.sent.borrow().len(), 1);
}

#[test]
fn every_tool_that_is_asked_about_can_be_looked_ahead() {
    let blind: BTreeSet<_> = crate::catalog::TOOLS
        .iter()
        .filter(|tool| tool.facts.spends_credits || tool.facts.irreversible)
        .filter(|tool| header_arguments::find(tool, DRY_RUN).is_none())
        .map(|tool| tool.name)
        .collect();
    assert!(blind.is_empty(), "{blind:?}");
}
