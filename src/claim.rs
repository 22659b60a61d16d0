//! One-shot claims: of all requests that claim a name, in any number of instances, at most one gets it.
//!
//! A store with atomic counters decides by a counter. For a store that only reads, writes and deletes, no algorithm
//! decides both safely and always; [`registers`] is safe always, and decides whenever the store answers within seconds.
//!
//! On a store whose writes are not visible to every reader at once, nothing decides. What is claimed must then do no
//! harm when it is acted on twice: both redemptions of a code give the same key.

mod registers;

use crate::host::{Host, StoreError};
use registers::{Passage, Registers};

/// Claims a name; `false` if another request has it or may have it. If other requests claim it at the same moment on a
/// store without atomic counters, the answer takes seconds.
///
/// # Errors
/// [`StoreError`] if the store fails, or if it was too slow to decide; the name may then stay unclaimed and unusable for good.
pub(crate) async fn claim(host: &impl Host, name: &str) -> Result<bool, StoreError> {
    if host.has_atomic_counters() {
        return Ok(host.increment(name, 1).await? == 1);
    }
    Registers::new(host, name).claim().await
}

/// Claims a name on a store without atomic counters, without waiting: at most one request gets it, one that is alone
/// does, and of several at the same moment perhaps none does.
pub(crate) async fn claim_if_alone(host: &impl Host, name: &str) -> Result<bool, StoreError> {
    let passage = Registers::new(host, name).enter().await?;
    Ok(passage == Passage::Alone)
}

/// Whether a request has claimed a name on a store without atomic counters, or tried to.
pub(crate) async fn is_taken(host: &impl Host, name: &str) -> Result<bool, StoreError> {
    registers::is_taken(host, name).await
}

/// Gives a claim back, so that the name can be claimed again. Only the request that has the claim may call this.
pub(crate) async fn release(host: &impl Host, name: &str) -> Result<(), StoreError> {
    if host.has_atomic_counters() {
        return host.delete(name).await;
    }
    registers::release(host, name).await
}

/// Deletes the rows of a claim, when no request claims the name any more.
pub(crate) async fn delete(host: &impl Host, name: &str) -> Result<(), StoreError> {
    if host.has_atomic_counters() {
        return host.delete(name).await;
    }
    registers::delete(host, name).await
}

#[cfg(test)]
mod tests;
