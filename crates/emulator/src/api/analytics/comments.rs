//! What audiences write under tracked posts. Comments are collected when a refresh asks for them.

use serde_json::{Value, json};

use super::model::Dice;
use super::plan::{limit, require_plan};
use super::refresh::TAKES;
use super::tracked::{self, EVER, Filter, Period, Post, Tracked, top};
use crate::answer::Answer;
use crate::call::{Call, Reply};
use crate::time::HOUR;
use crate::workspace::Workspace;

const ENGLISH: [&str; 8] = [
    "Trying this tonight!",
    "Where did you get that?",
    "Part two please",
    "I did this and it worked first time",
    "How long did it take?",
    "My kids loved it",
    "What is the song?",
    "Can you do one without dairy?",
];
const FRENCH: [&str; 4] = [
    "Je teste ce soir !",
    "On veut la suite",
    "C'est quoi la musique ?",
    "Trop simple, j'adore",
];
const NAMES: [&str; 8] = ["sunny", "noah", "mila", "leo", "ines", "tom", "zoe", "finn"];

/// The comments of a post that were written in a period and are collected, 40 at most.
fn of_post(tracked: &Tracked, post: &Post, period: &Period, call: &Call) -> Vec<Value> {
    let collected_at = tracked.account.comments_at.map(|at| at + TAKES);
    let Some(collected_at) = collected_at.filter(|at| *at <= call.now) else {
        return Vec::new();
    };
    let post_id = post.text("tracked_post_id");
    let texts = if tracked.account.country == "FR" {
        &FRENCH[..]
    } else {
        &ENGLISH[..]
    };
    let comment = |number: i64| {
        let id = format!("{post_id}_{number}");
        let dice = Dice::of("comment", &id);
        // The first ones come at once, the later ones ever more slowly.
        let hours = (number * number) as f64 * 0.35 + dice.between(0, 0.05, 1.0);
        let at = post.curve.posted_at + (hours * HOUR as f64) as i64;
        let row = json!({
            "id": id, "tracked_post_id": post_id, "likes": dice.below(3, 90),
            "author": format!("{}{}", NAMES[dice.below(1, NAMES.len())], dice.below(4, 9_000)),
            "text": texts[dice.below(2, texts.len())], "created_at": at,
        });
        (at <= collected_at && period.contains(&at)).then_some(row)
    };
    let count = post.curve.at(collected_at).count("comments");
    (0..count.min(40)).filter_map(comment).collect()
}

/// The posts that have such comments, the most commented first, and the comments, the latest first.
fn gather(selected: &[Tracked], period: &Period, call: &Call) -> Value {
    let (mut posts, mut comments) = (Vec::new(), Vec::new());
    let is = |parameter, id: &str| call.text(parameter).is_none_or(|wanted| wanted == id);
    for (tracked, post) in top(selected, "comments") {
        let id = post.text("tracked_post_id");
        let is_wanted = is("post", id) && is("trackedPostId", id);
        let found = of_post(tracked, post, period, call);
        let has_room = posts.len() < limit(call, "postLimit", 50);
        if is_wanted && is("postId", post.text("post_id")) && has_room && !found.is_empty() {
            posts.push(&post.row);
            comments.extend(found);
        }
    }
    // Times in RFC 3339 sort as text.
    comments.sort_by(|b, a| a["created_at"].as_str().cmp(&b["created_at"].as_str()));
    comments.truncate(limit(call, "limit", 100));
    json!({ "posts": posts, "comments": comments })
}

/// `GET /analytics/comments`. The window selects comments by when they were written.
pub(crate) fn pulse(workspace: &mut Workspace, call: &Call) -> Reply {
    let filter = Filter::of_query(call);
    let period = filter.period()?;
    let selected = filter.select(workspace, &EVER);
    Ok(Answer::data(gather(&selected, &period, call)))
}

/// `GET /analytics/accounts/{id}/comments`.
pub(crate) fn list(workspace: &mut Workspace, call: &Call) -> Reply {
    let tracked = tracked::find(workspace, call.id())?;
    require_plan(workspace, "marketer_farmer")?;
    Ok(Answer::data(&gather(&[tracked], &EVER, call)["comments"]))
}
