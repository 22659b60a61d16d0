//! Redeeming an authorization code, and noticing a replay.
//!
//! A minted key expires by itself. The request that redeems the code makes it lasting, and only then answers. The one
//! request that gets the claim `uses-…` redeems the code. On a store where even a claim decides nothing, two requests that
//! race get the same key, and no more.
//!
//! The row `redeemed-…` says when a redemption began and whether it is done. A request that finds it done came after the
//! answer, so it is a replay and not a concurrent request.

use super::code::{self, Record, TokenRequest};
use super::error::OAuthError;
use crate::access::access_token::{self, TokenId};
use crate::app::Context;
use crate::claim;
use crate::digest::sha256_hex;
use crate::event::{Event, RevocationReason};
use crate::host::{Host, StoreError};
use crate::ledger::ended_token;
use crate::sealing::seal::Sealer;
use crate::secret::{ApiKey, Secret};
use crate::upstream::limits::ENDING;
use crate::upstream::portal::keys;
use crate::upstream::portal::keys::lasting::{self, LastingError};
use serde::{Deserialize, Serialize};

/// Seconds after which a redemption that is not done has stopped for good: no host lets a request live longer.
const UNFINISHED: u64 = 60;

/// What the token endpoint answers (RFC 6749, section 5.1).
pub(super) struct TokenResponse {
    pub(super) access_token: Secret,
    /// Seconds for which the token works; `None` for a key, which lasts.
    pub(super) expires_in: Option<u64>,
    pub(super) scope: String,
}

/// The row of a redemption.
#[derive(Serialize, Deserialize)]
struct Redemption {
    /// When it began, in Unix seconds.
    at: u64,
    is_done: bool,
}

impl Redemption {
    async fn read(host: &impl Host, hash: &str) -> Result<Option<Self>, StoreError> {
        let bytes = host.get(&redeemed(hash)).await?;
        Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }

    async fn write(host: &impl Host, hash: &str, is_done: bool) -> Result<(), StoreError> {
        let at = host.now().as_secs();
        let bytes = serde_json::to_vec(&Self { at, is_done });
        let bytes = bytes.map_err(|error| StoreError::of("row", &error))?;
        host.set(&redeemed(hash), &bytes).await
    }
}

/// Redeems a code. A request that fails a check changes nothing. A second valid request after the answer to the first
/// one is a replay and ends the token (RFC 6749, section 4.1.2; RFC 9700, section 2.1.1).
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
    let record = Record::read(host, sealer, request.code, &hash).await?;
    let record = record.ok_or_else(unknown)?;
    record.check(request, &context.config.resource)?;
    request.client.use_assertion(host).await?;

    // This is read before the use is taken: what is done then was done before this request.
    let earlier = Redemption::read(host, &hash).await?;
    if !claim::claim(host, &uses(&hash)).await? {
        if let Some(earlier) = earlier {
            end_replayed(context, sealer, &record, &hash, &earlier).await;
        }
        return Err(unknown());
    }
    // The sweep deletes the code before its claim, which this request has then made again.
    if host.get(&code::row(&hash)).await?.is_none() {
        claim::delete(host, &uses(&hash)).await?;
        return Err(unknown());
    }
    let expires_in = if record.minted {
        make_lasting(context, &record, &hash).await?;
        None
    } else {
        let id = access_token::identify(host, sealer, record.access_token.expose());
        let id = id.ok_or_else(unknown)?;
        Some(id.expires_at.saturating_sub(host.now().as_secs()))
    };
    // The client gets its token even if the store fails here. A replay is then noticed a minute later.
    let _ = Redemption::write(host, &hash, true).await;
    Ok(TokenResponse {
        access_token: record.access_token,
        expires_in,
        scope: record.scope,
    })
}

/// Makes the key lasting before the client gets it. If it is unknown whether the portal did that, the key is ended, so
/// that no key lasts that no client has.
async fn make_lasting<H: Host>(
    context: &Context<'_, H>,
    record: &Record,
    hash: &str,
) -> Result<(), OAuthError> {
    let host = context.host;
    let no_key = |_| OAuthError::invalid_grant("The code has no key: start again.");
    let key = ApiKey::parse(record.access_token.expose()).map_err(no_key)?;
    if let Err(error) = Redemption::write(host, hash, false).await {
        give_use_back(host, hash).await?;
        return Err(error.into());
    }
    let Err(error) = lasting::make_lasting(context, &key).await else {
        return Ok(());
    };
    let ended = match &error {
        LastingError::Gone(_) | LastingError::Busy(_) => Ok(()),
        LastingError::Unknown(_) | LastingError::Refused { .. } => {
            keys::revoke(context, &key, &ENDING).await
        }
    };
    let (cause, fix, answer) = match (error, &ended) {
        (LastingError::Gone(cause), _) => {
            let answer = "The key of this code has expired or was revoked: start again.";
            (cause, None, OAuthError::invalid_grant(answer))
        }
        (LastingError::Unknown(cause), Ok(())) => {
            let answer =
                "TokPortal did not confirm the key of this code, so it was ended: start again.";
            (cause, None, OAuthError::invalid_grant(answer))
        }
        (LastingError::Busy(cause) | LastingError::Unknown(cause), _) => {
            (cause, None, OAuthError::unavailable())
        }
        (LastingError::Refused { cause, fix }, _) => {
            (cause, Some(fix), OAuthError::key_not_lasting())
        }
    };
    let cause = match &ended {
        Ok(()) => cause,
        Err(why) => format!("{cause}; ending the key failed, too: {why}"),
    };
    context.log(&Event::KeyLastingFailed { cause, fix });
    if answer == OAuthError::unavailable() {
        // The client may try again with the same code.
        give_use_back(host, hash).await?;
    } else {
        // This redemption ended here, so a later request is no replay. If the store fails, it ends the key once more.
        let _ = host.delete(&redeemed(hash)).await;
    }
    Err(answer)
}

/// Gives the single use back after a redemption without an effect.
async fn give_use_back(host: &impl Host, hash: &str) -> Result<(), StoreError> {
    host.delete(&redeemed(hash)).await?;
    claim::release(host, &uses(hash)).await
}

/// Ends the token of a code that is redeemed again. Of several replays one does, and a later one if that failed. A
/// redemption that was never done may have left a lasting key that no client has, which is ended, too.
async fn end_replayed<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    record: &Record,
    hash: &str,
    earlier: &Redemption,
) {
    let host = context.host;
    let age = host.now().as_secs().saturating_sub(earlier.at);
    if !earlier.is_done && age < UNFINISHED {
        return;
    }
    let replayed = format!("replayed-{hash}");
    // If the store fails or is too slow to decide, ending the token twice is better than not at all.
    if let Ok(false) = claim::claim(host, &replayed).await {
        return;
    }
    context.log(&if earlier.is_done {
        Event::CodeReplayed
    } else {
        Event::KeyLastingFailed {
            cause: "an earlier redemption of the code never ended".to_owned(),
            fix: None,
        }
    });
    let (token, reason) = (record.access_token.expose(), RevocationReason::CodeReplayed);
    let is_ended = match ApiKey::parse(token) {
        Ok(key) => keys::end(context, &key, reason).await,
        Err(_) => match access_token::identify(host, sealer, token) {
            Some(id) => end_token(context, &id, reason).await,
            None => true,
        },
    };
    if !is_ended {
        // If the store fails here, the key stays, and the log has said so.
        let _ = claim::release(host, &replayed).await;
    }
}

/// Ends a sealed token. Returns whether it ended; if not, the log says so.
async fn end_token<H: Host>(
    context: &Context<'_, H>,
    token: &TokenId,
    reason: RevocationReason,
) -> bool {
    let Err(error) = ended_token::end(context.host, &token.id, token.expires_at).await else {
        return true;
    };
    let cause = error.to_string();
    context.log(&Event::RevocationFailed { reason, cause });
    false
}

fn redeemed(hash: &str) -> String {
    format!("redeemed-{hash}")
}

fn uses(hash: &str) -> String {
    format!("uses-{hash}")
}

#[cfg(test)]
mod tests;
