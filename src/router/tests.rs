use super::*;
use crate::testing::{FakeHost, handle};
use bytes::Bytes;

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

#[test]
fn an_invalid_variable_is_a_page_in_browsers_and_json_elsewhere() {
    let host = FakeHost::silent();
    let error = ConfigError {
        variable: "portal_issuer",
        problem: "must start with https://".to_owned(),
    };
    let mut headers = HeaderMap::new();
    let reply = misconfigured(&host, &error, &headers);
    assert_eq!(reply.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let body = String::from_utf8_lossy(reply.body());
    assert!(body.contains("variable `portal_issuer`: must start with"));

    headers.insert(header::ACCEPT, "text/html,*/*".parse().expect("a header"));
    let reply = misconfigured(&host, &error, &headers);
    let page = String::from_utf8_lossy(reply.body());
    let id = reply.headers()["x-request-id"].to_str().expect("ASCII");
    assert!(page.contains("portal_issuer") && page.contains(id));
    assert!(!page.contains("must start with"), "the cause is in the log");
    let log = host.log.borrow();
    assert!(log[1].contains(id) && log[1].contains("must start with https://"));
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
