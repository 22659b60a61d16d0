//! `allowed_outbound_hosts`: which hosts a component may call, in the grammar of Spin manifests.
//!
//! An entry is `<scheme>://<host>[:<port>]`. The scheme is a name or `*`. The host is a name, an address, an address
//! range (`10.0.0.0/8`), `*.suffix`, `*` or `self`. The port is a number, a range `8000..8100` (the end is excluded) or
//! `*`; the default is the port of the scheme. A path is not allowed.

use std::net::IpAddr;

use url::Host;

use crate::destination::{Destination, default_port, parse_host};

/// All entries of one component.
#[derive(Debug, Clone, Default)]
pub(crate) struct AllowedHosts(Vec<Entry>);

/// How an entry allows a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Allowance {
    /// The entry names the host, its domain or its network, so the operator knows it.
    Named,
    /// The host of the entry is `*`: the component chose the host, perhaps on behalf of a stranger.
    AnyHost,
}

#[derive(Debug, Clone, PartialEq)]
struct Entry {
    scheme: Option<String>,
    host: HostPattern,
    port: PortPattern,
}

#[derive(Debug, Clone, PartialEq)]
enum HostPattern {
    Any,
    /// A domain with its leading dot.
    Suffix(String),
    SelfHost,
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

impl AllowedHosts {
    /// Parses entries after template expansion. The flag of an entry says whether it came from a template.
    ///
    /// A template with an empty variable expands to an empty text, `http://` or `https://`. Such an entry is skipped,
    /// so that an endpoint can be optional.
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

    /// How the component may call `destination`, or `None` if it may not.
    pub(crate) fn allow(&self, destination: &Destination) -> Option<Allowance> {
        let mut any = None;
        for entry in self.0.iter().filter(|entry| entry.matches(destination)) {
            if entry.host != HostPattern::Any {
                return Some(Allowance::Named);
            }
            any = Some(Allowance::AnyHost);
        }
        any
    }

    /// Whether the component may call its own application by a relative URL.
    pub(crate) fn allow_self(&self) -> bool {
        self.0.iter().any(|entry| {
            entry
                .scheme
                .as_deref()
                .is_none_or(|scheme| matches!(scheme, "http" | "https"))
                && matches!(entry.host, HostPattern::Any | HostPattern::SelfHost)
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
        // The last colon starts a port, unless the whole text is an address or the colon is inside brackets.
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

    fn matches(&self, destination: &Destination) -> bool {
        let of_scheme = |scheme: &String| *scheme == destination.scheme;
        self.scheme.as_ref().is_none_or(of_scheme)
            && self.host.matches(&destination.host)
            && self.port.matches(destination.port)
    }
}

impl HostPattern {
    fn parse(text: &str) -> Result<Self, String> {
        if text == "*" {
            return Ok(Self::Any);
        }
        if text == "self" || text == "self.alt" {
            return Ok(Self::SelfHost);
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
            (Self::Suffix(_) | Self::Range { .. } | Self::SelfHost, _) => false,
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

/// Whether `a` and `b` are equal except for the lowest `ignored` bits.
fn shared_bits(a: u128, b: u128, ignored: u32) -> bool {
    a.checked_shr(ignored).unwrap_or(0) == b.checked_shr(ignored).unwrap_or(0)
}

#[cfg(test)]
mod tests;
