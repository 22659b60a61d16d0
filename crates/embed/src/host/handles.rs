//! What is behind the resource handles of a guest.

#![expect(unreachable_pub, reason = "the generated bindings re-export the types")]

use crate::storage::{Database, KeyValue, Lease};

/// Stores and databases that one instance may have open at a time, as in Spin.
pub(super) const MAX_OPEN: usize = 256;

/// An open key-value store.
pub struct OpenStore {
    pub(super) store: KeyValue,
}

/// A compare-and-swap operation that has read the value but not yet replaced it.
pub struct CompareAndSwap {
    pub(super) store: KeyValue,
    pub(super) key: String,
    /// The value read last, which the swap expects to find.
    pub(super) seen: Option<Vec<u8>>,
}

/// An open database.
pub struct Connection {
    pub(super) database: Database,
    /// Taken out while a statement runs.
    pub(super) lease: Lease,
    pub(super) changes: u64,
    pub(super) last_insert_rowid: i64,
}
