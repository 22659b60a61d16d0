//! Metadata and signing keys of the portal's OpenID provider (OpenID Connect Discovery 1.0), cached for five minutes.

use crate::app::Context;
use crate::config::Portal;
use crate::host::{Host, HttpError};
use crate::upstream::limits::PROVIDER;
use bytes::Bytes;
use openidconnect::core::CoreProviderMetadata;
use openidconnect::{HttpRequest, HttpResponse, IssuerUrl};
use std::cell::RefCell;
use std::fmt;
use std::time::Duration;

const CACHE_LIFETIME: Duration = Duration::from_secs(300);

/// Why the sign-in failed at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ProviderError {
    /// The provider gave no answer, or discovery failed. The text is for the log.
    Down(String),
    /// The token endpoint refused the authorization code (`invalid_grant`).
    CodeRefused,
    /// An answer of the provider is invalid. The text is for the log.
    Unexpected(String),
}

struct CachedMetadata {
    issuer: String,
    metadata: CoreProviderMetadata,
    expires_at: Duration,
}

thread_local! {
    /// One entry is enough, because the configuration names one provider.
    static CACHE: RefCell<Option<CachedMetadata>> = const { RefCell::new(None) };
}

/// The provider's metadata with its signing keys, from the cache or by discovery.
///
/// # Errors
/// [`ProviderError::Down`] when discovery fails, or when the metadata names another issuer.
pub(super) async fn metadata<H: Host>(
    context: &Context<'_, H>,
    portal: &Portal,
) -> Result<CoreProviderMetadata, ProviderError> {
    let now = context.host.now();
    let cached = CACHE.with_borrow(|cached| {
        let fresh = cached
            .as_ref()
            .filter(|cached| cached.issuer == portal.issuer && now < cached.expires_at);
        fresh.map(|cached| cached.metadata.clone())
    });
    if let Some(metadata) = cached {
        return Ok(metadata);
    }
    let issuer = IssuerUrl::new(portal.issuer.clone())
        .map_err(|_| ProviderError::Unexpected("the issuer is not a URL".to_owned()))?;
    let client = |request| send(context, request);
    let metadata = CoreProviderMetadata::discover_async(issuer, &client)
        .await
        .map_err(|error| ProviderError::Down(format!("discovery at the portal failed: {error}")))?;
    CACHE.set(Some(CachedMetadata {
        issuer: portal.issuer.clone(),
        metadata: metadata.clone(),
        expires_at: now + CACHE_LIFETIME,
    }));
    Ok(metadata)
}

/// Empties the cache, so that the next request loads new signing keys.
pub(super) fn forget() {
    CACHE.set(None);
}

/// Sends a request of the `openidconnect` library.
pub(super) async fn send<H: Host>(
    context: &Context<'_, H>,
    request: HttpRequest,
) -> Result<HttpResponse, TransportError> {
    let answer = context
        .send(request.map(Bytes::from), &PROVIDER)
        .await
        .map_err(TransportError::Http)?;
    if answer.truncated {
        return Err(TransportError::TooLong);
    }
    Ok(answer.response.map(|body| body.to_vec()))
}

/// Why a request of the library has no usable response.
#[derive(Debug)]
pub(super) enum TransportError {
    Http(HttpError),
    TooLong,
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(error) => error.fmt(f),
            Self::TooLong => f.write_str("the answer is too long"),
        }
    }
}

impl std::error::Error for TransportError {}
