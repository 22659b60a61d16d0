//! The results of the latest readiness checks, in one row, so that many requests lead to few checks.

use crate::app::Context;
use crate::check::Check;
use crate::host::{Host, StoreError};
use serde::{Deserialize, Serialize};

const ROW: &str = "readiness";
/// A counter that every check moves, to see that counters work.
const COUNTER: &str = "readiness-checks";
/// Seconds for which a result is used.
const FRESH: u64 = 10;
/// Seconds for which a result is used when no other check may be made at the moment.
const USABLE: u64 = 60;

/// The results of one check.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct StoredChecks {
    /// Unix seconds.
    at: u64,
    /// The deployment that made the checks.
    fingerprint: String,
    pub(crate) checks: Vec<Check>,
}

impl StoredChecks {
    /// The stored results, unless they are of another deployment.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn read<H: Host>(
        context: &Context<'_, H>,
        fingerprint: &str,
    ) -> Result<Option<Self>, StoreError> {
        let bytes = context.host.get(ROW).await?;
        let stored: Option<Self> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Ok(stored.filter(|stored| stored.fingerprint == fingerprint))
    }

    /// Stores results, reads them back, and moves the counter.
    ///
    /// # Errors
    /// [`StoreError`], also if the row is not there afterwards.
    pub(crate) async fn write<H: Host>(
        context: &Context<'_, H>,
        fingerprint: &str,
        checks: &[Check],
    ) -> Result<(), StoreError> {
        let host = context.host;
        let stored = Self {
            at: host.now().as_secs(),
            fingerprint: fingerprint.to_owned(),
            checks: checks.to_vec(),
        };
        let bytes = serde_json::to_vec(&stored).expect("checks have only text");
        host.set(ROW, &bytes).await?;
        // Another request may have replaced the row, so only its presence counts.
        if host.get(ROW).await?.is_none() {
            return Err(StoreError("a row is gone after it was written".to_owned()));
        }
        host.increment(COUNTER, 1).await?;
        Ok(())
    }

    pub(crate) fn is_fresh(&self, now: u64) -> bool {
        self.is_younger_than(FRESH, now)
    }

    pub(crate) fn is_usable(&self, now: u64) -> bool {
        self.is_younger_than(USABLE, now)
    }

    /// A time in the future comes from a clock that was wrong.
    fn is_younger_than(&self, seconds: u64, now: u64) -> bool {
        now.checked_sub(self.at).is_some_and(|age| age < seconds)
    }
}
