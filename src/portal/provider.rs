//! The portal's OpenID provider: its metadata and keys (OpenID Connect Discovery 1.0), kept for five minutes.

use crate::host::config::Portal;
use crate::host::{Host, HttpError, HttpLimits};
use bytes::Bytes;
use openidconnect::core::CoreProviderMetadata;
use openidconnect::{HttpRequest, HttpResponse, IssuerUrl};
use std::cell::RefCell;
use std::fmt;
use std::time::Duration;

const LIMITS: HttpLimits = HttpLimits {
    connect: Duration::from_secs(3),
    first_byte: Duration::from_secs(10),
    total: Duration::from_secs(10),
    max_body: 256 * 1024,
};
/// How long the metadata is believed.
const LIFETIME: Duration = Duration::from_secs(300);

/// Why the provider could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderError {
    /// No answer, or a temporary failure. The text is for the log.
    Down(String),
    /// The code from the portal is unknown to it or was used before.
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
pub async fn metadata(
    host: &impl Host,
    portal: &Portal,
) -> Result<CoreProviderMetadata, ProviderError> {
    let now = host.now();
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
    let client = |request| send(host, request);
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
pub(super) fn forget() {
    KNOWN.set(None);
}

/// Our HTTP seam as the library's client.
pub(super) async fn send(
    host: &impl Host,
    request: HttpRequest,
) -> Result<HttpResponse, Unanswered> {
    let answer = host
        .send(request.map(Bytes::from), &LIMITS)
        .await
        .map_err(Unanswered::Http)?;
    if answer.cut {
        return Err(Unanswered::TooLong);
    }
    Ok(answer.response.map(|body| body.to_vec()))
}

/// Why a call of the library has no answer.
#[derive(Debug)]
pub(super) enum Unanswered {
    Http(HttpError),
    TooLong,
}

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(error) => error.fmt(f),
            Self::TooLong => f.write_str("the answer is too long"),
        }
    }
}

impl std::error::Error for Unanswered {}
