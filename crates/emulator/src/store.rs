//! What the emulator keeps, in SQLite: small tables in which every change is one statement, because hosts share one
//! connection between requests and only a single statement is atomic.

pub(crate) mod files;
pub(crate) mod keys;
pub(crate) mod request_log;
pub(crate) mod settings;
pub(crate) mod sign_in;

use crate::host::{Host, SqlError};

/// Tables that other modules read and write: the parts of workspaces, and planned faults.
const TABLES: [&str; 3] = [
    "CREATE TABLE IF NOT EXISTS part (workspace TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, \
     body TEXT NOT NULL, PRIMARY KEY (workspace, name)) WITHOUT ROWID",
    // A part of this name stands for the end of all parts that are not written with it.
    "CREATE TRIGGER IF NOT EXISTS replace_parts AFTER INSERT ON part WHEN NEW.name = 'replaced' BEGIN \
     DELETE FROM part WHERE workspace = NEW.workspace AND (version < NEW.version OR name = 'replaced'); END",
    "CREATE TABLE IF NOT EXISTS planned_fault (number INTEGER PRIMARY KEY, operation TEXT NOT NULL, \
     times INTEGER NOT NULL, fault TEXT NOT NULL)",
];

/// Lets writes not wait for the disk: what was written survives if the host's process dies, but perhaps not a power cut.
/// A host may refuse these settings of its connection.
pub(crate) async fn tune(host: &impl Host) {
    for pragma in ["PRAGMA journal_mode = WAL", "PRAGMA synchronous = OFF"] {
        let _ = host.sql(pragma, Vec::new()).await;
    }
}

/// Stands for tables in their present form, and the first day in them.
const READY: &str = "ready 2";

/// Whether the tables and the first day are there.
pub(crate) async fn is_ready(host: &impl Host) -> bool {
    let statement = "SELECT 1 FROM kept WHERE name = ?1";
    let ready = host.sql(statement, vec![READY.into()]).await;
    ready.is_ok_and(|rows| !rows.is_empty())
}

/// Notes that the first day is there.
pub(crate) async fn set_ready(host: &impl Host) -> Result<(), SqlError> {
    let mark = settings::get_or_insert(host, READY, String::new());
    mark.await.map(drop)
}

/// Makes the tables that do not exist.
pub(crate) async fn create(host: &impl Host) -> Result<(), SqlError> {
    let tables = TABLES.iter().chain(&settings::TABLES).chain(&keys::TABLES);
    let tables = tables.chain(&request_log::TABLES).chain(&sign_in::TABLES);
    for table in tables.chain([&files::TABLE]) {
        host.sql(table, Vec::new()).await?;
    }
    Ok(())
}

/// Empties the tables but for the workspaces, which are overwritten, and the portal's signing key, which relying parties
/// cache.
pub(crate) async fn clear(host: &impl Host) -> Result<(), SqlError> {
    let own = ["DELETE FROM upload", "DELETE FROM planned_fault"];
    let statements = own.iter().chain([&settings::RESET]).chain(&keys::RESET);
    let statements = statements.chain(&request_log::RESET);
    for statement in statements.chain(&sign_in::RESET) {
        host.sql(statement, Vec::new()).await?;
    }
    Ok(())
}
