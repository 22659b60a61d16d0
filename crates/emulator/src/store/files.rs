//! Uploaded files.

use bytes::Bytes;

use crate::decisions::UPLOADS_KEPT_BYTES;
use crate::host::{Host, SqlError, Value};
use crate::resources::uploads::File;

/// Stores a file, and forgets the oldest ones where all together are too large.
pub async fn put(host: &impl Host, file: &File) -> Result<(), SqlError> {
    let size = i64::try_from(file.bytes.len()).unwrap_or(i64::MAX);
    host.sql(
        "INSERT INTO upload (path, content_type, size, bytes) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (path) \
         DO UPDATE SET content_type = excluded.content_type, size = excluded.size, bytes = excluded.bytes",
        vec![
            file.path.as_str().into(),
            file.content_type.as_str().into(),
            size.into(),
            Value::Blob(file.bytes.to_vec()),
        ],
    )
    .await?;
    host.sql(
        "DELETE FROM upload WHERE number IN (SELECT number FROM (SELECT number, SUM(size) OVER \
         (ORDER BY number DESC) AS total FROM upload) WHERE total > ?1)",
        vec![UPLOADS_KEPT_BYTES.into()],
    )
    .await
    .map(drop)
}

/// Reads a file.
pub async fn get(host: &impl Host, path: &str) -> Result<Option<File>, SqlError> {
    let rows = host
        .sql(
            "SELECT content_type, bytes FROM upload WHERE path = ?1",
            vec![path.into()],
        )
        .await?;
    Ok(rows.into_iter().next().map(|mut row| File {
        path: path.to_owned(),
        content_type: row.text(0),
        bytes: Bytes::from(row.blob(1)),
    }))
}
