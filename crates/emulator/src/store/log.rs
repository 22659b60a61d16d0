//! The request log of a key: a ring of rows, so that its size is bounded without a clean-up.

use crate::decisions::LOG_ROWS;
use crate::host::{Host, SqlError};

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: i64,
    /// The operation's id in the API document.
    pub operation: String,
    /// HTTP method.
    pub method: String,
    /// Path without the query.
    pub path: String,
    /// HTTP status of the answer.
    pub status: i64,
    /// Request id of the answer.
    pub request_id: String,
    /// `X-TokPortal-Client`, if the caller said who it is.
    pub client: Option<String>,
}

/// Notes the `number`-th request of a key over the oldest one.
pub async fn note(
    host: &impl Host,
    key_id: &str,
    number: i64,
    entry: Entry,
) -> Result<(), SqlError> {
    host.sql(
        "INSERT INTO request_log (key_id, slot, number, at, operation, method, path, status, request_id, client) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (key_id, slot) DO UPDATE SET \
         number = excluded.number, at = excluded.at, operation = excluded.operation, method = excluded.method, \
         path = excluded.path, status = excluded.status, request_id = excluded.request_id, client = excluded.client",
        vec![
            key_id.into(),
            number.rem_euclid(LOG_ROWS).into(),
            number.into(),
            entry.at.into(),
            entry.operation.into(),
            entry.method.into(),
            entry.path.into(),
            entry.status.into(),
            entry.request_id.into(),
            entry.client.into(),
        ],
    )
    .await
    .map(drop)
}

/// The log of a key, the latest first.
pub async fn list(host: &impl Host, key_id: &str) -> Result<Vec<Entry>, SqlError> {
    let rows = host
        .sql(
            "SELECT at, operation, method, path, status, request_id, client FROM request_log WHERE key_id = ?1 \
             ORDER BY number DESC",
            vec![key_id.into()],
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| Entry {
            at: row.integer(0),
            operation: row.text(1),
            method: row.text(2),
            path: row.text(3),
            status: row.integer(4),
            request_id: row.text(5),
            client: row.optional_text(6),
        })
        .collect())
}
