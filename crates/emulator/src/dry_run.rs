//! Dry runs: the same validation, permissions and prices on a copy of the workspace that is thrown away.

use serde_json::{Map, Value, json};

use crate::decisions::DRY_RUN_NOTICE;
use crate::error::{ApiError, Code};
use crate::ids::is_synthetic;
use crate::request::Request;
use crate::resources::bundles::Bundle;
use crate::resources::credits::Charge;
use crate::workspace::Workspace;

/// Refuses a dry run's id in a real request.
pub fn refuse_synthetic_ids(request: &Request) -> Result<(), ApiError> {
    match synthetic_ids(request).first() {
        None => Ok(()),
        Some(id) => Err(ApiError::new(
            Code::DryRunIdInLiveRequest,
            "This id came out of a dry run and stands for nothing. Send the request as a dry run, or use a real id.",
        )
        .with("id", id.as_str())),
    }
}

/// Gives the ids of earlier dry runs something to stand for: each is an order waiting for its setup with three video
/// slots, because no state is kept between calls.
pub fn stand_in(workspace: &mut Workspace, request: &Request, now: i64) {
    for id in synthetic_ids(request) {
        if workspace.bundles.iter().all(|bundle| bundle.id != id) {
            workspace.bundles.push(Bundle::stand_in(&id, now));
        }
    }
}

/// Adds the keys of a dry run to its answer.
pub fn mark(members: &mut Map<String, Value>, charge: Option<&Charge>, balance: i64) {
    let cost = charge.map_or(0, |charge| charge.cost.total());
    members.insert("dry_run".into(), true.into());
    members.insert("dry_run_notice".into(), DRY_RUN_NOTICE.into());
    members.insert("credits_charged".into(), 0.into());
    members.insert("credits_would_charge".into(), cost.into());
    members.insert("credits_remaining".into(), balance.into());
    let breakdown = charge.map_or_else(
        || json!({ "account_creation": 0, "video_slots": 0, "edit_slots": 0, "advanced_warming": 0, "total": 0 }),
        |charge| charge.cost.to_json(),
    );
    members.insert("cost_breakdown".into(), breakdown);
}

fn synthetic_ids(request: &Request) -> Vec<String> {
    let mut found = Vec::new();
    for (_, value) in &request.path {
        if is_synthetic(value) {
            found.push(value.clone());
        }
    }
    collect(&request.body, &mut found);
    found
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) if is_synthetic(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(members) => members.values().for_each(|member| collect(member, found)),
        _ => {}
    }
}
