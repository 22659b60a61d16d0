//! Attack family 14: data that crosses from one request to another (CVE-2026-25536), and rebound hosts and foreign
//! origins (CVE-2026-42559).

use crate::support::browser::Browser;
use crate::support::canned::{Canned, response};
use crate::support::client::{OAuthClient, call};
use crate::support::mcp::{answer, message};
use crate::support::{Running, json_of};
use futures::future::join_all;
use serde_json::json;
use std::sync::Arc;
use tokportal_emulator::people::PEOPLE;

/// Requests of different people share instances of the component.
#[tokio::test]
async fn interleaved_keys_get_their_own_answers() {
    let api = Canned::by(|request| {
        let key = request.lines().find_map(|line| {
            line.to_ascii_lowercase()
                .strip_prefix("x-api-key: ")
                .map(str::to_owned)
        });
        let body = json!({ "data": { "belongs_to": key } }).to_string();
        response("200 OK\r\ncontent-type: application/json", body.as_bytes())
    })
    .await;
    let app = Arc::new(Running::in_front_of(&api.url).await);
    let people: Vec<_> = (0..64)
        .map(|person| {
            let app = Arc::clone(&app);
            tokio::spawn(async move {
                let key = format!("sk_{person:064x}");
                for _ in 0..4 {
                    let call = json!({"jsonrpc":"2.0","id":person,"method":"tools/call","params":{"name":"tokportal_get_current_user"}});
                    let answer = app
                        .request("POST", "/api/ext/mcp")
                        .header("content-type", "application/json")
                        .header("mcp-protocol-version", "2025-11-25")
                        .bearer_auth(&key)
                        .body(call.to_string())
                        .send()
                        .await
                        .expect("an answer");
                    let (_, value) = json_of(answer).await;
                    assert_eq!(value["id"], person);
                    assert_eq!(value["result"]["structuredContent"]["data"]["belongs_to"], key);
                }
            })
        })
        .collect();
    for person in people {
        person.await.expect("no panic");
    }
}

/// Sign-ins of different people share instances of the components.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn interleaved_sign_ins_get_their_own_keys() {
    let app = Running::start().await;
    let app = &app;
    let flows = (0..16).map(|number| async move {
        let person = &PEOPLE[number % 2];
        let browser = Browser::new(app);
        let client = OAuthClient::register(app, &format!("App {number}")).await;
        let page = browser.open(&client.authorization(&[])).await;
        let page = browser.sign_in(&page, person).await;
        assert!(
            page.text.contains(person.name) && page.text.contains(&format!("App {number}<")),
            "{}",
            page.text
        );
        let code = browser.decide(&page, "read", "authorize").await.code();
        let (_, answer) = json_of(client.redeem(&code, &[]).await).await;
        let token = answer["access_token"].as_str().expect("a token").to_owned();
        let (_, answer) = json_of(call(app, &token, "tokportal_get_credit_balance").await).await;
        let balance = &answer["result"]["structuredContent"]["data"]["total_credits"];
        assert_eq!(balance, person.credits, "{answer}");
        token
    });
    let mut tokens = join_all(flows).await;
    tokens.sort_unstable();
    tokens.dedup();
    assert_eq!(tokens.len(), 16);
}

#[tokio::test]
async fn upstream_request_has_only_allowed_headers() {
    let mut api = Canned::with("200 OK\r\ncontent-type: application/json", r#"{"data":{}}"#).await;
    let app = Running::in_front_of(&api.url).await;
    let result = app
        .call(
            "tokportal_get_bundle",
            json!({"id": "0b5d4a1e-6c1f-4d3e-9a55-0d6a2c1f7e10"}),
        )
        .await;
    assert_eq!(result["structuredContent"], json!({"data": {}}));
    let seen = api.seen();
    let [request] = seen.as_slice() else {
        panic!("one upstream call, not {}", seen.len())
    };
    let mut lines = request.lines();
    assert_eq!(
        lines.next(),
        Some("GET /api/ext/bundles/0b5d4a1e-6c1f-4d3e-9a55-0d6a2c1f7e10 HTTP/1.1")
    );
    let allowed = [
        "accept",
        "content-type",
        "x-api-key",
        "x-tokportal-client",
        "x-request-id",
        "user-agent",
        "host",
        "content-length",
        "connection",
    ];
    for line in lines.take_while(|line| !line.is_empty()) {
        let name = line
            .split(':')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        assert!(allowed.contains(&name.as_str()), "{line}");
    }
}

#[tokio::test]
async fn foreign_origin_and_rebound_host_are_403() {
    let app = Running::start().await;
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("host", "evil.example"),
    ] {
        let request = app.mcp().header(name, value).body(message("ping"));
        assert_eq!(answer(request).await.0, 403, "{name}: {value}");
    }
    let response = app
        .mcp()
        .header("origin", "http://localhost:6274")
        .body(message("ping"))
        .send()
        .await
        .expect("an answer");
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.headers()["access-control-allow-origin"],
        "http://localhost:6274"
    );
}
