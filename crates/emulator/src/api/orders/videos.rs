//! The videos of an order: reading, small changes, clearing.

use serde_json::Value;

use super::bundle::{Bundle, Slot, Step};
use super::show::video_at;
use crate::answer::Answer;
use crate::call::{Call, Reply};
use crate::error::{ApiError, Code, check, deny};
use crate::time::Time;
use crate::workspace::Workspace;

/// Steps from which a video can be changed: until the manager delivers.
const OPEN: [Step; 3] = [Step::Configured, Step::Published, Step::Accepted];

pub(crate) fn list(workspace: &mut Workspace, call: &Call) -> Reply {
    let bundle = workspace.find::<Bundle>(call.id())?;
    let rows = (0..bundle.videos.len()).map(|index| bundle.show_video(index));
    Ok(Answer::data(rows.collect::<Vec<Value>>()))
}

pub(crate) fn get(workspace: &mut Workspace, call: &Call) -> Reply {
    let (bundle, index) = video_at(workspace, call, &[])?;
    Ok(Answer::data(bundle.show_video(index)))
}

/// `PATCH /bundles/{id}/videos/{position}`: fields left out keep their value, null clears. Label and reference can
/// always be changed.
pub(crate) fn patch(workspace: &mut Workspace, call: &Call) -> Reply {
    let window = window(call)?;
    let is_label = window.is_none() && call.body.get("description").is_none();
    let allowed = if is_label { &[][..] } else { &OPEN };
    let (mut bundle, index) = video_at(workspace, call, allowed)?;
    let mut cost = None;
    if let Some((start, _)) = window {
        bundle.check_day(index, start, call.now)?;
        bundle.videos[index].window = window;
        cost = bundle.admit(workspace)?;
    }
    for name in ["name", "external_ref", "description"] {
        if let Some(value) = call.body.get(name) {
            bundle.videos[index].content[name] = value.clone();
        }
    }
    Ok(bundle.answer_video(workspace, index)?.costing(cost))
}

/// The new window in the body, if there is one.
fn window(call: &Call) -> Result<Option<(Time, Time)>, ApiError> {
    const END: &str = "target_publish_end_date";
    let day = |name: &str| call.field(name).and_then(Time::of_date);
    let is_single = day("target_publish_date").is_some();
    let message = "target_publish_date cannot be changed; send a start date and an end date.";
    deny(&[(is_single, Code::UnknownField, message)])?;
    let (start, end) = (day("target_publish_start_date"), day(END));
    let is_half = start.is_some() != end.is_some();
    let is_late = end == Some(Time::END);
    check(&[(is_half, END, "and the start date are required together")])?;
    check(&[(end < start, END, "cannot be before the start date")])?;
    check(&[(is_late, END, "is after 2999")])?;
    Ok(start.zip(end))
}

/// `POST /bundles/{id}/videos/{position}/reset`: forgets the configuration of a slot that no manager has.
pub(crate) fn reset(workspace: &mut Workspace, call: &Call) -> Reply {
    clear(workspace, call, &[Step::Pending, Step::Configured])
}

/// `POST /bundles/{id}/videos/{position}/unschedule`: takes a slot back until the manager delivers.
pub(crate) fn unschedule(workspace: &mut Workspace, call: &Call) -> Reply {
    clear(workspace, call, &OPEN)
}

/// Forgets the configuration; what was paid stays paid.
fn clear(workspace: &mut Workspace, call: &Call, allowed: &[Step]) -> Reply {
    let (mut bundle, index) = video_at(workspace, call, allowed)?;
    let slot = &mut bundle.videos[index];
    *slot = Slot {
        id: slot.id.clone(),
        position: slot.position,
        paid: slot.paid.clone(),
        ..Slot::default()
    };
    bundle.answer_video(workspace, index)
}
