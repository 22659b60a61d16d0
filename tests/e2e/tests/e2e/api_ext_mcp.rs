//! `/api/ext/mcp`: what every client does, and what no client should.

use crate::support::{Running, demo_key, json_of};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

fn message(method: &str) -> String {
    json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": {}}).to_string()
}

async fn answer(request: RequestBuilder) -> (u16, Value) {
    json_of(request.send().await.expect("an answer")).await
}

fn code((status, value): &(u16, Value)) -> (u16, i64) {
    (*status, value["error"]["code"].as_i64().unwrap_or_default())
}

#[tokio::test]
async fn the_first_answer_is_true() {
    let app = Running::start().await;
    let initialized = app
        .legacy("initialize", json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "0"}}))
        .await;
    assert_eq!(initialized["result"]["serverInfo"]["name"], "tokportal");
    let tools = app.legacy("tools/list", json!({})).await;
    assert_eq!(tools["result"]["tools"].as_array().map(Vec::len), Some(91));
    let before = balance(&app).await;
    let created = app
        .call(
            "tokportal_create_bundle",
            json!({"bundle_type": "account_only", "platform": "tiktok", "country": "USA"}),
        )
        .await;
    assert_eq!(created["isError"], Value::Null, "{created}");
    assert_eq!(balance(&app).await, before - 32);
    let listed = app.call("tokportal_list_bundles", json!({})).await;
    let id = &created["structuredContent"]["data"]["bundle_id"];
    let bundles = listed["structuredContent"]["data"]
        .as_array()
        .expect("a list");
    assert!(
        bundles.iter().any(|bundle| &bundle["bundle_id"] == id),
        "{id} in {bundles:?}"
    );
}

async fn balance(app: &Running) -> i64 {
    let result = app.call("tokportal_get_credit_balance", json!({})).await;
    result["structuredContent"]["data"]["total_credits"]
        .as_i64()
        .unwrap_or_else(|| panic!("a balance in {result}"))
}

#[tokio::test]
async fn a_dry_run_leaves_the_process_and_costs_nothing() {
    let app = Running::start().await;
    let before = balance(&app).await;
    let result = app
        .call(
            "tokportal_create_bundle",
            json!({"bundle_type": "account_only", "country": "USA", "dry_run": true}),
        )
        .await;
    assert_eq!(result["structuredContent"]["dry_run"], true, "{result}");
    assert_eq!(balance(&app).await, before);
}

#[tokio::test]
async fn every_answer_has_a_length_and_is_not_stored() {
    let app = Running::start().await;
    for request in [
        app.mcp().body(message("ping")),
        app.mcp().body(message("tools/list")),
        app.request("GET", "/api/ext/mcp"),
    ] {
        let response = request.send().await.expect("an answer");
        assert!(response.headers().contains_key("content-length"));
        assert!(!response.headers().contains_key("transfer-encoding"));
        assert_eq!(response.headers()["cache-control"], "no-store");
    }
}

#[tokio::test]
async fn the_key_comes_by_header_only() {
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
async fn a_key_the_api_does_not_know_is_401_on_a_tool_call() {
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

#[tokio::test]
async fn a_trailing_slash_is_no_redirect() {
    let app = Running::start().await;
    let request = app
        .request("POST", "/api/ext/mcp/")
        .header("content-type", "application/json")
        .bearer_auth(demo_key())
        .body(message("ping"));
    assert_eq!(answer(request).await.0, 200);
}

#[tokio::test]
async fn body_not_json_is_400_with_parse_error() {
    let app = Running::start().await;
    for body in ["", "{", "hello", "{\"jsonrpc\":\"2.0\",}"] {
        assert_eq!(
            code(&answer(app.mcp().body(body)).await),
            (400, -32700),
            "{body:?}"
        );
    }
}

#[tokio::test]
async fn wrong_content_type_is_415() {
    let app = Running::start().await;
    let request = app
        .request("POST", "/api/ext/mcp")
        .bearer_auth(demo_key())
        .header("content-type", "text/plain")
        .body(message("ping"));
    assert_eq!(answer(request).await.0, 415);
}

#[tokio::test]
async fn body_of_10_mb_is_413() {
    let app = Running::start().await;
    let body = format!(
        "{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{}\"}}",
        "x".repeat(10 << 20)
    );
    assert_eq!(answer(app.mcp().body(body)).await.0, 413);
}

#[tokio::test]
async fn json_10_000_deep_is_400() {
    let app = Running::start().await;
    let body = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(code(&answer(app.mcp().body(body)).await), (400, -32700));
    let body = format!(
        "{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{}1{}}}",
        "{\"a\":".repeat(10_000),
        "}".repeat(10_000)
    );
    assert_eq!(code(&answer(app.mcp().body(body)).await), (400, -32700));
    assert_eq!(
        answer(app.mcp().body(message("ping"))).await.0,
        200,
        "the app still answers"
    );
}

#[tokio::test]
async fn duplicate_keys_are_400() {
    let app = Running::start().await;
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}"#;
    let answer = answer(app.mcp().body(body)).await;
    assert_eq!(code(&answer), (400, -32700));
    assert!(
        answer.1["error"]["message"]
            .as_str()
            .is_some_and(|text| text.contains("duplicate")),
        "{answer:?}"
    );
}

#[tokio::test]
async fn invalid_utf8_and_nul_are_answered() {
    let app = Running::start().await;
    let body = b"{\"jsonrpc\":\"2.0\",\"id\":\"\xff\",\"method\":\"ping\"}".to_vec();
    assert_eq!(code(&answer(app.mcp().body(body)).await), (400, -32700));
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"\u0000"}"#;
    assert_eq!(code(&answer(app.mcp().body(body)).await), (200, -32601));
}

#[tokio::test]
async fn unknown_tool_is_invalid_params() {
    let app = Running::start().await;
    let answer = app
        .legacy("tools/call", json!({"name": "tokportal_make_coffee"}))
        .await;
    assert_eq!(answer["error"]["code"], -32602);
}

fn modern(app: &Running, method: &str, version: &str) -> RequestBuilder {
    let body = json!({"jsonrpc": "2.0", "id": 9, "method": method, "params": {"_meta": {
        "io.modelcontextprotocol/protocolVersion": version,
        "io.modelcontextprotocol/clientCapabilities": {},
    }}});
    app.mcp()
        .header("mcp-protocol-version", version)
        .header("mcp-method", method)
        .body(body.to_string())
}

#[tokio::test]
async fn unknown_method_in_each_era() {
    let app = Running::start().await;
    assert_eq!(
        code(&answer(app.mcp().body(message("tools/eat"))).await),
        (200, -32601)
    );
    let answer = answer(modern(&app, "tools/eat", "2026-07-28")).await;
    assert_eq!(code(&answer), (404, -32601));
    assert_eq!(answer.1["id"], 9);
}

#[tokio::test]
async fn unsupported_version_in_each_era() {
    let app = Running::start().await;
    let legacy = app
        .mcp()
        .header("mcp-protocol-version", "1999-01-01")
        .body(message("ping"));
    assert_eq!(answer(legacy).await.0, 400);
    let answer = answer(modern(&app, "server/discover", "2099-01-01")).await;
    assert_eq!(code(&answer), (400, -32022));
    assert_eq!(answer.1["error"]["data"]["requested"], "2099-01-01");
}

#[tokio::test]
async fn header_that_differs_from_the_body_is_a_mismatch() {
    let app = Running::start().await;
    let request = modern(&app, "tools/list", "2026-07-28").header("mcp-method", "tools/call");
    assert_eq!(code(&answer(request).await), (400, -32020), "two values");
    let request =
        modern(&app, "tools/list", "2026-07-28").header("mcp-protocol-version", "2025-11-25");
    assert_eq!(code(&answer(request).await), (400, -32020), "two versions");
}

#[tokio::test]
async fn get_and_delete_are_405() {
    let app = Running::start().await;
    for method in ["GET", "DELETE"] {
        let response = app
            .request(method, "/api/ext/mcp")
            .bearer_auth(demo_key())
            .send()
            .await
            .expect("an answer");
        assert_eq!(response.status(), 405);
        assert_eq!(response.headers()["allow"], "POST, OPTIONS");
    }
}

#[tokio::test]
async fn wrong_origin_and_rebound_host_are_403() {
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

/// The embedding host refuses a header above 64 KiB, give or take what one read of the connection brings.
#[tokio::test]
async fn a_header_of_64_kb_is_survived_and_a_larger_one_is_refused() {
    let app = Running::start().await;
    for (kilobytes, may_pass) in [(60, true), (64, true), (256, false), (2048, false)] {
        let header = "a".repeat(kilobytes << 10);
        let request = app.mcp().header("x-long", header).body(message("ping"));
        let status = match request.send().await {
            Ok(response) => response.status().as_u16(),
            // The host may close the connection while the client still writes.
            Err(_) => 431,
        };
        assert!(
            status == 431 || (may_pass && status == 200),
            "{kilobytes} KiB: {status}"
        );
        assert_eq!(answer(app.mcp().body(message("ping"))).await.0, 200);
    }
}
