//! A person's word before a paid or final call, over the real components: what the question says is what is debited, and
//! nothing is debited without an answer to it.

use crate::support::{Running, demo_key, json_of};
use serde_json::{Value, json};
use std::time::Duration;

const ORDER: &str = "tokportal_create_bundle";
const REVEAL: &str = "tokportal_reveal_account_credentials";
const CODE: &str = "tokportal_retrieve_account_verification_code";

fn order() -> Value {
    json!({
        "bundle_type": "account_and_videos", "platform": "tiktok", "country": "USA", "videos_quantity": 3,
    })
}

/// A `tools/call` of revision 2026-07-28 by a client that can show forms; `more` are further members of `params`.
async fn modern(app: &Running, key: &str, tool: &str, arguments: Value, more: Value) -> Value {
    let mut params = json!({
        "name": tool,
        "arguments": arguments,
        "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}},
        },
    });
    for (name, value) in more.as_object().expect("members") {
        params[name] = value.clone();
    }
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
    let response = app
        .request("POST", "/api/ext/mcp")
        .header("content-type", "application/json")
        .header("mcp-protocol-version", "2026-07-28")
        .header("mcp-method", "tools/call")
        .header("mcp-name", tool)
        .bearer_auth(key)
        .body(message.to_string())
        .send()
        .await
        .expect("an answer");
    json_of(response).await.1
}

async fn call(app: &Running, tool: &str, arguments: Value) -> Value {
    modern(app, &demo_key(), tool, arguments, json!({})).await
}

fn answer(state: &str, response: Value) -> Value {
    json!({"requestState": state, "inputResponses": {"confirm": response}})
}

fn accept(state: &str) -> Value {
    answer(
        state,
        json!({"action": "accept", "content": {"confirm": true}}),
    )
}

/// Message and state of a question.
fn question(answer: &Value) -> (String, String) {
    let result = &answer["result"];
    assert_eq!(result["resultType"], "input_required", "{answer}");
    let message = &result["inputRequests"]["confirm"]["params"]["message"];
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    (text(message), text(&result["requestState"]))
}

/// The price that a message names.
fn price(message: &str) -> i64 {
    let (_, after) = message.split_once("It costs ").expect("a price");
    let number = after.split(' ').next().unwrap_or_default();
    number.parse().expect("a number")
}

fn data(answer: &Value) -> &Value {
    let result = &answer["result"];
    assert_eq!(result["resultType"], "complete", "{answer}");
    assert_eq!(result["isError"], Value::Null, "{answer}");
    &result["structuredContent"]["data"]
}

fn code(answer: &Value) -> &str {
    assert_eq!(answer["result"]["isError"], true, "{answer}");
    let error = &answer["result"]["structuredContent"]["error"];
    error["code"].as_str().expect("a code")
}

fn is_refused(answer: &Value) -> bool {
    answer["error"]["code"] == -32602
        && answer["error"]["data"]["reason"] == "invalid_request_state"
}

async fn balance(app: &Running) -> i64 {
    let answer = call(app, "tokportal_get_credit_balance", json!({})).await;
    data(&answer)["total_credits"].as_i64().expect("a number")
}

async fn bundles(app: &Running) -> usize {
    let answer = call(app, "tokportal_list_bundles", json!({"per_page": 100})).await;
    data(&answer).as_array().expect("a list").len()
}

/// The demo person's delivered accounts, the newest first.
async fn accounts(app: &Running) -> Vec<Value> {
    let answer = call(app, "tokportal_list_accounts", json!({})).await;
    let mut accounts = data(&answer).as_array().expect("a list").clone();
    accounts.sort_by_key(|account| account["created_at"].as_str().map(str::to_owned));
    accounts.reverse();
    accounts
}

#[tokio::test]
async fn the_price_that_is_shown_is_the_price_that_is_debited_once() {
    let app = Running::start().await;
    let (credits, before) = (balance(&app).await, bundles(&app).await);
    let (message, state) = question(&call(&app, ORDER, order()).await);
    assert!(
        message.contains("This cannot be undone.") && message.contains("\"USA\""),
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
async fn nothing_happens_without_a_yes_to_this_very_question() {
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
async fn another_persons_key_cannot_answer() {
    let app = Running::start().await;
    let (_, state) = question(&call(&app, ORDER, order()).await);
    let other = tokportal_emulator::people::second_key();
    let answer = modern(&app, &other, ORDER, order(), accept(&state)).await;
    assert!(is_refused(&answer), "{answer}");
}

#[tokio::test]
async fn what_only_looks_and_what_is_switched_off_is_not_asked_about() {
    let app = Running::start().await;
    let mut dry = order();
    dry["dry_run"] = true.into();
    let answer = call(&app, ORDER, dry).await;
    assert_eq!(
        answer["result"]["structuredContent"]["dry_run"], true,
        "{answer}"
    );

    let off = Running::start_with(&[("confirm_paid_calls", "false")]).await;
    let credits = balance(&off).await;
    assert!(data(&call(&off, ORDER, order()).await)["bundle_id"].is_string());
    assert_eq!(balance(&off).await, credits - 38);
}

#[tokio::test]
async fn a_call_that_would_fail_is_not_asked_about() {
    let app = Running::start().await;
    let mut arguments = order();
    arguments["country"] = "Atlantis".into();
    let answer = call(&app, ORDER, arguments).await;
    assert_eq!(code(&answer), "COUNTRY_NOT_ENABLED");
}

#[tokio::test]
async fn a_reveal_is_charged_at_the_price_of_its_terms_and_the_code_is_free_after_it() {
    let app = Running::start().await;
    let credits = balance(&app).await;
    let accounts = accounts(&app).await;
    let id = json!({"id": accounts[0]["id"]});
    let (message, state) = question(&call(&app, REVEAL, id.clone()).await);
    assert_eq!(price(&message), 150);
    assert!(
        message.contains("Support, ban protection, replacement and refunds end."),
        "{message}"
    );
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
async fn the_first_verification_code_is_a_reveal_and_an_old_account_is_asked_about_too() {
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
