use super::*;
use crate::testing::{FakeHost, connector};
use std::time::Duration;

fn from_address(address: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(CLIENT_ADDRESS, address.parse().expect("a header"));
    headers
}

#[test]
fn client_over_the_limit_waits_for_the_next_minute() {
    let app = connector(FakeHost::silent(), &[]);
    let start = Duration::from_secs(1_790_000_040 / 60 * 60);
    app.host.now.set(start + Duration::from_secs(20));
    let client = from_address("192.0.2.1:5000");
    let count =
        |headers: &HeaderMap| pollster::block_on(check(&app.context(), Limit::Token, headers));
    for _ in 0..Limit::Token.requests() {
        assert_eq!(count(&client), Ok(()));
    }
    assert_eq!(count(&client), Err(40));
    assert_eq!(
        count(&from_address("192.0.2.1:6000")),
        Err(40),
        "another port is the same client"
    );
    assert_eq!(
        count(&from_address("198.51.100.7:5000")),
        Ok(()),
        "another client has another slot"
    );
    app.host.now.set(start + Duration::from_secs(60));
    assert_eq!(count(&client), Ok(()));
    app.host.now.set(start + Duration::from_secs(600));
    assert_eq!(
        count(&client),
        Ok(()),
        "the limit does not depend on earlier windows"
    );
}

#[test]
fn address_that_a_client_claims_is_not_believed() {
    let mut headers = from_address("203.0.113.9:1");
    // Spin appends the address that it sees to what the client sent.
    let seen = "192.0.2.1:5000".parse().expect("a header");
    headers.append(CLIENT_ADDRESS, seen);
    assert_ne!(
        slot(&from_address("203.0.113.9:1")),
        slot(&from_address("192.0.2.1:1"))
    );
    assert_eq!(slot(&headers), slot(&from_address("192.0.2.1:1")));
}

#[test]
fn flood_of_clients_leaves_a_bounded_store() {
    let app = connector(FakeHost::silent(), &[]);
    for i in 0..3_000_u32 {
        let address = std::net::Ipv4Addr::from(i.wrapping_mul(2_654_435_761));
        let _ = pollster::block_on(check(
            &app.context(),
            Limit::Register,
            &from_address(&format!("{address}:1")),
        ));
    }
    assert!(app.host.store.borrow().len() <= 2 * usize::from(SLOTS));
}

#[test]
fn ipv6_network_is_one_client() {
    assert_eq!(
        slot(&from_address("[2001:db8:1:2::1]:1")),
        slot(&from_address("[2001:db8:1:2:ffff::9]:2"))
    );
}

#[test]
fn failing_store_limits_no_client() {
    let app = connector(FakeHost::silent(), &[]);
    app.host.store_is_down.set(true);
    assert_eq!(
        pollster::block_on(check(&app.context(), Limit::Token, &HeaderMap::new())),
        Ok(())
    );
}
