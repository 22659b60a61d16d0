//! A client of revision 2026-07-28 that can show forms, and the orders it confirms.

use super::{Running, demo_key, json_of};
use serde_json::{Value, json};

pub(crate) const ORDER: &str = "tokportal_create_bundle";
pub(crate) const REVEAL: &str = "tokportal_reveal_account_credentials";
pub(crate) const CODE: &str = "tokportal_retrieve_account_verification_code";

pub(crate) fn order() -> Value {
    json!({
        "bundle_type": "account_and_videos", "platform": "tiktok", "country": "USA", "videos_quantity": 3,
    })
}

/// Sends a `tools/call` of revision 2026-07-28 with the elicitation capability; `more` are further members of `params`.
pub(crate) async fn modern(
    app: &Running,
    key: &str,
    tool: &str,
    arguments: Value,
    more: Value,
) -> Value {
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

pub(crate) async fn call(app: &Running, tool: &str, arguments: Value) -> Value {
    modern(app, &demo_key(), tool, arguments, json!({})).await
}

pub(crate) fn answer(state: &str, response: Value) -> Value {
    json!({"requestState": state, "inputResponses": {"confirm": response}})
}

pub(crate) fn accept(state: &str) -> Value {
    answer(
        state,
        json!({"action": "accept", "content": {"confirm": true}}),
    )
}

/// The message and the request state of an elicitation.
pub(crate) fn question(answer: &Value) -> (String, String) {
    let result = &answer["result"];
    assert_eq!(result["resultType"], "input_required", "{answer}");
    let message = &result["inputRequests"]["confirm"]["params"]["message"];
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    (text(message), text(&result["requestState"]))
}

/// The balance in a message, before and after the call.
pub(crate) fn balances(message: &str) -> (i64, i64) {
    let balance = || {
        let (_, after) = message.split_once("Balance: ")?;
        let (now, rest) = after.split_once(" credits now, ")?;
        let (later, _) = rest.split_once(" afterwards.")?;
        let number = |text: &str| text.replace(',', "").parse().ok();
        Some((number(now)?, number(later)?))
    };
    balance().expect("a balance")
}

/// The price in a message.
pub(crate) fn price(message: &str) -> i64 {
    let (_, after) = message.split_once("It costs ").expect("a price");
    let number = after.split(' ').next().unwrap_or_default();
    number.parse().expect("a number")
}

pub(crate) fn data(answer: &Value) -> &Value {
    let result = &answer["result"];
    assert_eq!(result["resultType"], "complete", "{answer}");
    assert_eq!(result["isError"], Value::Null, "{answer}");
    &result["structuredContent"]["data"]
}

pub(crate) fn code(answer: &Value) -> &str {
    assert_eq!(answer["result"]["isError"], true, "{answer}");
    let error = &answer["result"]["structuredContent"]["error"];
    error["code"].as_str().expect("a code")
}

pub(crate) fn is_refused(answer: &Value) -> bool {
    answer["error"]["code"] == -32602
        && answer["error"]["data"]["reason"] == "invalid_request_state"
}

pub(crate) async fn balance(app: &Running) -> i64 {
    let answer = call(app, "tokportal_get_credit_balance", json!({})).await;
    data(&answer)["total_credits"].as_i64().expect("a number")
}

pub(crate) async fn bundles(app: &Running) -> usize {
    let answer = call(app, "tokportal_list_bundles", json!({"per_page": 100})).await;
    data(&answer).as_array().expect("a list").len()
}

/// The delivered accounts of the demo person, newest first.
pub(crate) async fn accounts(app: &Running) -> Vec<Value> {
    let answer = call(app, "tokportal_list_accounts", json!({})).await;
    let mut accounts = data(&answer).as_array().expect("a list").clone();
    accounts.sort_by_key(|account| account["created_at"].as_str().map(str::to_owned));
    accounts.reverse();
    accounts
}
