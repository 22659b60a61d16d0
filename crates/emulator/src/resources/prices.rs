//! What a workspace pays. Prices are the standard ones until a test control changes them.

use serde::{Deserialize, Serialize};

use crate::decisions::{
    PRICE_ACCOUNT, PRICE_CHANGE_MS, PRICE_EDIT_SLOT, PRICE_VIDEO_SLOT, PRICE_WARMING_TARGET,
};
use crate::error::{ApiError, Code};

/// Prices of a workspace, in credits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Prices {
    /// A new TikTok or Instagram account.
    pub account_creation: i64,
    /// A video slot.
    pub video_slot: i64,
    /// An edit slot.
    pub edit_slot: i64,
    /// An advanced warming target.
    pub warming_target: i64,
    /// When the prices last moved.
    pub changed_at: Option<i64>,
}

impl Default for Prices {
    fn default() -> Self {
        Self {
            account_creation: PRICE_ACCOUNT,
            video_slot: PRICE_VIDEO_SLOT,
            edit_slot: PRICE_EDIT_SLOT,
            warming_target: PRICE_WARMING_TARGET,
            changed_at: None,
        }
    }
}

impl Prices {
    /// Refuses an order that was prepared before the prices moved, which is any order that follows the move closely.
    pub fn refuse_outdated(&self, now: i64) -> Result<(), ApiError> {
        match self.changed_at {
            Some(at) if (at..at + PRICE_CHANGE_MS).contains(&now) => Err(ApiError::new(
                Code::BundlePricingChanged,
                "The prices moved since the order was prepared. Nothing was charged. Read GET /credit-costs and send \
                 the order with a new Idempotency-Key.",
            )),
            _ => Ok(()),
        }
    }
}
