//! `POST /token`: which requests spend a code, and how long a code and its key last.

use crate::support::browser::Browser;
use crate::support::client::{OAuthClient, call_status};
use crate::support::{Running, json_of};
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
