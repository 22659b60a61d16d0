//! Redirect URIs: which may be registered, when two are the same, and what may be said of them.
//!
//! Comparison is by exact text (RFC 9700, section 2.1; OAuth 2.1, section 2.3.1) with the one exception of RFC 8252,
//! section 7.3: the port of an http loopback address is the app's choice at run time. Nothing is normalised before it
//! is compared, so that no two readers of one text can disagree.

use crate::host::config::Config;
use crate::pages::Destination;
use url::Url;

/// The longest redirect URI, in bytes.
pub const MAX_LENGTH: usize = 2_000;

/// Schemes that a browser, a shell or the web itself gives a meaning to, so that no app can own them. The first line
/// runs script or reads files in the page's or the person's name (GHSA-q9xg-f2v2-695g).
const RESERVED_SCHEMES: [&str; 31] = [
    "javascript",
    "data",
    "blob",
    "file",
    "filesystem",
    "vbscript",
    "livescript",
    "view-source",
    "jar",
    "about",
    "chrome",
    "chrome-extension",
    "moz-extension",
    "resource",
    "ms-appx",
    "intent",
    "content",
    "android-app",
    "http",
    "https",
    "ws",
    "wss",
    "ftp",
    "ftps",
    "mailto",
    "tel",
    "sms",
    "urn",
    "cid",
    "mid",
    "search-ms",
];

/// What a redirect URI leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A web site, by https.
    Web,
    /// An app that listens on this computer, by http.
    Loopback,
    /// An app that owns a scheme.
    PrivateUse,
}

/// What the text leads to; none if it may never be registered: no absolute URI, a fragment, a user name, http to
/// another computer, a reserved scheme, or characters that readers disagree about.
pub fn kind(uri: &str) -> Option<Kind> {
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
    if let Some(after) = uri.strip_prefix("https://") {
        let usable = url.has_host() && url.username().is_empty() && url.password().is_none();
        // `https:///host` and an empty user name are read in different ways.
        let authority = after.split(['/', '?']).next()?;
        (usable && !authority.is_empty() && !authority.contains('@')).then_some(Kind::Web)
    } else if uri.starts_with("http://") {
        Loopback::parse(uri).map(|_| Kind::Loopback)
    } else {
        let scheme = uri.split(':').next()?;
        is_private_use_scheme(scheme).then_some(Kind::PrivateUse)
    }
}

/// Whether an app can own this scheme: lower case, of the form of RFC 3986, section 3.1, and not reserved.
pub fn is_private_use_scheme(scheme: &str) -> bool {
    let mut bytes = scheme.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_lowercase())
        && bytes.all(|b| {
            b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.')
        })
        && !RESERVED_SCHEMES.contains(&scheme)
}

/// Whether a browser may be sent there at all.
pub fn is_usable(uri: &str, config: &Config) -> bool {
    match kind(uri) {
        Some(Kind::Web | Kind::Loopback) => true,
        Some(Kind::PrivateUse) => {
            let scheme = uri.split(':').next().unwrap_or_default();
            config
                .custom_redirect_schemes
                .iter()
                .any(|allowed| allowed == scheme)
        }
        None => false,
    }
}

/// Whether a requested redirect URI is the registered one.
pub fn is_same(registered: &str, requested: &str) -> bool {
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

/// An http address of this computer, taken apart as text.
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
        let (host, after) = after.split_at(host.len());
        let (port, rest) = match after.strip_prefix(':') {
            None => (None, after),
            Some(after) => {
                let end = after
                    .find(|c: char| !c.is_ascii_digit())
                    .unwrap_or(after.len());
                let (digits, rest) = after.split_at(end);
                (Some(digits.parse().ok()?), rest)
            }
        };
        (rest.is_empty() || rest.starts_with(['/', '?'])).then_some(Self { host, port, rest })
    }
}

/// Where a redirect URI leads, for people.
pub fn destination(uri: &str) -> Destination<'_> {
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

/// The source expression for a `form-action` that lets the browser follow the redirect (CSP Level 3, section 2.3.1).
pub fn csp_source(uri: &str) -> String {
    match Url::parse(uri) {
        // The grammar of host sources has no IPv6 addresses.
        Ok(url) if matches!(url.host(), Some(url::Host::Ipv6(_))) => format!("{}:", url.scheme()),
        Ok(url) if matches!(url.scheme(), "http" | "https") => url.origin().ascii_serialization(),
        Ok(url) => format!("{}:", url.scheme()),
        Err(_) => String::new(),
    }
}

/// The redirect URI with parameters added to its query (RFC 6749, section 4.1.2). The text is not normalised.
pub fn with_parameters(uri: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
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
#[path = "redirect_tests.rs"]
mod tests;
