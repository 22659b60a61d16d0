//! Rate limits of the endpoints that need no credential: requests a minute for each slot of client addresses.
//!
//! Addresses are hashed into 64 slots, so the store never holds more than two rows for each slot and endpoint, however
//! many clients there are. The numbers leave room for a chat host whose users share an address.

use crate::app::Context;
use crate::digest::hex;
use crate::host::{Host, StoreError};
use http::HeaderMap;
use sha2::{Digest, Sha256};

/// Seconds.
const WINDOW: u64 = 60;
const SLOTS: u8 = 64;
/// Set by Spin from the connection; other hosts leave it out, and all clients share one slot.
const ADDRESS: &str = "spin-client-addr";

/// A limit, which endpoints may share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// `/register`
    Register,
    /// `/authorize`
    Authorize,
    /// `/token` and `/revoke`
    Token,
}

impl Limit {
    fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Authorize => "authorize",
            Self::Token => "token",
        }
    }

    /// Requests a minute for each slot.
    pub(crate) fn requests(self) -> i64 {
        match self {
            Self::Register => 12_000,
            Self::Authorize | Self::Token => 6_000,
        }
    }
}

/// Counts a request.
///
/// # Errors
/// The seconds to wait, when there were too many requests. A store that fails limits nothing: the flow stops later
/// anyway, where it needs the store.
pub(crate) async fn check<H: Host>(
    context: &Context<'_, H>,
    limit: Limit,
    headers: &HeaderMap,
) -> Result<(), u32> {
    let now = context.host.now().as_secs();
    let count = count(context.host, limit, slot(headers), now / WINDOW).await;
    if count.unwrap_or(0) <= limit.requests() {
        return Ok(());
    }
    Err(u32::try_from(WINDOW - now % WINDOW).expect("a window has 60 seconds"))
}

async fn count(host: &impl Host, limit: Limit, slot: u8, window: u64) -> Result<i64, StoreError> {
    let begun = format!("rate-{}-{slot}", limit.name());
    let counter = format!("{begun}-count");
    let window = window.to_string();
    if host.get(&begun).await?.as_deref() != Some(window.as_bytes()) {
        // A request that is counted between these two calls is forgotten, which only raises the limit a little.
        host.set(&begun, window.as_bytes()).await?;
        host.delete(&counter).await?;
    }
    host.increment(&counter, 1).await
}

/// The slot of a client. The port does not count, because it changes with every connection; an IPv6 /64 network counts
/// as one client.
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
        let ask = |headers: &HeaderMap| {
            pollster::block_on(check(&connector.context(), Limit::Token, headers))
        };
        for _ in 0..Limit::Token.requests() {
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
                &connector.context(),
                Limit::Register,
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
            pollster::block_on(check(&connector.context(), Limit::Token, &HeaderMap::new())),
            Ok(())
        );
    }
}
