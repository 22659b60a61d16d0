//! `allowed_outbound_hosts`: which hosts a component may call, in the grammar of Spin manifests.
//!
//! An entry is `<scheme>://<host>[:<port>]`. The scheme is a name or `*`; the host is a name, an address, an address
//! range (`10.0.0.0/8`), `*.suffix`, `*` or `self`; the port is a number, a range `8000..8100` (the end is not
//! included) or `*`, and without one the scheme's default. A path is not allowed.

use std::net::IpAddr;

use url::Host;

/// The names of components inside an application: `http://<component>.spin.internal`.
pub(crate) const CHAINING_SUFFIX: &str = ".spin.internal";

/// All entries of one component.
#[derive(Debug, Clone, Default)]
pub(crate) struct AllowedHosts(Vec<Entry>);

#[derive(Debug, Clone, PartialEq)]
struct Entry {
    scheme: Option<String>,
    host: HostPattern,
    port: PortPattern,
}

#[derive(Debug, Clone, PartialEq)]
enum HostPattern {
    Any,
    /// With the leading dot.
    Suffix(String),
    Itself,
    Exact(Host),
    Range {
        network: IpAddr,
        bits: u32,
    },
}

#[derive(Debug, Clone, PartialEq)]
enum PortPattern {
    Any,
    Range(std::ops::RangeInclusive<u16>),
}

/// Where a request goes, as the URL standard reads it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Destination {
    pub(crate) scheme: String,
    pub(crate) host: Host,
    pub(crate) port: u16,
}

impl AllowedHosts {
    /// Parses entries whose templates have been expanded.
    ///
    /// An entry whose variable was empty leaves nothing, `http://` or `https://`, and is skipped, so that an endpoint
    /// can be optional.
    pub(crate) fn parse<'a>(
        entries: impl IntoIterator<Item = (&'a str, bool)>,
    ) -> Result<Self, String> {
        let mut parsed = Vec::new();
        for (text, from_template) in entries {
            if from_template && matches!(text, "" | "http://" | "https://") {
                continue;
            }
            parsed
                .push(Entry::parse(text.trim()).map_err(|problem| format!("`{text}` {problem}"))?);
        }
        Ok(Self(parsed))
    }

    /// Whether the component may call `destination`.
    pub(crate) fn allow(&self, destination: &Destination) -> bool {
        self.0.iter().any(|entry| {
            entry
                .scheme
                .as_ref()
                .is_none_or(|scheme| *scheme == destination.scheme)
                && entry.host.matches(&destination.host)
                && entry.port.matches(destination.port)
        })
    }

    /// Whether the component may call its own application by a relative URL.
    pub(crate) fn allow_self(&self) -> bool {
        self.0.iter().any(|entry| {
            entry
                .scheme
                .as_deref()
                .is_none_or(|scheme| matches!(scheme, "http" | "https"))
                && matches!(entry.host, HostPattern::Any | HostPattern::Itself)
        })
    }
}

impl Entry {
    fn parse(text: &str) -> Result<Self, String> {
        let (scheme, rest) = text
            .split_once("://")
            .ok_or("has no scheme; write <scheme>://<host>[:<port>], for example https://*:443")?;
        if scheme != "*" && (scheme.is_empty() || !scheme.bytes().all(|b| b.is_ascii_alphabetic()))
        {
            return Err("has a scheme that is neither a word nor `*`".to_owned());
        }
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        // The last colon starts a port unless the whole is an address or the colon is inside brackets.
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') && HostPattern::parse(rest).is_err() => {
                (host, port)
            }
            _ => (rest, ""),
        };
        let port = match port {
            "*" => PortPattern::Any,
            "" => {
                let port =
                    default_port(scheme).ok_or("has no port, and its scheme has no default one")?;
                PortPattern::Range(port..=port)
            }
            range => PortPattern::parse(range)?,
        };
        let scheme = (scheme != "*").then(|| scheme.to_ascii_lowercase());
        Ok(Self {
            scheme,
            host: HostPattern::parse(host)?,
            port,
        })
    }
}

impl HostPattern {
    fn parse(text: &str) -> Result<Self, String> {
        if text == "*" {
            return Ok(Self::Any);
        }
        if text == "self" || text == "self.alt" {
            return Ok(Self::Itself);
        }
        if let Some((network, bits)) = text.split_once('/') {
            let network: IpAddr = network.parse().map_err(|_| "must not have a path")?;
            let bits: u32 = bits
                .parse()
                .map_err(|_| "has an address range without a number of bits")?;
            if bits > if network.is_ipv4() { 32 } else { 128 } {
                return Err("has an address range with too many bits".to_owned());
            }
            return Ok(Self::Range { network, bits });
        }
        if let Some(suffix) = text.strip_prefix("*.") {
            return match Host::parse(suffix) {
                Ok(Host::Domain(domain)) if !suffix.contains('*') => {
                    Ok(Self::Suffix(format!(".{domain}")))
                }
                _ => Err("has a wildcard that is not followed by a domain".to_owned()),
            };
        }
        if text.contains('*') {
            return Err("has a wildcard that is not its first label".to_owned());
        }
        parse_host(text)
            .map(Self::Exact)
            .ok_or_else(|| "has an invalid host".to_owned())
    }

    fn matches(&self, host: &Host) -> bool {
        match (self, host) {
            (Self::Any, _) => true,
            (Self::Suffix(suffix), Host::Domain(domain)) => domain.ends_with(suffix.as_str()),
            (Self::Exact(exact), host) => exact == host,
            (
                Self::Range {
                    network: IpAddr::V4(network),
                    bits,
                },
                Host::Ipv4(ip),
            ) => shared_bits(
                u128::from(network.to_bits()),
                u128::from(ip.to_bits()),
                32 - bits,
            ),
            (
                Self::Range {
                    network: IpAddr::V6(network),
                    bits,
                },
                Host::Ipv6(ip),
            ) => shared_bits(network.to_bits(), ip.to_bits(), 128 - bits),
            (Self::Suffix(_) | Self::Range { .. } | Self::Itself, _) => false,
        }
    }
}

impl PortPattern {
    fn parse(text: &str) -> Result<Self, String> {
        let number = |text: &str| {
            text.parse::<u16>()
                .map_err(|_| format!("has a port `{text}` that is not a number"))
        };
        let Some((start, end)) = text.split_once("..") else {
            let port = number(text)?;
            return Ok(Self::Range(port..=port));
        };
        let (start, end) = (number(start)?, number(end)?);
        let last = end
            .checked_sub(1)
            .filter(|last| *last >= start)
            .ok_or("has an empty port range")?;
        Ok(Self::Range(start..=last))
    }

    fn matches(&self, port: u16) -> bool {
        match self {
            Self::Any => true,
            Self::Range(range) => range.contains(&port),
        }
    }
}

fn shared_bits(a: u128, b: u128, ignored: u32) -> bool {
    a.checked_shr(ignored).unwrap_or(0) == b.checked_shr(ignored).unwrap_or(0)
}

/// A host as the URL standard reads it: `0x7f.1` is 127.0.0.1, names are lower case and punycode.
pub(crate) fn parse_host(text: &str) -> Option<Host> {
    let unbracketed = text.parse::<std::net::Ipv6Addr>().map(Host::Ipv6);
    unbracketed.ok().or_else(|| Host::parse(text).ok())
}

fn default_port(scheme: &str) -> Option<u16> {
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

impl Destination {
    /// Reads scheme, host and port of an absolute URI; `None` if one of them is missing or malformed.
    pub(crate) fn of(uri: &http::Uri) -> Option<Self> {
        let scheme = uri.scheme_str()?.to_ascii_lowercase();
        let authority = uri.authority()?;
        if authority.as_str().contains('@') {
            return None;
        }
        let host = parse_host(authority.host())?;
        let port = match authority.as_str().rsplit_once(':') {
            // `host:` and a port out of range are malformed, not the default port.
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

#[cfg(test)]
mod tests;
