//! The keys API of the portal (`docs/PORTAL-CONTRACT.md`): mint, introspect, revoke.

use super::key_cache;
use crate::app::Context;
use crate::config::Portal;
use crate::host::{Host, HttpError, HttpLimits, HttpResponse};
use crate::secret::{ApiKey, Secret};
use crate::upstream::limits::{FOREGROUND, INTROSPECTION};
use crate::upstream::request::{with_api_key, with_bearer};
use http::{Method, StatusCode};
use serde_json::{Value, json};

/// Why no key was minted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MintError {
    /// The person has as many keys as the portal allows (`KEY_LIMIT_REACHED`).
    LimitReached,
    /// The portal no longer accepts the person's access token.
    SignedOut,
    /// No answer, or a temporary failure. Whether a key was made is unknown.
    Down(String),
    /// An answer that is not in the contract. The text is for the log.
    Unexpected(String),
}

/// Mints a key with one scope (`read` or `*`) for this connector, as the person who holds the access token.
///
/// # Errors
/// [`MintError`].
pub(crate) async fn mint<H: Host>(
    context: &Context<'_, H>,
    portal: &Portal,
    access_token: &Secret,
    name: &str,
    scope: &str,
) -> Result<ApiKey, MintError> {
    let body = json!({ "name": name, "scopes": [scope], "environment": "production" });
    let request = with_bearer(&portal.keys_url, access_token, body.to_string())
        .ok_or_else(|| MintError::Unexpected("the access token cannot be sent".to_owned()))?;
    let answer = context
        .send(request, &FOREGROUND)
        .await
        .map_err(|error| MintError::Down(error.to_string()))?;
    let status = answer.response.status();
    if status == StatusCode::CREATED {
        return minted_key(&answer).ok_or_else(|| {
            MintError::Unexpected("the portal's 201 holds no key of the known form".to_owned())
        });
    }
    let body: Value = serde_json::from_slice(answer.response.body()).unwrap_or_default();
    Err(match body["error"]["code"].as_str() {
        Some("KEY_LIMIT_REACHED") => MintError::LimitReached,
        _ if status == StatusCode::UNAUTHORIZED => MintError::SignedOut,
        _ if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
            MintError::Down(format!("the portal answered {status}"))
        }
        _ => MintError::Unexpected(format!("the portal answered {status}")),
    })
}

fn minted_key(answer: &HttpResponse) -> Option<ApiKey> {
    let body: Value = serde_json::from_slice(answer.response.body()).ok()?;
    ApiKey::parse(body["data"]["key"].as_str()?).ok()
}

/// Revokes a key. A key that the portal does not know counts as revoked. Without a keys API nothing happens: the key is
/// then the person's own, and only they revoke it.
///
/// # Errors
/// A text for the log, when the portal did not answer or refused: the key still works.
pub(crate) async fn revoke<H: Host>(
    context: &Context<'_, H>,
    key: &ApiKey,
    limits: &HttpLimits,
) -> Result<(), String> {
    let Some(base) = &context.config.portal_keys_url else {
        return Ok(());
    };
    key_cache::forget(key);
    let request = with_api_key(Method::DELETE, &current(base), key);
    let answer = context
        .send(request, limits)
        .await
        .map_err(|error| error.to_string())?;
    match answer.response.status() {
        StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND | StatusCode::GONE => Ok(()),
        status if status.is_success() => Ok(()),
        status => Err(format!("the portal answered {status}")),
    }
}

/// Asks the portal what a key is.
pub(crate) async fn introspect<H: Host>(
    context: &Context<'_, H>,
    base: &str,
    key: &ApiKey,
) -> Result<HttpResponse, HttpError> {
    let request = with_api_key(Method::GET, &current(base), key);
    context.send(request, &INTROSPECTION).await
}

fn current(base: &str) -> String {
    format!("{base}/current")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{FakeHost, connector, demo_key, json_answer};
    use crate::upstream::limits::BACKGROUND;

    const VARIABLES: [(&str, &str); 2] = [
        ("portal_issuer", "https://portal.example"),
        ("portal_keys_url", "https://portal.example/api/keys"),
    ];

    fn mint_with(status: u16, body: &'static str) -> (Result<ApiKey, MintError>, FakeHost) {
        let connector = connector(
            FakeHost::answering(move |_| json_answer(status, body)),
            &VARIABLES,
        );
        let crate::config::SignIn::Portal(portal) = &connector.config.sign_in else {
            panic!("portal mode");
        };
        let token = Secret::new("portal-token");
        let key = pollster::block_on(mint(
            &connector.context(),
            portal,
            &token,
            "App (MCP connector)",
            "read",
        ));
        (key, connector.host)
    }

    #[test]
    fn mints_as_the_person_with_the_scope_of_the_level() {
        let body = format!(
            r#"{{"data":{{"id":"k1","key":"{}","name":"x","scopes":["read"]}}}}"#,
            demo_key()
        );
        let (key, host) = mint_with(201, body.leak());
        assert_eq!(key.expect("minted").expose(), demo_key());
        let sent = host.sent.borrow();
        assert_eq!(sent[0].uri(), "https://portal.example/api/keys");
        assert_eq!(sent[0].headers()["authorization"], "Bearer portal-token");
        let body: Value = serde_json::from_slice(sent[0].body()).expect("JSON");
        assert_eq!(
            body,
            json!({ "name": "App (MCP connector)", "scopes": ["read"], "environment": "production" })
        );
    }

    #[test]
    fn refusals_are_told_apart() {
        let limit = r#"{"error":{"code":"KEY_LIMIT_REACHED","message":"Full."}}"#;
        assert_eq!(mint_with(409, limit).0.err(), Some(MintError::LimitReached));
        assert_eq!(mint_with(401, "{}").0.err(), Some(MintError::SignedOut));
        assert!(matches!(mint_with(503, "").0, Err(MintError::Down(_))));
        assert!(matches!(
            mint_with(400, "{}").0,
            Err(MintError::Unexpected(_))
        ));
        assert!(matches!(
            mint_with(201, r#"{"data":{"key":"short"}}"#).0,
            Err(MintError::Unexpected(_))
        ));
    }

    #[test]
    fn a_key_that_is_gone_counts_as_revoked() {
        let key = ApiKey::parse(&demo_key()).expect("a key");
        for (status, revoked) in [
            (204, true),
            (200, true),
            (401, true),
            (404, true),
            (500, false),
            (429, false),
        ] {
            let connector = connector(
                FakeHost::answering(move |_| json_answer(status, "")),
                &VARIABLES,
            );
            assert_eq!(
                pollster::block_on(revoke(&connector.context(), &key, &BACKGROUND)).is_ok(),
                revoked,
                "{status}"
            );
            let sent = connector.host.sent.borrow();
            assert_eq!(
                (sent[0].method(), sent[0].uri().path()),
                (&Method::DELETE, "/api/keys/current")
            );
            assert_eq!(sent[0].headers()["x-api-key"], demo_key());
        }
        let no_portal = connector(FakeHost::silent(), &[]);
        assert_eq!(
            pollster::block_on(revoke(&no_portal.context(), &key, &BACKGROUND)),
            Ok(())
        );
    }
}
