//! `requestState` is written by whoever attacks: one key, one call, ten minutes, once.

use super::*;
use crate::mcp::input_required::request_state::LIFETIME;
use futures::future::join_all;
use std::time::Duration;

#[test]
fn a_state_is_good_for_its_own_call_only() {
    let world = priced(38);
    let (_, state) = question(&Leg::order().send(&world));
    let asked = world.host.sent.borrow().len();

    for i in (0..state.len()).step_by(7) {
        let mut tampered = state.clone().into_bytes();
        tampered[i] = if tampered[i] == b'A' { b'B' } else { b'A' };
        let tampered = String::from_utf8(tampered).expect("ASCII");
        let answer = Leg::order().accepting(&tampered).send(&world);
        assert!(is_refused(&answer, "not made here"), "{answer}");
    }
    for nonsense in [
        json!(""),
        json!(null),
        json!(7),
        json!({}),
        json!("x".repeat(99)),
    ] {
        let mut leg = Leg::order().accepting("");
        leg.state = Some(nonsense);
        assert!(is_refused(&leg.send(&world), "not made here"));
    }
    let mut other_key = Leg::order().accepting(&state);
    other_key.key = format!("sk_{}", "cd".repeat(32));
    assert!(is_refused(&other_key.send(&world), "another key"));
    let mut arguments = order();
    arguments["videos_quantity"] = 3.into();
    let other = Leg::of(ORDER, arguments).accepting(&state).send(&world);
    assert!(is_refused(&other, "other arguments"));
    let other = Leg::of("tokportal_publish_bundle", json!({"id": BUNDLE}))
        .accepting(&state)
        .send(&world);
    assert!(is_refused(&other, "another tool"));
    assert_eq!(world.host.sent.borrow().len(), asked, "nothing went out");

    let mut reordered = json!({"country": "USA", "platform": "tiktok"});
    reordered["bundle_type"] = "account_only".into();
    let answer = Leg::of(ORDER, reordered).accepting(&state).send(&world);
    assert!(succeeded(&answer), "the order of members means nothing");
}

#[test]
fn a_state_is_good_once_and_for_ten_minutes() {
    let world = priced(38);
    let pass = |seconds| {
        let now = world.host.now.get() + Duration::from_secs(seconds);
        world.host.now.set(now);
    };
    let (_, first) = question(&Leg::order().send(&world));
    let (_, second) = question(&Leg::order().send(&world));
    pass(LIFETIME - 1);
    assert!(succeeded(&Leg::order().accepting(&first).send(&world)));
    let replayed = Leg::order().accepting(&first).send(&world);
    assert!(is_refused(&replayed, "used before"), "{replayed}");
    assert!(is_refused(&replayed, "the call was made"), "{replayed}");
    let hint = &replayed["error"]["data"]["hint"];
    assert!(
        !hint.as_str().expect("text").contains("nothing was done"),
        "{hint}"
    );
    pass(1);
    let expired = Leg::order().accepting(&second).send(&world);
    assert!(is_refused(&expired, "older than ten minutes"), "{expired}");
    assert_eq!(writes(&world), 1);
}

#[test]
fn racing_answers_run_once() {
    let world = priced(38);
    let (_, state) = question(&Leg::order().send(&world));
    let racing = (0..8).map(|_| Leg::order().accepting(&state).sending(&world));
    let answers = pollster::block_on(join_all(racing));
    assert_eq!(answers.iter().filter(|answer| succeeded(answer)).count(), 1);
    assert_eq!(writes(&world), 1);
}

#[test]
fn the_store_stays_small_however_many_calls_are_confirmed() {
    let world = priced(38);
    let mut most = 0;
    for _ in 0..100 {
        for _ in 0..2 {
            let (_, state) = question(&Leg::order().send(&world));
            assert!(succeeded(&Leg::order().accepting(&state).send(&world)));
        }
        most = most.max(world.host.store.borrow().len());
        let now = world.host.now.get() + Duration::from_secs(60);
        world.host.now.set(now);
    }
    // Two a minute, kept for eleven, with two keys each, and the pointers of the sweep.
    assert!(most <= 2 * 12 * 2 + 4, "{most}");
}
