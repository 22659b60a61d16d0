//! Minting a key (`docs/PORTAL-CONTRACT.md`, "Mint").
//!
//! A minted key expires by itself until [`super::lasting`] makes it lasting, so a key that no client gets leaves nothing
//! behind. A key that would last longer is ended at once. Each attempt of one approval has the same idempotency key, so a lost answer costs no second key.

use super::answer::{ALLOW_ORIGIN, Answer};
use super::end;
use crate::app::Context;
use crate::config::Portal;
use crate::digest::sha256_hex;
use crate::event::RevocationReason;
use crate::host::{Clock, Host, HttpError};
use crate::secret::{ApiKey, Secret};
use crate::upstream::limits::FOREGROUND;
use crate::upstream::portal::client_authentication;
use crate::upstream::request::with_bearer;
use crate::web::rfc3339::rfc3339;
use bytes::Bytes;
use chrono::{DateTime, FixedOffset, SecondsFormat};
use http::{HeaderName, HeaderValue, Method, Request, StatusCode};
use serde_json::json;
use std::time::Duration;

/// How long a minted key lives unless it is made lasting: longer than the code that a client gets for it.
pub(crate) const LIFETIME: Duration = Duration::from_secs(15 * 60);

/// How much later than asked a minted key may expire. The time of an earlier attempt of the same approval is earlier.
const LEEWAY: Duration = Duration::from_secs(60);

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The connector's own authentication; `Authorization` has the person's access token.
const CLIENT_AUTHORIZATION: HeaderName =
    HeaderName::from_static("x-tokportal-client-authorization");

/// A key to mint on behalf of a person who signed in.
pub(crate) struct MintRequest<'a> {
    /// The portal's access token.
    pub(crate) access_token: &'a Secret,
    /// The ID token, whose audience is this connector. The access token of another app cannot mint with it.
    pub(crate) id_token: &'a Secret,
    /// Id of the transaction that the person approved.
    pub(crate) approval: &'a str,
    pub(crate) name: &'a str,
    /// `read` or `*`
    pub(crate) scope: &'a str,
}

/// A new key.
#[derive(Debug)]
pub(crate) struct MintedKey {
    pub(crate) key: ApiKey,
    /// Its id in the list of the person's keys, if the portal names it.
    pub(crate) id: Option<String>,
}

/// Why minting a key failed. The texts are for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MintError {
    /// The person has as many keys as the portal allows (`KEY_LIMIT_REACHED`).
    LimitReached,
    /// The portal gave no answer or reported a temporary failure. If a key was minted, the next attempt gets it.
    Down(String),
    /// Another attempt would fail in the same way.
    Refused {
        cause: String,
        /// What the operator must change.
        fix: &'static str,
    },
}

/// Mints a key.
///
/// # Errors
/// [`MintError`].
pub(crate) async fn mint<H: Host>(
    context: &Context<'_, H>,
    portal: &Portal,
    wanted: &MintRequest<'_>,
) -> Result<MintedKey, MintError> {
    let request = request(context.host, portal, wanted).ok_or_else(|| MintError::Refused {
        cause: "the access token is not valid in a header".to_owned(),
        fix: "Let the identity provider issue access tokens that can be sent as Bearer tokens (RFC 6750, section 2.1).",
    })?;
    let answer = match context.send(request, &FOREGROUND).await {
        Ok(answer) => Answer::of(&answer),
        Err(error @ HttpError::Forbidden) => {
            return Err(MintError::Refused {
                cause: error.to_string(),
                fix: ALLOW_ORIGIN,
            });
        }
        Err(error) => return Err(MintError::Down(error.to_string())),
    };
    if answer.status == StatusCode::CREATED && !answer.is_damaged {
        let minted = minted_key(&answer).ok_or_else(|| MintError::Refused {
            cause: "the portal answered 201 without a well-formed key".to_owned(),
            fix: "Answer with data.key, which is sk_ and 64 lowercase hexadecimal digits (docs/PORTAL-CONTRACT.md).",
        })?;
        let Some((cause, fix)) = flaw(&answer, wanted.scope, context.host.now()) else {
            return Ok(minted);
        };
        end(context, &minted.key, RevocationReason::CodeNotIssued).await;
        let cause = format!("the portal answered 201 with {cause}");
        return Err(MintError::Refused { cause, fix });
    }
    Err(match answer.code() {
        Some("KEY_LIMIT_REACHED") => MintError::LimitReached,
        _ if answer.is_temporary() => MintError::Down(answer.cause()),
        code => MintError::Refused {
            cause: answer.cause(),
            fix: fix(answer.status, code, portal.client_secret.is_some()),
        },
    })
}

/// `None` if the access token is not valid in a header.
fn request(
    clock: &impl Clock,
    portal: &Portal,
    wanted: &MintRequest<'_>,
) -> Option<Request<Bytes>> {
    let body = json!({
        "name": wanted.name,
        "scopes": [wanted.scope],
        "environment": "production",
        "expires_at": rfc3339(clock.now().saturating_add(LIFETIME), SecondsFormat::Secs),
        "id_token": wanted.id_token.expose(),
    });
    let (url, token) = (&portal.keys_url, wanted.access_token);
    let mut request = with_bearer(Method::POST, url, token, Some(body.to_string()))?;
    let attempt = sha256_hex(&format!("mint {} {}", wanted.approval, wanted.scope));
    #[expect(clippy::expect_used, reason = "a hash in hexadecimal digits")]
    let attempt = HeaderValue::from_str(&attempt).expect("ASCII text");
    request.headers_mut().insert(IDEMPOTENCY_KEY, attempt);
    if let Some(credentials) = client_authentication::basic(portal) {
        request
            .headers_mut()
            .insert(CLIENT_AUTHORIZATION, credentials);
    }
    Some(request)
}

/// Why a minted key must not be used, and what the operator must change.
fn flaw(answer: &Answer, approved: &str, now: Duration) -> Option<(&'static str, &'static str)> {
    let scopes = answer.data("scopes");
    // The level `*` has no more scopes than a person can approve.
    if approved == "read" && !scopes.is_null() && *scopes != json!(["read"]) {
        return Some((
            "a key that may do more than the person approved",
            "Mint the key with the scopes of the request (docs/PORTAL-CONTRACT.md).",
        ));
    }
    let expires_at = answer.data("expires_at").as_str();
    let expires_at = expires_at.and_then(|text| DateTime::parse_from_rfc3339(text).ok());
    let latest = now.saturating_add(LIFETIME).saturating_add(LEEWAY);
    let is_soon = |time: DateTime<FixedOffset>| {
        u64::try_from(time.timestamp()).is_ok_and(|time| time <= latest.as_secs())
    };
    (!expires_at.is_some_and(is_soon)).then_some((
        "a key that does not expire when it was asked to",
        "Mint the key with the expires_at of the request, and answer with it (docs/PORTAL-CONTRACT.md).",
    ))
}

fn minted_key(answer: &Answer) -> Option<MintedKey> {
    Some(MintedKey {
        key: ApiKey::parse(answer.data("key").as_str()?).ok()?,
        id: answer.data("id").as_str().map(str::to_owned),
    })
}

/// What the operator must change after a refusal.
fn fix(status: StatusCode, code: Option<&str>, has_secret: bool) -> &'static str {
    match (status, code) {
        (StatusCode::UNAUTHORIZED, Some("INVALID_CLIENT")) if has_secret => {
            "Set `portal_client_id` and `portal_client_secret` to the client that the keys API expects in X-TokPortal-Client-Authorization."
        }
        (StatusCode::UNAUTHORIZED, Some("INVALID_CLIENT")) => {
            "The keys API wants the connector to authenticate: set `portal_client_secret`."
        }
        (StatusCode::UNAUTHORIZED, Some("INVALID_ID_TOKEN")) => {
            "Let the keys API accept ID tokens of `portal_issuer` for the audience `portal_client_id` that were issued at most 15 minutes ago, and compare its clock."
        }
        (StatusCode::UNAUTHORIZED, _) => {
            "Let the keys API accept the access tokens of `portal_issuer`, for at least ten minutes after the sign-in. If it wants another audience or scope, set `portal_resource` or `portal_scopes`."
        }
        (StatusCode::FORBIDDEN, _) => {
            "Let the keys API permit the person and the connector to create keys. If it wants another scope, set `portal_scopes`."
        }
        (_, Some("IDEMPOTENCY_KEY_CONFLICT")) => {
            "Nothing, if the key of an earlier attempt was revoked meanwhile. Otherwise let the keys API answer a repeated Idempotency-Key with the same key."
        }
        (
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED,
            _,
        ) => "Set `portal_keys_url` to the URL at which POST creates a key.",
        (status, _) if status.is_redirection() => {
            "Set `portal_keys_url` to the final URL: the connector follows no redirects."
        }
        _ => "Let the keys API mint as docs/PORTAL-CONTRACT.md says.",
    }
}

#[cfg(test)]
mod tests;
