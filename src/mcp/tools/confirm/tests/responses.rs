//! The `inputResponses` of the client, and what runs then.

use super::*;
use std::cell::Cell;
use std::rc::Rc;

#[test]
fn declining_or_cancelling_ends_the_call() {
    for (response, code) in [
        (json!({"action": "decline"}), "CONFIRMATION_DECLINED"),
        (json!({"action": "cancel"}), "CONFIRMATION_CANCELLED"),
        (
            json!({"action": "accept", "content": {"confirm": false}}),
            "CONFIRMATION_DECLINED",
        ),
    ] {
        let app = app_with_price(38);
        let (_, state) = form(&ToolCall::order().send(&app));
        let answer = ToolCall::order().answering(&state, response).send(&app);
        let (found, message) = failure(&answer);
        assert_eq!(found, code);
        assert!(
            message
                .as_str()
                .is_some_and(|text| text.ends_with("Nothing was done and nothing was charged."))
        );
        let late = ToolCall::order().accepting(&state).send(&app);
        assert!(is_refused(&late, "has been answered"), "{late}");
        assert_eq!(writes(&app), 0);
    }
}

#[test]
fn a_missing_or_unreadable_response_leads_to_a_new_form() {
    for responses in [
        None,
        Some(json!({})),
        Some(json!({"other": {"action": "accept", "content": {"confirm": true}}})),
        Some(json!({"confirm": 7})),
        Some(json!({"confirm": {"action": "maybe"}})),
        Some(json!({"confirm": {"action": "accept"}})),
        Some(json!({"confirm": {"action": "accept", "content": {"confirm": "yes"}}})),
    ] {
        let app = app_with_price(38);
        let (_, state) = form(&ToolCall::order().send(&app));
        let mut call = ToolCall::order();
        call.state = Some(state.into());
        call.responses = responses;
        form(&call.send(&app));
        assert_eq!(writes(&app), 0);
    }
    let app = app_with_price(38);
    let (_, state) = form(&ToolCall::order().send(&app));
    let mut call = ToolCall::order().accepting(&state);
    call.responses.as_mut().expect("set")["more"] = json!({"action": "decline"});
    assert!(succeeded(&call.send(&app)));

    let mut without_state = ToolCall::order().accepting("");
    without_state.state = None;
    form(&without_state.send(&app));
    let mut not_an_object = ToolCall::order();
    not_an_object.responses = Some(json!("yes"));
    assert_eq!(not_an_object.send(&app)["error"]["code"], -32602);
}

#[test]
fn a_call_through_a_compact_tool_needs_confirmation() {
    let app = app_with_price(38);
    let compact = || ToolCall {
        path: "/api/ext/mcp?mode=compact",
        ..ToolCall::of(
            "tokportal_call_write_tool",
            json!({"name": ORDER, "arguments": order()}),
        )
    };
    let (message, state) = form(&compact().send(&app));
    assert!(message.starts_with("Order an account on TikTok (USA)? It costs 38 credits."));
    assert_eq!(writes(&app), 0);
    assert!(succeeded(&compact().accepting(&state).send(&app)));
    assert_eq!(writes(&app), 1);
}

#[test]
fn a_confirmation_has_one_idempotency_key_unless_given() {
    let app = app_with_price(38);
    let (_, state) = form(&ToolCall::order().send(&app));
    ToolCall::order().accepting(&state).send(&app);
    // Without atomics, a concurrent request may not see the counter.
    app.host.store.borrow_mut().clear();
    ToolCall::order().accepting(&state).send(&app);
    let mut with_key = order();
    with_key["idempotency_key"] = "order-1".into();
    let (_, state) = form(&ToolCall::of(ORDER, with_key.clone()).send(&app));
    ToolCall::of(ORDER, with_key).accepting(&state).send(&app);
    let sent = app.host.sent.borrow();
    let keys: Vec<_> = sent
        .iter()
        .filter(|request| !is_dry_run(request) && !is_read(request))
        .map(|request| {
            request.headers()["idempotency-key"]
                .to_str()
                .expect("ASCII")
        })
        .collect();
    assert_eq!(keys.len(), 3);
    assert!(
        keys[0] == keys[1] && keys[0].starts_with("confirmed-"),
        "{keys:?}"
    );
    assert_eq!(keys[2], "order-1");
    assert!(
        sent.iter()
            .filter(|request| is_dry_run(request))
            .all(|request| !request.headers().contains_key("idempotency-key"))
    );
}

#[test]
fn a_higher_price_is_confirmed_again_but_a_lower_one_is_not() {
    let price = Rc::new(Cell::new(38));
    let quoted = Rc::clone(&price);
    let app = app_answering(move |request| {
        let body = json!({"data": {}, "credits_would_charge": quoted.get()});
        assert!(is_dry_run(request) || quoted.get() <= 40);
        json_answer(200, &body.to_string())
    });
    let (_, state) = form(&ToolCall::order().send(&app));
    price.set(45);
    let (message, _) = form(&ToolCall::order().accepting(&state).send(&app));
    assert!(
        message.contains(
            "The price or the terms have changed since you were asked. Order an account on TikTok (USA)? It costs 45 credits."
        ),
        "{message}"
    );
    price.set(30);
    assert!(succeeded(&ToolCall::order().accepting(&state).send(&app)));
}

#[test]
fn a_price_that_was_unknown_is_confirmed_once_it_is_known() {
    let price = Rc::new(Cell::new(None));
    let quoted = Rc::clone(&price);
    let app = app_answering(move |request| {
        assert!(is_dry_run(request));
        let body = json!({"data": {}, "dry_run": true, "credits_would_charge": quoted.get()});
        json_answer(200, &body.to_string())
    });
    let (message, state) = form(&ToolCall::order().send(&app));
    assert!(message.contains("It costs credits: "), "{message}");
    price.set(Some(500));
    let (message, _) = form(&ToolCall::order().accepting(&state).send(&app));
    assert!(message.contains("It costs 500 credits."), "{message}");
}

#[test]
fn a_call_does_not_run_if_the_store_is_down() {
    let app = app_with_price(38);
    let (_, state) = form(&ToolCall::order().send(&app));
    app.host.store_is_down.set(true);
    let answer = ToolCall::order().accepting(&state).send(&app);
    assert_eq!(failure(&answer).0, "CONFIRMATION_UNAVAILABLE");
    assert_eq!(writes(&app), 0);
}
