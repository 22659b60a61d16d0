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

/// Whether this is the host of a URL in its plain form, with a port or without: a name of letters, digits and hyphens in
/// lower case (RFC 1123, section 2.1; internationalized labels as `xn--`, RFC 5890), an IPv4 address, or an IPv6 address
/// in brackets. Parsers repair other forms, and some of their characters mean something in a header.
pub(crate) fn is_plain_authority(authority: &str) -> bool {
    let Ok(url) = Url::parse(&format!("https://{authority}/")) else {
        return false;
    };
    let (name, port) = match authority.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (authority, None),
    };
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_plain = match url.host() {
        Some(Host::Domain(name)) => name.len() <= 253 && name.split('.').all(label),
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => true,
        None => false,
    };
    let is_port = |port: &str| {
        port.bytes().all(|b| b.is_ascii_digit())
            && !port.starts_with('0')
            && port.parse::<u16>().is_ok()
    };
    is_plain && url.host_str() == Some(name) && port.is_none_or(is_port)
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
    fn plain_authority_is_a_host_name_or_an_address() {
        for plain in [
            "app.example",
            "app.example:8443",
            "localhost",
            "xn--bcher-kva.example",
            "a-b.c1.example",
            "192.0.2.1",
            "192.0.2.1:8443",
            "[2001:db8::1]",
            "[2001:db8::1]:8443",
        ] {
            assert!(is_plain_authority(plain), "{plain}");
        }
        for other in [
            "evil.example;script-src",
            "a,b",
            "*",
            "*.example",
            "a'b",
            "a_b.example",
            "-a.example",
            "a-.example",
            "a..example",
            ".example",
            "app.example.",
            "APP.example",
            "b\u{fc}cher.example",
            "xn--a.example",
            "a%62.example",
            "app.example:",
            "app.example:0",
            "app.example:0443",
            "app.example:65536",
            "app.example:+1",
            "app.example:1:2",
            "user@app.example",
            "0x7f.1",
            "127.1",
            "2130706433",
            "192.0.2.01",
            "[::ffff:192.0.2.1]",
            "[0:0::1]",
            "[::1",
            "2001:db8::1",
            "",
        ] {
            assert!(!is_plain_authority(other), "{other}");
        }
        assert!(!is_plain_authority(&format!("{}.example", "a".repeat(64))));
    }

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
