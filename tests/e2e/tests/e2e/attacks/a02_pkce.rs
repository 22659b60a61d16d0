//! Attack family 2: PKCE downgrade (CVE-2025-4144).

use crate::support::Running;
use crate::support::browser::Browser;
use crate::support::client::OAuthClient;
use crate::support::store::live_keys;
use tokportal_emulator::people::PEOPLE;

#[tokio::test]
async fn pkce_downgrade_is_refused() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "App").await;
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
        let answer = browser.get(&client.authorization(&[change])).await;
        assert_eq!(
            answer.parameter("error").as_deref(),
            Some("invalid_request"),
            "{change:?}"
        );
        assert_eq!(answer.parameter("iss").as_deref(), Some(app.url.as_str()));
        assert_eq!(answer.parameter("code"), None);
    }
    let code = client.code(&browser, "read").await;
    for verifier in ["", "short"] {
        let answer = client.redeem(&code, &[("code_verifier", verifier)]).await;
        assert_eq!(answer.status(), 400, "{verifier:?}");
    }
    assert_eq!(live_keys(&app).await, before + 1, "one approval, one key");
}
