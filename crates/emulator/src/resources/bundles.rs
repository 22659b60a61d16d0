//! Orders ("bundles"): their state, and reading, listing and renaming them. Placing one is in [`super::orders`].

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::error::{ApiError, Code};
use crate::request::{Context, Request};
pub use crate::resources::account_setup::AccountPart;
pub use crate::resources::slots::{Slot, Step};
use crate::resources::warming_choice::Targets;
use crate::time;
use crate::workspace::Workspace;

/// What was ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BundleType {
    /// A new account.
    AccountOnly,
    /// A new account with videos.
    AccountAndVideos,
    /// Videos on a delivered account.
    VideosOnly,
}

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BundleStatus {
    /// Not placed.
    Draft,
    /// Placed; waiting for its configuration.
    PendingSetup,
    /// Offered to the managers.
    Published,
    /// Offered to the managers before others.
    PublishedPriority,
    /// A manager works on it.
    Accepted,
    /// Everything is delivered.
    Completed,
    /// Ended without delivery.
    Cancelled,
    /// Put away.
    Archived,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bundle {
    /// Id.
    pub id: String,
    /// What was ordered.
    pub bundle_type: BundleType,
    /// tiktok or instagram.
    pub platform: String,
    /// Listed country code.
    pub country: Option<String>,
    /// Where it stands.
    pub status: BundleStatus,
    /// Display title.
    pub title: Option<String>,
    /// The caller's reference.
    pub external_ref: Option<String>,
    /// Approve delivered videos without a manual review.
    pub auto_finalize_videos: bool,
    /// When that was last decided.
    #[serde(default)]
    pub review_mode_since: i64,
    /// Edit slots bought.
    pub edits_quantity: i64,
    /// Warming targets bought.
    pub warming: Option<Targets>,
    /// Brief of the older review-based warming.
    pub niche_warming_instructions: Option<String>,
    /// The account part; none on videos_only orders.
    pub account: Option<AccountPart>,
    /// The video slots, by position.
    pub videos: Vec<Slot>,
    /// The account that was delivered or that the videos are for.
    pub saved_account_id: Option<String>,
    /// When it was placed.
    pub created_at: i64,
    /// When it was offered to the managers.
    #[serde(default)]
    pub published_at: Option<i64>,
    /// When a manager took it.
    #[serde(default)]
    pub accepted_at: Option<i64>,
    /// When its account was first delivered.
    #[serde(default)]
    pub delivered_at: Option<i64>,
}

impl BundleStatus {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::PendingSetup => "pending_setup",
            Self::Published => "published",
            Self::PublishedPriority => "published_priority",
            Self::Accepted => "accepted",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::Archived => "archived",
        }
    }

    /// Whether managers can be working on it.
    pub const fn is_active(self) -> bool {
        matches!(
            self,
            Self::Published | Self::PublishedPriority | Self::Accepted
        )
    }
}

impl Bundle {
    /// An order without title, account, videos and options.
    pub fn new(id: String, bundle_type: BundleType, platform: &str, now: i64) -> Self {
        Self {
            id,
            bundle_type,
            platform: platform.to_owned(),
            country: None,
            status: BundleStatus::PendingSetup,
            title: None,
            external_ref: None,
            auto_finalize_videos: true,
            review_mode_since: now,
            edits_quantity: 0,
            warming: None,
            niche_warming_instructions: None,
            account: None,
            videos: Vec::new(),
            saved_account_id: None,
            created_at: now,
            published_at: None,
            accepted_at: None,
            delivered_at: None,
        }
    }

    /// What the id of a dry run's order stands for in later dry runs.
    pub fn stand_in(id: &str, now: i64) -> Self {
        let slot =
            |position| Slot::new(format!("{}{position}", &id[..id.len() - 1]), position, now);
        Self {
            country: Some("USA".to_owned()),
            account: Some(AccountPart::new(id.to_owned(), now)),
            videos: (1..=3).map(slot).collect(),
            ..Self::new(id.to_owned(), BundleType::AccountAndVideos, "tiktok", now)
        }
    }

    /// The error for an action that the order's state does not allow.
    pub fn invalid_status(&self, what: &str) -> ApiError {
        ApiError::new(
            Code::BundleInvalidStatus,
            format!("The bundle is {}; {what}.", self.status.as_str()),
        )
        .with("current_status", self.status.as_str())
    }

    /// Data of the order's webhook events.
    pub fn event_data(&self, previous: Option<BundleStatus>) -> Value {
        json!({
            "bundle_id": self.id,
            "bundle_type": self.bundle_type,
            "platform": self.platform,
            "external_ref": self.external_ref,
            "status": self.status,
            "previous_status": previous,
        })
    }

    /// Whether it is with the managers or beyond.
    pub const fn is_published(&self) -> bool {
        matches!(
            self.status,
            BundleStatus::Published
                | BundleStatus::PublishedPriority
                | BundleStatus::Accepted
                | BundleStatus::Completed
        )
    }

    /// The order as the API shows it.
    pub fn to_json(&self) -> Value {
        let configured = self
            .videos
            .iter()
            .filter(|slot| slot.status != Step::Pending)
            .count();
        json!({
            "id": self.id,
            "bundle_id": self.id,
            "bundle_type": self.bundle_type,
            "platform": self.platform,
            "country": self.country,
            "status": self.status,
            "title": self.title,
            "external_ref": self.external_ref,
            "videos_quantity": self.videos.len(),
            "edits_quantity": self.edits_quantity,
            "review_mode": if self.auto_finalize_videos { "auto" } else { "manual" },
            "is_published": self.is_published(),
            "account_configured": self.account.as_ref().is_some_and(|account| account.status != Step::Pending),
            "videos_configured_count": configured,
            "account_status": self.account.as_ref().map(|account| account.status),
            "saved_account_id": self.saved_account_id,
            "username": self.account.as_ref().and_then(|account| account.profile.username.as_deref()),
            "created_at": time::timestamp(self.created_at),
        })
    }
}

/// `GET /bundles`, the latest first.
pub fn list(workspace: &mut Workspace, request: &Request, _: &Context) -> Result<Answer, ApiError> {
    const FILTERS: [&str; 5] = [
        "status",
        "bundle_type",
        "platform",
        "external_ref",
        "account_status",
    ];
    let rows = workspace
        .bundles
        .iter()
        .rev()
        .map(Bundle::to_json)
        .filter(|row| {
            FILTERS.iter().all(|name| {
                request
                    .query
                    .get(*name)
                    .is_none_or(|wanted| row[name] == *wanted)
            })
        })
        .collect();
    Ok(Answer::page(rows, request))
}

/// `GET /bundles/{id}`.
pub fn get(workspace: &mut Workspace, request: &Request, _: &Context) -> Result<Answer, ApiError> {
    workspace
        .bundle(request.path("id"))
        .map(|bundle| Answer::ok(bundle.to_json()))
}

/// A member that is absent, null or a text: what a partial update has to tell apart.
#[expect(
    clippy::option_option,
    reason = "absent and null mean different things in a partial update"
)]
pub(super) fn present<'de, D: Deserializer<'de>>(
    value: D,
) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(value).map(Some)
}

#[derive(Deserialize)]
struct Change {
    #[serde(default, deserialize_with = "present")]
    title: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    external_ref: Option<Option<String>>,
    auto_finalize_videos: Option<bool>,
}

/// `PATCH /bundles/{id}`: fields left out keep their value, null clears.
pub fn update(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let change: Change = request.body()?;
    let bundle = workspace.bundle(request.path("id"))?;
    if let Some(title) = change.title {
        bundle.title = title;
    }
    if let Some(external_ref) = change.external_ref {
        bundle.external_ref = external_ref;
    }
    if let Some(automatic) = change.auto_finalize_videos {
        if bundle.auto_finalize_videos != automatic {
            bundle.review_mode_since = context.now;
        }
        bundle.auto_finalize_videos = automatic;
    }
    Ok(Answer::ok(bundle.to_json()))
}
