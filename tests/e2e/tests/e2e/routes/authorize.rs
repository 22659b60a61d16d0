//! `GET /authorize` for a client whose metadata document is built in.

use crate::support::browser::Browser;
use crate::support::client::{OAuthClient, call_status};
use crate::support::{Running, json_of};
use tokportal_emulator::people::PEOPLE;

#[tokio::test]
async fn client_with_pinned_document_connects_unregistered() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let claude = OAuthClient {
        app: &app,
        id: "https://claude.ai/oauth/mcp-oauth-client-metadata".to_owned(),
    };
    let redirect = [("redirect_uri", "https://claude.ai/api/mcp/auth_callback")];
    let page = browser.open(&claude.authorization(&redirect)).await;
    assert!(page.text.contains("verified domain"), "{}", page.text);
    let sent = browser.decide(&page, "full", "authorize").await;
    assert_eq!(
        sent.target().expect("an address").host_str(),
        Some("claude.ai")
    );
    let (status, answer) = json_of(claude.redeem(&sent.code(), &redirect).await).await;
    assert_eq!(status, 200, "{answer}");
    let token = answer["access_token"].as_str().expect("a token");
    assert_eq!(call_status(&app, token).await, 200);
    let keys = browser.open("/portal/developer/api-keys").await;
    assert!(
        keys.text.contains("<bdi>Claude (MCP connector)</bdi>"),
        "{}",
        keys.text
    );
}
