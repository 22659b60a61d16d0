//! The name of a client on the consent page and in the person's list of keys.
//!
//! A client chooses its own name. If the name imitates a brand that people trust, but the redirect URI leads elsewhere,
//! the page shows the host or scheme of the redirect URI instead, which a client cannot choose freely, and says what the
//! client calls itself. For a client with a metadata document, the host of the document counts.

use super::identity::Client;
use super::redirect_uri;
use crate::pages::Destination;
use crate::text;
use serde::{Deserialize, Serialize};

/// End of the name of a key, after the name of the client.
const SUFFIX: &str = " (MCP connector)";

/// A name that people trust, and the destinations that may use it.
struct Brand {
    /// As people write it.
    name: &'static str,
    /// The name in lower case, without spaces and punctuation.
    word: &'static str,
    /// Whether a longer name that contains the word imitates the brand, too. Not for words of everyday language.
    in_longer_names: bool,
    /// Hosts, which include their subdomains, and private-use schemes.
    destinations: &'static [&'static str],
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
const GOOGLE: &[&str] = &["gemini.google.com", "cloud.google.com"];

/// Sites of the brands above that an authorization response may go to without a warning. On none of them can strangers
/// publish pages or programs, as they can on `script.google.com` or `github.com`.
const KNOWN_SITES: [&str; 9] = [
    "claude.ai",
    "claude.com",
    "chatgpt.com",
    "vscode.dev",
    "gemini.google.com",
    "www.cursor.com",
    "cursor.com",
    "www.perplexity.ai",
    "zed.dev",
];

#[rustfmt::skip]
const BRANDS: [Brand; 15] = [
    Brand { name: "Claude", word: "claude", in_longer_names: true, destinations: ANTHROPIC },
    Brand { name: "Anthropic", word: "anthropic", in_longer_names: true, destinations: ANTHROPIC },
    Brand { name: "ChatGPT", word: "chatgpt", in_longer_names: true, destinations: OPENAI },
    Brand { name: "OpenAI", word: "openai", in_longer_names: true, destinations: OPENAI },
    Brand { name: "Codex", word: "codex", in_longer_names: false, destinations: OPENAI },
    Brand { name: "Visual Studio Code", word: "visualstudiocode", in_longer_names: true, destinations: MICROSOFT },
    Brand { name: "VS Code", word: "vscode", in_longer_names: true, destinations: MICROSOFT },
    Brand { name: "GitHub Copilot", word: "githubcopilot", in_longer_names: true, destinations: MICROSOFT },
    Brand { name: "Microsoft", word: "microsoft", in_longer_names: true, destinations: MICROSOFT },
    Brand { name: "Gemini", word: "gemini", in_longer_names: true, destinations: GOOGLE },
    Brand { name: "Google", word: "google", in_longer_names: true, destinations: GOOGLE },
    Brand { name: "Cursor", word: "cursor", in_longer_names: true, destinations: &["cursor.com", "cursor.sh", "cursor"] },
    Brand { name: "Perplexity", word: "perplexity", in_longer_names: true, destinations: &["perplexity.ai"] },
    Brand { name: "Zed", word: "zed", in_longer_names: false, destinations: &["zed.dev"] },
    Brand { name: "TokPortal", word: "tokportal", in_longer_names: true, destinations: &["tokportal.com"] },
];

/// The name that pages show for a client with this redirect URI.
pub(crate) fn of_client(client: &Client, redirect_uri: &str) -> String {
    let name = text::display_name(&client.name, text::NAME_LIMIT);
    match place(client, redirect_uri) {
        None if name.is_empty() => "An app on this computer".to_owned(),
        None => name,
        Some(place) if is_hosted_claude(client, place) => "Claude".to_owned(),
        Some(place) if name.is_empty() || imitated(&name, place).is_some() => {
            text::display_name(place, text::NAME_LIMIT)
        }
        Some(_) => name,
    }
}

/// What the name of a client is held to: the host of its document, because any host can publish one with any name in it,
/// or else where the redirect URI leads. `None` for an app on this computer: the person started it, and the page warns.
fn place<'a>(client: &'a Client, redirect_uri: &'a str) -> Option<&'a str> {
    match (
        &client.verified_domain,
        redirect_uri::destination(redirect_uri),
    ) {
        (Some(domain), _) => Some(domain),
        (None, Destination::Web { host }) => Some(host),
        (None, Destination::App { scheme }) => Some(scheme),
        (None, Destination::ThisComputer { .. }) => None,
    }
}

/// Whether a registered client is one of Claude's hosted apps, which are always shown as "Claude", whatever name they
/// register.
fn is_hosted_claude(client: &Client, place: &str) -> bool {
    client.verified_domain.is_none() && matches!(place, "claude.ai" | "claude.com")
}

/// The name of the key of a client: "Claude (MCP connector)". The portal accepts 100 characters.
pub(crate) fn of_key(client_name: &str) -> String {
    let room = text::KEY_NAME_LIMIT.saturating_sub(SUFFIX.chars().count());
    format!("{}{SUFFIX}", text::display_name(client_name, room))
}

/// The name that a client chose to look like another one, if [`of_client`] does not show it for that reason.
pub(crate) fn imitation(client: &Client, redirect_uri: &str) -> Option<Imitation> {
    let name = text::display_name(&client.name, text::NAME_LIMIT);
    let place = place(client, redirect_uri)?;
    if is_hosted_claude(client, place) {
        return None;
    }
    let imitated = imitated(&name, place)?;
    Some(Imitation {
        claimed: name,
        brand: match imitated {
            Imitated::Brand(brand) => Some(brand.to_owned()),
            Imitated::Letters => None,
        },
    })
}

/// Whether a web site belongs to one of the brands, so that the page need not call it unknown.
pub(crate) fn is_known_site(host: &str) -> bool {
    KNOWN_SITES.contains(&host)
}

/// A name that a client chose to look like another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Imitation {
    /// What the client calls itself, without deceptive characters.
    pub(crate) claimed: String,
    /// The brand that it imitates; `None` if the letters are the reason.
    pub(crate) brand: Option<String>,
}

/// What a name imitates.
enum Imitated {
    Brand(&'static str),
    /// Letters that only look like those of the Latin alphabet.
    Letters,
}

fn imitated(name: &str, destination: &str) -> Option<Imitated> {
    if mixes_alphabets(name) {
        return Some(Imitated::Letters);
    }
    let word: String = name
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .map(look_alike)
        .collect();
    let brand = BRANDS.iter().find(|brand| {
        let brand_word: String = brand.word.chars().map(look_alike).collect();
        let has_name = if brand.in_longer_names {
            word.contains(&brand_word)
        } else {
            word == brand_word
        };
        has_name
            && !brand
                .destinations
                .iter()
                .any(|allowed| is_within(destination, allowed))
    });
    brand.map(|brand| Imitated::Brand(brand.name))
}

/// Whether a destination is the allowed one or a subdomain of it.
fn is_within(destination: &str, allowed: &str) -> bool {
    destination == allowed
        || destination
            .strip_suffix(allowed)
            .is_some_and(|front| front.ends_with('.'))
}

/// One character for all that look alike (Unicode Technical Standard 39, section 4): digits and letters, a capital I and
/// a small L, and the Cyrillic and Greek letters that look like Latin ones.
fn look_alike(c: char) -> char {
    match c {
        '0' | 'о' | 'ο' | 'σ' => 'o',
        '1' | 'i' | 'ı' | 'ɩ' | 'ӏ' | 'і' | 'ι' => 'l',
        'а' | 'α' => 'a',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' => 'e',
        'һ' => 'h',
        'к' | 'κ' => 'k',
        'м' => 'm',
        'п' | 'η' => 'n',
        'р' | 'ρ' => 'p',
        'г' => 'r',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' | 'ц' => 'u',
        'ѵ' | 'ν' => 'v',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        c => c,
    }
}

/// Whether a name has Latin letters beside letters of a similar alphabet, or styled variants of Latin letters: full
/// width, mathematical, enclosed. Legitimate names stay within one alphabet (Unicode Technical Standard 39, section
/// 5.2).
fn mixes_alphabets(name: &str) -> bool {
    let latin = name.chars().any(|c| c.is_ascii_alphabetic());
    let similar = name.chars().any(|c| {
        matches!(c, '\u{370}'..='\u{58f}' | '\u{13a0}'..='\u{13ff}' | '\u{1c80}'..='\u{1c8f}'
            | '\u{2c80}'..='\u{2cff}' | '\u{2de0}'..='\u{2dff}' | '\u{a4d0}'..='\u{a4ff}' | '\u{a640}'..='\u{a69f}'
            | '\u{10280}'..='\u{102ff}' | '\u{10400}'..='\u{1044f}')
    });
    let styled = name.chars().any(|c| {
        matches!(c, '\u{1d00}'..='\u{1dbf}' | '\u{2100}'..='\u{214f}' | '\u{2460}'..='\u{24ff}' | '\u{ff00}'..='\u{ff5e}'
            | '\u{1d400}'..='\u{1d7ff}' | '\u{1f100}'..='\u{1f1e5}' | '\u{250}'..='\u{2af}')
    });
    styled || (latin && similar)
}

#[cfg(test)]
mod tests;
