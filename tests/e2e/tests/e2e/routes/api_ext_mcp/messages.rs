//! Messages that widespread clients send, over real HTTP.

use crate::support::Running;
use crate::support::mcp::{answer, code};
use serde_json::{Value, json};

#[tokio::test]
async fn null_params_count_as_left_out() {
    let app = Running::start().await;
    for body in [
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":null}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":[]}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":null}"#,
    ] {
        let answer = answer(app.mcp().body(body)).await;
        assert_eq!(code(&answer), (200, 0), "{body}: {answer:?}");
    }
    let notification = r#"{"jsonrpc":"2.0","method":"notifications/initialized","params":null}"#;
    assert_eq!(answer(app.mcp().body(notification)).await.0, 202);
}

#[tokio::test]
async fn content_type_that_is_repeated_is_json() {
    let app = Running::start().await;
    let repeated = app
        .mcp()
        .header("content-type", "application/json")
        .body(crate::support::mcp::message("ping"));
    assert_eq!(answer(repeated).await.0, 200);
    let different = app
        .mcp()
        .header("content-type", "text/plain")
        .body(crate::support::mcp::message("ping"));
    assert_eq!(answer(different).await.0, 415);
}

#[tokio::test]
async fn half_an_emoji_is_answered_by_id_and_in_words() {
    let app = Running::start().await;
    let call = |id: &str, text: &str| {
        format!(
            r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"tokportal_list_bundles","arguments":{{"external_ref":"{text}"}}}}}}"#
        )
    };
    for version in ["2025-11-25", "2026-07-28"] {
        let request = app
            .mcp()
            .header("mcp-protocol-version", version)
            .body(call("\"r-7\"", "cut \\ud83d"));
        let (_, value) = answer(request).await;
        assert_eq!(value["id"], "r-7", "{value}");
        let text = value["error"]["message"].as_str().expect("a message");
        assert!(text.contains("not valid Unicode"), "{text}");
    }
    let batch = format!("[{},{}]", call("1", "cut \\ud83d"), call("2", "whole"));
    let (_, values) = answer(app.mcp().body(batch)).await;
    let ids: Vec<&Value> = values
        .as_array()
        .expect("a batch")
        .iter()
        .map(|v| &v["id"])
        .collect();
    assert_eq!(ids, [&json!(1), &json!(2)]);

    let registration = app
        .request("POST", "/register")
        .header("content-type", "application/json")
        .body(r#"{"client_name":"cut \ud83d","redirect_uris":["https://app.example/cb"]}"#);
    let (status, value) = answer(registration).await;
    assert_eq!(status, 400);
    let text = value["error_description"].as_str().expect("a description");
    assert!(text.contains("not valid Unicode"), "{text}");
}
