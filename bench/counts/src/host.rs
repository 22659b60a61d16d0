//! The host in memory. Nothing of it waits, so a request is answered in one go.

use crate::outside;
use bytes::Bytes;
use http::Request;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::pending;
use std::time::Duration;
use tokportal_connector::host::{
    Clock, HttpClient, HttpError, HttpLimits, HttpResponse, Log, Received, Rng, Room, Store,
    StoreError,
};

/// How much of a body arrives at once.
const PIECE: usize = 64 * 1024;

/// 2026-09-21, 14:13:20 UTC.
pub(crate) const START: Duration = Duration::from_secs(1_790_000_000);

#[derive(Default)]
pub(crate) struct Memory {
    rows: RefCell<BTreeMap<String, Vec<u8>>>,
    counters: RefCell<BTreeMap<String, i64>>,
    /// The time since [`START`].
    pub(crate) elapsed: Cell<Duration>,
    drawn: Cell<u64>,
    /// Calls of the store, each of which is one operation on one row.
    pub(crate) store_calls: Cell<u64>,
    /// Requests to the API and to the portal.
    pub(crate) outbound_calls: Cell<u64>,
    pub(crate) portal: crate::portal::Portal,
}

impl HttpClient for &Memory {
    async fn send(
        &self,
        request: Request<Bytes>,
        limits: &HttpLimits,
        room: &dyn Room,
    ) -> Result<HttpResponse, HttpError> {
        self.outbound_calls.set(self.outbound_calls.get() + 1);
        let (parts, body) = outside::answer(&self.portal, &request).into_parts();
        let mut received = Received::new(limits.max_body, room);
        for piece in body.chunks(PIECE) {
            if !received.push(piece) {
                break;
            }
        }
        let (body, truncated) = received.finish();
        let response = http::Response::from_parts(parts, body);
        Ok(HttpResponse {
            response,
            truncated,
        })
    }
}

impl Memory {
    fn note_store_call(&self) {
        self.store_calls.set(self.store_calls.get() + 1);
    }
}

impl Store for &Memory {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.note_store_call();
        Ok(self.rows.borrow().get(key).cloned())
    }

    async fn set(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        self.note_store_call();
        let mut rows = self.rows.borrow_mut();
        rows.insert(key.to_owned(), value.to_vec());
        Ok(())
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.note_store_call();
        self.rows.borrow_mut().remove(key);
        self.counters.borrow_mut().remove(key);
        Ok(())
    }

    fn has_atomic_counters(&self) -> bool {
        true
    }

    async fn increment(&self, key: &str, delta: i64) -> Result<i64, StoreError> {
        self.note_store_call();
        let mut counters = self.counters.borrow_mut();
        let sum = counters.entry(key.to_owned()).or_default();
        *sum += delta;
        Ok(*sum)
    }
}

impl Log for &Memory {
    fn log(&self, _: &str) {}
}

impl Clock for &Memory {
    fn now(&self) -> Duration {
        START + self.elapsed.get()
    }

    fn monotonic(&self) -> Duration {
        self.elapsed.get()
    }

    /// The clock stands still during a request. A request that waits for it alone fails in [`crate::world::block_on`].
    async fn sleep(&self, _: Duration) {
        pending().await
    }
}

impl Rng for &Memory {
    /// splitmix64, because it takes few instructions.
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let state = self.drawn.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
            self.drawn.set(state);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let random = (mixed ^ (mixed >> 31)).to_le_bytes();
            for (byte, random) in chunk.iter_mut().zip(random) {
                *byte = random;
            }
        }
    }
}
