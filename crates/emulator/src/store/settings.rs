//! What test controls set for the whole emulator, in one row, and values that are made once.

use crate::host::{Host, Row, SqlError};
use crate::time::Time;

/// The values of the first day: no offset, 120 requests that refill at 2 a second, no faults.
pub(crate) const RESET: &str =
    "UPDATE settings SET clock_offset_ms = 0, bucket_size = 120, bucket_refill = 2, faults = 0";

pub(crate) const TABLES: [&str; 3] = [
    "CREATE TABLE IF NOT EXISTS settings (id INTEGER PRIMARY KEY CHECK (id = 1), clock_offset_ms INTEGER NOT NULL, \
     bucket_size REAL NOT NULL, bucket_refill REAL NOT NULL, faults INTEGER NOT NULL)",
    "INSERT INTO settings VALUES (1, 0, 120, 2, 0) ON CONFLICT DO NOTHING",
    "CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
];

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Settings {
    /// What is added to the real time, in milliseconds.
    pub(crate) clock_offset_ms: i64,
    /// Requests that a full bucket holds.
    pub(crate) bucket_size: f64,
    /// Requests a second that flow back into the bucket.
    pub(crate) bucket_refill: f64,
    /// Whether faults were asked for.
    pub(crate) faults: bool,
}

impl Settings {
    /// The emulated time.
    pub(crate) fn now(&self, host: &impl Host) -> Time {
        Time(host.now_ms()) + self.clock_offset_ms
    }

    /// Seconds until so many requests have flowed back into a bucket.
    pub(crate) fn seconds_to_refill(&self, requests: f64) -> i64 {
        (requests / self.bucket_refill.max(0.001)).ceil() as i64
    }

    /// The settings in four columns of a row, in the order of the table.
    pub(crate) fn from_row(row: &Row, first: usize) -> Self {
        Self {
            clock_offset_ms: row.integer(first),
            bucket_size: row.real(first + 1),
            bucket_refill: row.real(first + 2),
            faults: row.integer(first + 3) != 0,
        }
    }
}

/// Reads the settings.
pub(crate) async fn load(host: &impl Host) -> Result<Settings, SqlError> {
    let statement = "SELECT clock_offset_ms, bucket_size, bucket_refill, faults FROM settings";
    let rows = host.sql(statement, Vec::new()).await?;
    let missing = || SqlError("the settings are missing".to_owned());
    Ok(Settings::from_row(rows.first().ok_or_else(missing)?, 0))
}

/// Moves the emulated clock; two moves at once add up.
pub(crate) async fn advance_clock(host: &impl Host, ms: i64) -> Result<(), SqlError> {
    let statement = "UPDATE settings SET clock_offset_ms = clock_offset_ms + ?1";
    host.sql(statement, vec![ms.into()]).await.map(drop)
}

/// Sets the emulated clock.
pub(crate) async fn set_clock(host: &impl Host, offset_ms: i64) -> Result<(), SqlError> {
    let statement = "UPDATE settings SET clock_offset_ms = ?1";
    host.sql(statement, vec![offset_ms.into()]).await.map(drop)
}

/// Sets the rate limit, and fills every bucket.
pub(crate) async fn set_rate_limit(
    host: &impl Host,
    size: f64,
    refill: f64,
) -> Result<(), SqlError> {
    let statement = "UPDATE settings SET bucket_size = ?1, bucket_refill = ?2";
    let values = vec![size.into(), refill.into()];
    host.sql(statement, values).await?;
    // The bucket is filled to its size with the next request.
    let statement = "UPDATE portal_key SET bucket = 1e9";
    host.sql(statement, Vec::new()).await.map(drop)
}

/// Notes whether faults are to come, so that requests look for them only then.
pub(crate) async fn note_faults(host: &impl Host) -> Result<(), SqlError> {
    let statement = "UPDATE settings SET faults = EXISTS (SELECT 1 FROM planned_fault)";
    host.sql(statement, Vec::new()).await.map(drop)
}

/// The value under a name, which is `fresh` if there was none; every caller gets the same one.
pub(crate) async fn get_or_insert(
    host: &impl Host,
    name: &'static str,
    fresh: String,
) -> Result<String, SqlError> {
    let statement = "INSERT INTO kept (name, value) VALUES (?1, ?2) ON CONFLICT (name) \
                     DO UPDATE SET value = value RETURNING value";
    let rows = host.sql(statement, vec![name.into(), fresh.into()]).await?;
    let missing = || SqlError(format!("the value of {name} is missing"));
    rows.first().map(|row| row.text(0)).ok_or_else(missing)
}
