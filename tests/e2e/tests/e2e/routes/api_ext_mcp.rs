//! `/api/ext/mcp`: methods, headers, revisions and tool calls of the MCP endpoint.

mod messages;
mod versions;

use crate::support::mcp::{answer, code, message};
use crate::support::{BROWSER, Running, demo_key, operation_count};
use flate2::read::GzDecoder;
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use std::io::Read as _;

async fn balance(app: &Running) -> i64 {
    let result = app.call("tokportal_get_credit_balance", json!({})).await;
    result["structuredContent"]["data"]["total_credits"]
        .as_i64()
        .unwrap_or_else(|| panic!("a balance in {result}"))
}

#[tokio::test]
async fn session_lists_every_tool_and_debits_what_it_orders() {
    let app = Running::start().await;
    let initialized = app
        .legacy("initialize", json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "0"}}))
        .await;
    assert_eq!(initialized["result"]["serverInfo"]["name"], "tokportal");
    let tools = app.legacy("tools/list", json!({})).await;
    assert_eq!(
        tools["result"]["tools"].as_array().map(Vec::len),
        Some(operation_count(None))
    );
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

#[tokio::test]
async fn dry_run_costs_nothing() {
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
async fn answer_has_content_length_and_is_not_stored() {
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
async fn list_is_compressed_for_clients_that_accept_gzip() {
    let app = Running::start().await;
    let list = app.mcp().body(message("tools/list"));
    let plain = list.send().await.expect("an answer");
    assert!(!plain.headers().contains_key("content-encoding"));
    let plain = plain.bytes().await.expect("a list");

    for (accepted, is_compressed) in [
        ("gzip", true),
        ("br, gzip;q=0.5", true),
        ("gzip;q=0", false),
        ("br", false),
    ] {
        let list = app.mcp().body(message("tools/list"));
        let answer = list.header("accept-encoding", accepted).send().await;
        let answer = answer.expect("an answer");
        let coding = answer.headers().get("content-encoding").cloned();
        assert_eq!(coding.is_some_and(|coding| coding == "gzip"), is_compressed);
        let mut vary = answer.headers().get_all("vary").iter();
        assert!(vary.any(|name| name == "Accept-Encoding"), "{accepted}");
        let body = answer.bytes().await.expect("a list");
        let text = if is_compressed {
            assert!(body.len() * 4 < plain.len(), "{} bytes", body.len());
            decompressed(&body)
        } else {
            body.to_vec()
        };
        assert_eq!(text, plain, "{accepted}");
    }
}

fn decompressed(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let mut reader = GzDecoder::new(bytes);
    reader.read_to_end(&mut text).expect("gzip");
    text
}

#[tokio::test]
async fn trailing_slash_is_answered_without_redirect() {
    let app = Running::start().await;
    let request = app
        .request("POST", "/api/ext/mcp/")
        .header("content-type", "application/json")
        .bearer_auth(demo_key())
        .body(message("ping"));
    assert_eq!(answer(request).await.0, 200);
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
async fn unknown_method_is_method_not_found_in_each_era() {
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
async fn unsupported_version_is_400_in_each_era() {
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
async fn header_unlike_the_body_is_400_header_mismatch() {
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
async fn browser_gets_a_page_and_client_the_challenge() {
    let app = Running::start().await;
    for path in [
        "/api/ext/mcp",
        "/api/ext/mcp/",
        "/api/ext/mcp?toolsets=bundles&readonly=1",
    ] {
        for method in ["GET", "HEAD"] {
            let browser = app.request(method, path).header("accept", BROWSER);
            let page = browser.send().await.expect("an answer");
            assert_eq!(page.status(), 200, "{method} {path}");
            assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
            for accept in [
                "*/*",
                "text/event-stream",
                "application/json, text/event-stream",
            ] {
                let client = app.request(method, path).header("accept", accept);
                let answer = client.send().await.expect("an answer");
                assert_eq!(answer.status(), 401, "{method} {path} {accept}");
                assert!(answer.headers().contains_key("www-authenticate"));
            }
        }
        let keyed = app.request("GET", path).header("accept", BROWSER);
        let answer = keyed
            .bearer_auth(demo_key())
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 405, "a client with a key: {path}");
    }
    let query = "toolsets=bundles&#38;readonly=1</code>";
    let narrowed = app
        .request("GET", "/api/ext/mcp?toolsets=bundles&readonly=1")
        .header("accept", BROWSER);
    let page = narrowed.send().await.expect("an answer").text().await;
    let page = page.expect("a page");
    assert!(
        page.contains(&format!("{}/api/ext/mcp?{query}", app.url)),
        "{page}"
    );
}
