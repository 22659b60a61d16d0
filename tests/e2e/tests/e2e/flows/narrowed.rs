//! Narrowed and compact URLs, from the URL alone to a tool call.

use crate::support::browser::Browser;
use crate::support::client::{CALLBACK, OAuthClient, ask_at, resource_metadata};
use crate::support::{Running, demo_key, json_of, operation_count};
use serde_json::{Value, json};
use tokportal_emulator::people::PEOPLE;

const BUNDLES: &str = "?toolsets=bundles,analytics";
const LOOKING: &str = "?readonly=1&toolsets=bundles";
const COMPACT: &str = "?mode=compact";

async fn call(
    app: &Running,
    query: &str,
    token: &str,
    name: &str,
    arguments: Value,
) -> (u16, Value) {
    let params = json!({"name": name, "arguments": arguments});
    json_of(ask_at(app, query, token, "tools/call", params).await).await
}

async fn names(app: &Running, query: &str, token: &str) -> Vec<String> {
    let (status, answer) = json_of(ask_at(app, query, token, "tools/list", json!({})).await).await;
    assert_eq!(status, 200, "{answer}");
    let tools = answer["result"]["tools"].as_array().expect("tools");
    let name = |tool: &Value| tool["name"].as_str().expect("a name").to_owned();
    tools.iter().map(name).collect()
}

/// Connects to a narrowed URL: the token and its scope.
async fn connect(app: &Running, browser: &Browser, query: &str, level: &str) -> (String, String) {
    let resource = resource_metadata(app, query).await["resource"].clone();
    let resource = resource.as_str().expect("an address");
    assert_eq!(
        resource,
        format!("{}/api/ext/mcp{query}", app.url),
        "the resource is the URL as typed"
    );
    let client = OAuthClient::register(app, "App").await;
    let page = browser
        .open(&client.authorization(&[("resource", resource)]))
        .await;
    let sent = browser.decide(&page, level, "authorize").await;
    assert!(
        sent.target()
            .expect("an address")
            .as_str()
            .starts_with(CALLBACK)
    );
    let redeemed = client.redeem(&sent.code(), &[("resource", resource)]).await;
    let (status, answer) = json_of(redeemed).await;
    assert_eq!(status, 200, "{answer}");
    let member = |name: &str| answer[name].as_str().expect(name).to_owned();
    (member("access_token"), member("scope"))
}

/// People paste the address with a slash, and hosts compare `resource` with it as text.
#[tokio::test]
async fn address_with_a_slash_at_the_end_connects_and_calls() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let (all, reads) = (operation_count(None), operation_count(Some("read")));
    for (query, level, tools) in [("/", "full", all), ("/?readonly=1", "read", reads)] {
        let (token, _) = connect(&app, &browser, query, level).await;
        assert_eq!(names(&app, query, &token).await.len(), tools);
        let (status, answer) = call(
            &app,
            query,
            &token,
            "tokportal_get_credit_balance",
            json!({}),
        )
        .await;
        assert_eq!(status, 200, "{answer}");
        assert_eq!(answer["result"]["isError"], Value::Null, "{answer}");
    }
}

#[tokio::test]
async fn narrowed_url_lists_and_calls_its_toolsets_only() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let (token, scope) = connect(&app, &browser, BUNDLES, "full").await;
    assert_eq!(scope, "read write");
    let names = names(&app, BUNDLES, &token).await;
    assert_eq!(names.len(), 27);
    assert!(names.contains(&"tokportal_create_bundle".to_owned()));

    let (status, answer) = call(&app, BUNDLES, &token, "tokportal_list_bundles", json!({})).await;
    assert_eq!(
        (
            status,
            answer["result"]["structuredContent"]["data"].is_array()
        ),
        (200, true),
        "{answer}"
    );
    let outside = call(
        &app,
        BUNDLES,
        &token,
        "tokportal_get_credit_balance",
        json!({}),
    )
    .await;
    assert_eq!(
        (outside.0, &outside.1["error"]["code"]),
        (200, &json!(-32602))
    );
    let message = outside.1["error"]["message"].as_str().expect("a message");
    assert!(message.contains("toolsets=analytics,bundles"), "{message}");
}

#[tokio::test]
async fn read_only_url_offers_one_level_and_mints_a_read_key() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "App").await;
    let resource = format!("{}/api/ext/mcp{LOOKING}", app.url);
    let page = browser
        .open(&client.authorization(&[("resource", &resource)]))
        .await;
    assert!(page.text.contains("has readonly=1.") && !page.text.contains("value=\"full\""));
    assert_eq!(page.form("/connect/consent")["level"], "read");

    let (token, scope) = connect(&app, &browser, LOOKING, "full").await;
    assert_eq!(scope, "read", "the form was tampered with");
    let shown = names(&app, LOOKING, &token).await;
    assert_eq!(
        shown,
        names(&app, LOOKING, &demo_key()).await,
        "the URL narrows a key that may write"
    );
    assert!(shown.contains(&"tokportal_list_bundles".to_owned()));
    let (status, answer) = call(
        &app,
        LOOKING,
        &demo_key(),
        "tokportal_create_bundle",
        json!({}),
    )
    .await;
    let error = &answer["result"]["structuredContent"]["error"];
    assert_eq!(
        (status, &error["code"]),
        (200, &json!("READ_ONLY_ADDRESS")),
        "{answer}"
    );
    // The key itself is read-only at every URL.
    assert_eq!(
        call(&app, "", &token, "tokportal_create_bundle", json!({}))
            .await
            .0,
        403
    );
}

#[tokio::test]
async fn code_is_redeemed_only_for_its_own_resource() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "App").await;
    let address = |query: &str| format!("{}/api/ext/mcp{query}", app.url);
    let page = browser
        .open(&client.authorization(&[("resource", &address(BUNDLES))]))
        .await;
    let code = browser.decide(&page, "read", "authorize").await.code();
    for (query, error) in [
        ("", "invalid_grant"),
        (LOOKING, "invalid_grant"),
        ("?toolsets=bundles", "invalid_grant"),
        ("?toolsets=nothing", "invalid_target"),
    ] {
        let refused = client.redeem(&code, &[("resource", &address(query))]).await;
        let (status, answer) = json_of(refused).await;
        assert_eq!((status, &answer["error"]), (400, &json!(error)), "{query}");
    }
    let same = address("?toolsets=analytics,bundles,bundles");
    assert_eq!(
        client.redeem(&code, &[("resource", &same)]).await.status(),
        200
    );
    let unknown = address("?toolsets=nothing");
    let refused = client.authorization(&[("resource", &unknown)]);
    let refused = browser.get(&refused).await;
    assert_eq!(
        refused.parameter("error").as_deref(),
        Some("invalid_target")
    );
}

#[tokio::test]
async fn unusable_url_is_refused_before_sign_in() {
    let app = Running::start().await;
    for (query, words) in [
        ("?toolsets=bundels", "There is no toolset \"bundels\""),
        ("?toolsets=", "`toolsets` has an empty name"),
        ("?readonly=maybe", "`readonly` must be"),
        ("?mode=tiny", "`mode` must be compact"),
    ] {
        let answer = app.request("POST", &format!("/api/ext/mcp{query}")).send();
        let (status, body) = json_of(answer.await.expect("an answer")).await;
        assert_eq!((status, &body["id"]), (400, &Value::Null), "{query}");
        let message = body["error"]["message"].as_str().expect("a message");
        assert!(message.contains(words), "{message}");
        let path = format!("/.well-known/oauth-protected-resource/api/ext/mcp{query}");
        let document = app.request("GET", &path).send().await.expect("an answer");
        assert_eq!(document.status(), 404, "{query}");
    }
    let added = resource_metadata(&app, "?utm_source=chat&readonly=1").await;
    assert_eq!(
        added["resource"],
        format!("{}/api/ext/mcp?readonly=1", app.url),
        "unknown parameters are left out"
    );
}

#[tokio::test]
async fn compact_url_finds_describes_and_calls_every_tool() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let (full, _) = connect(&app, &browser, COMPACT, "full").await;
    let (read, _) = connect(&app, &browser, COMPACT, "read").await;
    assert_eq!(names(&app, COMPACT, &full).await.len(), 4);
    assert_eq!(names(&app, COMPACT, &read).await.len(), 3);

    let find = json!({"query": "what's my credit balance", "limit": 1});
    let (_, found) = call(&app, COMPACT, &read, "tokportal_find_tools", find).await;
    let name = found["result"]["structuredContent"]["tools"][0]["name"].clone();
    assert_eq!(name, "tokportal_get_credit_balance");
    let (_, described) = call(
        &app,
        COMPACT,
        &read,
        "tokportal_describe_tool",
        json!({"name": name}),
    )
    .await;
    let through = described["result"]["structuredContent"]["call_with"].clone();
    let through = through.as_str().expect("a name");
    let (_, balance) = call(&app, COMPACT, &read, through, json!({"name": name})).await;
    assert_eq!(
        balance["result"]["structuredContent"]["data"]["total_credits"], 1250,
        "{balance}"
    );

    let order = json!({
        "name": "tokportal_create_bundle",
        "arguments": {"bundle_type": "account_only", "platform": "tiktok", "country": "USA"},
    });
    let write = "tokportal_call_write_tool";
    assert_eq!(
        call(&app, COMPACT, &read, write, order.clone()).await.0,
        403
    );
    let (_, wrong) = call(
        &app,
        COMPACT,
        &read,
        "tokportal_call_read_tool",
        order.clone(),
    )
    .await;
    let code = &wrong["result"]["structuredContent"]["error"]["code"];
    assert_eq!(code, "WRONG_CALL_TOOL", "{wrong}");
    let (_, ordered) = call(&app, COMPACT, &full, write, order).await;
    assert_eq!(ordered["result"]["isError"], Value::Null, "{ordered}");
    let (_, balance) = call(&app, COMPACT, &read, through, json!({"name": name})).await;
    assert_eq!(
        balance["result"]["structuredContent"]["data"]["total_credits"],
        1250 - 32,
        "{balance}"
    );
}
