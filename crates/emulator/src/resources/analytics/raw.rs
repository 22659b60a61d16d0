//! Unprocessed snapshots: what the collectors "stored", written as the platforms spell it.

use serde_json::{Value, json};

use super::model::{Figures, following};
use super::period::Period;
use super::posts::{self, Post, Tracked};
use super::refresh::collections;
use super::{Plan, accounts, v2};
use crate::answer::Answer;
use crate::error::{ApiError, Code};
use crate::request::{Context, Request};
use crate::time;
use crate::workspace::Workspace;

/// Snapshots in an answer unless asked otherwise, and at most.
const LIMITS: (usize, usize) = (30, 100);

/// `GET /analytics/accounts/{id}/raw`, the latest first.
pub fn of_account(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let period = Period::of_query(request)?;
    let plan = workspace.require_plan(Plan::MarketerFarmer);
    let tracked = accounts::tracked(workspace, request.path("id"), context.now)?;
    plan?;
    let source = format!("{}_profile", tracked.account.platform);
    let rows = moments(&tracked, request, &source, period)
        .map(|at| {
            let mut figures = Figures::default();
            let mut live = 0;
            for post in tracked.posts.iter().filter(|post| post.posted_at <= at) {
                figures += post.curve.at(at);
                live += 1;
            }
            let payload = profile(&tracked, at, figures, live);
            snapshot(&tracked.account.id, &source, at, payload)
        })
        .collect();
    Ok(v2(Answer::ok(Value::Array(rows))))
}

/// `GET /analytics/posts/{id}/raw`, the latest first.
pub fn of_post(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let period = Period::of_query(request)?;
    let all = posts::all(workspace, context.now);
    let Some((tracked, post)) = all.iter().find_map(|tracked| {
        let found = tracked
            .posts
            .iter()
            .find(|post| post.id == request.path("id"));
        found.map(|post| (tracked, post))
    }) else {
        return Err(ApiError::new(
            Code::AnalyticsNotFound,
            "There is no tracked post with this id.",
        ));
    };
    workspace.require_plan(Plan::MarketerFarmer)?;
    let source = format!("{}_post", tracked.account.platform);
    let rows = moments(tracked, request, &source, period)
        .take_while(|at| *at >= post.posted_at)
        .map(|at| {
            let payload = item(tracked, post, post.curve.at(at));
            snapshot(&post.id, &source, at, payload)
        })
        .collect();
    Ok(v2(Answer::ok(Value::Array(rows))))
}

/// The collections that a request asks for.
fn moments(
    tracked: &Tracked<'_>,
    request: &Request,
    source: &str,
    period: Period,
) -> impl Iterator<Item = i64> {
    let wanted = request.text("source").is_none_or(|text| text == source);
    let limit = request
        .integer("limit")
        .and_then(|limit| usize::try_from(limit).ok())
        .unwrap_or(LIMITS.0)
        .min(LIMITS.1);
    let last = tracked.collected_at.filter(|_| wanted);
    let until = last.map(|last| period.to.map_or(last, |to| last.min(to - 1)));
    let first = period.from.unwrap_or(tracked.account.created_at);
    let account = tracked.account;
    until
        .into_iter()
        .flat_map(|until| collections(account, until))
        .take_while(move |at| *at >= first)
        .take(limit)
}

fn snapshot(id: &str, source: &str, at: i64, payload: Value) -> Value {
    json!({
        "id": format!("{id}_{}", at / time::SECOND),
        "source": source,
        "captured_at": time::timestamp(at),
        "payload": payload,
    })
}

fn profile(tracked: &Tracked<'_>, at: i64, figures: Figures, live: i64) -> Value {
    let account = tracked.account;
    let followers = tracked.followers_with(at, figures.views);
    if account.platform == "instagram" {
        return json!({
            "username": account.username,
            "full_name": account.visible_name,
            "biography": account.biography,
            "follower_count": followers,
            "following_count": following(&account.id),
            "media_count": live,
        });
    }
    json!({
        "user": { "uniqueId": account.username, "nickname": account.visible_name, "signature": account.biography },
        "stats": {
            "followerCount": followers,
            "followingCount": following(&account.id),
            "heartCount": figures.likes,
            "videoCount": live,
        },
    })
}

fn item(tracked: &Tracked<'_>, post: &Post<'_>, figures: Figures) -> Value {
    if tracked.account.platform == "instagram" {
        return json!({
            "code": post.platform_id(),
            "caption": { "text": post.caption() },
            "taken_at": post.posted_at / time::SECOND,
            "play_count": figures.views,
            "like_count": figures.likes,
            "comment_count": figures.comments,
            "reshare_count": figures.shares,
            "save_count": figures.bookmarks,
        });
    }
    json!({
        "id": post.platform_id(),
        "desc": post.caption(),
        "createTime": post.posted_at / time::SECOND,
        "stats": {
            "playCount": figures.views,
            "diggCount": figures.likes,
            "commentCount": figures.comments,
            "shareCount": figures.shares,
            "collectCount": figures.bookmarks,
        },
    })
}
