//! Redirect URIs: which may be registered, when two are the same, and what may be said of them.
//!
//! Comparison is by exact text (RFC 9700, section 2.1; OAuth 2.1, section 2.3.1) with the one exception of RFC 8252,
//! section 7.3: the port of an http loopback address is the app's choice at run time. Nothing is normalised before it
//! is compared, so that no two readers of one text can disagree.

use crate::config::Config;
use crate::pages::Destination;
use crate::web::uri::is_private_use_scheme;
use url::Url;

/// The longest redirect URI, in bytes.
pub(crate) const MAX_LENGTH: usize = 2_000;

/// What a redirect URI leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A web site, by https.
    Web,
    /// An app that listens on this computer, by http.
    Loopback,
    /// An app that owns a scheme.
    PrivateUse,
}

/// What the text leads to; none if it may never be registered: no absolute URI, a fragment, a user name, http to
/// another computer, a reserved scheme, or characters that readers disagree about.
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

/// Whether a browser may be sent there at all.
pub(crate) fn is_usable(uri: &str, config: &Config) -> bool {
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
pub(crate) fn is_same(registered: &str, requested: &str) -> bool {
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

/// The source expression for a `form-action` that lets the browser follow the redirect (CSP Level 3, section 2.3.1).
pub(crate) fn csp_source(uri: &str) -> String {
    match Url::parse(uri) {
        // The grammar of host sources has no IPv6 addresses.
        Ok(url) if matches!(url.host(), Some(url::Host::Ipv6(_))) => format!("{}:", url.scheme()),
        Ok(url) if matches!(url.scheme(), "http" | "https") => url.origin().ascii_serialization(),
        Ok(url) => format!("{}:", url.scheme()),
        Err(_) => String::new(),
    }
}

/// The redirect URI with parameters added to its query (RFC 6749, section 4.1.2). The text is not normalised.
pub(crate) fn with_parameters(uri: &str, parameters: &[(&str, &str)]) -> String {
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
mod tests;
