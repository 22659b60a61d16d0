//! Authorization codes (RFC 6749, section 4.1.2): what is stored for one, issuing it, and checking a token request.
//! [`super::redemption`] redeems them.
//!
//! The store has only the SHA-256 of a code. The record of the code, with the key, is sealed under a key that is derived
//! from the code, so read access to the store does not reveal it. No other row has a key.

use super::client::credentials::AuthenticatedClient;
use super::error::OAuthError;
use super::pkce::is_verifier;
use super::transaction::AuthorizationRequest;
use crate::access::resource_url::Narrowing;
use crate::app::Context;
use crate::digest::sha256_hex;
use crate::host::{Host, StoreError};
use crate::ledger::single_use::Reservation;
use crate::sealing::random::random_text;
use crate::sealing::seal::{Sealer, sealed_text};
use crate::secret::{ApiKey, Secret};
use serde::{Deserialize, Serialize};

/// What is stored for a code.
#[derive(Serialize, Deserialize)]
pub(super) struct Record {
    #[serde(with = "sealed_text")]
    pub(super) access_token: Secret,
    /// Whether the token is a key that this connector minted and may revoke.
    pub(super) minted: bool,
    pub(super) scope: String,
    /// SHA-256 of the client id, in hexadecimal.
    client: String,
    /// Whether the client must authenticate with its key.
    #[serde(default)]
    by_key: bool,
    redirect_uri: String,
    code_challenge: String,
    /// URL of the MCP endpoint, without a query.
    resource: String,
    /// Narrowing of the requested resource; `None` if the client named none.
    narrowing: Option<Narrowing>,
    expires_at: u64,
}

/// The access token that a code is exchanged for.
pub(super) enum AccessToken<'a> {
    /// A key that the portal just minted.
    Minted(&'a ApiKey),
    /// A sealed token around the person's own key.
    Sealed(&'a Secret),
}

/// Issues the code for an approval. If the store fails, the caller must revoke a minted key.
pub(super) async fn issue<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    mut reservation: Reservation,
    authorization_request: &AuthorizationRequest,
    access_token: AccessToken<'_>,
    scope: &str,
) -> Result<Secret, StoreError> {
    let host = context.host;
    let code = random_text(host);
    let hash = sha256_hex(code.expose());
    let (access_token, minted) = match access_token {
        AccessToken::Minted(key) => (Secret::new(key.expose()), true),
        AccessToken::Sealed(token) => (token.clone(), false),
    };
    let record = Record {
        access_token,
        minted,
        scope: scope.to_owned(),
        client: authorization_request.client.clone(),
        by_key: authorization_request.proves_identity,
        redirect_uri: authorization_request.redirect_uri.clone(),
        code_challenge: authorization_request.code_challenge.clone(),
        resource: context.config.resource.clone(),
        narrowing: authorization_request.resource,
        expires_at: reservation.expires_at(),
    };
    reservation.record_code(host, &hash).await?;
    let sealed = sealer.seal_under_code(host, &code, &record);
    host.set(&row(&hash), &sealed).await?;
    Ok(code)
}

/// The name of the row that has the record of a code.
pub(super) fn row(hash: &str) -> String {
    format!("code-{hash}")
}

/// A token request (RFC 6749, section 4.1.3) of an authenticated client.
pub(super) struct TokenRequest<'a> {
    pub(super) code: &'a Secret,
    pub(super) client: &'a AuthenticatedClient,
    pub(super) redirect_uri: Option<&'a str>,
    pub(super) code_verifier: &'a str,
    /// Narrowing of the `resource` parameter (RFC 8707), if there is one.
    pub(super) resource: Option<Narrowing>,
}

impl Record {
    /// Reads the record of a code; `None` if the code is unknown or has expired.
    pub(super) async fn read(
        host: &impl Host,
        sealer: &Sealer,
        code: &Secret,
        hash: &str,
    ) -> Result<Option<Self>, StoreError> {
        let Some(sealed) = host.get(&row(hash)).await? else {
            return Ok(None);
        };
        let record: Option<Self> = sealer.open_under_code(code, &sealed);
        Ok(record.filter(|record| host.now().as_secs() < record.expires_at))
    }

    /// Checks a token request against the authorization request (OAuth 2.1, section 4.1.3; RFC 7636, section 4.6; RFC
    /// 8707, section 2.2).
    pub(super) fn check(
        &self,
        request: &TokenRequest<'_>,
        resource: &str,
    ) -> Result<(), OAuthError> {
        if self.client != request.client.hash {
            return Err(OAuthError::invalid_grant(
                "The code was issued to another client.",
            ));
        }
        // The consent page said that the client proves its identity.
        if self.by_key && request.client.assertion.is_none() {
            return Err(OAuthError::invalid_assertion(
                "This client must authenticate with its key (private_key_jwt).",
            ));
        }
        // OAuth 2.1 has no redirect_uri here: the code verifier binds the request to the authorization request.
        if request
            .redirect_uri
            .is_some_and(|uri| uri != self.redirect_uri)
        {
            return Err(OAuthError::invalid_grant(
                "redirect_uri must be the one of the authorization request, or absent.",
            ));
        }
        if !is_verifier(request.code_verifier, &self.code_challenge) {
            return Err(OAuthError::invalid_grant(
                "code_verifier does not match the code_challenge.",
            ));
        }
        let other_narrowing =
            matches!((self.narrowing, request.resource), (Some(one), Some(other)) if one != other);
        // The public URL of the connector may have changed since the code was issued.
        if other_narrowing || self.resource != resource {
            return Err(OAuthError::invalid_grant(
                "The code is for another resource.",
            ));
        }
        Ok(())
    }
}
