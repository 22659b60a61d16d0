//! The turns of requests from outside: how many run at the same time, and how long the others wait.

use std::num::NonZero;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use crate::limits::Limits;

/// Probes at the same time. They are cheap, and a host whose probe waited behind requests would be restarted.
const PROBES: usize = 16;
/// Starts for each processor. wasmtime makes a new instance for a request while all others compute; a burst of hundreds of
/// requests would make hundreds, which takes more time and memory than to wait.
const STARTS_PER_PROCESSOR: usize = 2;
/// How many clients may send at the same time what is only discarded.
const DRAINS: usize = 64;

/// What a request is, as far as its turn is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The host has the whole request.
    Complete,
    /// The rest of the body has yet to arrive. A client decides how long that takes, so these requests have turns of
    /// their own and take none from the others.
    Upload,
    /// Asks whether the application is alive.
    Probe,
}

/// A place among the requests that compute. A request holds it until it waits for the first time: for the store, for a
/// server, for its client.
pub(crate) type Start = OwnedSemaphorePermit;

pub(crate) struct Queue {
    complete: Semaphore,
    uploads: Semaphore,
    probes: Semaphore,
    starts: Arc<Semaphore>,
    /// Permits to discard what a client sends after the response.
    pub(crate) drains: Arc<Semaphore>,
    time: Duration,
}

impl Queue {
    pub(crate) fn new(limits: &Limits) -> Self {
        let semaphore = |turns: usize| Semaphore::new(turns.clamp(1, Semaphore::MAX_PERMITS));
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            complete: semaphore(limits.requests_in_flight),
            uploads: semaphore(limits.uploads_in_flight),
            probes: semaphore(PROBES),
            starts: Arc::new(semaphore(processors.saturating_mul(STARTS_PER_PROCESSOR))),
            drains: Arc::new(semaphore(DRAINS)),
            time: limits.queue_time,
        }
    }

    /// Waits for a turn, which lasts until the result is dropped; `None` if it does not come in time.
    pub(crate) async fn turn(&self, kind: Kind) -> Option<SemaphorePermit<'_>> {
        let turns = match kind {
            Kind::Complete => &self.complete,
            Kind::Upload => &self.uploads,
            Kind::Probe => &self.probes,
        };
        if let Ok(turn) = turns.try_acquire() {
            return Some(turn);
        }
        // Acquiring fails only on a closed semaphore, and none of these is ever closed.
        let turn = tokio::time::timeout(self.time, turns.acquire()).await;
        turn.ok()?.ok()
    }

    /// Waits for a place to compute. It comes soon, because it depends on the processors alone.
    pub(crate) async fn start(&self) -> Option<Start> {
        Arc::clone(&self.starts).acquire_owned().await.ok()
    }
}
