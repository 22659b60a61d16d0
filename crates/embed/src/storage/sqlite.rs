//! SQLite databases for `spin:sqlite`.
//!
//! Each database has one connection, which runs one statement at a time. A handle that has begun a transaction keeps
//! the connection until it commits, rolls back or is dropped, so that no other handle's statement runs inside the
//! transaction.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::types::{ToSqlOutput, ValueRef};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::location::{StateLocation, checkpoint};
use crate::error::Error;

/// How long a statement waits for the transaction of another handle. The same as rusqlite's default.
const BUSY_TIME: Duration = Duration::from_secs(5);
/// Virtual machine steps between two checks of the time limit.
const STEPS_BETWEEN_CHECKS: i32 = 10_000;
/// Bytes that the rows of one statement may have, so that a component cannot fill the host's memory.
const MAX_RESULT_BYTES: usize = 128 << 20;

/// One database. Clones share it.
#[derive(Clone)]
pub(crate) struct Database {
    connection: Arc<Mutex<Connection>>,
    statement_time: Duration,
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
pub(crate) struct StatementResult {
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
    /// Any other failure, with SQLite's message.
    Other(String),
}

/// Exclusive use of the connection. A handle holds it between the statements of a transaction.
#[derive(Default)]
pub(crate) struct Lease(Option<OwnedMutexGuard<Connection>>);

impl Database {
    pub(crate) fn open(
        location: &StateLocation,
        label: &str,
        statement_time: Duration,
    ) -> Result<Self, Error> {
        // Spin has a file for the default database only. Each other label gets a file next to it.
        let name = if label == "default" {
            "sqlite_db.db".to_owned()
        } else {
            format!("sqlite_db.{label}.db")
        };
        let (connection, _) = location.open(&name)?;
        connection.authorizer(Some(only_this_database));
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
            statement_time,
        })
    }

    /// Moves the write-ahead log into the file, unless a statement is running.
    pub(crate) fn flush(&self) {
        if let Ok(connection) = self.connection.try_lock() {
            checkpoint(&connection);
        }
    }

    /// Runs one statement on a thread for blocking work.
    pub(crate) async fn execute(
        &self,
        mut lease: Lease,
        statement: String,
        parameters: Vec<SqlValue>,
    ) -> (Lease, Result<StatementResult, SqlError>) {
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
        let time = self.statement_time;
        let work = move || {
            let result = run(&guard, &statement, &parameters, time);
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
            // It fails only if there is nothing to roll back.
            let _ = connection.execute_batch("ROLLBACK");
        }
    }
}

fn run(
    connection: &Connection,
    statement: &str,
    parameters: &[SqlValue],
    time: Duration,
) -> Result<StatementResult, SqlError> {
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
        if bytes > MAX_RESULT_BYTES {
            return Err(SqlError::Other(format!(
                "the result is larger than {MAX_RESULT_BYTES} bytes"
            )));
        }
        rows.push(row);
    }
    Ok(StatementResult {
        columns,
        rows,
        changes: connection.changes(),
        last_insert_rowid: connection.last_insert_rowid(),
    })
}

/// Denies access to other files by `ATTACH` or `VACUUM INTO`.
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
            SqlError::Other("the statement exceeded the time limit of a request".to_owned())
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
