use super::*;
use crate::catalog;
use http::StatusCode;
use serde_json::{Map, Value};

/// The JSON text of a tool's result when the API answers so.
fn written(tool: &str, answer: ApiResponse, revision: Revision) -> String {
    let tool = catalog::find(tool).expect("a tool");
    let none = Map::new();
    let call = Call {
        is_text_alone: !revision.has_structured_content(),
        ..Call::new(tool, &none)
    };
    let result = success(call, answer);
    result.into_json(revision, &ArgumentNotes::default())
}

/// The same, read.
fn read(tool: &str, answer: ApiResponse) -> Value {
    serde_json::from_str(&written(tool, answer, Revision::R2025_11_25)).expect("JSON")
}

fn answer(status: u16, media_type: &str, body: &str) -> ApiResponse {
    ApiResponse {
        status: StatusCode::from_u16(status).expect("a status"),
        media_type: media_type.to_owned(),
        body: body.to_owned().into(),
        truncated: false,
        request_id: "req_1".to_owned(),
        rate_limit: None,
        replayed: false,
    }
}

fn json_answer(body: &str) -> ApiResponse {
    answer(200, "application/json", body)
}

fn json_result(tool: &str, body: &str) -> Value {
    read(tool, json_answer(body))
}

fn result(tool: &str, status: u16, media_type: &str, body: &str) -> Value {
    read(tool, answer(status, media_type, body))
}

/// What the API answers to an idempotency key that it knows.
fn repeated(body: &str) -> ApiResponse {
    ApiResponse {
        replayed: true,
        ..json_answer(body)
    }
}

/// Without structured content, the text is all that there is.
#[test]
fn text_of_an_error_has_its_request_id_where_it_is_needed() {
    let failed = |hint| Diagnostics {
        request_id: Some("req_1".to_owned()),
        hint: Some(hint),
        ..Diagnostics::local(LocalCode::UpstreamTimeout, "No answer.")
    };
    for (hint, revision, has_id) in [
        ("Call again.", Revision::R2025_11_25, false),
        ("Call again.", Revision::R2025_03_26, true),
        ("Report the request_id.", Revision::R2025_11_25, true),
    ] {
        let result = ToolResult::Failure(failed(hint));
        let result = result.into_json(revision, &ArgumentNotes::default());
        let result: Value = serde_json::from_str(&result).expect("JSON");
        let text = result["content"][0]["text"].as_str().expect("text");
        assert_eq!(text.contains("req_1"), has_id, "{text}");
        assert_eq!(result["_meta"]["com.tokportal/request_id"], "req_1");
    }
}

/// The text of a revision without structured content is all that a program has.
#[test]
fn text_without_structured_content_is_whole() {
    let body = r#"{"cost_breakdown":{"account_creation":32,"edit_slots":0}}"#;
    let text = |revision| {
        let result = written("tokportal_create_bundle", repeated(body), revision);
        let result: Value = serde_json::from_str(&result).expect("JSON");
        result["content"][0]["text"]
            .as_str()
            .expect("text")
            .to_owned()
    };
    let (old, new) = (text(Revision::R2025_03_26), text(Revision::R2025_11_25));
    assert!(
        old.contains("edit_slots") && !new.contains("edit_slots"),
        "{old} {new}"
    );
    for text in [old, new] {
        assert!(text.starts_with(r#"{"note":"Repeated answer: "#), "{text}");
    }
}

#[test]
fn note_that_sends_to_the_support_has_the_request_id() {
    let body = json!({"data": {"results": [{"error": {"code": "INTERNAL_ERROR"}}]}}).to_string();
    let result = json_result("tokportal_batch_configure_bundle_videos", &body);
    let text = result["content"][0]["text"].as_str().expect("text");
    assert!(text.contains("request_id: req_1."), "{text}");
}

/// Too deep to be read as values, it may have the secret anywhere.
#[test]
fn secret_in_a_deep_answer_is_for_the_person_alone() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let body = format!(r#"{{"data":{{"password":"p"}},"x":{deep}}}"#);
    // Its depth is more than a test reads.
    let result = written(
        "tokportal_reveal_account_credentials",
        json_answer(&body),
        Revision::R2025_11_25,
    );
    assert!(
        result.contains(r#""annotations":{"audience":["user"]}"#),
        "{result}"
    );
}

#[test]
fn a_repeated_answer_says_so_to_the_model() {
    let body = r#"{"data":{}}"#;
    for (answer, replayed) in [(json_answer(body), false), (repeated(body), true)] {
        let result = read("tokportal_create_bundle", answer);
        let text = result["content"][0]["text"].as_str().expect("text");
        let note = r#"{"note":"Repeated answer: a call with this idempotency_key was done before."#;
        assert_eq!(text.starts_with(note), replayed, "{text}");
        assert_eq!(result["structuredContent"], json!({"data": {}}));
    }
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
