//! Key introspection: the portal says what a key may do. An answer is kept for `key_check_seconds`.
//!
//! One request asks about a key at a time. The others use the answer that it renews, or wait for it.

use super::key_cache::{self, KeyStatus, Turn};
use super::keys;
use crate::app::Context;
use crate::event::Event;
use crate::host::Host;
use crate::secret::ApiKey;
use http::StatusCode;
use serde_json::Value;
use std::time::Duration;

/// How often a request looks whether the answer that another one asked for is there. The executor of a component wakes no
/// request for another one, so it cannot wait in another way.
const PAUSE: Duration = Duration::from_millis(2);

/// An answer is renewed in the last fifth of its time, so that not all requests wait when it ends.
const RENEWED_IN_LAST: u32 = 5;

/// The status of a key, from the cache or from the portal.
pub(crate) async fn introspect<H: Host>(context: &Context<'_, H>, key: &ApiKey) -> KeyStatus {
    let Some(base) = &context.config.portal_keys_url else {
        return KeyStatus::Unknown;
    };
    let lifetime = context.config.key_check;
    if lifetime.is_zero() {
        return ask(context, base, key).await;
    }
    let _turn = loop {
        let cached = key_cache::get(key, context.host.now());
        if let Some((status, left)) = cached
            && left > lifetime / RENEWED_IN_LAST
        {
            return status;
        }
        match (Turn::take(key), cached) {
            (Some(turn), _) => break turn,
            (None, Some((status, _))) => return status,
            (None, None) => context.host.sleep(PAUSE).await,
        }
    };
    ask(context, base, key).await
}

/// The status of a key from the portal.
async fn ask<H: Host>(context: &Context<'_, H>, base: &str, key: &ApiKey) -> KeyStatus {
    let now = context.host.now();
    let status = match keys::introspect(context, base, key).await {
        Ok(answer) => {
            let status = answer.response.status();
            let read = status_of(status, answer.response.body());
            if read.is_none() {
                let without = match status {
                    StatusCode::OK => " without the scopes of a key",
                    _ => "",
                };
                context.log(&Event::IntrospectionFailed {
                    cause: format!("the portal answered {status}{without}"),
                });
            }
            if status == StatusCode::OK && read.is_some() {
                key_cache::accept(key, now);
            }
            read.unwrap_or(KeyStatus::Unknown)
        }
        Err(error) => {
            context.log(&Event::IntrospectionFailed {
                cause: error.to_string(),
            });
            KeyStatus::Unknown
        }
    };
    key_cache::remember(key, status, now, context.config.key_check);
    status
}

/// Reads an answer of the portal; `None` if it says nothing of a key. A key with scopes that the connector does not know
/// has the status `Unknown`.
fn status_of(status: StatusCode, body: &[u8]) -> Option<KeyStatus> {
    if status == StatusCode::UNAUTHORIZED {
        return Some(KeyStatus::Revoked);
    }
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let scopes = body
        .pointer("/data/scopes")
        .and_then(Value::as_array)
        .filter(|_| status == StatusCode::OK)?;
    Some(
        if !scopes.is_empty() && scopes.iter().all(|scope| scope == "read") {
            KeyStatus::ReadOnly
        } else if scopes.iter().any(|scope| scope == "*" || scope == "write") {
            KeyStatus::Full
        } else {
            KeyStatus::Unknown
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{FakeHost, connector, demo_key, json_answer};
    use crate::upstream::portal::key_cache::forget;
    use futures::future::{join, join_all};
    use futures::task::noop_waker;
    use pollster::block_on;
    use std::cell::Cell;
    use std::pin::Pin;
    use std::rc::Rc;
    use std::task::{Context, Poll};

    const VARIABLES: [(&str, &str); 2] = [
        ("portal_keys_url", "https://portal.example/api/keys"),
        ("key_check_seconds", "5"),
    ];

    fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
        Pin::new(future).poll(&mut Context::from_waker(&noop_waker()))
    }

    fn demo() -> ApiKey {
        ApiKey::parse(&demo_key()).expect("a key")
    }

    #[test]
    fn status_follows_from_the_scopes_of_a_key() {
        for (status, scopes, expected) in [
            (200, r#"["read"]"#, Some(KeyStatus::ReadOnly)),
            (200, r#"["*"]"#, Some(KeyStatus::Full)),
            (200, r#"["read","write"]"#, Some(KeyStatus::Full)),
            (200, r#"["write"]"#, Some(KeyStatus::Full)),
            (200, "[]", Some(KeyStatus::Unknown)),
            (200, r#"["read","other"]"#, Some(KeyStatus::Unknown)),
            (401, "[]", Some(KeyStatus::Revoked)),
            (404, "[]", None),
            (500, r#"["*"]"#, None),
        ] {
            let status = StatusCode::from_u16(status).expect("a status");
            let body = format!(r#"{{"data":{{"scopes":{scopes}}}}}"#);
            let actual = status_of(status, body.as_bytes());
            assert_eq!(actual, expected, "{status} {scopes}");
        }
        assert_eq!(status_of(StatusCode::OK, b"not json"), None);
    }

    #[test]
    fn answer_without_a_key_is_an_event_and_the_api_decides() {
        for body in ["<!doctype html>", r#"{"data":[]}"#, ""] {
            let host = FakeHost::answering(move |_| json_answer(200, body));
            let app = connector(host, &VARIABLES);
            forget(&demo());
            let status = block_on(introspect(&app.context(), &demo()));
            assert_eq!(status, KeyStatus::Unknown);
            let log = app.host.log.borrow().join("\n");
            assert!(log.contains("introspection_failed"), "{body}: {log}");
        }
    }

    #[test]
    fn a_revocation_is_noticed_after_the_configured_seconds() {
        let is_revoked = Rc::new(Cell::new(false));
        let portal_state = Rc::clone(&is_revoked);
        let host = FakeHost::answering(move |_| {
            let status = if portal_state.get() { 401 } else { 200 };
            json_answer(status, r#"{"data":{"scopes":["read"]}}"#)
        });
        let app = connector(host, &VARIABLES);
        let status = || block_on(introspect(&app.context(), &demo()));
        assert_eq!(status(), KeyStatus::ReadOnly);
        is_revoked.set(true);
        assert_eq!(status(), KeyStatus::ReadOnly, "from the cache");
        assert_eq!(app.host.sent.borrow().len(), 1);
        app.host
            .now
            .set(app.host.now.get() + Duration::from_secs(5));
        assert_eq!(status(), KeyStatus::Revoked);
        is_revoked.set(false);
        forget(&demo());
        assert_eq!(status(), KeyStatus::ReadOnly, "removed from the cache");
    }

    #[test]
    fn portal_is_asked_once_by_requests_at_the_same_time() {
        let host = FakeHost::answering(|_| json_answer(200, r#"{"data":{"scopes":["read"]}}"#));
        let app = connector(host, &VARIABLES);
        forget(&demo());
        let contexts = [(); 16].map(|()| app.context());
        let key = demo();
        let asked = contexts.iter().map(|context| introspect(context, &key));
        let statuses = block_on(join_all(asked));
        assert_eq!(statuses, [KeyStatus::ReadOnly; 16]);
        assert_eq!(app.host.sent.borrow().len(), 1);
    }

    #[test]
    fn answer_is_renewed_by_one_request_while_others_use_it() {
        let is_revoked = Rc::new(Cell::new(false));
        let portal_state = Rc::clone(&is_revoked);
        let host = FakeHost::answering(move |_| {
            let status = if portal_state.get() { 401 } else { 200 };
            json_answer(status, r#"{"data":{"scopes":["*"]}}"#)
        });
        let app = connector(host, &VARIABLES);
        forget(&demo());
        let contexts = [(); 3].map(|()| app.context());
        let key = demo();
        let [first, second, third] = &contexts;
        assert_eq!(block_on(introspect(first, &key)), KeyStatus::Full);
        is_revoked.set(true);
        let start = app.host.now.get();
        app.host.now.set(start + Duration::from_millis(3_900));
        assert_eq!(block_on(introspect(first, &key)), KeyStatus::Full);
        app.host.now.set(start + Duration::from_millis(4_100));
        let (renews, uses) = block_on(join(introspect(second, &key), introspect(third, &key)));
        assert_eq!((renews, uses), (KeyStatus::Revoked, KeyStatus::Full));
        assert_eq!(block_on(introspect(third, &key)), KeyStatus::Revoked);
        assert_eq!(app.host.sent.borrow().len(), 2);
    }

    #[test]
    fn request_that_ends_while_it_asks_leaves_its_turn() {
        let host = FakeHost::answering(|_| json_answer(200, r#"{"data":{"scopes":["*"]}}"#));
        let app = connector(host, &VARIABLES);
        forget(&demo());
        let (given_up, context, key) = (app.context(), app.context(), demo());
        let mut asking = Box::pin(introspect(&given_up, &key));
        assert!(poll_once(&mut asking).is_pending());
        drop(asking);
        assert_eq!(block_on(introspect(&context, &key)), KeyStatus::Full);
    }

    #[test]
    fn without_time_to_keep_answers_every_request_asks() {
        let host = FakeHost::answering(|_| json_answer(200, r#"{"data":{"scopes":["*"]}}"#));
        let app = connector(host, &[VARIABLES[0], ("key_check_seconds", "0")]);
        forget(&demo());
        let contexts = [(); 4].map(|()| app.context());
        let key = demo();
        block_on(join_all(
            contexts.iter().map(|context| introspect(context, &key)),
        ));
        assert_eq!(app.host.sent.borrow().len(), 4);
    }

    #[test]
    fn without_a_keys_api_the_status_is_unknown() {
        let app = connector(FakeHost::silent(), &[]);
        let status = block_on(introspect(&app.context(), &demo()));
        assert_eq!(status, KeyStatus::Unknown);
    }
}
