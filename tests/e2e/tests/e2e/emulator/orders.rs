//! Parallel orders at the emulator: credits are spent once, an idempotency key makes one order, and both survive a
//! restart.

use super::control;
use crate::support::{Running, demo_key, json_of};
use futures::future::join_all;
use serde_json::{Value, json};

/// The price of the order that these tests place.
const PRICE: i64 = 32;

/// Lifts the rate limit and sets the balance.
async fn prepare(app: &Running, credits: i64) {
    control(
        app,
        "/rate-limit",
        json!({ "size": 1e6, "refill_per_second": 1e6 }),
    )
    .await;
    control(app, "/credits", json!({ "balance": credits })).await;
}

async fn order(app: &Running, key: &str) -> (u16, Value) {
    let body = json!({ "bundle_type": "account_only", "country": "FR" });
    let request = app
        .request("POST", "/emulator/api/ext/bundles")
        .header("x-api-key", demo_key())
        .header("idempotency-key", key)
        .header("content-type", "application/json")
        .body(body.to_string());
    json_of(request.send().await.expect("an answer")).await
}

/// The balance and the number of orders.
async fn holdings(app: &Running) -> (i64, i64) {
    let answer = app.request("GET", "/emulator/state").send().await;
    let (_, state) = json_of(answer.expect("an answer")).await;
    let person = &state["people"][0];
    (
        person["credits"].as_i64().expect("a balance"),
        person["bundles"].as_i64().expect("a number"),
    )
}

#[tokio::test]
async fn parallel_orders_spend_no_more_than_the_balance() {
    let app = Running::start().await;
    prepare(&app, 50 * PRICE).await;
    let (_, before) = holdings(&app).await;
    let keys: Vec<String> = (0..200).map(|number| format!("order-{number}")).collect();
    let answers = join_all(keys.iter().map(|key| order(&app, key))).await;
    let count = |status: u16| answers.iter().filter(|(found, _)| *found == status).count();
    assert_eq!((count(201), count(402)), (50, 150));
    for (_, answer) in answers.iter().filter(|(status, _)| *status == 402) {
        assert_eq!(answer["error"]["code"], "INSUFFICIENT_CREDITS");
    }
    assert_eq!(holdings(&app).await, (0, before + 50));
}

#[tokio::test]
async fn one_idempotency_key_in_parallel_makes_one_order() {
    let app = Running::start().await;
    prepare(&app, 50 * PRICE).await;
    let (_, before) = holdings(&app).await;
    let answers = join_all((0..50).map(|_| order(&app, "the-same"))).await;
    for (status, answer) in &answers {
        assert_eq!((*status, answer), (201, &answers[0].1));
    }
    assert_eq!(holdings(&app).await, (49 * PRICE, before + 1));
}

#[tokio::test]
async fn orders_and_idempotency_keys_survive_a_restart() {
    let state = tempfile::tempdir().expect("a folder");
    let app = Running::start_in(state.path().to_owned()).await;
    prepare(&app, 2 * PRICE).await;
    let first = order(&app, "kept").await;
    assert_eq!(first.0, 201);
    let held = holdings(&app).await;
    assert_eq!(held.0, PRICE);
    app.stop().await;

    let app = Running::start_in(state.path().to_owned()).await;
    assert_eq!(holdings(&app).await, held);
    assert_eq!(order(&app, "kept").await, first);
    assert_eq!(holdings(&app).await, held);
    assert_eq!(order(&app, "another").await.0, 201);
    assert_eq!(order(&app, "a third").await.0, 402);
}
