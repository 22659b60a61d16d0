//! The network of the caller, as far as the host or the operator's proxy vouches for it.

use http::{HeaderMap, HeaderName};
use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// The header to which Spin appends the address that it sees. A shell removes it if its host does not set it.
const SPIN_CLIENT_ADDR: &str = "spin-client-addr";
/// An IPv6 customer has a /64 network at least, so its addresses count as one caller.
const IPV6_NETWORK: u128 = !(u64::MAX as u128);

/// An IPv4 address, or the /64 network of an IPv6 address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network(IpAddr);

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Network {
    /// The network of an address. An IPv4 address in the form of an IPv6 address (RFC 4291, section 2.5.5.2) is an IPv4
    /// address. The unspecified address stands for a caller inside the host.
    fn of(address: IpAddr) -> Option<Self> {
        let network = match address.to_canonical() {
            IpAddr::V6(address) => {
                IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & IPV6_NETWORK))
            }
            address => address,
        };
        (!address.is_unspecified()).then_some(Self(network))
    }

    /// The network that a request comes from; `None` if it is not known. `header` is the one that the operator's proxy
    /// sets, otherwise the header of Spin counts. `is_local` is whether the connector serves this computer alone.
    ///
    /// The last value is the one that the nearest proxy added. The values before it are what the caller sent. A private
    /// address that Spin sees is that of a proxy, which stands for all callers.
    pub(crate) fn of_caller(
        headers: &HeaderMap,
        header: Option<&HeaderName>,
        is_local: bool,
    ) -> Option<Self> {
        let name = header.map_or(SPIN_CLIENT_ADDR, HeaderName::as_str);
        let last = headers.get_all(name).iter().next_back()?.to_str().ok()?;
        let address = last.rsplit(',').next().unwrap_or(last).trim();
        let network = Self::of(parse(address)?)?;
        (header.is_some() || is_local || !network.is_private()).then_some(network)
    }

    /// Whether addresses of this network are not reached from the internet: loopback, private (RFC 1918, RFC 4193),
    /// link-local, or shared by the customers of a provider (RFC 6598).
    fn is_private(self) -> bool {
        match self.0 {
            IpAddr::V4(address) => {
                let [first, second, ..] = address.octets();
                address.is_loopback()
                    || address.is_private()
                    || address.is_link_local()
                    || (first == 100 && second & 0xc0 == 64)
            }
            IpAddr::V6(address) => {
                // The network of the loopback address.
                address.is_unspecified()
                    || address.is_unique_local()
                    || address.is_unicast_link_local()
            }
        }
    }
}

/// An IP address, with or without a port; the port changes with every connection.
fn parse(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let with_port = text.parse::<SocketAddr>().map(|address| address.ip());
    with_port
        .or_else(|_| bare.unwrap_or(text).parse::<IpAddr>())
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(lines: &[(&'static str, &str)], header: Option<&'static str>) -> Option<String> {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().expect("a value"));
        }
        let header = header.map(HeaderName::from_static);
        Network::of_caller(&headers, header.as_ref(), false).map(|network| network.to_string())
    }

    fn of(value: &str) -> Option<String> {
        network(&[(SPIN_CLIENT_ADDR, value)], None)
    }

    #[test]
    fn only_the_last_value_of_the_header_counts() {
        let lines = [
            (SPIN_CLIENT_ADDR, "203.0.113.9"),
            (SPIN_CLIENT_ADDR, "198.51.100.1, 192.0.2.1:5000"),
        ];
        assert_eq!(network(&lines, None).as_deref(), Some("192.0.2.1"));
        assert_eq!(
            network(&[(SPIN_CLIENT_ADDR, "192.0.2.1, x")], None),
            None,
            "a value that is no address does not let an earlier one count"
        );
    }

    #[test]
    fn port_is_ignored_and_a_mapped_address_is_ipv4() {
        for text in [
            "192.0.2.1",
            "192.0.2.1:5000",
            "::ffff:192.0.2.1",
            "[::ffff:192.0.2.1]",
            "[::ffff:192.0.2.1]:5000",
            "::ffff:c000:201",
        ] {
            assert_eq!(of(text).as_deref(), Some("192.0.2.1"), "{text}");
        }
        for text in [
            "",
            "unknown",
            "192.0.2.1.5",
            "0.0.0.0:0",
            "[::]:0",
            "_hidden",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn ipv6_address_counts_as_its_64_network() {
        for text in ["2001:db8:1:2::1", "[2001:db8:1:2:ffff::9]:2"] {
            assert_eq!(of(text).as_deref(), Some("2001:db8:1:2::"), "{text}");
        }
        assert_eq!(of("2001:db8:1:3::1").as_deref(), Some("2001:db8:1:3::"));
    }

    #[test]
    fn private_address_is_that_of_a_proxy_unless_all_is_local() {
        for text in [
            "127.0.0.1:5000",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.0.1",
            "100.64.0.1",
            "::1",
            "[fd00::1]:1",
            "fe80::1",
        ] {
            assert_eq!(of(text), None, "{text}");
            let headers = HeaderMap::from_iter([(
                HeaderName::from_static(SPIN_CLIENT_ADDR),
                text.parse().expect("a value"),
            )]);
            assert!(Network::of_caller(&headers, None, true).is_some(), "{text}");
            let told = network(&[("x-real-ip", text)], Some("x-real-ip"));
            assert!(told.is_some(), "the proxy says so: {text}");
        }
        assert!(of("100.128.0.1").is_some());
    }

    #[test]
    fn configured_header_replaces_that_of_the_host() {
        let lines = [
            (SPIN_CLIENT_ADDR, "10.0.0.1:5000"),
            ("x-forwarded-for", "203.0.113.9, 192.0.2.1"),
        ];
        let proxied = network(&lines, Some("x-forwarded-for"));
        assert_eq!(proxied.as_deref(), Some("192.0.2.1"));
        assert_eq!(
            network(&lines[..1], Some("x-forwarded-for")),
            None,
            "a request that did not pass the proxy has no known address"
        );
    }
}
