use super::*;
use crate::testing::{FakeHost, connector, demo_key, handle, json_answer};
use bytes::Bytes;
use std::time::Duration;

#[test]
fn every_path_is_in_one_route() {
    for (i, route) in ROUTES.iter().enumerate() {
        let is_duplicate = ROUTES[..i].iter().any(|other| other.path == route.path);
        assert!(!is_duplicate, "{}", route.path);
    }
}

#[test]
fn every_request_logs_one_line_with_the_id_of_its_reply() {
    for path in ["/token", "/authorize", "/nothing", "/icons/mark.svg"] {
        let request = Request::get(path).body(Bytes::new()).expect("a request");
        let (reply, host) = handle(FakeHost::silent(), request);
        let lines: Vec<serde_json::Value> = host
            .log
            .borrow()
            .iter()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        let requests: Vec<_> = lines
            .iter()
            .filter(|line| line["event"] == "request")
            .collect();
        assert_eq!(requests.len(), 1, "{lines:?}");
        let id = &requests[0]["request_id"];
        if reply.status().is_client_error() {
            assert_eq!(reply.headers()["x-request-id"], id.as_str().expect("text"));
        }
        assert_eq!(requests[0]["status"], reply.status().as_u16());
        assert!(lines.iter().all(|line| line["request_id"] == *id));
    }
}

fn wrong() -> ConfigError {
    let variables = [("public_url", "x"), ("sealing_secret", "planted")];
    let get = |name: &str| {
        let found = variables.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    crate::config::Config::from_variables(get).expect_err("two variables are wrong")
}

fn misconfigured_at(path: &str, accept: &str) -> (Reply, Vec<String>) {
    let host = FakeHost::silent();
    let request = Request::get(path).header(header::ACCEPT, accept).body(());
    let reply = misconfigured(&host, &wrong(), &request.expect("a request"));
    (reply, host.log.take())
}

#[test]
fn every_invalid_variable_is_in_page_json_and_log() {
    const BROWSER: &str = "text/html,*/*;q=0.8";
    for (accept, path, status) in [
        ("*/*", "/api/ext/mcp", 500),
        (BROWSER, "/authorize", 500),
        ("*/*", "/readyz", 503),
        (BROWSER, "/readyz", 503),
    ] {
        let (reply, log) = misconfigured_at(path, accept);
        assert_eq!(reply.status().as_u16(), status, "{path}");
        assert_eq!(reply.headers()["cache-control"], "no-store");
        let id = reply.headers()["x-request-id"].to_str().expect("ASCII");
        let [line] = &log[..] else { panic!("{log:?}") };
        assert!(line.contains(id), "{line}");
        let body = String::from_utf8_lossy(reply.body());
        for text in [&*body, line] {
            for wanted in [
                "public_url",
                "is not an absolute URL",
                "sealing_secret",
                "must have at least 32 characters",
                "https://mcp.example.com",
            ] {
                assert!(text.contains(wanted), "{wanted} in {text}");
            }
            assert!(!text.contains("planted"), "{text}");
        }
        let is_page = body.starts_with("<!doctype html>");
        assert_eq!(is_page, accept == BROWSER, "{path}");
    }
    let (reply, _) = misconfigured_at("/readyz", "*/*");
    let report: serde_json::Value = serde_json::from_slice(reply.body()).expect("JSON");
    assert_eq!(report["ready"], false);
    assert_eq!(report["checks"][0]["name"], "configuration");
    assert_eq!(report["checks"][0]["ok"], false);
}

#[test]
fn healthz_is_alive_with_an_invalid_configuration() {
    let (reply, log) = misconfigured_at("/healthz", "*/*");
    assert_eq!(reply.status(), StatusCode::OK);
    assert!(log.is_empty(), "{log:?}");
}

#[test]
fn cause_of_a_5xx_is_logged_under_the_id_that_the_reply_shows() {
    for (method, path, event) in [
        (Method::POST, "/register", "unavailable"),
        (Method::GET, "/authorize?client_id=x", "error_page"),
    ] {
        let host = FakeHost::silent();
        host.store_is_down.set(true);
        let body = Bytes::from_static(br#"{"redirect_uris":["https://app.example/cb"]}"#);
        let request = Request::builder().method(method).uri(path).body(body);
        let (reply, host) = handle(host, request.expect("a request"));
        assert!(reply.status().is_server_error(), "{path}");
        let id = reply.headers()["x-request-id"].to_str().expect("ASCII");
        let log = host.log.borrow();
        let cause = log
            .iter()
            .find(|line| line.contains(&format!("\"event\":\"{event}\"")) && line.contains(id));
        let cause = cause.unwrap_or_else(|| panic!("{path}: {log:?}"));
        assert!(
            cause.contains("the key-value store failed: down"),
            "{cause}"
        );
        let text = String::from_utf8_lossy(reply.body());
        assert!(!text.contains("key-value store failed"), "{path}: {text}");
    }
}

/// Handles a request as a shell has it handled, on a store that never answers.
fn on_a_hanging_store(request: Request<Bytes>) -> (Reply, FakeHost) {
    let connector = connector(FakeHost::answering(|_| json_answer(404, "{}")), &[]);
    connector.host.store_hangs.set(true);
    let app = App {
        host: TimedStore(connector.host),
        config: connector.config,
        memory: connector.memory,
        texts: connector.texts,
    };
    let reply = pollster::block_on(app.handle(request));
    (reply, app.host.0)
}

#[test]
fn store_that_hangs_is_a_503_with_retry_after_and_an_event() {
    let form = "grant_type=authorization_code&code=x&client_id=x&token=x";
    for (method, path, kind, body, event) in [
        (
            Method::POST,
            "/register",
            "application/json",
            r#"{"redirect_uris":["https://app.example/cb"]}"#,
            "unavailable",
        ),
        (
            Method::GET,
            "/authorize?client_id=x",
            "text/html",
            "",
            "error_page",
        ),
        (
            Method::POST,
            "/token",
            "application/x-www-form-urlencoded",
            form,
            "unavailable",
        ),
        (
            Method::POST,
            "/revoke",
            "application/x-www-form-urlencoded",
            form,
            "unavailable",
        ),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", kind)
            .body(Bytes::from_static(body.as_bytes()));
        let (reply, host) = on_a_hanging_store(request.expect("a request"));
        assert_eq!(reply.status(), StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert!(reply.headers().contains_key("retry-after"), "{path}");
        let log = host.log.borrow();
        let is_event = |line: &&String| {
            line.contains(&format!("\"event\":\"{event}\""))
                && line.contains("no answer within 2 seconds")
        };
        assert!(log.iter().any(|line| is_event(&line)), "{path}: {log:?}");
    }
}

#[test]
fn initialize_does_not_wait_for_a_store_that_hangs() {
    let message = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"a","version":"1"}}}"#;
    let request = Request::post("/api/ext/mcp")
        .header("host", "localhost:3000")
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {}", demo_key()))
        .body(Bytes::from_static(message.as_bytes()));
    let started_at = FakeHost::silent().now.get();
    let (reply, host) = on_a_hanging_store(request.expect("a request"));
    assert_eq!(reply.status(), StatusCode::OK);
    // It looks for a quarter of a second whether the caller's keys were refused, and the sweep has five milliseconds.
    let time = host.now.get() - started_at;
    assert!(time <= Duration::from_millis(255), "{time:?}");
}
