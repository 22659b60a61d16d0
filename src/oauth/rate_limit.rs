//! Limits on the endpoints that anybody may call: so many requests a minute from one part of the net.
//!
//! Callers are spread over 64 slots by their address, so the store never holds more than two keys a slot and endpoint,
//! however many callers there are. The numbers leave room for a chat host whose users share an address.

use super::client::hex;
use crate::Connector;
use crate::host::{Host, StoreError};
use http::HeaderMap;
use sha2::{Digest, Sha256};

/// A minute.
const WINDOW: u64 = 60;
const SLOTS: u8 = 64;
/// Set by Spin from the connection; other hosts leave it out, and everybody shares one slot.
const ADDRESS: &str = "spin-client-addr";

/// A limited endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// `/register`
    Register,
    /// `/authorize`
    Authorize,
    /// `/token` and `/revoke`
    Token,
}

impl Endpoint {
    fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Authorize => "authorize",
            Self::Token => "token",
        }
    }

    /// Requests a minute and slot.
    pub fn limit(self) -> i64 {
        match self {
            Self::Register => 12_000,
            Self::Authorize | Self::Token => 6_000,
        }
    }
}

/// Counts a request.
///
/// # Errors
/// The seconds to wait, when there were too many. A store that fails lets everybody in: it stops the flow later anyway.
pub async fn check<H: Host>(
    connector: &Connector<H>,
    endpoint: Endpoint,
    headers: &HeaderMap,
) -> Result<(), u32> {
    let now = connector.host.now().as_secs();
    let count = count(&connector.host, endpoint, slot(headers), now / WINDOW).await;
    if count.unwrap_or(0) <= endpoint.limit() {
        return Ok(());
    }
    Err(u32::try_from(WINDOW - now % WINDOW).unwrap_or(1))
}

async fn count(
    host: &impl Host,
    endpoint: Endpoint,
    slot: u8,
    window: u64,
) -> Result<i64, StoreError> {
    let begun = format!("rate-{}-{slot}", endpoint.name());
    let counter = format!("{begun}-count");
    let window = window.to_string();
    if host.get(&begun).await?.as_deref() != Some(window.as_bytes()) {
        // Requests that come at this very moment may be forgotten; nobody gains much by that.
        host.set(&begun, window.as_bytes()).await?;
        host.delete(&counter).await?;
    }
    host.increment(&counter, 1).await
}

/// The slot of a caller. The port changes with every connection, and an IPv6 network is one caller.
fn slot(headers: &HeaderMap) -> u8 {
    let Some(address) = headers.get(ADDRESS).and_then(|value| value.to_str().ok()) else {
        return 0;
    };
    let host = address
        .parse::<std::net::SocketAddr>()
        .map(|address| address.ip())
        .or_else(|_| address.parse::<std::net::IpAddr>());
    let caller = match host {
        Ok(std::net::IpAddr::V4(address)) => hex(&address.octets()),
        Ok(std::net::IpAddr::V6(address)) => hex(&address.octets()[..8]),
        Err(_) => address.to_owned(),
    };
    Sha256::digest(caller)[0] % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{FakeHost, connector};
    use std::time::Duration;

    fn from(address: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(ADDRESS, address.parse().expect("a header"));
        headers
    }

    #[test]
    fn too_many_requests_wait_until_the_minute_is_over() {
        let connector = connector(FakeHost::silent(), &[]);
        let start = Duration::from_secs(1_790_000_040 / 60 * 60);
        connector.host.now.set(start + Duration::from_secs(20));
        let caller = from("192.0.2.1:5000");
        let ask =
            |headers: &HeaderMap| pollster::block_on(check(&connector, Endpoint::Token, headers));
        for _ in 0..Endpoint::Token.limit() {
            assert_eq!(ask(&caller), Ok(()));
        }
        assert_eq!(ask(&caller), Err(40));
        assert_eq!(
            ask(&from("192.0.2.1:6000")),
            Err(40),
            "another port is the same caller"
        );
        assert_eq!(
            ask(&from("198.51.100.7:5000")),
            Ok(()),
            "another caller has another slot"
        );
        connector.host.now.set(start + Duration::from_secs(60));
        assert_eq!(ask(&caller), Ok(()));
        connector.host.now.set(start + Duration::from_secs(600));
        assert_eq!(ask(&caller), Ok(()), "a pause changes nothing");
    }

    #[test]
    fn a_flood_of_callers_leaves_a_bounded_store() {
        let connector = connector(FakeHost::silent(), &[]);
        for i in 0..3_000_u32 {
            let address = std::net::Ipv4Addr::from(i.wrapping_mul(2_654_435_761));
            let _ = pollster::block_on(check(
                &connector,
                Endpoint::Register,
                &from(&format!("{address}:1")),
            ));
        }
        assert!(connector.host.store.borrow().len() <= 2 * usize::from(SLOTS));
    }

    #[test]
    fn an_ipv6_network_is_one_caller_and_a_broken_store_stops_nobody() {
        assert_eq!(
            slot(&from("[2001:db8:1:2::1]:1")),
            slot(&from("[2001:db8:1:2:ffff::9]:2"))
        );
        let connector = connector(FakeHost::silent(), &[]);
        connector.host.store_is_down.set(true);
        assert_eq!(
            pollster::block_on(check(&connector, Endpoint::Token, &HeaderMap::new())),
            Ok(())
        );
    }
}
