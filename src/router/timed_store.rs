//! A limit of time for every call of the store.

use crate::host::{
    Clock, HttpClient, HttpError, HttpLimits, HttpResponse, Log, Rng, Room, Store, StoreError,
};
use bytes::Bytes;
use futures::future::{Either, select};
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

/// How long a call of the store may take.
const LIMIT: Duration = Duration::from_secs(2);

/// A host whose store fails when it does not answer within [`LIMIT`]. Without that, a store that hangs would hold a request
/// until the host ends it, with no line in the log.
///
/// A call that blocks the instance cannot be given up; the shells say which do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TimedStore<H>(pub(crate) H);

impl<H: Clock> TimedStore<H> {
    async fn limited<T>(
        &self,
        name: &str,
        call: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        // The clock is asked only if the store does not answer at once.
        match select(pin!(call), pin!(self.0.sleep(LIMIT))).await {
            Either::Left((result, _)) => result,
            Either::Right(_) => Err(StoreError(format!(
                "{name}: no answer within {} seconds",
                LIMIT.as_secs()
            ))),
        }
    }
}

impl<H: Store + Clock> Store for TimedStore<H> {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.limited("get", self.0.get(key)).await
    }

    async fn set(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        self.limited("set", self.0.set(key, value)).await
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.limited("delete", self.0.delete(key)).await
    }

    fn has_atomic_counters(&self) -> bool {
        self.0.has_atomic_counters()
    }

    async fn increment(&self, key: &str, delta: i64) -> Result<i64, StoreError> {
        self.limited("increment", self.0.increment(key, delta))
            .await
    }
}

impl<H: HttpClient> HttpClient for TimedStore<H> {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        limits: &HttpLimits,
        room: &dyn Room,
    ) -> Result<HttpResponse, HttpError> {
        self.0.send(request, limits, room).await
    }
}

impl<H: Clock> Clock for TimedStore<H> {
    fn now(&self) -> Duration {
        self.0.now()
    }

    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }

    async fn sleep(&self, time: Duration) {
        self.0.sleep(time).await;
    }
}

impl<H: Rng> Rng for TimedStore<H> {
    fn fill(&self, buffer: &mut [u8]) {
        self.0.fill(buffer);
    }
}

impl<H: Log> Log for TimedStore<H> {
    fn log(&self, line: &str) {
        self.0.log(line);
    }
}

#[cfg(test)]
mod tests;
