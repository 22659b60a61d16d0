//! Instants as milliseconds since the Unix epoch, and their two spellings on the wire: RFC 3339 with milliseconds, and
//! calendar dates. All in UTC, as the API counts.

use ::time::format_description::BorrowedFormatItem;
use ::time::format_description::well_known::Rfc3339;
use ::time::macros::format_description;
use ::time::{Date, OffsetDateTime};

/// Milliseconds of a second.
pub const SECOND: i64 = 1_000;
/// Milliseconds of a minute.
pub const MINUTE: i64 = 60 * SECOND;
/// Milliseconds of an hour.
pub const HOUR: i64 = 3_600 * SECOND;
/// Milliseconds of a day.
pub const DAY: i64 = 24 * HOUR;

const TIMESTAMP: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
const DATE: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");
const READABLE: &[BorrowedFormatItem<'_>] =
    format_description!("[day padding:none] [month repr:short] [year], [hour]:[minute]");

/// `2026-05-25T12:00:00.000Z`.
pub fn timestamp(ms: i64) -> String {
    at(ms).format(TIMESTAMP).unwrap_or_default()
}

/// `2026-05-25`, the day in UTC.
pub fn date(ms: i64) -> String {
    at(ms).format(DATE).unwrap_or_default()
}

/// `25 May 2026, 12:00`, for pages.
pub fn readable(ms: i64) -> String {
    at(ms).format(READABLE).unwrap_or_default()
}

/// Midnight UTC of a date like `2026-05-25`.
pub fn parse_date(text: &str) -> Option<i64> {
    let date = Date::parse(text, DATE).ok()?;
    Some(date.midnight().assume_utc().unix_timestamp() * SECOND)
}

/// An RFC 3339 time.
pub fn parse_timestamp(text: &str) -> Option<i64> {
    let parsed = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    i64::try_from(parsed.unix_timestamp_nanos() / 1_000_000).ok()
}

fn at(ms: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_survive_a_round_trip() {
        let text = "2026-05-25T12:34:56.789Z";
        assert_eq!(parse_timestamp(text).map(timestamp).as_deref(), Some(text));
        assert_eq!(
            parse_date("2026-02-28").map(|ms| date(ms + DAY)).as_deref(),
            Some("2026-03-01")
        );
        assert_eq!(parse_date("2026-02-30"), None);
    }
}
