//! Clients that need no registration because an address describes them, and attack family 11 where it needs the host.

use crate::browser::Browser;
use crate::program::{Program, call};
use crate::support::{Running, json_of};
use tokportal_emulator::people::PEOPLE;

#[tokio::test]
async fn claude_is_known_by_its_address() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let claude = Program {
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
    assert_eq!(
        call(&app, token, "tokportal_get_credit_balance")
            .await
            .status(),
        200
    );
    let keys = browser.open("/portal/developer/api-keys").await;
    assert!(
        keys.text.contains("<bdi>Claude (MCP connector)</bdi>"),
        "{}",
        keys.text
    );
}

/// RFC 8252, section 7.3: the port of a program on this computer differs each time, and only the port.
#[tokio::test]
async fn a_program_on_this_computer_may_listen_on_any_port() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let claude_code = Program {
        app: &app,
        id: "https://claude.ai/oauth/claude-code-client-metadata".to_owned(),
    };
    for (uri, works) in [
        ("http://localhost:49152/callback", true),
        ("http://127.0.0.1:8123/callback", true),
        ("http://localhost/callback", true),
        ("http://localhost:49152/callback2", false),
        ("https://localhost:49152/callback", false),
        ("http://127.0.0.2:49152/callback", false),
        ("http://localhost.evil.example:49152/callback", false),
        ("http://localhost:49152@evil.example/callback", false),
    ] {
        let page = browser
            .open(&claude_code.authorization(&[("redirect_uri", uri)]))
            .await;
        assert_eq!(page.status, if works { 200 } else { 400 }, "{uri}");
        assert_eq!(
            page.text
                .contains("Go on only if you started this yourself"),
            works,
            "{uri}"
        );
    }
}

/// Family 11: an address that is not one of a known host leads to a page, and to no call.
#[tokio::test]
async fn documents_of_other_hosts_are_not_fetched() {
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
        let client = Program {
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
            !log.contains("upstream call failed") && !log.contains("allowed_outbound_hosts"),
            "{log}"
        );
    }
}
