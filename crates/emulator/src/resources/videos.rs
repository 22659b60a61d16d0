//! The video slots of an order: reading, small changes, clearing.

use serde::Deserialize;
use serde_json::Value;

use crate::answer::Answer;
use crate::error::{ApiError, Code};
use crate::request::{Context, Request};
use crate::resources::bundles::{Slot, Step, present};
use crate::resources::schedule::day;
use crate::resources::slots::Window;
use crate::resources::work;
use crate::workspace::Workspace;

/// `GET /bundles/{id}/videos`, by position.
pub fn list(workspace: &mut Workspace, request: &Request, _: &Context) -> Result<Answer, ApiError> {
    let bundle = workspace.bundle(request.path("id"))?;
    let rows: Vec<Value> = bundle
        .videos
        .iter()
        .map(|slot| slot.to_json(&bundle.id))
        .collect();
    Ok(Answer::ok(rows.into()))
}

/// `GET /bundles/{id}/videos/{position}`.
pub fn get(workspace: &mut Workspace, request: &Request, _: &Context) -> Result<Answer, ApiError> {
    let bundle = workspace.bundle(request.path("id"))?;
    let id = bundle.id.clone();
    let slot = bundle.slot(request.path("position"))?;
    Ok(Answer::ok(slot.to_json(&id)))
}

#[derive(Deserialize)]
struct Change {
    #[serde(default, deserialize_with = "present")]
    external_ref: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    name: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    description: Option<Option<String>>,
    target_publish_start_date: Option<String>,
    target_publish_end_date: Option<String>,
    target_publish_date: Option<String>,
}

impl Change {
    fn window(&self) -> Result<Option<Window>, ApiError> {
        if self.target_publish_date.is_some() {
            return Err(ApiError::new(
                Code::UnknownField,
                "A slot is moved with target_publish_start_date and target_publish_end_date together.",
            )
            .with("field", "target_publish_date"));
        }
        let (Some(start), Some(end)) = (
            &self.target_publish_start_date,
            &self.target_publish_end_date,
        ) else {
            return match (
                &self.target_publish_start_date,
                &self.target_publish_end_date,
            ) {
                (None, None) => Ok(None),
                (Some(_), _) => Err(ApiError::field(
                    "target_publish_end_date",
                    "is required with target_publish_start_date",
                )),
                _ => Err(ApiError::field(
                    "target_publish_start_date",
                    "is required with target_publish_end_date",
                )),
            };
        };
        let window = Window {
            start: day("target_publish_start_date", start)?,
            end: day("target_publish_end_date", end)?,
        };
        if window.end < window.start {
            return Err(ApiError::field(
                "target_publish_end_date",
                "cannot be before target_publish_start_date",
            ));
        }
        Ok(Some(window))
    }
}

/// `PATCH /bundles/{id}/videos/{position}`: fields left out keep their value, null clears. Label and reference can
/// always be changed, caption and window until the manager delivers.
pub fn patch(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    const OPEN: [Step; 3] = [Step::Configured, Step::Published, Step::Accepted];
    let change: Change = request.body()?;
    let window = change.window()?;
    let bundle = workspace.bundle(request.path("id"))?;
    let (id, owner) = (bundle.id.clone(), bundle.saved_account_id.clone());
    let slot = bundle.slot(request.path("position"))?;
    if change.description.is_some() || window.is_some() {
        slot.require(&OPEN, "changing its caption or dates")?;
    }
    let position = slot.position;
    if let Some(window) = window {
        bundle.check_day(position, window.start, context.now)?;
    }
    let slot = bundle.slot(request.path("position"))?;
    if let Some(name) = change.name {
        slot.name = name;
    }
    if let Some(external_ref) = change.external_ref {
        slot.external_ref = external_ref;
    }
    if let (Some(description), Some(content)) = (change.description, &mut slot.content) {
        content.description = description;
    }
    if let Some(window) = window {
        slot.window = Some(window);
    }
    let answer = Answer::ok(slot.state_json(&id));
    let charge = match window {
        Some(_) => work::admit(workspace, context, owner.as_deref())?,
        None => None,
    };
    Ok(work::charged(answer, charge))
}

/// `POST /bundles/{id}/videos/{position}/reset`: forgets the configuration of a slot that nobody works on.
pub fn reset(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    const OPEN: [Step; 2] = [Step::Pending, Step::Configured];
    clear(workspace, request, context, &OPEN, "resetting it")
}

/// `POST /bundles/{id}/videos/{position}/unschedule`: takes a slot back until the manager delivers.
pub fn unschedule(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    const OPEN: [Step; 3] = [Step::Configured, Step::Published, Step::Accepted];
    clear(workspace, request, context, &OPEN, "unscheduling it")
}

fn clear(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
    allowed: &[Step],
    what: &str,
) -> Result<Answer, ApiError> {
    let bundle = workspace.bundle(request.path("id"))?;
    let id = bundle.id.clone();
    let slot: &mut Slot = bundle.slot(request.path("position"))?;
    slot.require(allowed, what)?;
    slot.clear(context.now);
    Ok(Answer::ok(slot.state_json(&id)))
}
