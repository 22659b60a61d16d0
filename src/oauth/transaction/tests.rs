use super::*;
use crate::testing::{FakeHost, connector};
use http::header;
use std::time::Duration;

fn browser(cookies: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for cookie in cookies {
        let pair = cookie.split(';').next().expect("a pair");
        headers.append(header::COOKIE, pair.parse().expect("a header"));
    }
    headers
}

#[test]
fn transaction_continues_only_in_its_own_browser() {
    let app = connector(
        FakeHost::silent(),
        &[("public_url", "https://mcp.example.com")],
    );
    let (host, config) = (&app.host, &app.config);
    let (first, first_cookie) = Transaction::start(host, config, AuthorizationRequest::for_tests());
    let (second, second_cookie) =
        Transaction::start(host, config, AuthorizationRequest::for_tests());
    let both = browser(&["other=1", &first_cookie, &second_cookie]);
    assert_eq!(first.check(host, config, &both), Ok(()));
    assert_eq!(second.check(host, config, &both), Ok(()));

    let (_, value) = second_cookie.split_once('=').expect("a pair");
    let renamed = format!("{}={value}", cookie_name(config, &first.browser.id));
    for other in [
        browser(&[]),
        browser(&[&second_cookie]),
        browser(&[&renamed]),
    ] {
        assert_eq!(
            first.check(host, config, &other),
            Err(TransactionError::OtherBrowser),
            "{other:?}"
        );
    }
    for decision in [Decision::Authorized, Decision::Cancelled] {
        let decided = first.decided_cookie(config, decision);
        assert_eq!(
            first.check(host, config, &browser(&[&decided, &second_cookie])),
            Err(TransactionError::Decided(decision))
        );
        assert_eq!(
            second.check(host, config, &browser(&[&decided, &second_cookie])),
            Ok(()),
            "the other tab"
        );
    }
    host.now
        .set(host.now.get() + Duration::from_secs(LIFETIME + 1));
    assert_eq!(
        first.check(host, config, &both),
        Err(TransactionError::Expired)
    );
}

#[test]
fn cookie_has_the_strictest_attributes_that_work() {
    let app = connector(
        FakeHost::silent(),
        &[("public_url", "https://mcp.example.com")],
    );
    let (transaction, cookie) =
        Transaction::start(&app.host, &app.config, AuthorizationRequest::for_tests());
    let (name, rest) = cookie.split_once('=').expect("a pair");
    assert_eq!(name, format!("__Host-tp-{}", transaction.browser.id));
    assert_eq!(
        &rest[43..],
        "; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure"
    );
    assert!(!format!("{transaction:?}").contains(&rest[..43]));

    let local = connector(FakeHost::silent(), &[]);
    let (_, cookie) = Transaction::start(
        &local.host,
        &local.config,
        AuthorizationRequest::for_tests(),
    );
    assert!(
        cookie.starts_with("tp-") && cookie.ends_with("; SameSite=Lax"),
        "{cookie}"
    );
}
