//! The latest requests of each key: a ring of rows, so that its size is bounded without a clean-up.

use serde::{Deserialize, Serialize};

use crate::host::{Host, SqlError};
use crate::time::Time;

/// Requests that are kept of a key.
pub(crate) const KEPT: i64 = 200;

/// One trigger writes the entry of a request when its key is used, over the 200th before it; the other forgets the log
/// with its key.
pub(crate) const TABLES: [&str; 3] = [
    "CREATE TABLE IF NOT EXISTS key_request (key_id TEXT NOT NULL, slot INTEGER NOT NULL, \
     number INTEGER NOT NULL, at INTEGER NOT NULL, entry TEXT NOT NULL, \
     PRIMARY KEY (key_id, slot)) WITHOUT ROWID",
    "CREATE TRIGGER IF NOT EXISTS log_portal_request AFTER UPDATE OF requests ON portal_key BEGIN \
     INSERT OR REPLACE INTO key_request (key_id, slot, number, at, entry) VALUES \
     (NEW.id, NEW.requests % 200, NEW.requests, NEW.last_used_at, NEW.last_request); END",
    "CREATE TRIGGER IF NOT EXISTS forget_portal_log AFTER DELETE ON portal_key BEGIN \
     DELETE FROM key_request WHERE key_id = OLD.id; END",
];

pub(crate) const RESET: [&str; 1] = ["DELETE FROM key_request"];

#[derive(Serialize, Deserialize)]
pub(crate) struct Entry {
    /// `operationId` of the API document.
    pub(crate) operation: String,
    pub(crate) method: String,
    /// Path without the query.
    pub(crate) path: String,
    /// First that of success; [`correct`] replaces it.
    pub(crate) status: u16,
    pub(crate) request_id: String,
    /// What the request says about its client.
    pub(crate) client: Option<String>,
}

/// Sets the status of the `number`-th request of a key.
pub(crate) async fn correct(
    host: &impl Host,
    key_id: &str,
    number: i64,
    status: u16,
) -> Result<(), SqlError> {
    let statement = "UPDATE key_request SET entry = json_set(entry, '$.status', ?3) \
                     WHERE key_id = ?1 AND number = ?2";
    let parameters = vec![key_id.into(), number.into(), i64::from(status).into()];
    host.sql(statement, parameters).await.map(drop)
}

/// The requests of a key with their times, the latest first.
pub(crate) async fn list(host: &impl Host, key_id: &str) -> Result<Vec<(Time, Entry)>, SqlError> {
    let statement = "SELECT entry, at FROM key_request WHERE key_id = ?1 ORDER BY number DESC";
    let rows = host.sql(statement, vec![key_id.into()]).await?;
    let entries = rows.iter().filter_map(|row| {
        let entry = serde_json::from_str(&row.text(0)).ok()?;
        Some((Time(row.integer(1)), entry))
    });
    Ok(entries.collect())
}
