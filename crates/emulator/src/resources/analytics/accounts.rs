//! One account or one video: the v2 drill-down, and the compatibility views.

use serde_json::{Value, json};

use super::model::{as_f64, following};
use super::posts::{self, Tracked};
use super::{Plan, access, contract, dashboard, v2};
use crate::answer::Answer;
use crate::error::{ApiError, Code};
use crate::request::{Context, Request};
use crate::time::{self, DAY};
use crate::workspace::Workspace;

/// What `sort_by` takes.
const SORT_FIELDS: [&str; 8] = [
    "published_at",
    "views",
    "likes",
    "comments",
    "shares",
    "bookmarks",
    "engagement_rate",
    "scraped_at",
];

/// What is tracked of the account in the path.
pub(super) fn tracked<'a>(
    workspace: &'a mut Workspace,
    id: &str,
    now: i64,
) -> Result<Tracked<'a>, ApiError> {
    let id = workspace.account(id)?.id.clone();
    let workspace: &'a Workspace = workspace;
    workspace
        .accounts
        .iter()
        .find(|account| account.id == id)
        .map(|account| posts::tracked(workspace, account, now))
        .ok_or_else(nothing_collected)
}

/// The same, if anything was collected.
fn collected<'a>(
    workspace: &'a mut Workspace,
    id: &str,
    now: i64,
) -> Result<(Tracked<'a>, i64), ApiError> {
    let tracked = tracked(workspace, id, now)?;
    let at = tracked.collected_at.ok_or_else(nothing_collected)?;
    Ok((tracked, at))
}

fn nothing_collected() -> ApiError {
    ApiError::new(
        Code::AnalyticsNotFound,
        "Nothing was collected yet. The first collection is a day after the delivery; a refresh brings it forward.",
    )
}

/// `GET /analytics/accounts/{id}`.
pub fn get(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let (access, detailed) = (access(workspace), workspace.plan() > Plan::Starter);
    let (tracked, _) = collected(workspace, request.path("id"), context.now)?;
    let mut totals = tracked.totals().to_json();
    totals["followers"] = json!(tracked.followers());
    totals["following"] = json!(following(&tracked.account.id));
    totals["impressions"] = json!(tracked.totals().impressions());
    totals["tracked_posts"] = json!(tracked.posts.len());
    let posts: Vec<Value> = tracked
        .posts
        .iter()
        .rev()
        .filter(|_| detailed)
        .map(|post| post.to_json_v2(&tracked))
        .collect();
    let audience = if detailed {
        dashboard::audience(std::slice::from_ref(&tracked))
    } else {
        Value::Null
    };
    Ok(v2(Answer::ok(json!({
        "account": dashboard::account(&tracked),
        "access": access,
        "totals": totals,
        "posts": posts,
        "audience": audience,
        "contract": contract::summary(),
    }))))
}

/// `GET /accounts/{id}/analytics`: the older flat summary.
pub fn summary(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let (tracked, at) = collected(workspace, request.path("id"), context.now)?;
    let totals = tracked.totals();
    let posts = i64::try_from(tracked.posts.len()).unwrap_or(0);
    let rounded = |number: f64| (number * 100.0).round() / 100.0;
    let weeks = tracked.posts.first().map_or(1.0, |first| {
        (as_f64(at - first.posted_at) / as_f64(7 * DAY)).max(1.0)
    });
    let average = if posts == 0 {
        0.0
    } else {
        as_f64(totals.views) / as_f64(posts)
    };
    Ok(Answer::ok(json!({
        "account_id": tracked.account.id,
        "followers_count": tracked.followers(),
        "following_count": following(&tracked.account.id),
        "total_videos_tracked": posts,
        "total_views": totals.views,
        "total_likes": totals.likes,
        "total_comments": totals.comments,
        "total_shares": totals.shares,
        "total_bookmarks": totals.bookmarks,
        "average_engagement_rate": totals.engagement_rate(),
        "average_video_views": rounded(average),
        "weekly_post_average": rounded(as_f64(posts) / weeks),
        "scraped_at": time::timestamp(at),
    })))
}

/// `GET /accounts/{id}/analytics/videos`: the latest first unless asked otherwise.
pub fn videos(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let sort_by = request.text("sort_by").unwrap_or("published_at");
    if !SORT_FIELDS.contains(&sort_by) {
        return Err(ApiError::field(
            "sort_by",
            &format!("must be one of {}", SORT_FIELDS.join(", ")),
        ));
    }
    let tracked = tracked(workspace, request.path("id"), context.now)?;
    let mut rows: Vec<Value> = tracked
        .posts
        .iter()
        .map(|post| post.to_json(tracked.collected_at))
        .collect();
    // Times in RFC 3339 sort as text.
    rows.sort_by(|a, b| match (a[sort_by].as_f64(), b[sort_by].as_f64()) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        _ => a[sort_by].as_str().cmp(&b[sort_by].as_str()),
    });
    if request.text("sort_order") != Some("asc") {
        rows.reverse();
    }
    Ok(Answer::page(rows, request))
}

/// `GET /videos/{id}/analytics`.
pub fn video(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let id = request.path("id");
    let known = workspace
        .bundles
        .iter()
        .flat_map(|bundle| &bundle.videos)
        .any(|slot| slot.id.eq_ignore_ascii_case(id));
    if !known {
        return Err(ApiError::new(
            Code::VideoNotFound,
            "There is no video with this id.",
        ));
    }
    posts::all(workspace, context.now)
        .iter()
        .find_map(|tracked| {
            let post = tracked
                .posts
                .iter()
                .find(|post| post.slot.id.eq_ignore_ascii_case(id))?;
            Some(Answer::ok(post.to_json(tracked.collected_at)))
        })
        .ok_or_else(nothing_collected)
}
