//! URIs and host names: private-use schemes, public host names, loopback addresses.

use std::net::IpAddr;
use url::{Host, Url};

/// Schemes that browsers, operating systems or the web define, so that no app can own them. Some of them run script or
/// read files with the rights of the page or the person (GHSA-q9xg-f2v2-695g).
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

/// Whether an app can own this scheme: lower case, syntax of RFC 3986, section 3.1, and not reserved.
pub(crate) fn is_private_use_scheme(scheme: &str) -> bool {
    let mut bytes = scheme.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_lowercase())
        && bytes.all(|b| {
            b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.')
        })
        && !RESERVED_SCHEMES.contains(&scheme)
}

/// Whether this can be a host name of the public internet: letters, digits, hyphens and at least one dot; not an IP
/// address, and not below a top-level name for local, private or special use.
pub(crate) fn is_public_host_name(host: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let top = host.rsplit('.').next().unwrap_or_default();
    host.len() <= 253
        && host.contains('.')
        && host.split('.').all(label)
        && top.bytes().any(|b| b.is_ascii_lowercase())
        && !matches!(
            top,
            "localhost"
                | "localdomain"
                | "local"
                | "internal"
                | "intranet"
                | "private"
                | "corp"
                | "home"
                | "lan"
                | "alt"
                | "onion"
                | "test"
                | "invalid"
                | "arpa"
        )
}

/// Whether secrets may be sent to a URL: https, or http to this computer or to a component of the same application
/// (`<component>.spin.internal`, Spin's service chaining), whose requests stay in the host.
pub(crate) fn keeps_secrets(url: &Url) -> bool {
    let is_component = || {
        url.domain()
            .is_some_and(|name| name.ends_with(".spin.internal"))
    };
    match url.scheme() {
        "https" => true,
        "http" => is_loopback(url) || is_component(),
        _ => false,
    }
}

/// The origin of a URL (RFC 6454, section 6.2); empty if the text is not a URL.
pub(crate) fn origin_of(url: &str) -> String {
    let origin = Url::parse(url).map(|url| url.origin().ascii_serialization());
    origin.unwrap_or_default()
}

/// Whether the host of a URL is `localhost` or a loopback address.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => is_loopback_name(name),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether a host name is `localhost`, or an IP address in text form is a loopback address.
pub(crate) fn is_loopback_name(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ip_address_or_internal_name_is_not_a_public_host() {
        for host in [
            "127.0.0.1",
            "10.0.0.1",
            "169.254.169.254",
            "[::1]",
            "localhost",
            "app.localhost",
            "emulator.spin.internal",
            "metadata.google.internal",
            "self",
            "self.alt",
            "a b.example",
            "app.example:443",
            "-a.example",
            "a..example",
            "app.example.com.",
            "",
            "printer.local",
            "db.lan",
            "wiki.corp",
            "router.home.arpa",
            "1.2",
            "UPPER.example",
        ] {
            assert!(!is_public_host_name(host), "{host}");
        }
        for host in ["app.example.com", "xn--bcher-kva.example", "a.b"] {
            assert!(is_public_host_name(host), "{host}");
        }
    }
}
