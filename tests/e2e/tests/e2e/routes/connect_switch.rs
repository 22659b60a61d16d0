//! `GET /connect/switch`: another person signs in to the same authorization request.

use crate::support::browser::Browser;
use crate::support::client::{OAuthClient, call};
use crate::support::{Running, json_of};
use tokportal_emulator::people::PEOPLE;

#[tokio::test]
async fn another_person_signs_in_and_gets_their_own_key() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "App").await;
    let page = client.consent_page(&browser).await;
    let sign_in = browser.open(&page.link(&["/connect/switch"])).await;
    assert_eq!(
        sign_in.address.path(),
        "/portal/sign-in",
        "{}",
        sign_in.text
    );
    let page = browser.sign_in(&sign_in, &PEOPLE[1]).await;
    assert!(
        page.text.contains("Sam Sample") && !page.text.contains("Alex Demo"),
        "{}",
        page.text
    );
    let code = browser.decide(&page, "read", "authorize").await.code();
    let (_, answer) = json_of(client.redeem(&code, &[]).await).await;
    let token = answer["access_token"].as_str().expect("a token");
    let (_, balance) = json_of(call(&app, token, "tokportal_get_credit_balance").await).await;
    assert_eq!(
        balance["result"]["structuredContent"]["data"]["total_credits"], 100,
        "{balance}"
    );
}
