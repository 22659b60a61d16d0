//! A delivered account ("saved account") and its records.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::coverage::Coverage;
use crate::api::collections::Shown;
use crate::api::webhooks::outbox;
use crate::error::Code;
use crate::time::Time;
use crate::workspace::{Workspace, item};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) platform: String,
    pub(crate) username: String,
    pub(crate) visible_name: String,
    pub(crate) biography: String,
    pub(crate) country: String,
    pub(crate) profile_picture_url: Option<String>,
    pub(crate) link_in_bio: Option<String>,
    pub(crate) bundle_id: Option<String>,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
    /// None on an account from before the pricing cutoff ("grandfathered"), whose login is revealed for nothing.
    pub(crate) coverage: Option<Coverage>,
    pub(crate) revealed_at: Option<Time>,
    /// Credits for a reveal where Account Owning was approved.
    pub(crate) owning_rate: Option<i64>,
    /// When a ban was validated.
    pub(crate) banned_at: Option<Time>,
    /// Whether a ban was reported, validated or not.
    pub(crate) detected_ban: bool,
    pub(crate) commenting: CommentingProfile,
    pub(crate) open_edit: Option<EditRequest>,
    pub(crate) refreshed_at: Option<Time>,
    /// When comments of the audience were asked for last.
    pub(crate) comments_at: Option<Time>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct CommentingProfile {
    pub(crate) goal: Option<String>,
    pub(crate) niche: Option<String>,
    pub(crate) persona: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) tracked_handles: Vec<String>,
}

/// A profile change that was ordered and is not made yet. What it does not name stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct EditRequest {
    pub(crate) edit_request_id: String,
    pub(crate) account_id: String,
    pub(crate) status: String,
    pub(crate) created_at: Time,
    pub(crate) requested_username: String,
    pub(crate) requested_visible_name: String,
    pub(crate) requested_biography: Option<String>,
    pub(crate) requested_profile_picture_url: Option<String>,
    pub(crate) requested_link_in_bio: Option<String>,
}

item!(
    Account,
    "accounts",
    "delivered account",
    Code::SavedAccountNotFound,
    Code::SavedAccountNotOwned
);

impl Account {
    pub(crate) fn profile_url(&self) -> String {
        match self.platform.as_str() {
            "instagram" => format!("https://www.instagram.com/{}/", self.username),
            _ => format!("https://www.tiktok.com/@{}", self.username),
        }
    }
}

impl Shown for Account {
    fn show(&self, _: &Workspace) -> Value {
        let mut shown = json!(self);
        shown["profile_url"] = json!(self.profile_url());
        shown["banned"] = json!(self.detected_ban);
        shown
    }
}

/// Adds an account that a manager hands over, with its included Coverage, and returns its id.
pub(crate) fn deliver(workspace: &mut Workspace, account: Account) -> String {
    let (id, now) = (workspace.new_id(), workspace.now);
    workspace.add(Account {
        id: id.clone(),
        created_at: now,
        updated_at: now,
        coverage: Some(Coverage::included(now)),
        ..account
    });
    id
}

/// Emits an event about a delivered account.
pub(crate) fn emit(workspace: &mut Workspace, account_id: &str, event: &str, mut data: Value) {
    if let Ok(account) = workspace.find::<Account>(account_id) {
        data["account_id"] = json!(account.id);
        data["saved_account_id"] = json!(account.id);
        data["bundle_id"] = json!(account.bundle_id);
        data["username"] = json!(account.username);
        data["platform"] = json!(account.platform);
        outbox::emit(workspace, event, data);
    }
}
