//! `/bundles/{id}/warming-terms`, `/accounts/{id}/rewarm` and the warming runs.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::error::{ApiError, Code};
use crate::request::{Context, Request};
use crate::resources::bundles::{Bundle, BundleStatus};
use crate::resources::credits::Cost;
use crate::resources::warming_sessions::Session;
use crate::resources::work;
use crate::workspace::Workspace;

/// `advanced_warming` of an order's account: how far it is, or nothing if none was bought.
pub(super) fn of_bundle(workspace: &mut Workspace, bundle_id: &str) -> Result<Value, ApiError> {
    let now = workspace.clock;
    let bundle = workspace.bundle(bundle_id)?;
    let Some(targets) = bundle.warming.clone() else {
        return Ok(Value::Null);
    };
    let id = bundle.id.clone();
    let run = workspace
        .warming
        .iter()
        .find(|session| session.bundle_id.as_ref() == Some(&id));
    let mut shown = match run {
        Some(run) => run.to_json(now),
        None => json!({
            "status": if targets.terms.is_some() { "scheduled" } else { "pending_terms" },
            "terms_total": targets.count,
            "terms_verified": 0,
            "terms_configured": targets.terms.is_some(),
            "started_at": null,
            "completed_at": null,
        }),
    };
    if let Some(shown) = shown.as_object_mut() {
        shown.remove("id");
    }
    Ok(shown)
}

fn wrong_terms(message: &str, bought: i64) -> ApiError {
    ApiError::new(Code::AdvancedWarmingTerms, message).with("purchased_terms_count", bought)
}

/// Terms that differ, ignoring case, and have 2 to 50 characters.
fn are_fit(terms: &[String]) -> bool {
    terms.iter().enumerate().all(|(index, term)| {
        let text = term.trim().to_lowercase();
        (2..=50).contains(&text.chars().count())
            && terms[..index]
                .iter()
                .all(|other| other.trim().to_lowercase() != text)
    })
}

/// Names the targets of an order, once.
fn name_targets(bundle: &mut Bundle, terms: Vec<String>) -> Result<(), ApiError> {
    if bundle.platform == "youtube" {
        return Err(ApiError::new(
            Code::AdvancedWarmingPlatform,
            "YouTube accounts cannot be warmed this way.",
        ));
    }
    let Some(targets) = &mut bundle.warming else {
        return Err(wrong_terms(
            "No warming targets were bought for this bundle.",
            0,
        ));
    };
    if targets.terms.is_some() {
        return Err(ApiError::new(
            Code::WarmingTermsAlreadySet,
            "The terms were set before and cannot be changed.",
        ));
    }
    if i64::try_from(terms.len()) != Ok(targets.count) {
        return Err(wrong_terms(
            "As many terms have to be named as were bought.",
            targets.count,
        ));
    }
    if !are_fit(&terms) {
        return Err(wrong_terms(
            "Terms have to differ, ignoring case, and to have 2 to 50 characters.",
            targets.count,
        ));
    }
    targets.terms = Some(terms);
    Ok(())
}

/// The older way to name targets, with the profile: sending the same terms again is no change.
pub(super) fn name_targets_with_setup(
    bundle: &mut Bundle,
    terms: Vec<String>,
) -> Result<(), ApiError> {
    let named = bundle
        .warming
        .as_ref()
        .and_then(|targets| targets.terms.as_ref());
    if named == Some(&terms) {
        return Ok(());
    }
    name_targets(bundle, terms)
        .map_err(|error| ApiError::field("advanced_warming_terms", &error.message))
}

#[derive(Deserialize)]
struct Terms {
    #[serde(alias = "search_terms")]
    advanced_warming_terms: Vec<String>,
}

/// `PUT /bundles/{id}/warming-terms`.
pub fn configure_terms(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let id = request.path("id");
    let wanted: Terms = request.body()?;
    let bundle = workspace.bundle(id)?;
    name_targets(bundle, wanted.advanced_warming_terms)?;
    let owner = bundle.saved_account_id.clone();
    let charge = work::admit(workspace, context, owner.as_deref())?;
    start_if_ready(workspace, id, context.now);
    let answer = Answer::ok(of_bundle(workspace, id)?);
    Ok(work::charged(answer, charge))
}

/// Starts the run of an order once its account is there and its targets have names.
pub(super) fn start_if_ready(workspace: &mut Workspace, bundle_id: &str, at: i64) {
    let Ok(bundle) = workspace.bundle(bundle_id) else {
        return;
    };
    let (id, Some(account), Some(terms)) = (
        bundle.id.clone(),
        bundle.saved_account_id.clone(),
        bundle
            .warming
            .as_ref()
            .and_then(|targets| targets.terms.clone()),
    ) else {
        return;
    };
    let known = |session: &Session| session.bundle_id.as_ref() == Some(&id);
    if workspace.warming.iter().any(known) {
        return;
    }
    let session = Session {
        id: workspace.ids.next(&workspace.id),
        saved_account_id: account,
        bundle_id: Some(id),
        terms,
        started_at: at,
        announced: 0,
    };
    workspace.warming.push(session);
}

/// `POST /accounts/{id}/rewarm`: another run for a delivered account.
pub fn rewarm(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let wanted: Terms = request.body()?;
    let terms = wanted.advanced_warming_terms;
    let id = workspace.account(request.path("id"))?.id.clone();
    let count = i64::try_from(terms.len()).unwrap_or(i64::MAX);
    if count % 3 != 0 || !are_fit(&terms) {
        return Err(wrong_terms(
            "Name 3 to 30 terms, in multiples of 3, that differ and have 2 to 50 characters.",
            count,
        ));
    }
    let ordered = workspace.bundles.iter().any(|bundle| {
        bundle.saved_account_id.as_ref() == Some(&id)
            && matches!(
                bundle.status,
                BundleStatus::Accepted | BundleStatus::Completed
            )
    });
    if !ordered {
        return Err(ApiError::new(
            Code::RewarmNoActiveOrder,
            "The account has no accepted or completed order.",
        ));
    }
    let active =
        |session: &Session| session.saved_account_id == id && !session.is_over(context.now);
    if workspace.warming.iter().any(active) {
        return Err(ApiError::new(
            Code::RewarmAlreadyActive,
            "A warming run is going on for this account.",
        ));
    }
    let price = workspace.prices.warming_target;
    let cost = Cost::order().plus("advanced_warming", count * price);
    let charge = work::charge(workspace, context, Some(&id), cost, "Rewarming ordered")?;
    let session = Session {
        id: workspace.new_id(context),
        saved_account_id: id,
        bundle_id: None,
        terms,
        started_at: context.now,
        announced: 0,
    };
    let answer = Answer::ok(session.to_json(context.now));
    workspace.warming.push(session);
    Ok(work::charged(answer, charge))
}

/// `GET /accounts/{id}/warming-sessions`, the latest first.
pub fn list(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let id = workspace.account(request.path("id"))?.id.clone();
    let rows: Vec<Value> = workspace
        .warming
        .iter()
        .rev()
        .filter(|session| session.saved_account_id == id)
        .map(|session| session.to_json(context.now))
        .collect();
    Ok(Answer::ok(rows.into()))
}

/// `GET /warming-sessions/{id}`.
pub fn get(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let id = request.path("id");
    workspace
        .warming
        .iter()
        .find(|session| session.id.eq_ignore_ascii_case(id))
        .map(|session| Answer::ok(session.to_json(context.now)))
        .ok_or_else(|| {
            ApiError::new(
                Code::WarmingSessionNotFound,
                "There is no warming session with this id.",
            )
        })
}
