//! The sweep deletes expired grants and revokes the keys of codes that no client redeemed. A component has no timer, so
//! requests do a bounded part of the sweep.

use super::pending_grant::{GrantState, PendingGrant, advance_swept, swept};
use crate::app::Context;
use crate::event::{Event, RevocationReason};
use crate::host::{Host, StoreError};
use crate::sealing::root_secret::sealer;
use crate::sealing::seal::{Purpose, Sealer};
use crate::secret::ApiKey;
use crate::upstream::limits::BACKGROUND;
use crate::upstream::portal::keys;
use futures::future::join_all;

/// How many grants one sweep deletes at most.
const BATCH: usize = 8;
/// How many numbers one sweep reads at most. A number has no grant if its writer failed or is still writing.
const WINDOW: i64 = 64;
/// Seconds between the expiry of a grant and its deletion, so that a redemption that began in time can finish.
const GRACE: u64 = 60;
/// Seconds after the expiry of a grant after which the sweep no longer tries to revoke its key. The person still sees
/// the key in the portal.
const GIVE_UP_AFTER: u64 = 24 * 3600;

/// Deletes at most [`BATCH`] expired grants. A failure is logged, and the next sweep continues there.
pub(crate) async fn sweep<H: Host>(context: &Context<'_, H>) {
    if let Err(error) = sweep_batch(context).await {
        context.log(&Event::SweepFailed {
            cause: error.to_string(),
        });
    }
}

async fn sweep_batch<H: Host>(context: &Context<'_, H>) -> Result<(), StoreError> {
    let host = context.host;
    let start = swept(host).await?;
    let newest = PendingGrant::newest_number(host).await?;
    if start >= newest {
        return Ok(());
    }
    let now = host.now().as_secs();
    let (mut expired, mut gaps) = (Vec::new(), Vec::new());
    let last = newest.min(start + WINDOW);
    let mut seen = start;
    for number in start + 1..=last {
        match PendingGrant::read(host, number).await? {
            Some(grant) if now < grant.expires_at + GRACE => break,
            Some(grant) => expired.push((number, grant)),
            None => gaps.push(number),
        }
        seen = number;
        if expired.len() == BATCH {
            break;
        }
    }
    let Some(&(last_expired, _)) = expired.last() else {
        // No number of the whole window has a grant, so their writers are taken to have failed. A writer that is still at
        // work behind 64 others would be missed, and its rows would stay.
        return if seen == start + WINDOW {
            advance(host, seen, &gaps).await
        } else {
            Ok(())
        };
    };
    let sealer = sealer(context).await?;
    let deleted = join_all(
        expired
            .iter()
            .map(|(number, grant)| delete(context, &sealer, *number, grant)),
    )
    .await;
    let mut end = last_expired;
    for ((number, _), deleted) in expired.iter().zip(deleted) {
        if !deleted? {
            end = number - 1;
            break;
        }
    }
    advance(host, end, &gaps).await
}

/// Deletes a grant; `false` if it must stay because its key was not revoked.
async fn delete<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    number: i64,
    grant: &PendingGrant,
) -> Result<bool, StoreError> {
    let host = context.host;
    let sealed = match &grant.state {
        GrantState::Open { key } => key.as_deref(),
        GrantState::RevocationDue { key } => Some(key.as_str()),
        GrantState::Redeemed => None,
    };
    if let Some(sealed) = sealed
        && let Err(cause) = revoke(context, sealer, sealed).await
    {
        context.log(&Event::RevocationFailed {
            reason: RevocationReason::CodeExpired,
            cause,
        });
        if host.now().as_secs() < grant.expires_at + GIVE_UP_AFTER {
            return Ok(false);
        }
    }
    grant.delete(host, number).await?;
    Ok(true)
}

async fn revoke<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    sealed: &str,
) -> Result<(), String> {
    let key: String = sealer
        .open(Purpose::Unredeemed, sealed)
        .ok_or("it was sealed under another root secret")?;
    let key = ApiKey::parse(&key).map_err(|_| "the sealed text is not a key")?;
    keys::revoke(context, &key, &BACKGROUND).await
}

/// Deletes what is left of the numbers without a grant up to this one, and moves the pointer there.
async fn advance(host: &impl Host, end: i64, gaps: &[i64]) -> Result<(), StoreError> {
    for number in gaps.iter().filter(|number| **number <= end) {
        PendingGrant::forget_number(host, *number).await?;
    }
    advance_swept(host, end).await
}

#[cfg(test)]
mod tests;
