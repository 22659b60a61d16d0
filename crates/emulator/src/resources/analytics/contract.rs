//! `GET /analytics/contract`: what the figures mean.

use serde_json::{Value, json};

use super::{access, v2};
use crate::answer::Answer;
use crate::decisions::{
    ANALYTICS_CONTRACT, ANALYTICS_REFRESH_PAUSE_MS, ANALYTICS_REFRESHES_A_MONTH,
};
use crate::error::ApiError;
use crate::request::{Context, Request};
use crate::time::HOUR;
use crate::workspace::Workspace;

/// The contract in short, as other answers carry it.
pub fn summary() -> Value {
    json!({ "version": ANALYTICS_CONTRACT })
}

/// `GET /analytics/contract`.
pub fn get(workspace: &mut Workspace, _: &Request, _: &Context) -> Result<Answer, ApiError> {
    Ok(v2(Answer::ok(json!({
        "version": ANALYTICS_CONTRACT,
        "access": access(workspace),
        "metrics": {
            "views": "Times a tracked post was watched, since it went live.",
            "likes": "Likes of tracked posts, since they went live.",
            "comments": "Comments under tracked posts, since they went live.",
            "shares": "Shares of tracked posts, since they went live.",
            "bookmarks": "Times tracked posts were bookmarked, since they went live.",
            "followers": "Followers of the account at the last collection.",
            "impressions": "Times tracked posts were shown.",
            "engagement_rate": "Likes, comments and shares in percent of the views.",
        },
        "freshness": {
            "collected": "daily",
            "collected_at_utc": "06:00",
            "refresh_pause_hours": ANALYTICS_REFRESH_PAUSE_MS / HOUR,
            "refreshes_per_month": ANALYTICS_REFRESHES_A_MONTH,
        },
        "redaction": {
            "after_reveal": "Figures stay as they were when the login was disclosed.",
            "after_ban": "Figures stay as they were when the account was banned.",
            "without_coverage": "Figures stay as they were when Coverage stopped.",
        },
    }))))
}
