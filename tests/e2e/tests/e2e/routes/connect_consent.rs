//! `/connect/consent`: the page, and the decision of the signed-in person.

use crate::support::Running;
use crate::support::browser::{Browser, Seen, assert_refused};
use crate::support::client::OAuthClient;
use crate::support::store::live_keys;
use tokportal_emulator::people::PEOPLE;
use url::Url;

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

#[tokio::test]
async fn head_and_reload_change_nothing_and_one_decision_holds() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "App").await;
    let before = live_keys(&app).await;
    let leaving = browser.get(&client.authorization(&[])).await;
    let portal = browser
        .get(leaving.target().expect("the portal").as_str())
        .await;
    let callback = portal.target().expect("the callback");
    let head = |address: &Url| browser.send(address.clone(), app.http.head(address.clone()));

    assert_eq!(head(&callback).await.status, 200, "the code stays good");
    let sent = browser.get(callback.as_str()).await;
    assert_eq!(sent.status, 303);
    let address = sent.target().expect("the page");
    assert_eq!(head(&address).await.status, 200);
    let page = browser.get(address.as_str()).await;
    let again = browser.get(address.as_str()).await;
    let form = |page: &Seen| page.form("/connect/consent");
    assert_eq!((again.status, form(&again)), (200, form(&page)));
    let reloaded = browser.open(callback.as_str()).await;
    assert_eq!(
        reloaded.address.path(),
        "/connect/consent",
        "through the portal"
    );
    assert_eq!(live_keys(&app).await, before);

    let code = browser.decide(&reloaded, "read", "authorize").await.code();
    for back in [&address, &callback] {
        let page = browser.get(back.as_str()).await;
        assert_eq!(page.status, 409);
        assert!(page.text.contains("Already connected"), "{}", page.text);
    }
    assert_refused(&browser.decide(&page, "full", "authorize").await);
    assert_eq!(live_keys(&app).await, before + 1);
    assert_eq!(client.redeem(&code, &[]).await.status(), 200);
}

#[tokio::test]
async fn cancelled_request_stays_cancelled() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "App").await;
    let before = live_keys(&app).await;
    let page = client.consent_page(&browser).await;
    browser.decide(&page, "read", "cancel").await;
    let back = browser.get(page.address.as_str()).await;
    let pressed = browser.decide(&page, "full", "authorize").await;
    for page in [back, pressed] {
        assert_eq!(page.status, 409);
        assert!(page.text.contains("You cancelled"), "{}", page.text);
    }
    assert_eq!(live_keys(&app).await, before);
}

#[tokio::test]
async fn page_is_in_the_language_that_the_browser_prefers() {
    let app = Running::start().await;
    for (header, tag) in [("de-CH, en;q=0.5", "de"), ("nl", "en"), ("pt-BR", "pt")] {
        let request = app
            .request("GET", "/authorize")
            .header("accept-language", header);
        let page = request.send().await.expect("an answer");
        assert_eq!(page.headers()["content-language"], tag);
        let html = page.text().await.expect("a page");
        assert!(html.contains(&format!("<html lang=\"{tag}\">")), "{html}");
    }
}
