use super::*;
use crate::testing::{FakeHost, connector, demo_key, json_answer};
use bytes::Bytes;
use http::{Request, Response};
use pollster::block_on;
use serde_json::Value;
use std::cell::RefCell;

const LASTING_KEY: &str = r#"{"data":{"id":"k1","expires_at":null}}"#;

type Script = Vec<Result<Response<Bytes>, HttpError>>;

/// Answers in this order. Returns the result and the requests.
fn with(answers: Script) -> (Result<(), LastingError>, Vec<Request<Bytes>>) {
    let answers = RefCell::new(answers.into_iter());
    let host =
        FakeHost::answering(move |_| answers.borrow_mut().next().expect("one request too many"));
    let keys_url = ("portal_keys_url", "https://portal.example/api/keys");
    let app = connector(host, &[keys_url]);
    let key = ApiKey::parse(&demo_key()).expect("a key");
    let result = block_on(make_lasting(&app.context(), &key));
    (result, app.host.sent.take())
}

#[test]
fn request_removes_the_expiry_of_the_key() {
    let (result, sent) = with(vec![json_answer(200, LASTING_KEY)]);
    assert_eq!(result, Ok(()));
    assert_eq!(
        (sent[0].method(), sent[0].uri().path()),
        (&Method::PATCH, "/api/keys/current")
    );
    assert_eq!(sent[0].headers()["x-api-key"], demo_key());
    assert_eq!(sent[0].headers()["content-type"], "application/json");
    let body: Value = serde_json::from_slice(sent[0].body()).expect("JSON");
    assert_eq!(body, json!({ "expires_at": null }));
}

#[test]
fn outage_leads_to_one_more_attempt() {
    let outage = || {
        [
            json_answer(200, &LASTING_KEY[..20]),
            json_answer(503, ""),
            json_answer(429, ""),
            Err(HttpError::Timeout),
        ]
    };
    for first in outage() {
        let (result, sent) = with(vec![first, json_answer(200, LASTING_KEY)]);
        assert_eq!((result, sent.len()), (Ok(()), 2));
    }
    for second in outage() {
        let (result, sent) = with(vec![json_answer(500, ""), second]);
        assert!(
            matches!(result, Err(LastingError::Unknown(_))),
            "{result:?}"
        );
        assert_eq!(sent.len(), 2);
    }
}

#[test]
fn portal_that_had_no_time_twice_did_nothing() {
    let (result, sent) = with(vec![json_answer(429, ""), json_answer(429, "")]);
    assert!(matches!(result, Err(LastingError::Busy(_))), "{result:?}");
    assert_eq!(sent.len(), 2);
    let (result, _) = with(vec![json_answer(429, ""), Err(HttpError::Timeout)]);
    assert!(
        matches!(result, Err(LastingError::Unknown(_))),
        "{result:?}"
    );
}

#[test]
fn key_that_no_longer_exists_is_gone() {
    let envelope = r#"{"error":{"code":"KEY_NOT_FOUND","message":"Gone."}}"#;
    for (status, body) in [(401, ""), (401, envelope), (404, envelope), (410, "")] {
        let (result, sent) = with(vec![json_answer(status, body)]);
        assert!(matches!(result, Err(LastingError::Gone(_))), "{result:?}");
        assert_eq!(sent.len(), 1);
    }
}

#[test]
fn portal_without_this_call_is_refused_with_a_fix() {
    let still_expires = r#"{"data":{"id":"k1","expires_at":"2026-09-21T14:28:20Z"}}"#;
    for (status, body) in [
        (404, "<html>Cannot PATCH /api/keys/current</html>"),
        (404, r#"{"detail":"Not Found"}"#),
        (405, ""),
        (501, ""),
        (400, ""),
        (403, ""),
        (307, ""),
        (202, "{}"),
        (200, "[]"),
        (200, still_expires),
    ] {
        let (result, sent) = with(vec![json_answer(status, body)]);
        match result {
            Err(LastingError::Refused { fix, .. }) => assert_eq!(fix, HOW),
            other => panic!("{status} {body}: {other:?}"),
        }
        assert_eq!(sent.len(), 1, "it is not tried again");
    }
    let (result, _) = with(vec![Err(HttpError::Forbidden)]);
    let is_origin = |fix| fix == ALLOW_ORIGIN;
    assert!(matches!(result, Err(LastingError::Refused { fix, .. }) if is_origin(fix)));
}
