//! The name of a client on the consent page and in the person's list of keys.
//!
//! A client chooses its own name. If the name imitates a brand that people trust, but the redirect URI leads elsewhere,
//! the page shows the host or scheme of the redirect URI instead, which a client cannot choose freely, and says what the
//! client calls itself. For a client with a metadata document, the host of the document counts. A name whose letters only
//! look like those of a brand, or belong to scripts that names do not mix, is never shown as the client's.

use super::identity::Client;
use super::redirect_uri;
use crate::pages::Destination;
use crate::text;
use crate::text::look_alike::{Signs, Skeleton, mixes_scripts};
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
        None if name.is_empty() || imitated(&name, None).is_some() => {
            "An app on this computer".to_owned()
        }
        None => name,
        Some(place) if is_hosted_claude(client, place) => "Claude".to_owned(),
        Some(place) if name.is_empty() || imitated(&name, Some(place)).is_some() => {
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
    let place = place(client, redirect_uri);
    if place.is_some_and(|place| is_hosted_claude(client, place)) {
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
    /// Letters of several scripts, or styled ones.
    Letters,
}

/// What a name imitates. Without a destination, which an app on this computer has not, every app may have the name of a
/// brand, but only an imitation writes it with other letters.
fn imitated(name: &str, destination: Option<&str>) -> Option<Imitated> {
    let skeletons = [Signs::Separators, Signs::Letters].map(|signs| Skeleton::of(name, signs));
    let plain: String = name
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    let imitates = |brand: &&Brand| {
        let is_allowed = destination.is_some_and(|destination| {
            let mut allowed = brand.destinations.iter();
            allowed.any(|allowed| is_within(destination, allowed))
        });
        let has_name = if brand.in_longer_names {
            plain.contains(brand.word)
        } else {
            plain == brand.word
        };
        if has_name {
            return destination.is_some() && !is_allowed;
        }
        let word = Skeleton::of(brand.word, Signs::Separators);
        skeletons.iter().any(|skeleton| {
            if brand.in_longer_names {
                skeleton.has_words_like(&word)
            } else {
                skeleton.is_like(&word)
            }
        })
    };
    match BRANDS.iter().find(imitates) {
        Some(brand) => Some(Imitated::Brand(brand.name)),
        None if mixes_scripts(name) || has_styled_letters(name) => Some(Imitated::Letters),
        None => None,
    }
}

/// Whether a destination is the allowed one or a subdomain of it.
fn is_within(destination: &str, allowed: &str) -> bool {
    destination == allowed
        || destination
            .strip_suffix(allowed)
            .is_some_and(|front| front.ends_with('.'))
}

/// Whether a name has styled variants of Latin letters: full width, mathematical, enclosed, phonetic. The sign of a trade
/// mark is not one.
fn has_styled_letters(name: &str) -> bool {
    name.chars().any(|c| {
        matches!(c, '\u{1d00}'..='\u{1dbf}' | '\u{2100}'..='\u{214f}' | '\u{2460}'..='\u{24ff}' | '\u{ff00}'..='\u{ff5e}'
            | '\u{1d400}'..='\u{1d7ff}' | '\u{1f100}'..='\u{1f1e5}' | '\u{250}'..='\u{2af}')
            && !matches!(c, '\u{2120}' | '\u{2122}')
    })
}

#[cfg(test)]
mod tests;
