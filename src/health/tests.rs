//! `/healthz` and `/readyz`, with a store and servers that fail.

use crate::app::App;
use crate::check::Subject;
use crate::host::HttpError;
use crate::ledger::readiness;
use crate::testing::{FakeHost, connector, json_answer};
use crate::web::reply::Reply;
use bytes::Bytes;
use futures::future::join_all;
use http::{Method, Request};
use pollster::block_on;
use serde_json::{Value, json};
use std::time::Duration;

const VARIABLES: [(&str, &str); 4] = [
    ("public_url", "https://mcp.example.com"),
    ("portal_issuer", "https://portal.example"),
    ("portal_keys_url", "https://portal.example/api/keys"),
    ("api_base_url", "https://api.example"),
];

fn app() -> App<FakeHost> {
    let host = FakeHost::answering(|request| match request.uri().path() {
        "/.well-known/openid-configuration" => {
            json_answer(200, r#"{"issuer":"https://portal.example"}"#)
        }
        _ => json_answer(401, "{}"),
    });
    connector(host, &VARIABLES)
}

fn request(method: Method, path: &str, accept: &str) -> Request<Bytes> {
    let request = Request::builder().method(method).uri(path);
    let request = request.header("accept", accept).body(Bytes::new());
    request.expect("a request")
}

fn get(app: &App<FakeHost>, path: &str) -> Reply {
    block_on(app.handle(request(Method::GET, path, "*/*")))
}

fn report(reply: &Reply) -> Value {
    assert_eq!(reply.headers()["cache-control"], "no-store");
    serde_json::from_slice(reply.body()).expect("JSON")
}

/// An app whose store has the row of an earlier request.
fn used_app() -> App<FakeHost> {
    let app = app();
    assert_eq!(get(&app, "/readyz").status(), 503, "the store is new");
    app
}

fn sent(app: &App<FakeHost>) -> usize {
    app.host.sent.borrow().len()
}

fn advance(app: &App<FakeHost>, seconds: u64) {
    let now = &app.host.now;
    now.set(now.get() + Duration::from_secs(seconds));
}

#[test]
fn healthz_needs_neither_store_nor_network() {
    for method in [Method::GET, Method::HEAD] {
        let host = FakeHost::silent();
        host.store_is_down.set(true);
        let app = connector(host, &[]);
        let reply = block_on(app.handle(request(method, "/healthz", "text/html")));
        assert_eq!(reply.status(), 200);
        assert_eq!(report(&reply)["status"], "ok");
    }
}

#[test]
fn new_store_is_not_ready_until_a_row_has_lasted() {
    let app = app();
    let reply = get(&app, "/readyz");
    assert_eq!(reply.status(), 503);
    assert!(reply.headers().contains_key("retry-after"));
    let checks = report(&reply);
    assert_eq!(checks["checks"][1]["name"], "store");
    assert_eq!(checks["checks"][1]["ok"], false);
    assert_eq!(sent(&app), 0, "no server is asked");
    let reply = get(&app, "/readyz");
    assert_eq!(reply.status(), 200);
    let checks = ["configuration", "store", "portal", "keys", "api"];
    let checks = checks.map(|name| json!({ "name": name, "ok": true }));
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        report(&reply),
        json!({ "ready": true, "version": version, "checks": checks })
    );
}

/// Each request of such a host finds an empty store.
#[test]
fn store_that_forgets_is_never_ready_and_sends_nothing() {
    let app = app();
    for _ in 0..50 {
        assert_eq!(get(&app, "/readyz").status(), 503);
        app.host.store.borrow_mut().clear();
    }
    assert_eq!(sent(&app), 0);
}

#[test]
fn results_are_used_for_ten_seconds() {
    let app = used_app();
    for _ in 0..20 {
        assert_eq!(get(&app, "/readyz").status(), 200);
    }
    assert_eq!(sent(&app), 3);
    advance(&app, 10);
    assert_eq!(get(&app, "/readyz").status(), 200);
    assert_eq!(sent(&app), 6);
}

#[test]
fn one_request_of_a_concurrent_flood_asks_the_servers() {
    let app = used_app();
    let flood = || {
        let requests = (0..200).map(|_| app.handle(request(Method::GET, "/readyz", "*/*")));
        block_on(join_all(requests))
    };
    let ready = |replies: &[Reply]| {
        let ready = replies.iter().filter(|reply| reply.status() == 200);
        ready.count()
    };
    assert!(ready(&flood()) >= 1, "the request that asked is answered");
    assert_eq!(sent(&app), 3);
    assert_eq!(ready(&flood()), 200);
    assert_eq!(sent(&app), 3, "the results are stored");
}

/// The request that claimed the check stopped half-way.
#[test]
fn lost_claim_is_taken_over_after_its_time() {
    let app = used_app();
    assert_eq!(
        block_on(readiness::claim(&app.host, Subject::Connector)),
        Ok(true)
    );
    assert_eq!(get(&app, "/readyz").status(), 503);
    assert_eq!(sent(&app), 0);
    advance(&app, 5);
    assert_eq!(get(&app, "/readyz").status(), 200);
}

#[test]
fn store_that_fails_is_reported_and_nothing_is_sent() {
    let app = used_app();
    app.host.store_is_down.set(true);
    let reply = get(&app, "/readyz");
    assert_eq!(reply.status(), 503);
    let report = report(&reply);
    assert_eq!(report["checks"][1]["ok"], false);
    assert!(
        !report.to_string().contains("down"),
        "the cause is in the log"
    );
    assert!(
        app.host
            .log
            .borrow()
            .iter()
            .any(|line| line.contains("the key-value store failed: down"))
    );
    assert_eq!(sent(&app), 0);
}

#[test]
fn server_that_does_not_answer_makes_the_connector_unready() {
    let host = FakeHost::answering(|request| match request.uri().host() {
        Some("api.example") => Err(HttpError::Timeout),
        _ => json_answer(200, r#"{"issuer":"https://portal.example"}"#),
    });
    let app = connector(host, &VARIABLES);
    get(&app, "/readyz");
    for _ in 0..2 {
        let reply = get(&app, "/readyz");
        assert_eq!(reply.status(), 503);
        let checks = report(&reply);
        let failed: Vec<&Value> = checks["checks"]
            .as_array()
            .expect("a list")
            .iter()
            .filter(|check| check["ok"] == false)
            .collect();
        assert_eq!(failed.len(), 1, "{checks}");
        assert_eq!(failed[0]["name"], "api");
        assert_eq!(failed[0]["problem"], "No answer within 3 seconds.");
    }
    let log = app.host.log.borrow();
    let logged = log.iter().filter(|line| line.contains("check_failed"));
    assert_eq!(logged.count(), 1, "a stored result is not logged again");
}

#[test]
fn results_of_another_configuration_are_not_used() {
    let app = used_app();
    assert_eq!(get(&app, "/readyz").status(), 200);
    let mut variables = VARIABLES.to_vec();
    variables.push(("key_check_seconds", "7"));
    advance(&app, 5);
    let app = connector(app.host, &variables);
    assert_eq!(get(&app, "/readyz").status(), 200);
    assert_eq!(sent(&app), 6);
}

#[test]
fn head_has_the_status_of_get_and_browsers_get_a_page() {
    let app = used_app();
    let head = block_on(app.handle(request(Method::HEAD, "/readyz", "*/*")));
    assert_eq!(head.status(), 200);
    let page = block_on(app.handle(request(Method::GET, "/readyz", "text/html")));
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    assert_eq!(page.headers()["vary"], "accept, accept-language");
    let text = String::from_utf8_lossy(page.body());
    assert!(text.contains("<h1>This connector is ready</h1>"), "{text}");
}

#[test]
fn portal_is_checked_once_in_ten_seconds() {
    let app = app();
    assert_eq!(
        get(&app, "/readyz/portal").status(),
        503,
        "the store is new"
    );
    assert_eq!(sent(&app), 0);
    let reply = get(&app, "/readyz/portal");
    // The metadata of this portal has no endpoints.
    assert_eq!(reply.status(), 503);
    let checks = report(&reply);
    assert_eq!(checks["checks"][2]["name"], "discovery");
    let asked = sent(&app);
    assert_eq!(asked, 4, "metadata, two calls of the keys API, the API");
    let flood = (0..50).map(|_| app.handle(request(Method::GET, "/readyz/portal", "*/*")));
    for reply in block_on(join_all(flood)) {
        assert_eq!(report(&reply), checks, "the results are stored");
    }
    assert_eq!(sent(&app), asked);
    assert_eq!(
        get(&app, "/readyz").status(),
        200,
        "the other check is its own"
    );
    advance(&app, 10);
    let flood = (0..50).map(|_| app.handle(request(Method::GET, "/readyz/portal", "*/*")));
    block_on(join_all(flood));
    assert_eq!(sent(&app), asked + 3 + 4, "one request asks");
}

#[test]
fn portal_page_says_what_to_change() {
    let app = app();
    get(&app, "/readyz/portal");
    let page = block_on(app.handle(request(Method::GET, "/readyz/portal", "text/html")));
    assert_eq!(page.status(), 503);
    let text = String::from_utf8_lossy(page.body());
    assert!(
        text.contains("<h1>The portal is not ready for this connector</h1>"),
        "{text}"
    );
    assert!(text.contains("authorization_endpoint"), "{text}");
}
