//! Points in time and their two spellings on the wire, RFC 3339 with milliseconds and calendar dates, all in UTC.

use std::ops::{Add, Sub};

use ::time::format_description::BorrowedFormatItem;
use ::time::format_description::well_known::Rfc3339;
use ::time::macros::format_description;
use ::time::{Date, OffsetDateTime};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Durations in milliseconds.
pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

const TIMESTAMP: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
const DATE: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");
const READABLE: &[BorrowedFormatItem<'_>] =
    format_description!("[day padding:none] [month repr:short] [year], [hour]:[minute]");

/// A point in time: milliseconds since the Unix epoch. JSON has it as `2026-05-25T12:00:00.000Z`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Time(pub(crate) i64);

impl Time {
    /// The first Monday, 1970-01-05.
    pub(crate) const MONDAY: Self = Self(4 * DAY);
    /// 3000-01-01T00:00:00Z.
    pub(crate) const END: Self = Self(32_503_680_000 * SECOND);

    /// Midnight of a date like `2026-05-25`.
    pub(crate) fn of_date(text: &str) -> Option<Self> {
        let date = Date::parse(text, DATE).ok()?;
        Some(Self::of(date.midnight().assume_utc()))
    }

    /// An RFC 3339 time.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        OffsetDateTime::parse(text, &Rfc3339).ok().map(Self::of)
    }

    /// The time, or the nearest one from 1970 to 3000: so that sums with it can be written, too.
    fn of(read: OffsetDateTime) -> Self {
        let ms = read.unix_timestamp() * SECOND + i64::from(read.millisecond());
        Self(ms.clamp(0, Self::END.0))
    }

    /// `2026-05-25T12:00:00.000Z`.
    pub(crate) fn text(self) -> String {
        self.format(TIMESTAMP)
    }

    /// `2026-05-25`.
    pub(crate) fn date(self) -> String {
        self.format(DATE)
    }

    /// `25 May 2026, 12:00`, for pages.
    pub(crate) fn readable(self) -> String {
        self.format(READABLE)
    }

    /// Midnight of the same day.
    pub(crate) const fn midnight(self) -> Self {
        Self(self.0 - self.0.rem_euclid(DAY))
    }

    fn format(self, format: &[BorrowedFormatItem<'_>]) -> String {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
            .format(format)
            .unwrap_or_default()
    }
}

impl Add<i64> for Time {
    type Output = Self;

    fn add(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}

impl Sub<i64> for Time {
    type Output = Self;

    fn sub(self, ms: i64) -> Self {
        Self(self.0.saturating_sub(ms))
    }
}

/// The milliseconds between two points in time.
impl Sub for Time {
    type Output = i64;

    fn sub(self, other: Self) -> i64 {
        self.0.saturating_sub(other.0)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| D::Error::custom(format!("{text} is not an RFC 3339 time")))
    }
}
