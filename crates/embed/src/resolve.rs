//! Names whose address the operator gives: `HOST:PORT:ADDRESS[:PORT]`, like `--resolve` of curl.

use std::net::{IpAddr, SocketAddr};

use url::Host;

use crate::destination::{Destination, parse_host};

/// The addresses that the operator gave to names.
#[derive(Debug, Clone, Default)]
pub(crate) struct Resolve(Vec<Mapping>);

#[derive(Debug, Clone, PartialEq)]
struct Mapping {
    domain: String,
    port: u16,
    to: Target,
}

/// Where connections to a mapped name go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Target {
    /// An address in the place of an answer of the name service. It has to pass the same checks.
    Answer(IpAddr),
    /// Exactly this address and port, which the operator chose. No check applies.
    Place(SocketAddr),
}

impl Resolve {
    /// Adds a mapping.
    ///
    /// # Errors
    /// What is wrong with `text`.
    pub(crate) fn add(&mut self, text: &str) -> Result<(), String> {
        let mapping = Mapping::parse(text)?;
        let known = |other: &Mapping| other.domain == mapping.domain && other.port == mapping.port;
        if self.0.iter().any(known) {
            return Err("maps a host and port that another mapping has".to_owned());
        }
        self.0.push(mapping);
        Ok(())
    }

    /// The target of connections to the host and port of `destination`, if they are mapped.
    pub(crate) fn target(&self, destination: &Destination) -> Option<Target> {
        let Host::Domain(domain) = &destination.host else {
            return None;
        };
        let mapping = self
            .0
            .iter()
            .find(|mapping| mapping.domain == *domain && mapping.port == destination.port)?;
        Some(mapping.to)
    }
}

impl Mapping {
    fn parse(text: &str) -> Result<Self, String> {
        let form = || "is not HOST:PORT:ADDRESS[:PORT]".to_owned();
        let (host, rest) = text.split_once(':').ok_or_else(form)?;
        let (port, address) = rest.split_once(':').ok_or_else(form)?;
        let Some(Host::Domain(domain)) = parse_host(host) else {
            return Err(format!("has `{host}` where the name of a host belongs"));
        };
        let port = match port.parse() {
            Ok(0) | Err(_) => return Err(format!("has a port `{port}` that is not 1 to 65535")),
            Ok(port) => port,
        };
        let unbracketed = address
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(address);
        let to = match (unbracketed.parse(), address.parse::<SocketAddr>()) {
            (Ok(address), _) => Target::Answer(address),
            (_, Ok(place)) if place.port() != 0 => Target::Place(place),
            _ => {
                return Err(format!(
                    "has `{address}` where ADDRESS or ADDRESS:PORT belongs; an IPv6 address with a port is in brackets"
                ));
            }
        };
        Ok(Self { domain, port, to })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(mapping: &str, uri: &str) -> Option<Target> {
        let mut resolve = Resolve::default();
        assert_eq!(resolve.add(mapping), Ok(()), "{mapping}");
        resolve.target(&Destination::of(&uri.parse().ok()?)?)
    }

    #[test]
    fn mapping_applies_to_its_host_and_port_only() {
        let local = "127.0.0.1".parse().ok().map(Target::Answer);
        let place = "127.0.0.1:9443".parse().ok().map(Target::Place);
        let place_v6 = "[::1]:9443".parse().ok().map(Target::Place);
        assert!(local.is_some() && place.is_some() && place_v6.is_some());
        for (mapping, uri, expected) in [
            ("a.example:443:127.0.0.1", "https://a.example/x", local),
            ("A.Example:443:127.0.0.1", "https://a.example/x", local),
            ("a.example:80:127.0.0.1", "http://a.example/x", local),
            ("a.example:443:127.0.0.1:9443", "https://a.example/", place),
            ("a.example:443:[::1]:9443", "https://a.example/", place_v6),
            (
                "b\u{fc}cher.example:443:127.0.0.1",
                "https://xn--bcher-kva.example/",
                local,
            ),
            ("a.example:443:127.0.0.1", "https://a.example:444/x", None),
            ("a.example:443:127.0.0.1", "https://b.a.example/x", None),
            ("a.example:443:127.0.0.1", "https://10.0.0.1/x", None),
        ] {
            assert_eq!(target(mapping, uri), expected, "{mapping} and {uri}");
        }
        for bare_or_not in ["a.example:443:::1", "a.example:443:[::1]"] {
            let answer = "::1".parse().ok().map(Target::Answer);
            assert_eq!(target(bare_or_not, "https://a.example/"), answer);
        }
    }

    #[test]
    fn malformed_mapping_is_refused_with_what_is_wrong() {
        let form = "is not HOST:PORT:ADDRESS[:PORT]";
        let place = "where ADDRESS or ADDRESS:PORT belongs";
        for (mapping, problem) in [
            ("", form),
            ("a.example", form),
            ("a.example:443", form),
            (":443:127.0.0.1", "has `` where the name of a host belongs"),
            (
                "a b:443:127.0.0.1",
                "has `a b` where the name of a host belongs",
            ),
            (
                "10.0.0.1:443:127.0.0.1",
                "has `10.0.0.1` where the name of a host belongs",
            ),
            (
                "a.example:x:127.0.0.1",
                "has a port `x` that is not 1 to 65535",
            ),
            (
                "a.example:0:127.0.0.1",
                "has a port `0` that is not 1 to 65535",
            ),
            ("a.example:443:", place),
            ("a.example:443:b.example", place),
            ("a.example:443:127.0.0.1:0", place),
            ("a.example:443:127.0.0.1:99999", place),
        ] {
            let error = Resolve::default().add(mapping);
            assert!(
                matches!(&error, Err(text) if text.contains(problem)),
                "{mapping}: {error:?}"
            );
        }
    }

    #[test]
    fn second_mapping_of_a_host_and_port_is_refused() {
        let mut resolve = Resolve::default();
        assert_eq!(resolve.add("a.example:443:127.0.0.1"), Ok(()));
        assert_eq!(resolve.add("a.example:80:127.0.0.1"), Ok(()));
        assert!(resolve.add("A.example:443:127.0.0.2").is_err());
    }
}
