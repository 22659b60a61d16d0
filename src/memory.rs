//! The memory of an instance, which its requests share. A request asks for room before it keeps something large.
//!
//! An instance has 128 MiB on most hosts, and ends with all of its requests when it needs more. The pool is half of it.
//! The other half is for code, caches, and the step that is computing: there is one thread, so there is one such step.
//! Room is counted where it is kept while a request waits: for its body, the API, or a client that reads slowly.

use crate::host::Clock;
use crate::web::reply::Reply;
use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What every request gets at its start: enough for a small message, its answer from the API and its reply.
pub(crate) const BASE: usize = 256 * 1024;

/// Room for the answer to a call that changes something, and for the result that is made from it. Such a call is not sent
/// without.
pub(crate) const ANSWER: usize = 192 * 1024;

/// All that may be held by the bases of requests, and by what they need beyond. Neither waits for the other, so large
/// requests do not delay small ones.
const BASES: usize = 24 * 1024 * 1024;
const BEYOND: usize = 40 * 1024 * 1024;

/// Room for a body of at most so many bytes is not counted while a client reads it. No host gives an instance more than 1,024
/// requests.
const SMALL_REPLY: usize = 4 * 1024;

/// How long a request waits for room, and how often it looks. Only a request that finds no room waits.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(20);

/// The memory of an instance.
#[derive(Debug)]
pub(crate) struct Pool {
    bases: Part,
    beyond: Part,
}

impl Default for Pool {
    fn default() -> Self {
        let part = |capacity| Part {
            capacity,
            counts: Mutex::default(),
        };
        Self {
            bases: part(BASES),
            beyond: part(BEYOND),
        }
    }
}

/// A part of the memory.
#[derive(Debug)]
struct Part {
    capacity: usize,
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    held: usize,
    /// The requests that wait, in the order in which they came.
    waiting: VecDeque<u64>,
    last_number: u64,
}

impl Part {
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes room if there is some now.
    fn take(&self, bytes: usize) -> bool {
        let mut counts = self.counts();
        let fits = self.capacity.saturating_sub(counts.held) >= bytes;
        if fits {
            counts.held = counts.held.saturating_add(bytes);
        }
        fits
    }

    /// Takes room, whether there is some or not.
    fn take_anyway(&self, bytes: usize) {
        let mut counts = self.counts();
        counts.held = counts.held.saturating_add(bytes);
    }

    /// Waits for room, behind those who came before. Whether there was some.
    async fn wait(&self, clock: &impl Clock, bytes: usize) -> bool {
        if self.counts().waiting.is_empty() && self.take(bytes) {
            return true;
        }
        let place = Place::behind_all(self);
        let started_at = clock.monotonic();
        while clock.monotonic().saturating_sub(started_at) < PATIENCE {
            if place.is_first() && self.take(bytes) {
                return true;
            }
            clock.sleep(PAUSE).await;
        }
        false
    }

    fn give_back(&self, bytes: usize) {
        let mut counts = self.counts();
        counts.held = counts.held.saturating_sub(bytes);
    }
}

/// A place among those who wait.
struct Place<'a> {
    part: &'a Part,
    number: u64,
}

impl<'a> Place<'a> {
    fn behind_all(part: &'a Part) -> Self {
        let mut counts = part.counts();
        let number = counts.last_number.wrapping_add(1);
        counts.last_number = number;
        counts.waiting.push_back(number);
        Self { part, number }
    }

    fn is_first(&self) -> bool {
        self.part.counts().waiting.front() == Some(&self.number)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut counts = self.part.counts();
        counts.waiting.retain(|number| *number != self.number);
    }
}

/// The room that a request holds, and how much of it is in use. Dropping it gives all back.
#[derive(Debug)]
pub(crate) struct Reservation {
    pool: Arc<Pool>,
    base: Cell<usize>,
    beyond: Cell<usize>,
    used: Cell<usize>,
}

impl Reservation {
    /// Holds nothing yet.
    pub(crate) fn empty(pool: &Arc<Pool>) -> Self {
        Self {
            pool: Arc::clone(pool),
            base: Cell::default(),
            beyond: Cell::default(),
            used: Cell::default(),
        }
    }

    /// Gets [`BASE`], and waits for it if necessary. Whether there was room.
    pub(crate) async fn begin(&self, clock: &impl Clock) -> bool {
        let has_room = self.pool.bases.wait(clock, BASE).await;
        if has_room {
            self.base.set(BASE);
        }
        has_room
    }

    /// Makes sure that `bytes` more can be used, and waits for them if necessary. Whether there is room. A request that waits
    /// keeps only what it uses, or large requests would wait for the room of each other.
    pub(crate) async fn wait_for(&self, clock: &impl Clock, bytes: usize) -> bool {
        if self.missing(bytes) == 0 {
            return true;
        }
        self.give_back_beyond();
        let missing = self.missing(bytes);
        let has_room = self.pool.beyond.wait(clock, missing).await;
        if has_room {
            self.add(missing);
        }
        has_room
    }

    /// Makes sure that `bytes` more can be used, if there is room now.
    pub(crate) fn fits(&self, bytes: usize) -> bool {
        let missing = self.missing(bytes);
        let has_room = missing == 0 || self.pool.beyond.take(missing);
        if has_room {
            self.add(missing);
        }
        has_room
    }

    /// Uses `bytes` more, if there is room now.
    pub(crate) fn take(&self, bytes: usize) -> bool {
        let fits = self.fits(bytes);
        if fits {
            self.used.set(self.used.get().saturating_add(bytes));
        }
        fits
    }

    pub(crate) fn used(&self) -> usize {
        self.used.get()
    }

    /// States what is in use. More than is held may be; it then counts as held.
    pub(crate) fn set_used(&self, bytes: usize) {
        self.used.set(bytes);
        let missing = self.missing(0);
        self.pool.beyond.take_anyway(missing);
        self.add(missing);
    }

    /// Gives back what is not in use.
    pub(crate) fn give_back_rest(&self) {
        let base = self.base.get().min(self.used.get());
        let held = self.base.replace(base);
        self.pool.bases.give_back(held.saturating_sub(base));
        self.give_back_beyond();
    }

    /// Gives back what is not in use, except for the base.
    fn give_back_beyond(&self) {
        let needed = self.used.get().saturating_sub(self.base.get());
        let beyond = needed.min(self.beyond.get());
        let held = self.beyond.replace(beyond);
        self.pool.beyond.give_back(held.saturating_sub(beyond));
    }

    fn missing(&self, bytes: usize) -> usize {
        let held = self.base.get().saturating_add(self.beyond.get());
        self.used.get().saturating_add(bytes).saturating_sub(held)
    }

    /// Notes what was taken.
    fn add(&self, bytes: usize) {
        self.beyond.set(self.beyond.get().saturating_add(bytes));
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.pool.bases.give_back(self.base.get());
        self.pool.beyond.give_back(self.beyond.get());
    }
}

/// Holds the room of a large body until the extensions of the reply are dropped. The bytes stay as they are, so that a shell can
/// hand them to the host without a copy.
pub(crate) fn hold(reply: &mut Reply, room: Reservation) {
    if reply.body().len() > SMALL_REPLY {
        reply.extensions_mut().insert(Arc::new(Mutex::new(room)));
    }
}

#[cfg(test)]
mod tests;
