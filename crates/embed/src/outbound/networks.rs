//! Addresses that are not globally reachable.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether `address` is not globally reachable by the IANA special-purpose address registries (loopback, private,
/// link-local, shared, documentation, benchmarking, multicast, reserved), or embeds such an IPv4 address.
pub(super) fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => is_private_v6(address),
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19))
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    // IPv4-mapped (::ffff:0:0/96), IPv4-compatible (::/96), translated (64:ff9b::/96) and 6to4 (2002::/16) addresses
    // embed the IPv4 address that receives the packet.
    let embedded = match segments {
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            Some((high, low))
        }
        [0x2002, high, low, ..] => Some((high, low)),
        _ => None,
    };
    if let Some((high, low)) = embedded {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        return is_private_v4(Ipv4Addr::new(a, b, c, d));
    }
    // Global unicast is 2000::/3. Within it, 2001::/23 is for protocols, 2001:db8::/32 and 3fff::/20 for documentation.
    segments[0] & 0xe000 != 0x2000
        || (segments[0] == 0x2001 && (segments[1] < 0x200 || segments[1] == 0xdb8))
        || (segments[0] == 0x3fff && segments[1] < 0x1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_private_by_the_iana_registries() {
        for (text, private) in [
            ("127.0.0.1", true),
            ("10.1.2.3", true),
            ("172.16.0.1", true),
            ("172.32.0.1", false),
            ("192.168.1.1", true),
            ("169.254.169.254", true),
            ("100.64.0.1", true),
            ("100.128.0.1", false),
            ("0.0.0.0", true),
            ("255.255.255.255", true),
            ("198.18.0.1", true),
            ("8.8.8.8", false),
            ("::1", true),
            ("::", true),
            ("fe80::1", true),
            ("fd00::1", true),
            ("ff02::1", true),
            ("::ffff:127.0.0.1", true),
            ("::ffff:8.8.8.8", false),
            ("64:ff9b::a00:1", true),
            ("2002:7f00:1::", true),
            ("2001:db8::1", true),
            ("2606:4700::1111", false),
        ] {
            assert_eq!(text.parse().map(is_private), Ok(private), "{text}");
        }
    }
}
