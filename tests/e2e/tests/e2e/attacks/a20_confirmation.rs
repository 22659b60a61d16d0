//! Attack family 20: a paid or final call without the confirmation of the person who pays.

use crate::support::elicitation::{
    ORDER, accept, answer, balance, bundles, call, code, is_refused, modern, order, question,
};
use crate::support::{Running, demo_key};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn paid_call_without_a_matching_yes_is_refused() {
    let app = Running::start().await;
    let (credits, before) = (balance(&app).await, bundles(&app).await);
    for (action, expected) in [
        ("decline", "CONFIRMATION_DECLINED"),
        ("cancel", "CONFIRMATION_CANCELLED"),
    ] {
        let (_, state) = question(&call(&app, ORDER, order()).await);
        let response = answer(&state, json!({ "action": action }));
        let ended = modern(&app, &demo_key(), ORDER, order(), response).await;
        assert_eq!(code(&ended), expected);
        let late = modern(&app, &demo_key(), ORDER, order(), accept(&state)).await;
        assert!(is_refused(&late), "{late}");
    }

    let (_, state) = question(&call(&app, ORDER, order()).await);
    let tampered = modern(
        &app,
        &demo_key(),
        ORDER,
        order(),
        accept(&format!("{state}A")),
    )
    .await;
    assert!(is_refused(&tampered), "{tampered}");
    let mut arguments = order();
    arguments["videos_quantity"] = 30.into();
    let other = modern(&app, &demo_key(), ORDER, arguments, accept(&state)).await;
    assert!(is_refused(&other), "{other}");
    let id = json!({"id": "0b5d4a1e-6c1f-4d3e-9a55-0d6a2c1f7e10"});
    let other = modern(
        &app,
        &demo_key(),
        "tokportal_publish_bundle",
        id,
        accept(&state),
    )
    .await;
    assert!(is_refused(&other), "{other}");
    app.clock.advance(Duration::from_secs(601));
    let expired = modern(&app, &demo_key(), ORDER, order(), accept(&state)).await;
    assert!(is_refused(&expired), "{expired}");
    assert_eq!(
        (balance(&app).await, bundles(&app).await),
        (credits, before)
    );
}

#[tokio::test]
async fn confirmation_with_another_persons_key_is_refused() {
    let app = Running::start().await;
    let (_, state) = question(&call(&app, ORDER, order()).await);
    let other = tokportal_emulator::people::second_key();
    let answer = modern(&app, &other, ORDER, order(), accept(&state)).await;
    assert!(is_refused(&answer), "{answer}");
}
