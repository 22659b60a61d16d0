//! `/me`: whose key this is, and what the workspace says about itself.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::answer::Answer;
use crate::error::ApiError;
use crate::request::{Context, Request};
use crate::workspace::Workspace;

/// What a workspace says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Company website.
    pub website: Option<String>,
    /// Name of the company.
    pub company_name: Option<String>,
    /// Market or topic.
    pub niche: Option<String>,
    /// How the company plans to grow.
    pub organic_strategy: Option<String>,
}

/// `GET /me`.
pub fn get(workspace: &mut Workspace, _: &Request, context: &Context) -> Result<Answer, ApiError> {
    Ok(Answer::ok(
        json!({ "email": context.person.email, "credits": workspace.credits.balance() }),
    ))
}

/// `PATCH /me`: fields left out keep their value.
pub fn update(
    workspace: &mut Workspace,
    request: &Request,
    _: &Context,
) -> Result<Answer, ApiError> {
    let change: Settings = request.body()?;
    let settings = &mut workspace.settings;
    for (field, value) in [
        (&mut settings.website, change.website),
        (&mut settings.company_name, change.company_name),
        (&mut settings.niche, change.niche),
        (&mut settings.organic_strategy, change.organic_strategy),
    ] {
        if value.is_some() {
            *field = value;
        }
    }
    Ok(Answer::ok(json!(settings)))
}
