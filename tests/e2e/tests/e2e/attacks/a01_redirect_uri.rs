//! Attack family 1: variants of a redirect URI (CVE-2025-4143, GHSA-wx5f-576r-gpcx).

use crate::support::Running;
use crate::support::browser::Browser;
use crate::support::client::OAuthClient;
use tokportal_emulator::people::PEOPLE;

/// Includes the scriptable schemes of family 3 (GHSA-q9xg-f2v2-695g).
#[tokio::test]
async fn redirect_uri_variants_are_never_redirected_to() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "App").await;
    for uri in [
        "https://app.example/callback/",
        "https://app.example/callbac",
        "https://app.example/Callback",
        "https://APP.example/callback",
        "https://app.example:443/callback",
        "https://app.example:8443/callback",
        "https://user@app.example/callback",
        "https://app.example@evil.example/callback",
        "https://app.example/callback#",
        "https://app.example/callback?next=https://evil.example",
        "https://app.example/callback/../steal",
        "https://app.example/%63allback",
        "https://app.example.evil.example/callback",
        "http://app.example/callback",
        "//app.example/callback",
        " https://app.example/callback",
        "https://app.example/callback\n",
        "https:\\\\app.example\\callback",
        "http://127.0.0.1:5000/callback",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "\njavascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "blob:https://app.example/1",
        "file:///etc/passwd",
    ] {
        let answer = browser
            .get(&client.authorization(&[("redirect_uri", uri)]))
            .await;
        assert_eq!(answer.status, 400, "{uri:?}");
        assert!(
            answer.target().is_none() && answer.text.contains("<h1"),
            "{uri:?}"
        );
    }
    let twice = format!(
        "{}&redirect_uri=https%3A%2F%2Fevil.example%2F",
        client.authorization(&[])
    );
    assert!(
        browser.get(&twice).await.target().is_none(),
        "two redirect URIs"
    );
}

/// RFC 8252, section 7.3: a native app listens on a different loopback port each time, so the port alone may differ.
#[tokio::test]
async fn loopback_redirect_uri_may_differ_in_port_only() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let claude_code = OAuthClient {
        app: &app,
        id: "https://claude.ai/oauth/claude-code-client-metadata".to_owned(),
    };
    for (uri, works) in [
        ("http://localhost:49152/callback", true),
        ("http://127.0.0.1:8123/callback", true),
        ("http://localhost/callback", true),
        ("http://localhost:49152/callback2", false),
        ("https://localhost:49152/callback", false),
        ("http://127.0.0.2:49152/callback", false),
        ("http://localhost.evil.example:49152/callback", false),
        ("http://localhost:49152@evil.example/callback", false),
    ] {
        let page = browser
            .open(&claude_code.authorization(&[("redirect_uri", uri)]))
            .await;
        assert_eq!(page.status, if works { 200 } else { 400 }, "{uri}");
        assert_eq!(
            page.text.contains("an app on this computer"),
            works,
            "{uri}"
        );
    }
}
