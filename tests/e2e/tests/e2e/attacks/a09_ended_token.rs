//! Attack family 9, case A9: a token of api-key mode that was revoked, whose code was redeemed twice, or that expired.

use crate::support::browser::{Browser, with_form};
use crate::support::client::{OAuthClient, assert_challenged, call, call_status};
use crate::support::store::{live_keys, names};
use crate::support::{Running, demo_key, json_of};
use serde_json::Value;
use std::time::Duration;

const DAYS: u64 = 90;
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Pastes the demo key: the code and the answer of the token endpoint.
async fn connect(client: &OAuthClient<'_>) -> (String, Value) {
    let browser = Browser::new(client.app);
    let page = browser.open(&client.authorization(&[])).await;
    let code = browser.paste_key(&page, &demo_key(), "full").await.code();
    let (status, answer) = json_of(client.redeem(&code, &[]).await).await;
    assert_eq!(status, 200, "{answer}");
    (code, answer)
}

fn token_of(answer: &Value) -> String {
    answer["access_token"].as_str().expect("a token").to_owned()
}

async fn revoke(app: &Running, token: &str) -> u16 {
    let request = with_form(app.request("POST", "/revoke"), [("token", token)]);
    request.send().await.expect("an answer").status().as_u16()
}

async fn assert_ended(app: &Running, token: &str) {
    for tool in ["tokportal_get_credit_balance", "tokportal_create_bundle"] {
        assert_challenged(&call(app, token, tool).await, app);
    }
}

#[tokio::test]
async fn token_expires_when_the_token_endpoint_said() {
    let app = Running::start_with(&[("sign_in", "api-key")]).await;
    let client = OAuthClient::register(&app, "App").await;
    let (_, answer) = connect(&client).await;
    let seconds = answer["expires_in"].as_u64().expect("seconds");
    let days = DAYS * DAY.as_secs();
    assert!((days - 60..=days).contains(&seconds), "{seconds}");
    let token = token_of(&answer);
    app.clock.advance(Duration::from_secs(seconds) - DAY);
    assert_eq!(call_status(&app, &token).await, 200);
    app.clock.advance(DAY);
    assert_ended(&app, &token).await;
}

#[tokio::test]
async fn revoked_and_replayed_tokens_are_401_at_once_and_swept() {
    let state = tempfile::tempdir().expect("a folder");
    let variables = [("sign_in", "api-key")];
    let app = Running::start_in_with(state.path().to_owned(), &variables).await;
    let client = OAuthClient::register(&app, "App").await;
    let keys = live_keys(&app).await;
    let (_, revoked) = connect(&client).await;
    let (code, replayed) = connect(&client).await;
    let (_, other) = connect(&client).await;
    for _ in 0..2 {
        assert_eq!(revoke(&app, &token_of(&revoked)).await, 200);
        assert_ended(&app, &token_of(&revoked)).await;
    }
    assert_eq!(call_status(&app, &token_of(&replayed)).await, 200);
    for _ in 0..2 {
        let (status, answer) = json_of(client.redeem(&code, &[]).await).await;
        assert_eq!((status, &answer["error"]), (400, &"invalid_grant".into()));
        assert_ended(&app, &token_of(&replayed)).await;
    }
    assert_eq!(call_status(&app, &token_of(&other)).await, 200);
    assert_eq!(
        live_keys(&app).await,
        keys,
        "the pasted key is the person's"
    );
    let ended = || {
        names(state.path())
            .into_iter()
            .filter(|name| name.starts_with("ended-"))
    };
    // Two tokens with a row and an entry each, and the two numbers of the queue.
    app.clock.advance(DAY * 30);
    client.redeem("another code", &[]).await;
    assert!(ended().count() >= 5, "they stay until the tokens expire");
    app.clock.advance(DAY * 61);
    for _ in 0..12 {
        client.redeem("another code", &[]).await;
    }
    assert_eq!(ended().collect::<Vec<_>>(), ["ended-issued", "ended-swept"]);
    assert_ended(&app, &token_of(&revoked)).await;
}

#[tokio::test]
async fn tokens_end_on_a_store_without_counters() {
    let [_, app] = Running::on_both_stores_with(&[("sign_in", "api-key")]).await;
    let client = OAuthClient::register(&app, "App").await;
    let (code, replayed) = connect(&client).await;
    let (_, revoked) = connect(&client).await;
    assert_eq!(revoke(&app, &token_of(&revoked)).await, 200);
    client.redeem(&code, &[]).await;
    for answer in [revoked, replayed] {
        assert_ended(&app, &token_of(&answer)).await;
    }
}
