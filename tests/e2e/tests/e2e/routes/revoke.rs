//! `POST /revoke` (RFC 7009).

use crate::support::Running;
use crate::support::browser::{Browser, with_form};
use crate::support::client::{OAuthClient, assert_challenged, call};
use crate::support::store::live_keys;
use tokportal_emulator::people::PEOPLE;

#[tokio::test]
async fn revoked_token_leaves_no_key_and_is_401() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "App").await;
    let token = client.connect(&browser, "full").await;
    let before = live_keys(&app).await;
    for _ in 0..2 {
        let fields = [("token", token.as_str()), ("client_id", &client.id)];
        let request = with_form(app.request("POST", "/revoke"), fields);
        assert_eq!(request.send().await.expect("an answer").status(), 200);
        assert_eq!(live_keys(&app).await, before - 1);
    }
    assert_challenged(
        &call(&app, &token, "tokportal_get_credit_balance").await,
        &app,
    );
}
