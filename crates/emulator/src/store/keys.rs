//! API keys. Only the SHA-256 of a key is stored, and every change is one statement.

use serde_json::json;

use super::request_log::Entry;
use super::settings::Settings;
use crate::host::{Host, Row, SqlError};
use crate::ids::{hash, random_uuid};
use crate::people::DEMO_KEYS;
use crate::time::Time;

/// Live keys that a workspace may have.
const LIVE_MAX: i64 = 50;

/// The first columns are the fields of [`Key`]. The table has another name than before keys had an `ending`. `bucket` is the level before the last request took its token (it took one
/// if there was at least 1); 1e9 stands for a full bucket of any size. A trigger copies `last_request` to the log.
/// `forget_portal_keys` keeps the latest 200 keys that ended, so that they are told from unknown ones.
pub(crate) const TABLES: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS portal_key (id TEXT NOT NULL UNIQUE, workspace TEXT NOT NULL, \
     name TEXT NOT NULL, scopes TEXT NOT NULL, environment TEXT NOT NULL, \
     created_at INTEGER NOT NULL, expires_at INTEGER, revoked_at INTEGER, last_used_at INTEGER, \
     last_client TEXT, ending TEXT NOT NULL, requests INTEGER NOT NULL DEFAULT 0, bucket REAL NOT NULL DEFAULT 1e9, \
     last_request TEXT, hash TEXT PRIMARY KEY)",
    "CREATE TRIGGER IF NOT EXISTS forget_portal_keys AFTER INSERT ON portal_key BEGIN \
     DELETE FROM portal_key WHERE hash IN (SELECT hash FROM portal_key WHERE workspace = NEW.workspace \
     AND (revoked_at IS NOT NULL OR expires_at <= NEW.created_at) \
     ORDER BY COALESCE(revoked_at, expires_at) DESC LIMIT -1 OFFSET 200); END",
];

pub(crate) const RESET: [&str; 1] = ["DELETE FROM portal_key"];

type Sql<T> = Result<T, SqlError>;

/// A key as the portal lists it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) workspace: String,
    pub(crate) name: String,
    /// `*`, or `read` and `write`, separated by spaces.
    pub(crate) scopes: String,
    pub(crate) environment: String,
    pub(crate) created_at: Time,
    pub(crate) expires_at: Option<Time>,
    pub(crate) revoked_at: Option<Time>,
    pub(crate) last_used_at: Option<Time>,
    /// The client of the last request that named one.
    pub(crate) last_client: Option<String>,
    /// The last four characters of the secret, by which a person recognizes it.
    pub(crate) ending: String,
}

impl Key {
    fn from_row(row: &Row) -> Self {
        let time = |column| row.optional_integer(column).map(Time);
        Self {
            id: row.text(0),
            workspace: row.text(1),
            name: row.text(2),
            scopes: row.text(3),
            environment: row.text(4),
            created_at: Time(row.integer(5)),
            expires_at: time(6),
            revoked_at: time(7),
            last_used_at: time(8),
            last_client: row.optional_text(9),
            ending: row.text(10),
        }
    }

    /// Whether the scopes cover `read` or `write`.
    pub(crate) fn allows(&self, scope: &str) -> bool {
        let mut granted = self.scopes.split(' ');
        granted.any(|granted| granted == "*" || granted == scope)
    }

    pub(crate) fn is_live(&self, now: Time) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|at| at > now)
    }
}

/// A key in use, and what its bucket says.
#[derive(Debug)]
pub(crate) struct Admission {
    pub(crate) key: Key,
    /// Whether the bucket had room for this request.
    pub(crate) admitted: bool,
    /// Requests that are left in the bucket.
    pub(crate) level: f64,
    /// Requests with this key so far.
    pub(crate) number: i64,
    pub(crate) settings: Settings,
    /// The parts of the workspace, if they were asked for; see [`crate::workspaces`].
    pub(crate) parts: Option<String>,
}

/// What the use of a key needs and notes.
pub(crate) struct Use<'a> {
    pub(crate) secret: &'a str,
    /// Entry of the request log.
    pub(crate) entry: &'a Entry,
    /// Whether to read the parts of the workspace, too.
    pub(crate) with_parts: bool,
}

/// Finds the key of a request, takes from its bucket, logs the request, and reads the settings and the workspace. It is
/// one statement, because each one costs more than what it does.
pub(crate) async fn admit(host: &impl Host, usage: &Use<'_>) -> Sql<Option<Admission>> {
    let statement = "UPDATE portal_key SET bucket = MIN((SELECT bucket_size FROM settings), \
                     bucket - (bucket >= 1) + (SELECT bucket_refill FROM settings) / 1000.0 * \
                     COALESCE(MAX(0, ?1 + (SELECT clock_offset_ms FROM settings) - last_used_at), 0)), \
                     last_used_at = ?1 + (SELECT clock_offset_ms FROM settings), last_request = ?4, \
                     last_client = COALESCE(?2, last_client), requests = requests + 1 \
                     WHERE hash = ?3 RETURNING *, (SELECT clock_offset_ms FROM settings), \
                     (SELECT bucket_size FROM settings), (SELECT bucket_refill FROM settings), \
                     (SELECT faults FROM settings), CASE WHEN ?5 THEN (SELECT group_concat(name || \
                     char(31) || version || char(31) || body, char(30)) FROM part \
                     WHERE workspace = portal_key.workspace AND (name < 'replay/' OR name >= 'replay0')) END";
    let parameters = vec![
        host.now_ms().into(),
        usage.entry.client.as_deref().into(),
        hash(usage.secret).into(),
        json!(usage.entry).to_string().into(),
        i64::from(usage.with_parts).into(),
    ];
    let rows = host.sql(statement, parameters).await?;
    Ok(rows.first().map(|row| {
        let (number, met) = (row.integer(11), row.real(12));
        Admission {
            key: Key::from_row(row),
            admitted: met >= 1.0,
            level: met - f64::from(met >= 1.0),
            number,
            settings: Settings::from_row(row, 15),
            parts: row.optional_text(19),
        }
    }))
}

/// Finds a key by its secret, which is no use of it.
pub(crate) async fn find(host: &impl Host, secret: &str) -> Sql<Option<Key>> {
    let statement = "SELECT * FROM portal_key WHERE hash = ?1";
    let rows = host.sql(statement, vec![hash(secret).into()]).await?;
    Ok(rows.first().map(Key::from_row))
}

/// The keys of a workspace: those that are not revoked first, then the youngest.
pub(crate) async fn list(host: &impl Host, workspace: &str) -> Sql<Vec<Key>> {
    let statement = "SELECT * FROM portal_key WHERE workspace = ?1 \
                     ORDER BY revoked_at IS NOT NULL, created_at DESC, id";
    let rows = host.sql(statement, vec![workspace.into()]).await?;
    Ok(rows.iter().map(Key::from_row).collect())
}

/// Makes a key, unless the workspace has its full number. If there is a key with this secret, it is the answer.
pub(crate) async fn make(host: &impl Host, mut key: Key, secret: &str) -> Sql<Option<Key>> {
    key.id = random_uuid(host.random());
    let made = insert(host, &key, secret).await?;
    if made {
        Ok(Some(key))
    } else {
        find(host, secret).await
    }
}

/// Takes away the end of a key, and says whether it was live.
pub(crate) async fn make_lasting(host: &impl Host, now: Time, id: &str) -> Sql<bool> {
    let statement = "UPDATE portal_key SET expires_at = NULL WHERE id = ?2 AND revoked_at IS NULL \
                     AND (expires_at IS NULL OR expires_at > ?1) RETURNING 1";
    let rows = host.sql(statement, vec![now.0.into(), id.into()]).await?;
    Ok(!rows.is_empty())
}

/// Puts the demo keys where they are missing.
pub(crate) async fn seed(host: &impl Host, now: Time) -> Sql<()> {
    for demo in &DEMO_KEYS {
        let secret = demo.secret();
        let key = Key {
            id: format!("key_{}", &hash(&secret)[..24]),
            workspace: demo.person.to_owned(),
            name: demo.name.to_owned(),
            scopes: demo.scopes.to_owned(),
            environment: "development".to_owned(),
            created_at: now,
            ..Key::default()
        };
        insert(host, &key, &secret).await?;
    }
    Ok(())
}

/// Says whether the key was inserted.
async fn insert(host: &impl Host, key: &Key, secret: &str) -> Sql<bool> {
    let statement = "INSERT INTO portal_key (id, workspace, name, scopes, environment, ending, hash, \
                     created_at, expires_at) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 WHERE ?10 > \
                     (SELECT COUNT(*) FROM portal_key WHERE workspace = ?2 AND revoked_at IS NULL \
                     AND (expires_at IS NULL OR expires_at > ?8)) ON CONFLICT DO NOTHING RETURNING 1";
    let (owner, label, digest) = (&*key.workspace, &*key.environment, hash(secret));
    let ending = &secret[secret.len() - 4..];
    let texts = [
        &key.id,
        owner,
        &key.name,
        &key.scopes,
        label,
        ending,
        &digest,
    ];
    let mut row: Vec<_> = texts.map(Into::into).into();
    let expires_at = key.expires_at.map(|at| at.0);
    row.extend([key.created_at.0.into(), expires_at.into(), LIVE_MAX.into()]);
    Ok(!host.sql(statement, row).await?.is_empty())
}

/// Revokes a key of a workspace by its id, and says whether it was live.
pub(crate) async fn revoke(host: &impl Host, now: Time, workspace: &str, id: &str) -> Sql<bool> {
    let statement = "UPDATE portal_key SET revoked_at = ?1 WHERE workspace = ?2 AND id = ?3 \
                     AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?1) RETURNING 1";
    let parameters = vec![now.0.into(), workspace.into(), id.into()];
    Ok(!host.sql(statement, parameters).await?.is_empty())
}
