//! Confirmation of paid and final calls: the price in the form is the price that is debited.

use crate::support::elicitation::{
    CODE, ORDER, REVEAL, accept, accounts, balance, balances, bundles, call, code, data,
    is_refused, modern, order, price, question,
};
use crate::support::{Running, demo_key};
use serde_json::json;

#[tokio::test]
async fn confirmed_price_is_debited_once() {
    let app = Running::start().await;
    let (credits, before) = (balance(&app).await, bundles(&app).await);
    let (message, state) = question(&call(&app, ORDER, order()).await);
    assert!(
        message.starts_with("Order an account with videos on TikTok (USA)? It costs 38 credits (account creation 32, video slots 6).")
            && message.contains("This cannot be undone."),
        "{message}"
    );
    assert_eq!(
        (balance(&app).await, bundles(&app).await),
        (credits, before)
    );

    let done = modern(&app, &demo_key(), ORDER, order(), accept(&state)).await;
    assert!(data(&done)["bundle_id"].is_string());
    assert_eq!(balance(&app).await, credits - price(&message));
    assert_eq!(price(&message), 32 + 3 * 2);

    let replayed = modern(&app, &demo_key(), ORDER, order(), accept(&state)).await;
    assert!(is_refused(&replayed), "{replayed}");
    assert_eq!(balance(&app).await, credits - price(&message));
    assert_eq!(bundles(&app).await, before + 1);
}

#[tokio::test]
async fn dry_run_and_disabled_confirmation_ask_nothing() {
    let app = Running::start().await;
    let mut dry = order();
    dry["dry_run"] = true.into();
    let answer = call(&app, ORDER, dry).await;
    assert_eq!(
        answer["result"]["structuredContent"]["dry_run"], true,
        "{answer}"
    );

    let off = Running::start_with(&[("confirm_paid_calls", "never")]).await;
    let credits = balance(&off).await;
    assert!(data(&call(&off, ORDER, order()).await)["bundle_id"].is_string());
    assert_eq!(balance(&off).await, credits - 38);
}

#[tokio::test]
async fn call_that_would_fail_asks_nothing() {
    let app = Running::start().await;
    let mut arguments = order();
    arguments["country"] = "Atlantis".into();
    let answer = call(&app, ORDER, arguments).await;
    assert_eq!(code(&answer), "COUNTRY_NOT_ENABLED");
}

#[tokio::test]
async fn reveal_costs_its_stated_price_and_its_code_is_free() {
    let app = Running::start().await;
    let credits = balance(&app).await;
    let accounts = accounts(&app).await;
    let id = json!({"id": accounts[0]["id"]});
    let (message, state) = question(&call(&app, REVEAL, id.clone()).await);
    assert_eq!(price(&message), 150);
    assert!(
        message.starts_with("Reveal the login of @")
            && message.contains("Support, ban protection, replacement and refunds end."),
        "{message}"
    );
    assert_eq!(balances(&message), (credits, credits - 150));
    let revealed = modern(&app, &demo_key(), REVEAL, id.clone(), accept(&state)).await;
    assert!(data(&revealed)["password"].is_string());
    assert_eq!(balance(&app).await, credits - 150);

    let (message, state) = question(&call(&app, CODE, id.clone()).await);
    assert!(message.contains("It costs no credits."), "{message}");
    let code = modern(&app, &demo_key(), CODE, id, accept(&state)).await;
    assert!(data(&code)["code"].is_string());
    assert_eq!(balance(&app).await, credits - 150);
}

#[tokio::test]
async fn first_code_costs_a_reveal_and_an_old_account_is_free() {
    let app = Running::start().await;
    let credits = balance(&app).await;
    let accounts = accounts(&app).await;
    let newest = json!({"id": accounts[0]["id"]});
    let (message, state) = question(&call(&app, CODE, newest.clone()).await);
    let code = modern(&app, &demo_key(), CODE, newest, accept(&state)).await;
    assert!(data(&code)["code"].is_string());
    assert_eq!(balance(&app).await, credits - price(&message));

    let oldest = json!({"id": accounts.last().expect("an account")["id"]});
    let (message, _) = question(&call(&app, REVEAL, oldest).await);
    assert!(
        message.contains("It costs no credits. This cannot be undone."),
        "{message}"
    );
}
