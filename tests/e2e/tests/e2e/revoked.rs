//! Attack families 9 and 15: what a person revokes is gone with the next call.

use crate::browser::{Browser, Seen, with_form};
use crate::program::{Program, ask, assert_challenged, call};
use crate::support::{Running, json_of};
use serde_json::json;
use std::time::Duration;
use tokportal_emulator::people::PEOPLE;

/// Presses "Revoke" beside a key and confirms.
async fn revoke(browser: &Browser, name: &str) -> Seen {
    let keys = browser.open("/portal/developer/api-keys").await;
    let row = keys.text.split("<tr>").find(|row| row.contains(name));
    let row = row.unwrap_or_else(|| panic!("no {name}: {}", keys.text));
    let mut links = row
        .split("href=\"")
        .filter_map(|rest| rest.split('"').next());
    let link = links
        .find(|href| href.ends_with("/revoke"))
        .expect("a link");
    let page = browser.open(link).await;
    browser.submit(&page, link, &[]).await
}

#[tokio::test]
async fn the_next_call_is_401_and_the_person_can_connect_again() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let (program, other) = (
        Program::register(&app, "App").await,
        Program::register(&app, "Other").await,
    );
    let token = program.connect(&browser, "full").await;
    let bystander = other.connect(&browser, "full").await;
    for method in ["initialize", "tools/list"] {
        assert_eq!(ask(&app, &token, method, json!({})).await.status(), 200);
    }
    assert_eq!(
        call(&app, &token, "tokportal_get_credit_balance")
            .await
            .status(),
        200
    );

    let done = revoke(&browser, "App (MCP connector)").await;
    assert!(
        done.text.contains("App (MCP connector) is revoked."),
        "{}",
        done.text
    );
    assert_challenged(
        &call(&app, &token, "tokportal_get_credit_balance").await,
        &app,
    );
    for method in ["initialize", "tools/list", "prompts/list", "resources/list"] {
        assert_challenged(&ask(&app, &token, method, json!({})).await, &app);
    }
    assert_eq!(
        call(&app, &bystander, "tokportal_get_credit_balance")
            .await
            .status(),
        200
    );

    let fresh = program.connect(&browser, "full").await;
    assert_ne!(fresh, token);
    assert_eq!(
        call(&app, &fresh, "tokportal_get_credit_balance")
            .await
            .status(),
        200
    );
    assert_challenged(
        &call(&app, &token, "tokportal_get_credit_balance").await,
        &app,
    );
}

#[tokio::test]
async fn lists_are_401_within_the_time_of_the_cache() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let program = Program::register(&app, "App").await;
    let token = program.connect(&browser, "read").await;
    assert_eq!(
        ask(&app, &token, "tools/list", json!({})).await.status(),
        200
    );
    revoke(&browser, "App (MCP connector)").await;
    app.clock.advance(Duration::from_secs(6));
    for method in ["tools/list", "initialize"] {
        assert_challenged(&ask(&app, &token, method, json!({})).await, &app);
    }
}

/// `POST /revoke` (RFC 7009).
#[tokio::test]
async fn an_app_that_disconnects_leaves_no_key() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let program = Program::register(&app, "App").await;
    let token = program.connect(&browser, "full").await;
    let before = crate::store::live_keys(&app).await;
    for _ in 0..2 {
        let fields = [("token", token.as_str()), ("client_id", &program.id)];
        let request = with_form(app.request("POST", "/revoke"), fields);
        assert_eq!(request.send().await.expect("an answer").status(), 200);
        assert_eq!(crate::store::live_keys(&app).await, before - 1);
    }
    assert_challenged(
        &call(&app, &token, "tokportal_get_credit_balance").await,
        &app,
    );
}

/// Family 9: tokens that are not for this resource, whatever they look like.
#[tokio::test]
async fn foreign_and_malformed_tokens_are_401() {
    let app = Running::start().await;
    let elsewhere = Running::start().await;
    let browser = Browser::of(&elsewhere, &PEOPLE[0]).await;
    let program = Program::register(&elsewhere, "App").await;
    let foreign = program.connect(&browser, "full").await;
    let code = program.code(&browser, "full").await;
    for token in [
        foreign.as_str(),
        &foreign.to_uppercase(),
        &format!("{foreign}0"),
        "tpt1_AAAA",
        "sk_",
        &code,
    ] {
        assert_challenged(
            &call(&app, token, "tokportal_get_credit_balance").await,
            &app,
        );
    }
    // Neither does the other's client id or code work here.
    let here = Program {
        app: &app,
        id: program.id.clone(),
    };
    let (status, answer) = json_of(here.redeem(&code, &[]).await).await;
    assert_eq!((status, &answer["error"]), (401, &json!("invalid_client")));
    let page = Browser::new(&app).open(&here.authorization(&[])).await;
    assert!(
        page.status == 400 && page.target().is_none(),
        "{}",
        page.text
    );
}
