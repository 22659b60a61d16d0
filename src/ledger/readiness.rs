//! The results of the latest checks of `/readyz` and `/readyz/portal`, so that many requests lead to few checks.
//!
//! Each of the two has two rows: the results, and the claim of the request that makes the next check. The claim needs no
//! atomic counter: of requests at the same moment, the one that wrote last makes the check.

use crate::app::Context;
use crate::check::{Check, Subject};
use crate::host::{Host, StoreError};
use crate::sealing::random::random_text;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long a request waits to see whether another one claimed the check at the same moment.
const SETTLED: Duration = Duration::from_millis(100);
/// A counter that every check moves, to see that counters work.
const COUNTER: &str = "readiness-checks";
/// Seconds for which a result is used.
const FRESH: u64 = 10;
/// Seconds for which a result is used while another request makes a check.
const USABLE: u64 = 60;

impl Subject {
    /// The row of the results.
    fn row(self) -> &'static str {
        match self {
            Self::Connector => "readiness",
            Self::Portal => "portal-check",
        }
    }

    fn claim_row(self) -> &'static str {
        match self {
            Self::Connector => "readiness-claim",
            Self::Portal => "portal-check-claim",
        }
    }

    /// Seconds for which no other request makes a check. No check of `/readyz` takes longer. That of the portal makes up
    /// to four requests one after the other, so a portal that is slow in each may be asked by two of them at a time.
    fn claimed(self) -> u64 {
        match self {
            Self::Connector => 5,
            Self::Portal => FRESH,
        }
    }
}

/// Who makes a check, and since when.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Claim {
    /// Unix seconds.
    at: u64,
    /// Random text.
    id: String,
}

/// Whether this request is the one that makes the next check.
///
/// # Errors
/// [`StoreError`]; then the check must not be made, because nothing bounds their number.
pub(crate) async fn claim(host: &impl Host, subject: Subject) -> Result<bool, StoreError> {
    let at = host.now().as_secs();
    let is_claimed = |claim: Claim| is_younger(claim.at, subject.claimed(), at);
    if read_claim(host, subject).await?.is_some_and(is_claimed) {
        return Ok(false);
    }
    let id = random_text(host).expose().to_owned();
    let claim = Claim { at, id };
    let bytes = super::row(&claim)?;
    host.set(subject.claim_row(), &bytes).await?;
    host.sleep(SETTLED).await;
    Ok(read_claim(host, subject).await? == Some(claim))
}

async fn read_claim(host: &impl Host, subject: Subject) -> Result<Option<Claim>, StoreError> {
    let bytes = host.get(subject.claim_row()).await?;
    Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

/// Whether something happened less than some seconds ago. A time in the future comes from a clock that was wrong.
fn is_younger(at: u64, seconds: u64, now: u64) -> bool {
    now.checked_sub(at).is_some_and(|age| age < seconds)
}

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
        subject: Subject,
        fingerprint: &str,
    ) -> Result<Option<Self>, StoreError> {
        let bytes = context.host.get(subject.row()).await?;
        let stored: Option<Self> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Ok(stored.filter(|stored| stored.fingerprint == fingerprint))
    }

    /// Stores results, reads them back, and moves the counter.
    ///
    /// # Errors
    /// [`StoreError`], also if the row is not there afterwards.
    pub(crate) async fn write<H: Host>(
        context: &Context<'_, H>,
        subject: Subject,
        fingerprint: &str,
        checks: &[Check],
    ) -> Result<(), StoreError> {
        let host = context.host;
        let stored = Self {
            at: host.now().as_secs(),
            fingerprint: fingerprint.to_owned(),
            checks: checks.to_vec(),
        };
        let bytes = super::row(&stored)?;
        host.set(subject.row(), &bytes).await?;
        // Another request may have replaced the row, so only its presence counts.
        if host.get(subject.row()).await?.is_none() {
            return Err(StoreError("a row is gone after it was written".to_owned()));
        }
        host.increment(COUNTER, 1).await?;
        Ok(())
    }

    pub(crate) fn is_fresh(&self, now: u64) -> bool {
        is_younger(self.at, FRESH, now)
    }

    pub(crate) fn is_usable(&self, now: u64) -> bool {
        is_younger(self.at, USABLE, now)
    }
}
