//! `POST /register`: on an empty store, and with many redirect URIs.

use crate::support::Running;
use crate::support::browser::Browser;
use crate::support::client::{OAuthClient, register};
use futures::future::join_all;
use serde_json::json;
use tokportal_emulator::people::PEOPLE;

/// The sealing secret does not exist yet, and each registration needs it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn first_48_registrations_at_once_share_one_secret() {
    for _ in 0..3 {
        let app = Running::start().await;
        let clients = join_all((0..48).map(|_| OAuthClient::register(&app, "First"))).await;
        let browser = Browser::of(&app, &PEOPLE[0]).await;
        for client in [&clients[0], &clients[47]] {
            client.consent_page(&browser).await;
        }
    }
}

/// Clients register a loopback URI for each port that they may get.
#[tokio::test]
async fn twenty_redirect_uris_connect_and_too_many_are_counted() {
    let app = Running::start().await;
    let uris = |count: u16| -> Vec<String> {
        (0..count)
            .map(|i| format!("http://127.0.0.1:{}/oauth/callback", 40_000 + i))
            .collect()
    };
    let body = json!({"redirect_uris": uris(20), "token_endpoint_auth_method": "none"});
    let (status, answer) = register(&app, body.to_string()).await;
    assert_eq!((status, &answer["redirect_uris"]), (201, &json!(uris(20))));
    let client = OAuthClient {
        app: &app,
        id: answer["client_id"].as_str().expect("an id").to_owned(),
    };
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let last = &uris(20)[19];
    let page = browser
        .open(&client.authorization(&[("redirect_uri", last)]))
        .await;
    assert_eq!(page.status, 200, "{}", page.text);
    let body = json!({"redirect_uris": uris(33)}).to_string();
    let (status, answer) = register(&app, body).await;
    assert_eq!(status, 400);
    assert_eq!(
        answer["error_description"],
        "redirect_uris has 33 entries; at most 32 are accepted."
    );
}
