//! Consent forms that another site sent, or that are late, forged or incomplete.

use super::world::{Browser, CALLBACK, ORIGIN, World, hidden_request, location, parameter, text};
use crate::ledger::LIFETIME;
use bytes::Bytes;
use http::{Request, StatusCode, header};
use url::form_urlencoded::Serializer;

#[test]
fn form_from_another_site_is_refused() {
    let world = World::new();
    let client_id = world.register("App", &[CALLBACK]);
    let mut browser = Browser::default();
    let page = world.consent_page(&mut browser, &client_id);
    let request = hidden_request(&page);
    let body = Serializer::new(String::new())
        .extend_pairs([
            ("request", request.as_str()),
            ("level", "full"),
            ("decision", "authorize"),
        ])
        .finish();
    let post = |headers: &[(&str, &str)]| {
        let mut request = Request::post("/connect/consent")
            .header(header::COOKIE, browser.cookies.join("; "))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        world.send(request.body(Bytes::from(body.clone())).expect("a request"))
    };
    for foreign in [
        [
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "cross-site"),
        ],
        [("origin", "https://evil.example"), ("x", "y")],
        [("origin", "null"), ("sec-fetch-site", "cross-site")],
        [("origin", ORIGIN), ("sec-fetch-site", "same-site")],
        [
            ("origin", "https://mcp.example.com.evil.example"),
            ("x", "y"),
        ],
        [("origin", "http://mcp.example.com"), ("x", "y")],
    ] {
        assert_eq!(
            post(&foreign).status(),
            StatusCode::FORBIDDEN,
            "{foreign:?}"
        );
    }
    assert!(world.portal.keys.borrow().is_empty());
    // Browsers send this from a page with `no-referrer`.
    assert_eq!(
        post(&[("origin", "null"), ("sec-fetch-site", "same-origin")]).status(),
        StatusCode::OK
    );
}

#[test]
fn late_forged_or_incomplete_form_mints_no_key() {
    let world = World::new();
    let client_id = world.register("App", &[CALLBACK]);
    let mut browser = Browser::default();
    let page = world.consent_page(&mut browser, &client_id);
    let request = hidden_request(&page);
    let fields = |request, level, decision| {
        [
            ("request", request),
            ("level", level),
            ("decision", decision),
        ]
    };
    for wrong in [
        fields("", "full", "authorize"),
        fields("forged", "full", "authorize"),
        fields(&request[1..], "full", "authorize"),
        fields(&request, "", "authorize"),
        fields(&request, "admin", "authorize"),
        fields(&request, "full", ""),
        fields(&request, "full", "yes"),
    ] {
        let reply = browser.post(&world, "/connect/consent", &wrong);
        assert_eq!(reply.status(), StatusCode::BAD_REQUEST, "{wrong:?}");
    }
    let twice = [
        ("request", request.as_str()),
        ("level", "read"),
        ("level", "full"),
        ("decision", "authorize"),
    ];
    assert_eq!(
        browser.post(&world, "/connect/consent", &twice).status(),
        StatusCode::BAD_REQUEST
    );
    let moved = [
        ("redirect_uri", "https://evil.example/"),
        ("request", &request),
        ("level", "read"),
        ("decision", "authorize"),
    ];
    let to = location(&browser.post(&world, "/connect/consent", &moved));
    assert!(
        to.starts_with("https://app.example/cb?"),
        "a field cannot change the destination"
    );

    let page = world.consent_page(&mut browser, &client_id);
    world.advance_clock(LIFETIME + 1);
    let late = browser.decide(&world, &page, "full", "authorize");
    assert!(text(&late).contains("more than 10 minutes ago"));
    assert_eq!(world.portal.keys.borrow().len(), 1);
}

/// Whichever call of the store fails before a key is minted, the person may send the same form again.
#[test]
fn form_may_be_sent_again_after_a_failing_call_of_the_store() {
    let mut refused = 0;
    for calls in 0.. {
        let world = World::new();
        let client_id = world.register("App", &[CALLBACK]);
        let mut browser = Browser::default();
        let page = world.consent_page(&mut browser, &client_id);
        world.app.host.store_fails_after.set(Some(calls));
        let first = browser.decide(&world, &page, "read", "authorize");
        if world.app.host.store_fails_after.get().is_some() {
            break;
        }
        let sent = world.app.host.sent.take();
        let is_mint = |sent: &Request<Bytes>| sent.headers().contains_key("idempotency-key");
        if sent.iter().any(is_mint) {
            continue;
        }
        assert_eq!(first.status(), StatusCode::SERVICE_UNAVAILABLE, "{calls}");
        refused += 1;
        let second = browser.decide(&world, &page, "read", "authorize");
        assert_eq!(second.status(), StatusCode::OK, "{calls}");
        assert!(parameter(&location(&second), "code").is_some(), "{calls}");
    }
    assert!(refused > 3, "{refused}");
}
