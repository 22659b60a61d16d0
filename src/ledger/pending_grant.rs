//! Pending grants: what the sweep must know about an approval.
//!
//! Grants are numbered by a counter, so that the sweep finds the oldest one without listing the store.

use crate::host::{Host, StoreError};
use serde::{Deserialize, Serialize};

/// The counter that numbers grants.
const ISSUED: &str = "issued";

/// One approval that was given.
#[derive(Serialize, Deserialize)]
pub(crate) struct PendingGrant {
    /// Hash in the name of the consent counter.
    pub(crate) consent: String,
    /// Hash in the names of the code's record and counter, once there is one.
    pub(crate) code: Option<String>,
    /// When all of it expires, in Unix seconds.
    pub(crate) expires_at: u64,
    /// State of the key.
    pub(crate) state: GrantState,
}

/// State of the key, which tells the sweep what to do with it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum GrantState {
    /// Not redeemed: the sweep revokes the key. There is none if this connector minted none.
    Open {
        /// Sealed key.
        key: Option<String>,
    },
    /// Redeemed: the key stays valid, and its sealed copy is deleted.
    Redeemed,
    /// Redeemed twice, and the portal did not answer the revocation: the sweep revokes the key.
    RevocationDue {
        /// Sealed key.
        key: String,
    },
}

impl PendingGrant {
    /// A number for a new grant.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn number(host: &impl Host) -> Result<i64, StoreError> {
        host.increment(ISSUED, 1).await
    }

    /// The number of the newest grant; 0 if there was none.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn newest(host: &impl Host) -> Result<i64, StoreError> {
        host.increment(ISSUED, 0).await
    }

    /// Reads a grant; none if it is not there.
    ///
    /// # Errors
    /// The store's, and one for a row that is not a grant.
    pub(crate) async fn read(host: &impl Host, number: i64) -> Result<Option<Self>, StoreError> {
        let Some(bytes) = host.get(&name(number)).await? else {
            return Ok(None);
        };
        let grant = serde_json::from_slice(&bytes);
        grant
            .map(Some)
            .map_err(|_| StoreError(format!("pending grant {number} cannot be read")))
    }

    /// Writes a grant.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn write(&self, host: &impl Host, number: i64) -> Result<(), StoreError> {
        let bytes = serde_json::to_vec(self).expect("a pending grant has only text and numbers");
        host.set(&name(number), &bytes).await
    }

    /// Deletes a grant with its code and counters. The grant goes last, so that the next sweep repeats a deletion that
    /// failed.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn remove(&self, host: &impl Host, number: i64) -> Result<(), StoreError> {
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
