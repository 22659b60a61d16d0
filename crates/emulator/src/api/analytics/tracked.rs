//! The delivered accounts and their posts, which are the video slots that went live, and filters for them.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::model::{Curve, Dice, Figures, followers, rounded};
use super::refresh::collections;
use crate::api::accounts::account::Account;
use crate::api::orders::bundle::{Bundle, Slot};
use crate::api::reference::listed_code;
use crate::call::Call;
use crate::error::{ApiError, Code};
use crate::ids;
use crate::time::{DAY, Time};
use crate::workspace::Workspace;

/// A delivered account with what was collected of it.
pub(super) struct Tracked {
    pub(super) account: Account,
    /// When its figures were collected last; nothing if they never were.
    pub(super) collected_at: Option<Time>,
    /// Its posts that were live by then, the oldest first. A filter may remove some.
    pub(super) posts: Vec<Post>,
    /// Those of all its posts: followers do not depend on a filter.
    curves: Vec<Curve>,
}

pub(super) struct Post {
    pub(super) curve: Curve,
    /// At the last collection.
    pub(super) figures: Figures,
    /// The post as all views show it.
    pub(super) row: Value,
}

/// All accounts of a workspace, the oldest first.
pub(super) fn all(workspace: &Workspace) -> Vec<Tracked> {
    let accounts = workspace.all::<Account>();
    let track = |account: &Account| Tracked::new(account.clone(), workspace);
    accounts.iter().map(track).collect()
}

/// The account with this id.
pub(super) fn find(workspace: &Workspace, id: &str) -> Result<Tracked, ApiError> {
    Ok(Tracked::new(workspace.find(id)?, workspace))
}

/// The account with this id, if anything was collected of it.
pub(super) fn find_collected(workspace: &Workspace, id: &str) -> Result<Tracked, ApiError> {
    let tracked = Some(find(workspace, id)?).filter(|tracked| tracked.collected_at.is_some());
    tracked.ok_or_else(nothing_collected)
}

impl Tracked {
    fn new(account: Account, workspace: &Workspace) -> Self {
        let collected_at = collections(&account, workspace.now).next();
        let bundles = workspace.all::<Bundle>();
        let is_its = |bundle: &&Bundle| bundle.saved_account_id.as_ref() == Some(&account.id);
        let slots = bundles.iter().filter(is_its);
        let mut slots: Vec<&Slot> = slots.flat_map(|bundle| &bundle.videos).collect();
        slots.retain(|slot| slot.posted_at.is_some() && slot.posted_at <= collected_at);
        slots.sort_by_key(|slot| (slot.posted_at, slot.position));
        let post = |(index, slot)| Post::new(slot, &account, index, collected_at);
        let posts: Vec<Post> = slots.into_iter().enumerate().map(post).collect();
        Self {
            account,
            collected_at,
            curves: posts.iter().map(|post| post.curve).collect(),
            posts,
        }
    }

    /// The sum over the posts at a moment.
    pub(super) fn figures(&self, moment: Time) -> Figures {
        self.posts.iter().map(|post| post.curve.at(moment)).sum()
    }

    /// The sum over the posts at the last collection.
    pub(super) fn totals(&self) -> Figures {
        self.posts.iter().map(|post| post.figures).sum()
    }

    /// The posts as all views show them, the latest first.
    pub(super) fn rows(&self) -> Vec<Value> {
        let posts = self.posts.iter().rev();
        posts.map(|post| post.row.clone()).collect()
    }

    pub(super) fn followers(&self) -> i64 {
        self.collected_at.map_or(0, |at| self.followers_at(at))
    }

    pub(super) fn followers_at(&self, moment: Time) -> i64 {
        let figures: Figures = self.curves.iter().map(|curve| curve.at(moment)).sum();
        let is_there = moment >= self.account.created_at;
        i64::from(is_there) * followers(&self.account, moment, figures.count("views"))
    }
}

impl Post {
    fn new(slot: &Slot, account: &Account, index: usize, collected_at: Option<Time>) -> Self {
        let curve = Curve::new(slot, account, index);
        let figures = curve.at(collected_at.unwrap_or_default());
        let url = slot.platform_url.as_deref();
        // The platform's id is the last part of the link.
        let post_id = url.and_then(|url| url.trim_end_matches('/').rsplit('/').next());
        let row = figures.add_to(json!({
            "account_id": account.id, "username": account.username,
            "platform": account.platform, "country": account.country,
            "tracked_post_id": format!("post_{}", &ids::hash(&slot.id)[..24]), "post_id": post_id,
            "video_id": slot.id, "platform_url": url, "caption": slot.content.get("description"),
            "published_at": curve.posted_at, "scraped_at": collected_at,
        }));
        Self {
            curve,
            figures,
            row,
        }
    }

    /// A member of its row.
    pub(super) fn text(&self, member: &str) -> &str {
        self.row[member].as_str().unwrap_or_default()
    }
}

/// All posts with their accounts, the highest count of a name first.
pub(super) fn top<'a>(selected: &'a [Tracked], count: &str) -> Vec<(&'a Tracked, &'a Post)> {
    let posts = |tracked: &'a Tracked| tracked.posts.iter().map(move |post| (tracked, post));
    let mut posts: Vec<_> = selected.iter().flat_map(posts).collect();
    posts.sort_by_key(|(_, post)| Reverse((post.figures.count(count), post.curve.posted_at)));
    posts
}

/// Who follows: shares in percent by country, gender and age. Nothing without followers.
pub(super) fn audience(selected: &[Tracked]) -> Option<Value> {
    let followers: i64 = selected.iter().map(Tracked::followers).sum();
    let (mut countries, mut women) = (BTreeMap::new(), 0.0);
    for tracked in selected {
        let dice = Dice::of("audience", &tracked.account.id);
        let weight = 100.0 * tracked.followers() as f64 / followers.max(1) as f64;
        let home = dice.between(0, 0.62, 0.86) * weight;
        let country = tracked.account.country.as_str();
        *countries.entry(country).or_insert(0.0) += home;
        *countries.entry("other").or_insert(0.0) += weight - home;
        women += dice.between(1, 0.38, 0.66) * weight;
    }
    let country = |(code, share)| json!({ "country": code, "share": rounded(share) });
    let shares = json!({
        "followers": followers,
        "countries": countries.into_iter().map(country).collect::<Vec<_>>(),
        "genders": { "female": rounded(women), "male": rounded(100.0 - women) },
        "ages": { "13-17": 9, "18-24": 38, "25-34": 31, "35-44": 14, "45+": 8 },
    });
    (followers > 0).then_some(shares)
}

/// The refusal for an account or a post without figures.
pub(super) fn nothing_collected() -> ApiError {
    let message =
        "Nothing was collected for this id. A refresh brings the first collection forward.";
    ApiError::new(Code::AnalyticsNotFound, message)
}

/// Filters as reports name them; an empty list filters nothing, an id that does not exist matches nothing.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Filter {
    workspace_id: Option<String>,
    account_ids: Vec<String>,
    platforms: Vec<String>,
    /// Country codes or their aliases.
    countries: Vec<String>,
    /// A text in a handle, a caption or a link, whatever the case.
    query: Option<String>,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
}

/// A stretch of time, its end excluded.
pub(super) type Period = Range<Time>;
pub(super) const EVER: Period = Time(i64::MIN)..Time(i64::MAX);

impl Filter {
    pub(super) fn of_query(call: &Call) -> Self {
        let filter = json!({
            "workspaceId": call.text("workspace"), "accountIds": call.texts("account"),
            "platforms": call.texts("platform"), "countries": call.texts("country"),
            "query": call.text("q"), "from": call.text("from"), "to": call.text("to"),
        });
        serde_json::from_value(filter).expect("these are its members")
    }

    /// Its window. A date as `to` is included.
    pub(super) fn period(&self) -> Result<Period, ApiError> {
        let start = moment("from", self.from.as_deref())?.start;
        let end = moment("to", self.to.as_deref())?.end;
        match start < end {
            true => Ok(start..end),
            false => Err(ApiError::field("from", "must not be after to")),
        }
    }

    /// The accounts that pass, with the posts that pass and went live in a period.
    pub(super) fn select(&self, workspace: &Workspace, live: &Period) -> Vec<Tracked> {
        let id = self.workspace_id.as_deref().unwrap_or_default();
        let is_here = id.is_empty() || id == workspace.id;
        let mut found = all(workspace);
        found.retain(|tracked| is_here && self.takes(&tracked.account));
        let wanted = self.query.as_deref().unwrap_or_default().to_lowercase();
        let passes = |post: &Post| {
            let text = ["username", "caption", "platform_url"].map(|member| post.text(member));
            live.contains(&post.curve.posted_at) && text.join(" ").to_lowercase().contains(&wanted)
        };
        for tracked in &mut found {
            tracked.posts.retain(passes);
        }
        found
    }

    fn takes(&self, account: &Account) -> bool {
        let is_in = |list: &[String], text: &str| {
            let mut codes = list.iter().map(|wanted| listed_code(wanted));
            list.is_empty() || codes.any(|code| code.eq_ignore_ascii_case(text))
        };
        is_in(&self.account_ids, &account.id)
            && is_in(&self.platforms, &account.platform)
            && is_in(&self.countries, &account.country)
    }
}

/// The day or the millisecond that a text names.
fn moment(field: &str, text: Option<&str>) -> Result<Period, ApiError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(EVER);
    };
    let day = Time::of_date(text).map(|start| start..start + DAY);
    let found = day.or_else(|| Time::parse(text).map(|start| start..start + 1));
    let message = "must be a date like 2026-05-25 or a time like 2026-05-25T12:00:00Z";
    found.ok_or_else(|| ApiError::field(field, message))
}
