//! `GET /analytics`: the portfolio at a glance.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::model::{Dice, Figures, as_f64};
use super::posts::{Post, Tracked};
use super::selection::Selection;
use super::{Plan, access, contract, v2};
use crate::answer::Answer;
use crate::error::ApiError;
use crate::request::{Context, Request};
use crate::time;
use crate::workspace::Workspace;

/// How many of the best posts are shown.
const TOP_POSTS: usize = 10;

/// `GET /analytics`. It is not wrapped in `data`. The window selects posts by when they went live; their figures are those
/// of the last collection.
pub fn get(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let selected = Selection::of_query(request)?.of(workspace, context.now);
    let detailed = workspace.plan() > Plan::Starter;
    let top_posts: Vec<Value> = if detailed {
        top(&selected)
            .into_iter()
            .take(TOP_POSTS)
            .map(|(tracked, post)| post.to_json_v2(tracked))
            .collect()
    } else {
        Vec::new()
    };
    let audience = if detailed {
        audience(&selected)
    } else {
        Value::Null
    };
    Ok(v2(Answer::json(
        200,
        json!({
            "tier": workspace.plan().as_str(),
            "access": access(workspace),
            "totals": totals(&selected),
            "accounts": selected.iter().map(account).collect::<Vec<_>>(),
            "top_posts": top_posts,
            "audience": audience,
            "facets": facets(workspace),
            "contract": contract::summary(),
        }),
    )))
}

/// All posts with their accounts, the most watched first.
pub fn top<'a, 'b>(selected: &'b [Tracked<'a>]) -> Vec<(&'b Tracked<'a>, &'b Post<'a>)> {
    let mut posts: Vec<_> = selected
        .iter()
        .flat_map(|tracked| tracked.posts.iter().map(move |post| (tracked, post)))
        .collect();
    posts.sort_by_key(|(_, post)| std::cmp::Reverse((post.figures.views, post.posted_at)));
    posts
}

/// The sum over all posts.
pub fn sum(selected: &[Tracked<'_>]) -> Figures {
    let mut sum = Figures::default();
    for tracked in selected {
        sum += tracked.totals();
    }
    sum
}

fn totals(selected: &[Tracked<'_>]) -> Value {
    let figures = sum(selected);
    let mut totals = figures.to_json();
    totals["account_count"] = json!(selected.len());
    totals["impressions"] = json!(figures.impressions());
    totals["tracked_posts"] = json!(
        selected
            .iter()
            .map(|tracked| tracked.posts.len())
            .sum::<usize>()
    );
    totals["followers"] = json!(selected.iter().map(Tracked::followers).sum::<i64>());
    totals
}

/// An account as the dashboard and the v2 account show it.
pub fn account(tracked: &Tracked<'_>) -> Value {
    let mut row = tracked.totals().to_json();
    row["account_id"] = json!(tracked.account.id);
    row["username"] = json!(tracked.account.username);
    row["visible_name"] = json!(tracked.account.visible_name);
    row["platform"] = json!(tracked.account.platform);
    row["country"] = json!(tracked.account.country);
    row["profile_url"] = json!(tracked.account.profile_url());
    row["followers"] = json!(tracked.followers());
    row["tracked_posts"] = json!(tracked.posts.len());
    row["collected_at"] = json!(tracked.collected_at.map(time::timestamp));
    row
}

/// Shares of the followers, in percent: by country, by gender, by age. Nothing without followers.
pub fn audience(selected: &[Tracked<'_>]) -> Value {
    let followers: i64 = selected.iter().map(Tracked::followers).sum();
    if followers == 0 {
        return Value::Null;
    }
    let mut countries: Vec<(&str, f64)> = Vec::new();
    let mut women = 0.0;
    for tracked in selected {
        let dice = Dice::of("audience", &tracked.account.id);
        let weight = as_f64(tracked.followers()) / as_f64(followers);
        let home = dice.between(0, 0.62, 0.86);
        for (country, part) in [
            (tracked.account.country.as_str(), home),
            ("other", 1.0 - home),
        ] {
            match countries.iter_mut().find(|(name, _)| *name == country) {
                Some((_, share)) => *share += part * weight,
                None => countries.push((country, part * weight)),
            }
        }
        women += dice.between(1, 0.38, 0.66) * weight;
    }
    countries.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let percent = |share: f64| (share * 1000.0).round() / 10.0;
    let countries: Vec<Value> = countries
        .into_iter()
        .map(|(country, share)| json!({ "country": country, "share": percent(share) }))
        .collect();
    json!({
        "followers": followers,
        "countries": countries,
        "genders": { "female": percent(women), "male": percent(1.0 - women) },
        "ages": { "13-17": 9.0, "18-24": 38.0, "25-34": 31.0, "35-44": 14.0, "45+": 8.0 },
    })
}

fn facets(workspace: &Workspace) -> Value {
    let platforms: BTreeSet<&str> = workspace
        .accounts
        .iter()
        .map(|account| account.platform.as_str())
        .collect();
    let countries: BTreeSet<&str> = workspace
        .accounts
        .iter()
        .map(|account| account.country.as_str())
        .collect();
    let accounts: Vec<Value> = workspace
        .accounts
        .iter()
        .map(|account| json!({ "id": account.id, "username": account.username }))
        .collect();
    json!({
        "workspaces": [{ "id": workspace.id }],
        "platforms": platforms,
        "countries": countries,
        "accounts": accounts,
    })
}
