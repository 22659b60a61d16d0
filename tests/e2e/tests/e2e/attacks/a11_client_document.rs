//! Attack family 11: client-id metadata documents at addresses that must not be fetched.

use crate::support::Running;
use crate::support::browser::Browser;
use crate::support::client::OAuthClient;
use tokportal_emulator::people::PEOPLE;

/// The browser sees an error page, and the connector sends no request.
#[tokio::test]
async fn documents_of_unlisted_hosts_are_not_fetched() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let inside = format!("{}/portal/.well-known/openid-configuration", app.url);
    for id in [
        "https://evil.example/client.json",
        "https://claude.ai.evil.example/oauth/mcp-oauth-client-metadata",
        "https://claude.ai@evil.example/oauth/mcp-oauth-client-metadata",
        "https://claude.ai/oauth/../oauth/mcp-oauth-client-metadata",
        "https://claude.ai/oauth/mcp-oauth-client-metadata?x=1",
        "https://claude.ai:8443/oauth/mcp-oauth-client-metadata",
        "http://claude.ai/oauth/mcp-oauth-client-metadata",
        "https://127.0.0.1/client.json",
        "https://[::1]/client.json",
        "https://169.254.169.254/latest/meta-data/",
        "https://emulator.spin.internal/emulator/state",
        "http://emulator.spin.internal/emulator/state",
        &inside,
    ] {
        let client = OAuthClient {
            app: &app,
            id: id.to_owned(),
        };
        let before = app.log.lines().len();
        let redirect = [("redirect_uri", "https://claude.ai/api/mcp/auth_callback")];
        let page = browser.get(&client.authorization(&redirect)).await;
        assert!(
            page.status == 400 && page.target().is_none(),
            "{id}: {}",
            page.text
        );
        let log = app.log.lines().split_off(before).join("\n");
        assert!(
            !log.contains("client_metadata_rejected") && !log.contains("allowed_outbound_hosts"),
            "{log}"
        );
    }
}
