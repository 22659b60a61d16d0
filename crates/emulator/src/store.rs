//! What the emulator keeps, in SQLite.
//!
//! Spin shares one connection between requests, so a transaction over several statements would mix with other
//! requests: only a single statement is atomic. Hence one row per workspace that is replaced by compare-and-set
//! ([`workspaces`]), and small tables whose every change is one statement (keys, log, portal sign-in).

pub mod files;
pub mod keys;
pub mod log;
pub mod portal;
pub mod settings;
pub mod workspaces;

use std::sync::atomic::Ordering;

use crate::host::{Host, SqlError};

/// The tables, one statement each.
const TABLES: [&str; 10] = [
    "CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS workspace (id TEXT PRIMARY KEY, version INTEGER NOT NULL, doc TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS api_key (hash TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, workspace TEXT NOT NULL, \
     name TEXT NOT NULL, scopes TEXT NOT NULL, environment TEXT NOT NULL, created_at INTEGER NOT NULL, \
     expires_at INTEGER, revoked_at INTEGER, last_used_at INTEGER, last_client TEXT, form TEXT UNIQUE, \
     requests INTEGER NOT NULL DEFAULT 0, bucket REAL NOT NULL, bucket_at INTEGER NOT NULL, \
     admitted INTEGER NOT NULL DEFAULT 1)",
    "CREATE INDEX IF NOT EXISTS api_key_workspace ON api_key (workspace, revoked_at)",
    "CREATE TABLE IF NOT EXISTS request_log (key_id TEXT NOT NULL, slot INTEGER NOT NULL, at INTEGER NOT NULL, \
     number INTEGER NOT NULL, operation TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL, \
     status INTEGER NOT NULL, request_id TEXT NOT NULL, client TEXT, PRIMARY KEY (key_id, slot)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS portal_session (hash TEXT PRIMARY KEY, person TEXT NOT NULL, expires_at INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS portal_code (hash TEXT PRIMARY KEY, request TEXT NOT NULL, expires_at INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS portal_token (hash TEXT PRIMARY KEY, person TEXT NOT NULL, expires_at INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS upload (number INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, \
     content_type TEXT NOT NULL, size INTEGER NOT NULL, bytes BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS planned_fault (number INTEGER PRIMARY KEY, operation TEXT NOT NULL, \
     times INTEGER NOT NULL, fault TEXT NOT NULL)",
];

/// Makes the tables and the demo data if they are not there.
pub async fn prepare(host: &impl Host) -> Result<(), SqlError> {
    if host.prepared().load(Ordering::Relaxed) {
        return Ok(());
    }
    for table in TABLES {
        host.sql(table, Vec::new()).await?;
    }
    seed(host).await?;
    host.prepared().store(true, Ordering::Relaxed);
    Ok(())
}

/// Puts the demo people and their keys where none are.
pub async fn seed(host: &impl Host) -> Result<(), SqlError> {
    let now = settings::load(host).await?.now(host);
    workspaces::seed(host, now, false).await?;
    keys::seed(host, now).await
}

/// Back to the first day. The signing key of the portal stays, because relying parties cache it.
pub async fn reset(host: &impl Host) -> Result<(), SqlError> {
    for statement in [
        "DELETE FROM setting WHERE name <> 'signing_key'",
        "DELETE FROM api_key",
        "DELETE FROM request_log",
        "DELETE FROM portal_session",
        "DELETE FROM portal_code",
        "DELETE FROM portal_token",
        "DELETE FROM upload",
        "DELETE FROM planned_fault",
    ] {
        host.sql(statement, Vec::new()).await?;
    }
    let now = host.now_ms();
    workspaces::seed(host, now, true).await?;
    keys::seed(host, now).await
}
