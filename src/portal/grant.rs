//! What a key may do, by the portal's word: asked, and believed for a few seconds.

use super::keys;
use crate::connector::Connector;
use crate::host::{Host, HttpLimits};
use crate::secret::ApiKey;
use http::StatusCode;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

/// Lists wait for this answer, so it must come soon or not at all.
const LIMITS: HttpLimits = HttpLimits {
    connect: Duration::from_secs(2),
    first_byte: Duration::from_secs(3),
    total: Duration::from_secs(3),
    max_body: 64 * 1024,
};
/// The most keys remembered.
const CAPACITY: usize = 512;

/// What the portal says of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// There is nobody to ask, or no answer: the API decides.
    Unknown,
    /// It may change things.
    Full,
    /// It may only look.
    Read,
    /// It was revoked, or never existed.
    Gone,
}

thread_local! {
    /// Answers by the fingerprint of the key, each with the time at which it is forgotten. Instances serve many people,
    /// so nothing else of a key is here.
    static ANSWERS: RefCell<HashMap<[u8; 32], (Grant, Duration)>> = RefCell::default();
}

/// Asks the portal about a key, unless it answered within `key_check_seconds`.
pub async fn grant<H: Host>(connector: &Connector<H>, key: &ApiKey) -> Grant {
    let Some(base) = &connector.config.portal_keys_url else {
        return Grant::Unknown;
    };
    let fingerprint = key.fingerprint();
    let now = connector.host.now();
    let known = ANSWERS.with_borrow(|answers| answers.get(&fingerprint).copied());
    if let Some((grant, until)) = known
        && now < until
    {
        return grant;
    }
    let grant = match keys::introspect(&connector.host, base, key, &LIMITS).await {
        Ok(answer) => read(answer.response.status(), answer.response.body()),
        Err(error) => {
            connector.host.log(&format!(
                "the portal was asked about a key in vain: {error}"
            ));
            Grant::Unknown
        }
    };
    remember(fingerprint, grant, now, connector.config.key_check);
    grant
}

/// Forgets what the portal said of a key: it was just revoked, or the API refused it.
pub fn forget(key: &ApiKey) {
    ANSWERS.with_borrow_mut(|answers| answers.remove(&key.fingerprint()));
}

fn remember(fingerprint: [u8; 32], grant: Grant, now: Duration, lifetime: Duration) {
    ANSWERS.with_borrow_mut(|answers| {
        if answers.len() >= CAPACITY {
            answers.retain(|_, (_, until)| now < *until);
        }
        if answers.len() >= CAPACITY {
            // All young: a flood of keys. Any one may go, because it can be asked about again.
            let any = answers.keys().next().copied();
            any.map(|any| answers.remove(&any));
        }
        answers.insert(fingerprint, (grant, now + lifetime));
    });
}

/// A key may change things if one of its scopes says so; a scope that is not known here is left to the API.
fn read(status: StatusCode, body: &[u8]) -> Grant {
    if status == StatusCode::UNAUTHORIZED {
        return Grant::Gone;
    }
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let Some(scopes) = body["data"]["scopes"]
        .as_array()
        .filter(|_| status == StatusCode::OK)
    else {
        return Grant::Unknown;
    };
    if !scopes.is_empty() && scopes.iter().all(|scope| scope == "read") {
        Grant::Read
    } else if scopes.iter().any(|scope| scope == "*" || scope == "write") {
        Grant::Full
    } else {
        Grant::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{FakeHost, connector, demo_key, json_answer};
    use std::cell::Cell;
    use std::rc::Rc;

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
            (200, r#"["read"]"#, Grant::Read),
            (200, r#"["*"]"#, Grant::Full),
            (200, r#"["read","write"]"#, Grant::Full),
            (200, r#"["write"]"#, Grant::Full),
            (200, "[]", Grant::Unknown),
            (200, r#"["read","other"]"#, Grant::Unknown),
            (401, "[]", Grant::Gone),
            (404, "[]", Grant::Unknown),
            (500, r#"["*"]"#, Grant::Unknown),
        ] {
            let status = StatusCode::from_u16(status).expect("a status");
            let body = format!(r#"{{"data":{{"scopes":{scopes}}}}}"#);
            assert_eq!(read(status, body.as_bytes()), expected, "{status} {scopes}");
        }
        assert_eq!(read(StatusCode::OK, b"not json"), Grant::Unknown);
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
        let ask = || pollster::block_on(grant(&connector, &demo()));
        assert_eq!(ask(), Grant::Read);
        revoked.set(true);
        assert_eq!(ask(), Grant::Read, "believed for a while");
        assert_eq!(connector.host.sent.borrow().len(), 1);
        connector
            .host
            .now
            .set(connector.host.now.get() + Duration::from_secs(5));
        assert_eq!(ask(), Grant::Gone);
        revoked.set(false);
        forget(&demo());
        assert_eq!(ask(), Grant::Read, "forgotten at once");
    }

    #[test]
    fn nobody_to_ask_means_that_the_api_decides() {
        let connector = connector(FakeHost::silent(), &[]);
        assert_eq!(
            pollster::block_on(grant(&connector, &demo())),
            Grant::Unknown
        );
    }

    #[test]
    fn a_flood_of_keys_does_not_grow_the_memory() {
        for i in 0..2_000_u32 {
            let mut fingerprint = [0; 32];
            fingerprint[..4].copy_from_slice(&i.to_be_bytes());
            remember(
                fingerprint,
                Grant::Gone,
                Duration::ZERO,
                Duration::from_secs(5),
            );
        }
        assert_eq!(ANSWERS.with_borrow(HashMap::len), CAPACITY);
    }
}
