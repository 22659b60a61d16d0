//! Attack family 10: floods of registrations, hostile client names and hostile registration bodies.

use crate::support::Running;
use crate::support::browser::Browser;
use crate::support::client::{CALLBACK, OAuthClient, register};
use crate::support::store::rows;
use futures::future::join_all;
use serde_json::json;
use tokportal_emulator::people::PEOPLE;

const REGISTRATIONS: usize = 10_000;
/// Connections that register at the same time.
const CONNECTIONS: usize = 16;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_registrations_add_no_store_entry() {
    let state = tempfile::tempdir().expect("a folder");
    let app = Running::start_in(state.path().to_owned()).await;
    let body = json!({"client_name": "Flood", "redirect_uris": [CALLBACK]}).to_string();
    assert_eq!(register(&app, body.clone()).await.0, 201);
    let before = rows(state.path()).len();
    assert!(before > 0, "the sealing secret and the rate limit");
    let connections = (0..CONNECTIONS).map(|_| async {
        for _ in 0..REGISTRATIONS / CONNECTIONS {
            let (status, answer) = register(&app, body.clone()).await;
            assert_eq!(status, 201, "{answer}");
        }
    });
    join_all(connections).await;
    assert_eq!(rows(state.path()).len(), before);
}

#[tokio::test]
async fn hostile_client_name_is_escaped_on_every_page() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    for name in [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "</title><h1>Signed in</h1>",
        "App' onmouseover='alert(1)",
        "{{ 7 * 7 }}<!--",
    ] {
        let client = OAuthClient::register(&app, name).await;
        let consent = client.consent_page(&browser).await;
        browser.decide(&consent, "read", "authorize").await.code();
        let keys = browser.open("/portal/developer/api-keys").await;
        for page in [&consent.text, &keys.text] {
            for raw in ["<script", "<img", "<h1>Signed in", "' onmouseover", "<!--"] {
                assert!(!page.contains(raw), "{raw} of {name}");
            }
        }
    }
}

#[tokio::test]
async fn hostile_registration_body_is_refused_and_app_lives() {
    let app = Running::start().await;
    let name = |length: usize| {
        json!({"client_name": "x".repeat(length), "redirect_uris": [CALLBACK]}).to_string()
    };
    let deep = format!("{}1{}", "{\"a\":".repeat(7_000), "}".repeat(7_000));
    let many: Vec<_> = (0..33)
        .map(|i| format!("https://app.example/{i}"))
        .collect();
    for (body, status) in [
        (name(20_000), 413),
        (name(8 << 20), 413),
        ("[".repeat(10_000), 400),
        (deep, 413),
        (format!("{}1{}", "{\"a\":".repeat(2_000), "}".repeat(2_000)), 400),
        (json!({"redirect_uris": many}).to_string(), 400),
        ("{\"redirect_uris\":[\"https://a.example/\"],\"redirect_uris\":[\"https://b.example/\"]}".to_owned(), 400),
        ("\u{0}".to_owned(), 400),
    ] {
        let length = body.len();
        let (answered, answer) = register(&app, body).await;
        assert_eq!(answered, status, "{length} bytes: {answer}");
        assert!(answer["error"].is_string(), "{answer}");
    }
    assert_eq!(register(&app, name(10)).await.0, 201);
}
