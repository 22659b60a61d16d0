//! Which calls are repeated, how often, and which failures are called retryable.

use super::*;
use crate::catalog;
use crate::host::{Clock, HttpError};
use crate::secret::ApiKey;
use crate::testing::{FakeHost, connector, demo_key, json_answer};
use crate::upstream::api::{self, ApiError};
use crate::upstream::limits::TOOL_READ;
use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use std::cell::Cell;

const BUNDLE: &str = "0b5d4a1e-6c1f-4d3e-9a55-0d6a2c1f7e10";

struct Outcome {
    succeeded: bool,
    /// Whether the call failed with retryable diagnostics.
    retryable: bool,
    /// Correlation id of each request that was sent.
    sent: Vec<String>,
    /// Duration of the call.
    seconds: u64,
}

fn busy(status: u16, retry_after: &str) -> Result<Response<Bytes>, HttpError> {
    let mut answer = json_answer(status, r#"{"error":{"code":"BUSY","message":"Later."}}"#)?;
    let value = retry_after.parse().expect("a header value");
    answer.headers_mut().insert(RETRY_AFTER, value);
    Ok(answer)
}

/// Calls a tool. The API fails the first `failures` requests with `failure` and answers the others with 200.
fn call(
    tool: &str,
    arguments: Value,
    failures: usize,
    failure: impl Fn() -> Result<Response<Bytes>, HttpError> + 'static,
) -> Outcome {
    let requests = Cell::new(0);
    let host = FakeHost::answering(move |_| {
        requests.set(requests.get() + 1);
        if requests.get() <= failures {
            failure()
        } else {
            json_answer(200, r#"{"data":{}}"#)
        }
    });
    let app = connector(host, &[]);
    let started_at = app.host.now();
    let key = ApiKey::parse(&demo_key()).expect("well-formed");
    let tool = catalog::find(tool).expect("a tool");
    let Value::Object(arguments) = arguments else {
        panic!("arguments are an object")
    };
    let result = pollster::block_on(api::call(&app.context(), &key, tool, &arguments));
    let retryable = matches!(&result, Err(ApiError::Failed(diagnostics)) if diagnostics.retryable);
    let id = |request: &Request<Bytes>| {
        let id = request.headers()["x-request-id"].to_str();
        id.expect("ASCII").to_owned()
    };
    Outcome {
        succeeded: result.is_ok(),
        retryable,
        sent: app.host.sent.borrow().iter().map(id).collect(),
        seconds: (app.host.now() - started_at).as_secs(),
    }
}

fn read(failures: usize, status: u16, retry_after: &'static str) -> Outcome {
    call("tokportal_list_bundles", json!({}), failures, move || {
        busy(status, retry_after)
    })
}

#[test]
fn a_read_is_repeated_after_the_pause_of_a_429_or_503() {
    for (status, seconds) in [(429, "0"), (429, "5"), (503, "1")] {
        let outcome = read(1, status, seconds);
        assert!(outcome.succeeded, "{status} {seconds}");
        assert_eq!(outcome.sent.len(), 2);
        assert_eq!(outcome.sent[0], outcome.sent[1], "one correlation id");
        assert_eq!(outcome.seconds.to_string(), seconds);
    }
}

#[test]
fn a_read_is_repeated_only_once() {
    let outcome = read(2, 429, "1");
    assert!(!outcome.succeeded);
    assert_eq!((outcome.sent.len(), outcome.seconds), (2, 1));
}

#[test]
fn a_long_or_missing_pause_and_other_statuses_fail_at_once() {
    for (status, seconds) in [
        (429, "6"),
        (429, "18446744073709551615"),
        (503, "Sun, 22 Nov 2026 16:00:00 GMT"),
        (503, ""),
        (500, "1"),
        (502, "1"),
        (404, "1"),
    ] {
        let outcome = read(1, status, seconds);
        assert!(!outcome.succeeded, "{status} {seconds:?}");
        assert_eq!((outcome.sent.len(), outcome.seconds), (1, 0));
    }
    let without_header = call("tokportal_list_bundles", json!({}), 1, || {
        json_answer(503, "{}")
    });
    assert_eq!(without_header.sent.len(), 1);
}

#[test]
fn a_read_without_a_response_is_not_repeated() {
    for error in [HttpError::Timeout, HttpError::Failed("reset".to_owned())] {
        let outcome = call("tokportal_list_bundles", json!({}), 1, move || {
            Err(error.clone())
        });
        assert!(!outcome.succeeded && outcome.retryable);
        assert_eq!(outcome.sent.len(), 1);
    }
}

#[test]
fn a_write_without_a_response_is_retryable_only_with_a_key() {
    let write = |arguments: Value| {
        call("tokportal_publish_bundle", arguments, 1, || {
            Err(HttpError::Timeout)
        })
    };
    assert!(!write(json!({"id": BUNDLE})).retryable);
    assert!(write(json!({"id": BUNDLE, "idempotency_key": "order-1"})).retryable);
}

#[test]
fn a_write_is_repeated_only_with_an_idempotency_key() {
    let write = |tool: &str, arguments: Value| call(tool, arguments, 1, || busy(503, "1")).sent;
    let keyed = json!({"id": BUNDLE, "idempotency_key": "order-1"});
    assert_eq!(write("tokportal_publish_bundle", keyed).len(), 2);
    let plain = json!({"id": BUNDLE});
    assert_eq!(write("tokportal_publish_bundle", plain).len(), 1);
    let dry = json!({"id": BUNDLE, "dry_run": true});
    assert_eq!(write("tokportal_publish_bundle", dry).len(), 1);
    let refused = json!({"id": BUNDLE});
    let sent = write("tokportal_reveal_account_credentials", refused);
    assert_eq!(sent.len(), 1);
}

#[test]
fn there_is_no_pause_that_ends_after_the_time_limit() {
    let mut headers = HeaderMap::new();
    headers.insert(RETRY_AFTER, "3".parse().expect("a header value"));
    let pause = |time_left| pause(StatusCode::TOO_MANY_REQUESTS, &headers, time_left);
    assert_eq!(pause(TOOL_READ.total), Some(Duration::from_secs(3)));
    assert_eq!(pause(Duration::from_secs(3)), None);
    assert_eq!(pause(Duration::ZERO), None);
}
