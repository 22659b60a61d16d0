//! API keys. Only the SHA-256 of a key is stored; every change is one statement.

use crate::decisions::{BUCKET_SIZE, KEYS_MAX, REVOKED_KEYS_KEPT};
use crate::host::{Host, Row, SqlError};
use crate::people::{DEMO_KEYS, hash};

use super::settings::Settings;

/// A key as the portal lists it.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// Id in the portal.
    pub id: String,
    /// Workspace it belongs to.
    pub workspace: String,
    /// Name given by its maker.
    pub name: String,
    /// `*`, or `read` and `write`, separated by spaces.
    pub scopes: String,
    /// production, staging, development or test: a label.
    pub environment: String,
    /// When it was made.
    pub created_at: i64,
    /// When it stops working.
    pub expires_at: Option<i64>,
    /// When it was withdrawn.
    pub revoked_at: Option<i64>,
    /// When it was last used for a request.
    pub last_used_at: Option<i64>,
    /// The `X-TokPortal-Client` of that request.
    pub last_client: Option<String>,
}

/// A key that was just used, with what its bucket says.
#[derive(Debug, Clone, PartialEq)]
pub struct Admission {
    /// The key.
    pub key: Key,
    /// Whether the bucket had a token.
    pub admitted: bool,
    /// Tokens left.
    pub level: f64,
    /// Requests made so far with this key.
    pub number: i64,
}

/// A key to be made.
#[derive(Debug, Clone)]
pub struct NewKey<'a> {
    /// The secret; only its hash is stored.
    pub secret: &'a str,
    /// Id in the portal.
    pub id: &'a str,
    /// Workspace it belongs to.
    pub workspace: &'a str,
    /// Name.
    pub name: &'a str,
    /// Scopes, separated by spaces.
    pub scopes: &'a str,
    /// Label.
    pub environment: &'a str,
    /// When it stops working.
    pub expires_at: Option<i64>,
    /// Token of the form it was made with, so that one form makes one key.
    pub form: Option<&'a str>,
}

/// How making a key ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// The key exists now.
    Yes,
    /// The workspace has as many live keys as it may have.
    LimitReached,
    /// The form was sent before.
    FormUsed,
}

/// The names of [`Key`]'s columns, in its order.
macro_rules! columns {
    () => {
        "id, workspace, name, scopes, environment, created_at, expires_at, revoked_at, last_used_at, last_client"
    };
}

impl Key {
    /// Whether the key's scopes cover a scope (`read` or `write`).
    pub fn allows(&self, scope: &str) -> bool {
        self.scopes
            .split(' ')
            .any(|granted| granted == "*" || granted == scope)
    }

    /// Whether the key works at a moment.
    pub fn is_live(&self, now: i64) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|expiry| expiry > now)
    }

    fn from_row(row: &Row) -> Self {
        Self {
            id: row.text(0),
            workspace: row.text(1),
            name: row.text(2),
            scopes: row.text(3),
            environment: row.text(4),
            created_at: row.integer(5),
            expires_at: row.optional_integer(6),
            revoked_at: row.optional_integer(7),
            last_used_at: row.optional_integer(8),
            last_client: row.optional_text(9),
        }
    }
}

/// Finds the key of a request, takes a token from its bucket and notes the use, in one statement.
pub async fn admit(
    host: &impl Host,
    settings: &Settings,
    secret: &str,
    client: Option<&str>,
) -> Result<Option<Admission>, SqlError> {
    let now = settings.now(host);
    // `MIN(...)` is the level before this request: what was left plus what has flowed back since.
    let rows = host
        .sql(
            concat!(
                "UPDATE api_key SET ",
                "admitted = MIN(?2, bucket + MAX(0, ?1 - bucket_at) / 1000.0 * ?3) >= 1, ",
                "bucket = MIN(?2, bucket + MAX(0, ?1 - bucket_at) / 1000.0 * ?3) ",
                "- (MIN(?2, bucket + MAX(0, ?1 - bucket_at) / 1000.0 * ?3) >= 1), ",
                "bucket_at = ?1, requests = requests + 1, last_used_at = ?1, last_client = COALESCE(?4, last_client) ",
                "WHERE hash = ?5 RETURNING ",
                columns!(),
                ", admitted, bucket, requests"
            ),
            vec![
                now.into(),
                settings.bucket_size.into(),
                settings.bucket_refill.into(),
                client.into(),
                hash(secret).into(),
            ],
        )
        .await?;
    Ok(rows.first().map(|row| Admission {
        key: Key::from_row(row),
        admitted: row.integer(10) == 1,
        level: row.real(11),
        number: row.integer(12),
    }))
}

/// Finds a key by its secret without counting as a use.
pub async fn find(host: &impl Host, secret: &str) -> Result<Option<Key>, SqlError> {
    let statement = concat!("SELECT ", columns!(), " FROM api_key WHERE hash = ?1");
    Ok(host
        .sql(statement, vec![hash(secret).into()])
        .await?
        .first()
        .map(Key::from_row))
}

/// The keys of a workspace, the live and youngest first.
pub async fn list(host: &impl Host, workspace: &str) -> Result<Vec<Key>, SqlError> {
    let statement = concat!(
        "SELECT ",
        columns!(),
        " FROM api_key WHERE workspace = ?1 ORDER BY revoked_at IS NOT NULL, created_at DESC, id"
    );
    Ok(host
        .sql(statement, vec![workspace.into()])
        .await?
        .iter()
        .map(Key::from_row)
        .collect())
}

/// One key of a workspace.
pub async fn get(host: &impl Host, workspace: &str, id: &str) -> Result<Option<Key>, SqlError> {
    let statement = concat!(
        "SELECT ",
        columns!(),
        " FROM api_key WHERE workspace = ?1 AND id = ?2"
    );
    Ok(host
        .sql(statement, vec![workspace.into(), id.into()])
        .await?
        .first()
        .map(Key::from_row))
}

/// Makes a key, unless the workspace has its full number or the form was used.
pub async fn make(host: &impl Host, now: i64, new: NewKey<'_>) -> Result<Made, SqlError> {
    let rows = host
        .sql(
            "INSERT INTO api_key (hash, id, workspace, name, scopes, environment, created_at, expires_at, form, bucket, \
             bucket_at) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?7 WHERE (SELECT COUNT(*) FROM api_key WHERE \
             workspace = ?3 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?7)) < ?11 \
             ON CONFLICT DO NOTHING RETURNING id",
            vec![
                hash(new.secret).into(),
                new.id.into(),
                new.workspace.into(),
                new.name.into(),
                new.scopes.into(),
                new.environment.into(),
                now.into(),
                new.expires_at.into(),
                new.form.into(),
                BUCKET_SIZE.into(),
                KEYS_MAX.into(),
            ],
        )
        .await?;
    if !rows.is_empty() {
        return Ok(Made::Yes);
    }
    let used = host
        .sql(
            "SELECT 1 FROM api_key WHERE form = ?1",
            vec![new.form.into()],
        )
        .await?;
    Ok(if used.is_empty() {
        Made::LimitReached
    } else {
        Made::FormUsed
    })
}

/// Revokes a key of a workspace by its id; says whether it was live.
pub async fn revoke(
    host: &impl Host,
    now: i64,
    workspace: &str,
    id: &str,
) -> Result<bool, SqlError> {
    let rows = host
        .sql(
            "UPDATE api_key SET revoked_at = ?1 WHERE workspace = ?2 AND id = ?3 AND revoked_at IS NULL RETURNING id",
            vec![now.into(), workspace.into(), id.into()],
        )
        .await?;
    forget_old(host, workspace).await?;
    Ok(!rows.is_empty())
}

/// Drops the oldest revoked keys of a workspace beyond the number that is remembered, with their logs.
async fn forget_old(host: &impl Host, workspace: &str) -> Result<(), SqlError> {
    let rows = host
        .sql(
            "DELETE FROM api_key WHERE hash IN (SELECT hash FROM api_key WHERE workspace = ?1 AND revoked_at IS NOT NULL \
             ORDER BY revoked_at DESC LIMIT -1 OFFSET ?2) RETURNING id",
            vec![workspace.into(), REVOKED_KEYS_KEPT.into()],
        )
        .await?;
    for row in rows {
        host.sql(
            "DELETE FROM request_log WHERE key_id = ?1",
            vec![row.text(0).into()],
        )
        .await?;
    }
    Ok(())
}

/// Puts the demo keys where they are missing.
pub async fn seed(host: &impl Host, now: i64) -> Result<(), SqlError> {
    for demo in DEMO_KEYS {
        let secret = demo.secret();
        let digest = hash(&secret);
        host.sql(
            "INSERT INTO api_key (hash, id, workspace, name, scopes, environment, created_at, bucket, bucket_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, 'development', ?6, ?7, ?6) ON CONFLICT DO NOTHING",
            vec![
                digest.as_str().into(),
                format!("key_{}", &digest[..24]).into(),
                demo.person.into(),
                demo.name.into(),
                demo.scopes.into(),
                now.into(),
                BUCKET_SIZE.into(),
            ],
        )
        .await?;
    }
    Ok(())
}
