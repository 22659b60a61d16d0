//! Watches that a client keeps its side of a connection moving.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep};

/// Bytes that each stretch of waiting must bring.
const LEAST: usize = 8 << 10;

/// The time that the host has waited for a client, and what came of it.
///
/// Only waiting counts: a component that is slow to read a body does not make its client slow.
pub(crate) struct Pace {
    /// How long the host waits for [`LEAST`] bytes.
    time: Duration,
    waited: Duration,
    moved: usize,
    waiting: Option<Waiting>,
}

struct Waiting {
    since: Instant,
    timer: Pin<Box<Sleep>>,
}

impl Pace {
    pub(crate) fn new(time: Duration) -> Self {
        Self {
            time,
            waited: Duration::ZERO,
            moved: 0,
            waiting: None,
        }
    }

    /// Notes that bytes went over the connection.
    pub(crate) fn moved(&mut self, bytes: usize) {
        if let Some(waiting) = self.waiting.take() {
            self.waited = self.waited.saturating_add(waiting.since.elapsed());
        }
        if self.waited.is_zero() {
            return;
        }
        self.moved = self.moved.saturating_add(bytes);
        if self.moved >= LEAST {
            self.moved = 0;
            self.waited = Duration::ZERO;
        }
    }

    /// Notes that the host waits for the client. Ready when it has waited too long.
    pub(crate) fn poll_too_slow(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let left = self.time.saturating_sub(self.waited);
        let waiting = self.waiting.get_or_insert_with(|| Waiting {
            since: Instant::now(),
            timer: Box::pin(tokio::time::sleep(left)),
        });
        waiting.timer.as_mut().poll(cx)
    }
}
