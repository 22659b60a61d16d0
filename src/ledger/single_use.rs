//! Single use of approvals. An approval is a consent form that leads to a code, the confirmation of a tool call, or the
//! assertion with which a client authenticates.
//!
//! The request that gets the claim of an approval may act on it. A pending grant is written beside the claim, so that
//! the sweep deletes both.

use super::LIFETIME;
use super::pending_grant::{GrantState, PendingGrant};
use crate::claim;
use crate::digest::sha256_hex;
use crate::host::{Host, StoreError};

/// The right to act on one approval, once.
pub(crate) struct Reservation {
    /// Number of the pending grant.
    pub(crate) number: i64,
    grant: PendingGrant,
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

/// Reserves the single use of the approval with this id. The pending grant is written before the approval has any
/// effect, so that the sweep also cleans up after a process that stopped half-way.
pub(crate) async fn reserve(
    host: &impl Host,
    approval_id: &str,
) -> Result<Reservation, ReservationError> {
    let consent = sha256_hex(approval_id);
    if !claim::claim(host, &format!("consent-{consent}")).await? {
        return Err(ReservationError::AlreadyUsed);
    }
    let grant = PendingGrant {
        consent,
        code: None,
        expires_at: host.now().as_secs() + LIFETIME,
        state: GrantState::Open { key: None },
    };
    let number = PendingGrant::next_number(host).await?;
    grant.write(host, number).await?;
    Ok(Reservation { number, grant })
}

impl Reservation {
    /// Gives the single use back after an attempt without effect, so that the person may try again.
    pub(crate) async fn release(self, host: &impl Host) {
        // If the store fails here, the form stays used, and the person starts again from their app.
        let _ = claim::release(host, &format!("consent-{}", self.grant.consent)).await;
    }

    /// When the code that the approval leads to expires, in Unix seconds.
    pub(crate) fn expires_at(&self) -> u64 {
        self.grant.expires_at
    }

    /// Records the SHA-256 of the code that is about to be issued, and the sealed key that the sweep revokes if no
    /// client redeems the code.
    pub(crate) async fn record_code(
        &mut self,
        host: &impl Host,
        code_hash: &str,
        sealed_key: Option<String>,
    ) -> Result<(), StoreError> {
        self.grant.code = Some(code_hash.to_owned());
        self.grant.state = GrantState::Open { key: sealed_key };
        self.grant.write(host, self.number).await
    }
}
