//! The video slots of an order: their state and how the API shows them. What may be done to them is in
//! [`super::videos`] and its neighbours.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::error::{ApiError, Code};
use crate::resources::ad_codes::AdCode;
use crate::resources::bundles::Bundle;
use crate::time;

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

/// Kind of post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VideoType {
    /// One video.
    Video,
    /// Pictures to swipe through.
    Carousel,
    /// A post that disappears after a day.
    Story,
}

/// What is to be posted. The fields that no rule looks at are kept as they came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Kind of post.
    pub video_type: VideoType,
    /// Caption.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where the manager downloads the video.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video_url: Option<String>,
    /// Pictures of a carousel: storage paths or links.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub carousel_images: Vec<String>,
    /// Picture of a story.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub story_image_url: Option<String>,
    /// Post that a story re-shares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub story_repost_url: Option<String>,
    /// TikTok sound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tiktok_sound_url: Option<String>,
    /// Volume of the original sound, 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume_original_sound: Option<i64>,
    /// Volume of the added sound, 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume_added_sound: Option<i64>,
    /// Notes for the editor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub editing_instructions: Option<String>,
    /// reel or post.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instagram_content_type: Option<String>,
    /// Re-share the post as a story at once.
    #[serde(default, skip_serializing_if = "is_false")]
    pub instant_repost_as_story: bool,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// The two days between which a video is to be posted, both at midnight UTC and both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// First day.
    pub start: i64,
    /// Last day.
    pub end: i64,
}

/// Paid options of a slot: each is paid once, however often the slot is configured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PaidOptions {
    /// Volume control.
    #[serde(skip_serializing_if = "is_false")]
    pub volume_control: bool,
    /// A link to re-share in a story.
    #[serde(skip_serializing_if = "is_false")]
    pub story_repost_link: bool,
    /// The instant re-share as a story.
    #[serde(skip_serializing_if = "is_false")]
    pub instant_story_repost: bool,
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
    /// When it got there.
    #[serde(default)]
    pub since: i64,
    /// What is to be posted, once configured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// When it is to be posted, once configured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// Internal label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The caller's reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_ref: Option<String>,
    /// Options that are paid.
    #[serde(default)]
    pub paid: PaidOptions,
    /// Sent back because the media could not be downloaded, rather than by the caller.
    #[serde(default, skip_serializing_if = "is_false")]
    pub download_failed: bool,
    /// The first day on which it could not be posted because Coverage had lapsed; it waits for another first day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_since: Option<i64>,
    /// Link of the live post.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform_url: Option<String>,
    /// When it went live.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posted_at: Option<i64>,
    /// When it was approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finalized_at: Option<i64>,
    /// The last order of an ad code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ad_code: Option<AdCode>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde's skip_serializing_if passes a reference"
)]
pub(super) const fn is_false(flag: &bool) -> bool {
    !*flag
}

impl Step {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Configured => "configured",
            Self::Published => "published",
            Self::Accepted => "accepted",
            Self::InReview => "in_review",
            Self::PendingCorrections => "pending_corrections",
            Self::Finalized => "finalized",
        }
    }
}

impl Slot {
    /// A slot without a configuration.
    pub fn new(id: String, position: u32, now: i64) -> Self {
        Self {
            id,
            position,
            status: Step::Pending,
            since: now,
            content: None,
            window: None,
            name: None,
            external_ref: None,
            paid: PaidOptions::default(),
            download_failed: false,
            held_since: None,
            platform_url: None,
            posted_at: None,
            finalized_at: None,
            ad_code: None,
        }
    }

    /// Moves the slot and says from where.
    pub fn enter(&mut self, status: Step, at: i64) -> Step {
        self.since = at;
        std::mem::replace(&mut self.status, status)
    }

    /// Forgets the configuration; what was paid stays paid.
    pub fn clear(&mut self, at: i64) {
        *self = Self {
            paid: self.paid,
            ..Self::new(self.id.clone(), self.position, at)
        };
    }

    /// Refuses unless the slot is at one of these steps.
    pub fn require(&self, allowed: &[Step], what: &str) -> Result<(), ApiError> {
        if allowed.contains(&self.status) {
            return Ok(());
        }
        let allowed: Vec<&str> = allowed.iter().map(|step| step.as_str()).collect();
        Err(ApiError::new(
            Code::InvalidStatusTransition,
            format!(
                "Video {} is {}; {what} needs {}.",
                self.position,
                self.status.as_str(),
                allowed.join(" or ")
            ),
        )
        .with("current_status", self.status.as_str())
        .with("allowed_statuses", allowed))
    }

    /// The slot as the API shows it.
    pub fn to_json(&self, bundle_id: &str) -> Value {
        let content = self.content.as_ref();
        let start = self.window.map(|window| time::date(window.start));
        json!({
            "id": self.id,
            "video_id": self.id,
            "bundle_id": bundle_id,
            "position": self.position,
            "status": self.status,
            "video_type": content.map(|content| content.video_type),
            "name": self.name,
            "external_ref": self.external_ref,
            "description": content.and_then(|content| content.description.as_deref()),
            "target_publish_date": start,
            "target_publish_start_date": start,
            "target_publish_end_date": self.window.map(|window| time::date(window.end)),
            "video_url": content.and_then(|content| content.video_url.as_deref()),
            "carousel_images": content.map_or(&[][..], |content| &content.carousel_images),
            "editing_instructions": content.and_then(|content| content.editing_instructions.as_deref()),
            "platform_url": self.platform_url,
            "finalized_at": self.finalized_at.map(time::timestamp),
        })
    }

    /// What a change of the slot answers.
    pub fn state_json(&self, bundle_id: &str) -> Value {
        json!({
            "video_id": self.id,
            "position": self.position,
            "bundle_id": bundle_id,
            "status": self.status,
        })
    }

    /// Data of the slot's webhook events.
    pub fn event_data(&self, bundle_id: &str, previous: Step) -> Value {
        json!({
            "video_id": self.id,
            "bundle_id": bundle_id,
            "position": self.position,
            "status": self.status,
            "previous_status": previous,
            "platform_url": self.platform_url,
        })
    }
}

impl Bundle {
    /// The slot with this number, as it stands in a path.
    pub fn slot(&mut self, position: &str) -> Result<&mut Slot, ApiError> {
        self.videos
            .iter_mut()
            .find(|slot| slot.position.to_string() == position)
            .ok_or_else(|| no_slot(position))
    }
}

/// The error for a number that no slot has.
pub fn no_slot(position: &str) -> ApiError {
    ApiError::new(
        Code::VideoNotFound,
        format!("The bundle has no video {position}."),
    )
}
