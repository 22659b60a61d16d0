//! What the client answers, and what then runs.

use super::*;
use std::cell::Cell;
use std::rc::Rc;

#[test]
fn no_and_a_closed_question_end_the_call() {
    for (response, code) in [
        (json!({"action": "decline"}), "CONFIRMATION_DECLINED"),
        (json!({"action": "cancel"}), "CONFIRMATION_CANCELLED"),
        (
            json!({"action": "accept", "content": {"confirm": false}}),
            "CONFIRMATION_DECLINED",
        ),
    ] {
        let world = priced(38);
        let (_, state) = question(&Leg::order().send(&world));
        let answer = Leg::order().answering(&state, response).send(&world);
        let (found, message) = failure(&answer);
        assert_eq!(found, code);
        assert!(
            message
                .as_str()
                .is_some_and(|text| text.ends_with("Nothing was done and nothing was charged."))
        );
        let late = Leg::order().accepting(&state).send(&world);
        assert!(is_refused(&late, "has been answered"), "{late}");
        assert_eq!(writes(&world), 0);
    }
}

#[test]
fn missing_unreadable_and_surplus_responses() {
    for responses in [
        None,
        Some(json!({})),
        Some(json!({"other": {"action": "accept", "content": {"confirm": true}}})),
        Some(json!({"confirm": 7})),
        Some(json!({"confirm": {"action": "maybe"}})),
        Some(json!({"confirm": {"action": "accept"}})),
        Some(json!({"confirm": {"action": "accept", "content": {"confirm": "yes"}}})),
    ] {
        let world = priced(38);
        let (_, state) = question(&Leg::order().send(&world));
        let mut leg = Leg::order();
        leg.state = Some(state.into());
        leg.responses = responses;
        question(&leg.send(&world));
        assert_eq!(writes(&world), 0);
    }
    let world = priced(38);
    let (_, state) = question(&Leg::order().send(&world));
    let mut leg = Leg::order().accepting(&state);
    leg.responses.as_mut().expect("set")["more"] = json!({"action": "decline"});
    assert!(succeeded(&leg.send(&world)));

    let mut without_state = Leg::order().accepting("");
    without_state.state = None;
    question(&without_state.send(&world));
    let mut no_object = Leg::order();
    no_object.responses = Some(json!("yes"));
    assert_eq!(no_object.send(&world)["error"]["code"], -32602);
}

#[test]
fn a_tool_that_is_called_through_another_is_asked_about_as_well() {
    let world = priced(38);
    let compact = || Leg {
        path: "/api/ext/mcp?mode=compact",
        ..Leg::of(
            "tokportal_call_write_tool",
            json!({"name": ORDER, "arguments": order()}),
        )
    };
    let (message, state) = question(&compact().send(&world));
    assert!(message.starts_with("TokPortal: Create bundle. It costs 38 credits."));
    assert_eq!(writes(&world), 0);
    assert!(succeeded(&compact().accepting(&state).send(&world)));
    assert_eq!(writes(&world), 1);
}

#[test]
fn a_derived_idempotency_key_is_the_same_for_one_question_and_the_callers_own_stays() {
    let world = priced(38);
    let (_, state) = question(&Leg::order().send(&world));
    Leg::order().accepting(&state).send(&world);
    // Without atomics a racing request may not see the counter.
    world.host.store.borrow_mut().clear();
    Leg::order().accepting(&state).send(&world);
    let mut own = order();
    own["idempotency_key"] = "order-1".into();
    let (_, state) = question(&Leg::of(ORDER, own.clone()).send(&world));
    Leg::of(ORDER, own).accepting(&state).send(&world);
    let sent = world.host.sent.borrow();
    let keys: Vec<_> = sent
        .iter()
        .filter(|request| !is_dry_run(request))
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
fn a_higher_price_is_asked_about_again_and_a_lower_one_is_not() {
    let price = Rc::new(Cell::new(38));
    let told = Rc::clone(&price);
    let world = world(move |request| {
        let body = json!({"data": {}, "credits_would_charge": told.get()});
        assert!(is_dry_run(request) || told.get() <= 40);
        json_answer(200, &body.to_string())
    });
    let (_, state) = question(&Leg::order().send(&world));
    price.set(45);
    let (message, _) = question(&Leg::order().accepting(&state).send(&world));
    assert!(
        message.contains(
            "The price or the terms have changed since you were asked. It costs 45 credits."
        ),
        "{message}"
    );
    price.set(30);
    assert!(succeeded(&Leg::order().accepting(&state).send(&world)));
}

#[test]
fn a_price_that_nobody_could_tell_is_asked_about_once_it_is_known() {
    let price = Rc::new(Cell::new(None));
    let told = Rc::clone(&price);
    let world = world(move |request| {
        assert!(is_dry_run(request));
        let body = json!({"data": {}, "dry_run": true, "credits_would_charge": told.get()});
        json_answer(200, &body.to_string())
    });
    let (message, state) = question(&Leg::order().send(&world));
    assert!(message.contains("It costs credits: "), "{message}");
    price.set(Some(500));
    let (message, _) = question(&Leg::order().accepting(&state).send(&world));
    assert!(message.contains("It costs 500 credits."), "{message}");
}

#[test]
fn without_the_store_nothing_runs() {
    let world = priced(38);
    let (_, state) = question(&Leg::order().send(&world));
    world.host.store_is_down.set(true);
    let answer = Leg::order().accepting(&state).send(&world);
    assert_eq!(failure(&answer).0, "CONFIRMATION_UNAVAILABLE");
    assert_eq!(writes(&world), 0);
}
