//! Attack family 9: tokens that are revoked, malformed, misplaced or issued elsewhere.

use crate::support::browser::Browser;
use crate::support::client::{OAuthClient, ask, assert_challenged, call, call_status};
use crate::support::mcp::{answer, message};
use crate::support::portal::revoke;
use crate::support::{Running, demo_key, json_of};
use serde_json::json;
use std::time::Duration;
use tokportal_emulator::people::PEOPLE;

#[tokio::test]
async fn revoked_key_is_401_at_once_and_a_new_one_connects() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let (client, other) = (
        OAuthClient::register(&app, "App").await,
        OAuthClient::register(&app, "Other").await,
    );
    let token = client.connect(&browser, "full").await;
    let bystander = other.connect(&browser, "full").await;
    for method in ["initialize", "tools/list"] {
        assert_eq!(ask(&app, &token, method, json!({})).await.status(), 200);
    }
    assert_eq!(call_status(&app, &token).await, 200);

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
    assert_eq!(call_status(&app, &bystander).await, 200);

    let fresh = client.connect(&browser, "full").await;
    assert_ne!(fresh, token);
    assert_eq!(call_status(&app, &fresh).await, 200);
    assert_challenged(
        &call(&app, &token, "tokportal_get_credit_balance").await,
        &app,
    );
}

#[tokio::test]
async fn revoked_key_is_401_for_lists_after_the_cache_time() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "App").await;
    let token = client.connect(&browser, "read").await;
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

#[tokio::test]
async fn foreign_and_malformed_tokens_are_401() {
    let app = Running::start().await;
    let elsewhere = Running::start().await;
    let browser = Browser::of(&elsewhere, &PEOPLE[0]).await;
    let client = OAuthClient::register(&elsewhere, "App").await;
    let foreign = client.connect(&browser, "full").await;
    let code = client.code(&browser, "full").await;
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
    // The client id and the code of the other deployment are refused as well.
    let here = OAuthClient {
        app: &app,
        id: client.id.clone(),
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

#[tokio::test]
async fn key_in_the_query_is_401_and_in_a_header_200() {
    let app = Running::start().await;
    let post = |path: &str| {
        app.request("POST", path)
            .header("content-type", "application/json")
            .body(message("ping"))
    };
    assert_eq!(
        answer(post("/api/ext/mcp").header("x-api-key", demo_key()))
            .await
            .0,
        200
    );
    assert_eq!(
        answer(post("/api/ext/mcp").bearer_auth(demo_key())).await.0,
        200
    );
    for path in ["access_token", "api_key", "X-API-Key"] {
        let response = post(&format!("/api/ext/mcp?{path}={}", demo_key()))
            .send()
            .await
            .expect("an answer");
        assert_eq!(response.status(), 401);
        let challenge = response.headers()["www-authenticate"]
            .to_str()
            .expect("ASCII")
            .to_owned();
        assert!(
            challenge.starts_with(&format!(
                "Bearer resource_metadata=\"{}/.well-known/",
                app.url
            )),
            "{challenge}"
        );
    }
}

#[tokio::test]
async fn key_unknown_to_the_api_is_401_on_a_tool_call() {
    let app = Running::start().await;
    let unknown = format!("sk_{}", "0".repeat(64));
    let call = json!({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"tokportal_get_credit_balance"}});
    let response = app
        .request("POST", "/api/ext/mcp")
        .header("content-type", "application/json")
        .bearer_auth(unknown)
        .body(call.to_string())
        .send()
        .await
        .expect("an answer");
    assert_eq!(response.status(), 401);
    let challenge = response.headers()["www-authenticate"]
        .to_str()
        .expect("ASCII");
    assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
}
