//! Where key-value stores and SQLite databases live.

mod key_value;
mod sqlite;

use std::path::PathBuf;

pub(crate) use key_value::{KeyValue, Swap};
pub(crate) use sqlite::{Database, Lease, Outcome, Row, SqlError, SqlValue};

/// Moves the write-ahead log of a database into its file, so that the file alone is all of it.
fn flush(connection: &rusqlite::Connection) {
    // SQLite does the same when the last connection closes; this is for those who copy the file before.
    let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
}

/// Where the state of an application is kept.
#[derive(Debug, Clone)]
pub(crate) enum StateLocation {
    /// Gone when the application is dropped.
    Memory,
    /// `sqlite_key_value.db` and `sqlite_db.db` in a directory, as Spin names them.
    Directory(PathBuf),
}

impl StateLocation {
    /// Opens the database `name`, making the directory first.
    fn open(&self, name: &str) -> Result<rusqlite::Connection, crate::Error> {
        let path = match self {
            Self::Memory => PathBuf::from(":memory:"),
            Self::Directory(directory) => {
                std::fs::create_dir_all(directory).map_err(|source| crate::Error::Read {
                    path: directory.clone(),
                    source,
                })?;
                directory.join(name)
            }
        };
        let open = || {
            let connection = rusqlite::Connection::open(&path)?;
            // Readers and one writer at a time; a commit waits for no disk, and a crash of the host loses nothing.
            connection.pragma_update(None, "journal_mode", "wal")?;
            connection.pragma_update(None, "synchronous", "normal")?;
            Ok(connection)
        };
        open().map_err(|source| crate::Error::Storage {
            path: path.clone(),
            source,
        })
    }
}
