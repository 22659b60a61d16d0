//! Configuring videos, one or many: what may be posted where, what its options cost, and when.

use std::collections::BTreeSet;
use std::mem::take;

use serde_json::{Value, json};
use url::Url;

use super::bundle::{Bundle, Step};
use super::show::merged;
use crate::answer::Answer;
use crate::api::accounts::work;
use crate::call::{Call, Reply};
use crate::contract::check_body;
use crate::error::{ApiError, check};
use crate::ledger::Cost;
use crate::time::{DAY, Time};
use crate::workspace::Workspace;

/// The operation that has the rules of one video.
pub(super) const SINGLE: &str = "configureBundleVideo";
/// Fields that cost a credit, once for each option that they take.
const PAID: [(&str, &str); 4] = [
    ("volume_original_sound", "volume_control"),
    ("volume_added_sound", "volume_control"),
    ("story_repost_url", "story_repost_link"),
    ("instant_repost_as_story", "instant_story_repost"),
];

/// The place of a video, or why it was not configured.
pub(super) type Outcome = Result<usize, ApiError>;
/// The order, what became of each configuration, and what was charged.
pub(super) type Configured = Result<(Bundle, Vec<Outcome>, Option<Cost>), ApiError>;

pub(crate) fn configure(workspace: &mut Workspace, call: &Call) -> Reply {
    let position = json!({ "position": call.path("position") });
    let setup = merged(call.body.clone(), position);
    let (bundle, mut outcomes, cost) = configure_all(workspace, call, &[setup])?;
    let index = outcomes.remove(0)?;
    Ok(Answer::data(bundle.show_video(index)).costing(cost))
}

/// `PUT /bundles/{id}/videos/batch`: a slot that fails has the error of the single call.
pub(crate) fn configure_batch(workspace: &mut Workspace, call: &Call) -> Reply {
    let items = call.body["videos"].as_array();
    let setups = items.map_or(&[][..], Vec::as_slice);
    let (bundle, outcomes, cost) = configure_all(workspace, call, setups)?;
    let show = |(setup, outcome): (&Value, Outcome)| match outcome {
        Ok(index) => bundle.show_video(index),
        Err(error) => merged(error.envelope(), json!({ "position": setup["position"] })),
    };
    let results: Vec<Value> = setups.iter().zip(outcomes).map(show).collect();
    Ok(Answer::data(json!({ "results": results })).costing(cost))
}

/// Configures videos one by one, each as it comes in a body with its position; one that fails leaves the others alone.
/// The options of all of them are paid together: if the credits do not cover them, nothing is configured.
/// `auto_publish` hands them over if the order is with the managers; else they wait for its own publishing.
pub(super) fn configure_all(workspace: &mut Workspace, call: &Call, all: &[Value]) -> Configured {
    let mut bundle = workspace.find::<Bundle>(call.id())?;
    let (mut cost, mut outcomes) = (Cost::order(), Vec::new());
    for setup in all {
        outcomes.push(configure_video(&mut bundle, call.now, setup, &mut cost));
    }
    let done: BTreeSet<usize> = outcomes.iter().flatten().copied().collect();
    if done.is_empty() {
        return Ok((bundle, outcomes, None));
    }
    let owner = bundle.saved_account_id.as_deref();
    let cost = work::charge(workspace, owner, cost, "Video options")?;
    for index in &done {
        bundle.move_video(workspace, *index, Step::Configured);
    }
    let form = call.form.as_ref();
    let text = form.and_then(|form| form.text("auto_publish"));
    let is_true = text.is_some_and(|text| text.eq_ignore_ascii_case("true"));
    let publish = is_true || call.body["auto_publish"] == true;
    if publish && bundle.is_active() {
        bundle.publish_videos(workspace, &Vec::from_iter(done));
    }
    workspace.put(&bundle)?;
    Ok((bundle, outcomes, cost))
}

/// Configures one video in place of what was there. Adds the paid options that are new to the cost.
fn configure_video(bundle: &mut Bundle, now: Time, setup: &Value, cost: &mut Cost) -> Outcome {
    let mut content = setup.as_object().cloned().unwrap_or_default();
    let position = content.remove("position").unwrap_or_default().to_string();
    let allowed = [Step::Pending, Step::Configured];
    let index = bundle.index(position.trim_matches('"'), &allowed)?;
    let mut content = Value::Object(content);
    if let Some(problem) = check_body(SINGLE, &mut content).first() {
        return Err(ApiError::field(&problem.field, &problem.message));
    }
    check_content(&content, &bundle.platform)?;
    let day = content["target_publish_date"].as_str();
    let start = day.and_then(Time::of_date).unwrap_or_default();
    check(&[(start == Time::END, "target_publish_date", "is after 2999")])?;
    bundle.check_day(index, start, now)?;

    let slot = &mut bundle.videos[index];
    slot.window = Some((start, start + DAY));
    for (field, option) in PAID {
        let is_wanted = !matches!(content[field], Value::Null | Value::Bool(false));
        if is_wanted && !slot.paid.iter().any(|paid| paid == option) {
            slot.paid.push(option.to_owned());
            *cost = take(cost).plus(option, 1);
        }
    }
    slot.content = content;
    Ok(index)
}

/// The rules across fields, by kind of post and platform.
fn check_content(content: &Value, platform: &str) -> Result<(), ApiError> {
    let text = |name: &str| content[name].as_str().unwrap_or_default().trim();
    let lacks = |name: &str| text(name).is_empty();
    let is = |kind: &str| text("video_type") == kind;
    let (tiktok, instagram) = (platform == "tiktok", platform == "instagram");
    let repost = text("story_repost_url");
    let host = Url::parse(repost).ok();
    let host = host.as_ref().and_then(Url::host_str).unwrap_or_default();
    let is_home = format!(".{host}").ends_with(&format!(".{platform}.com"));
    let is_elsewhere = !repost.is_empty() && !is_home;
    #[rustfmt::skip]
    let rules = [
        (is("video") && lacks("video_url"), "video_url", "is required for video"),
        (is("carousel") && content["carousel_images"].is_null(), "carousel_images", "is required for carousel"),
        (is("carousel") && tiktok && lacks("tiktok_sound_url"), "tiktok_sound_url", "is required on TikTok"),
        (!is("story") && lacks("description"), "description", "is required for video and carousel"),
        (!is("story") && !repost.is_empty(), "story_repost_url", "belongs to a story"),
        (!is("story") && instagram && lacks("instagram_content_type"), "instagram_content_type", "is required"),
        (is("story") && lacks("video_url") == lacks("story_image_url"), "story_image_url", "or video_url is required"),
        (is_elsewhere, "story_repost_url", "has to be a post on the same platform"),
    ];
    check(&rules)
}
