//! Configuring many slots in one call, with a result for each.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::answer::Answer;
use crate::error::ApiError;
use crate::request::{Context, Request};
use crate::resources::credits::Charge;
use crate::resources::video_setup::{NewOptions, Setup, configure_slot, settle_slots};
use crate::resources::work;
use crate::workspace::Workspace;

/// What became of one slot: its id and status, or why it was not configured.
pub(super) type Outcome = Result<Value, ApiError>;

/// Configures slots one by one; a slot that fails leaves the others alone. The options of all of them are paid
/// together: if the credits do not cover them, nothing is configured.
pub(super) fn configure_all(
    workspace: &mut Workspace,
    context: &Context,
    bundle_id: &str,
    setups: Vec<(String, Result<Setup, ApiError>)>,
    publish: bool,
) -> Result<(Vec<Outcome>, Option<Charge>), ApiError> {
    let bundle = workspace.bundle(bundle_id)?;
    let (id, owner) = (bundle.id.clone(), bundle.saved_account_id.clone());
    let mut new = NewOptions::default();
    let mut outcomes: Vec<Result<u32, ApiError>> = Vec::new();
    for (position, setup) in setups {
        let outcome = setup
            .and_then(|setup| configure_slot(bundle, &position, setup, context.now))
            .and_then(|options| {
                new = new.and(options);
                bundle.slot(&position).map(|slot| slot.position)
            });
        outcomes.push(outcome);
    }
    let mut done: Vec<u32> = outcomes.iter().flatten().copied().collect();
    done.sort_unstable();
    done.dedup();
    let charge = if done.is_empty() {
        None
    } else {
        work::charge(
            workspace,
            context,
            owner.as_deref(),
            new.cost(),
            "Video options",
        )?
    };
    settle_slots(workspace, &id, &done, publish, context.now)?;
    let bundle = workspace.bundle(&id)?;
    let shown = outcomes
        .into_iter()
        .map(|outcome| {
            let slot = bundle.slot(&outcome?.to_string())?;
            Ok(slot.state_json(&id))
        })
        .collect();
    Ok((shown, charge))
}

#[derive(Deserialize)]
struct Batch {
    videos: Vec<Map<String, Value>>,
    #[serde(default)]
    auto_publish: bool,
}

/// `PUT /bundles/{id}/videos/batch`.
pub fn configure(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let batch: Batch = request.body()?;
    let positions: Vec<Value> = batch
        .videos
        .iter()
        .map(|item| item.get("position").cloned().unwrap_or_default())
        .collect();
    let mut setups = Vec::new();
    for (mut item, position) in batch.videos.into_iter().zip(&positions) {
        item.remove("position");
        let setup = Setup::deserialize(Value::Object(item))
            .map_err(|error| ApiError::field("videos", &format!("does not fit: {error}")));
        setups.push((position.to_string(), setup));
    }
    let (outcomes, charge) = configure_all(
        workspace,
        context,
        request.path("id"),
        setups,
        batch.auto_publish,
    )?;
    let results: Vec<Value> = outcomes
        .into_iter()
        .zip(positions)
        .map(|(outcome, position)| match outcome {
            Ok(state) => json!({
                "position": position,
                "video_id": state["video_id"],
                "status": state["status"],
            }),
            Err(error) => json!({
                "position": position,
                "video_id": null,
                "status": null,
                "error": { "code": error.code.as_str(), "message": error.message },
            }),
        })
        .collect();
    Ok(work::charged(
        Answer::ok(json!({ "results": results })),
        charge,
    ))
}
