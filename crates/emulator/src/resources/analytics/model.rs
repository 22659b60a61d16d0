//! How a post does over time, from nothing but its seed: most of its views come within days, a few follow for months,
//! weekends are stronger, later posts of an account reach further, and one of them goes viral.

use std::ops::AddAssign;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::time::DAY;

/// After this many days a post gains nothing more.
const LIFE_DAYS: i64 = 365;
/// Relative strength of the days from Monday to Sunday.
const WEEKDAYS: [f64; 7] = [0.90, 0.92, 0.96, 1.00, 1.08, 1.20, 1.14];

/// The counts of a post, or the sum over several.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Times it was watched.
    pub views: i64,
    /// Likes.
    pub likes: i64,
    /// Comments.
    pub comments: i64,
    /// Shares.
    pub shares: i64,
    /// Bookmarks.
    pub bookmarks: i64,
}

impl AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        self.views += other.views;
        self.likes += other.likes;
        self.comments += other.comments;
        self.shares += other.shares;
        self.bookmarks += other.bookmarks;
    }
}

impl Figures {
    /// Likes, comments and shares in percent of the views, to two decimals.
    pub fn engagement_rate(self) -> f64 {
        if self.views == 0 {
            return 0.0;
        }
        let reactions = as_f64(self.likes + self.comments + self.shares);
        (reactions / as_f64(self.views) * 10_000.0).round() / 100.0
    }

    /// Times it was shown: somewhat above the views.
    pub const fn impressions(self) -> i64 {
        self.views + self.views / 6
    }

    /// The counts as members of an answer.
    pub fn to_json(self) -> Value {
        json!({
            "views": self.views,
            "likes": self.likes,
            "comments": self.comments,
            "shares": self.shares,
            "bookmarks": self.bookmarks,
            "engagement_rate": self.engagement_rate(),
        })
    }
}

/// Numbers that follow from a text.
#[derive(Debug, Clone, Copy)]
pub struct Dice([u8; 32]);

impl Dice {
    /// The dice of an object.
    pub fn of(kind: &str, id: &str) -> Self {
        Self(Sha256::digest(format!("{kind}/{id}").as_bytes()).into())
    }

    /// The number of throw `index` (up to 8 of them), from 0 to below 1.
    pub fn unit(&self, index: usize) -> f64 {
        f64::from(self.number(index)) / (f64::from(u32::MAX) + 1.0)
    }

    /// The number of throw `index`, from `low` to below `high`.
    pub fn between(&self, index: usize, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit(index)
    }

    /// The number of throw `index`, from 0 to below `count`.
    pub fn below(&self, index: usize, count: u32) -> u32 {
        self.number(index) % count.max(1)
    }

    fn number(&self, index: usize) -> u32 {
        let at = index % 8 * 4;
        u32::from_be_bytes([self.0[at], self.0[at + 1], self.0[at + 2], self.0[at + 3]])
    }
}

/// How one post does.
#[derive(Debug, Clone, Copy)]
pub struct Curve {
    posted_at: i64,
    reach: f64,
    viral: bool,
    likes: f64,
    comments: f64,
    shares: f64,
    bookmarks: f64,
}

impl Curve {
    /// The curve of a post: `age_days` is how old its account was, and `index` its number among the account's posts.
    pub fn new(post_id: &str, account_id: &str, posted_at: i64, age_days: f64, index: u32) -> Self {
        let dice = Dice::of("curve", post_id);
        let viral = index == 1 + Dice::of("viral", account_id).below(0, 4);
        let reach = 600.0 * (2.2 * dice.unit(0)).exp() * (1.0 + age_days.max(0.0) / 25.0).min(5.0);
        let luck = if viral {
            dice.between(1, 15.0, 35.0)
        } else {
            1.0
        };
        Self {
            posted_at,
            reach: reach * luck,
            viral,
            likes: dice.between(2, 0.06, 0.13),
            comments: dice.between(3, 0.003, 0.011),
            shares: dice.between(4, 0.004, 0.016),
            bookmarks: dice.between(5, 0.005, 0.02),
        }
    }

    /// The counts at a moment.
    pub fn at(&self, moment: i64) -> Figures {
        self.walk().at(moment)
    }

    /// The counts at several moments, each not before the one before it.
    pub fn walk(&self) -> Walk<'_> {
        Walk {
            curve: self,
            day: 0,
            passed: 0.0,
        }
    }

    /// Begin, end and gain of a day, counted from the day of the post.
    fn day(&self, day: i64) -> (i64, i64, f64) {
        let midnight = self.posted_at - self.posted_at.rem_euclid(DAY) + day * DAY;
        let (begin, end) = (midnight.max(self.posted_at), midnight + DAY);
        let age = as_f64(day);
        let mut share = 0.36 * (-age / 2.4).exp() + 0.020 * (-age / 35.0).exp();
        if self.viral {
            share += 0.09 * age * age * (-age / 1.8).exp();
        }
        // 1970-01-01 was a Thursday.
        let weekday = usize::try_from((midnight.div_euclid(DAY) + 3).rem_euclid(7)).unwrap_or(0);
        let part = as_f64(end - begin) / as_f64(DAY);
        (begin, end, self.reach * share * WEEKDAYS[weekday] * part)
    }
}

/// Goes along a curve.
#[derive(Debug, Clone)]
pub struct Walk<'a> {
    curve: &'a Curve,
    day: i64,
    passed: f64,
}

impl Walk<'_> {
    /// The counts at a moment that is not before the one asked for last.
    pub fn at(&mut self, moment: i64) -> Figures {
        let mut views = self.passed;
        while self.day < LIFE_DAYS {
            let (begin, end, gain) = self.curve.day(self.day);
            if moment >= end {
                self.passed += gain;
                self.day += 1;
                views = self.passed;
                continue;
            }
            if moment > begin {
                views += gain * as_f64(moment - begin) / as_f64(end - begin);
            }
            break;
        }
        let views = floor(views);
        let part = |ratio: f64| floor(as_f64(views) * ratio);
        Figures {
            views,
            likes: part(self.curve.likes),
            comments: part(self.curve.comments),
            shares: part(self.curve.shares),
            bookmarks: part(self.curve.bookmarks),
        }
    }
}

/// Followers of an account of this age with this many views: some follow what they saw, some come by themselves.
pub fn followers(account_id: &str, age_ms: i64, views: i64) -> i64 {
    let dice = Dice::of("followers", account_id);
    let age_days = as_f64(age_ms.max(0)) / as_f64(DAY);
    let organic = dice.between(0, 120.0, 480.0) * (1.0 - (-age_days / 45.0).exp());
    let won = as_f64(views) * dice.between(1, 0.004, 0.011);
    12 + floor(organic) + floor(won)
}

/// Accounts that an account follows.
pub fn following(account_id: &str) -> i64 {
    i64::from(40 + Dice::of("following", account_id).below(0, 150))
}

/// A count or a time as a number to calculate with.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts and times are far below 2^53"
)]
pub const fn as_f64(number: i64) -> f64 {
    number as f64
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "counts are far below 2^53, and the cast saturates"
)]
fn floor(number: f64) -> i64 {
    number.floor() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    const MONDAY: i64 = 1_795_392_000_000 - 1_795_392_000_000 % DAY;

    fn curve(index: u32) -> Curve {
        Curve::new("a-post", "an-account", MONDAY + DAY / 2, 3.0, index)
    }

    #[test]
    fn counts_only_grow_and_stop_growing_after_a_year() {
        let curve = curve(0);
        let mut walk = curve.walk();
        let mut last = Figures::default();
        for hour in 0..24 * 400 {
            let moment = MONDAY + hour * DAY / 24;
            let figures = walk.at(moment);
            assert!(figures.views >= last.views && figures.likes >= last.likes);
            last = figures;
        }
        assert_eq!(curve.at(MONDAY), Figures::default());
        assert_eq!(last, curve.at(MONDAY + 9_000 * DAY));
        assert!(last.views > 500 && last.likes < last.views / 5);
    }

    #[test]
    fn walking_agrees_with_jumping() {
        let curve = curve(2);
        let mut walk = curve.walk();
        for step in 0..200 {
            let moment = MONDAY + step * (DAY / 5 + 7_919);
            assert_eq!(walk.at(moment), curve.at(moment));
        }
    }

    #[test]
    fn one_of_the_second_to_fifth_posts_goes_viral() {
        let viral = |account: &str| -> Vec<u32> {
            (0..20)
                .filter(|index| Curve::new("p", account, MONDAY, 3.0, *index).viral)
                .collect()
        };
        for account in ["a", "b", "c", "d"] {
            let found = viral(account);
            assert!(
                found.len() == 1 && (1..5).contains(&found[0]),
                "{account}: {found:?}"
            );
        }
    }

    #[test]
    fn weekends_are_stronger() {
        // Late in its life a curve is almost flat, so a week shows the weekdays.
        let curve = curve(0);
        let gain = |day: i64| {
            let begin = MONDAY + (70 + day) * DAY;
            curve.day(70 + day).2 + 0.0 * as_f64(begin)
        };
        assert!(gain(5) > gain(2) && gain(6) > gain(3));
    }
}
