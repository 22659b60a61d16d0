//! A cache of key introspection answers.
//!
//! An instance serves many people, so the cache is bounded, and it contains the SHA-256 of a key instead of the key.

use crate::cache::Cache;
use crate::secret::ApiKey;
use std::cell::RefCell;
use std::collections::HashSet;
use std::time::Duration;

/// The maximum number of entries.
const CAPACITY: usize = 512;
/// The same of keys that were accepted, whose entries are small.
const ACCEPTED_CAPACITY: usize = 2_048;
/// How long a key that was accepted counts as one that exists.
const ACCEPTED_LIFETIME: Duration = Duration::from_secs(300);

/// What the portal says about a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyStatus {
    /// There is no keys API, or its answer is missing or unusable. The API alone decides what the key may do.
    Unknown,
    /// The key may read and write.
    Full,
    /// The key may only read.
    ReadOnly,
    /// The portal does not accept the key: revoked, expired, or never issued.
    Revoked,
}

thread_local! {
    static ENTRIES: RefCell<Cache<KeyStatus>> = RefCell::new(Cache::new(CAPACITY));
    /// The keys that a request is asking about.
    static ASKED: RefCell<HashSet<[u8; 32]>> = RefCell::default();
    static ACCEPTED: RefCell<Cache<()>> = RefCell::new(Cache::new(ACCEPTED_CAPACITY));
}

/// Whether API or portal accepted the key lately, so that it is not a guess. It may have been revoked since.
pub(crate) fn is_accepted(key: &ApiKey, now: Duration) -> bool {
    ACCEPTED.with_borrow(|entries| entries.get(&key.fingerprint(), now).is_some())
}

/// Notes that API or portal accepted the key.
pub(crate) fn accept(key: &ApiKey, now: Duration) {
    ACCEPTED.with_borrow_mut(|entries| {
        entries.insert(
            key.fingerprint(),
            (),
            now,
            now.saturating_add(ACCEPTED_LIFETIME),
            |()| false,
        );
    });
}

/// The cached status of a key, if it has not expired at the time `now`, and how long it is still used.
pub(super) fn get(key: &ApiKey, now: Duration) -> Option<(KeyStatus, Duration)> {
    ENTRIES.with_borrow(|entries| entries.get_with_time(&key.fingerprint(), now))
}

/// The turn of the one request that asks the portal about a key. It ends when it is dropped, also if the request has ended
/// before.
pub(super) struct Turn([u8; 32]);

impl Turn {
    /// Takes the turn, unless another request has it.
    pub(super) fn take(key: &ApiKey) -> Option<Self> {
        let fingerprint = key.fingerprint();
        let is_first = ASKED.with_borrow_mut(|asked| asked.insert(fingerprint));
        is_first.then(|| Self(fingerprint))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        ASKED.with_borrow_mut(|asked| asked.remove(&self.0));
    }
}

/// Removes a key that was just revoked or that the API refused.
pub(crate) fn forget(key: &ApiKey) {
    ENTRIES.with_borrow_mut(|entries| entries.remove(&key.fingerprint()));
}

/// Keeps the status of a key for `lifetime` from `now` on.
pub(super) fn remember(key: &ApiKey, status: KeyStatus, now: Duration, lifetime: Duration) {
    insert(key.fingerprint(), status, now, lifetime);
}

fn insert(fingerprint: [u8; 32], status: KeyStatus, now: Duration, lifetime: Duration) {
    ENTRIES.with_borrow_mut(|entries| {
        let expires_at = now.saturating_add(lifetime);
        entries.insert(fingerprint, status, now, expires_at, |_| false);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_never_exceeds_its_capacity() {
        for i in 0..2_000_u32 {
            let mut fingerprint = [0; 32];
            fingerprint[..4].copy_from_slice(&i.to_be_bytes());
            let lifetime = Duration::from_secs(5);
            insert(fingerprint, KeyStatus::Revoked, Duration::ZERO, lifetime);
        }
        assert_eq!(ENTRIES.with_borrow(Cache::len), CAPACITY);
    }
}
