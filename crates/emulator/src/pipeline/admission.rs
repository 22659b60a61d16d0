//! The key of a request, its bucket and its scope.

use http::HeaderMap;

use super::trail::{Failure, Trail};
use crate::contract::Operation;
use crate::error::{ApiError, Code};
use crate::host::Host;
use crate::incoming::{bearer, header};
use crate::people::{self, PEOPLE, Person};
use crate::store::keys::{self, Use};
use crate::store::request_log::Entry;
use crate::store::settings;

/// Finds the key and its owner, takes a token from the bucket and compares the scope.
pub(super) async fn authenticate(
    host: &impl Host,
    operation: &Operation,
    headers: &HeaderMap,
    entry: &Entry,
    trail: &mut Trail,
) -> Result<&'static Person, Failure> {
    let sent = header(headers, "x-api-key").or_else(|| bearer(headers));
    let Some(secret) = sent.filter(|key| !key.is_empty()) else {
        if operation.scope.is_none() {
            trail.now = settings::load(host).await?.now(host);
            return Ok(&PEOPLE[0]);
        }
        let message = "Send your API key in the X-API-Key header.";
        return Err(ApiError::new(Code::AuthMissingKey, message).into());
    };
    let invalid = || ApiError::new(Code::AuthInvalidKey, "This API key is not known.");
    if !is_key(secret) {
        return Err(invalid().into());
    }
    let usage = Use {
        secret,
        entry,
        // A write reads the workspace when it has its turn.
        with_parts: !operation.is_write() || trail.dry_run,
    };
    let admission = keys::admit(host, &usage).await?.ok_or_else(invalid)?;
    let person = people::by_id(&admission.key.workspace).ok_or_else(invalid)?;
    let admission = trail.admission.insert(admission);
    let (key, now) = (&admission.key, admission.settings.now(host));
    trail.now = now;
    if key.revoked_at.is_some() {
        return Err(ApiError::new(Code::AuthRevokedKey, "This API key was revoked.").into());
    }
    if !key.is_live(now) {
        return Err(ApiError::new(Code::AuthExpiredKey, "This API key has expired.").into());
    }
    if !admission.admitted {
        let seconds = admission.settings.seconds_to_refill(1.0 - admission.level);
        let error = ApiError::new(Code::RateLimitExceeded, "Too many requests with this key.");
        return Err(error.retry_after(seconds.max(1)).into());
    }
    match operation.scope {
        Some(scope) if !key.allows(scope) => {
            let own = &key.scopes;
            let message = format!("This key has the scope {own}; the operation needs {scope}.");
            let error = ApiError::new(Code::AuthInsufficientScope, message);
            let error = error.with("required_scope", scope);
            let scopes: Vec<_> = own.split(' ').collect();
            Err(error.with("scopes", scopes).into())
        }
        _ => Ok(person),
    }
}

/// `sk_` and 64 lowercase hexadecimal digits.
fn is_key(text: &str) -> bool {
    let digits = text.strip_prefix("sk_").unwrap_or_default();
    let mut bytes = digits.bytes();
    digits.len() == 64 && bytes.all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
