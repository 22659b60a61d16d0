//! Attack family 9: sealed tokens (api-key mode) at a resource they were not issued for.

use crate::support::browser::Browser;
use crate::support::client::{OAuthClient, ask_at, assert_challenged, call, call_status};
use crate::support::{Running, demo_key, json_of};
use serde_json::json;

const BUNDLES: &str = "?toolsets=bundles,analytics";
const LOOKING: &str = "?readonly=1&toolsets=bundles";

/// Both deployments seal with the same secret.
#[tokio::test]
async fn sealed_token_of_another_deployment_is_401() {
    let secret = (
        "sealing_secret",
        "a secret that two deployments have in common",
    );
    let one = Running::start_with(&[("sign_in", "api-key"), secret]).await;
    let two = Running::start_with(&[("sign_in", "api-key"), secret]).await;
    let client = OAuthClient::register(&one, "App").await;
    let browser = Browser::new(&one);
    let page = browser.open(&client.authorization(&[])).await;
    let sent = browser.paste_key(&page, &demo_key(), "full").await;
    let (_, answer) = json_of(client.redeem(&sent.code(), &[]).await).await;
    let token = answer["access_token"].as_str().expect("a token");
    assert_eq!(call_status(&one, token).await, 200);
    assert_challenged(
        &call(&two, token, "tokportal_get_credit_balance").await,
        &two,
    );
}

#[tokio::test]
async fn sealed_token_of_another_narrowed_url_is_401() {
    let app = Running::start_with(&[("sign_in", "api-key")]).await;
    let browser = Browser::new(&app);
    let client = OAuthClient::register(&app, "App").await;
    let resource = format!("{}/api/ext/mcp{LOOKING}", app.url);
    let page = browser
        .open(&client.authorization(&[("resource", &resource)]))
        .await;
    let sent = browser.paste_key(&page, &demo_key(), "read").await;
    let redeemed = client
        .redeem(&sent.code(), &[("resource", &resource)])
        .await;
    let (_, answer) = json_of(redeemed).await;
    let token = answer["access_token"].as_str().expect("a token");
    for (query, status) in [
        (LOOKING, 200),
        ("?toolsets=bundles&readonly=true", 200),
        ("", 401),
        (BUNDLES, 401),
    ] {
        assert_eq!(
            ask_at(&app, query, token, "ping", json!({})).await.status(),
            status,
            "{query}"
        );
    }
}
