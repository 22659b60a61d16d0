//! The client of the portal's keys API (`docs/PORTAL-CONTRACT.md`): mint, introspect, revoke.

use super::key_cache;
use crate::app::Context;
use crate::config::Portal;
use crate::host::{Host, HttpError, HttpLimits, HttpResponse};
use crate::secret::{ApiKey, Secret};
use crate::upstream::limits::{FOREGROUND, INTROSPECTION};
use crate::upstream::request::{with_api_key, with_bearer};
use http::{Method, StatusCode};
use serde_json::{Value, json};

/// Why minting a key failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MintError {
    /// The person has as many keys as the portal allows (`KEY_LIMIT_REACHED`).
    LimitReached,
    /// The portal no longer accepts the person's access token.
    SignedOut,
    /// The portal gave no answer or reported a temporary failure. Whether a key was minted is unknown. The text is for
    /// the log.
    Down(String),
    /// The answer violates the contract. The text is for the log.
    Unexpected(String),
}

/// Mints a key with one scope (`read` or `*`) on behalf of the person to whom the access token was issued.
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
    let body = Some(body.to_string());
    let request = with_bearer(Method::POST, &portal.keys_url, access_token, body);
    let request = request.ok_or_else(|| {
        MintError::Unexpected("the portal's access token is not valid in a header".to_owned())
    })?;
    let answer = context
        .send(request, &FOREGROUND)
        .await
        .map_err(|error| MintError::Down(error.to_string()))?;
    let status = answer.response.status();
    if status == StatusCode::CREATED {
        return minted_key(&answer).ok_or_else(|| {
            MintError::Unexpected("the portal answered 201 without a well-formed key".to_owned())
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

/// Revokes a key. A key that the portal does not know counts as revoked. Without a keys API, this does nothing: the
/// person pasted the key, and only the person revokes it.
///
/// # Errors
/// A text for the log when the portal did not confirm the revocation: the key may still work.
pub(crate) async fn revoke<H: Host>(
    context: &Context<'_, H>,
    key: &ApiKey,
    limits: &HttpLimits,
) -> Result<(), String> {
    let Some(base) = &context.config.portal_keys_url else {
        return Ok(());
    };
    key_cache::forget(key);
    let request = with_api_key(Method::DELETE, &current_key_url(base), key, None);
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

/// Sends an introspection request to the portal.
pub(super) async fn introspect<H: Host>(
    context: &Context<'_, H>,
    base: &str,
    key: &ApiKey,
) -> Result<HttpResponse, HttpError> {
    let client = context.client();
    let request = with_api_key(Method::GET, &current_key_url(base), key, client.as_ref());
    context.send(request, &INTROSPECTION).await
}

/// The URL of the key that authenticates the request.
fn current_key_url(base: &str) -> String {
    format!("{base}/current")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SignIn;
    use crate::testing::{FakeHost, connector, demo_key, json_answer};
    use crate::upstream::limits::BACKGROUND;
    use pollster::block_on;

    const VARIABLES: [(&str, &str); 2] = [
        ("portal_issuer", "https://portal.example"),
        ("portal_keys_url", "https://portal.example/api/keys"),
    ];

    fn mint_with(status: u16, body: &'static str) -> (Result<ApiKey, MintError>, FakeHost) {
        let host = FakeHost::answering(move |_| json_answer(status, body));
        let app = connector(host, &VARIABLES);
        let SignIn::Portal(portal) = &app.config.sign_in else {
            panic!("expected the portal mode");
        };
        let token = Secret::new("portal-token");
        let name = "App (MCP connector)";
        let key = block_on(mint(&app.context(), portal, &token, name, "read"));
        (key, app.host)
    }

    #[test]
    fn mint_sends_the_access_token_and_the_scope() {
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
    fn mint_distinguishes_the_errors_of_the_portal() {
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
    fn revoke_accepts_a_key_that_no_longer_exists() {
        let key = ApiKey::parse(&demo_key()).expect("a key");
        for (status, revoked) in [
            (204, true),
            (200, true),
            (401, true),
            (404, true),
            (500, false),
            (429, false),
        ] {
            let host = FakeHost::answering(move |_| json_answer(status, ""));
            let app = connector(host, &VARIABLES);
            let result = block_on(revoke(&app.context(), &key, &BACKGROUND));
            assert_eq!(result.is_ok(), revoked, "{status}");
            let sent = app.host.sent.borrow();
            assert_eq!(
                (sent[0].method(), sent[0].uri().path()),
                (&Method::DELETE, "/api/keys/current")
            );
            assert_eq!(sent[0].headers()["x-api-key"], demo_key());
        }
        let without_portal = connector(FakeHost::silent(), &[]);
        let result = block_on(revoke(&without_portal.context(), &key, &BACKGROUND));
        assert_eq!(result, Ok(()));
    }
}
