//! A new approval replaces the older keys of the same app, and the list of keys tells them apart.

use crate::support::browser::{Browser, Seen};
use crate::support::client::{OAuthClient, call_status};
use crate::support::portal::plan_fault;
use crate::support::store::live_keys;
use crate::support::{Running, demo_key};
use serde_json::json;
use tokportal_emulator::people::PEOPLE;

/// Keys that exist before anybody connects an app.
const DEMO_KEYS: i64 = 3;

/// Connects an app anew, as the consent page suggests it, and returns its token.
async fn connect(app: &Running, browser: &Browser, name: &str, level: &str) -> String {
    let client = OAuthClient::register(app, name).await;
    let page = client.consent_page(browser).await;
    client.token(&approve(browser, &page, level).await).await
}

/// Authorizes with the checkbox as the page sets it.
async fn approve(browser: &Browser, page: &Seen, level: &str) -> String {
    let fields = [("level", level), ("decision", "authorize")];
    browser
        .send_form(page, "/connect/consent", &fields)
        .await
        .code()
}

#[tokio::test]
async fn fifty_connections_of_one_app_leave_one_key() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let other = connect(&app, &browser, "Other", "read").await;
    let writer = connect(&app, &browser, "App", "full").await;
    let mut tokens = Vec::new();
    for _ in 0..50 {
        tokens.push(connect(&app, &browser, "App", "read").await);
    }
    assert_eq!(live_keys(&app).await, DEMO_KEYS + 3);
    let newest = tokens.pop().expect("a token");
    for lasting in [&other, &writer, &newest, &demo_key()] {
        assert_eq!(call_status(&app, lasting).await, 200);
    }
    let replaced = tokens.last().expect("a token");
    assert_eq!(call_status(&app, replaced).await, 401);
}

#[tokio::test]
async fn full_account_takes_a_new_key_in_place_of_an_older_one() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    // The demo person has two keys, and room for 48 more.
    for _ in 0..48 {
        let client = OAuthClient::register(&app, "App").await;
        client.code(&browser, "read").await;
    }
    let client = OAuthClient::register(&app, "App").await;
    let page = client.consent_page(&browser).await;
    assert!(
        page.text.contains("Replace the 48 older keys"),
        "{}",
        page.text
    );
    let refused = browser.decide(&page, "read", "authorize").await;
    assert_eq!(refused.status, 409);
    let token = client.token(&approve(&browser, &page, "read").await).await;
    assert_eq!(call_status(&app, &token).await, 200);
    assert_eq!(live_keys(&app).await, DEMO_KEYS + 1);
}

#[tokio::test]
async fn failing_list_or_deletion_does_not_stop_a_connection() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let mut keys = DEMO_KEYS;
    for (operation, fault, event) in [
        ("portal.list", json!({"kind": "503"}), "key_list_failed"),
        (
            "portal.list",
            json!({"code": "NOT_FOUND"}),
            "key_list_failed",
        ),
        ("portal.list", json!({"kind": "dropped"}), "key_list_failed"),
        (
            "portal.list",
            json!({"kind": "malformed"}),
            "key_list_failed",
        ),
        (
            "portal.list",
            json!({"kind": "delay", "delay_ms": 9000}),
            "key_list_failed",
        ),
        (
            "portal.delete",
            json!({"kind": "503"}),
            "\"reason\":\"replaced\"",
        ),
    ] {
        let mut fault = fault;
        fault["operation"] = json!(operation);
        plan_fault(&app, fault.clone()).await;
        let before = app.log.lines().len();
        let token = connect(&app, &browser, "App", "read").await;
        assert_eq!(call_status(&app, &token).await, 200, "{fault}");
        let logged = app.log.lines().split_off(before);
        let events = logged.iter().filter(|line| line.contains(event)).count();
        assert_eq!(events, 1, "{fault}: {logged:?}");
        keys += 1;
        assert_eq!(live_keys(&app).await, keys, "{fault}");
    }
}

#[tokio::test]
async fn list_of_keys_names_the_client_that_used_a_key_last() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let token = connect(&app, &browser, "Agent", "read").await;
    let name = "tokportal_get_credit_balance";
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": name, "arguments": {}, "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
            "io.modelcontextprotocol/clientInfo": {"name": "claude-code", "version": "2.1.0"},
        },
    }});
    let request = app.request("POST", "/api/ext/mcp").bearer_auth(&token);
    let request = request
        .header("accept", "application/json, text/event-stream")
        .header("content-type", "application/json")
        .header("mcp-protocol-version", "2026-07-28")
        .header("mcp-method", "tools/call")
        .header("mcp-name", name);
    let answer = request
        .body(message.to_string())
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 200);
    let keys = browser.open("/portal/developer/api-keys").await.text;
    let (_, row) = keys.split_once("Agent (MCP connector)").expect("the key");
    let (row, _) = row.split_once("</tr>").expect("a row");
    let ending = &token[token.len() - 4..];
    for shown in ["Read-only", "production", ending, "claude-code 2.1.0"] {
        assert!(row.contains(shown), "{shown} is not in {row}");
    }
}
