//! Redirect URIs: which ones may be registered, when two of them match, and where they lead.
//!
//! Comparison is by exact text (RFC 9700, section 2.1; OAuth 2.1, section 2.3.1) with the one exception of RFC 8252,
//! section 7.3: the port of an http loopback URI may differ, because the app chooses it at run time. Nothing is
//! normalised before the comparison, so that the result does not depend on how a parser reads a URI.

use super::app_scheme;
use crate::config::Config;
use crate::pages::Destination;
use crate::web::uri::{is_plain_authority, is_private_use_scheme};
use url::Url;
use url::form_urlencoded::Serializer;

/// The longest redirect URI, in bytes.
const MAX_LENGTH: usize = 2_000;

/// The parameters of an authorization response (RFC 6749, section 4.1.2; RFC 9207; JARM). A redirect URI that has one would
/// answer twice.
const RESPONSE: [&str; 7] = [
    "code",
    "state",
    "iss",
    "error",
    "error_description",
    "error_uri",
    "response",
];

/// What a redirect URI leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An https URI of a web site.
    Web,
    /// An http URI of an app that listens on this computer (RFC 8252, section 7.3).
    Loopback,
    /// A private-use scheme of an app (RFC 8252, section 7.1).
    PrivateUse,
}

/// What a redirect URI leads to; `None` if it may never be registered, because it is not an absolute URI or has a
/// fragment, a user name, a host that is neither a plain name nor an address, http to another computer, a reserved scheme,
/// a parameter of the response, or characters that parsers treat differently.
pub(crate) fn kind(uri: &str) -> Option<Kind> {
    let plain = |b: u8| {
        b.is_ascii_graphic()
            && !matches!(
                b,
                b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}'
            )
    };
    if uri.len() > MAX_LENGTH || !uri.bytes().all(plain) || uri.contains('#') {
        return None;
    }
    let url = Url::parse(uri).ok()?;
    if url
        .query_pairs()
        .any(|(name, _)| RESPONSE.contains(&&*name))
    {
        return None;
    }
    if let Some(after) = uri.strip_prefix("https://") {
        // Parsers treat `https:///host`, an empty user name and unusual characters of a host differently.
        let authority = after.split(['/', '?']).next()?;
        is_plain_authority(authority).then_some(Kind::Web)
    } else if uri.starts_with("http://") {
        Loopback::parse(uri).map(|_| Kind::Loopback)
    } else {
        let (scheme, after) = uri.split_once(':')?;
        let authority = after.strip_prefix("//").unwrap_or_default();
        let authority = authority.split(['/', '?']).next()?;
        (is_private_use_scheme(scheme) && !authority.contains('@')).then_some(Kind::PrivateUse)
    }
}

/// Whether a browser may be redirected to this URI. A private-use scheme must be that of a well-known app, in the form
/// that the app uses, or be configured.
pub(super) fn is_usable(uri: &str, config: &Config) -> bool {
    match kind(uri) {
        Some(Kind::Web | Kind::Loopback) => true,
        Some(Kind::PrivateUse) => {
            let scheme = uri.split(':').next().unwrap_or_default();
            let mut configured = config.custom_redirect_schemes.iter();
            app_scheme::is_known(uri) || configured.any(|allowed| allowed == scheme)
        }
        None => false,
    }
}

/// Whether a requested redirect URI matches a registered one.
pub(super) fn matches(registered: &str, requested: &str) -> bool {
    if registered == requested {
        return true;
    }
    match (Loopback::parse(registered), Loopback::parse(requested)) {
        (Some(registered), Some(requested)) => {
            (registered.host, registered.rest) == (requested.host, requested.rest)
        }
        _ => false,
    }
}

/// The parts of an http loopback URI, as text.
struct Loopback<'a> {
    host: &'a str,
    port: Option<u16>,
    rest: &'a str,
}

impl<'a> Loopback<'a> {
    fn parse(uri: &'a str) -> Option<Self> {
        let after = uri.strip_prefix("http://")?;
        let host = ["127.0.0.1", "[::1]", "localhost"]
            .into_iter()
            .find(|host| after.starts_with(host))?;
        let (host, after) = after.split_at_checked(host.len())?;
        let (port, rest) = match after.strip_prefix(':') {
            None => (None, after),
            Some(after) => {
                let end = after
                    .find(|c: char| !c.is_ascii_digit())
                    .unwrap_or(after.len());
                let (digits, rest) = after.split_at_checked(end)?;
                (Some(digits.parse().ok()?), rest)
            }
        };
        (rest.is_empty() || rest.starts_with(['/', '?'])).then_some(Self { host, port, rest })
    }
}

/// Where a redirect URI leads, as the consent page says it.
pub(crate) fn destination(uri: &str) -> Destination<'_> {
    if let Some(loopback) = Loopback::parse(uri) {
        return Destination::ThisComputer {
            port: loopback.port,
        };
    }
    match uri.strip_prefix("https://") {
        Some(after) => Destination::Web {
            host: after.split(['/', '?']).next().unwrap_or_default(),
        },
        None => Destination::App {
            scheme: uri.split(':').next().unwrap_or_default(),
        },
    }
}

/// The redirect URI with parameters added to its query (RFC 6749, section 4.1.2), otherwise unchanged.
pub(crate) fn with_parameters(uri: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = Serializer::new(String::new());
    query.extend_pairs(parameters);
    let separator = match uri.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some((_, query)) if query.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{uri}{separator}{}", query.finish())
}

#[cfg(test)]
mod tests;
