//! Requests to the MCP endpoint: headers and messages.

use super::world::{
    self, API, CONFIG, ORIGIN, app_with, check, default_header, json_of, media_type, run,
};
use crate::access::resource_url::ResourceUrl;
use crate::config::Config;
use crate::testing::{FakeHost, demo_key};
use crate::web::json;
use crate::web::reply::Reply;
use bytes::Bytes;
use http::{Method, Request};
use serde_json::Value;

/// A request as text (`METHOD target`, headers, an empty line, the body). Host, media type and credential are added if
/// it has none.
pub fn message(data: &[u8]) {
    let mut request = world::request(data, Method::POST, "/api/ext/mcp");
    default_header(&mut request, "host", ORIGIN.trim_start_matches("https://"));
    default_header(&mut request, "content-type", "application/json");
    default_header(
        &mut request,
        "authorization",
        &format!("Bearer {}", demo_key()),
    );
    if !Config::is_mcp(request.uri().path()) {
        *request.uri_mut() = "/api/ext/mcp".parse().unwrap_or_default();
    }
    let narrowing = ResourceUrl::parse(request.uri().query().unwrap_or_default());
    let (sent_headers, sent) = (format!("{:?}", request.headers()), request.body().clone());
    let app = app_with(&CONFIG);
    let reply = run(app.handle(request));
    check(&reply, &app.host);
    check_responses(&reply, &sent);
    check_secrecy(&reply, &app.host, &sent_headers, &sent);
    for request in app.host.sent.borrow().iter() {
        check_call(request);
        // Every tool that reads is a GET.
        let is_read_only = narrowing
            .as_ref()
            .is_ok_and(|url| url.narrowing.is_read_only());
        assert!(!is_read_only || request.method() == Method::GET);
    }
    crate::mcp::fuzzing::message(&sent);
}

/// Asserts that the responses are JSON-RPC 2.0, and each of them belongs to a request.
fn check_responses(reply: &Reply, sent: &[u8]) {
    if media_type(reply) != "application/json" || reply.status().as_u16() == 401 {
        return;
    }
    let sent = json::parse(sent).unwrap_or_default();
    let ids: Vec<&Value> = match &sent {
        Value::Array(messages) => messages.iter().filter_map(|one| one.get("id")).collect(),
        message => message.get("id").into_iter().collect(),
    };
    let body = json_of(reply);
    let responses = match &body {
        Value::Array(responses) => responses.as_slice(),
        response => std::slice::from_ref(response),
    };
    let is_batch = sent.is_array() || !body.is_array() || sent.is_null();
    assert!(is_batch, "a batch in return for one message: {body}");
    for response in responses {
        if response.get("jsonrpc").is_none() {
            assert!(response["error"].is_string(), "{response}");
            continue;
        }
        assert_eq!(response["jsonrpc"], "2.0");
        assert!(
            response.get("result").is_some() != response.get("error").is_some(),
            "{response}"
        );
        let id = &response["id"];
        assert!(
            sent.is_null() || id.is_null() || ids.contains(&id),
            "{id} was not sent"
        );
        if let Some(error) = response.get("error") {
            assert!(
                error["code"].is_i64() && error["message"].is_string(),
                "{error}"
            );
            assert!(error["data"]["hint"].is_string(), "no hint: {error}");
        }
    }
}

/// Asserts that neither the reply nor the log has the key.
fn check_secrecy(reply: &Reply, host: &FakeHost, headers: &str, body: &[u8]) {
    let digits = "abababababab";
    let has = |text: &[u8]| {
        text.windows(digits.len())
            .any(|part| part == digits.as_bytes())
    };
    if has(body) || headers.matches(digits).count() > 5 {
        return;
    }
    assert!(!has(reply.body()), "{:?}", reply.body());
    assert!(!has(format!("{:?}", reply.headers()).as_bytes()));
    assert!(
        !has(host.log.borrow().concat().as_bytes()),
        "{:?}",
        host.log
    );
}

/// Asserts that a call goes to the API and to nothing else.
fn check_call(request: &Request<Bytes>) {
    let uri = request.uri().to_string();
    let rest = uri.strip_prefix(API).unwrap_or_default();
    assert!(rest.starts_with('/'), "{uri}");
    let dots = rest
        .split(['/', '?'])
        .any(|part| matches!(part, "." | ".."));
    assert!(!dots && !rest.contains("//"), "{uri}");
    assert_eq!(request.headers()["x-api-key"], demo_key());
}
