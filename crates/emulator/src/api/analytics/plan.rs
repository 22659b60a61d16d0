//! What the plan of a workspace shows, and what all answers of the family share.

use serde_json::{Value, json};

use crate::call::Call;
use crate::error::{ApiError, Code};
use crate::workspace::Workspace;

pub(crate) const CONTRACT: &str = "analytics-v2";
/// The workspace on the smallest plan; the others are on the largest.
const STARTER_WORKSPACE: &str = "person-sam";

pub(super) fn is_starter(workspace: &Workspace) -> bool {
    workspace.id == STARTER_WORKSPACE
}

/// Refuses a view that needs this plan to a workspace with the smallest one.
pub(super) fn require_plan(workspace: &Workspace, plan: &str) -> Result<(), ApiError> {
    if !is_starter(workspace) {
        return Ok(());
    }
    let code = Code::AnalyticsPlanRequired;
    let error = ApiError::new(code, code.meaning()).with("plan", "starter");
    Err(error.with("required_plan", plan))
}

/// What the plan of a workspace shows.
pub(super) fn access(workspace: &Workspace) -> Value {
    let (level, plan, reason) = match is_starter(workspace) {
        true => ("limited", "starter", "The plan includes totals only."),
        false => ("full", "marketer_farmer", "The plan includes it all."),
    };
    json!({ "level": level, "planTier": plan, "reason": reason })
}

/// How many rows a query parameter asks for.
pub(super) fn limit(call: &Call, name: &str, most: usize) -> usize {
    let wanted = call.integer(name).map(usize::try_from);
    wanted.map_or(most, |wanted| most.min(wanted.unwrap_or(most)))
}
