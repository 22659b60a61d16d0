//! `sign_in = "api-key"`: the person pastes a key on the connector's own page, and no portal takes part.

use crate::support::browser::Browser;
use crate::support::client::{OAuthClient, call, call_status, tools};
use crate::support::{Running, demo_key, json_of, operation_count};

const FORM: &str = "/connect/sign-in";

#[tokio::test]
async fn pasted_key_becomes_a_sealed_token_of_its_level() {
    let app = Running::start_with(&[("sign_in", "api-key")]).await;
    let client = OAuthClient::register(&app, "App").await;
    let browser = Browser::new(&app);
    let mut tokens = Vec::new();
    for level in ["full", "read"] {
        let page = browser.open(&client.authorization(&[])).await;
        assert_eq!((page.status, page.address.path()), (200, FORM));
        let wrong = browser
            .paste_key(&page, &format!("sk_{}", "0".repeat(64)), level)
            .await;
        assert!(
            wrong.status >= 400 && wrong.target().is_none(),
            "{}",
            wrong.status
        );
        assert_eq!(wrong.form(FORM)["level"], level, "the level is kept");
        assert_eq!(wrong.form(FORM)["api_key"], "", "the key is not kept");
        let sent = browser.paste_key(&wrong, &demo_key(), level).await;
        let (status, answer) = json_of(client.redeem(&sent.code(), &[]).await).await;
        assert_eq!(status, 200, "{answer}");
        let token = answer["access_token"].as_str().expect("a token").to_owned();
        assert!(
            token.starts_with("tpt1_") && !token.contains(&demo_key()[3..]),
            "{token}"
        );
        assert_eq!(call_status(&app, &token).await, 200);
        tokens.push(token);
    }
    let (all, reading) = (tools(&app, &tokens[0]).await, tools(&app, &tokens[1]).await);
    assert_eq!(all.len(), operation_count(None));
    let expected: Vec<_> = all.iter().filter(|(_, reads)| *reads).cloned().collect();
    assert_eq!(reading, expected);
    // The pasted key may write; the connector enforces the level of the token.
    assert_eq!(
        call(&app, &tokens[1], "tokportal_create_bundle")
            .await
            .status(),
        403
    );
    let history = format!("{:?}{:?}", browser.history(), app.log.lines());
    assert!(!history.contains(&demo_key()));
}
