//! Authorization codes (RFC 6749, section 4.1.2): issuing, redeeming, and detecting a replay.
//!
//! A minted key expires by itself. The request that redeems the code makes it lasting, and only then answers.
//!
//! The store has only the SHA-256 of a code. The record of the code is sealed under a key that is derived from the
//! code, so read access to the store does not reveal it. The counter `uses-…` is 1 when a code is issued; the one
//! request that moves it to 2 redeems the code. On a store without atomic counters, the request that gets the claim
//! `uses-…` redeems it. Where even a claim decides nothing, two requests that race get the same key, and no more.

use super::client::credentials::AuthenticatedClient;
use super::error::OAuthError;
use super::pkce::is_verifier;
use super::transaction::AuthorizationRequest;
use crate::access::resource_url::Narrowing;
use crate::app::Context;
use crate::claim;
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
use crate::upstream::portal::keys::lasting::{self, LastingError};
use serde::{Deserialize, Serialize};

/// What is stored for a code.
#[derive(Serialize, Deserialize)]
struct Record {
    #[serde(with = "sealed_text")]
    access_token: Secret,
    /// Whether the token is a key that this connector minted and may revoke.
    minted: bool,
    scope: String,
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
    /// Number of the pending grant.
    number: i64,
}

/// What the token endpoint answers (RFC 6749, section 5.1).
pub(super) struct TokenResponse {
    pub(super) access_token: Secret,
    pub(super) scope: String,
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
    let (access_token, key) = match access_token {
        AccessToken::Minted(key) => (Secret::new(key.expose()), Some(key.expose())),
        AccessToken::Sealed(token) => (token.clone(), None),
    };
    let record = Record {
        access_token,
        minted: key.is_some(),
        scope: scope.to_owned(),
        client: authorization_request.client.clone(),
        by_key: authorization_request.proves_identity,
        redirect_uri: authorization_request.redirect_uri.clone(),
        code_challenge: authorization_request.code_challenge.clone(),
        resource: context.config.resource.clone(),
        narrowing: authorization_request.resource,
        expires_at: reservation.expires_at(),
        number: reservation.number,
    };
    let sealed_key = key.map(|key| sealer.seal(host, Purpose::Unredeemed, &key));
    reservation.record_code(host, &hash, sealed_key).await?;
    if host.has_atomic_counters() {
        host.increment(&format!("uses-{hash}"), 1).await?;
    }
    let sealed = sealer.seal_under_code(host, &code, &record);
    host.set(&format!("code-{hash}"), &sealed).await?;
    Ok(code)
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

/// Redeems a code. A request that fails a check changes nothing. A second valid request after the answer to the first
/// one is a replay and revokes the key (RFC 6749, section 4.1.2; RFC 9700, section 2.1.1).
///
/// # Errors
/// `invalid_grant`, `invalid_client` if the client must authenticate with its key and did not, `temporarily_unavailable`
/// if the store or the portal fails, or `server_error` if the portal cannot make the key lasting.
pub(super) async fn redeem<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    request: &TokenRequest<'_>,
) -> Result<TokenResponse, OAuthError> {
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
    request.client.use_assertion(host).await?;

    // The grant is read before the use is taken: a request that reads `Redeemed` here came after the first one was
    // redeemed, so it is a replay and not a concurrent request.
    let mut grant = PendingGrant::read(host, record.number)
        .await?
        .ok_or_else(unknown)?;
    match take_use(host, &hash).await? {
        Use::First => {
            if record.minted {
                make_lasting(context, &record, &hash).await?;
            }
            grant.state = GrantState::Redeemed;
            grant.write(host, record.number).await?;
            Ok(TokenResponse {
                access_token: record.access_token,
                scope: record.scope,
            })
        }
        Use::Swept => Err(unknown()),
        Use::Further => {
            if record.minted && !matches!(grant.state, GrantState::Open { .. }) {
                revoke_replayed(context, sealer, &record, grant).await?;
            }
            Err(unknown())
        }
    }
}

/// Which use of a code a request makes.
enum Use {
    First,
    /// Another request redeemed the code, or redeems it now.
    Further,
    /// The sweep has just deleted the code.
    Swept,
}

async fn take_use(host: &impl Host, hash: &str) -> Result<Use, StoreError> {
    let uses = format!("uses-{hash}");
    if host.has_atomic_counters() {
        return Ok(match host.increment(&uses, 1).await? {
            2 => Use::First,
            // The increment created the counter again: delete it.
            1 => {
                host.delete(&uses).await?;
                Use::Swept
            }
            _ => Use::Further,
        });
    }
    if !claim::claim(host, &uses).await? {
        return Ok(Use::Further);
    }
    // The sweep deletes the code before the claim.
    if host.get(&format!("code-{hash}")).await?.is_none() {
        claim::delete(host, &uses).await?;
        return Ok(Use::Swept);
    }
    Ok(Use::First)
}

/// Makes the key lasting before the client gets it. Until then the grant stays open, so the sweep revokes the key if the
/// portal did what it did not confirm.
async fn make_lasting<H: Host>(
    context: &Context<'_, H>,
    record: &Record,
    hash: &str,
) -> Result<(), OAuthError> {
    let unknown = |_| OAuthError::invalid_grant("The code has no key: start again.");
    let key = ApiKey::parse(record.access_token.expose()).map_err(unknown)?;
    let Err(error) = lasting::make_lasting(context, &key).await else {
        return Ok(());
    };
    let (cause, fix, answer) = match error {
        LastingError::Gone(cause) => {
            let answer = "The key of this code has expired or was revoked: start again.";
            (cause, None, OAuthError::invalid_grant(answer))
        }
        LastingError::Down(cause) => (cause, None, OAuthError::unavailable()),
        LastingError::Refused { cause, fix } => (cause, Some(fix), OAuthError::key_not_lasting()),
    };
    context.log(&Event::KeyLastingFailed { cause, fix });
    if answer == OAuthError::unavailable() {
        // The client may try again with the same code.
        give_use_back(context.host, hash).await?;
    }
    Err(answer)
}

/// Undoes [`take_use`] after a first use without an effect. With counters the code stays used if another request has
/// tried to redeem it meanwhile.
async fn give_use_back(host: &impl Host, hash: &str) -> Result<(), StoreError> {
    let uses = format!("uses-{hash}");
    if host.has_atomic_counters() {
        return host.increment(&uses, -1).await.map(drop);
    }
    claim::release(host, &uses).await
}

/// Revokes the key of a replayed code. If that fails, the sweep tries again.
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
    /// Checks a token request against the authorization request (OAuth 2.1, section 4.1.3; RFC 7636, section 4.6; RFC
    /// 8707, section 2.2).
    fn check(&self, request: &TokenRequest<'_>, resource: &str) -> Result<(), OAuthError> {
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

#[cfg(test)]
mod tests;
