//! Delivered accounts ("saved accounts"): their state, how one comes to be, and reading and listing them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::error::ApiError;
use crate::events;
use crate::request::{Context, Request};
use crate::resources::analytics::refresh::Collection;
use crate::resources::bundles::Bundle;
use crate::resources::commenting_profile::CommentingProfile;
use crate::resources::coverage::Coverage;
use crate::resources::edit_requests::EditRequest;
use crate::resources::reference;
use crate::resources::reveal::Reveal;
use crate::time;
use crate::workspace::Workspace;

/// A delivered account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Address of the picture.
    #[serde(default)]
    pub profile_picture_url: Option<String>,
    /// Link in the profile, on Instagram.
    #[serde(default)]
    pub link_in_bio: Option<String>,
    /// The order that made it.
    #[serde(default)]
    pub bundle_id: Option<String>,
    /// When it was delivered.
    pub created_at: i64,
    /// When it changed last, if it did.
    #[serde(default)]
    pub updated_at: Option<i64>,
    /// Coverage; none on an account from before the pricing cutoff ("grandfathered").
    #[serde(default)]
    pub coverage: Option<Coverage>,
    /// That its login was disclosed.
    #[serde(default)]
    pub revealed: Option<Reveal>,
    /// Credits for disclosing the login where Account Owning was approved.
    #[serde(default)]
    pub owning_rate: Option<i64>,
    /// When a ban was validated.
    #[serde(default)]
    pub banned_at: Option<i64>,
    /// When the automatic scan took it for banned. That is no validated ban.
    #[serde(default)]
    pub detected_banned_at: Option<i64>,
    /// How it comments.
    #[serde(default)]
    pub commenting: CommentingProfile,
    /// Profile changes that were ordered, the oldest first.
    #[serde(default)]
    pub edit_requests: Vec<EditRequest>,
    /// What was collected for analytics, and when.
    #[serde(default)]
    pub collection: Collection,
}

/// What a manager hands over.
#[derive(Debug, Clone, Default)]
pub struct Delivery {
    /// The order that made it.
    pub bundle_id: Option<String>,
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
    /// Address of the picture.
    pub profile_picture_url: Option<String>,
    /// Link in the profile.
    pub link_in_bio: Option<String>,
}

/// Makes a delivered account: when an order's account enters review, and again at each remake. Its Coverage begins with
/// the included period. Answers the id, which the order keeps as `saved_account_id`.
pub fn deliver(workspace: &mut Workspace, delivery: Delivery, at: i64) -> String {
    let id = workspace.ids.next(&workspace.id.clone());
    workspace.accounts.push(SavedAccount {
        id: id.clone(),
        platform: delivery.platform,
        username: delivery.username,
        visible_name: delivery.visible_name,
        biography: delivery.biography,
        country: delivery.country,
        profile_picture_url: delivery.profile_picture_url,
        link_in_bio: delivery.link_in_bio,
        bundle_id: delivery.bundle_id,
        created_at: at,
        coverage: Some(Coverage::included(at)),
        ..SavedAccount::default()
    });
    id
}

impl SavedAccount {
    /// Whether it was made before prices changed: no Coverage record, and its login is disclosed without a price.
    pub const fn is_before_cutoff(&self) -> bool {
        self.coverage.is_none()
    }

    /// Whether it was taken away from TokPortal's management for good: only accounts from after the cutoff are.
    pub const fn is_detached(&self) -> bool {
        self.revealed.is_some() && !self.is_before_cutoff()
    }

    /// Banned, validated or detected.
    pub const fn is_banned(&self) -> bool {
        self.banned_at.is_some() || self.detected_banned_at.is_some()
    }

    /// Since when it has its handle: its delivery, or the last profile edit.
    pub fn named_at(&self) -> i64 {
        let edits = self.edit_requests.iter().filter_map(EditRequest::made_at);
        edits.max().unwrap_or(self.created_at)
    }

    /// Address of the profile.
    pub fn profile_url(&self) -> String {
        match self.platform.as_str() {
            "instagram" => format!("https://www.instagram.com/{}/", self.username),
            _ => format!("https://www.tiktok.com/@{}", self.username),
        }
    }

    /// What an event says about the account.
    pub fn event_data(&self) -> Value {
        json!({
            "account_id": self.id,
            "saved_account_id": self.id,
            "bundle_id": self.bundle_id,
            "username": self.username,
            "platform": self.platform,
        })
    }

    fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "platform": self.platform,
            "username": self.username,
            "visible_name": self.visible_name,
            "biography": self.biography,
            "profile_picture_url": self.profile_picture_url,
            "country": self.country,
            "link_in_bio": self.link_in_bio,
            "profile_url": self.profile_url(),
            "tokmail_email": null,
            "banned": self.is_banned(),
            "created_at": time::timestamp(self.created_at),
            "updated_at": time::timestamp(self.updated_at.unwrap_or(self.created_at)),
        })
    }
}

impl Workspace {
    /// Emits an event about a delivered account, with further members.
    pub fn emit_for_account(&mut self, id: &str, event: &str, more: Value) {
        let Some(account) = self.accounts.iter().find(|account| account.id == id) else {
            return;
        };
        let mut data = account.event_data();
        if let (Some(data), Value::Object(more)) = (data.as_object_mut(), more) {
            data.extend(more);
        }
        events::emit(self, event, data);
    }
}

/// `GET /accounts`, the latest first.
pub fn list(workspace: &mut Workspace, request: &Request, _: &Context) -> Result<Answer, ApiError> {
    let platform = request.text("platform");
    let country = request.text("country").map(reference::listed_code);
    let banned = request.query.get("banned").and_then(Value::as_bool);
    let rows = workspace
        .accounts
        .iter()
        .rev()
        .filter(|account| platform.is_none_or(|wanted| account.platform == wanted))
        .filter(|account| {
            country
                .as_ref()
                .is_none_or(|wanted| account.country == *wanted)
        })
        .filter(|account| banned.is_none_or(|wanted| account.is_banned() == wanted))
        .map(SavedAccount::to_json)
        .collect();
    Ok(Answer::page(rows, request))
}

/// `GET /accounts/{id}`.
pub fn get(workspace: &mut Workspace, request: &Request, _: &Context) -> Result<Answer, ApiError> {
    workspace
        .account(request.path("id"))
        .map(|account| Answer::ok(account.to_json()))
}

/// `GET /accounts/{id}/bundles`, the latest first: the order that made the account, and those for it.
pub fn bundles(
    workspace: &mut Workspace,
    request: &Request,
    _: &Context,
) -> Result<Answer, ApiError> {
    let account = workspace.account(request.path("id"))?;
    let (id, made_by) = (account.id.clone(), account.bundle_id.clone());
    let status = request.query.get("status");
    let rows = workspace
        .bundles
        .iter()
        .rev()
        .filter(|bundle| {
            bundle.saved_account_id.as_ref() == Some(&id) || Some(&bundle.id) == made_by.as_ref()
        })
        .map(Bundle::to_json)
        .filter(|row| status.is_none_or(|wanted| row["status"] == *wanted))
        .collect();
    Ok(Answer::page(rows, request))
}
