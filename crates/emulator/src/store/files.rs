//! Uploaded files.

use crate::answer::File;
use crate::host::{Host, SqlError, Value};

pub(crate) const TABLE: &str = "CREATE TABLE IF NOT EXISTS upload (number INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, \
     content_type TEXT NOT NULL, size INTEGER NOT NULL, bytes BLOB NOT NULL)";
const PUT: &str = "INSERT INTO upload (path, content_type, size, bytes) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (path) \
     DO UPDATE SET content_type = excluded.content_type, size = excluded.size, bytes = excluded.bytes";
const FORGET: &str = "DELETE FROM upload WHERE number IN (SELECT number FROM (SELECT number, SUM(size) OVER \
     (ORDER BY number DESC) AS total FROM upload) WHERE total > ?1)";
/// Bytes of all files; the oldest go first.
const KEPT: i64 = 200 << 20;

/// Stores a file, and removes the oldest ones where all together are too large.
pub(crate) async fn put(host: &impl Host, file: &File) -> Result<(), SqlError> {
    let values = vec![
        file.path.as_str().into(),
        file.content_type.as_str().into(),
        (file.bytes.len() as i64).into(),
        Value::Blob(file.bytes.to_vec()),
    ];
    host.sql(PUT, values).await?;
    host.sql(FORGET, vec![KEPT.into()]).await.map(drop)
}

/// Reads a file.
pub(crate) async fn get(host: &impl Host, path: &str) -> Result<Option<File>, SqlError> {
    let query = "SELECT content_type, bytes FROM upload WHERE path = ?1";
    let rows = host.sql(query, vec![path.into()]).await?;
    Ok(rows.into_iter().next().map(|mut row| File {
        path: path.to_owned(),
        content_type: row.text(0),
        bytes: row.blob(1).into(),
    }))
}
