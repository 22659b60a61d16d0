//! Who is asking: the key of a request, its bucket, its scope.

use http::HeaderMap;

use super::{Failure, Trail};
use crate::decisions::{EXPIRED_KEY_CODE, SCOPE_CODE};
use crate::error::{ApiError, Code};
use crate::host::Host;
use crate::operations::Operation;
use crate::people::{self, PEOPLE, Person};
use crate::store::keys::{Admission, admit};
use crate::store::settings::Settings;

/// Finds the key and its owner, takes a token from the bucket and compares the scope.
pub(super) async fn authenticate(
    host: &impl Host,
    operation: &Operation,
    headers: &HeaderMap,
    settings: &Settings,
    trail: &mut Trail,
) -> Result<&'static Person, Failure> {
    let secret = match (key_of(headers), operation.scope) {
        (None, None) => return Ok(&PEOPLE[0]),
        (None, Some(_)) => {
            return Err(ApiError::new(
                Code::AuthMissingKey,
                "Send your API key in the X-API-Key header.",
            )
            .into());
        }
        (Some(secret), _) => secret,
    };
    let invalid = || ApiError::new(Code::AuthInvalidKey, "This API key is not known.");
    if !is_key(secret) {
        return Err(invalid().into());
    }
    let client = header(headers, "x-tokportal-client");
    let admission = admit(host, settings, secret, client)
        .await?
        .ok_or_else(invalid)?;
    let person = people::by_id(&admission.key.workspace).ok_or_else(invalid)?;
    let Admission {
        key,
        admitted,
        level,
        ..
    } = trail.admission.insert(admission);
    if key.revoked_at.is_some() {
        return Err(ApiError::new(Code::AuthRevokedKey, "This API key was revoked.").into());
    }
    if !key.is_live(trail.now) {
        return Err(ApiError::new(EXPIRED_KEY_CODE, "This API key has expired.").into());
    }
    if !*admitted {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a small positive number of seconds"
        )]
        let seconds = ((1.0 - *level) / settings.bucket_refill.max(0.001))
            .ceil()
            .max(1.0) as u64;
        return Err(
            ApiError::new(Code::RateLimitExceeded, "Too many requests with this key.")
                .retry_after(seconds)
                .into(),
        );
    }
    match operation.scope {
        Some(scope) if !key.allows(scope) => Err(ApiError::new(
            SCOPE_CODE,
            format!(
                "This key has the scope {}; the operation needs {scope}.",
                key.scopes
            ),
        )
        .with("required_scope", scope)
        .with("scopes", key.scopes.split(' ').collect::<Vec<_>>())
        .into()),
        _ => Ok(person),
    }
}

/// The key of a request: `X-API-Key`, or a Bearer token.
fn key_of(headers: &HeaderMap) -> Option<&str> {
    header(headers, "x-api-key")
        .or_else(|| bearer(headers))
        .filter(|key| !key.is_empty())
}

/// The Bearer token of a request (RFC 6750, section 2.1).
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = header(headers, "authorization")?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// `sk_` and 64 lowercase hexadecimal digits.
pub fn is_key(text: &str) -> bool {
    text.strip_prefix("sk_").is_some_and(|digits| {
        digits.len() == 64
            && digits
                .bytes()
                .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// A header as text.
pub fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
