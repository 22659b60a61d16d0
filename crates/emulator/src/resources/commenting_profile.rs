//! How a delivered account comments.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::answer::Answer;
use crate::error::ApiError;
use crate::request::{Context, Request};
use crate::resources::credits::Cost;
use crate::resources::work;
use crate::workspace::Workspace;

/// How an account comments. (That these are the fields is decided; their subjects are stated.)
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CommentingProfile {
    /// What comments should achieve.
    pub goal: Option<String>,
    /// Subject area.
    pub niche: Option<String>,
    /// Voice and character.
    pub persona: Option<String>,
    /// Language to comment in.
    pub language: Option<String>,
    /// Handles whose posts to comment on.
    pub tracked_handles: Option<Vec<String>>,
}

/// `PATCH /accounts/{id}/commenting-profile`: fields left out keep their value. Free, but it is work: it needs Coverage,
/// which renews if it has to.
pub fn update(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let change: CommentingProfile = request.body()?;
    let id = workspace.account(request.path("id"))?.id.clone();
    let cost = work::with_renewal(workspace, &id, Cost::default(), context.now)?;
    let charge = workspace.charge(context, cost, "Coverage renewed")?;
    let account = workspace.account(&id)?;
    let profile = &mut account.commenting;
    for (field, value) in [
        (&mut profile.goal, change.goal),
        (&mut profile.niche, change.niche),
        (&mut profile.persona, change.persona),
        (&mut profile.language, change.language),
    ] {
        if value.is_some() {
            *field = value;
        }
    }
    if change.tracked_handles.is_some() {
        profile.tracked_handles = change.tracked_handles;
    }
    let answer = Answer::ok(json!({
        "goal": profile.goal,
        "niche": profile.niche,
        "persona": profile.persona,
        "language": profile.language,
        "tracked_handles": profile.tracked_handles.clone().unwrap_or_default(),
    }));
    account.updated_at = Some(context.now);
    Ok(if charge.cost.total() > 0 {
        answer.charged(charge)
    } else {
        answer
    })
}
