//! The posts that are tracked: every video slot that went live, under the account that was there at the time.

use std::collections::HashMap;

use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::resources::analytics::model::{Curve, Figures, as_f64, followers};
use crate::resources::analytics::refresh::collected_at;
use crate::resources::bundles::Bundle;
use crate::resources::saved_accounts::SavedAccount;
use crate::resources::slots::Slot;
use crate::time::{self, DAY};
use crate::workspace::Workspace;

/// A delivered account with what was collected of it.
#[derive(Debug, Clone)]
pub struct Tracked<'a> {
    /// The account.
    pub account: &'a SavedAccount,
    /// When its figures were collected last; nothing if they never were.
    pub collected_at: Option<i64>,
    /// Its posts, the oldest first, as far as they were live by then.
    pub posts: Vec<Post<'a>>,
}

/// A tracked post.
#[derive(Debug, Clone)]
pub struct Post<'a> {
    /// The video slot it came from.
    pub slot: &'a Slot,
    /// TokPortal's id of the tracked post.
    pub id: String,
    /// When it went live.
    pub posted_at: i64,
    /// How it does.
    pub curve: Curve,
    /// Its counts at the last collection.
    pub figures: Figures,
}

impl Tracked<'_> {
    /// The sum over the posts.
    pub fn totals(&self) -> Figures {
        let mut sum = Figures::default();
        for post in &self.posts {
            sum += post.figures;
        }
        sum
    }

    /// Followers at the last collection.
    pub fn followers(&self) -> i64 {
        self.collected_at
            .map_or(0, |at| self.followers_with(at, self.totals().views))
    }

    /// Followers at a moment at which the posts had this many views.
    pub fn followers_with(&self, moment: i64, views: i64) -> i64 {
        followers(&self.account.id, moment - self.account.created_at, views)
    }
}

impl Post<'_> {
    /// Link of the live post.
    pub fn url(&self) -> &str {
        self.slot.platform_url.as_deref().unwrap_or_default()
    }

    /// The platform's id: the last part of the link.
    pub fn platform_id(&self) -> &str {
        let url = self.url().trim_end_matches('/');
        url.rsplit('/').next().unwrap_or_default()
    }

    /// What the post says.
    pub fn caption(&self) -> &str {
        self.slot
            .content
            .as_ref()
            .and_then(|content| content.description.as_deref())
            .unwrap_or_default()
    }

    /// The post as the compatibility views show it.
    pub fn to_json(&self, collected_at: Option<i64>) -> Value {
        let mut post = self.figures.to_json();
        post["video_id"] = json!(self.slot.id);
        post["platform_url"] = json!(self.slot.platform_url);
        post["published_at"] = json!(time::timestamp(self.posted_at));
        post["scraped_at"] = json!(collected_at.map(time::timestamp));
        post
    }

    /// The post as the v2 views show it.
    pub fn to_json_v2(&self, tracked: &Tracked<'_>) -> Value {
        let mut post = self.to_json(tracked.collected_at);
        post["tracked_post_id"] = json!(self.id);
        post["post_id"] = json!(self.platform_id());
        post["caption"] = json!(self.caption());
        post["account_id"] = json!(tracked.account.id);
        post["username"] = json!(tracked.account.username);
        post["platform"] = json!(tracked.account.platform);
        post
    }
}

/// TokPortal's id of the post that came from a video slot.
pub fn tracked_post_id(slot_id: &str) -> String {
    let digest = Sha256::digest(format!("post/{slot_id}").as_bytes());
    format!("post_{}", HEXLOWER.encode(&digest[..12]))
}

/// Everything that is tracked of an account.
pub fn tracked<'a>(workspace: &'a Workspace, account: &'a SavedAccount, now: i64) -> Tracked<'a> {
    let live = live(workspace).remove(account.id.as_str());
    track(account, live.unwrap_or_default(), now)
}

/// Everything that is tracked in a workspace, the oldest account first.
pub fn all(workspace: &Workspace, now: i64) -> Vec<Tracked<'_>> {
    let mut live = live(workspace);
    workspace
        .accounts
        .iter()
        .map(|account| {
            let live = live.remove(account.id.as_str());
            track(account, live.unwrap_or_default(), now)
        })
        .collect()
}

fn track<'a>(account: &'a SavedAccount, live: Vec<(&'a Slot, i64)>, now: i64) -> Tracked<'a> {
    let collected_at = collected_at(account, now);
    let posts = (0_u32..)
        .zip(live)
        .filter_map(|(index, (slot, posted_at))| {
            let as_of = collected_at.filter(|as_of| posted_at <= *as_of)?;
            let age_days = as_f64(posted_at - account.created_at) / as_f64(DAY);
            let curve = Curve::new(&slot.id, &account.id, posted_at, age_days, index);
            Some(Post {
                slot,
                id: tracked_post_id(&slot.id),
                posted_at,
                figures: curve.at(as_of),
                curve,
            })
        })
        .collect();
    Tracked {
        account,
        collected_at,
        posts,
    }
}

/// The slots that went live by the id of their account, each with its time, the oldest first.
fn live(workspace: &Workspace) -> HashMap<&str, Vec<(&Slot, i64)>> {
    let mut found: HashMap<&str, Vec<(&Slot, i64)>> = HashMap::new();
    for bundle in &workspace.bundles {
        let posted = bundle
            .videos
            .iter()
            .filter_map(|slot| Some((slot, slot.posted_at?)));
        let mut posted = posted.peekable();
        if posted.peek().is_none() {
            continue;
        }
        let family = family(workspace, bundle);
        for (slot, at) in posted {
            // The account that was there when the post went live.
            let poster = family
                .iter()
                .filter(|account| account.created_at <= at)
                .max_by_key(|account| account.created_at)
                .or_else(|| family.iter().min_by_key(|account| account.created_at));
            if let Some(account) = poster {
                found.entry(&account.id).or_default().push((slot, at));
            }
        }
    }
    for slots in found.values_mut() {
        slots.sort_by(|(a, at), (b, bt)| (at, &a.id).cmp(&(bt, &b.id)));
    }
    found
}

/// The accounts that an order's posts can be on: the present one, and those it replaced after a ban.
fn family<'a>(workspace: &'a Workspace, bundle: &Bundle) -> Vec<&'a SavedAccount> {
    let present = workspace
        .accounts
        .iter()
        .find(|account| bundle.saved_account_id.as_ref() == Some(&account.id));
    workspace
        .accounts
        .iter()
        .filter(|account| {
            present.is_some_and(|present| {
                present.id == account.id
                    || (present.bundle_id.is_some() && present.bundle_id == account.bundle_id)
            })
        })
        .collect()
}
