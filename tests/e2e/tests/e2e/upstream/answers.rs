//! Answers of the API, whole and broken: each becomes a proper tool result.

use crate::support::Running;
use crate::support::canned::{Canned, response};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};

async fn call(api: &Canned, tool: &str, arguments: Value) -> Value {
    Running::in_front_of(&api.url)
        .await
        .call(tool, arguments)
        .await
}

fn error(result: &Value) -> &Value {
    assert_eq!(result["isError"], true, "{result}");
    let error = &result["structuredContent"]["error"];
    let text = result["content"][0]["text"].as_str().expect("text");
    let read: Value = serde_json::from_str(text).expect("JSON");
    // What only programs need is not in the text.
    let mut same = error.clone();
    let members = same.as_object_mut().expect("an object");
    members.remove("rate_limit");
    if read["error"].get("request_id").is_none() {
        members.remove("request_id");
    }
    assert_eq!(read["error"], same);
    error
}

/// Not an embedded resource: some hosts do not show those, or treat CSV as an image.
#[tokio::test]
async fn csv_and_html_become_text_content() {
    for (tool, media_type, body) in [
        (
            "tokportal_export_analytics_videos",
            "text/csv",
            "id,views\n1,2\n",
        ),
        (
            "tokportal_export_analytics_report_html",
            "text/html",
            "<h1>Report</h1>",
        ),
    ] {
        let head = format!("200 OK\r\ncontent-type: {media_type}; charset=utf-8");
        let result = call(&Canned::with(&head, body).await, tool, json!({})).await;
        assert_eq!(result["isError"], Value::Null, "{result}");
        assert_eq!(result["content"], json!([{"type": "text", "text": body}]));
        assert_eq!(result["_meta"]["com.tokportal/media_type"], media_type);
        assert_eq!(
            result["structuredContent"],
            json!({"media_type": media_type, "text": body})
        );
    }
}

#[tokio::test]
async fn empty_answer_becomes_a_done_message() {
    let api = Canned::answering("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await;
    let arguments = json!({"id": "0b5d4a1e-6c1f-4d3e-9a55-0d6a2c1f7e10"});
    let result = call(&api, "tokportal_delete_webhook_endpoint", arguments).await;
    assert_eq!(result["isError"], Value::Null, "{result}");
    assert!(
        result["content"][0]["text"]
            .as_str()
            .is_some_and(|text| text.contains("204"))
    );
}

#[tokio::test]
async fn error_envelope_and_headers_reach_the_result() {
    let head = "402 Payment Required\r\ncontent-type: application/json\r\nx-tokportal-request-id: req_7\r\n\
        x-ratelimit-limit: 120\r\nx-ratelimit-remaining: 3\r\nx-ratelimit-reset: 1790000000";
    let body = r#"{"error":{"code":"INSUFFICIENT_CREDITS","message":"Not enough.","details":{"missing":7}}}"#;
    let api = Canned::with(head, body).await;
    let result = call(
        &api,
        "tokportal_create_bundle",
        json!({"bundle_type": "account_only", "country": "USA"}),
    )
    .await;
    let error = error(&result);
    assert_eq!(error["code"], "INSUFFICIENT_CREDITS");
    assert_eq!(error["http_status"], 402);
    assert_eq!(error["request_id"], "req_7");
    assert_eq!(error["retryable"], false);
    assert_eq!(
        error["rate_limit"],
        json!({"limit": 120, "remaining": 3, "reset": 1_790_000_000})
    );
    assert_eq!(error["details"], json!({"missing": 7}));
    assert!(
        error["hint"]
            .as_str()
            .is_some_and(|hint| hint.contains("credits"))
    );
}

#[tokio::test]
async fn rate_limited_call_reports_retry_after() {
    let head = "429 Too Many Requests\r\ncontent-type: application/json\r\nretry-after: 40";
    let api = Canned::with(
        head,
        r#"{"error":{"code":"RATE_LIMIT_EXCEEDED","message":"Slow down."}}"#,
    )
    .await;
    let result = call(&api, "tokportal_get_credit_balance", json!({})).await;
    let error = error(&result);
    assert_eq!(
        (&error["retryable"], &error["retry_after_seconds"]),
        (&json!(true), &json!(40))
    );
}

#[tokio::test]
async fn gateway_error_page_keeps_its_text() {
    let api = Canned::with(
        "502 Bad Gateway\r\ncontent-type: text/html",
        "<h1>Bad gateway</h1>",
    )
    .await;
    let result = call(&api, "tokportal_get_credit_balance", json!({})).await;
    let error = error(&result);
    assert_eq!(
        (&error["code"], &error["http_status"]),
        (&json!("UPSTREAM_ERROR"), &json!(502))
    );
    assert_eq!(error["details"]["body"], "<h1>Bad gateway</h1>");
}

#[tokio::test]
async fn success_without_json_is_upstream_malformed() {
    for body in ["<html>maintenance</html>", "{\"data\":", ""] {
        let api = Canned::with("200 OK\r\ncontent-type: application/json", body).await;
        let result = call(&api, "tokportal_get_credit_balance", json!({})).await;
        assert_eq!(error(&result)["code"], "UPSTREAM_MALFORMED");
        assert_eq!(error(&result)["http_status"], 200);
    }
}

#[tokio::test]
async fn broken_connection_is_upstream_unreachable() {
    for bytes in [
        "",
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{\"data\"",
    ] {
        let api = Canned::answering(bytes).await;
        let result = call(&api, "tokportal_get_credit_balance", json!({})).await;
        let error = error(&result);
        assert_eq!(error["code"], "UPSTREAM_UNREACHABLE", "{bytes:?}");
        assert!(
            error["request_id"]
                .as_str()
                .is_some_and(|id| id.starts_with("req_"))
        );
    }
}

#[tokio::test]
async fn upstream_redirect_is_an_error_and_not_followed() {
    let mut elsewhere =
        Canned::with("200 OK\r\ncontent-type: application/json", r#"{"data":{}}"#).await;
    let api = Canned::with(
        &format!("302 Found\r\nlocation: {}/steal", elsewhere.url),
        "",
    )
    .await;
    let result = call(&api, "tokportal_get_credit_balance", json!({})).await;
    assert_eq!(error(&result)["http_status"], 302);
    assert!(elsewhere.seen().is_empty());
}

#[tokio::test]
async fn long_list_is_cut_between_items_with_a_note() {
    let items: Vec<Value> = (0..1500)
        .map(|i| json!({"id": i, "title": "x".repeat(1000)}))
        .collect();
    let api = Canned::with(
        "200 OK\r\ncontent-type: application/json",
        json!({"data": items}).to_string(),
    )
    .await;
    let result = call(&api, "tokportal_list_bundles", json!({})).await;
    let kept = result["structuredContent"]["data"]
        .as_array()
        .expect("a list")
        .len();
    assert!(kept > 100 && kept < 1500, "{kept}");
    let note = result["content"][1]["text"].as_str().expect("a note");
    assert!(
        note.contains(&format!("{kept} of 1500")) && note.contains("per_page"),
        "{note}"
    );
}

#[tokio::test]
async fn long_text_is_cut_at_a_line() {
    let csv = "0123456789,0123456789\n".repeat(100_000);
    let api = Canned::with("200 OK\r\ncontent-type: text/csv", &csv).await;
    let result = call(&api, "tokportal_export_analytics_videos", json!({})).await;
    let text = result["content"][0]["text"].as_str().expect("text");
    assert!(text.len() <= 1_000_000 && text.ends_with('\n'));
    assert!(
        result["content"][1]["text"]
            .as_str()
            .is_some_and(|note| note.contains("Ask for less"))
    );
}

/// An API that answers 503 to the first read and to the first write.
async fn busy_once() -> Canned {
    let (reads, writes) = (AtomicUsize::new(0), AtomicUsize::new(0));
    Canned::by(move |request| {
        let read = request.starts_with("GET ");
        let asked = if read { &reads } else { &writes };
        if asked.fetch_add(1, Ordering::SeqCst) == 0 {
            let head =
                "503 Service Unavailable\r\ncontent-type: application/json\r\nretry-after: 1";
            response(
                head,
                br#"{"error":{"code":"STATE_BUSY","message":"Later."}}"#,
            )
        } else {
            response(
                "200 OK\r\ncontent-type: application/json",
                br#"{"data":[]}"#,
            )
        }
    })
    .await
}

#[tokio::test]
async fn busy_api_is_asked_again_by_a_read_and_not_by_a_write() {
    let mut api = busy_once().await;
    let app = Running::in_front_of(&api.url).await;
    let result = app.call("tokportal_list_bundles", json!({})).await;
    assert_eq!(result["isError"], Value::Null, "{result}");
    assert_eq!(result["structuredContent"], json!({"data": []}));
    assert_eq!(api.seen().len(), 2);

    let arguments = json!({"id": "0b5d4a1e-6c1f-4d3e-9a55-0d6a2c1f7e10"});
    let result = app.call("tokportal_publish_bundle", arguments).await;
    let error = error(&result);
    assert_eq!(
        (
            &error["code"],
            &error["retryable"],
            &error["retry_after_seconds"]
        ),
        (&json!("STATE_BUSY"), &json!(true), &json!(1))
    );
    assert_eq!(api.seen().len(), 1);
}
