//! `/me`: whose key this is, and what the workspace says about itself.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::answer::Answer;
use crate::call::{Call, Reply};
use crate::ledger;
use crate::workspace::{Workspace, part};

/// What a workspace says about itself. `PATCH /me` changes it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Profile {
    website: Option<String>,
    company_name: Option<String>,
    niche: Option<String>,
    organic_strategy: Option<String>,
}

part!(Profile, "profile");

/// `GET /me`.
pub(crate) fn get(workspace: &mut Workspace, call: &Call) -> Reply {
    let (email, credits) = (call.person.email, ledger::balance(workspace));
    Ok(Answer::data(json!({ "email": email, "credits": credits })))
}
