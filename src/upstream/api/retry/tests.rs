use super::*;
use crate::catalog;
use crate::host::{Clock, HttpError};
use crate::secret::ApiKey;
use crate::testing::{FakeHost, connector, demo_key, json_answer};
use crate::upstream::api::{self, ApiError};
use crate::upstream::limits::TOOL_CALL;
use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};
use std::cell::Cell;
use std::rc::Rc;

const BUNDLE: &str = "0b5d4a1e-6c1f-4d3e-9a55-0d6a2c1f7e10";

/// What became of a call: whether it succeeded, the correlation ids that were sent, and the seconds that passed.
struct Outcome {
    succeeded: bool,
    /// Of a failure.
    retryable: bool,
    sent: Vec<String>,
    seconds: u64,
}

fn busy(status: u16, retry_after: &str) -> Result<Response<Bytes>, HttpError> {
    let mut answer = json_answer(status, r#"{"error":{"code":"BUSY","message":"Later."}}"#)?;
    let value = retry_after.parse().expect("a header value");
    answer.headers_mut().insert(RETRY_AFTER, value);
    Ok(answer)
}

/// Calls a tool at an API that answers the first so many requests like this, and the others with success.
fn call(
    tool: &str,
    arguments: Value,
    busy_for: usize,
    answer: impl Fn() -> Result<Response<Bytes>, HttpError> + 'static,
) -> Outcome {
    let asked = Rc::new(Cell::new(0));
    let host = FakeHost::answering(move |_| {
        asked.set(asked.get() + 1);
        if asked.get() <= busy_for {
            answer()
        } else {
            json_answer(200, r#"{"data":{}}"#)
        }
    });
    let connector = connector(host, &[]);
    let begun = connector.host.now();
    let key = ApiKey::parse(&demo_key()).expect("well-formed");
    let tool = catalog::find(tool).expect("a tool");
    let Value::Object(arguments) = arguments else {
        panic!("arguments are an object")
    };
    let context = connector.context();
    let call = api::call(&context, &key, tool, &arguments);
    let called = pollster::block_on(call);
    let retryable = matches!(&called, Err(ApiError::Failed(diagnostics)) if diagnostics.retryable);
    let id = |request: &http::Request<Bytes>| {
        let id = request.headers()["x-request-id"].to_str();
        id.expect("ASCII").to_owned()
    };
    Outcome {
        succeeded: called.is_ok(),
        retryable,
        sent: connector.host.sent.borrow().iter().map(id).collect(),
        seconds: (connector.host.now() - begun).as_secs(),
    }
}

fn read(busy_for: usize, status: u16, retry_after: &'static str) -> Outcome {
    call("tokportal_list_bundles", json!({}), busy_for, move || {
        busy(status, retry_after)
    })
}

#[test]
fn a_read_that_was_turned_away_for_a_moment_is_made_once_more() {
    for (status, seconds) in [(429, "0"), (429, "5"), (503, "1")] {
        let outcome = read(1, status, seconds);
        assert!(outcome.succeeded, "{status} {seconds}");
        assert_eq!(outcome.sent.len(), 2);
        assert_eq!(outcome.sent[0], outcome.sent[1], "one correlation id");
        assert_eq!(outcome.seconds.to_string(), seconds);
    }
}

#[test]
fn there_is_one_repetition_and_no_more() {
    let outcome = read(2, 429, "1");
    assert!(!outcome.succeeded);
    assert_eq!((outcome.sent.len(), outcome.seconds), (2, 1));
}

#[test]
fn a_long_or_unsaid_pause_and_other_failures_are_passed_on_at_once() {
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
    let unsaid = call("tokportal_list_bundles", json!({}), 1, || {
        json_answer(503, "{}")
    });
    assert_eq!(unsaid.sent.len(), 1);
}

#[test]
fn a_connection_that_fails_is_not_tried_again() {
    for error in [HttpError::Timeout, HttpError::Failed("reset".to_owned())] {
        let outcome = call("tokportal_list_bundles", json!({}), 1, move || {
            Err(error.clone())
        });
        assert!(!outcome.succeeded && outcome.retryable);
        assert_eq!(outcome.sent.len(), 1);
    }
}

#[test]
fn a_write_without_an_answer_is_not_called_retryable_unless_it_has_a_key() {
    let lost = |arguments: Value| {
        call("tokportal_publish_bundle", arguments, 1, || {
            Err(HttpError::Timeout)
        })
    };
    assert!(!lost(json!({"id": BUNDLE})).retryable);
    assert!(lost(json!({"id": BUNDLE, "idempotency_key": "order-1"})).retryable);
}

#[test]
fn a_write_is_repeated_under_an_idempotency_key_only() {
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
fn the_pause_must_fit_into_the_time_that_is_left() {
    let mut headers = HeaderMap::new();
    headers.insert(RETRY_AFTER, "3".parse().expect("a header value"));
    let pause = |left| pause(StatusCode::TOO_MANY_REQUESTS, &headers, left);
    assert_eq!(pause(TOOL_CALL.total), Some(Duration::from_secs(3)));
    assert_eq!(pause(Duration::from_secs(3)), None);
    assert_eq!(pause(Duration::ZERO), None);
}
