//! What the portal's sign-in remembers: sessions, codes and access tokens, each under the SHA-256 of its secret until
//! it expires in real time, because relying parties compare with their own clock.

use crate::host::{Host, SqlError};
use crate::ids::{hash, random_secret};
use crate::time::{HOUR, MINUTE, SECOND};

pub(crate) const TABLES: [&str; 1] = [
    "CREATE TABLE IF NOT EXISTS sign_in (kind TEXT NOT NULL, hash TEXT NOT NULL, value TEXT NOT NULL, \
     expires_at INTEGER NOT NULL, PRIMARY KEY (kind, hash)) WITHOUT ROWID",
];

pub(crate) const RESET: [&str; 1] = ["DELETE FROM sign_in"];

/// What a secret is for, and how long it lives.
#[derive(Clone, Copy)]
pub(crate) struct Kind(&'static str, i64);

impl Kind {
    /// A browser in which a person is signed in; the value is the person's id.
    pub(crate) const SESSION: Self = Self("session", 12 * HOUR);
    /// An authorization code; the value is the JSON of what was granted.
    pub(crate) const CODE: Self = Self("code", 2 * MINUTE);
    /// An access token of the portal; the value is the person's id. It lives long enough to decide on the consent page.
    pub(crate) const TOKEN: Self = Self("token", 15 * MINUTE);

    pub(crate) const fn seconds(self) -> i64 {
        self.1 / SECOND
    }
}

/// Remembers a value and returns its secret; forgets what has expired.
pub(crate) async fn issue(host: &impl Host, kind: Kind, value: &str) -> Result<String, SqlError> {
    let (secret, now) = (random_secret(host.random()), host.now_ms());
    let sweep = "DELETE FROM sign_in WHERE expires_at <= ?1";
    host.sql(sweep, vec![now.into()]).await?;
    let (Kind(name, life), digest) = (kind, hash(&secret));
    let expiry = (now + life).into();
    let insert = "INSERT INTO sign_in (kind, hash, value, expires_at) VALUES (?1, ?2, ?3, ?4)";
    let row = vec![name.into(), digest.into(), value.into(), expiry];
    host.sql(insert, row).await?;
    Ok(secret)
}

type Found = Result<Option<String>, SqlError>;

/// The value under a secret.
pub(crate) async fn get(host: &impl Host, kind: Kind, secret: &str) -> Found {
    let select = "SELECT value FROM sign_in WHERE kind = ?1 AND hash = ?2 AND expires_at > ?3";
    run(host, select, kind, secret).await
}

/// The value under a secret, for the first caller only.
pub(crate) async fn take(host: &impl Host, kind: Kind, secret: &str) -> Found {
    let delete = "DELETE FROM sign_in WHERE kind = ?1 AND hash = ?2 AND expires_at > ?3 \
                  RETURNING value";
    run(host, delete, kind, secret).await
}

async fn run(host: &impl Host, statement: &'static str, kind: Kind, secret: &str) -> Found {
    let parameters = vec![kind.0.into(), hash(secret).into(), host.now_ms().into()];
    let rows = host.sql(statement, parameters).await?;
    Ok(rows.first().map(|row| row.text(0)))
}
