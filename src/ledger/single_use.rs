//! Single use of an approval: of a consent form, which leads to a code, or of the confirmation of a tool call.
//!
//! A counter in the store decides: the request that moves it to 1 wins. A pending grant is written with it, so that the
//! sweep deletes both.

use super::LIFETIME;
use super::pending_grant::{GrantState, PendingGrant};
use crate::digest::sha256_hex;
use crate::host::{Host, StoreError};

/// The right to act on one approval.
pub(crate) struct Reservation {
    pub(crate) number: i64,
    grant: PendingGrant,
}

/// Why an approval gives no right to act.
#[derive(Debug)]
pub(crate) enum ReservationError {
    /// It was used before.
    AlreadyUsed,
    Store(StoreError),
}

impl From<StoreError> for ReservationError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Takes the single use of the approval with this id. The pending grant is written before anything else happens, so that
/// the sweep also finds what a process leaves behind that stops half-way.
///
/// # Errors
/// [`ReservationError`].
pub(crate) async fn reserve(
    host: &impl Host,
    approval_id: &str,
) -> Result<Reservation, ReservationError> {
    let consent = sha256_hex(approval_id);
    if host.increment(&format!("consent-{consent}"), 1).await? != 1 {
        return Err(ReservationError::AlreadyUsed);
    }
    let grant = PendingGrant {
        consent,
        code: None,
        expires_at: host.now().as_secs() + LIFETIME,
        state: GrantState::Open { key: None },
    };
    let number = PendingGrant::number(host).await?;
    grant.write(host, number).await?;
    Ok(Reservation { number, grant })
}

impl Reservation {
    /// Gives the single use back: nothing was done, and the person may try again.
    pub(crate) async fn release(self, host: &impl Host) {
        // If the store fails here, the person starts again from their app.
        let _ = host
            .delete(&format!("consent-{}", self.grant.consent))
            .await;
    }

    /// When what the approval leads to expires, in Unix seconds.
    pub(crate) fn expires_at(&self) -> u64 {
        self.grant.expires_at
    }

    /// Notes the hash of the code that is about to be issued, and the sealed key to revoke if no client redeems it.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn note_code(
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
