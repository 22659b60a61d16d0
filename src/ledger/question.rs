//! Questions about calls that a person answers on a page. A question is sealed before it is stored.
//!
//! The name of a row belongs to a call and to a period of ten minutes ([`period`]). A call that is repeated thus finds the
//! question, and writes another one over it when the old one no longer counts. A row is deleted when the answer to a
//! question that was asked in its period can no longer be used.

use super::LIFETIME;
use super::expiry::{ExpiryEntry, QUESTIONS};
use crate::digest::sha256_hex;
use crate::host::{Host, StoreError};

/// The number of the period that a time in Unix seconds is in.
pub(crate) fn period(now: u64) -> u64 {
    now / LIFETIME
}

/// Stores a question under an id of this period. The expiry entry is written first, so that the sweep also cleans up
/// after a process that stopped half-way.
///
/// # Errors
/// [`StoreError`].
pub(crate) async fn write(
    host: &impl Host,
    id: &str,
    period: u64,
    sealed: &str,
) -> Result<(), StoreError> {
    let hash = sha256_hex(id);
    let name = name(&hash);
    let entry = ExpiryEntry {
        expires_at: period.saturating_add(3).saturating_mul(LIFETIME),
        question: Some(hash),
        ..ExpiryEntry::default()
    };
    QUESTIONS.begin(host).await?;
    let number = QUESTIONS.next_number(host).await?;
    QUESTIONS.write(host, number, &entry).await?;
    host.set(&name, sealed.as_bytes()).await
}

/// The sealed question with this id; `None` if there is none.
///
/// # Errors
/// [`StoreError`].
pub(crate) async fn read(host: &impl Host, id: &str) -> Result<Option<String>, StoreError> {
    let row = host.get(&name(&sha256_hex(id))).await?;
    Ok(row.and_then(|row| String::from_utf8(row).ok()))
}

/// The store has the hash of an id, so that a dump of it leads to no page.
fn name(hash: &str) -> String {
    format!("question-{hash}")
}
