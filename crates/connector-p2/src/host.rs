//! The seams of the core.

use crate::{Platform, wait};
use std::io::Write as _;
use std::marker::PhantomData;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokportal_connector::host::{Clock, Log, Rng, Store, StoreError, increment_by_steps};
use wasi::clocks::monotonic_clock;

pub(crate) struct P2Host<P>(PhantomData<P>);

impl<P> P2Host<P> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<P: Platform> Store for P2Host<P> {
    fn has_atomic_counters(&self) -> bool {
        P::INCREMENT.is_some()
    }

    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        P::get(key)
    }

    async fn set(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        P::set(key, value)
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        P::delete(key)
    }

    async fn increment(&self, key: &str, delta: i64) -> Result<i64, StoreError> {
        match P::INCREMENT {
            Some(increment) => increment(key, delta),
            None => increment_by_steps(self, key, delta).await,
        }
    }
}

impl<P> Clock for P2Host<P> {
    fn now(&self) -> Duration {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
    }

    fn monotonic(&self) -> Duration {
        Duration::from_nanos(monotonic_clock::now())
    }

    async fn sleep(&self, time: Duration) {
        wait::sleep(time).await;
    }
}

impl<P> Log for P2Host<P> {
    fn log(&self, line: &str) {
        // One call of the host for each line. There is no other place to report that it failed.
        let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
    }
}

impl<P> Rng for P2Host<P> {
    #[expect(clippy::expect_used, reason = "`wasi:random` has no error")]
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).expect("random bytes");
    }
}
