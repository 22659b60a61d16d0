//! State in the key-value store that is bounded and expires: single uses, tokens that were ended, their
//! expiry entries, rate limits, and the sweep; and two rows about the deployment itself.

pub(crate) mod deployment;
pub(crate) mod ended_token;
mod expiry;
pub(crate) mod question;
pub(crate) mod rate_limit;
pub(crate) mod readiness;
pub(crate) mod single_use;
pub(crate) mod sweep;

use crate::host::StoreError;
use serde::Serialize;

/// Lifetime of an authorization transaction and its cookie, and of the code from the approval on, in seconds.
pub(crate) const LIFETIME: u64 = 600;

/// A value as its row has it.
///
/// # Errors
/// [`StoreError`], if the value cannot be written as JSON; nothing was stored then.
fn row(value: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(value).map_err(|error| StoreError::of("row", &error))
}
