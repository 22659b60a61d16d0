//! Attack family 19: secrets in logs, errors, pages, URLs and files. The tests plant markers and search for them.

use crate::support::browser::Browser;
use crate::support::client::{OAuthClient, call};
use crate::support::{Running, demo_key, json_of};
use serde_json::json;
use std::path::Path;
use tokportal_emulator::people::PEOPLE;

#[tokio::test]
async fn keys_are_not_in_store_logs_or_answers() {
    let state = tempfile::tempdir().expect("a folder");
    let app = Running::start_in(state.path().to_owned()).await;
    let planted = format!("sk_{}", "5eed".repeat(16));
    let mut answers = String::new();
    for key in [
        demo_key(),
        planted.clone(),
        format!("{planted}0"),
        "sk_short".to_owned(),
    ] {
        for (tool, arguments) in [
            ("tokportal_get_credit_balance", json!({})),
            (
                "tokportal_create_bundle",
                json!({"bundle_type": "account_only", "country": "Atlantis"}),
            ),
            ("tokportal_get_bundle", json!({"id": planted})),
            ("tokportal_no_such_tool", json!({"key": planted})),
        ] {
            let message = json!({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":tool,"arguments":arguments}});
            let response = app
                .request("POST", "/api/ext/mcp")
                .header("content-type", "application/json")
                .bearer_auth(&key)
                .body(message.to_string())
                .send()
                .await
                .expect("an answer");
            answers.push_str(&format!("{:?}", response.headers()));
            answers.push_str(&response.text().await.expect("a body"));
        }
    }
    let logged = app.log.lines().join("\n");
    app.stop().await;
    let mut stored = Vec::new();
    collect(state.path(), &mut stored);
    assert!(!stored.is_empty(), "the state is on disk");
    for secret in [demo_key(), planted] {
        let digits = secret.trim_start_matches("sk_");
        for (place, text) in [
            ("an answer", answers.as_bytes()),
            ("the log", logged.as_bytes()),
            ("the store", &stored),
        ] {
            let found = text
                .windows(digits.len())
                .any(|window| window == digits.as_bytes());
            assert!(!found, "a key is in {place}");
        }
    }
}

/// Appends the bytes of all files below a directory.
fn collect(directory: &Path, bytes: &mut Vec<u8>) {
    for entry in std::fs::read_dir(directory).expect("readable") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, bytes);
        } else {
            bytes.extend(std::fs::read(path).expect("readable"));
        }
    }
}

#[tokio::test]
async fn sign_in_secrets_are_not_in_logs_pages_or_urls() {
    let app = Running::start().await;
    let browser = Browser::new(&app);
    let client = OAuthClient::register(&app, "App").await;
    let sign_in = browser.open(&client.authorization(&[])).await;
    let consent = browser.sign_in(&sign_in, &PEOPLE[0]).await;
    let sealed = consent.form("/connect/consent")["request"].clone();
    let session = browser.cookies();
    let sent = browser.decide(&consent, "full", "authorize").await;
    let code = sent.code();
    let (_, answer) = json_of(client.redeem(&code, &[]).await).await;
    let key = answer["access_token"].as_str().expect("a token").to_owned();
    call(&app, &key, "tokportal_get_credit_balance").await;
    // Failures that write to the log.
    let again = browser.decide(&consent, "full", "authorize").await;
    let foreign = Browser::new(&app)
        .decide(&consent, "full", "authorize")
        .await;
    let replayed = json_of(client.redeem(&code, &[]).await).await.1.to_string();
    let revoked = call(&app, &key, "tokportal_get_credit_balance").await;
    let challenge = format!("{:?}", revoked.headers());
    let portal = browser.open("/portal/developer/api-keys").await;
    let log = app.log.lines().join("\n");
    assert!(log.contains("\"event\":\"code_replayed\""), "{log}");

    let history = browser.history().join("\n");
    let pages = [
        consent.text,
        again.text,
        foreign.text,
        replayed,
        challenge,
        portal.text,
    ]
    .join("\n");
    let session = session
        .split("; ")
        .filter_map(|cookie| cookie.split_once('='));
    let mut secrets: Vec<_> = session
        .map(|(_, value)| ("cookie", value.to_owned()))
        .collect();
    secrets.push(("key", key));
    secrets.push(("sealed request", sealed.clone()));
    secrets.push(("password", PEOPLE[0].password.to_owned()));
    for (what, secret) in &secrets {
        assert!(!log.contains(secret), "the {what} is in the log");
        // The consent page has the sealed request in its address and in its form.
        if *secret != sealed {
            assert!(!history.contains(secret), "the {what} is in an address");
            assert!(!pages.contains(secret), "the {what} is in a page");
        }
    }
    assert!(!log.contains(&code) && !pages.contains(&code));
}
