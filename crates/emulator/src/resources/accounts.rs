//! Delivered accounts ("saved accounts"): their state.

use serde::{Deserialize, Serialize};

/// A delivered account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedAccount {
    /// Id.
    pub id: String,
    /// tiktok or instagram.
    pub platform: String,
    /// Handle.
    pub username: String,
    /// Display name.
    pub visible_name: String,
    /// Profile text.
    pub biography: String,
    /// Listed country code.
    pub country: String,
    /// When it was delivered.
    pub created_at: i64,
}
