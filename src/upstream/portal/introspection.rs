//! Key introspection: what a key may do, asked from the portal and believed for `key_check_seconds`.

use super::key_cache::{self, KeyStatus};
use super::keys;
use crate::app::Context;
use crate::event::Event;
use crate::host::Host;
use crate::secret::ApiKey;
use http::StatusCode;
use serde_json::Value;

/// The status of a key.
pub(crate) async fn introspect<H: Host>(context: &Context<'_, H>, key: &ApiKey) -> KeyStatus {
    let Some(base) = &context.config.portal_keys_url else {
        return KeyStatus::Unknown;
    };
    let now = context.host.now();
    if let Some(status) = key_cache::get(key, now) {
        return status;
    }
    let status = match keys::introspect(context, base, key).await {
        Ok(answer) => read(answer.response.status(), answer.response.body()),
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

/// Scopes that are not known here are left to the API.
fn read(status: StatusCode, body: &[u8]) -> KeyStatus {
    if status == StatusCode::UNAUTHORIZED {
        return KeyStatus::Revoked;
    }
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let Some(scopes) = body["data"]["scopes"]
        .as_array()
        .filter(|_| status == StatusCode::OK)
    else {
        return KeyStatus::Unknown;
    };
    if !scopes.is_empty() && scopes.iter().all(|scope| scope == "read") {
        KeyStatus::ReadOnly
    } else if scopes.iter().any(|scope| scope == "*" || scope == "write") {
        KeyStatus::Full
    } else {
        KeyStatus::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{FakeHost, connector, demo_key, json_answer};
    use crate::upstream::portal::key_cache::forget;
    use std::cell::Cell;
    use std::rc::Rc;
    use std::time::Duration;

    const VARIABLES: [(&str, &str); 2] = [
        ("portal_keys_url", "https://portal.example/api/keys"),
        ("key_check_seconds", "5"),
    ];

    fn demo() -> ApiKey {
        ApiKey::parse(&demo_key()).expect("a key")
    }

    #[test]
    fn scopes_become_grants() {
        for (status, scopes, expected) in [
            (200, r#"["read"]"#, KeyStatus::ReadOnly),
            (200, r#"["*"]"#, KeyStatus::Full),
            (200, r#"["read","write"]"#, KeyStatus::Full),
            (200, r#"["write"]"#, KeyStatus::Full),
            (200, "[]", KeyStatus::Unknown),
            (200, r#"["read","other"]"#, KeyStatus::Unknown),
            (401, "[]", KeyStatus::Revoked),
            (404, "[]", KeyStatus::Unknown),
            (500, r#"["*"]"#, KeyStatus::Unknown),
        ] {
            let status = StatusCode::from_u16(status).expect("a status");
            let body = format!(r#"{{"data":{{"scopes":{scopes}}}}}"#);
            assert_eq!(read(status, body.as_bytes()), expected, "{status} {scopes}");
        }
        assert_eq!(read(StatusCode::OK, b"not json"), KeyStatus::Unknown);
    }

    #[test]
    fn a_revoked_key_is_noticed_within_the_configured_seconds() {
        let revoked = Rc::new(Cell::new(false));
        let answer = Rc::clone(&revoked);
        let host = FakeHost::answering(move |_| {
            let status = if answer.get() { 401 } else { 200 };
            json_answer(status, r#"{"data":{"scopes":["read"]}}"#)
        });
        let connector = connector(host, &VARIABLES);
        let ask = || pollster::block_on(introspect(&connector.context(), &demo()));
        assert_eq!(ask(), KeyStatus::ReadOnly);
        revoked.set(true);
        assert_eq!(ask(), KeyStatus::ReadOnly, "believed for a while");
        assert_eq!(connector.host.sent.borrow().len(), 1);
        connector
            .host
            .now
            .set(connector.host.now.get() + Duration::from_secs(5));
        assert_eq!(ask(), KeyStatus::Revoked);
        revoked.set(false);
        forget(&demo());
        assert_eq!(ask(), KeyStatus::ReadOnly, "forgotten at once");
    }

    #[test]
    fn nobody_to_ask_means_that_the_api_decides() {
        let connector = connector(FakeHost::silent(), &[]);
        assert_eq!(
            pollster::block_on(introspect(&connector.context(), &demo())),
            KeyStatus::Unknown
        );
    }
}
