//! A bounded cache whose entries expire.
//!
//! An instance serves many people, so an entry is found by a SHA-256: what is hashed is not in the cache.

use std::collections::HashMap;
use std::time::Duration;

/// Values by the SHA-256 of what they are about. Times are since the Unix epoch.
pub(crate) struct Cache<T> {
    /// The maximum number of entries.
    capacity: usize,
    /// Each value with the time at which it expires.
    entries: HashMap<[u8; 32], (T, Duration)>,
}

impl<T: Clone> Cache<T> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            entries: HashMap::new(),
        }
    }

    /// The value of a key, if it has not expired at the time `now`.
    pub(crate) fn get(&self, key: &[u8; 32], now: Duration) -> Option<T> {
        Some(self.get_with_time(key, now)?.0)
    }

    /// The same, and how long it takes until it expires.
    pub(crate) fn get_with_time(&self, key: &[u8; 32], now: Duration) -> Option<(T, Duration)> {
        let (value, expires_at) = self.entries.get(key)?;
        let left = expires_at.saturating_sub(now);
        (!left.is_zero()).then(|| (value.clone(), left))
    }

    /// Keeps a value until `expires_at`. If the cache is full of entries that have not expired, one of those that
    /// `is_worth_less` goes first, or else any: each of them can be asked for again.
    pub(crate) fn insert(
        &mut self,
        key: [u8; 32],
        value: T,
        now: Duration,
        expires_at: Duration,
        is_worth_less: impl Fn(&T) -> bool,
    ) {
        if self.entries.len() >= self.capacity {
            self.entries.retain(|_, (_, expires_at)| now < *expires_at);
        }
        if self.entries.len() >= self.capacity {
            let mut entries = self.entries.iter();
            let worth_less = entries.find(|(_, (value, _))| is_worth_less(value));
            let dropped = worth_less.or_else(|| self.entries.iter().next());
            let dropped = dropped.map(|(key, _)| *key);
            dropped.map(|key| self.entries.remove(&key));
        }
        self.entries.insert(key, (value, expires_at));
    }

    pub(crate) fn remove(&mut self, key: &[u8; 32]) {
        self.entries.remove(key);
    }

    /// Lets the entry of a key expire at `expires_at`, if it would expire later.
    pub(crate) fn shorten(&mut self, key: &[u8; 32], expires_at: Duration) {
        if let Some((_, known)) = self.entries.get_mut(key) {
            *known = expires_at.min(*known);
        }
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}
