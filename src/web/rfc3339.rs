//! Points in time as text (RFC 3339, section 5.6).

use chrono::{DateTime, SecondsFormat, Utc};
use std::time::Duration;

/// The time since the Unix epoch as text in UTC.
pub(crate) fn rfc3339(time: Duration, precision: SecondsFormat) -> String {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    DateTime::from_timestamp(seconds, time.subsec_nanos())
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
        .to_rfc3339_opts(precision, true)
}
