//! Requests to the portal's OpenID provider. Its metadata and signing keys are kept for five minutes.

use super::client_authentication::ClientAuthentication;
use super::fault::{Fault, ProviderError, may_pass};
use super::metadata::{self, ProviderMetadata};
use crate::app::Context;
use crate::config::Portal;
use crate::host::{Host, HttpError, HttpResponse};
use crate::jose::keys::{self, PublicKey};
use crate::text::excerpt;
use crate::upstream::limits::PROVIDER;
use crate::upstream::request::anonymous;
use crate::web::uri::origin_of;
use bytes::Bytes;
use http::{Request, StatusCode};
use serde_json::Value;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

const CACHE_LIFETIME: Duration = Duration::from_secs(300);

/// What is known of a provider.
struct Cached {
    issuer: String,
    metadata: Rc<ProviderMetadata>,
    keys: Option<Rc<[PublicKey]>>,
    /// The method that the token endpoint accepted last.
    authentication: Option<ClientAuthentication>,
    expires_at: Duration,
}

thread_local! {
    /// One entry is enough, because the configuration names one provider.
    static CACHE: RefCell<Option<Cached>> = const { RefCell::new(None) };
}

/// The provider's metadata, from the cache or by discovery.
///
/// # Errors
/// [`ProviderError`].
pub(super) async fn metadata<H: Host>(
    context: &Context<'_, H>,
    portal: &Portal,
) -> Result<Rc<ProviderMetadata>, ProviderError> {
    let now = context.host.now();
    let cached = CACHE.with_borrow(|cached| {
        let cached = cached.as_ref()?;
        (cached.issuer == portal.issuer && now < cached.expires_at)
            .then(|| Rc::clone(&cached.metadata))
    });
    if let Some(metadata) = cached {
        return Ok(metadata);
    }
    let request = anonymous(&metadata::url(portal));
    let answer = send(context, "metadata", request).await?;
    let metadata = Rc::new(metadata::read(&answer, portal)?);
    CACHE.set(Some(Cached {
        issuer: portal.issuer.clone(),
        metadata: Rc::clone(&metadata),
        keys: None,
        authentication: None,
        expires_at: now.saturating_add(CACHE_LIFETIME),
    }));
    Ok(metadata)
}

/// The provider's signing keys, from the cache or from its `jwks_uri`.
///
/// # Errors
/// [`ProviderError`].
pub(super) async fn keys<H: Host>(
    context: &Context<'_, H>,
    metadata: &ProviderMetadata,
) -> Result<Rc<[PublicKey]>, ProviderError> {
    // The operator may have named another provider while a request was waiting.
    let is_same = |cached: &Cached| *cached.metadata == *metadata;
    let cached = CACHE.with_borrow(|cached| {
        let cached = cached.as_ref().filter(|cached| is_same(cached))?;
        cached.keys.clone()
    });
    if let Some(keys) = cached {
        return Ok(keys);
    }
    let answer = send(context, "jwks_uri", anonymous(&metadata.jwks_uri)).await?;
    let keys: Rc<[PublicKey]> = read_keys(&answer)?.into();
    CACHE.with_borrow_mut(|cached| {
        if let Some(cached) = cached.as_mut().filter(|cached| is_same(cached)) {
            cached.keys = Some(Rc::clone(&keys));
        }
    });
    Ok(keys)
}

/// Reads the answer of `jwks_uri`.
///
/// # Errors
/// [`ProviderError::Down`] for an answer that may pass, otherwise [`ProviderError::Misconfigured`].
pub(crate) fn read_keys(answer: &HttpResponse) -> Result<Vec<PublicKey>, ProviderError> {
    let status = answer.response.status();
    if may_pass(status) {
        let cause = format!("the portal's jwks_uri answers {}", status.as_u16());
        return Err(ProviderError::Down(cause));
    }
    let set: Value = serde_json::from_slice(answer.response.body()).unwrap_or_default();
    let rows = set.get("keys").and_then(Value::as_array);
    let rows = rows.filter(|_| status == StatusCode::OK);
    let fault = |problem: String| {
        let fix = "Let the portal publish the public keys of its ID tokens at the `jwks_uri` of its metadata.";
        Err(Fault::new(problem, fix).into())
    };
    let Some(rows) = rows else {
        return fault(format!(
            "the portal's jwks_uri answers {} without a key set",
            status.as_u16()
        ));
    };
    match keys::usable(rows) {
        usable if usable.is_empty() => fault(format!(
            "none of the {} keys at the portal's jwks_uri can be used",
            rows.len()
        )),
        usable => Ok(usable),
    }
}

/// Lets the next request load metadata and keys again: the portal may have new ones.
pub(crate) fn forget() {
    CACHE.set(None);
}

/// The method of authentication that the token endpoint accepted last.
pub(super) fn accepted_authentication() -> Option<ClientAuthentication> {
    CACHE.with_borrow(|cached| cached.as_ref()?.authentication)
}

/// Notes the method of authentication that the token endpoint accepts.
pub(super) fn note_accepted_authentication(method: ClientAuthentication) {
    CACHE.with_borrow_mut(|cached| {
        if let Some(cached) = cached {
            cached.authentication = Some(method);
        }
    });
}

/// Sends a request to an endpoint of the provider. `endpoint` is its name in the log.
///
/// # Errors
/// [`ProviderError::Misconfigured`] if the host does not allow it, otherwise [`ProviderError::Down`].
pub(super) async fn send<H: Host>(
    context: &Context<'_, H>,
    endpoint: &str,
    request: Request<Bytes>,
) -> Result<HttpResponse, ProviderError> {
    let url = request.uri().to_string();
    match context.send(request, &PROVIDER).await {
        Ok(answer) if answer.truncated => Err(ProviderError::Unexpected(format!(
            "the answer of the portal's {endpoint} is too long"
        ))),
        Ok(answer) => Ok(answer),
        Err(HttpError::Forbidden) => Err(forbidden(endpoint, &url).into()),
        Err(error) => Err(ProviderError::Down(format!(
            "the portal's {endpoint}: {error}"
        ))),
    }
}

/// The host does not let the connector call an endpoint.
pub(crate) fn forbidden(endpoint: &str, url: &str) -> Fault {
    let origin = excerpt(&origin_of(url), 200);
    Fault::new(
        format!(
            "the host of this connector does not allow requests to {origin}, the origin of the portal's {endpoint}"
        ),
        format!(
            "Add {origin} to `allowed_outbound_hosts`, and allow its network if it is private."
        ),
    )
}

#[cfg(test)]
mod tests;
