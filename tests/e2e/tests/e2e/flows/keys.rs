//! The life of a minted key: it ends by itself unless its code is redeemed, and a lost answer costs no second one.

use crate::support::browser::Browser;
use crate::support::client::{OAuthClient, call_status};
use crate::support::portal::plan_fault;
use crate::support::store::live_keys;
use crate::support::{Running, json_of};
use serde_json::{Value, json};
use std::time::Duration;
use tokportal_emulator::people::PEOPLE;

/// Longer than a minted key lives.
const LONGER: Duration = Duration::from_secs(15 * 60 + 1);

async fn introspected(app: &Running, key: &str) -> (u16, Value) {
    let request = app.request("GET", "/portal/api/keys/current");
    let answer = request.header("x-api-key", key).send().await;
    json_of(answer.expect("an answer")).await
}

#[tokio::test]
async fn key_of_an_unredeemed_code_ends_by_itself() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "App").await;
    let before = live_keys(&app).await;
    client.code(&browser, "full").await;
    assert_eq!(live_keys(&app).await, before + 1);
    // No request to the connector follows, so nothing sweeps.
    app.clock.advance(LONGER);
    assert_eq!(live_keys(&app).await, before);
}

#[tokio::test]
async fn key_of_a_redeemed_code_is_lasting() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "App").await;
    let token = client.connect(&browser, "read").await;
    let (status, answer) = introspected(&app, &token).await;
    assert_eq!((status, &answer["data"]["expires_at"]), (200, &Value::Null));
    app.clock.advance(LONGER);
    assert_eq!(call_status(&app, &token).await, 200);
}

#[tokio::test]
async fn approval_sent_again_after_a_lost_answer_leaves_one_key() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "App").await;
    let before = live_keys(&app).await;
    let page = client.consent_page(&browser).await;
    for kind in ["dropped", "503", "truncated"] {
        let fault = json!({"operation": "portal.mint", "kind": kind, "when": "after"});
        plan_fault(&app, fault).await;
        let lost = browser.decide(&page, "read", "authorize").await;
        assert_eq!(lost.status, 503, "{kind}: {}", lost.text);
        assert!(lost.headers.contains_key("retry-after"));
        assert_eq!(live_keys(&app).await, before + 1, "{kind}");
    }
    let code = browser.decide(&page, "read", "authorize").await.code();
    let token = client.token(&code).await;
    assert_eq!(call_status(&app, &token).await, 200);
    assert_eq!(live_keys(&app).await, before + 1);
}

#[tokio::test]
async fn code_is_redeemed_in_spite_of_one_lost_answer() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "App").await;
    let code = client.code(&browser, "read").await;
    plan_fault(
        &app,
        json!({"operation": "portal.make-lasting", "kind": "dropped"}),
    )
    .await;
    let token = client.token(&code).await;
    app.clock.advance(LONGER);
    assert_eq!(call_status(&app, &token).await, 200);
}

/// The portal may have made the key lasting, so it must not stay without an owner.
#[tokio::test]
async fn unconfirmed_lasting_key_is_ended_with_its_code() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "App").await;
    let before = live_keys(&app).await;
    for (kind, when) in [("503", "before"), ("503", "after"), ("dropped", "after")] {
        let code = client.code(&browser, "read").await;
        let fault =
            json!({"operation": "portal.make-lasting", "kind": kind, "when": when, "times": 2});
        plan_fault(&app, fault).await;
        for _ in 0..2 {
            let (status, answer) = json_of(client.redeem(&code, &[]).await).await;
            let error = (status, answer["error"].as_str());
            assert_eq!(error, (400, Some("invalid_grant")), "{kind} {when}");
        }
        assert_eq!(live_keys(&app).await, before);
    }
    assert!(app.log.contains("key_lasting_failed"));
    assert!(!app.log.contains("code_replayed"));
    client.connect(&browser, "read").await;
}

#[tokio::test]
async fn outage_at_the_redemption_is_503_and_the_code_stays_good() {
    for app in Running::on_both_stores().await {
        let browser = Browser::of(&app, &PEOPLE[0]).await;
        let client = OAuthClient::register(&app, "App").await;
        let code = client.code(&browser, "read").await;
        for (operation, kind, times) in [("make-lasting", "dropped", 2), ("revoke", "503", 1)] {
            let operation = format!("portal.{operation}");
            plan_fault(
                &app,
                json!({"operation": operation, "kind": kind, "times": times}),
            )
            .await;
        }
        let reply = client.redeem(&code, &[]).await;
        assert_eq!(reply.headers()["retry-after"], "5");
        let (status, answer) = json_of(reply).await;
        let error = (status, answer["error"].as_str());
        assert_eq!(error, (503, Some("temporarily_unavailable")));
        let token = client.token(&code).await;
        assert_eq!(call_status(&app, &token).await, 200);
        assert!(app.log.contains("ending the key failed, too"));
        assert!(!app.log.contains("code_replayed"));
    }
}

#[tokio::test]
async fn code_whose_key_was_revoked_is_invalid_grant() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "App").await;
    let code = client.code(&browser, "read").await;
    crate::support::portal::revoke(&browser, "App (MCP connector)").await;
    for _ in 0..2 {
        let (status, answer) = json_of(client.redeem(&code, &[]).await).await;
        let error = (status, answer["error"].as_str());
        assert_eq!(error, (400, Some("invalid_grant")));
    }
}

#[tokio::test]
async fn refusal_of_the_keys_api_is_told_to_the_app_with_a_fix_in_the_log() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "App").await;
    let page = client.consent_page(&browser).await;
    for (code, status, fix) in [
        ("INVALID_CLIENT", 401, "portal_client_secret"),
        ("INVALID_ID_TOKEN", 401, "portal_client_id"),
        ("UNAUTHORIZED", 401, "portal_resource"),
        ("METHOD_NOT_ALLOWED", 405, "portal_keys_url"),
    ] {
        let fault = json!({
            "operation": "portal.mint", "code": code, "status": status, "message": "Planned.",
        });
        plan_fault(&app, fault).await;
        let seen = browser.decide(&page, "read", "authorize").await;
        assert_eq!(seen.status, 200, "a page that moves on");
        assert_eq!(seen.parameter("error").as_deref(), Some("server_error"));
        assert!(seen.parameter("state").is_some());
        let log = app.log.lines();
        let line = log.iter().rfind(|line| line.contains("key_mint_failed"));
        let line = line.unwrap_or_else(|| panic!("no event: {log:?}"));
        for part in [code, "Planned.", fix] {
            assert!(line.contains(part), "{line}");
        }
    }
    let code = browser.decide(&page, "read", "authorize").await.code();
    client.token(&code).await;
}
