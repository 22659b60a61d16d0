//! The root secret: the operator's `sealing_secret`, or a random one that the first request puts into the store.

use super::seal::Sealer;
use crate::app::Context;
use crate::claim;
use crate::host::{Host, StoreError};
use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::time::Duration;
use zeroize::Zeroizing;

/// Name of the random secret in the store. Read access to the store is enough to open what is sealed with it; an
/// operator who does not accept that sets `sealing_secret`.
const SECRET: &str = "sealing-secret";
/// Claims that elect the request that creates the secret: the candidate that gets the claim is the leader. The second
/// election is held when the leader of the first one stopped before it stored a secret.
const ELECTIONS: [&str; 2] = ["sealing-secret-made", "sealing-secret-made-again"];
/// How long a candidate waits between two reads of the secret. No supported store has a conditional write, so
/// candidates can only poll.
const POLL_INTERVAL: Duration = Duration::from_millis(20);
/// How often a candidate reads it: two seconds in all, for a store that is far away or busy.
const POLLS: usize = 100;
/// The same on a store without atomic counters, where an election takes up to seven seconds: ten seconds in all.
const POLLS_WITHOUT_COUNTERS: usize = 500;
/// A leader that was elected more slowly than this, on a store without atomic counters, does not create the secret,
/// because the next election may have begun.
const ELECTION: Duration = Duration::from_secs(8);

/// The sealer of this connector.
///
/// # Errors
/// [`StoreError`] if no secret is configured and the store fails, or no leader created one in time.
pub(crate) async fn sealer<H: Host>(context: &Context<'_, H>) -> Result<Sealer, StoreError> {
    let secret = match &context.config.sealing_secret {
        Some(secret) => secret.clone(),
        None => find_or_create(context.host).await?,
    };
    Ok(Sealer::new(&secret))
}

/// The sealer of this connector; `None` if no secret is configured and no request has created one. Unlike [`sealer`], this
/// may be given up at any moment: the request that creates the secret must not stop half-way.
///
/// # Errors
/// [`StoreError`] if no secret is configured and the store fails.
pub(crate) async fn existing_sealer<H: Host>(
    context: &Context<'_, H>,
) -> Result<Option<Sealer>, StoreError> {
    let secret = match &context.config.sealing_secret {
        Some(secret) => Some(secret.clone()),
        None => read(context.host).await?,
    };
    Ok(secret.as_ref().map(Sealer::new))
}

async fn find_or_create(host: &impl Host) -> Result<Secret, StoreError> {
    if let Some(secret) = read(host).await? {
        return Ok(secret);
    }
    let polls = if host.has_atomic_counters() {
        POLLS
    } else {
        POLLS_WITHOUT_COUNTERS
    };
    for election in ELECTIONS {
        let start = host.monotonic();
        // A claim that the store was too slow to decide has no leader.
        let is_leader = match claim::claim(host, election).await {
            Err(_) if !host.has_atomic_counters() => false,
            claim => claim?,
        };
        let in_time =
            host.has_atomic_counters() || host.monotonic().saturating_sub(start) < ELECTION;
        if is_leader && in_time {
            create(host).await?;
        }
        // The leader reads the secret back, too: where writes become visible late, there may be several leaders, and
        // all of them must use the secret that was written last.
        for _ in 0..polls {
            if let Some(secret) = read(host).await? {
                return Ok(secret);
            }
            host.sleep(POLL_INTERVAL).await;
        }
    }
    // Both leaders stopped before they stored a secret: the next request holds new elections.
    for election in ELECTIONS {
        claim::delete(host, election).await?;
    }
    Err(StoreError(
        "no request made the sealing secret in time".to_owned(),
    ))
}

async fn create(host: &impl Host) -> Result<(), StoreError> {
    let mut random = Zeroizing::new([0; 32]);
    host.fill(&mut *random);
    let secret = Zeroizing::new(URL_SAFE_NO_PAD.encode(*random));
    host.set(SECRET, secret.as_bytes()).await
}

async fn read(host: &impl Host) -> Result<Option<Secret>, StoreError> {
    let secret = host.get(SECRET).await?.map(String::from_utf8);
    match secret {
        Some(Ok(secret)) => Ok(Some(Secret::new(secret))),
        Some(Err(_)) => Err(StoreError("the sealing secret is not text".to_owned())),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests;
