use super::*;
use crate::oauth::client::identity::ClientAuthentication;

fn name(name: &str, redirect_uri: &str, verified: bool) -> String {
    let client = Client {
        id: String::new(),
        name: name.to_owned(),
        redirect_uris: vec![redirect_uri.to_owned()],
        authentication: ClientAuthentication::None,
        proves_identity: false,
        verified_domain: verified.then(|| "app.example".to_owned()),
    };
    of_client(&client, redirect_uri)
}

#[test]
fn hosted_claude_apps_are_shown_as_claude() {
    for callback in [
        "https://claude.ai/api/mcp/auth_callback",
        "https://claude.com/api/mcp/auth_callback",
    ] {
        assert_eq!(
            of_key(&name("Claude.ai connector", callback, false)),
            "Claude (MCP connector)"
        );
    }
    assert_eq!(
        name("Claude Code", "http://localhost:3118/callback", false),
        "Claude Code"
    );
}

#[test]
fn imitated_brand_is_shown_as_its_host() {
    for imitation in [
        "Claude",
        "CLAUDE",
        "Claude AI",
        "C l a u d e",
        "Claude-Desktop",
        "C1aude",
        "Cl\u{430}ude",
        "\u{421}laude",
        "\u{ff23}laude",
        "\u{1d402}laude",
        "ChatGPT",
        "Open AI",
        "0penAI",
        "Cursor",
        "VS Code",
        "Visual Studio Code",
        "TokPortal",
        "Google Gemini",
    ] {
        assert_eq!(
            name(imitation, "https://evil.example/cb", false),
            "evil.example",
            "{imitation}"
        );
        assert_eq!(
            name(imitation, "https://claude.ai.evil.example/cb", false),
            "claude.ai.evil.example"
        );
    }
    assert_eq!(
        name("Claude", "https://notclaude.ai/cb", false),
        "notclaude.ai"
    );
    assert_eq!(name("Claude", "evilapp://cb", false), "evilapp");
}

#[test]
fn legitimate_name_is_shown_unchanged() {
    for (legitimate, callback) in [
        ("Cursor", "https://www.cursor.com/agents/mcp/oauth/callback"),
        ("Cursor", "cursor://anysphere.cursor-mcp/oauth/callback"),
        ("Visual Studio Code", "https://vscode.dev/redirect"),
        ("Organized", "https://organized.example/cb"),
        ("Клод", "https://app.example/cb"),
        ("クロード Helper", "https://app.example/cb"),
        ("n8n", "https://oauth.n8n.cloud/oauth2/callback"),
    ] {
        assert_eq!(name(legitimate, callback, false), legitimate);
    }
    assert_eq!(
        name("Claude Helper", "https://app.example/cb", true),
        "Claude Helper",
        "the page shows the verified domain"
    );
}

#[test]
fn client_without_a_name_is_shown_by_its_destination() {
    assert_eq!(
        name("", "https://app.example:8443/cb", false),
        "app.example:8443"
    );
    assert_eq!(
        name("\u{202e}\u{200b}", "https://app.example/cb", false),
        "app.example"
    );
    assert_eq!(
        name("", "http://localhost/cb", false),
        "An app on this computer"
    );
}

#[test]
fn key_name_has_at_most_100_characters() {
    let key = of_key(&"x".repeat(500));
    assert_eq!(key.chars().count(), 100);
    assert!(key.ends_with(SUFFIX));
}
