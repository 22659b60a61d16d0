//! The time of a request, which all of its outbound calls share.

use super::*;
use crate::host::{Clock, HttpError};
use crate::testing::connector;
use crate::upstream::limits::FOREGROUND;
use http::Method;
use pollster::block_on;
use std::time::Duration;

/// A host whose outbound calls succeed, and of which the first take these seconds.
fn host(seconds: &[u64]) -> FakeHost {
    let host = FakeHost::answering(|_| json_answer(200, r#"{"data":{"id":"done"}}"#));
    let times = seconds.iter().map(|seconds| Duration::from_secs(*seconds));
    host.call_times.borrow_mut().extend(times);
    host
}

/// The error of a failed call in a batch. Its revision has no structured content.
fn error_of(answer: &Value) -> Value {
    assert_eq!(answer["result"]["isError"], true, "{answer}");
    let text = answer["result"]["content"][0]["text"].as_str();
    let text: Value = serde_json::from_str(text.expect("text")).expect("JSON");
    text["error"].clone()
}

fn order() -> Value {
    json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {
        "name": "tokportal_create_bundle",
        "arguments": {"bundle_type": "account_only", "country": "USA"},
    }})
}

fn balance() -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": "tokportal_get_credit_balance",
    }})
}

#[test]
fn paid_call_without_its_own_time_left_is_not_sent() {
    let request = body(post(), &json!([balance(), order()]));
    let (reply, host) = handle(host(&[29]), request);
    let answers: Value = serde_json::from_slice(reply.body()).expect("JSON");
    assert!(answers[0]["result"]["isError"].is_null(), "{answers}");
    let error = error_of(&answers[1]);
    assert_eq!(error["code"], "UNAVAILABLE", "{answers}");
    assert_eq!(error["retryable"], true);
    let message = error["message"].as_str().expect("text");
    assert!(message.contains("Nothing was done and nothing was charged"));
    let methods: Vec<_> = host
        .sent
        .borrow()
        .iter()
        .map(|one| one.method().clone())
        .collect();
    assert_eq!(methods, [Method::GET], "the order was not sent");
}

#[test]
fn paid_call_has_its_own_time_after_the_slowest_steps() {
    let request = body(post(), &json!([balance(), order()]));
    let (reply, host) = handle(host(&[3 + 15, 29]), request);
    let answers: Value = serde_json::from_slice(reply.body()).expect("JSON");
    assert!(answers[1]["result"]["isError"].is_null(), "{answers}");
    assert_eq!(host.sent.borrow().len(), 2);
}

#[test]
fn read_ends_with_the_time_of_its_request() {
    let request = body(post(), &json!([balance(), balance()]));
    let host = host(&[40, 60]);
    let started_at = host.now();
    let (reply, host) = handle(host, request);
    let answers: Value = serde_json::from_slice(reply.body()).expect("JSON");
    let error = error_of(&answers[1]);
    assert_eq!(error["code"], "UPSTREAM_TIMEOUT", "{answers}");
    let time = host.now() - started_at;
    assert!(time <= Duration::from_secs(55), "{time:?}");
}

/// A read has changed nothing, answer or not; an order may have been placed.
#[test]
fn call_without_an_answer_says_whether_it_may_have_acted() {
    for (call, says) in [
        (balance(), "Nothing was changed."),
        (order(), "is not known."),
    ] {
        let (reply, _) = handle(host(&[60]), body(post(), &call));
        let answer: Value = serde_json::from_slice(reply.body()).expect("JSON");
        let message = error_of(&answer)["message"]
            .as_str()
            .expect("text")
            .to_owned();
        assert!(message.ends_with(says), "{message}");
    }
}

#[test]
fn outbound_calls_of_one_request_are_bounded() {
    let app = connector(host(&[]), &[]);
    let context = app.context();
    let send = || {
        let request = Request::get("https://api.example/").body(Bytes::new());
        block_on(context.send(request.expect("valid"), &FOREGROUND))
    };
    let sent = (0..200).filter(|_| send().is_ok()).count();
    assert_eq!(sent, 128);
    assert!(matches!(send(), Err(HttpError::NotSent(_))));
}
