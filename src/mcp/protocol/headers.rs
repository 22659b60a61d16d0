//! Request metadata in headers (MCP 2026-07-28, Streamable HTTP, "Request Metadata").

use super::jsonrpc::{ErrorCode, Request, RpcError};
use crate::text::excerpt;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;

/// The header with the revision.
pub(crate) const PROTOCOL_VERSION: &str = "mcp-protocol-version";
const METHOD: &str = "mcp-method";
const NAME: &str = "mcp-name";

/// The value of a header that has one value. Some clients repeat it, in several lines or joined by commas, which is the
/// same (RFC 9110, section 5.3): the same value repeated means that value. An empty value counts as absent.
///
/// # Errors
/// Different values, or a value that is not visible ASCII.
pub(crate) fn single<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, String> {
    let mut single = None;
    for line in lines(headers, name)? {
        for value in line.split(',').map(str::trim).filter(|v| !v.is_empty()) {
            match single {
                None => single = Some(value),
                Some(first) if first == value => {}
                Some(first) => {
                    return Err(format!(
                        "The header {name} has different values: {:?} and {:?}. Send one.",
                        excerpt(first, 40),
                        excerpt(value, 40)
                    ));
                }
            }
        }
    }
    Ok(single)
}

/// The lines of a header, without white space around them.
fn lines<'a>(headers: &'a HeaderMap, name: &str) -> Result<Vec<&'a str>, String> {
    let lines = headers.get_all(name).iter().map(|line| line.to_str());
    lines
        .map(|line| line.map(|line| line.trim_matches([' ', '\t'])))
        .collect::<Result<_, _>>()
        .map_err(|_| format!("The header {name} holds characters that are not ASCII."))
}

/// The `User-Agent`; empty if there is none.
pub(crate) fn user_agent(headers: &HeaderMap) -> &str {
    let value = headers.get(http::header::USER_AGENT);
    value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// Compares the version header with `_meta`.
///
/// # Errors
/// `-32020` when it is missing, malformed or different.
pub(crate) fn check_version(
    headers: &HeaderMap,
    request: &Request,
    in_body: &str,
) -> Result<(), RpcError> {
    compare(headers, request, PROTOCOL_VERSION, in_body, plain)
}

/// Compares `Mcp-Method` and, where the method has one, `Mcp-Name` with the body.
///
/// # Errors
/// `-32020` when one is missing, malformed or different.
pub(crate) fn check_mirrored(headers: &HeaderMap, request: &Request) -> Result<(), RpcError> {
    for (name, in_body, decode) in mirrored(request) {
        compare(headers, request, name, in_body, decode)?;
    }
    Ok(())
}

/// Compares those of the headers of [`check_mirrored`] that the request has.
///
/// # Errors
/// `-32020` when one is malformed or different.
pub(crate) fn check_mirrored_if_present(
    headers: &HeaderMap,
    request: &Request,
) -> Result<(), RpcError> {
    for (name, in_body, decode) in mirrored(request) {
        if headers.contains_key(name) {
            compare(headers, request, name, in_body, decode)?;
        }
    }
    Ok(())
}

type Decode = fn(&str) -> Option<String>;

/// The headers that repeat members of the body: name, value in the body, decoding.
fn mirrored(request: &Request) -> impl Iterator<Item = (&'static str, &str, Decode)> {
    let source = match request.method.as_str() {
        "tools/call" | "prompts/get" => Some("name"),
        "resources/read" => Some("uri"),
        "tasks/get" | "tasks/update" | "tasks/cancel" => Some("taskId"),
        _ => None,
    };
    // Dispatch reports a missing name as invalid parameters.
    let name = source.and_then(|source| request.params.get(source)?.as_str());
    let method: (_, _, Decode) = (METHOD, request.method.as_str(), plain);
    [method]
        .into_iter()
        .chain(name.map(|name| (NAME, name, decode as Decode)))
}

fn compare(
    headers: &HeaderMap,
    request: &Request,
    name: &str,
    in_body: &str,
    decode: Decode,
) -> Result<(), RpcError> {
    let mismatch = |text: String| {
        Err(RpcError::bad_request(
            Some(&request.id),
            ErrorCode::HeaderMismatch,
            format!("Header mismatch: {text}"),
        ))
    };
    let says = |value: &str| decode(value).is_some_and(|value| value == in_body);
    // The value, or the same value repeated; see `single`.
    let agrees = |line: &&str| says(line) || line.split(',').map(str::trim).all(says);
    let lines = match lines(headers, name) {
        Ok(lines) if lines.iter().all(|line| line.is_empty()) => {
            return mismatch(format!("the header {name} is missing."));
        }
        Ok(lines) => lines,
        Err(problem) => return mismatch(problem),
    };
    match lines.iter().find(|line| !agrees(line)) {
        None => Ok(()),
        Some(line) => match decode(line) {
            None => mismatch(format!(
                "the header {name} is not valid base64 of UTF-8 text."
            )),
            Some(value) => mismatch(format!(
                "the header {name} says {:?}, the body says {:?}.",
                excerpt(&value, 80),
                excerpt(in_body, 80)
            )),
        },
    }
}

fn plain(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// Decodes `=?base64?…?=` and returns other text unchanged; `None` if the encoding is not valid.
fn decode(text: &str) -> Option<String> {
    let encoded = text
        .strip_prefix("=?base64?")
        .and_then(|rest| rest.strip_suffix("?="));
    match encoded {
        None => Some(text.to_owned()),
        Some(encoded) => String::from_utf8(STANDARD.decode(encoded).ok()?).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_is_repeated_means_that_value() {
        for (lines, value) in [
            (&["2025-11-25"][..], Some("2025-11-25")),
            (&["2025-11-25, 2025-11-25"], Some("2025-11-25")),
            (
                &["2025-11-25,2025-11-25,", " 2025-11-25 "],
                Some("2025-11-25"),
            ),
            (&["", " , "], None),
            (&[], None),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(PROTOCOL_VERSION, line.parse().expect("a header"));
            }
            assert_eq!(single(&headers, PROTOCOL_VERSION), Ok(value), "{lines:?}");
        }
        for lines in [
            &["2025-11-25, 2025-06-18"][..],
            &["2025-11-25", "2025-06-18"],
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(PROTOCOL_VERSION, line.parse().expect("a header"));
            }
            let problem = single(&headers, PROTOCOL_VERSION).expect_err("different");
            assert!(
                problem.contains("\"2025-11-25\" and \"2025-06-18\""),
                "{problem}"
            );
        }
    }

    #[test]
    fn decodes_the_examples_of_the_specification() {
        for (encoded, plain) in [
            ("us-west1", "us-west1"),
            ("=?base64?SGVsbG8sIOS4lueVjA==?=", "Hello, 世界"),
            ("=?base64?IHBhZGRlZCA=?=", " padded "),
            ("=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=", "=?base64?literal?="),
        ] {
            assert_eq!(decode(encoded).as_deref(), Some(plain));
        }
        for malformed in ["=?base64?SGVsbG8?=", "=?base64?!!?=", "=?base64?/w==?="] {
            assert_eq!(decode(malformed), None, "{malformed}");
        }
    }
}
