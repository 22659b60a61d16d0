//! An attacker can send any `requestState`: one is accepted for one key and one call, once, for ten minutes.

use super::*;
use crate::mcp::input_required::request_state::LIFETIME;
use futures::future::join_all;
use std::time::Duration;

#[test]
fn a_state_is_accepted_for_its_own_call_only() {
    let app = app_with_price(38);
    let (_, state) = form(&ToolCall::order().send(&app));
    let sent_before = app.host.sent.borrow().len();

    for i in (0..state.len()).step_by(7) {
        let mut tampered = state.clone().into_bytes();
        tampered[i] = if tampered[i] == b'A' { b'B' } else { b'A' };
        let tampered = String::from_utf8(tampered).expect("ASCII");
        let answer = ToolCall::order().accepting(&tampered).send(&app);
        assert!(is_refused(&answer, "not made here"), "{answer}");
    }
    for nonsense in [json!(""), json!(7), json!({}), json!("x".repeat(99))] {
        let mut call = ToolCall::order().accepting("");
        call.state = Some(nonsense);
        assert!(is_refused(&call.send(&app), "not made here"));
    }
    let mut other_key = ToolCall::order().accepting(&state);
    other_key.key = format!("sk_{}", "cd".repeat(32));
    assert!(is_refused(&other_key.send(&app), "another key"));
    let mut arguments = order();
    arguments["videos_quantity"] = 3.into();
    let other = ToolCall::of(ORDER, arguments).accepting(&state).send(&app);
    assert!(is_refused(&other, "other arguments"));
    let other = ToolCall::of("tokportal_publish_bundle", json!({"id": BUNDLE}))
        .accepting(&state)
        .send(&app);
    assert!(is_refused(&other, "another tool"));
    assert_eq!(
        app.host.sent.borrow().len(),
        sent_before,
        "nothing was sent"
    );

    let mut without_state = ToolCall::order().accepting("");
    without_state.state = Some(json!(null));
    form(&without_state.send(&app));

    let mut reordered = json!({"country": "USA", "platform": "tiktok"});
    reordered["bundle_type"] = "account_only".into();
    let answer = ToolCall::of(ORDER, reordered).accepting(&state).send(&app);
    assert!(succeeded(&answer), "the order of members does not matter");
}

#[test]
fn a_state_is_accepted_once_and_for_ten_minutes() {
    let app = app_with_price(38);
    let advance_clock = |seconds| {
        let now = app.host.now.get() + Duration::from_secs(seconds);
        app.host.now.set(now);
    };
    let (_, first) = form(&ToolCall::order().send(&app));
    let (_, second) = form(&ToolCall::order().send(&app));
    advance_clock(LIFETIME - 1);
    assert!(succeeded(&ToolCall::order().accepting(&first).send(&app)));
    let replayed = ToolCall::order().accepting(&first).send(&app);
    assert!(is_refused(&replayed, "used before"), "{replayed}");
    assert!(is_refused(&replayed, "the call was made"), "{replayed}");
    let hint = &replayed["error"]["data"]["hint"];
    assert!(
        !hint.as_str().expect("text").contains("nothing was done"),
        "{hint}"
    );
    advance_clock(1);
    let expired = ToolCall::order().accepting(&second).send(&app);
    assert!(is_refused(&expired, "older than ten minutes"), "{expired}");
    assert_eq!(writes(&app), 1);
}

#[test]
fn concurrent_responses_run_the_call_once() {
    let app = app_with_price(38);
    let (_, state) = form(&ToolCall::order().send(&app));
    let concurrent = (0..8).map(|_| ToolCall::order().accepting(&state).send_async(&app));
    let answers = pollster::block_on(join_all(concurrent));
    assert_eq!(answers.iter().filter(|answer| succeeded(answer)).count(), 1);
    assert_eq!(writes(&app), 1);
}

#[test]
fn the_store_stays_small_after_many_confirmations() {
    let app = app_with_price(38);
    let mut most = 0;
    for _ in 0..100 {
        for _ in 0..2 {
            let (_, state) = form(&ToolCall::order().send(&app));
            assert!(succeeded(&ToolCall::order().accepting(&state).send(&app)));
        }
        most = most.max(app.host.store.borrow().len());
        let now = app.host.now.get() + Duration::from_secs(60);
        app.host.now.set(now);
    }
    // Two confirmations a minute, kept for eleven minutes, with two keys each, and the pointers of the sweep.
    assert!(most <= 2 * 12 * 2 + 4, "{most}");
}
