//! A connector in memory, requests as text, and what every reply must keep to.

use crate::app::App;
use crate::config::Config;
use crate::host::HttpError;
use crate::testing::{FakeHost, connector, json_answer};
use crate::web::json;
use crate::web::reply::Reply;
use crate::web::uri::is_public_host_name;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Response, Uri};
use serde_json::Value;
use std::pin::pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, Waker};

/// The public origin.
pub(super) const ORIGIN: &str = "https://mcp.example.com";
/// Where the API is.
pub(super) const API: &str = "https://api.example/api/ext";

/// A connector whose people paste a key, in front of an API that answers everything with an empty object.
pub(super) fn app() -> App<FakeHost> {
    let secret = "0123456789abcdef0123456789abcdef";
    let variables = [
        ("public_url", ORIGIN),
        ("api_base_url", "https://api.example"),
        ("sealing_secret", secret),
        ("custom_redirect_schemes", "com.example.app"),
    ];
    connector(host(), &variables)
}

/// The configuration of [`app`].
pub(super) static CONFIG: LazyLock<Arc<Config>> = LazyLock::new(|| app().config);

/// The same connector with a new host.
pub(super) fn app_with(config: &Arc<Config>) -> App<FakeHost> {
    App {
        host: host(),
        config: Arc::clone(config),
        memory: std::sync::Arc::default(),
        texts: Arc::default(),
    }
}

fn host() -> FakeHost {
    FakeHost::answering(answer)
}

fn answer(request: &Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
    let uri = request.uri().to_string();
    if uri.starts_with(API) {
        return json_answer(200, r#"{"data":{}}"#);
    }
    // A client id may name the document of any public host (`oauth::client::document_url`).
    let host = request.uri().host().unwrap_or_default();
    let is_public =
        uri.starts_with("https://") && request.uri().port().is_none() && is_public_host_name(host);
    assert!(
        is_public && request.method() == Method::GET,
        "a request to {uri}"
    );
    json_answer(404, "")
}

/// Runs a future of the core, which never waits for anything outside in a host in memory.
pub(super) fn run<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        let polled = future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()));
        if let Poll::Ready(output) = polled {
            return output;
        }
    }
}

/// A request from text: a line `METHOD target`, lines `name: value`, an empty line, the body. A line that HTTP does not
/// allow is left out.
pub(super) fn request(data: &[u8], method: Method, target: &str) -> Request<Bytes> {
    let end = data.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = match end {
        Some(end) => data.split_at(end),
        None => data.split_at(data.len()),
    };
    let mut request = Request::new(Bytes::copy_from_slice(body.get(2..).unwrap_or_default()));
    *request.method_mut() = method;
    *request.uri_mut() = target.parse().unwrap_or_default();
    for line in head.split(|byte| *byte == b'\n') {
        let colon = line.iter().position(|byte| *byte == b':');
        let space = line.iter().position(|byte| *byte == b' ');
        match (colon, space) {
            (Some(colon), space) if space.is_none_or(|space| colon < space) => {
                let (name, value) = line.split_at(colon);
                let name = HeaderName::from_bytes(name);
                let value =
                    HeaderValue::from_bytes(value.get(1..).unwrap_or_default().trim_ascii());
                if let (Ok(name), Ok(value)) = (name, value) {
                    request.headers_mut().append(name, value);
                }
            }
            (_, Some(space)) => {
                let (method, target) = line.split_at(space);
                if let (Ok(method), Ok(target)) = (
                    Method::from_bytes(method),
                    Uri::try_from(target.get(1..).unwrap_or_default()),
                ) {
                    *request.method_mut() = method;
                    *request.uri_mut() = target;
                }
            }
            (_, None) => {}
        }
    }
    request
}

/// Adds a header unless the request has it.
pub(super) fn default_header(request: &mut Request<Bytes>, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        request.headers_mut().entry(name).or_insert(value);
    }
}

/// Asserts what holds for every reply and every line of the log.
pub(super) fn check(reply: &Reply, host: &FakeHost) {
    let status = reply.status().as_u16();
    assert!((200..500).contains(&status), "{status}");
    let length = reply.headers().get("content-length");
    if let Some(length) = length {
        assert_eq!(length, &reply.body().len().to_string());
    }
    if media_type(reply) == "application/json" {
        json_of(reply);
    }
    for line in host.log.borrow().iter() {
        check_line(line);
    }
}

/// Asserts that a line of the log is one line for programs and for people.
fn check_line(line: &str) {
    let event: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    assert!(event["event"].is_string(), "{line}");
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    assert!(!line.contains(breaks), "{line:?}");
}

/// The media type of a reply.
pub(super) fn media_type(reply: &Reply) -> &str {
    let value = reply.headers().get("content-type");
    let value = value.and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
}

/// The body of a reply as JSON without repeated members.
pub(super) fn json_of(reply: &Reply) -> Value {
    json::parse(reply.body()).unwrap_or_else(|error| panic!("{error}: {:?}", reply.body()))
}
