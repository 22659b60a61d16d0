//! The account that an order makes: what it is to look like, and its review.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::answer::Answer;
use crate::error::{ApiError, Code};
use crate::events;
use crate::request::{Context, Request};
use crate::resources::bundles::{Bundle, BundleStatus};
use crate::resources::slots::Step;
use crate::resources::{warming, work};
use crate::workspace::Workspace;

/// The account that an order makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountPart {
    /// Id, which outlives remakes.
    #[serde(default)]
    pub id: String,
    /// Where it stands.
    pub status: Step,
    /// When it got there.
    #[serde(default)]
    pub since: i64,
    /// What it is to look like.
    #[serde(flatten)]
    pub profile: Profile,
}

/// What an account is to look like.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// Handle.
    pub username: Option<String>,
    /// Display name.
    pub visible_name: Option<String>,
    /// Profile text.
    pub biography: Option<String>,
    /// Storage path of the picture.
    pub profile_picture_url: Option<String>,
    /// Link, on Instagram.
    pub link_in_bio: Option<String>,
}

impl AccountPart {
    /// An account without a configuration.
    pub fn new(id: String, now: i64) -> Self {
        Self {
            id,
            status: Step::Pending,
            since: now,
            profile: Profile::default(),
        }
    }

    /// Moves the account and says from where.
    pub fn enter(&mut self, status: Step, at: i64) -> Step {
        self.since = at;
        std::mem::replace(&mut self.status, status)
    }
}

impl Profile {
    /// Names of the fields that publishing needs and that are empty. The picture is none of them: see the README.
    pub fn missing(&self) -> Vec<&'static str> {
        [
            ("username", &self.username),
            ("visible_name", &self.visible_name),
            ("biography", &self.biography),
        ]
        .into_iter()
        .filter(|(_, value)| value.as_deref().is_none_or(|text| text.trim().is_empty()))
        .map(|(name, _)| name)
        .collect()
    }
}

impl Bundle {
    /// The account part.
    pub fn own_account(&mut self) -> Result<&mut AccountPart, ApiError> {
        self.account.as_mut().ok_or_else(|| {
            ApiError::new(
                Code::AccountNotFound,
                "A videos_only order makes no account.",
            )
        })
    }

    /// Data of the account part's webhook events.
    pub fn account_event(&self, previous: Step) -> Value {
        let account = self.account.as_ref();
        json!({
            "account_id": account.map(|account| account.id.as_str()),
            "saved_account_id": self.saved_account_id,
            "bundle_id": self.id,
            "username": account.and_then(|account| account.profile.username.as_deref()),
            "platform": self.platform,
            "status": account.map(|account| account.status),
            "previous_status": previous,
        })
    }
}

/// The account part as the API shows it.
fn to_json(workspace: &mut Workspace, id: &str) -> Result<Value, ApiError> {
    let warming = warming::of_bundle(workspace, id)?;
    let account = workspace.bundle(id)?.own_account()?;
    let mut shown = json!({ "status": account.status, "advanced_warming": warming });
    if let (Some(shown), Value::Object(profile)) = (shown.as_object_mut(), json!(account.profile)) {
        shown.extend(profile);
    }
    Ok(shown)
}

/// Refuses unless the account is at one of these steps.
fn require(account: &AccountPart, allowed: &[Step], what: &str) -> Result<(), ApiError> {
    if allowed.contains(&account.status) {
        return Ok(());
    }
    let (current, allowed): (_, Vec<&str>) = (
        account.status.as_str(),
        allowed.iter().map(|step| step.as_str()).collect(),
    );
    Err(ApiError::new(
        Code::AccountInvalidStatus,
        format!(
            "The account is {current}; {what} needs {}.",
            allowed.join(" or ")
        ),
    )
    .with("current_status", current)
    .with("allowed_statuses", allowed))
}

/// `GET /bundles/{id}/account`.
pub fn get(workspace: &mut Workspace, request: &Request, _: &Context) -> Result<Answer, ApiError> {
    to_json(workspace, request.path("id")).map(Answer::ok)
}

#[derive(Deserialize)]
struct Setup {
    #[serde(flatten)]
    profile: Profile,
    niche_warming_instructions: Option<String>,
    advanced_warming_terms: Option<Vec<String>>,
}

/// `PUT /bundles/{id}/account`: replaces the whole profile while the order waits for its setup.
pub fn configure(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let id = request.path("id");
    let setup: Setup = request.body()?;
    let bundle = workspace.bundle(id)?;
    let account = bundle.own_account()?;
    require(
        account,
        &[Step::Pending, Step::Configured],
        "configuring it",
    )?;
    if bundle.status != BundleStatus::PendingSetup {
        return Err(bundle.invalid_status("its account is configured while it is pending_setup"));
    }
    if setup.profile.link_in_bio.is_some() && bundle.platform != "instagram" {
        return Err(ApiError::field("link_in_bio", "exists on Instagram only"));
    }
    if setup.niche_warming_instructions.is_some() && bundle.niche_warming_instructions.is_some() {
        bundle.niche_warming_instructions = setup.niche_warming_instructions;
    }
    if let Some(terms) = setup.advanced_warming_terms {
        warming::name_targets_with_setup(bundle, terms)?;
    }
    let account = bundle.own_account()?;
    account.profile = setup.profile;
    let previous = account.enter(Step::Configured, context.now);
    let event = bundle.account_event(previous);
    let owner = bundle.saved_account_id.clone();
    let charge = work::admit(workspace, context, owner.as_deref())?;
    if previous != Step::Configured {
        events::emit(workspace, "account.configured", event);
    }
    let answer = Answer::ok(to_json(workspace, id)?);
    Ok(work::charged(answer, charge))
}

/// What is to be corrected.
#[derive(Deserialize)]
pub(super) struct Corrections {
    pub(super) comment: String,
    #[serde(default)]
    pub(super) fields: Map<String, Value>,
}

impl Corrections {
    /// Reads the body.
    pub(super) fn of(request: &Request) -> Result<Self, ApiError> {
        let wanted: Self = request.body()?;
        if wanted.comment.trim().is_empty() {
            return Err(ApiError::field("comment", "has to say what to fix"));
        }
        Ok(wanted)
    }

    /// The data of an event, with what is to be corrected.
    pub(super) fn add_to(self, mut event: Value) -> Value {
        event["comment"] = self.comment.into();
        event["fields"] = Value::Object(self.fields);
        event
    }
}

/// `POST /bundles/{id}/account/corrections`: back to the manager.
pub fn request_corrections(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let id = request.path("id");
    let wanted = Corrections::of(request)?;
    let bundle = workspace.bundle(id)?;
    let account = bundle.own_account()?;
    require(account, &[Step::InReview], "asking for corrections")?;
    let previous = account.enter(Step::PendingCorrections, context.now);
    let event = wanted.add_to(bundle.account_event(previous));
    events::emit(workspace, "account.pending_corrections", event);
    to_json(workspace, id).map(Answer::ok)
}

/// `POST /bundles/{id}/account/finalize`: accepts the delivered account.
pub fn finalize(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let id = request.path("id");
    let bundle = workspace.bundle(id)?;
    let account = bundle.own_account()?;
    require(account, &[Step::InReview], "finalizing it")?;
    let previous = account.enter(Step::Finalized, context.now);
    let event = bundle.account_event(previous);
    bundle.complete_if_done();
    events::emit(workspace, "account.finalized", event);
    to_json(workspace, id).map(Answer::ok)
}
