//! Work on a delivered account needs its Coverage, which renews first where that is due.

use crate::answer::Answer;
use crate::error::ApiError;
use crate::request::Context;
use crate::resources::coverage;
use crate::resources::credits::{Charge, Cost};
use crate::workspace::Workspace;

/// Lets work start that costs nothing itself. Without a delivered account there is nothing to renew.
pub(super) fn admit(
    workspace: &mut Workspace,
    context: &Context,
    account_id: Option<&str>,
) -> Result<Option<Charge>, ApiError> {
    charge(
        workspace,
        context,
        account_id,
        Cost::order(),
        "Coverage renewed",
    )
}

/// Lets work start that costs something, and charges both together.
///
/// # Errors
/// `MANAGED_ACCOUNT_TASK_BLOCKED`, also where the credits do not cover the renewal; `INSUFFICIENT_CREDITS` where they
/// do not cover both.
pub(super) fn charge(
    workspace: &mut Workspace,
    context: &Context,
    account_id: Option<&str>,
    cost: Cost,
    description: &str,
) -> Result<Option<Charge>, ApiError> {
    let cost = match account_id {
        Some(id) => coverage::admit(workspace, id, cost, context.now)?,
        None => cost,
    };
    if cost.total() == 0 {
        return Ok(None);
    }
    workspace.charge(context, cost, description).map(Some)
}

/// Says in the answer what the call cost, if it did.
pub(super) fn charged(answer: Answer, charge: Option<Charge>) -> Answer {
    match charge {
        Some(charge) => answer.charged(charge),
        None => answer,
    }
}
