//! Metadata and signing keys of the portal's OpenID provider (OpenID Connect Discovery 1.0), kept for five minutes.

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

/// How long the metadata is used before it is fetched again.
const LIFETIME: Duration = Duration::from_secs(300);

/// Why the provider could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ProviderError {
    /// No answer, or a temporary failure. The text is for the log.
    Down(String),
    /// The portal refused its own code: `invalid_grant`.
    CodeRefused,
    /// An answer that fails a check. The text is for the log.
    Unexpected(String),
}

/// The metadata of one provider; the configuration names only one.
struct Known {
    issuer: String,
    metadata: CoreProviderMetadata,
    until: Duration,
}

thread_local! {
    static KNOWN: RefCell<Option<Known>> = const { RefCell::new(None) };
}

/// The provider's metadata with its signing keys.
///
/// # Errors
/// [`ProviderError::Down`] when discovery fails or names another issuer.
pub(crate) async fn metadata<H: Host>(
    context: &Context<'_, H>,
    portal: &Portal,
) -> Result<CoreProviderMetadata, ProviderError> {
    let now = context.host.now();
    let known = KNOWN.with_borrow(|known| {
        let known = known
            .as_ref()
            .filter(|known| known.issuer == portal.issuer && now < known.until);
        known.map(|known| known.metadata.clone())
    });
    if let Some(metadata) = known {
        return Ok(metadata);
    }
    let issuer = IssuerUrl::new(portal.issuer.clone())
        .map_err(|_| ProviderError::Unexpected("the issuer is not a URL".to_owned()))?;
    let client = |request| send(context, request);
    let metadata = CoreProviderMetadata::discover_async(issuer, &client)
        .await
        .map_err(|error| ProviderError::Down(format!("discovery at the portal failed: {error}")))?;
    let known = Known {
        issuer: portal.issuer.clone(),
        metadata: metadata.clone(),
        until: now + LIFETIME,
    };
    KNOWN.set(Some(known));
    Ok(metadata)
}

/// Forgets the metadata: the provider may have new keys.
pub(crate) fn forget() {
    KNOWN.set(None);
}

/// The outbound HTTP of this request, as the library's client.
pub(crate) async fn send<H: Host>(
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

/// Why a call of the library got no answer.
#[derive(Debug)]
pub(crate) enum TransportError {
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
