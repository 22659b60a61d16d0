//! What test controls set for the whole emulator: the clock and the rate limit.

use crate::decisions::{BUCKET_REFILL_PER_SECOND, BUCKET_SIZE};
use crate::host::{Host, SqlError};

/// The settings of the moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// What is added to the real time, in milliseconds.
    pub clock_offset_ms: i64,
    /// Requests a full bucket holds.
    pub bucket_size: f64,
    /// Requests a second that flow back into the bucket.
    pub bucket_refill: f64,
    /// Faults were asked for.
    pub faults: bool,
}

impl Settings {
    /// The emulated time, in milliseconds since the Unix epoch.
    pub fn now(&self, host: &impl Host) -> i64 {
        host.now_ms().saturating_add(self.clock_offset_ms)
    }
}

/// Reads all settings.
pub async fn load(host: &impl Host) -> Result<Settings, SqlError> {
    let mut settings = Settings {
        clock_offset_ms: 0,
        bucket_size: BUCKET_SIZE,
        bucket_refill: BUCKET_REFILL_PER_SECOND,
        faults: false,
    };
    for row in host
        .sql("SELECT name, value FROM setting", Vec::new())
        .await?
    {
        let value = row.text(1);
        match row.text(0).as_str() {
            "clock_offset_ms" => settings.clock_offset_ms = value.parse().unwrap_or(0),
            "faults" => settings.faults = value == "on",
            "bucket_size" => settings.bucket_size = value.parse().unwrap_or(BUCKET_SIZE),
            "bucket_refill" => {
                settings.bucket_refill = value.parse().unwrap_or(BUCKET_REFILL_PER_SECOND)
            }
            _ => {}
        }
    }
    Ok(settings)
}

/// Moves the emulated clock; two moves at once add up.
pub async fn advance_clock(host: &impl Host, ms: i64) -> Result<(), SqlError> {
    host.sql(
        "INSERT INTO setting (name, value) VALUES ('clock_offset_ms', ?1) ON CONFLICT (name) \
         DO UPDATE SET value = CAST(CAST(value AS INTEGER) + CAST(?1 AS INTEGER) AS TEXT)",
        vec![ms.to_string().into()],
    )
    .await
    .map(drop)
}

/// Sets one setting.
pub async fn put(host: &impl Host, name: &'static str, value: String) -> Result<(), SqlError> {
    host.sql(
        "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        vec![name.into(), value.into()],
    )
    .await
    .map(drop)
}

/// The value under a name, which is `fresh` if there was none; every caller gets the same one.
pub async fn get_or_insert(
    host: &impl Host,
    name: &'static str,
    fresh: String,
) -> Result<String, SqlError> {
    host.sql(
        "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING",
        vec![name.into(), fresh.into()],
    )
    .await?;
    let rows = host
        .sql(
            "SELECT value FROM setting WHERE name = ?1",
            vec![name.into()],
        )
        .await?;
    rows.first()
        .map(|row| row.text(0))
        .ok_or_else(|| SqlError(format!("the setting {name} vanished")))
}
