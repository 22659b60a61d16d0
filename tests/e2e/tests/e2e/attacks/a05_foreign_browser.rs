//! Attack family 5: an authorization that continues in another browser (CVE-2026-27124).

use crate::support::Running;
use crate::support::browser::{Browser, assert_refused};
use crate::support::client::OAuthClient;
use crate::support::store::live_keys;
use tokportal_emulator::people::PEOPLE;

#[tokio::test]
async fn consent_form_of_one_browser_is_refused_in_another() {
    let app = Running::start().await;
    let (victim, attacker) = (
        Browser::of(&app, &PEOPLE[0]).await,
        Browser::of(&app, &PEOPLE[1]).await,
    );
    let stranger = Browser::new(&app);
    let client = OAuthClient::register(&app, "App").await;
    let before = live_keys(&app).await;
    let page = client.consent_page(&attacker).await;
    // The victim's browser has the cookie of a sign-in of its own.
    client.consent_page(&victim).await;
    for browser in [&victim, &stranger] {
        assert_refused(&browser.decide(&page, "full", "authorize").await);
    }
    assert_eq!(live_keys(&app).await, before);
    assert_eq!(
        attacker.decide(&page, "read", "authorize").await.status,
        200
    );
    assert_eq!(live_keys(&app).await, before + 1);
}

/// Otherwise an attacker could connect a victim's app to the attacker's account.
#[tokio::test]
async fn portal_callback_is_refused_in_another_browser() {
    let app = Running::start().await;
    let attacker = Browser::of(&app, &PEOPLE[1]).await;
    let victim = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "App").await;
    let leaving = attacker.get(&client.authorization(&[])).await;
    let back = attacker
        .get(leaving.target().expect("the portal").as_str())
        .await;
    let callback = back.target().expect("a callback");
    assert_eq!(callback.path(), "/connect/callback");
    assert_refused(&victim.get(callback.as_str()).await);
    assert_refused(&Browser::new(&app).get(callback.as_str()).await);
    let page = attacker.get(callback.as_str()).await;
    let page = page.target().expect("the consent page");
    assert_refused(&victim.get(page.as_str()).await);
    assert_eq!(attacker.get(page.as_str()).await.status, 200);
}

#[tokio::test]
async fn two_tabs_of_one_browser_both_connect() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let (one, two) = (
        OAuthClient::register(&app, "One").await,
        OAuthClient::register(&app, "Two").await,
    );
    let (first, second) = (
        one.consent_page(&browser).await,
        two.consent_page(&browser).await,
    );
    for (client, page, other) in [(&two, &second, &one), (&one, &first, &two)] {
        let code = browser.decide(page, "full", "authorize").await.code();
        assert_eq!(
            other.redeem(&code, &[]).await.status(),
            400,
            "the other tab's app"
        );
        assert_eq!(client.redeem(&code, &[]).await.status(), 200);
    }
}
