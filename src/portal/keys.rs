//! The portal's API for keys (design: "The portal contract"): mint and revoke.

use crate::api::client::CLIENT;
use crate::connector::Connector;
use crate::host::config::Portal;
use crate::host::{Host, HttpAnswer, HttpError, HttpLimits};
use crate::pages::Level;
use crate::secret::{ApiKey, Secret};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, StatusCode, header};
use serde_json::{Value, json};
use std::time::Duration;

/// Limits of a call that somebody waits for.
pub const WAITED_FOR: HttpLimits = HttpLimits {
    connect: Duration::from_secs(3),
    first_byte: Duration::from_secs(10),
    total: Duration::from_secs(15),
    max_body: 64 * 1024,
};

/// Limits of a call beside a request that has nothing to do with it: the sweep's.
pub const BESIDE: HttpLimits = HttpLimits {
    connect: Duration::from_secs(2),
    first_byte: Duration::from_secs(3),
    total: Duration::from_secs(3),
    max_body: 64 * 1024,
};

/// Why no key was minted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MintError {
    /// The person has as many keys as the portal allows (`KEY_LIMIT_REACHED`).
    LimitReached,
    /// The portal no longer knows the person's access token.
    SignedOut,
    /// No answer, or a temporary failure. Whether a key was made is unknown.
    Down(String),
    /// An answer that is not in the contract. The text is for the log.
    Unexpected(String),
}

/// Mints a key for this connector in the person's name. The scopes follow the level: `read`, or `*`.
///
/// # Errors
/// See [`MintError`].
pub async fn mint(
    host: &impl Host,
    portal: &Portal,
    access_token: &Secret,
    name: &str,
    level: Level,
) -> Result<ApiKey, MintError> {
    let scope = match level {
        Level::Read => "read",
        Level::Full => "*",
    };
    let body = json!({ "name": name, "scopes": [scope], "environment": "production" }).to_string();
    let bearer = Secret::new(format!("Bearer {}", access_token.expose()));
    let request = request(
        Method::POST,
        &portal.keys_url,
        header::AUTHORIZATION,
        &bearer,
        Bytes::from(body),
    )
    .ok_or_else(|| MintError::Unexpected("the access token cannot be sent".to_owned()))?;
    let answer = host
        .send(request, &WAITED_FOR)
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

fn minted_key(answer: &HttpAnswer) -> Option<ApiKey> {
    let body: Value = serde_json::from_slice(answer.response.body()).ok()?;
    ApiKey::parse(body["data"]["key"].as_str()?).ok()
}

/// Revokes a key. A key that the portal does not know is as good as revoked. Without an API for keys nothing happens:
/// the key is the person's own then, and only they revoke it.
///
/// # Errors
/// A text for the log, when the portal did not answer or refused: the key still works.
pub async fn revoke<H: Host>(
    connector: &Connector<H>,
    key: &ApiKey,
    limits: &HttpLimits,
) -> Result<(), String> {
    let Some(base) = &connector.config.portal_keys_url else {
        return Ok(());
    };
    super::grant::forget(key);
    let request = current(Method::DELETE, base, key).ok_or("the key cannot be sent")?;
    let answer = connector
        .host
        .send(request, limits)
        .await
        .map_err(|error| error.to_string())?;
    match answer.response.status() {
        StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND | StatusCode::GONE => Ok(()),
        status if status.is_success() => Ok(()),
        status => Err(format!("the portal answered {status}")),
    }
}

/// Asks the portal what a key is; the answer as it came.
pub(super) async fn introspect(
    host: &impl Host,
    base: &str,
    key: &ApiKey,
    limits: &HttpLimits,
) -> Result<HttpAnswer, HttpError> {
    match current(Method::GET, base, key) {
        Some(request) => host.send(request, limits).await,
        None => Err(HttpError::Failed("the key cannot be sent".to_owned())),
    }
}

fn current(method: Method, base: &str, key: &ApiKey) -> Option<Request<Bytes>> {
    let secret = Secret::new(key.expose());
    request(
        method,
        &format!("{base}/current"),
        HeaderName::from_static("x-api-key"),
        &secret,
        Bytes::new(),
    )
}

fn request(
    method: Method,
    url: &str,
    name: HeaderName,
    secret: &Secret,
    body: Bytes,
) -> Option<Request<Bytes>> {
    let mut credential = HeaderValue::from_str(secret.expose()).ok()?;
    credential.set_sensitive(true);
    let mut request = Request::builder()
        .method(method)
        .uri(url)
        .header(name, credential)
        .header(header::ACCEPT, "application/json")
        .header("x-tokportal-client", CLIENT);
    if !body.is_empty() {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    request.body(body).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{FakeHost, connector, demo_key, json_answer};

    const VARIABLES: [(&str, &str); 2] = [
        ("portal_issuer", "https://portal.example"),
        ("portal_keys_url", "https://portal.example/api/keys"),
    ];

    fn mint_with(status: u16, body: &'static str) -> (Result<ApiKey, MintError>, FakeHost) {
        let connector = connector(
            FakeHost::answering(move |_| json_answer(status, body)),
            &VARIABLES,
        );
        let crate::host::config::SignIn::Portal(portal) = &connector.config.sign_in else {
            panic!("portal mode");
        };
        let token = Secret::new("portal-token");
        let key = pollster::block_on(mint(
            &connector.host,
            portal,
            &token,
            "App (MCP connector)",
            Level::Read,
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
                pollster::block_on(revoke(&connector, &key, &BESIDE)).is_ok(),
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
            pollster::block_on(revoke(&no_portal, &key, &BESIDE)),
            Ok(())
        );
    }
}
