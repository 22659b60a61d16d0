//! The second limit: how many orders a workspace may place and publish in a rolling hour.

use serde::{Deserialize, Serialize};

use crate::decisions::CAPACITY_PER_HOUR;
use crate::error::{ApiError, Code};
use crate::time::HOUR;

/// When capacity was used, the oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capacity(Vec<i64>);

impl Capacity {
    /// Uses capacity for so many orders, all or nothing.
    pub fn take(&mut self, now: i64, wanted: usize) -> Result<(), ApiError> {
        self.0.retain(|at| *at > now - HOUR);
        if self.0.len() + wanted > CAPACITY_PER_HOUR {
            // Enough has left the window once its oldest uses have.
            let surplus = self.0.len() + wanted - CAPACITY_PER_HOUR;
            let last = self.0.get(surplus - 1).or(self.0.last()).copied();
            let wait = last.map_or(HOUR, |at| at + HOUR - now) / 1000;
            return Err(ApiError::new(
                Code::CapacityCooldown,
                "The order capacity of this workspace is used up for now.",
            )
            .retry_after(u64::try_from(wait).unwrap_or(0).max(1)));
        }
        self.0.extend(std::iter::repeat_n(now, wanted));
        Ok(())
    }
}
