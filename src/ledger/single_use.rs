//! Single use of approvals. An approval is the decision on a consent page, the confirmation of a tool call, or the
//! assertion with which a client authenticates.
//!
//! The request that gets the claim of an approval may act on it. An expiry entry is written beside the claim, so that
//! the sweep deletes both.

use super::LIFETIME;
use super::expiry::{ExpiryEntry, SINGLE_USES};
use crate::claim;
use crate::digest::sha256_hex;
use crate::host::{Host, StoreError};
use std::time::Duration;

/// How often, and how long between two reads, a request waits for the decision of the one that took the single use.
const POLLS: usize = 25;
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// The right to act on one approval, once.
pub(crate) struct Reservation {
    /// Number of the expiry entry.
    number: i64,
    entry: ExpiryEntry,
    /// The hash in the names of the approval's rows.
    consent: String,
}

/// Why a request may not act on an approval.
#[derive(Debug)]
pub(crate) enum ReservationError {
    /// Another request did, before or at the same time.
    AlreadyUsed,
    Store(StoreError),
}

impl From<StoreError> for ReservationError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Reserves the single use of the approval with this id. The expiry entry is written before the approval has any effect,
/// so that the sweep also cleans up after a process that stopped half-way.
pub(crate) async fn reserve(
    host: &impl Host,
    approval_id: &str,
) -> Result<Reservation, ReservationError> {
    let consent = sha256_hex(approval_id);
    if !claim::claim(host, &claim_name(&consent)).await? {
        return Err(ReservationError::AlreadyUsed);
    }
    let entry = ExpiryEntry {
        expires_at: host.now().as_secs() + LIFETIME,
        consent: Some(consent.clone()),
        ..ExpiryEntry::default()
    };
    match record(host, &entry).await {
        Ok(number) => Ok(Reservation {
            number,
            entry,
            consent,
        }),
        Err(error) => {
            // Nothing was done, so the same approval may be sent again.
            let _ = claim::release(host, &claim_name(&consent)).await;
            Err(error.into())
        }
    }
}

/// Writes an expiry entry, and returns its number.
async fn record(host: &impl Host, entry: &ExpiryEntry) -> Result<i64, StoreError> {
    let number = SINGLE_USES.next_number(host).await?;
    SINGLE_USES.write(host, number, entry).await?;
    Ok(number)
}

impl Reservation {
    /// Gives the single use back after an attempt without effect, so that the person may try again.
    pub(crate) async fn release(self, host: &impl Host) {
        // If the store fails here, the form stays used, and the person starts again from their app.
        let _ = host.delete(&decision_name(&self.consent)).await;
        let _ = claim::release(host, &claim_name(&self.consent)).await;
    }

    /// Records what the person decided, for requests that come too late.
    pub(crate) async fn record_decision(
        &self,
        host: &impl Host,
        decision: &str,
    ) -> Result<(), StoreError> {
        host.set(&decision_name(&self.consent), decision.as_bytes())
            .await
    }

    /// When the code that the approval leads to expires, in Unix seconds.
    pub(crate) fn expires_at(&self) -> u64 {
        self.entry.expires_at
    }

    /// Records the SHA-256 of the code that is about to be issued, whose rows the sweep deletes.
    pub(crate) async fn record_code(
        &mut self,
        host: &impl Host,
        code_hash: &str,
    ) -> Result<(), StoreError> {
        self.entry.code = Some(code_hash.to_owned());
        SINGLE_USES.write(host, self.number, &self.entry).await
    }
}

/// What the person decided with the approval of this id; `None` if nothing is recorded.
///
/// # Errors
/// [`StoreError`].
pub(crate) async fn recorded_decision(
    host: &impl Host,
    approval_id: &str,
) -> Result<Option<String>, StoreError> {
    let row = host.get(&decision_name(&sha256_hex(approval_id))).await?;
    Ok(row.and_then(|row| String::from_utf8(row).ok()))
}

/// What the person decided with the approval of this id, whose single use another request took. That request may be
/// about to record it. `None` if it does not.
///
/// # Errors
/// [`StoreError`].
pub(crate) async fn decision(
    host: &impl Host,
    approval_id: &str,
) -> Result<Option<String>, StoreError> {
    let name = decision_name(&sha256_hex(approval_id));
    for _ in 0..POLLS {
        if let Some(decision) = host.get(&name).await? {
            return Ok(String::from_utf8(decision).ok());
        }
        host.sleep(POLL_INTERVAL).await;
    }
    Ok(None)
}

fn decision_name(consent: &str) -> String {
    format!("decision-{consent}")
}

fn claim_name(consent: &str) -> String {
    format!("consent-{consent}")
}
