//! Making a minted key lasting, when a client redeems the code for it (`docs/PORTAL-CONTRACT.md`, "Make lasting").

use super::answer::{ALLOW_ORIGIN, Answer};
use super::current_key_url;
use crate::app::Context;
use crate::host::{Host, HttpError};
use crate::secret::ApiKey;
use crate::upstream::limits::LASTING;
use crate::upstream::request::{with_api_key, with_json};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

/// The pause before the second attempt.
const PAUSE: Duration = Duration::from_millis(500);

const HOW: &str = "Let PATCH at `portal_keys_url`/current with X-API-Key remove the expiry (docs/PORTAL-CONTRACT.md).";

/// Why a key is not lasting. The texts are for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LastingError {
    /// The key no longer exists: it has expired, or the person revoked it.
    Gone(String),
    /// Twice the portal had no time and did nothing (429).
    Busy(String),
    /// Twice there was no answer or a temporary failure. Whether the key is lasting is unknown.
    Unknown(String),
    /// Another attempt would fail in the same way.
    Refused {
        cause: String,
        /// What the operator must change.
        fix: &'static str,
    },
}

/// Removes the expiry of a key. An attempt may be repeated, because a lasting key stays lasting.
///
/// # Errors
/// [`LastingError`].
pub(crate) async fn make_lasting<H: Host>(
    context: &Context<'_, H>,
    key: &ApiKey,
) -> Result<(), LastingError> {
    let first = attempt(context, key).await;
    if !matches!(first, Err(LastingError::Busy(_) | LastingError::Unknown(_))) {
        return first;
    }
    context.host.sleep(PAUSE).await;
    match (first, attempt(context, key).await) {
        // The first attempt may have had an effect.
        (Err(LastingError::Unknown(_)), Err(LastingError::Busy(cause))) => {
            Err(LastingError::Unknown(cause))
        }
        (_, second) => second,
    }
}

async fn attempt<H: Host>(context: &Context<'_, H>, key: &ApiKey) -> Result<(), LastingError> {
    let refused = |cause: String, fix| LastingError::Refused { cause, fix };
    let Some(base) = &context.config.portal_keys_url else {
        let cause = "this connector no longer has a keys API".to_owned();
        return Err(refused(cause, "Set `portal_keys_url`."));
    };
    let request = with_api_key(Method::PATCH, &current_key_url(base), key, None);
    let request = with_json(request, &json!({ "expires_at": null }));
    let answer = match context.send(request, &LASTING).await {
        Ok(answer) => Answer::of(&answer),
        Err(error @ HttpError::Forbidden) => return Err(refused(error.to_string(), ALLOW_ORIGIN)),
        Err(error) => return Err(LastingError::Unknown(error.to_string())),
    };
    Err(match answer.status {
        StatusCode::NO_CONTENT => return Ok(()),
        StatusCode::TOO_MANY_REQUESTS => LastingError::Busy(answer.cause()),
        _ if answer.is_temporary() => LastingError::Unknown(answer.cause()),
        StatusCode::OK if !answer.body.get("data").is_some_and(Value::is_object) => {
            refused("the portal answered 200 without a key".to_owned(), HOW)
        }
        StatusCode::OK if !answer.data("expires_at").is_null() => refused(
            "the portal answered 200, and the key still expires".to_owned(),
            HOW,
        ),
        StatusCode::OK => return Ok(()),
        StatusCode::UNAUTHORIZED | StatusCode::GONE => LastingError::Gone(answer.cause()),
        // A server without this call answers 404, too, but not with the envelope of the keys API.
        StatusCode::NOT_FOUND if answer.code().is_some() => LastingError::Gone(answer.cause()),
        _ => refused(answer.cause(), HOW),
    })
}

#[cfg(test)]
mod tests;
