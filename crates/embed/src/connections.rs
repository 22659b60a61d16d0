//! How many connections there are, in all and from each address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// Counts the open connections of one server.
#[derive(Clone)]
pub(crate) struct Connections(Arc<Inner>);

struct Inner {
    most: usize,
    most_per_address: usize,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

impl Connections {
    pub(crate) fn new(most: usize, most_per_address: usize) -> Self {
        Self(Arc::new(Inner {
            most,
            most_per_address,
            open: Mutex::default(),
        }))
    }

    /// Counts a connection until the result is dropped; `None` if there are too many.
    pub(crate) fn admit(&self, client: IpAddr) -> Option<Admitted> {
        let address = network(client);
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.all >= self.0.most {
            return None;
        }
        let count = open.by_address.entry(address).or_default();
        if *count >= self.0.most_per_address {
            return None;
        }
        *count += 1;
        open.all += 1;
        Some(Admitted {
            connections: self.clone(),
            address,
        })
    }
}

/// A connection that is counted.
pub(crate) struct Admitted {
    connections: Connections,
    address: IpAddr,
}

impl Drop for Admitted {
    fn drop(&mut self) {
        let mut open = self
            .connections
            .0
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        open.all -= 1;
        if let Some(count) = open.by_address.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                open.by_address.remove(&self.address);
            }
        }
    }
}

/// What counts as one address: an IPv4 address, or the /64 network of an IPv6 address, which one machine may have whole.
fn network(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn connections_are_counted_by_address_and_in_all() {
        let connections = Connections::new(3, 2);
        let first = connections.admit(address("192.0.2.1"));
        let mapped = connections.admit(address("::ffff:192.0.2.1"));
        assert!(first.is_some() && mapped.is_some());
        assert!(connections.admit(address("192.0.2.1")).is_none());
        let other = connections.admit(address("192.0.2.2"));
        assert!(other.is_some());
        assert!(
            connections.admit(address("192.0.2.3")).is_none(),
            "3 in all"
        );
        drop((mapped, other));
        assert!(connections.admit(address("192.0.2.1")).is_some());
        drop(first);
        let open = connections.0.open.lock().expect("no panic");
        assert!(open.all == 0 && open.by_address.is_empty());
    }

    #[test]
    fn ipv6_network_counts_as_one_address() {
        let connections = Connections::new(9, 1);
        let _first = connections.admit(address("2001:db8::1"));
        assert!(connections.admit(address("2001:db8::2:3")).is_none());
        assert!(connections.admit(address("2001:db8:0:1::1")).is_some());
    }
}
