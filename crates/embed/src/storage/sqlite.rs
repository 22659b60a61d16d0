//! SQLite databases for `spin:sqlite`.
//!
//! One connection a database, lent to one statement after the other. A handle that has begun a transaction keeps the
//! connection until it commits, rolls back or is dropped, so statements of others never get into a transaction.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::types::{ToSqlOutput, ValueRef};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::StateLocation;

/// How long a statement waits for a transaction of somebody else: SQLite's own default in rusqlite.
const BUSY_TIME: Duration = Duration::from_secs(5);
/// Virtual machine steps between two looks at the clock.
const STEPS_BETWEEN_CHECKS: i32 = 10_000;

/// One database; clones share it.
#[derive(Clone)]
pub(crate) struct Database {
    connection: Arc<Mutex<Connection>>,
    statement_time: Duration,
    max_result_bytes: usize,
}

/// A value of a parameter or a column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum SqlValue {
    Integer(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
    Null,
}

pub(crate) type Row = Vec<SqlValue>;

/// What a statement returned and changed.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Row>,
    pub(crate) changes: u64,
    pub(crate) last_insert_rowid: i64,
}

/// Why a statement failed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SqlError {
    /// The disk or the database is full.
    Full,
    /// Everything else, in SQLite's words.
    Other(String),
}

/// The right of one handle to the connection: held between statements inside a transaction.
#[derive(Default)]
pub(crate) struct Lease(Option<OwnedMutexGuard<Connection>>);

impl Database {
    pub(crate) fn open(
        location: &StateLocation,
        label: &str,
        statement_time: Duration,
        max_result_bytes: usize,
    ) -> Result<Self, crate::Error> {
        // Spin has one file for the default database; other labels get one each, next to it.
        let name = if label == "default" {
            "sqlite_db.db".to_owned()
        } else {
            format!("sqlite_db.{label}.db")
        };
        let connection = location.open(&name)?;
        connection.authorizer(Some(only_this_database));
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
            statement_time,
            max_result_bytes,
        })
    }

    /// Moves the write-ahead log into the file, unless a statement is running.
    pub(crate) fn flush(&self) {
        if let Ok(connection) = self.connection.try_lock() {
            super::flush(&connection);
        }
    }

    /// Runs one statement away from the async threads.
    pub(crate) async fn execute(
        &self,
        mut lease: Lease,
        statement: String,
        parameters: Vec<SqlValue>,
    ) -> (Lease, Result<Outcome, SqlError>) {
        let guard = match lease.0.take() {
            Some(guard) => guard,
            None => {
                match tokio::time::timeout(BUSY_TIME, Arc::clone(&self.connection).lock_owned())
                    .await
                {
                    Ok(guard) => guard,
                    Err(_) => {
                        return (
                            Lease(None),
                            Err(SqlError::Other("database is locked".to_owned())),
                        );
                    }
                }
            }
        };
        let (time, max_bytes) = (self.statement_time, self.max_result_bytes);
        let work = move || {
            let result = run(&guard, &statement, &parameters, time, max_bytes);
            (
                Lease(if guard.is_autocommit() {
                    None
                } else {
                    Some(guard)
                }),
                result,
            )
        };
        tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| {
            (
                Lease(None),
                Err(SqlError::Other("the host is shutting down".to_owned())),
            )
        })
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            // It fails only where there is nothing left to roll back.
            let _ = connection.execute_batch("ROLLBACK");
        }
    }
}

fn run(
    connection: &Connection,
    statement: &str,
    parameters: &[SqlValue],
    time: Duration,
    max_bytes: usize,
) -> Result<Outcome, SqlError> {
    let deadline = Instant::now() + time;
    connection.progress_handler(
        STEPS_BETWEEN_CHECKS,
        Some(move || Instant::now() > deadline),
    );
    let mut statement = connection.prepare_cached(statement).map_err(describe)?;
    let columns: Vec<String> = statement
        .column_names()
        .into_iter()
        .map(ToOwned::to_owned)
        .collect();
    let mut rows = Vec::new();
    let mut bytes = 0;
    let mut found = statement
        .query(rusqlite::params_from_iter(parameters))
        .map_err(describe)?;
    while let Some(row) = found.next().map_err(describe)? {
        let row = (0..columns.len())
            .map(|index| row.get_ref(index).map(SqlValue::from))
            .collect::<rusqlite::Result<Row>>()
            .map_err(describe)?;
        bytes += row.iter().map(SqlValue::bytes).sum::<usize>();
        if bytes > max_bytes {
            return Err(SqlError::Other(format!(
                "the result is larger than {max_bytes} bytes"
            )));
        }
        rows.push(row);
    }
    Ok(Outcome {
        columns,
        rows,
        changes: connection.changes(),
        last_insert_rowid: connection.last_insert_rowid(),
    })
}

/// Keeps a component from reading or writing other files by `ATTACH` or `VACUUM INTO`.
fn only_this_database(context: AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Attach { filename } if !matches!(filename, "" | ":memory:") => {
            Authorization::Deny
        }
        _ => Authorization::Allow,
    }
}

fn describe(error: rusqlite::Error) -> SqlError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DiskFull) => SqlError::Full,
        Some(rusqlite::ErrorCode::OperationInterrupted) => {
            SqlError::Other("the statement took longer than a request may".to_owned())
        }
        _ => SqlError::Other(error.to_string()),
    }
}

impl SqlValue {
    fn bytes(&self) -> usize {
        size_of::<Self>()
            + match self {
                Self::Text(text) => text.len(),
                Self::Blob(blob) => blob.len(),
                Self::Integer(_) | Self::Real(_) | Self::Null => 0,
            }
    }
}

impl From<ValueRef<'_>> for SqlValue {
    fn from(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(integer) => Self::Integer(integer),
            ValueRef::Real(real) => Self::Real(real),
            ValueRef::Text(text) => Self::Text(String::from_utf8_lossy(text).into_owned()),
            ValueRef::Blob(blob) => Self::Blob(blob.to_vec()),
        }
    }
}

impl rusqlite::ToSql for SqlValue {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(integer) => ValueRef::Integer(*integer),
            Self::Real(real) => ValueRef::Real(*real),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(blob) => ValueRef::Blob(blob),
        }))
    }
}
