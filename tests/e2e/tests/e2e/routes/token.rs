//! `POST /token`: which requests spend a code, and how long a code and its key last.

use crate::support::browser::{Browser, with_form};
use crate::support::client::{CALLBACK, OAuthClient, VERIFIER, call_status};
use crate::support::{Running, json_of};
use serde_json::json;
use std::time::Duration;
use tokportal_emulator::people::PEOPLE;

/// Attack families 1, 2 and 9: a client that is not entitled to the code cannot use it up for the entitled client.
#[tokio::test]
async fn mismatched_token_request_is_refused_and_spends_no_code() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let (client, other) = (
        OAuthClient::register(&app, "App").await,
        OAuthClient::register(&app, "Other").await,
    );
    let code = client.code(&browser, "read").await;
    let long = "v".repeat(129);
    for (field, value, error) in [
        ("client_id", other.id.as_str(), "invalid_grant"),
        ("client_id", "unknown", "invalid_client"),
        (
            "redirect_uri",
            "https://app.example/callback/",
            "invalid_grant",
        ),
        (
            "redirect_uri",
            "https://app.example/Callback",
            "invalid_grant",
        ),
        (
            "redirect_uri",
            "https://app.example:443/callback",
            "invalid_grant",
        ),
        (
            "redirect_uri",
            "https://user@app.example/callback",
            "invalid_grant",
        ),
        (
            "redirect_uri",
            "https://app.example/callback#",
            "invalid_grant",
        ),
        (
            "code_verifier",
            "another-verifier-of-more-than-43-characters-012345",
            "invalid_grant",
        ),
        ("code_verifier", "short", "invalid_grant"),
        ("code_verifier", &long, "invalid_grant"),
        (
            "resource",
            "https://other.example/api/ext/mcp",
            "invalid_target",
        ),
        ("grant_type", "client_credentials", "unsupported_grant_type"),
    ] {
        let (status, answer) = json_of(client.redeem(&code, &[(field, value)]).await).await;
        assert!(status == 400 || status == 401, "{status}");
        assert_eq!(answer["error"], error, "{field}={value}: {answer}");
    }
    let (status, answer) = json_of(client.redeem(&code, &[]).await).await;
    assert_eq!(status, 200, "{answer}");
    let token = answer["access_token"].as_str().expect("a token");
    assert_eq!(call_status(&app, token).await, 200);
}

#[tokio::test]
async fn code_older_than_ten_minutes_is_invalid_grant() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "App").await;
    let code = client.code(&browser, "read").await;
    app.clock.advance(Duration::from_secs(601));
    let (status, answer) = json_of(client.redeem(&code, &[]).await).await;
    assert_eq!((status, &answer["error"]), (400, &"invalid_grant".into()));
}

#[tokio::test]
async fn key_of_a_redeemed_code_survives_the_sweep() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "App").await;
    let token = client.connect(&browser, "read").await;
    app.clock.advance(Duration::from_secs(24 * 3600));
    for _ in 0..3 {
        client.redeem("unknown", &[]).await;
    }
    assert_eq!(call_status(&app, &token).await, 200);
}

/// Claude Code and others ask for more scopes than there are, OAuth 2.1 clients send no `redirect_uri` to the token
/// endpoint, and many send empty parameters.
#[tokio::test]
async fn unknown_scopes_and_empty_or_absent_parameters_are_accepted() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "App").await;
    for (redirect_uri, level, scope) in [
        (None, "full", "read write"),
        (Some(""), "read", "read"),
        (Some(CALLBACK), "read", "read"),
    ] {
        let asked = [("scope", "read write offline_access"), ("resource", "")];
        let page = browser.open(&client.authorization(&asked)).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let code = browser.decide(&page, level, "authorize").await.code();
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("client_id", &client.id),
            ("code", &code),
            ("code_verifier", VERIFIER),
            ("resource", ""),
            ("client_secret", ""),
            ("client_assertion", ""),
        ];
        fields.extend(redirect_uri.map(|uri| ("redirect_uri", uri)));
        let request = with_form(app.request("POST", "/token"), fields);
        let (status, answer) = json_of(request.send().await.expect("an answer")).await;
        assert_eq!((status, &answer["scope"]), (200, &json!(scope)), "{answer}");
    }
}
