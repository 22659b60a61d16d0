//! What the sweep must know of a code: when it expires, which keys of the store belong to it, and what to revoke.
//!
//! Entries are numbered by a counter, so that the sweep finds the oldest without listing the store.

use crate::host::{Host, StoreError};
use serde::{Deserialize, Serialize};

/// The counter of entries.
const ISSUED: &str = "issued";

/// One attempt that got as far as an approval.
#[derive(Serialize, Deserialize)]
pub struct Entry {
    /// Hash in the name of the consent counter.
    pub consent: String,
    /// Hash in the names of the code's record and counter, once there is one.
    pub code: Option<String>,
    /// When all of it expires, in Unix seconds.
    pub expires_at: u64,
    /// What becomes of the key.
    pub fate: Fate,
}

/// What becomes of a key at the sweep.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// Not redeemed: the key, sealed, is revoked. None if there is none that we minted.
    Open {
        /// Sealed key.
        key: Option<String>,
    },
    /// Redeemed: the key lives, and its seal is gone.
    Redeemed,
    /// Redeemed twice, and the portal did not answer: the key, sealed, is to be revoked.
    Doomed {
        /// Sealed key.
        key: String,
    },
}

impl Entry {
    /// A number for a new entry.
    ///
    /// # Errors
    /// The store's.
    pub async fn number(host: &impl Host) -> Result<i64, StoreError> {
        host.increment(ISSUED, 1).await
    }

    /// The number of the newest entry; 0 if there was none.
    ///
    /// # Errors
    /// The store's.
    pub async fn newest(host: &impl Host) -> Result<i64, StoreError> {
        host.increment(ISSUED, 0).await
    }

    /// Reads an entry; none if it is not there.
    ///
    /// # Errors
    /// The store's, and one for an entry that is not ours.
    pub async fn read(host: &impl Host, number: i64) -> Result<Option<Self>, StoreError> {
        let Some(bytes) = host.get(&name(number)).await? else {
            return Ok(None);
        };
        let entry = serde_json::from_slice(&bytes);
        entry
            .map(Some)
            .map_err(|_| StoreError(format!("entry {number} is damaged")))
    }

    /// Writes an entry.
    ///
    /// # Errors
    /// The store's.
    pub async fn write(&self, host: &impl Host, number: i64) -> Result<(), StoreError> {
        let bytes = serde_json::to_vec(self).map_err(|e| StoreError(e.to_string()))?;
        host.set(&name(number), &bytes).await
    }

    /// Removes an entry and everything that belongs to it. The entry goes last, so that a failure leaves it to the next
    /// sweep.
    ///
    /// # Errors
    /// The store's.
    pub async fn remove(&self, host: &impl Host, number: i64) -> Result<(), StoreError> {
        if let Some(code) = &self.code {
            host.delete(&format!("code-{code}")).await?;
            host.delete(&format!("uses-{code}")).await?;
        }
        host.delete(&format!("consent-{}", self.consent)).await?;
        host.delete(&name(number)).await
    }
}

fn name(number: i64) -> String {
    format!("pending-{number}")
}
