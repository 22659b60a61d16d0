//! `POST /connect/consent`: the decision of the signed-in person.

use crate::support::Running;
use crate::support::browser::Browser;
use crate::support::client::OAuthClient;
use tokportal_emulator::people::PEOPLE;

#[tokio::test]
async fn cancel_is_access_denied_with_state_and_issuer() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "App").await;
    let page = client.consent_page(&browser).await;
    let sent = browser.decide(&page, "read", "cancel").await;
    assert_eq!(sent.parameter("error").as_deref(), Some("access_denied"));
    assert_eq!(sent.parameter("iss").as_deref(), Some(app.url.as_str()));
    assert_eq!(
        sent.parameter("state").as_deref(),
        Some("the client's state")
    );
    assert_eq!(sent.parameter("code"), None);
}
