//! How a post does over time, from nothing but its ids: most of its views come within days, a few follow for months,
//! weekends are stronger, later posts of an account reach further, and one of them goes viral.

use std::iter::Sum;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::api::accounts::account::Account;
use crate::api::orders::bundle::Slot;
use crate::time::{DAY, Time};

/// Relative strength of the days from Monday to Sunday; the sum is 7.
const WEEKDAYS: [f64; 7] = [0.87, 0.89, 0.93, 0.97, 1.05, 1.18, 1.11];
/// Names of the counts.
pub(super) const COUNTS: [&str; 5] = ["views", "likes", "comments", "shares", "bookmarks"];

/// The counts of a post, or the sum over several, in the order of [`COUNTS`].
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Figures(pub(super) [i64; 5]);

impl Sum for Figures {
    fn sum<I: Iterator<Item = Self>>(figures: I) -> Self {
        let plus = |a: Self, b: Self| Self(std::array::from_fn(|index| a.0[index] + b.0[index]));
        figures.fold(Self::default(), plus)
    }
}

impl Figures {
    /// A count by its name.
    pub(super) fn count(self, name: &str) -> i64 {
        let index = COUNTS.iter().position(|count| *count == name);
        index.map_or(0, |index| self.0[index])
    }

    /// Likes, comments and shares in percent of the views.
    pub(super) fn engagement_rate(self) -> f64 {
        let [views, likes, comments, shares, _] = self.0;
        rounded(100.0 * (likes + comments + shares) as f64 / views.max(1) as f64)
    }

    /// Adds the counts to a row of an answer.
    pub(super) fn add_to(self, mut row: Value) -> Value {
        for (name, count) in COUNTS.into_iter().zip(self.0) {
            row[name] = json!(count);
        }
        row["engagement_rate"] = json!(self.engagement_rate());
        row
    }
}

/// To two decimals.
pub(super) fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

/// Numbers that follow from a text.
pub(super) struct Dice([u8; 32]);

impl Dice {
    pub(super) fn of(kind: &str, id: &str) -> Self {
        Self(Sha256::digest(format!("{kind}/{id}").as_bytes()).into())
    }

    /// The number of throw `index` (up to 16 of them), from `low` to below `high`.
    pub(super) fn between(&self, index: usize, low: f64, high: f64) -> f64 {
        low + (high - low) * f64::from(self.number(index)) / f64::from(u16::MAX)
    }

    /// The number of throw `index`, from 0 to below `count`.
    pub(super) fn below(&self, index: usize, count: usize) -> usize {
        usize::from(self.number(index)) % count
    }

    fn number(&self, index: usize) -> u16 {
        u16::from_be_bytes([self.0[2 * index], self.0[2 * index + 1]])
    }
}

/// How one post does.
#[derive(Debug, Clone, Copy)]
pub(super) struct Curve {
    pub(super) posted_at: Time,
    reach: f64,
    viral: bool,
    /// Likes, comments, shares and bookmarks a view.
    reactions: [f64; 4],
}

impl Curve {
    /// The curve of a live post; `index` is its number among the posts of its account.
    pub(super) fn new(slot: &Slot, account: &Account, index: usize) -> Self {
        let dice = Dice::of("curve", &slot.id);
        let posted_at = slot.posted_at.unwrap_or_default();
        let viral = index == 1 + Dice::of("viral", &account.id).below(0, 4);
        let (appeal, luck) = match viral {
            true => (dice.between(0, 1.3, 2.2), dice.between(1, 15.0, 35.0)),
            false => (dice.between(0, 0.0, 2.2), 1.0),
        };
        let growth = 1.0 + days(posted_at - account.created_at) / 25.0;
        let ranges = [(0.06, 0.13), (0.003, 0.011), (0.004, 0.016), (0.005, 0.02)];
        let reaction = |index: usize| dice.between(2 + index, ranges[index].0, ranges[index].1);
        Self {
            posted_at,
            reach: 600.0 * appeal.exp() * luck * growth.min(5.0),
            viral,
            reactions: std::array::from_fn(reaction),
        }
    }

    /// The counts at a moment.
    pub(super) fn at(&self, moment: Time) -> Figures {
        let age = (rhythm(moment) - rhythm(self.posted_at)).max(0.0);
        let within = |days: f64| 1.0 - (-age / days).exp();
        let mut share = 1.05 * within(2.4) + 0.7 * within(35.0);
        if self.viral {
            // A wave that is highest after three and a half days.
            let x = age / 1.8;
            share += 1.05 * (1.0 - (-x).exp() * (1.0 + x + x * x / 2.0));
        }
        let views = (self.reach * share).floor();
        let [likes, comments, shares, bookmarks] = self.reactions.map(|part| views * part);
        Figures([views, likes, comments, shares, bookmarks].map(|count| count as i64))
    }
}

/// Days until a moment, each as long as its weekday is strong.
fn rhythm(moment: Time) -> f64 {
    let since_monday = moment - Time::MONDAY;
    let week = since_monday.div_euclid(7 * DAY);
    let rest = since_monday.rem_euclid(7 * DAY);
    let day = (rest / DAY) as usize;
    let passed: f64 = WEEKDAYS[..day].iter().sum();
    7.0 * week as f64 + passed + WEEKDAYS[day] * days(rest % DAY)
}

fn days(ms: i64) -> f64 {
    ms.max(0) as f64 / DAY as f64
}

/// Followers of an account whose posts have this many views: some follow what they saw, some come by themselves.
pub(super) fn followers(account: &Account, moment: Time, views: i64) -> i64 {
    let dice = Dice::of("followers", &account.id);
    let age = days(moment - account.created_at);
    let organic = dice.between(0, 120.0, 480.0) * (1.0 - (-age / 45.0).exp());
    let won = views as f64 * dice.between(1, 0.004, 0.011);
    12 + organic as i64 + won as i64
}

/// Accounts that an account follows.
pub(super) fn following(account: &Account) -> usize {
    40 + Dice::of("following", &account.id).below(0, 150)
}
