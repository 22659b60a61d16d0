//! What a client is called on the page and in the list of keys.
//!
//! A client that registered itself may take any name. It may not take one that people trust and lead them to another
//! place: then it is called by the host it leads to, which it cannot choose freely.

use super::identity::Client;
use crate::oauth::client::redirect_uri;
use crate::pages::Destination;
use crate::text;

/// What is added to the name of a client to name its key.
const SUFFIX: &str = " (MCP connector)";

/// A name that people trust, and the places that may use it.
struct Brand {
    /// As it reads without case, spaces and punctuation.
    word: &'static str,
    /// Whether a longer name that contains the word imitates it, too; not for words of everyday language.
    anywhere: bool,
    /// Hosts, with everything below them, and schemes.
    homes: &'static [&'static str],
}

const ANTHROPIC: &[&str] = &["claude.ai", "claude.com", "anthropic.com"];
const OPENAI: &[&str] = &["chatgpt.com", "openai.com"];
const MICROSOFT: &[&str] = &[
    "vscode.dev",
    "microsoft.com",
    "visualstudio.com",
    "github.com",
    "vscode",
    "vscode-insiders",
];
const GOOGLE: &[&str] = &["google.com"];

#[rustfmt::skip]
const BRANDS: [Brand; 15] = [
    Brand { word: "claude", anywhere: true, homes: ANTHROPIC },
    Brand { word: "anthropic", anywhere: true, homes: ANTHROPIC },
    Brand { word: "chatgpt", anywhere: true, homes: OPENAI },
    Brand { word: "openai", anywhere: true, homes: OPENAI },
    Brand { word: "codex", anywhere: false, homes: OPENAI },
    Brand { word: "visualstudiocode", anywhere: true, homes: MICROSOFT },
    Brand { word: "vscode", anywhere: true, homes: MICROSOFT },
    Brand { word: "githubcopilot", anywhere: true, homes: MICROSOFT },
    Brand { word: "microsoft", anywhere: true, homes: MICROSOFT },
    Brand { word: "gemini", anywhere: true, homes: GOOGLE },
    Brand { word: "google", anywhere: true, homes: GOOGLE },
    Brand { word: "cursor", anywhere: true, homes: &["cursor.com", "cursor.sh", "cursor"] },
    Brand { word: "perplexity", anywhere: true, homes: &["perplexity.ai"] },
    Brand { word: "zed", anywhere: false, homes: &["zed.dev"] },
    Brand { word: "tokportal", anywhere: true, homes: &["tokportal.com"] },
];

/// The name of a client that leads to this redirect URI.
pub(crate) fn shown(client: &Client, redirect_uri: &str) -> String {
    let name = text::display_name(&client.name, text::NAME_LIMIT);
    let place = match redirect_uri::destination(redirect_uri) {
        Destination::Web { host } => host,
        Destination::App { scheme } => scheme,
        // Whoever listens on this computer was put there by its owner, and the page warns.
        Destination::ThisComputer { .. } if name.is_empty() => {
            return "An app on this computer".to_owned();
        }
        Destination::ThisComputer { .. } => return name,
    };
    // The cloud runtime of Claude's own apps goes by the brand's one name, whatever it registers as.
    if client.verified_domain.is_none() && matches!(place, "claude.ai" | "claude.com") {
        return "Claude".to_owned();
    }
    if name.is_empty() || (client.verified_domain.is_none() && imitates(&name, place)) {
        text::display_name(place, text::NAME_LIMIT)
    } else {
        name
    }
}

/// The name of the key: "Claude (MCP connector)". The portal accepts 100 characters.
pub(crate) fn of_key(shown: &str) -> String {
    let room = text::KEY_NAME_LIMIT - SUFFIX.chars().count();
    format!("{}{SUFFIX}", text::display_name(shown, room))
}

fn imitates(name: &str, place: &str) -> bool {
    if mixes_alphabets(name) {
        return true;
    }
    let word: String = name
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .map(letter)
        .collect();
    BRANDS.iter().any(|brand| {
        let bears = if brand.anywhere {
            word.contains(brand.word)
        } else {
            word == brand.word
        };
        bears && !brand.homes.iter().any(|home| is_at(place, home))
    })
}

fn is_at(place: &str, home: &str) -> bool {
    place == home
        || place
            .strip_suffix(home)
            .is_some_and(|front| front.ends_with('.'))
}

/// Digits that stand for letters.
fn letter(c: char) -> char {
    match c {
        '0' => 'o',
        '1' => 'l',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        c => c,
    }
}

/// Latin letters beside letters of an alphabet that looks like it, or Latin letters in disguise: full width,
/// mathematical, enclosed. Honest names stay within one alphabet (Unicode Technical Standard 39, section 5.2).
fn mixes_alphabets(name: &str) -> bool {
    let latin = name.chars().any(|c| c.is_ascii_alphabetic());
    let lookalike = name.chars().any(|c| {
        matches!(c, '\u{370}'..='\u{58f}' | '\u{13a0}'..='\u{13ff}' | '\u{1c80}'..='\u{1c8f}'
            | '\u{2c80}'..='\u{2cff}' | '\u{2de0}'..='\u{2dff}' | '\u{a4d0}'..='\u{a4ff}' | '\u{a640}'..='\u{a69f}'
            | '\u{10280}'..='\u{102ff}' | '\u{10400}'..='\u{1044f}')
    });
    let disguised = name.chars().any(|c| {
        matches!(c, '\u{1d00}'..='\u{1dbf}' | '\u{2100}'..='\u{214f}' | '\u{2460}'..='\u{24ff}' | '\u{ff00}'..='\u{ff5e}'
            | '\u{1d400}'..='\u{1d7ff}' | '\u{1f100}'..='\u{1f1e5}' | '\u{250}'..='\u{2af}')
    });
    disguised || (latin && lookalike)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::client::identity::ClientAuthentication;

    fn name(name: &str, redirect_uri: &str, verified: bool) -> String {
        let client = Client {
            id: String::new(),
            name: name.to_owned(),
            redirect_uris: vec![redirect_uri.to_owned()],
            authentication: ClientAuthentication::None,
            verified_domain: verified.then(|| "app.example".to_owned()),
        };
        shown(&client, redirect_uri)
    }

    #[test]
    fn claude_is_called_claude() {
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
    fn a_trusted_name_that_leads_elsewhere_is_not_shown() {
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
    fn honest_names_stay() {
        for (honest, callback) in [
            ("Cursor", "https://www.cursor.com/agents/mcp/oauth/callback"),
            ("Cursor", "cursor://anysphere.cursor-mcp/oauth/callback"),
            ("Visual Studio Code", "https://vscode.dev/redirect"),
            ("Organized", "https://organized.example/cb"),
            ("Клод", "https://app.example/cb"),
            ("クロード Helper", "https://app.example/cb"),
            ("n8n", "https://oauth.n8n.cloud/oauth2/callback"),
        ] {
            assert_eq!(name(honest, callback, false), honest);
        }
        assert_eq!(
            name("Claude Helper", "https://app.example/cb", true),
            "Claude Helper",
            "its domain is shown"
        );
    }

    #[test]
    fn the_nameless_have_names() {
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
    fn key_names_fit() {
        let key = of_key(&"x".repeat(500));
        assert_eq!(key.chars().count(), 100);
        assert!(key.ends_with(SUFFIX));
    }
}
