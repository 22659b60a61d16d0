//! Answers that hold a secret: the result labels its members, and they reach no log.

use crate::support::Running;
use crate::support::canned::Canned;
use serde_json::{Value, json};

const ID: &str = "0b5d4a1e-6c1f-4d3e-9a55-0d6a2c1f7e10";
const PLANTED: &str = "planted-5eed5eed";

/// Tool, arguments, `data` of the API's answer, and the members that are secret.
fn cases() -> Vec<(&'static str, Value, Value, Vec<&'static str>)> {
    vec![
        (
            "tokportal_reveal_account_credentials",
            json!({"id": ID, "acknowledge_support_forfeit": true, "policy_version": "v1"}),
            json!({"username": "u", "email": PLANTED, "password": PLANTED}),
            vec!["data.email", "data.password"],
        ),
        (
            "tokportal_retrieve_account_verification_code",
            json!({"id": ID}),
            json!({"code": PLANTED, "received_at": null}),
            vec!["data.code"],
        ),
        (
            "tokportal_create_webhook_endpoint",
            json!({"url": "https://hooks.example/x", "events": ["webhook.test"]}),
            json!({"id": ID, "signing_secret": PLANTED}),
            vec!["data.signing_secret"],
        ),
        (
            "tokportal_upload_image",
            json!({"filename": "a.jpg", "content_type": "image/jpeg", "bundle_id": ID}),
            json!({"upload_url": PLANTED, "token": PLANTED, "storage_path": "a/b.jpg"}),
            vec!["data.upload_url", "data.token"],
        ),
        (
            "tokportal_create_analytics_report",
            json!({}),
            json!({"url": PLANTED, "token": PLANTED}),
            vec!["data.url", "data.token"],
        ),
        (
            "tokportal_get_video_ad_code_request",
            json!({"id": ID}),
            json!({"id": ID, "code": PLANTED}),
            vec!["data.code"],
        ),
    ]
}

#[tokio::test]
async fn secret_members_are_labelled_and_stay_out_of_the_log() {
    for (tool, arguments, data, members) in cases() {
        let body = json!({ "data": data }).to_string();
        let api = Canned::with("200 OK\r\ncontent-type: application/json", &body).await;
        let app = Running::in_front_of(&api.url).await;
        let result = app.call(tool, arguments).await;
        assert_eq!(result["isError"], Value::Null, "{tool}: {result}");
        assert_eq!(result["structuredContent"]["data"], data, "{tool}");
        assert_eq!(
            result["_meta"]["com.tokportal/secret_members"],
            json!(members),
            "{tool}"
        );
        let note = result["content"][1]["text"].as_str().expect("a note");
        assert!(
            members.iter().all(|member| note.contains(member)) && !note.contains(PLANTED),
            "{tool}: {note}"
        );
        let alone = tool.contains("reveal") || tool.contains("verification");
        let audience = &result["content"][0]["annotations"]["audience"];
        let expected = if alone { json!(["user"]) } else { Value::Null };
        assert_eq!(*audience, expected, "{tool}");
        assert_eq!(result["content"][1]["annotations"], Value::Null);
        assert!(!app.log.lines().join("\n").contains(PLANTED), "{tool}");
    }
}

#[tokio::test]
async fn broken_answer_with_a_secret_is_passed_on_nowhere() {
    for (tool, arguments, data, _) in cases() {
        let body = json!({ "data": data }).to_string();
        let broken = &body[..body.len() - 1];
        let api = Canned::with("200 OK\r\ncontent-type: application/json", broken).await;
        let app = Running::in_front_of(&api.url).await;
        let result = app.call(tool, arguments).await;
        let error = &result["structuredContent"]["error"];
        assert_eq!(error["code"], "UPSTREAM_MALFORMED", "{tool}: {result}");
        assert!(!result.to_string().contains(PLANTED), "{tool}: {result}");
        assert!(!app.log.lines().join("\n").contains(PLANTED), "{tool}");
    }
}

#[tokio::test]
async fn answer_without_a_secret_has_no_label() {
    let app = Running::start().await;
    let accounts = app.call("tokportal_list_accounts", json!({})).await;
    let id = &accounts["structuredContent"]["data"][0]["id"];
    let dry = json!({
        "id": id, "dry_run": true, "acknowledge_support_forfeit": true, "policy_version": "managed-credential-reveal-v1",
    });
    let simulated = app.call("tokportal_reveal_account_credentials", dry).await;
    assert_eq!(
        simulated["structuredContent"]["dry_run"], true,
        "{simulated}"
    );
    for result in [accounts, simulated] {
        assert_eq!(
            result["content"].as_array().map(Vec::len),
            Some(1),
            "{result}"
        );
        assert_eq!(result["_meta"]["com.tokportal/secret_members"], Value::Null);
        assert_eq!(result["content"][0]["annotations"], Value::Null);
    }
}
