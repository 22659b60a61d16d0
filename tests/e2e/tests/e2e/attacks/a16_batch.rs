//! Attack family 16: batches (revision 2025-03-26) in which a message fails after another one was run.

use crate::support::Running;
use crate::support::canned::{Canned, response};
use crate::support::mcp::answer;
use serde_json::{Value, json};

/// A call of a tool as a message of a batch.
fn call(id: u32, tool: &str, arguments: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": {"name": tool, "arguments": arguments}})
}

/// An API that makes orders, and accepts the key for nothing else.
async fn api() -> Canned {
    Canned::by(|request| {
        if request.starts_with("POST ") {
            let body = r#"{"data":{"id":"order"},"credits_charged":90}"#;
            response(
                "201 Created\r\ncontent-type: application/json",
                body.as_bytes(),
            )
        } else {
            response("401 Unauthorized\r\ncontent-type: application/json", b"{}")
        }
    })
    .await
}

/// A15: the answer of a call that was paid for must not be thrown away.
#[tokio::test]
async fn result_of_a_batch_survives_a_later_401() {
    let mut api = api().await;
    let app = Running::in_front_of(&api.url).await;
    let order = json!({"bundle_type": "account_only", "country": "USA"});
    let batch = json!([
        call(1, "tokportal_create_bundle", order),
        call(2, "tokportal_get_credit_balance", json!({})),
        call(3, "tokportal_get_current_user", json!({})),
    ]);
    let (status, answers) = answer(app.mcp().body(batch.to_string())).await;
    assert_eq!(status, 200, "{answers}");
    assert_eq!(answers[0]["id"], 1);
    let text = answers[0]["result"]["content"][0]["text"].as_str();
    assert!(text.is_some_and(|text| text.contains("order")), "{answers}");
    for (position, id) in [(1, 2), (2, 3)] {
        assert_eq!(answers[position]["id"], id);
        let message = answers[position]["error"]["message"].as_str();
        assert!(
            message.is_some_and(|text| text.contains("not run") && text.contains("sign in")),
            "{answers}"
        );
    }
    let seen = api.seen();
    assert_eq!(seen.len(), 2, "a key that was refused is not sent again");
}

#[tokio::test]
async fn batch_whose_first_message_is_401_is_401() {
    let app = Running::in_front_of(&api().await.url).await;
    let batch = json!([
        call(1, "tokportal_get_credit_balance", json!({})),
        call(2, "tokportal_get_current_user", json!({})),
    ]);
    assert_eq!(answer(app.mcp().body(batch.to_string())).await.0, 401);
}
