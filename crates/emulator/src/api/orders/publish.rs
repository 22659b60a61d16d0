//! Handing orders and videos to the managers, and when videos may be posted: lead time, and at most three on a day. All
//! days are UTC.

use serde_json::{Value, json};

use super::bundle::{Bundle, BundleStatus, BundleType, Slot, Step};
use super::show::{merged, video_at};
use crate::answer::Answer;
use crate::api::accounts::work;
use crate::call::{Call, Reply};
use crate::error::{ApiError, Code};
use crate::ledger::take_capacity;
use crate::time::{DAY, Time};
use crate::workspace::Workspace;

const VIDEOS_PER_DAY: usize = 3;
const ADJUSTED: &str =
    "Dates that were too close were moved to the first free day that keeps the lead time.";

/// What an answer says about dates that were moved, if there are any.
fn note(adjusted: &[Value]) -> Value {
    adjusted.first().map_or(Value::Null, |_| ADJUSTED.into())
}

/// The fields of the profile of an order's account, if it has one, that are empty.
fn missing<'n>(account: &Value, fields: &[&'n str]) -> Vec<&'n str> {
    let text = |name: &str| account[name].as_str().unwrap_or_default().trim();
    let is_missing = |name: &&&str| account.is_object() && text(name).is_empty();
    fields.iter().filter(is_missing).copied().collect()
}

/// What keeps an order from being published, the first obstacle first. A missing profile picture does not.
fn blockers(workspace: &Workspace, bundle: &Bundle) -> Vec<ApiError> {
    if bundle.status != BundleStatus::PendingSetup {
        return vec![bundle.misfit(Code::BundleAlreadyPublished, "It was published before.")];
    }
    let account = json!(bundle.account);
    let missing = missing(&account, &["username", "visible_name", "biography"]);
    // A list of blockers has no details, so the message names the fields, too.
    let incomplete = format!(
        "The profile is not complete. Missing: {}.",
        missing.join(", ")
    );
    let has_videos = bundle.bundle_type != BundleType::AccountOnly;
    let is_bare = has_videos && bundle.at(&[Step::Configured]).is_empty();
    #[rustfmt::skip]
    let rules = [
        (account["status"] == "pending", Code::AccountNotConfigured, "The account is not configured."),
        (!missing.is_empty(), Code::AccountMissingFields, &incomplete),
        (is_bare, Code::NoVideosConfigured, "No video is configured."),
    ];
    let broken = rules.into_iter().filter(|(is_broken, ..)| *is_broken);
    let errors = broken.map(|(_, code, message)| ApiError::new(code, message));
    let errors = errors.map(|error| error.with("missing_fields", missing.clone()));
    let owner = bundle.saved_account_id.as_deref();
    let refusal = owner.and_then(|id| work::renewal(workspace, id, workspace.now).err());
    errors.chain(refusal).collect()
}

/// What does not keep an order from being published, and is missed all the same.
fn warnings(bundle: &Bundle) -> Vec<Value> {
    let missing = missing(&json!(bundle.account), &["profile_picture_url"]);
    let is_missed = !missing.is_empty() && bundle.status == BundleStatus::PendingSetup;
    let warning = json!({
        "code": "PROFILE_PICTURE_MISSING",
        "message": "The profile has no picture. It is not required, and the manager expects one.",
    });
    is_missed.then_some(warning).into_iter().collect()
}

pub(crate) fn readiness(workspace: &mut Workspace, call: &Call) -> Reply {
    let bundle = workspace.find::<Bundle>(call.id())?;
    let found = blockers(workspace, &bundle);
    let show = |blocker: &ApiError| blocker.envelope()["error"].take();
    let blockers: Vec<Value> = found.iter().map(show).collect();
    Ok(Answer::data(
        json!({ "blockers": blockers, "warnings": warnings(&bundle) }),
    ))
}

/// `POST /bundles/{id}/publish`: charges nothing but a Coverage renewal that is due.
pub(crate) fn publish(workspace: &mut Workspace, call: &Call) -> Reply {
    let mut bundle = workspace.find::<Bundle>(call.id())?;
    let blockers = blockers(workspace, &bundle);
    blockers.into_iter().next().map_or(Ok(()), Err)?;
    take_capacity(workspace, 1)?;
    let cost = bundle.admit(workspace)?;
    bundle.status = BundleStatus::Published;
    bundle.published_at = Some(call.now);
    bundle.emit(workspace, "bundle.published");
    bundle.move_account(workspace, Step::Published);
    let places = bundle.at(&[Step::Configured]);
    let adjusted = bundle.publish_videos(workspace, &places);
    let answer = bundle.answer(workspace)?.costing(cost);
    let answer = answer.beside("adjusted_videos_note", note(&adjusted));
    Ok(answer.beside("adjusted_videos", adjusted))
}

/// `POST /bundles/{id}/unpublish`: gives no credits back.
pub(crate) fn unpublish(workspace: &mut Workspace, call: &Call) -> Reply {
    let mut bundle = workspace.find::<Bundle>(call.id())?;
    let code = match bundle.status {
        BundleStatus::Accepted => Code::AlreadyAccepted,
        _ => Code::BundleInvalidStatus,
    };
    if bundle.status != BundleStatus::Published {
        let message = "A bundle is taken back between its publishing and its acceptance.";
        return Err(bundle.misfit(code, message));
    }
    bundle.status = BundleStatus::PendingSetup;
    bundle.published_at = None;
    let account = bundle.account.iter_mut().map(|account| &mut account.status);
    let steps = account.chain(bundle.videos.iter_mut().map(|slot| &mut slot.status));
    for step in steps.filter(|step| **step == Step::Published) {
        *step = Step::Configured;
    }
    bundle.answer(workspace)
}

/// `POST /bundles/{id}/videos/{position}/publish`, once the order is with the managers.
pub(crate) fn publish_video(workspace: &mut Workspace, call: &Call) -> Reply {
    let (mut bundle, index) = video_at(workspace, call, &[Step::Configured])?;
    if !bundle.is_active() {
        let error = bundle.misfit(Code::InvalidStatusTransition, "Publish the bundle first.");
        return Err(error.with("allowed_statuses", vec!["published", "accepted"]));
    }
    let cost = bundle.admit(workspace)?;
    let adjusted = bundle.publish_videos(workspace, &[index]);
    workspace.put(&bundle)?;
    let moved = adjusted.first().unwrap_or(&Value::Null);
    let (old, new) = (&moved["previous_date"], &moved["new_date"]);
    let dates = json!({
        "date_adjusted": !moved.is_null(), "original_date": old, "new_date": new, "hint": note(&adjusted),
    });
    Ok(Answer::data(merged(bundle.show_video(index), dates)).costing(cost))
}

pub(crate) fn publish_all(workspace: &mut Workspace, call: &Call) -> Reply {
    let mut bundle = workspace.find::<Bundle>(call.id())?;
    if !bundle.is_active() {
        return Err(bundle.misfit(Code::BundleInvalidStatus, "Publish the bundle first."));
    }
    let places = bundle.at(&[Step::Configured]);
    let mut cost = None;
    if !places.is_empty() {
        take_capacity(workspace, 1)?;
        cost = bundle.admit(workspace)?;
    }
    let adjusted = bundle.publish_videos(workspace, &places);
    workspace.put(&bundle)?;
    let ids = places.iter().map(|index| &bundle.videos[*index].id);
    let ids: Vec<&String> = ids.collect();
    let data = json!({ "bundle_id": bundle.id, "videos_published": ids.len(), "video_ids": ids });
    let answer = Answer::data(data).costing(cost);
    let answer = answer.beside("dates_adjusted", !adjusted.is_empty());
    let answer = answer.beside("hint", note(&adjusted));
    Ok(answer.beside("adjusted_videos", adjusted))
}

impl Bundle {
    /// Places of the videos that are at one of these steps.
    fn at(&self, steps: &[Step]) -> Vec<usize> {
        let is_at = |index: &usize| steps.contains(&self.videos[*index].status);
        (0..self.videos.len()).filter(is_at).collect()
    }

    /// Days between today and the first posting day, and that day.
    fn lead(&self, now: Time) -> (i64, Time) {
        let days = self.saved_account_id.as_ref().map_or(3, |_| 1);
        (days, now.midnight() + days * DAY)
    }

    fn videos_on(&self, day: Time, except: usize) -> usize {
        let is_on = |slot: &Slot| slot.window.is_some_and(|(start, _)| start == day);
        let counts = |(index, slot): &(usize, &Slot)| *index != except && is_on(slot);
        self.videos.iter().enumerate().filter(counts).count()
    }

    /// Refuses a day for a video that is too close or full.
    pub(super) fn check_day(&self, index: usize, day: Time, now: Time) -> Result<(), ApiError> {
        let (days, earliest) = self.lead(now);
        if day < earliest {
            // Rows of an import have a message alone, so it names the day, too.
            let day = earliest.date();
            let message = format!(
                "The first posting day is at least {days} day(s) ahead (UTC): {day} or later."
            );
            let error = ApiError::new(Code::InvalidDate, message).with("min_days_ahead", days);
            return Err(error.with("earliest_allowed", earliest.date()));
        }
        let count = self.videos_on(day, index);
        if count >= VIDEOS_PER_DAY {
            let error = ApiError::new(Code::VideosPerDayExceeded, "The day has 3 videos.");
            return Err(error.with("date", day.date()).with("current_count", count));
        }
        Ok(())
    }

    /// Moves dates that are too close to the first day that keeps the lead time and has room. Answers what was moved.
    fn adjust(&mut self, now: Time, places: &[usize]) -> Vec<Value> {
        let (_, earliest) = self.lead(now);
        let mut adjusted = Vec::new();
        for &index in places {
            let mut free = earliest;
            while self.videos_on(free, index) >= VIDEOS_PER_DAY {
                free = free + DAY;
            }
            let slot = &mut self.videos[index];
            if let Some((start, end)) = slot.window.filter(|(start, _)| *start < earliest) {
                slot.window = Some((free, free + (end - start)));
                adjusted.push(json!({
                    "video_id": slot.id, "position": slot.position,
                    "previous_date": start.date(), "new_date": free.date(),
                }));
            }
        }
        adjusted
    }

    /// Publishes configured videos, with later dates where these have become too close.
    pub(super) fn publish_videos(&mut self, workspace: &mut Workspace, at: &[usize]) -> Vec<Value> {
        let adjusted = self.adjust(workspace.now, at);
        for index in at {
            self.move_video(workspace, *index, Step::Published);
        }
        adjusted
    }
}

/// Gives the videos of an account new days after a pause: the first one tomorrow if its day has passed, the others with
/// the same spacing.
pub(crate) fn redate(workspace: &mut Workspace, account_id: &str) {
    let tomorrow = workspace.now.midnight() + DAY;
    let bundles = workspace.all_mut::<Bundle>().iter_mut();
    let its = bundles.filter(|bundle| bundle.saved_account_id.as_deref() == Some(account_id));
    let slots = its.flat_map(|bundle| &mut bundle.videos);
    let waiting = slots.filter(|slot| matches!(slot.status, Step::Published | Step::Accepted));
    let mut windows: Vec<_> = waiting.filter_map(|slot| slot.window.as_mut()).collect();
    let first = windows.iter().map(|(start, _)| *start).min();
    let shift = first.map_or(0, |first| (tomorrow - first).max(0));
    for (start, end) in &mut windows {
        (*start, *end) = (*start + shift, *end + shift);
    }
}
