//! Where a request of a component goes.

use url::Host;

/// The domain of components inside an application: `http://<component>.spin.internal`.
const CHAINING_SUFFIX: &str = ".spin.internal";

/// Scheme, host and port of a request, parsed by the URL standard.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Destination {
    pub(crate) scheme: String,
    pub(crate) host: Host,
    pub(crate) port: u16,
}

impl Destination {
    /// The destination of an absolute URI, or `None` if scheme, host or port is missing or malformed.
    pub(crate) fn of(uri: &http::Uri) -> Option<Self> {
        let scheme = uri.scheme_str()?.to_ascii_lowercase();
        let authority = uri.authority()?;
        if authority.as_str().contains('@') {
            return None;
        }
        let host = parse_host(authority.host())?;
        let port = match authority.as_str().rsplit_once(':') {
            // An empty port and a port out of range are malformed. They do not mean the default port.
            Some((_, port)) if !port.ends_with(']') => port.parse().ok()?,
            _ => default_port(&scheme)?,
        };
        Some(Self { scheme, host, port })
    }

    /// The component that `http://<component>.spin.internal` names.
    pub(crate) fn chained_component(&self) -> Option<&str> {
        match &self.host {
            Host::Domain(domain) => domain.strip_suffix(CHAINING_SUFFIX),
            _ => None,
        }
    }
}

impl std::fmt::Display for Destination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { scheme, host, port } = self;
        if default_port(scheme) == Some(*port) {
            write!(f, "{scheme}://{host}")
        } else {
            write!(f, "{scheme}://{host}:{port}")
        }
    }
}

/// Parses a host by the URL standard: `0x7f.1` is 127.0.0.1, a name becomes lower case and Punycode.
pub(crate) fn parse_host(text: &str) -> Option<Host> {
    let unbracketed = text.parse::<std::net::Ipv6Addr>().map(Host::Ipv6);
    unbracketed.ok().or_else(|| Host::parse(text).ok())
}

/// The port of a URL without one. Covers the schemes that Spin allows in `allowed_outbound_hosts`.
pub(crate) fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        "postgres" => Some(5432),
        "mysql" => Some(3306),
        "redis" => Some(6379),
        "mqtt" => Some(1883),
        _ => None,
    }
}
