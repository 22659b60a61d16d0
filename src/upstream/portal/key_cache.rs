//! The answers of key introspection, kept for a few seconds.
//!
//! Instances serve many people, so the cache is bounded and holds nothing of a key but its SHA-256.

use crate::secret::ApiKey;
use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

/// The most keys remembered.
const CAPACITY: usize = 512;

/// What the portal says about a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyStatus {
    /// There is no keys API, or no usable answer: the API decides.
    Unknown,
    /// The key may read and write.
    Full,
    /// The key may only read.
    ReadOnly,
    /// The key was revoked, or never existed.
    Revoked,
}

thread_local! {
    /// Status by the SHA-256 of the key, with the time at which it is no longer used.
    static ANSWERS: RefCell<HashMap<[u8; 32], (KeyStatus, Duration)>> = RefCell::default();
}

/// The status that was remembered for a key, if it is still fresh at the time `now`.
pub(crate) fn get(key: &ApiKey, now: Duration) -> Option<KeyStatus> {
    let known = ANSWERS.with_borrow(|answers| answers.get(&key.fingerprint()).copied());
    known
        .filter(|(_, until)| now < *until)
        .map(|(status, _)| status)
}

/// Forgets a key: it was just revoked, or the API refused it.
pub(crate) fn forget(key: &ApiKey) {
    ANSWERS.with_borrow_mut(|answers| answers.remove(&key.fingerprint()));
}

/// Remembers the status of a key from `now` on.
pub(crate) fn remember(key: &ApiKey, status: KeyStatus, now: Duration, lifetime: Duration) {
    insert(key.fingerprint(), status, now, lifetime);
}

fn insert(fingerprint: [u8; 32], status: KeyStatus, now: Duration, lifetime: Duration) {
    ANSWERS.with_borrow_mut(|answers| {
        if answers.len() >= CAPACITY {
            answers.retain(|_, (_, until)| now < *until);
        }
        if answers.len() >= CAPACITY {
            // Every answer is fresh: a flood of keys. Any of them may go, because the portal can be asked again.
            let any = answers.keys().next().copied();
            any.map(|any| answers.remove(&any));
        }
        answers.insert(fingerprint, (status, now + lifetime));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_keys_does_not_grow_the_memory() {
        for i in 0..2_000_u32 {
            let mut fingerprint = [0; 32];
            fingerprint[..4].copy_from_slice(&i.to_be_bytes());
            let lifetime = Duration::from_secs(5);
            insert(fingerprint, KeyStatus::Revoked, Duration::ZERO, lifetime);
        }
        assert_eq!(ANSWERS.with_borrow(HashMap::len), CAPACITY);
    }
}
