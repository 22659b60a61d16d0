use super::*;
use crate::oauth::client::identity::ClientAuthentication;

fn name(name: &str, redirect_uri: &str, verified: bool) -> String {
    of_domain(name, redirect_uri, verified.then_some("app.example"))
}

/// The name of a client with a document at this domain.
fn of_domain(name: &str, redirect_uri: &str, domain: Option<&str>) -> String {
    of_client(&client(name, redirect_uri, domain), redirect_uri)
}

fn client(name: &str, redirect_uri: &str, domain: Option<&str>) -> Client {
    Client {
        id: String::new(),
        name: name.to_owned(),
        redirect_uris: vec![redirect_uri.to_owned()],
        authentication: ClientAuthentication::None,
        verified_domain: domain.map(str::to_owned),
    }
}

#[test]
fn imitation_names_the_brand_or_the_letters() {
    let of = |name: &str, uri: &str, domain| {
        let imitation = imitation(&client(name, uri, domain), uri)?;
        assert_eq!(imitation.claimed, name);
        Some(imitation.brand.unwrap_or_else(|| "letters".to_owned()))
    };
    let evil = "https://evil.example/cb";
    for (name, uri, domain, imitated) in [
        ("Claude Desktop", evil, None, "Claude"),
        ("0penAI", "evil://cb", None, "OpenAI"),
        ("CIaude", evil, None, "Claude"),
        ("Gem\u{131}n\u{131}", evil, None, "Gemini"),
        ("C\u{196}aude", evil, None, "Claude"),
        // Not one Latin letter.
        (
            "\u{421}\u{4cf}\u{430}\u{3c5}\u{501}\u{435}",
            evil,
            None,
            "Claude",
        ),
        ("OpenAl", evil, None, "OpenAI"),
        ("Anthroplc", evil, None, "Anthropic"),
        ("Cl\u{430}ude", evil, None, "Claude"),
        ("Cl\u{e1}ude", evil, None, "Claude"),
        (
            "TokPorta\u{142}",
            "http://localhost:1/cb",
            None,
            "TokPortal",
        ),
        ("C|@ude", evil, None, "Claude"),
        ("Cursоr", "https://cursor.com/cb", None, "Cursor"),
        ("Клод Helper", evil, None, "letters"),
        ("\u{1d400}cme", "http://localhost:1/cb", None, "letters"),
        (
            "Claude",
            "http://localhost:1/cb",
            Some("evil.example"),
            "Claude",
        ),
    ] {
        assert_eq!(
            of(name, uri, domain).as_deref(),
            Some(imitated),
            "{name} {uri}"
        );
    }
    for (name, uri, domain) in [
        ("Claude", "https://claude.ai/cb", None),
        ("Claude Code", "http://localhost:1/cb", None),
        ("Claude Code", "http://localhost:1/cb", Some("claude.ai")),
        ("Acme\u{2122}", evil, None),
        ("Open Alpha", evil, None),
        ("クロード", evil, None),
    ] {
        assert_eq!(of(name, uri, domain), None, "{name} {uri}");
    }
    assert!(is_known_site("claude.ai") && is_known_site("gemini.google.com"));
    for unknown in [
        "evil.example",
        "notclaude.ai",
        "claude.ai.evil.example",
        // Strangers publish there.
        "script.google.com",
        "sites.google.com",
        "github.com",
        "cursor",
        "vscode",
    ] {
        assert!(!is_known_site(unknown), "{unknown}");
    }
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
    for (legitimate, callback, domain) in [
        (
            "ChatGPT",
            "https://chatgpt.com/connector/oauth/6f1d",
            "chatgpt.com",
        ),
        (
            "GitHub Copilot CLI",
            "http://127.0.0.1:1/callback",
            "github.com",
        ),
        ("Claude Code", "http://localhost/callback", "claude.ai"),
        ("Zed", "http://127.0.0.1/callback", "zed.dev"),
        ("Goose", "http://127.0.0.1/callback", "block.github.io"),
    ] {
        assert_eq!(of_domain(legitimate, callback, Some(domain)), legitimate);
    }
}

/// Any host can publish a document in which it calls itself Claude, with a redirect URI wherever it likes.
#[test]
fn imitation_in_a_document_is_replaced_by_its_domain() {
    for imitation in ["Claude", "ChatGPT Connector", "Cl\u{430}ude", ""] {
        for callback in [
            "https://app.example/cb",
            "https://claude.ai/api/mcp/auth_callback",
            "http://localhost/callback",
        ] {
            let shown = of_domain(imitation, callback, Some("app.example"));
            assert_eq!(shown, "app.example", "{imitation} {callback}");
        }
    }
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
    for unnamed in ["", "CIaude", "Cl\u{430}ude", "Клод Helper"] {
        assert_eq!(
            name(unnamed, "http://localhost/cb", false),
            "An app on this computer",
            "{unnamed}"
        );
    }
}

#[test]
fn key_name_has_at_most_100_characters() {
    let key = of_key(&"x".repeat(500));
    assert_eq!(key.chars().count(), 100);
    assert!(key.ends_with(SUFFIX));
}
