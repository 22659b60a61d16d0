//! Attack families 1 to 3 over the wire: `/authorize` never sends a browser to an address that is in doubt.

use crate::browser::Browser;
use crate::program::{CALLBACK, Program, register};
use crate::store::live_keys;
use crate::support::Running;
use serde_json::json;
use tokportal_emulator::people::PEOPLE;

/// Families 1 and 3 (CVE-2025-4143, GHSA-wx5f-576r-gpcx, GHSA-q9xg-f2v2-695g).
#[tokio::test]
async fn no_variant_of_the_redirect_uri_is_redirected_to() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let program = Program::register(&app, "App").await;
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
            .get(&program.authorization(&[("redirect_uri", uri)]))
            .await;
        assert_eq!(answer.status, 400, "{uri:?}");
        assert!(
            answer.target().is_none() && answer.text.contains("<h1"),
            "{uri:?}"
        );
    }
    let twice = format!(
        "{}&redirect_uri=https%3A%2F%2Fevil.example%2F",
        program.authorization(&[])
    );
    assert!(
        browser.get(&twice).await.target().is_none(),
        "two addresses"
    );
}

/// Family 3: what is registered along with an honest address is dropped.
#[tokio::test]
async fn scriptable_schemes_are_not_registered() {
    let app = Running::start().await;
    let hostile = [
        "javascript:alert(1)",
        "data:text/html,x",
        "blob:https://a.example/1",
        "file:///etc/passwd",
        "jAvAsCrIpT://app.example/%0aalert(1)",
    ];
    for uri in hostile {
        let body = json!({"redirect_uris": [uri]}).to_string();
        let (status, answer) = register(&app, body).await;
        assert_eq!(
            (status, &answer["error"]),
            (400, &json!("invalid_redirect_uri")),
            "{uri}"
        );
    }
    let mut uris = hostile.to_vec();
    uris.push(CALLBACK);
    let (status, answer) = register(&app, json!({"redirect_uris": uris}).to_string()).await;
    assert_eq!(
        (status, &answer["redirect_uris"]),
        (201, &json!([CALLBACK]))
    );
}

/// Family 2 (CVE-2025-4144).
#[tokio::test]
async fn pkce_cannot_be_talked_down() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let program = Program::register(&app, "App").await;
    let before = live_keys(&app).await;
    let long = "c".repeat(129);
    for change in [
        ("code_challenge", ""),
        ("code_challenge", "short"),
        ("code_challenge", &long),
        ("code_challenge_method", ""),
        ("code_challenge_method", "plain"),
        ("code_challenge_method", "s256"),
    ] {
        let answer = browser.get(&program.authorization(&[change])).await;
        assert_eq!(
            answer.parameter("error").as_deref(),
            Some("invalid_request"),
            "{change:?}"
        );
        assert_eq!(answer.parameter("iss").as_deref(), Some(app.url.as_str()));
        assert_eq!(answer.parameter("code"), None);
    }
    let code = program.code(&browser, "read").await;
    for verifier in ["", "short"] {
        let answer = program.redeem(&code, &[("code_verifier", verifier)]).await;
        assert_eq!(answer.status(), 400, "{verifier:?}");
    }
    assert_eq!(live_keys(&app).await, before + 1, "one approval, one key");
}
