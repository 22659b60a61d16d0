//! The checks before a message is read: host, origin, key, method and a readable body.

use super::*;
use crate::testing::assert_allows_protocol_headers;

#[test]
fn a_request_without_a_key_gets_the_challenge() {
    for method in ["GET", "POST", "DELETE", "PUT"] {
        let request = Request::builder()
            .method(method)
            .uri("/api/ext/mcp?api_key=sk_in_the_query")
            .header("mcp-protocol-version", "1999-01-01")
            .body(Bytes::new());
        let (reply, _) = handle(FakeHost::silent(), request.expect("valid"));
        assert_eq!(reply.status(), 401, "{method}");
        let challenge = reply.headers()["www-authenticate"].to_str().expect("ASCII");
        assert_eq!(
            challenge,
            "Bearer resource_metadata=\"http://localhost:3000/.well-known/oauth-protected-resource/api/ext/mcp\", scope=\"read write\""
        );
    }
}

#[test]
fn a_malformed_key_is_an_invalid_token() {
    let request = Request::post("/api/ext/mcp").header("authorization", "Bearer nonsense");
    let (reply, _) = handle(
        FakeHost::silent(),
        request.body(Bytes::new()).expect("valid"),
    );
    assert_eq!(reply.status(), 401);
    let challenge = reply.headers()["www-authenticate"].to_str().expect("ASCII");
    assert!(
        challenge.ends_with(", error=\"invalid_token\""),
        "{challenge}"
    );
}

#[test]
fn foreign_origins_and_rebound_hosts_are_refused_first() {
    for (url, name, value) in [
        ("/api/ext/mcp", "origin", "https://evil.example"),
        ("/api/ext/mcp", "host", "evil.example:3000"),
        (
            "http://evil.example:3000/api/ext/mcp",
            "accept",
            "application/json",
        ),
        (
            "http://evil.example:3000/api/ext/mcp",
            "host",
            "localhost:3000",
        ),
    ] {
        let request = Request::post(url).header(name, value);
        let (reply, _) = handle(
            FakeHost::silent(),
            request.body(Bytes::new()).expect("valid"),
        );
        assert_eq!(reply.status(), 403, "{url} {name}");
        assert!(!reply.headers().contains_key("access-control-allow-origin"));
    }
}

#[test]
fn get_and_delete_with_a_key_are_405_with_allow() {
    for method in ["GET", "DELETE"] {
        let request = post().method(method).body(Bytes::new()).expect("valid");
        let (reply, _) = handle(FakeHost::silent(), request);
        assert_eq!(reply.status(), 405);
        assert_eq!(reply.headers()["allow"], "POST, OPTIONS");
    }
}

#[test]
fn a_preflight_allows_the_headers_of_the_protocol() {
    let request = Request::options("/api/ext/mcp").header("origin", "http://localhost:6274");
    let (reply, _) = handle(
        FakeHost::silent(),
        request.body(Bytes::new()).expect("valid"),
    );
    assert_eq!(reply.status(), 204);
    assert_eq!(
        reply.headers()["access-control-allow-origin"],
        "http://localhost:6274"
    );
    assert_allows_protocol_headers(&reply);
}

#[test]
fn unreadable_large_and_mistyped_bodies_are_refused() {
    let post_body = |builder: Builder, body: &[u8]| {
        let request = builder.body(Bytes::copy_from_slice(body)).expect("valid");
        send(request)
    };
    let (status, error) = post_body(post(), b"{");
    assert_eq!(
        (status, &error["error"]["code"]),
        (StatusCode::BAD_REQUEST, &json!(-32700))
    );
    let too_large = vec![b' '; 4 * 1024 * 1024 + 1];
    let announced = post().header("content-length", too_large.len());
    let (status, _) = post_body(announced, &too_large);
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    let mut plain_text = post();
    plain_text
        .headers_mut()
        .expect("valid")
        .insert("content-type", "text/plain".parse().expect("valid"));
    let (status, _) = post_body(plain_text, b"{}");
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

/// What a body is refused with whose key the API answers with this status, and how many calls it cost.
fn refusal_of(content: Vec<u8>, key_status: u16) -> (StatusCode, usize) {
    let host = FakeHost::answering(move |_| json_answer(key_status, "{}"));
    let (reply, host) = handle(host, post().body(content.into()).expect("valid"));
    assert!(
        host.sent
            .borrow()
            .iter()
            .all(|one| one.uri().path().ends_with("/me"))
    );
    (reply.status(), host.sent.borrow().len())
}

#[test]
fn key_of_a_large_body_is_checked_before_it_is_read() {
    let (small, large) = (vec![b' '; 64 * 1024], vec![b' '; 64 * 1024 + 1]);
    assert_eq!(refusal_of(small, 401), (StatusCode::BAD_REQUEST, 0));
    let (status, _) = refusal_of(large.clone(), 500);
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    let refused = refusal_of(large.clone(), 401);
    assert_eq!(refused, (StatusCode::UNAUTHORIZED, 1));
    assert_eq!(refusal_of(large, 200), (StatusCode::BAD_REQUEST, 1));
    // A key that was accepted lately is not checked again.
    let too_large = vec![b' '; 4 * 1024 * 1024 + 1];
    assert_eq!(
        refusal_of(too_large, 200),
        (StatusCode::PAYLOAD_TOO_LARGE, 0)
    );
}

#[test]
fn values_of_a_body_are_counted_before_they_are_made() {
    let zeros = "0,".repeat(1_000_000);
    let ping = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"ping","params":{{"a":[{zeros}0]}}}}"#);
    assert_eq!(
        refusal_of(ping.into_bytes(), 200),
        (StatusCode::PAYLOAD_TOO_LARGE, 1)
    );
}
