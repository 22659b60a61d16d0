//! What audiences write under tracked posts. Comments are collected when a refresh asks for them.

use data_encoding::HEXLOWER;
use serde_json::{Value, json};

use super::model::{Dice, as_f64};
use super::period::Period;
use super::posts::{Post, Tracked};
use super::selection::Selection;
use super::{Plan, accounts, v2};
use crate::answer::Answer;
use crate::decisions::ANALYTICS_REFRESH_TAKES_MS;
use crate::error::ApiError;
use crate::request::{Context, Request};
use crate::time::{self, HOUR};
use crate::workspace::Workspace;

/// Comments in an answer unless asked otherwise, and at most.
const LIMITS: (usize, usize) = (50, 200);
/// Posts that a pulse draws from unless asked otherwise, and at most.
const POST_LIMITS: (usize, usize) = (10, 50);
/// Most comments that are collected of a post.
const A_POST: i64 = 40;

const ENGLISH: [&str; 12] = [
    "Trying this tonight!",
    "Where did you get that?",
    "This is exactly what I needed today",
    "Part two please",
    "I did this and it worked first time",
    "How long did it take?",
    "Saved for the weekend",
    "You make it look so easy",
    "My kids loved it",
    "What is the song?",
    "Can you do one without dairy?",
    "Underrated account",
];
const FRENCH: [&str; 8] = [
    "Je teste ce soir !",
    "On veut la suite",
    "Merci pour l'idée",
    "C'est quoi la musique ?",
    "Trop simple, j'adore",
    "Enregistré pour dimanche",
    "Ça prend combien de temps ?",
    "Validé par toute la famille",
];
const GERMAN: [&str; 8] = [
    "Wird heute Abend probiert!",
    "Bitte mehr davon",
    "Woher ist das?",
    "Hat sofort geklappt, danke",
    "Wie lange dauert das?",
    "Für das Wochenende gespeichert",
    "So einfach, richtig gut",
    "Welches Lied ist das?",
];
const NAMES: [&str; 12] = [
    "sunny", "noah", "mila", "leo", "ines", "tom", "zoe", "finn", "lena", "max", "ruby", "sam",
];

/// A comment of the audience.
struct Comment {
    id: String,
    tracked_post_id: String,
    author: String,
    text: &'static str,
    likes: u32,
    created_at: i64,
}

impl Comment {
    fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "tracked_post_id": self.tracked_post_id,
            "author": self.author,
            "text": self.text,
            "likes": self.likes,
            "created_at": time::timestamp(self.created_at),
        })
    }
}

/// The comments of a post that were collected.
fn of_post(tracked: &Tracked<'_>, post: &Post<'_>, now: i64) -> Vec<Comment> {
    let Some(collected_at) = tracked
        .account
        .collection
        .comments_at
        .map(|at| at + ANALYTICS_REFRESH_TAKES_MS)
        .filter(|at| *at <= now)
    else {
        return Vec::new();
    };
    let texts: &[&str] = match tracked.account.country.as_str() {
        "FR" | "BE" => &FRENCH,
        "DE" => &GERMAN,
        _ => &ENGLISH,
    };
    let count = post.curve.at(collected_at).comments.min(A_POST);
    (0..count)
        .map(|number| {
            let dice = Dice::of("comment", &format!("{}/{number}", post.id));
            let pick = |throw, list: &[&'static str]| {
                let index = dice.below(throw, u32::try_from(list.len()).unwrap_or(1));
                list.get(index as usize).copied().unwrap_or_default()
            };
            // The first ones come at once, the later ones ever more slowly.
            let delay = as_f64(number * number) * 0.35 + dice.between(0, 0.05, 1.0);
            #[expect(clippy::cast_possible_truncation, reason = "some hundred hours")]
            let delay = (delay * as_f64(HOUR)) as i64;
            Comment {
                id: format!(
                    "{}_c{}",
                    post.id,
                    HEXLOWER.encode(&dice.below(1, u32::MAX).to_be_bytes())
                ),
                tracked_post_id: post.id.clone(),
                author: format!("{}{}", pick(2, &NAMES), dice.below(3, 9_000) + 10),
                text: pick(4, texts),
                likes: dice.below(5, 40) * dice.below(6, 4),
                created_at: post.posted_at + delay,
            }
        })
        .filter(|comment| comment.created_at <= collected_at)
        .collect()
}

fn limit(request: &Request, name: &str, (default, most): (usize, usize)) -> usize {
    request
        .integer(name)
        .and_then(|limit| usize::try_from(limit).ok())
        .unwrap_or(default)
        .min(most)
}

/// The latest comments first, as many as asked for.
fn latest(mut comments: Vec<Comment>, limit: usize) -> Vec<Value> {
    comments.sort_by_key(|comment| std::cmp::Reverse(comment.created_at));
    comments.iter().take(limit).map(Comment::to_json).collect()
}

/// `GET /analytics/comments`: from the posts with the most comments. The window selects comments by when they were
/// written.
pub fn pulse(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let period = Period::of_query(request)?;
    let selection = Selection {
        period: None,
        ..Selection::of_query(request)?
    };
    let selected = selection.of(workspace, context.now);
    let wanted = request.text("post");
    let mut found: Vec<(&Tracked<'_>, &Post<'_>, Vec<Comment>)> = selected
        .iter()
        .flat_map(|tracked| tracked.posts.iter().map(move |post| (tracked, post)))
        .filter(|(_, post)| wanted.is_none_or(|id| post.id == id))
        .map(|(tracked, post)| {
            let mut comments = of_post(tracked, post, context.now);
            comments.retain(|comment| period.contains(comment.created_at));
            (tracked, post, comments)
        })
        .filter(|(_, _, comments)| !comments.is_empty())
        .collect();
    found.sort_by_key(|(_, post, _)| std::cmp::Reverse((post.figures.comments, post.posted_at)));
    found.truncate(limit(request, "postLimit", POST_LIMITS));
    let posts: Vec<Value> = found
        .iter()
        .map(|(tracked, post, comments)| {
            json!({
                "tracked_post_id": post.id,
                "account_id": tracked.account.id,
                "username": tracked.account.username,
                "platform": tracked.account.platform,
                "platform_url": post.slot.platform_url,
                "comments": post.figures.comments,
                "collected": comments.len(),
            })
        })
        .collect();
    let comments = found
        .into_iter()
        .flat_map(|(_, _, comments)| comments)
        .collect();
    let comments = latest(comments, limit(request, "limit", LIMITS));
    Ok(v2(Answer::ok(
        json!({ "posts": posts, "comments": comments }),
    )))
}

/// `GET /analytics/accounts/{id}/comments`, the latest first.
pub fn of_account(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let plan = workspace.require_plan(Plan::MarketerFarmer);
    let tracked = accounts::tracked(workspace, request.path("id"), context.now)?;
    plan?;
    let (id, platform_id) = (request.text("trackedPostId"), request.text("postId"));
    let comments = tracked
        .posts
        .iter()
        .filter(|post| id.is_none_or(|id| post.id == id))
        .filter(|post| platform_id.is_none_or(|id| post.platform_id() == id))
        .flat_map(|post| of_post(&tracked, post, context.now))
        .collect();
    let rows = latest(comments, limit(request, "limit", LIMITS));
    Ok(v2(Answer::ok(Value::Array(rows))))
}
