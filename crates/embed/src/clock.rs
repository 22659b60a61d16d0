//! The wall clock that components read. A test can move it forward.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use wasmtime_wasi::HostWallClock;

/// The wall clock of components: `wasi:clocks/wall-clock@0.2` and `wasi:clocks/system-clock@0.3`.
///
/// It does not affect timers and the monotonic clock.
pub trait Clock: Send + Sync + 'static {
    /// Time since 1970-01-01T00:00:00 UTC.
    fn now(&self) -> Duration;
}

/// The clock of the operating system.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
    }
}

/// The clock of the operating system plus an offset that a test sets. Clones share the offset.
#[derive(Debug, Clone, Default)]
pub struct TestClock {
    offset_nanos: Arc<AtomicU64>,
}

impl TestClock {
    /// A clock without offset.
    pub fn new() -> Self {
        Self::default()
    }

    /// Moves the clock forward, at once and for all components of all applications that use it.
    pub fn advance(&self, by: Duration) {
        let nanos = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
        self.offset_nanos.fetch_add(nanos, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Duration {
        let offset = Duration::from_nanos(self.offset_nanos.load(Ordering::SeqCst));
        SystemClock.now().saturating_add(offset)
    }
}

/// Adapts a [`Clock`] to wasmtime.
pub(crate) struct GuestClock(pub(crate) Arc<dyn Clock>);

impl HostWallClock for GuestClock {
    fn resolution(&self) -> Duration {
        Duration::from_nanos(1)
    }

    fn now(&self) -> Duration {
        self.0.now()
    }
}
