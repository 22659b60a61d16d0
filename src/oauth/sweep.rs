//! The sweep: takes away codes that expired, and revokes keys that nobody fetched. There is no timer in a component, so
//! every request of the flow does a bounded piece of it.

use super::entry::{Entry, Fate};
use super::seal::{Purpose, Sealer};
use super::sealing_secret::sealer;
use crate::Connector;
use crate::host::{Host, StoreError};
use crate::portal::keys;
use crate::secret::ApiKey;
use futures::future::join_all;

/// Number of the last entry that was taken away.
const SWEPT: &str = "swept";
/// The most entries of one sweep.
pub const BATCH: usize = 8;
/// How far a sweep looks past numbers without an entry: their writers failed or are just writing.
const WINDOW: i64 = 64;
/// Seconds after the expiry, so that a redemption that began in time is over.
const GRACE: u64 = 60;
/// Seconds after which a key that cannot be revoked is given up; the person sees it in the portal.
const PATIENCE: u64 = 24 * 3600;

/// Takes away at most [`BATCH`] expired entries. A failure is logged; the next request goes on.
pub async fn sweep<H: Host>(connector: &Connector<H>) {
    if let Err(error) = batch(connector).await {
        connector.host.log(&format!("the sweep stopped: {error}"));
    }
}

async fn batch<H: Host>(connector: &Connector<H>) -> Result<(), StoreError> {
    let host = &connector.host;
    let start = pointer(host).await?;
    let newest = Entry::newest(host).await?;
    if start >= newest {
        return Ok(());
    }
    let now = host.now().as_secs();
    let mut expired = Vec::new();
    let last = newest.min(start + WINDOW);
    let mut seen = start;
    for number in start + 1..=last {
        match Entry::read(host, number).await? {
            Some(entry) if now < entry.expires_at + GRACE => break,
            Some(entry) => expired.push((number, entry)),
            None => {}
        }
        seen = number;
        if expired.len() == BATCH {
            break;
        }
    }
    let Some(&(last_expired, _)) = expired.last() else {
        // A window without any entry is one of failed writers: they are too far behind to be still writing.
        return if seen == start + WINDOW {
            advance(host, seen).await
        } else {
            Ok(())
        };
    };
    let sealer = sealer(connector).await?;
    let taken = join_all(
        expired
            .iter()
            .map(|(number, entry)| take(connector, &sealer, *number, entry)),
    )
    .await;
    let mut end = last_expired;
    for ((number, _), taken) in expired.iter().zip(taken) {
        if !taken? {
            end = number - 1;
            break;
        }
    }
    advance(host, end).await
}

/// Takes an entry away; false if it must stay because the portal did not revoke its key.
async fn take<H: Host>(
    connector: &Connector<H>,
    sealer: &Sealer,
    number: i64,
    entry: &Entry,
) -> Result<bool, StoreError> {
    let host = &connector.host;
    let sealed = match &entry.fate {
        Fate::Open { key } => key.as_deref(),
        Fate::Doomed { key } => Some(key.as_str()),
        Fate::Redeemed => None,
    };
    if let Some(sealed) = sealed
        && let Err(reason) = revoke(connector, sealer, sealed).await
    {
        host.log(&format!(
            "the key of an unused code could not be revoked: {reason}"
        ));
        if host.now().as_secs() < entry.expires_at + PATIENCE {
            return Ok(false);
        }
    }
    entry.remove(host, number).await?;
    Ok(true)
}

async fn revoke<H: Host>(
    connector: &Connector<H>,
    sealer: &Sealer,
    sealed: &str,
) -> Result<(), String> {
    let key: String = sealer
        .open(Purpose::Unredeemed, sealed)
        .ok_or("another sealing secret closed it")?;
    let key = ApiKey::parse(&key).map_err(|_| "it is not a key")?;
    keys::revoke(connector, &key, &keys::BESIDE).await
}

async fn pointer(host: &impl Host) -> Result<i64, StoreError> {
    let text = host.get(SWEPT).await?.map(String::from_utf8);
    let number = text.and_then(Result::ok).and_then(|text| text.parse().ok());
    Ok(number.unwrap_or(0))
}

/// Other requests sweep at the same time; the pointer only moves forward.
async fn advance(host: &impl Host, number: i64) -> Result<(), StoreError> {
    if pointer(host).await? < number {
        host.set(SWEPT, number.to_string().as_bytes()).await?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "sweep_tests.rs"]
mod tests;
