//! Unprocessed snapshots: one of each collection.

use serde_json::{Value, json};

use super::model::following;
use super::plan::{limit, require_plan};
use super::refresh::collections;
use super::tracked::{self, Filter, Tracked, nothing_collected, top};
use crate::answer::Answer;
use crate::api::accounts::account::Account;
use crate::call::{Call, Reply};
use crate::time::{SECOND, Time};
use crate::workspace::Workspace;

/// `GET /analytics/accounts/{id}/raw`.
pub(crate) fn of_account(workspace: &mut Workspace, call: &Call) -> Reply {
    let tracked = tracked::find(workspace, call.id())?;
    let account = &tracked.account;
    require_plan(workspace, "marketer_farmer")?;
    snapshots(call, account, account.created_at, |at| {
        tracked.figures(at).add_to(json!({
            "username": account.username, "display_name": account.visible_name,
            "biography": account.biography, "following": following(account),
            "followers": tracked.followers_at(at),
        }))
    })
}

/// `GET /analytics/posts/{id}/raw`.
pub(crate) fn of_post(workspace: &mut Workspace, call: &Call) -> Reply {
    let all = tracked::all(workspace);
    let mut posts = top(&all, "views").into_iter();
    let found = posts.find(|(_, post)| post.text("tracked_post_id") == call.id());
    let (Tracked { account, .. }, post) = found.ok_or_else(nothing_collected)?;
    require_plan(workspace, "marketer_farmer")?;
    snapshots(call, account, post.curve.posted_at, |at| {
        let row = json!({ "id": post.row["post_id"], "caption": post.row["caption"] });
        post.curve.at(at).add_to(row)
    })
}

/// The snapshots that a call asks for, the latest first.
fn snapshots(call: &Call, of: &Account, since: Time, payload: impl Fn(Time) -> Value) -> Reply {
    let source = format!("{}_collector", of.platform);
    let is_wanted = call.text("source").is_none_or(|wanted| wanted == source);
    let period = Filter::of_query(call).period()?;
    let moments = collections(of, call.now.min(period.end - 1));
    let moments = moments.take_while(|at| is_wanted && *at >= since.max(period.start));
    let snapshot = |at: Time| {
        let id = format!("{}_{}", call.id(), at.0 / SECOND);
        json!({ "id": id, "source": source, "captured_at": at, "payload": payload(at) })
    };
    let rows = moments.take(limit(call, "limit", 100)).map(snapshot);
    Ok(Answer::data(rows.collect::<Vec<_>>()))
}
