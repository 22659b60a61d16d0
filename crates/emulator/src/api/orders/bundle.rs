//! An order ("bundle"), its account part and its video slots.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::error::Code;
use crate::time::Time;
use crate::workspace::item;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BundleType {
    #[default]
    AccountOnly,
    AccountAndVideos,
    VideosOnly,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BundleStatus {
    #[default]
    PendingSetup,
    Published,
    Accepted,
    Completed,
}

/// Where the account part or a video slot stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    #[default]
    Pending,
    Configured,
    Published,
    Accepted,
    InReview,
    PendingCorrections,
    Finalized,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Bundle {
    pub(crate) id: String,
    pub(crate) bundle_type: BundleType,
    pub(crate) platform: String,
    pub(crate) country: Option<String>,
    pub(crate) status: BundleStatus,
    pub(crate) title: Option<String>,
    pub(crate) external_ref: Option<String>,
    pub(crate) auto_finalize_videos: bool,
    /// When that was decided last.
    pub(crate) review_mode_since: Time,
    pub(crate) edits_quantity: i64,
    pub(crate) warming: Option<Targets>,
    /// Brief of the older review-based warming.
    pub(crate) niche_warming_instructions: Option<String>,
    pub(crate) account: Option<AccountPart>,
    pub(crate) videos: Vec<Slot>,
    /// The account that was delivered, or that the videos are for.
    pub(crate) saved_account_id: Option<String>,
    pub(crate) created_at: Time,
    pub(crate) published_at: Option<Time>,
    pub(crate) accepted_at: Option<Time>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct AccountPart {
    pub(crate) id: String,
    pub(crate) status: Step,
    pub(crate) since: Time,
    /// What the account is to look like, as the request had it.
    #[serde(flatten)]
    pub(crate) profile: Map<String, Value>,
}

/// Warming targets of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Targets {
    pub(crate) count: i64,
    /// What they cost, because prices may change before they are refunded.
    pub(crate) paid: i64,
    pub(crate) terms: Option<Vec<String>>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Slot {
    pub(crate) id: String,
    pub(crate) position: u32,
    pub(crate) status: Step,
    pub(crate) since: Time,
    /// What is to be posted, as the request had it; null before that.
    pub(crate) content: Value,
    /// First and last day on which it can be posted, both at midnight UTC.
    pub(crate) window: Option<(Time, Time)>,
    pub(crate) paid: Vec<String>,
    pub(crate) platform_url: Option<String>,
    pub(crate) posted_at: Option<Time>,
    pub(crate) ad_code: Option<AdCode>,
}

impl Slot {
    /// Whether a manager fails to download the media: links to hosts below `.invalid` (RFC 2606, section 2).
    pub(super) fn is_unreachable(&self) -> bool {
        let media = ["video_url", "carousel_images", "story_image_url"];
        let links = json!(media.map(|name| &self.content[name]));
        links.to_string().contains(".invalid/")
    }
}

/// The order of an ad code. Its state follows from the time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AdCode {
    pub(crate) id: String,
    pub(crate) note: Option<String>,
    pub(crate) created_at: Time,
}

item!(
    Bundle,
    "bundles",
    "bundle",
    Code::BundleNotFound,
    Code::BundleNotOwned
);

impl Bundle {
    /// Whether managers can be working on it.
    pub(super) fn is_active(&self) -> bool {
        self.published_at.is_some() && self.status != BundleStatus::Completed
    }

    /// Completes the order once its account and all its videos are approved.
    pub(super) fn complete_if_done(&mut self) {
        let account = self.account.iter().map(|account| account.status);
        let mut steps = account.chain(self.videos.iter().map(|slot| slot.status));
        if self.status == BundleStatus::Accepted && steps.all(|step| step == Step::Finalized) {
            self.status = BundleStatus::Completed;
        }
    }
}
