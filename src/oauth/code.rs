//! Authorization codes (RFC 6749, section 4.1.2): issued once, redeemed once, and told apart from a replay.
//!
//! The store knows a code only by its SHA-256. What the code stands for is sealed under a key that is derived from the
//! code, so read access to the store reveals nothing about it. The counter `uses-…` is 1 when a code is issued; the one
//! request that moves it to 2 redeems the code.

use super::error::OAuthError;
use super::pkce::is_verifier;
use super::transaction::AuthorizationRequest;
use crate::access::resource_url::Narrowing;
use crate::app::Context;
use crate::digest::sha256_hex;
use crate::event::{Event, RevocationReason};
use crate::host::{Host, StoreError};
use crate::ledger::pending_grant::{GrantState, PendingGrant};
use crate::ledger::single_use::Reservation;
use crate::sealing::random::random_text;
use crate::sealing::seal::{Purpose, Sealer, sealed_text};
use crate::secret::{ApiKey, Secret};
use crate::upstream::limits::FOREGROUND;
use crate::upstream::portal::keys;
use serde::{Deserialize, Serialize};

/// What a code stands for.
#[derive(Serialize, Deserialize)]
struct Record {
    #[serde(with = "sealed_text")]
    access_token: Secret,
    /// The token is a key that this connector minted and may revoke.
    minted: bool,
    scope: String,
    client: String,
    redirect_uri: String,
    named_redirect_uri: bool,
    challenge: String,
    /// URL of the endpoint, without a query.
    resource: String,
    /// What the resource that the client named narrows, if it named any.
    narrowing: Option<Narrowing>,
    expires_at: u64,
    /// Number of the pending grant.
    number: i64,
}

/// What the token endpoint answers.
pub(crate) struct Grant {
    pub(crate) access_token: Secret,
    pub(crate) scope: String,
}

/// The access token that a code is exchanged for.
pub(crate) enum AccessToken<'a> {
    /// A key that the portal just minted.
    Minted(&'a ApiKey),
    /// A sealed token around the person's own key.
    Sealed(&'a Secret),
}

/// Issues the code for an approval.
///
/// # Errors
/// The store's. The caller then revokes a minted key.
pub(crate) async fn issue<H: Host>(
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
    let (access_token, key) = match access_token {
        AccessToken::Minted(key) => (Secret::new(key.expose()), Some(key.expose())),
        AccessToken::Sealed(token) => (token.clone(), None),
    };
    let record = Record {
        access_token,
        minted: key.is_some(),
        scope: scope.to_owned(),
        client: authorization_request.client.clone(),
        redirect_uri: authorization_request.redirect_uri.clone(),
        named_redirect_uri: authorization_request.named_redirect_uri,
        challenge: authorization_request.challenge.clone(),
        resource: context.config.resource.clone(),
        narrowing: authorization_request.resource,
        expires_at: reservation.expires_at(),
        number: reservation.number,
    };
    let sealed_key = key.map(|key| sealer.seal(host, Purpose::Unredeemed, &key));
    reservation.note_code(host, &hash, sealed_key).await?;
    host.increment(&format!("uses-{hash}"), 1).await?;
    let sealed = sealer.seal_under_code(host, &code, &record);
    host.set(&format!("code-{hash}"), &sealed).await?;
    Ok(code)
}

/// A token request (RFC 6749, section 4.1.3) of an authenticated client.
pub(crate) struct TokenRequest<'a> {
    pub(crate) code: &'a Secret,
    /// SHA-256 of the client id, in hexadecimal.
    pub(crate) client: &'a str,
    pub(crate) redirect_uri: Option<&'a str>,
    /// `code_verifier` (RFC 7636).
    pub(crate) verifier: &'a str,
    /// `resource` (RFC 8707).
    pub(crate) resource: Option<Narrowing>,
}

/// Redeems a code. A request that is not entitled to it changes nothing. A second request of the right client, after the
/// first one was answered, is a replay and revokes the key (RFC 6749, section 4.1.2; RFC 9700, section 2.1.1).
///
/// # Errors
/// `invalid_grant`, or `temporarily_unavailable` when the store fails.
pub(crate) async fn redeem<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    request: &TokenRequest<'_>,
) -> Result<Grant, OAuthError> {
    let host = context.host;
    let unknown =
        || OAuthError::invalid_grant("The code is unknown, expired or used: start again.");
    let hash = sha256_hex(request.code.expose());
    let sealed = host
        .get(&format!("code-{hash}"))
        .await?
        .ok_or_else(unknown)?;
    let record: Record = sealer
        .open_under_code(request.code, &sealed)
        .ok_or_else(unknown)?;
    if host.now().as_secs() >= record.expires_at {
        return Err(unknown());
    }
    record.check(request, &context.config.resource)?;

    // Read before the counter moves: a request that reads `Redeemed` here came after the answer to the first one, so it
    // is a replay and not a racing request.
    let mut grant = PendingGrant::read(host, record.number)
        .await?
        .ok_or_else(unknown)?;
    let uses = format!("uses-{hash}");
    match host.increment(&uses, 1).await? {
        2 => {
            grant.state = GrantState::Redeemed;
            grant.write(host, record.number).await?;
            Ok(Grant {
                access_token: record.access_token,
                scope: record.scope,
            })
        }
        // The sweep deleted the code at this moment; the counter that was just made again must not stay.
        1 => {
            host.delete(&uses).await?;
            Err(unknown())
        }
        _ => {
            if record.minted && !matches!(grant.state, GrantState::Open { .. }) {
                revoke_replayed(context, sealer, &record, grant).await?;
            }
            Err(unknown())
        }
    }
}

/// Revokes the key of a replayed code; the sweep tries again if the portal does not answer.
async fn revoke_replayed<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    record: &Record,
    mut grant: PendingGrant,
) -> Result<(), OAuthError> {
    let Ok(key) = ApiKey::parse(record.access_token.expose()) else {
        return Ok(());
    };
    context.log(&Event::CodeReplayed);
    if let Err(cause) = keys::revoke(context, &key, &FOREGROUND).await {
        context.log(&Event::RevocationFailed {
            reason: RevocationReason::CodeReplayed,
            cause,
        });
        grant.state = GrantState::RevocationDue {
            key: sealer.seal(context.host, Purpose::Unredeemed, &key.expose()),
        };
        grant.write(context.host, record.number).await?;
    }
    Ok(())
}

impl Record {
    fn check(&self, request: &TokenRequest<'_>, resource: &str) -> Result<(), OAuthError> {
        if self.client != request.client {
            return Err(OAuthError::invalid_grant(
                "The code was issued to another client.",
            ));
        }
        let same_uri = match request.redirect_uri {
            Some(uri) => uri == self.redirect_uri,
            None => !self.named_redirect_uri,
        };
        if !same_uri {
            return Err(OAuthError::invalid_grant(
                "redirect_uri must be the one of the authorization request.",
            ));
        }
        if !is_verifier(request.verifier, &self.challenge) {
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

#[cfg(test)]
mod tests;
