use super::*;
use crate::app::App;
use crate::testing::{FakeHost, connector};
use crate::web::client_address::Network;
use http::HeaderMap;
use pollster::block_on;

/// The context of a request from this address; without one, the address is not known.
fn from<'a>(app: &'a App<FakeHost>, address: &str) -> Context<'a, FakeHost> {
    let mut headers = HeaderMap::new();
    headers.insert("spin-client-addr", address.parse().expect("a header"));
    let context = app.context();
    context.caller.set(Network::of_caller(&headers, None, true));
    context
}

fn app() -> App<FakeHost> {
    connector(FakeHost::silent(), &[])
}

#[test]
fn client_over_the_limit_waits_for_the_next_minute() {
    let app = app();
    let start = Duration::from_secs(1_790_000_040 / 60 * 60);
    app.host.now.set(start + Duration::from_secs(20));
    let count = |address: &str| block_on(check(&from(&app, address), Limit::Revoke));
    for _ in 0..1_200 {
        assert_eq!(count("192.0.2.1:5000"), Ok(()));
    }
    assert_eq!(count("192.0.2.1:5000"), Err(40));
    for same in ["192.0.2.1:6000", "192.0.2.1", "[::ffff:192.0.2.1]:5000"] {
        assert_eq!(count(same), Err(40), "{same}");
    }
    assert_eq!(count("198.51.100.7:5000"), Ok(()), "another client");
    assert_eq!(count(""), Ok(()), "clients without a known address");
    assert_eq!(
        block_on(check(&from(&app, "192.0.2.1"), Limit::Token)),
        Ok(()),
        "another limit"
    );
    app.host.now.set(start + Duration::from_secs(60));
    assert_eq!(count("192.0.2.1:5000"), Ok(()));
    app.host.now.set(start + Duration::from_secs(600));
    assert_eq!(count("192.0.2.1:5000"), Ok(()), "earlier windows");
}

#[test]
fn flood_of_clients_leaves_a_bounded_store() {
    let app = app();
    for i in 0..6_000_u32 {
        let address = std::net::Ipv4Addr::from(i.wrapping_mul(2_654_435_761));
        let context = from(&app, &address.to_string());
        let _ = block_on(check(&context, Limit::Register));
    }
    let rows = app.host.store.borrow().len();
    let slots = usize::from(SLOTS);
    assert!(rows > slots, "most slots are used: {rows}");
    // The random secret and the row of its election.
    assert!(rows <= 2 * slots + 2, "{rows}");
}

#[test]
fn store_without_counters_has_one_row_for_each_of_64_slots() {
    let app = connector(
        FakeHost::silent().without_counters(),
        &[("sealing_secret", "0123456789abcdef0123456789abcdef")],
    );
    for i in 0..1_000_u32 {
        let context = from(&app, &std::net::Ipv4Addr::from(i + 1).to_string());
        assert_eq!(block_on(check(&context, Limit::Register)), Ok(()));
    }
    assert_eq!(app.host.store.borrow().len(), 64);
    let context = from(&app, "192.0.2.1");
    for _ in 0..120 {
        block_on(count_refused_key(&context));
    }
    assert!(block_on(check_refused_keys(&context)).is_err());
    app.host
        .now
        .set(app.host.now.get() + Duration::from_secs(60));
    assert_eq!(block_on(check_refused_keys(&context)), Ok(()));
}

#[test]
fn slot_of_a_client_depends_on_the_secret() {
    let slot = |secret: &str| {
        let app = connector(FakeHost::silent(), &[("sealing_secret", secret)]);
        let context = from(&app, "192.0.2.1");
        block_on(Slot::of_caller(&context)).expect("no store is needed")
    };
    let first = slot("0123456789abcdef0123456789abcdef");
    assert_eq!(first, slot("0123456789abcdef0123456789abcdef"));
    assert_ne!(first, slot("fedcba9876543210fedcba9876543210"));
}

#[test]
fn clients_without_an_address_share_a_wide_limit() {
    let app = app();
    let count = || block_on(check(&from(&app, ""), Limit::Revoke));
    for _ in 0..12_000 {
        assert_eq!(count(), Ok(()));
    }
    assert!(count().is_err());
}

#[test]
fn refused_keys_are_counted_and_read_without_a_count() {
    let app = app();
    let context = from(&app, "192.0.2.1");
    for refused in 0..120 {
        for _ in 0..3 {
            assert_eq!(block_on(check_refused_keys(&context)), Ok(()), "{refused}");
        }
        block_on(count_refused_key(&context));
    }
    assert!(block_on(check_refused_keys(&context)).is_err());
    assert_eq!(
        block_on(check_refused_keys(&from(&app, "192.0.2.2"))),
        Ok(()),
        "another client"
    );
    app.host
        .now
        .set(app.host.now.get() + Duration::from_secs(60));
    assert_eq!(block_on(check_refused_keys(&context)), Ok(()));
}

/// The look may be given up at any moment, and a request that stops while it creates the secret would delay the others.
#[test]
fn look_at_refused_keys_creates_no_secret() {
    let app = app();
    let context = from(&app, "192.0.2.1");
    assert_eq!(block_on(check_refused_keys(&context)), Ok(()));
    assert!(app.host.store.borrow().is_empty());
}

#[test]
fn forms_of_one_page_are_limited() {
    let app = app();
    let send = |id: &str| block_on(check_decision(&app.context(), id));
    for _ in 0..20 {
        assert_eq!(send("one"), Ok(()));
    }
    assert!(send("one").is_err());
    assert_eq!(send("another"), Ok(()));
}

#[test]
fn failing_store_limits_no_client() {
    let app = app();
    app.host.store_is_down.set(true);
    let context = from(&app, "192.0.2.1");
    assert_eq!(block_on(check(&context, Limit::Token)), Ok(()));
    assert_eq!(block_on(check_refused_keys(&context)), Ok(()));
    block_on(count_refused_key(&context));
}
