//! Configuring a video slot: what may be posted where, what its options cost, and when.

use serde::Deserialize;

use crate::answer::Answer;
use crate::decisions::PRICE_VIDEO_OPTION;
use crate::error::ApiError;
use crate::events;
use crate::request::{Context, Request};
use crate::resources::bundles::{Bundle, Step};
use crate::resources::credits::Cost;
use crate::resources::schedule::{day, two_days};
use crate::resources::slots::{Content, PaidOptions, VideoType};
use crate::resources::work;
use crate::workspace::Workspace;

/// One slot's configuration, as it comes in a body.
#[derive(Debug, Deserialize)]
pub(super) struct Setup {
    target_publish_date: String,
    name: Option<String>,
    external_ref: Option<String>,
    #[serde(default)]
    pub(super) auto_publish: bool,
    #[serde(flatten)]
    content: Content,
}

/// Paid options that were newly taken, over any number of slots.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct NewOptions {
    volume_control: i64,
    story_repost_link: i64,
    instant_story_repost: i64,
}

impl NewOptions {
    /// What they cost.
    pub(super) fn cost(self) -> Cost {
        [
            ("volume_control", self.volume_control),
            ("story_repost_link", self.story_repost_link),
            ("instant_story_repost", self.instant_story_repost),
        ]
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .fold(Cost::order(), |cost, (item, count)| {
            cost.plus(item, count * PRICE_VIDEO_OPTION)
        })
    }

    /// Both together.
    pub(super) const fn and(self, other: Self) -> Self {
        Self {
            volume_control: self.volume_control + other.volume_control,
            story_repost_link: self.story_repost_link + other.story_repost_link,
            instant_story_repost: self.instant_story_repost + other.instant_story_repost,
        }
    }
}

impl Content {
    /// The rules across fields, by platform.
    fn check(&self, platform: &str) -> Result<(), ApiError> {
        let filled =
            |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
        let fail = |field, message| Err(ApiError::field(field, message));
        if self.video_type != VideoType::Story {
            if !filled(&self.description) {
                return fail("description", "is required for video and carousel");
            }
            if self.story_repost_url.is_some() {
                return fail("story_repost_url", "belongs to a story");
            }
            if platform == "instagram" && self.instagram_content_type.is_none() {
                return fail(
                    "instagram_content_type",
                    "is required on Instagram unless the video is a story",
                );
            }
        }
        match self.video_type {
            VideoType::Video if !filled(&self.video_url) => {
                fail("video_url", "is required for video")
            }
            VideoType::Carousel if self.carousel_images.is_empty() => {
                fail("carousel_images", "is required for carousel")
            }
            VideoType::Carousel if platform == "tiktok" && !filled(&self.tiktok_sound_url) => {
                fail("tiktok_sound_url", "is required for a TikTok carousel")
            }
            VideoType::Story if filled(&self.video_url) == filled(&self.story_image_url) => fail(
                "story_image_url",
                "or video_url is required for story, and not both",
            ),
            VideoType::Story if !self.reposts_on(platform) => {
                fail("story_repost_url", "has to be a post on the same platform")
            }
            _ => Ok(()),
        }
    }

    fn reposts_on(&self, platform: &str) -> bool {
        self.story_repost_url.as_deref().is_none_or(|link| {
            let domain = format!("{platform}.com");
            url::Url::parse(link).is_ok_and(|link| {
                link.host_str()
                    .is_some_and(|host| host == domain || host.ends_with(&format!(".{domain}")))
            })
        })
    }

    const fn options(&self) -> PaidOptions {
        PaidOptions {
            volume_control: self.volume_original_sound.is_some()
                || self.volume_added_sound.is_some(),
            story_repost_link: self.story_repost_url.is_some(),
            instant_story_repost: self.instant_repost_as_story,
        }
    }
}

/// Configures one slot in place of what was there. Answers the paid options that are new.
pub(super) fn configure_slot(
    bundle: &mut Bundle,
    position: &str,
    setup: Setup,
    now: i64,
) -> Result<NewOptions, ApiError> {
    let platform = bundle.platform.clone();
    let slot = bundle.slot(position)?;
    slot.require(&[Step::Pending, Step::Configured], "configuring it")?;
    setup.content.check(&platform)?;
    let start = day("target_publish_date", &setup.target_publish_date)?;
    let number = slot.position;
    bundle.check_day(number, start, now)?;

    let slot = bundle.slot(position)?;
    let (owned, wanted) = (slot.paid, setup.content.options());
    let bought = |owned: bool, wanted: bool| i64::from(wanted && !owned);
    let new = NewOptions {
        volume_control: bought(owned.volume_control, wanted.volume_control),
        story_repost_link: bought(owned.story_repost_link, wanted.story_repost_link),
        instant_story_repost: bought(owned.instant_story_repost, wanted.instant_story_repost),
    };
    slot.paid = PaidOptions {
        volume_control: owned.volume_control || wanted.volume_control,
        story_repost_link: owned.story_repost_link || wanted.story_repost_link,
        instant_story_repost: owned.instant_story_repost || wanted.instant_story_repost,
    };
    slot.content = Some(setup.content);
    slot.window = Some(two_days(start));
    slot.name = setup.name;
    slot.external_ref = setup.external_ref;
    Ok(new)
}

/// Moves slots that were configured just now, and with `publish` on to the managers if the order is with them. Before
/// that they wait for the order's own publishing.
pub(super) fn settle_slots(
    workspace: &mut Workspace,
    bundle_id: &str,
    positions: &[u32],
    publish: bool,
    now: i64,
) -> Result<(), ApiError> {
    let bundle = workspace.bundle(bundle_id)?;
    let id = bundle.id.clone();
    let mut happened = Vec::new();
    for slot in &mut bundle.videos {
        if positions.contains(&slot.position) {
            let previous = slot.enter(Step::Configured, now);
            if previous != Step::Configured {
                happened.push(("video.configured", slot.event_data(&id, previous)));
            }
        }
    }
    if publish && bundle.status.is_active() {
        let (_, events) = bundle.publish_slots(positions, now);
        happened.extend(events.into_iter().map(|event| ("video.published", event)));
    }
    for (kind, data) in happened {
        events::emit(workspace, kind, data);
    }
    Ok(())
}

/// `PUT /bundles/{id}/videos/{position}`.
pub fn configure(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let (id, position) = (request.path("id"), request.path("position"));
    let bundle = workspace.bundle(id)?;
    let owner = bundle.saved_account_id.clone();
    bundle.slot(position)?;
    let setup: Setup = request.body()?;
    let publish = setup.auto_publish;
    let new = configure_slot(bundle, position, setup, context.now)?;
    let number = bundle.slot(position)?.position;
    let charge = work::charge(
        workspace,
        context,
        owner.as_deref(),
        new.cost(),
        "Video options",
    )?;
    settle_slots(workspace, id, &[number], publish, context.now)?;
    let bundle = workspace.bundle(id)?;
    let shown = bundle.id.clone();
    let slot = bundle.slot(position)?;
    Ok(work::charged(Answer::ok(slot.state_json(&shown)), charge))
}
