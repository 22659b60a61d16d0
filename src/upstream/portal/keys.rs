//! The client of the portal's keys API (`docs/PORTAL-CONTRACT.md`): mint, make lasting, introspect,
//! revoke.

mod answer;
pub(crate) mod lasting;
pub(crate) mod mint;

use super::key_cache;
use crate::app::Context;
use crate::event::{Event, RevocationReason};
use crate::host::{Host, HttpError, HttpLimits, HttpResponse};
use crate::secret::ApiKey;
use crate::upstream::limits::{ENDING, INTROSPECTION};
use crate::upstream::request::with_api_key;
use http::{Method, StatusCode};

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

/// Ends a key that no client may have, with a second attempt if the first one fails. Returns whether it ended; if not,
/// the log says so.
pub(crate) async fn end<H: Host>(
    context: &Context<'_, H>,
    key: &ApiKey,
    reason: RevocationReason,
) -> bool {
    let mut ended = revoke(context, key, &ENDING).await;
    if ended.is_err() {
        ended = revoke(context, key, &ENDING).await;
    }
    let Err(cause) = ended else {
        return true;
    };
    context.log(&Event::RevocationFailed { reason, cause });
    false
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
mod tests;
