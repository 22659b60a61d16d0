//! When videos may be posted: lead time, and at most so many on a day. All days are UTC.

use serde_json::{Value, json};

use crate::decisions::{LEAD_DAYS_DELIVERED_ACCOUNT, LEAD_DAYS_NEW_ACCOUNT, VIDEOS_PER_DAY};
use crate::error::{ApiError, Code};
use crate::resources::bundles::{Bundle, Slot, Step};
use crate::resources::slots::Window;
use crate::time::{self, DAY};

/// A video whose date publishing had to move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Adjusted {
    video_id: String,
    position: u32,
    pub(super) previous: i64,
    pub(super) new: i64,
}

/// What an answer says about moved dates.
pub(super) const ADJUSTED_NOTE: &str =
    "Dates that were too close were moved to the first day that keeps the lead time and has room.";

impl Adjusted {
    pub(super) fn to_json(&self) -> Value {
        json!({
            "video_id": self.video_id,
            "position": self.position,
            "previous_date": time::date(self.previous),
            "new_date": time::date(self.new),
        })
    }
}

/// A day as it came in a body. The document's rules have checked its spelling.
pub(super) fn day(field: &str, text: &str) -> Result<i64, ApiError> {
    time::parse_date(text).ok_or_else(|| ApiError::field(field, "must be a date like 2026-05-25"))
}

/// The days from a date to the day after it.
pub(super) const fn two_days(start: i64) -> Window {
    Window {
        start,
        end: start + DAY,
    }
}

impl Bundle {
    const fn lead_days(&self) -> i64 {
        if self.saved_account_id.is_some() {
            LEAD_DAYS_DELIVERED_ACCOUNT
        } else {
            LEAD_DAYS_NEW_ACCOUNT
        }
    }

    /// The first day that keeps the lead time.
    fn earliest_day(&self, now: i64) -> i64 {
        now - now.rem_euclid(DAY) + self.lead_days() * DAY
    }

    /// How many other videos start on a day.
    fn videos_on(&self, day: i64, except: u32) -> usize {
        self.videos
            .iter()
            .filter(|slot| slot.position != except)
            .filter(|slot| slot.window.is_some_and(|window| window.start == day))
            .count()
    }

    /// Refuses a day that is too close or full.
    pub(super) fn check_day(&self, position: u32, day: i64, now: i64) -> Result<(), ApiError> {
        let earliest = self.earliest_day(now);
        if day < earliest {
            let days = self.lead_days();
            let plural = if days == 1 { "day" } else { "days" };
            return Err(ApiError::new(
                Code::InvalidDate,
                format!("The first posting day has to be at least {days} {plural} ahead (UTC)."),
            )
            .with("min_days_ahead", days)
            .with("earliest_allowed", time::date(earliest)));
        }
        let count = self.videos_on(day, position);
        if count >= VIDEOS_PER_DAY {
            return Err(ApiError::new(
                Code::VideosPerDayExceeded,
                format!("An order posts at most {VIDEOS_PER_DAY} videos on a day."),
            )
            .with("date", time::date(day))
            .with("current_count", count));
        }
        Ok(())
    }

    /// Publishes configured slots, moving dates that have become too close. Answers what moved, and the events.
    pub(super) fn publish_slots(
        &mut self,
        positions: &[u32],
        now: i64,
    ) -> (Vec<Adjusted>, Vec<Value>) {
        let earliest = self.earliest_day(now);
        let (mut adjusted, mut events) = (Vec::new(), Vec::new());
        for position in positions {
            let mut free = earliest;
            while self.videos_on(free, *position) >= VIDEOS_PER_DAY {
                free += DAY;
            }
            let Some(slot) = self
                .videos
                .iter_mut()
                .find(|slot| slot.position == *position)
            else {
                continue;
            };
            adjusted.extend(slot.move_to(earliest, free));
            let previous = slot.enter(Step::Published, now);
            events.push(slot.event_data(&self.id, previous));
        }
        (adjusted, events)
    }
}

impl Slot {
    /// Moves the window to a free day if it starts before the earliest one.
    fn move_to(&mut self, earliest: i64, free: i64) -> Option<Adjusted> {
        let window = self
            .window
            .as_mut()
            .filter(|window| window.start < earliest)?;
        let previous = window.start;
        *window = Window {
            start: free,
            end: free + (window.end - window.start),
        };
        Some(Adjusted {
            video_id: self.id.clone(),
            position: self.position,
            previous,
            new: free,
        })
    }
}
