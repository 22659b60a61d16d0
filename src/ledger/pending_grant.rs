//! Pending grants: what the sweep must know to clean up after an approval.
//!
//! A counter numbers the grants, so that the sweep finds the oldest one without listing the store.

use crate::host::{Host, StoreError};
use serde::{Deserialize, Serialize};

/// Name of the counter that numbers grants.
const ISSUED: &str = "issued";

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
        host.increment(ISSUED, 1).await
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
        let bytes = serde_json::to_vec(self).expect("a pending grant has only text and numbers");
        host.set(&name(number), &bytes).await
    }

    /// Deletes a grant with its code and counters. The grant itself is deleted last, so that the next sweep repeats a
    /// deletion that failed.
    pub(super) async fn delete(&self, host: &impl Host, number: i64) -> Result<(), StoreError> {
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
