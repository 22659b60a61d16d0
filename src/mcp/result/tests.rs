use super::*;
use crate::catalog;
use http::StatusCode;
use serde_json::Value;

/// The result of a tool when the API answers so.
fn result(tool: &str, status: u16, media_type: &str, body: &str) -> Value {
    let tool = catalog::find(tool).expect("a tool");
    let answer = ApiResponse {
        status: StatusCode::from_u16(status).expect("a status"),
        media_type: media_type.to_owned(),
        body: body.to_owned().into(),
        truncated: false,
        request_id: "req_1".to_owned(),
        rate_limit: None,
        replayed: false,
    };
    let result = success(tool, answer).into_json(Revision::R2025_11_25, &ArgumentNotes::default());
    serde_json::from_str(&result).expect("JSON")
}

fn json_result(tool: &str, body: &str) -> Value {
    result(tool, 200, "application/json", body)
}

#[test]
fn half_a_character_of_the_api_leaves_the_result_readable() {
    let result = json_result("tokportal_get_credit_balance", r#"{"data":"cut \ud83d"}"#);
    assert_eq!(result["structuredContent"]["data"], "cut \u{fffd}");
}

#[test]
fn a_truncated_list_says_which_of_its_members_are_secret() {
    let bans: Vec<Value> = (0..2_000)
        .map(|_| json!({"screenshots": ["https://x"], "text": "x".repeat(1_000)}))
        .collect();
    let body = json!({ "data": bans }).to_string();
    let result = json_result("tokportal_list_account_bans", &body);
    let texts: Vec<_> = result["content"].as_array().expect("a list")[1..]
        .iter()
        .map(|content| content["text"].as_str().expect("text"))
        .collect();
    assert!(texts[0].contains(" of 2000 items"), "{texts:?}");
    assert!(texts[1].starts_with("Secret in this answer: data[].screenshots."));
}

#[test]
fn text_is_one_block_and_structured_content() {
    let csv = "views\n1\n";
    let result = result("tokportal_export_analytics_videos", 200, "text/csv", csv);
    assert_eq!(result["content"], json!([{ "type": "text", "text": csv }]));
    let structured = json!({ "media_type": "text/csv", "text": csv });
    assert_eq!(result["structuredContent"], structured);
}

#[test]
fn no_content_is_the_status() {
    let result = result("tokportal_delete_webhook_endpoint", 204, "", "");
    assert_eq!(result["structuredContent"], json!({ "http_status": 204 }));
    let text = "Done. The API answered 204 without content.";
    assert_eq!(result["content"], json!([{ "type": "text", "text": text }]));
}

/// What is no documented answer would not satisfy the output schema.
#[test]
fn a_success_that_is_not_as_documented_is_a_failure() {
    let long = json!({ "data": { "text": "x".repeat(MAX_ANSWER) } }).to_string();
    for (body, code) in [
        ("", "UPSTREAM_MALFORMED"),
        ("no JSON", "UPSTREAM_MALFORMED"),
        (long.as_str(), "ANSWER_TOO_LONG"),
    ] {
        let result = json_result("tokportal_get_credit_balance", body);
        assert_eq!(result["isError"], true);
        let error = &result["structuredContent"]["error"];
        assert_eq!(
            (&error["code"], &error["http_status"]),
            (&json!(code), &json!(200))
        );
        assert_eq!(error["retryable"], false);
    }
}
