//! Attack family 15: forged `Host` and `X-Forwarded-*` headers. `routes/well_known` sends them to the metadata
//! documents; `a18_store_dump` and `a19_leaks` search for leaked secrets.

use crate::support::browser::Browser;
use crate::support::client::OAuthClient;
use crate::support::{FORGED, Running};
use tokportal_emulator::people::PEOPLE;

#[tokio::test]
async fn forged_headers_change_neither_challenge_nor_redirect() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "App").await;
    for (name, forged) in FORGED {
        let request = app.request("POST", "/api/ext/mcp").header(name, forged);
        let answer = request.send().await.expect("an answer");
        if forged != "evil.example" || name != "host" {
            let challenge = answer.headers()["www-authenticate"]
                .to_str()
                .expect("ASCII");
            assert!(
                challenge.starts_with(&format!("Bearer resource_metadata=\"{}/", app.url)),
                "{challenge}"
            );
        } else {
            assert_eq!(answer.status(), 403, "a rebound host");
        }
        let request = app
            .request("GET", &client.authorization(&[]))
            .header(name, forged);
        let answer = request.send().await.expect("an answer");
        let location = answer.headers()["location"].to_str().expect("ASCII");
        assert!(
            location.starts_with(&format!("{}/portal/oauth/authorize?", app.url)),
            "{location}"
        );
        assert!(!location.contains("evil"), "{location}");
    }
    let page = client.consent_page(&browser).await;
    let sent = browser.decide(&page, "read", "authorize").await;
    assert_eq!(sent.parameter("iss").as_deref(), Some(app.url.as_str()));
}
