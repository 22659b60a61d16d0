//! Figures of delivered accounts and their posts. No figure is stored: each is a function of the account, the post and
//! the moment of the collection, so all views add up to the same totals.

pub(crate) mod comments;
mod model;
mod plan;
pub(crate) mod raw;
pub(crate) mod refresh;
pub(crate) mod report;
pub(crate) mod series;
mod tracked;
pub(crate) mod views;

use serde_json::json;

pub(crate) use self::plan::CONTRACT;
use self::plan::access;
use self::refresh::PAUSE;
pub(crate) use self::report::open;
use crate::answer::Answer;
use crate::call::{Call, Reply};
use crate::time::HOUR;
use crate::workspace::Workspace;

/// `GET /analytics/contract`.
pub(crate) fn contract(workspace: &mut Workspace, _: &Call) -> Reply {
    Ok(Answer::data(json!({
        "version": CONTRACT,
        "access": access(workspace),
        "metrics": {
            "views": "Times tracked posts were watched since they went live; other counts likewise.",
            "followers": "Followers of the account at the last collection.",
            "impressions": "Times tracked posts were shown.",
            "engagement_rate": "Likes, comments and shares in percent of the views.",
        },
        "freshness": { "collected_at_utc": "06:00", "refresh_pause_hours": PAUSE / HOUR },
        "redaction": { "stopped": "After a reveal, a ban or the end of Coverage figures stay." },
    })))
}
