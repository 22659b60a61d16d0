//! A cache of the documents that clients publish about themselves, and of failures to fetch them.
//!
//! An instance serves many people, so the cache is bounded, and its entries are found by the SHA-256 of their URL. It
//! contains only what anyone can read at that URL.

use crate::cache::Cache;
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::time::Duration;

/// The maximum number of entries, of at most 5 KiB each.
const CAPACITY: usize = 128;

/// The body of a document, or why it could not be fetched.
pub(super) type Outcome = Result<Bytes, String>;

thread_local! {
    static ENTRIES: RefCell<Cache<Outcome>> = RefCell::new(Cache::new(CAPACITY));
}

/// The cached outcome for a URL, if it has not expired at the time `now`.
pub(super) fn get(url: &str, now: Duration) -> Option<Outcome> {
    ENTRIES.with_borrow(|entries| entries.get(&key(url), now))
}

/// Keeps an outcome for `lifetime` from `now` on. Failures are dropped first, so that invented URLs do not displace
/// documents.
pub(super) fn remember(url: &str, outcome: Outcome, now: Duration, lifetime: Duration) {
    if lifetime.is_zero() {
        return;
    }
    ENTRIES.with_borrow_mut(|entries| {
        let expires_at = now.saturating_add(lifetime);
        entries.insert(key(url), outcome, now, expires_at, Result::is_err);
    });
}

/// Lets the entry of a document that is not valid expire within `lifetime`, so that its author can correct it.
pub(super) fn shorten(url: &str, now: Duration, lifetime: Duration) {
    let expires_at = now.saturating_add(lifetime);
    ENTRIES.with_borrow_mut(|entries| entries.shorten(&key(url), expires_at));
}

fn key(url: &str) -> [u8; 32] {
    Sha256::digest(url).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_do_not_displace_documents() {
        let lifetime = Duration::from_secs(5);
        remember(
            "https://a.example/c",
            Ok(Bytes::new()),
            Duration::ZERO,
            lifetime,
        );
        for i in 0..1_000 {
            let url = format!("https://b.example/{i}");
            remember(&url, Err("404".to_owned()), Duration::ZERO, lifetime);
        }
        assert!(get("https://a.example/c", Duration::ZERO).is_some());
    }

    #[test]
    fn the_cache_never_exceeds_its_capacity() {
        for i in 0..1_000 {
            let url = format!("https://app.example.com/{i}");
            let lifetime = Duration::from_secs(5);
            remember(&url, Ok(Bytes::new()), Duration::ZERO, lifetime);
        }
        assert_eq!(ENTRIES.with_borrow(Cache::len), CAPACITY);
    }
}
