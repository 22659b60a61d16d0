//! Orders ("bundles"): their state, and reading, listing and renaming them. Placing one is in [`super::orders`].

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::error::ApiError;
use crate::request::{Context, Request};
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

/// Where the account part or a video slot stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Nothing is configured.
    Pending,
    /// Ready to be published.
    Configured,
    /// Offered to the managers.
    Published,
    /// A manager works on it (video slots only).
    Accepted,
    /// Delivered; waiting for approval.
    InReview,
    /// Sent back to the manager.
    PendingCorrections,
    /// Approved.
    Finalized,
}

/// The account that an order makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountPart {
    /// Where it stands.
    pub status: Step,
    /// Wanted handle.
    pub username: Option<String>,
}

/// One video slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Id of the video.
    pub id: String,
    /// Number in the order, from 1.
    pub position: u32,
    /// Where it stands.
    pub status: Step,
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
}

impl Bundle {
    /// What the id of a dry run's order stands for in later dry runs.
    pub fn stand_in(id: &str, now: i64) -> Self {
        let slot = |position| Slot {
            id: format!("{}{position}", &id[..id.len() - 1]),
            position,
            status: Step::Pending,
        };
        Self {
            id: id.to_owned(),
            bundle_type: BundleType::AccountAndVideos,
            platform: "tiktok".to_owned(),
            country: Some("USA".to_owned()),
            status: BundleStatus::PendingSetup,
            title: None,
            external_ref: None,
            auto_finalize_videos: true,
            edits_quantity: 0,
            warming: None,
            niche_warming_instructions: None,
            account: Some(AccountPart {
                status: Step::Pending,
                username: None,
            }),
            videos: (1..=3).map(slot).collect(),
            saved_account_id: None,
            created_at: now,
        }
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
            "username": self.account.as_ref().and_then(|account| account.username.as_deref()),
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
fn present<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
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
    _: &Context,
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
        bundle.auto_finalize_videos = automatic;
    }
    Ok(Answer::ok(bundle.to_json()))
}
