//! Pending grants: what the sweep must know to clean up after an approval.
//!
//! The grants are numbered, so that the sweep finds the oldest one without listing the store. On a store without atomic
//! counters each number is claimed; requests that meet at one number go on to others, and none waits.

use crate::claim;
use crate::host::{Host, StoreError};
use serde::{Deserialize, Serialize};

/// Name of the counter that numbers grants; without atomic counters, a value from which the next number is looked for.
const ISSUED: &str = "issued";
/// Name of the sweep pointer: every grant up to this number is deleted.
const SWEPT: &str = "swept";
/// How many numbers a request tries to claim. Each of them was claimed by another request at the same time.
const ATTEMPTS: usize = 256;

/// An approval, from the decision of the person until the sweep deletes it.
#[derive(Serialize, Deserialize)]
pub(crate) struct PendingGrant {
    /// SHA-256 in the name of the consent counter.
    pub(super) consent: String,
    /// SHA-256 in the names of the code's record and counter, once a code is issued.
    pub(super) code: Option<String>,
    /// Unix time in seconds.
    pub(super) expires_at: u64,
    pub(crate) state: GrantState,
}

/// What becomes of the key of a grant. A key is stored sealed.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum GrantState {
    /// The code was not redeemed: the sweep revokes the key, if this connector minted one.
    Open { key: Option<String> },
    /// The code was redeemed: the key stays valid, and its sealed copy is deleted.
    Redeemed,
    /// The code was redeemed twice, and revoking the key failed: the sweep tries again.
    RevocationDue { key: String },
}

impl PendingGrant {
    /// Takes the number for a new grant.
    pub(super) async fn next_number(host: &impl Host) -> Result<i64, StoreError> {
        if host.has_atomic_counters() {
            return host.increment(ISSUED, 1).await;
        }
        let mut number = 0;
        for _ in 0..ATTEMPTS {
            // A late write can set the value back, but not behind the sweep.
            let newest = Self::newest_number(host).await?.max(swept(host).await?);
            number = newest.max(number) + 1;
            // The value is written before the number is claimed, so that the sweep looks at least as far.
            host.set(ISSUED, number.to_string().as_bytes()).await?;
            if claim::claim_if_alone(host, &name(number)).await? {
                return settle(host, number).await.map(|()| number);
            }
        }
        Err(StoreError("no number for a grant is free".to_owned()))
    }

    /// The number that was taken last; 0 if none was.
    pub(super) async fn newest_number(host: &impl Host) -> Result<i64, StoreError> {
        host.increment(ISSUED, 0).await
    }

    /// Reads a grant; `None` if the store has none under this number.
    ///
    /// # Errors
    /// [`StoreError`] if the store fails or the row is not a grant.
    pub(crate) async fn read(host: &impl Host, number: i64) -> Result<Option<Self>, StoreError> {
        let Some(bytes) = host.get(&name(number)).await? else {
            return Ok(None);
        };
        let grant = serde_json::from_slice(&bytes);
        grant
            .map(Some)
            .map_err(|_| StoreError(format!("pending grant {number} cannot be read")))
    }

    pub(crate) async fn write(&self, host: &impl Host, number: i64) -> Result<(), StoreError> {
        let bytes = super::row(self)?;
        host.set(&name(number), &bytes).await
    }

    /// Deletes a grant with its code and claims. The grant itself is deleted last, so that the next sweep repeats a
    /// deletion that failed.
    pub(super) async fn delete(&self, host: &impl Host, number: i64) -> Result<(), StoreError> {
        if let Some(code) = &self.code {
            host.delete(&format!("code-{code}")).await?;
            claim::delete(host, &format!("uses-{code}")).await?;
        }
        claim::delete(host, &format!("consent-{}", self.consent)).await?;
        Self::forget_number(host, number).await?;
        host.delete(&name(number)).await
    }

    /// Deletes what is left of a number that has no grant, because its writer failed.
    pub(super) async fn forget_number(host: &impl Host, number: i64) -> Result<(), StoreError> {
        if host.has_atomic_counters() {
            return Ok(());
        }
        claim::delete(host, &name(number)).await
    }
}

/// A request that began earlier may have written a smaller number over that of a later one: writes the newest again. A
/// number that is missed here is found by the next request for a number.
async fn settle(host: &impl Host, number: i64) -> Result<(), StoreError> {
    let mut newest = number;
    while claim::is_taken(host, &name(newest + 1)).await? {
        newest += 1;
    }
    if newest > number {
        host.set(ISSUED, newest.to_string().as_bytes()).await?;
    }
    Ok(())
}

/// The sweep pointer; 0 if nothing was swept yet.
pub(super) async fn swept(host: &impl Host) -> Result<i64, StoreError> {
    let text = host.get(SWEPT).await?.map(String::from_utf8);
    let number = text.and_then(Result::ok).and_then(|text| text.parse().ok());
    Ok(number.unwrap_or(0))
}

/// Moves the sweep pointer forward, never back, because other requests sweep at the same time.
pub(super) async fn advance_swept(host: &impl Host, number: i64) -> Result<(), StoreError> {
    if swept(host).await? < number {
        host.set(SWEPT, number.to_string().as_bytes()).await?;
    }
    Ok(())
}

fn name(number: i64) -> String {
    format!("pending-{number}")
}
