//! The request of a tool call: whatever the arguments are, it goes where the document says.

use super::request::prepare;
use http::Uri;
use openapi_tools::table::{Location, PathPart, Style, Tool};
use serde_json::{Map, Value};
use std::borrow::Cow;
use url::Url;

const BASE: &str = "https://api.example/api/ext";

/// Asserts that the request of a call, if there is one, has the address of the operation, and only its parameters and
/// headers.
pub(crate) fn check_request(tool: &Tool<'static>, arguments: &Map<String, Value>) {
    let operation = &tool.operation;
    let boundary = || "0123456789abcdef".to_owned();
    let Ok(request) = prepare(operation, BASE, arguments, boundary) else {
        return;
    };
    assert_eq!(request.method.as_str(), operation.method);
    check_path(tool, &request.uri, arguments);
    check_query(tool, &request.uri);
    for name in request.headers.keys() {
        let known = [
            "accept",
            "content-type",
            "idempotency-key",
            "x-tokportal-dry-run",
        ];
        assert!(known.contains(&name.as_str()), "{name}");
    }
    if request
        .headers
        .get("content-type")
        .is_some_and(|value| value == "application/json")
    {
        check_body(tool, &request.body);
    }
}

/// Asserts that both readers of URLs see the host of the API, and each part of the template in its place.
fn check_path(tool: &Tool<'static>, uri: &Uri, arguments: &Map<String, Value>) {
    let text = uri.to_string();
    let url = Url::parse(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(
        (url.scheme(), url.host_str(), url.port()),
        ("https", Some("api.example"), None)
    );
    assert_eq!(
        (url.username(), url.password(), url.fragment()),
        ("", None, None)
    );
    assert_eq!(uri.host(), Some("api.example"));
    assert_eq!(uri.path(), url.path());
    let mut template = String::from("/api/ext");
    for part in tool.operation.path {
        template.push_str(match part {
            PathPart::Literal(literal) => literal,
            PathPart::Argument(name) => name,
        });
    }
    let (found, wanted): (Vec<&str>, Vec<&str>) = (
        url.path().split('/').collect(),
        template.split('/').collect(),
    );
    assert_eq!(found.len(), wanted.len(), "{text} for {template}");
    for (found, wanted) in found.into_iter().zip(wanted) {
        let argument = tool
            .operation
            .arguments
            .iter()
            .find(|argument| argument.location == Location::Path && argument.name == wanted);
        let Some(argument) = argument else {
            assert_eq!(found, wanted);
            continue;
        };
        assert!(!found.is_empty() && found != "." && found != "..", "{text}");
        let value = arguments.get(argument.name).unwrap_or_default();
        if let (Style::Simple, Some(value)) = (argument.style, value.as_str()) {
            let decoded = percent_encoding::percent_decode_str(found).decode_utf8();
            assert_eq!(decoded.ok(), Some(Cow::Borrowed(value)), "{text}");
        }
    }
}

/// Asserts that every parameter is one of the operation.
fn check_query(tool: &Tool<'static>, uri: &Uri) {
    let query = uri.query().unwrap_or_default();
    for (name, _) in url::form_urlencoded::parse(query.as_bytes()) {
        let is_known = tool.operation.arguments.iter().any(|argument| {
            argument.location == Location::Query
                && (argument.wire_name == name
                    || argument.style == Style::DeepObject
                    || argument.explode)
        });
        assert!(is_known, "{name} in {uri}");
    }
}

/// Asserts that every member of a JSON body is one of the operation.
fn check_body(tool: &Tool<'static>, body: &[u8]) {
    let arguments = tool.operation.arguments;
    if arguments
        .iter()
        .any(|argument| argument.location == Location::WholeBody)
    {
        return;
    }
    let body: Map<String, Value> =
        serde_json::from_slice(body).unwrap_or_else(|error| panic!("{error}"));
    for name in body.keys() {
        let is_known = |wire_name: &str| wire_name == name;
        let mut members = arguments
            .iter()
            .filter(|argument| argument.location == Location::Body);
        assert!(
            members.any(|argument| is_known(argument.wire_name)),
            "{name}"
        );
    }
}
