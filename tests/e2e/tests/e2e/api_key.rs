//! `sign_in = "api-key"`: the person pastes a key on the connector's own page, and no portal takes part.

use crate::browser::{Browser, Seen};
use crate::program::{Program, assert_challenged, call, tools};
use crate::support::{Running, demo_key, json_of};

const FORM: &str = "/connect/sign-in";

async fn send(browser: &Browser, page: &Seen, key: &str, level: &str) -> Seen {
    let fields = [
        ("api_key", key),
        ("level", level),
        ("decision", "authorize"),
    ];
    browser.send_form(page, FORM, &fields).await
}

#[tokio::test]
async fn a_pasted_key_becomes_a_sealed_token_of_the_chosen_level() {
    let app = Running::start_with(&[("sign_in", "api-key")]).await;
    let program = Program::register(&app, "App").await;
    let browser = Browser::new(&app);
    let mut tokens = Vec::new();
    for level in ["full", "read"] {
        let page = browser.open(&program.authorization(&[])).await;
        assert_eq!((page.status, page.address.path()), (200, "/authorize"));
        let wrong = send(&browser, &page, &format!("sk_{}", "0".repeat(64)), level).await;
        assert!(
            wrong.status >= 400 && wrong.target().is_none(),
            "{}",
            wrong.status
        );
        assert_eq!(wrong.form(FORM)["level"], level, "the choice is kept");
        assert_eq!(wrong.form(FORM)["api_key"], "", "the key is not");
        let sent = send(&browser, &wrong, &demo_key(), level).await;
        let (status, answer) = json_of(program.redeem(&sent.code(), &[]).await).await;
        assert_eq!(status, 200, "{answer}");
        let token = answer["access_token"].as_str().expect("a token").to_owned();
        assert!(
            token.starts_with("tpt1_") && !token.contains(&demo_key()[3..]),
            "{token}"
        );
        assert_eq!(
            call(&app, &token, "tokportal_get_credit_balance")
                .await
                .status(),
            200
        );
        tokens.push(token);
    }
    let (all, reading) = (tools(&app, &tokens[0]).await, tools(&app, &tokens[1]).await);
    assert_eq!(all.len(), 91);
    let expected: Vec<_> = all.iter().filter(|(_, reads)| *reads).cloned().collect();
    assert_eq!(reading, expected);
    // The emulator's key may do everything; it is the connector that holds the level.
    assert_eq!(
        call(&app, &tokens[1], "tokportal_create_bundle")
            .await
            .status(),
        403
    );
    let history = format!("{:?}{:?}", browser.history(), app.log.lines());
    assert!(!history.contains(&demo_key()));
}

/// Family 9: a token of another resource, sealed by the same secret.
#[tokio::test]
async fn a_token_of_another_resource_is_401() {
    let secret = (
        "sealing_secret",
        "a secret that two deployments have in common",
    );
    let one = Running::start_with(&[("sign_in", "api-key"), secret]).await;
    let two = Running::start_with(&[("sign_in", "api-key"), secret]).await;
    let program = Program::register(&one, "App").await;
    let browser = Browser::new(&one);
    let page = browser.open(&program.authorization(&[])).await;
    let sent = send(&browser, &page, &demo_key(), "full").await;
    let (_, answer) = json_of(program.redeem(&sent.code(), &[]).await).await;
    let token = answer["access_token"].as_str().expect("a token");
    assert_eq!(
        call(&one, token, "tokportal_get_credit_balance")
            .await
            .status(),
        200
    );
    assert_challenged(
        &call(&two, token, "tokportal_get_credit_balance").await,
        &two,
    );
}
