//! Where the state of an application is kept.

use std::path::PathBuf;

use rusqlite::Connection;

use crate::error::Error;

#[derive(Debug, Clone)]
pub(crate) enum StateLocation {
    /// In memory, until the application is dropped.
    Memory,
    /// In a directory, under the file names that Spin uses.
    Directory(PathBuf),
    /// In this file.
    File(PathBuf),
}

impl StateLocation {
    /// Opens the database, whose file is called `name` in a directory. Makes the directory first. Returns the path, too.
    pub(super) fn open(&self, name: &str) -> Result<(Connection, PathBuf), Error> {
        let path = match self {
            Self::Memory => PathBuf::from(":memory:"),
            Self::Directory(directory) => directory.join(name),
            Self::File(path) => path.clone(),
        };
        if let Some(directory) = path.parent() {
            std::fs::create_dir_all(directory).map_err(|source| Error::Read {
                path: directory.to_owned(),
                source,
            })?;
        }
        let open = || {
            let connection = Connection::open(&path)?;
            // With a write-ahead log, readers do not wait for the writer. `normal` commits without waiting for the
            // disk: a crash of the host loses nothing, a power failure may lose the last commits.
            connection.pragma_update(None, "journal_mode", "wal")?;
            connection.pragma_update(None, "synchronous", "normal")?;
            Ok(connection)
        };
        match open() {
            Ok(connection) => Ok((connection, path)),
            Err(source) => Err(Error::Storage { path, source }),
        }
    }
}

/// Moves the write-ahead log of a database into its file, so that the file alone is complete.
///
/// SQLite does the same when the last connection closes. This call serves an operator who copies the file earlier.
pub(super) fn checkpoint(connection: &Connection) {
    let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
}
