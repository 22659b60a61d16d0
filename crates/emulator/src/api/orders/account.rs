//! `/bundles/{id}/account`: what the account of an order is to look like, and its review.

use serde_json::json;

use super::bundle::{Bundle, BundleStatus, Step};
use super::show::require;
use super::terms::{name_targets, texts};
use super::warming::progress;
use crate::answer::Answer;
use crate::call::{Call, Reply};
use crate::error::{ApiError, Code, check};
use crate::workspace::Workspace;

pub(crate) fn get(workspace: &mut Workspace, call: &Call) -> Reply {
    let bundle = account_at(workspace, call, &[])?;
    answer(workspace, &bundle)
}

/// `PUT /bundles/{id}/account`: replaces the whole profile while the order waits for its setup.
pub(crate) fn configure(workspace: &mut Workspace, call: &Call) -> Reply {
    let mut bundle = account_at(workspace, call, &[Step::Pending, Step::Configured])?;
    if bundle.status != BundleStatus::PendingSetup {
        let message = "The account is configured before the bundle is published.";
        return Err(bundle.misfit(Code::BundleInvalidStatus, message));
    }
    let is_misplaced = call.field("link_in_bio").is_some() && bundle.platform != "instagram";
    check(&[(is_misplaced, "link_in_bio", "exists on Instagram only")])?;
    // The older way to name the targets.
    if let Some(terms) = call.body.get("advanced_warming_terms") {
        name_targets(&mut bundle, texts(terms))?;
    }
    if let Some(account) = &mut bundle.account {
        account.profile = call.body()?;
    }
    bundle.move_account(workspace, Step::Configured);
    let cost = bundle.admit(workspace)?;
    Ok(answer(workspace, &bundle)?.costing(cost))
}

/// `POST /bundles/{id}/account/corrections`: back to the manager.
pub(crate) fn request_corrections(workspace: &mut Workspace, call: &Call) -> Reply {
    let mut bundle = account_at(workspace, call, &[Step::InReview])?;
    bundle.move_account(workspace, Step::PendingCorrections);
    answer(workspace, &bundle)
}

/// `POST /bundles/{id}/account/finalize`: accepts the delivered account.
pub(crate) fn finalize(workspace: &mut Workspace, call: &Call) -> Reply {
    let mut bundle = account_at(workspace, call, &[Step::InReview])?;
    bundle.move_account(workspace, Step::Finalized);
    bundle.complete_if_done();
    answer(workspace, &bundle)
}

/// The order in the path, whose account has to be at one of these steps, if any are given.
fn account_at(workspace: &Workspace, call: &Call, allowed: &[Step]) -> Result<Bundle, ApiError> {
    let bundle = workspace.find::<Bundle>(call.id())?;
    let missing = || ApiError::new(Code::AccountNotFound, "A videos_only order has no account.");
    let account = bundle.account.as_ref().ok_or_else(missing)?;
    require(Code::AccountInvalidStatus, account.status, allowed)?;
    Ok(bundle)
}

/// Stores the order and answers with its account.
fn answer(workspace: &mut Workspace, bundle: &Bundle) -> Reply {
    workspace.put(bundle)?;
    let mut shown = json!(bundle.account);
    shown["advanced_warming"] = json!(progress(workspace, bundle));
    Ok(Answer::data(shown))
}
