//! The portfolio, one account, one post, and all posts as CSV.

use std::collections::BTreeSet;
use std::slice::from_ref;

use serde_json::{Value, json};

use super::model::{COUNTS, Figures, following, rounded};
use super::plan::{CONTRACT, access, is_starter, require_plan};
use super::tracked::{self, Filter, Tracked, audience, nothing_collected, top};
use crate::answer::Answer;
use crate::api::accounts::account::Account;
use crate::api::orders::show::video_of_id;
use crate::call::{Call, Reply};
use crate::error::ApiError;
use crate::time::DAY;
use crate::workspace::Workspace;

/// Members of a post that the CSV has and `sort_by` takes.
const COLUMNS: &str = "account_id,username,platform,country,video_id,tracked_post_id,platform_url,\
    caption,published_at,views,likes,comments,shares,bookmarks,engagement_rate,scraped_at";

/// `GET /analytics`, not wrapped in `data`. The window selects posts by when they went live; their figures and the
/// followers are those of the last collection.
pub(crate) fn dashboard(workspace: &mut Workspace, call: &Call) -> Reply {
    let filter = Filter::of_query(call);
    let selected = filter.select(workspace, &filter.period()?);
    let mut body = overview(workspace, &selected);
    body["tier"] = body["access"]["planTier"].clone();
    body["facets"] = facets(workspace);
    body["accounts"] = selected.iter().map(account_row).collect();
    if !is_starter(workspace) {
        let posts = top(&selected, "views").into_iter().take(10);
        body["top_posts"] = posts.map(|(_, post)| post.row.clone()).collect();
    }
    let members = body.as_object().cloned();
    Ok(Answer::json(200, members.unwrap_or_default()))
}

/// What the views of all accounts and of one have in common.
fn overview(workspace: &Workspace, selected: &[Tracked]) -> Value {
    json!({
        "access": access(workspace), "contract": { "version": CONTRACT }, "totals": totals(selected),
        "audience": audience(selected).filter(|_| !is_starter(workspace)),
    })
}

fn totals(selected: &[Tracked]) -> Value {
    let totals: Figures = selected.iter().map(Tracked::totals).sum();
    let views = totals.count("views");
    totals.add_to(json!({
        "account_count": selected.len(),
        "tracked_posts": selected.iter().map(|tracked| tracked.posts.len()).sum::<usize>(),
        "followers": selected.iter().map(Tracked::followers).sum::<i64>(),
        // A post is shown somewhat more often than it is watched.
        "impressions": views + views / 6,
    }))
}

fn account_row(tracked: &Tracked) -> Value {
    let account = &tracked.account;
    tracked.totals().add_to(json!({
        "account_id": account.id, "username": account.username,
        "visible_name": account.visible_name, "platform": account.platform,
        "country": account.country, "profile_url": account.profile_url(),
        "followers": tracked.followers(), "tracked_posts": tracked.posts.len(),
        "collected_at": tracked.collected_at,
    }))
}

/// The values that filters can take.
fn facets(workspace: &Workspace) -> Value {
    let accounts = workspace.all::<Account>();
    let values = |of: fn(&Account) -> &String| accounts.iter().map(of).collect::<BTreeSet<_>>();
    json!({
        "workspaces": [workspace.id], "platforms": values(|account| &account.platform),
        "countries": values(|account| &account.country), "accounts": values(|account| &account.id),
    })
}

/// `GET /analytics/accounts/{id}`, posts with the latest first.
pub(crate) fn account(workspace: &mut Workspace, call: &Call) -> Reply {
    let tracked = tracked::find_collected(workspace, call.id())?;
    let mut data = overview(workspace, from_ref(&tracked));
    data["account"] = account_row(&tracked);
    if !is_starter(workspace) {
        data["posts"] = json!(tracked.rows());
    }
    Ok(Answer::data(data))
}

/// `GET /accounts/{id}/analytics`.
pub(crate) fn summary(workspace: &mut Workspace, call: &Call) -> Reply {
    let tracked = tracked::find_collected(workspace, call.id())?;
    let totals = tracked.totals();
    let posts = tracked.posts.len();
    let at = tracked.collected_at.unwrap_or_default();
    let weeks = (at - tracked.account.created_at) as f64 / (7 * DAY) as f64;
    let mut data = json!({
        "account_id": tracked.account.id, "total_videos_tracked": posts,
        "followers_count": tracked.followers(), "following_count": following(&tracked.account),
        "average_engagement_rate": totals.engagement_rate(),
        "average_video_views": rounded(totals.count("views") as f64 / posts.max(1) as f64),
        "weekly_post_average": rounded(posts as f64 / weeks.max(1.0)),
        "scraped_at": at,
    });
    for name in COUNTS {
        data[format!("total_{name}")] = json!(totals.count(name));
    }
    Ok(Answer::data(data))
}

/// `GET /accounts/{id}/analytics/videos`, the latest first unless the call wants another order.
pub(crate) fn videos(workspace: &mut Workspace, call: &Call) -> Reply {
    let sort_by = call.text("sort_by").unwrap_or("published_at");
    if !COLUMNS.split(',').any(|column| column == sort_by) {
        let message = format!("must be one of {COLUMNS}");
        return Err(ApiError::field("sort_by", &message));
    }
    let tracked = tracked::find(workspace, call.id())?;
    let mut rows = tracked.rows();
    // Times in RFC 3339 sort as text.
    rows.sort_by(|b, a| match (a[sort_by].as_f64(), b[sort_by].as_f64()) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        _ => a[sort_by].as_str().cmp(&b[sort_by].as_str()),
    });
    if call.text("sort_order") == Some("asc") {
        rows.reverse();
    }
    Ok(call.page(rows))
}

/// `GET /videos/{id}/analytics`.
pub(crate) fn video(workspace: &mut Workspace, call: &Call) -> Reply {
    let (bundle, index) = video_of_id(workspace, call.id())?;
    let id = &bundle.videos[index].id;
    let all = tracked::all(workspace);
    let mut posts = all.iter().flat_map(|tracked| &tracked.posts);
    let post = posts.find(|post| post.text("video_id") == id);
    Ok(Answer::data(&post.ok_or_else(nothing_collected)?.row))
}

/// `GET /analytics/export/videos`: a row a post, the latest first in each account.
pub(crate) fn csv(workspace: &mut Workspace, call: &Call) -> Reply {
    let filter = Filter::of_query(call);
    let period = filter.period()?;
    require_plan(workspace, "creator")?;
    let mut lines = csv::Writer::from_writer(format!("{COLUMNS}\n").into_bytes());
    let selected = filter.select(workspace, &period);
    for row in selected.iter().flat_map(Tracked::rows) {
        let cells: Vec<&Value> = COLUMNS.split(',').map(|column| &row[column]).collect();
        lines.serialize(cells).expect("memory takes every row");
    }
    let bytes = lines.into_inner().expect("memory takes every row");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(Answer::text("text/csv", text))
}
