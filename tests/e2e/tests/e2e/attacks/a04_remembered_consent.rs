//! Attack families 4 and 6: the confused deputy and remembered consent (GHSA-c2jp-c369-7pvx, GHSA-6x8h-498w-gv8c).

use crate::support::Running;
use crate::support::browser::Browser;
use crate::support::client::OAuthClient;
use crate::support::store::live_keys;
use tokportal_emulator::people::PEOPLE;

/// Neither an approved client nor a second client of the same name skips the page, whatever `prompt` it sends.
#[tokio::test]
async fn every_authorization_request_shows_the_consent_page() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let trusted = OAuthClient::register(&app, "Trusted").await;
    trusted.connect(&browser, "full").await;
    let before = live_keys(&app).await;
    let other = OAuthClient::register(&app, "Trusted").await;
    for client in [&trusted, &other] {
        for prompt in ["none", "consent", ""] {
            let page = browser
                .open(&client.authorization(&[("prompt", prompt)]))
                .await;
            assert_eq!(page.status, 200);
            assert_eq!(page.form("/connect/consent")["level"], "read");
        }
    }
    assert_eq!(
        live_keys(&app).await,
        before,
        "opening the page mints no key"
    );
}
