//! Access tokens of api-key mode that ended before they expire. Each has a row, under the hash of the token's id, until the
//! token would have expired. No instance keeps what it read there, so a token ends at once.

use super::expiry::{ENDED_TOKENS, ExpiryEntry};
use crate::digest::sha256_hex;
use crate::host::{Host, StoreError};

/// Ends the token with this id, which expires at this time, in Unix seconds.
///
/// # Errors
/// [`StoreError`]; the token may still work.
pub(crate) async fn end(host: &impl Host, id: &str, expires_at: u64) -> Result<(), StoreError> {
    // A token that was ended before needs no other entry.
    if is_ended(host, id).await? {
        return Ok(());
    }
    let hash = sha256_hex(id);
    let entry = ExpiryEntry {
        expires_at,
        token: Some(hash.clone()),
        ..ExpiryEntry::default()
    };
    // The entry comes first, so that the sweep knows every row.
    let number = ENDED_TOKENS.next_number(host).await?;
    ENDED_TOKENS.write(host, number, &entry).await?;
    host.set(&ended(&hash), b"ended").await
}

/// Whether the token with this id was ended.
///
/// # Errors
/// [`StoreError`].
pub(crate) async fn is_ended(host: &impl Host, id: &str) -> Result<bool, StoreError> {
    Ok(host.get(&ended(&sha256_hex(id))).await?.is_some())
}

/// The name of the row, which [`ExpiryEntry`] deletes.
fn ended(hash: &str) -> String {
    format!("ended-{hash}")
}
