//! What the portal's sign-in remembers: sessions, authorization codes and access tokens, each under the SHA-256 of
//! its secret, each with an expiry in real time. Every insertion sweeps what has expired.

use crate::host::{Host, SqlError};
use crate::people::hash;

/// The tables of this module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A signed-in browser; the value is the person's id.
    Session,
    /// An authorization code; the value is the JSON of what was asked.
    Code,
    /// A portal access token; the value is the person's id.
    Token,
}

impl Kind {
    const fn insert(self) -> &'static str {
        match self {
            Self::Session => {
                "INSERT INTO portal_session (hash, person, expires_at) VALUES (?1, ?2, ?3)"
            }
            Self::Code => "INSERT INTO portal_code (hash, request, expires_at) VALUES (?1, ?2, ?3)",
            Self::Token => {
                "INSERT INTO portal_token (hash, person, expires_at) VALUES (?1, ?2, ?3)"
            }
        }
    }

    const fn sweep(self) -> &'static str {
        match self {
            Self::Session => "DELETE FROM portal_session WHERE expires_at <= ?1",
            Self::Code => "DELETE FROM portal_code WHERE expires_at <= ?1",
            Self::Token => "DELETE FROM portal_token WHERE expires_at <= ?1",
        }
    }

    const fn select(self) -> &'static str {
        match self {
            Self::Session => {
                "SELECT person FROM portal_session WHERE hash = ?1 AND expires_at > ?2"
            }
            Self::Code => "SELECT request FROM portal_code WHERE hash = ?1 AND expires_at > ?2",
            Self::Token => "SELECT person FROM portal_token WHERE hash = ?1 AND expires_at > ?2",
        }
    }

    const fn take(self) -> &'static str {
        match self {
            Self::Session => {
                "DELETE FROM portal_session WHERE hash = ?1 RETURNING person, expires_at"
            }
            Self::Code => "DELETE FROM portal_code WHERE hash = ?1 RETURNING request, expires_at",
            Self::Token => "DELETE FROM portal_token WHERE hash = ?1 RETURNING person, expires_at",
        }
    }
}

/// Remembers a value under a secret for a while.
pub async fn put(
    host: &impl Host,
    kind: Kind,
    secret: &str,
    value: &str,
    life_ms: i64,
) -> Result<(), SqlError> {
    let now = host.now_ms();
    host.sql(kind.sweep(), vec![now.into()]).await?;
    host.sql(
        kind.insert(),
        vec![hash(secret).into(), value.into(), (now + life_ms).into()],
    )
    .await
    .map(drop)
}

/// The value under a secret.
pub async fn get(host: &impl Host, kind: Kind, secret: &str) -> Result<Option<String>, SqlError> {
    let rows = host
        .sql(
            kind.select(),
            vec![hash(secret).into(), host.now_ms().into()],
        )
        .await?;
    Ok(rows.first().map(|row| row.text(0)))
}

/// The value under a secret, for the one caller that comes first.
pub async fn take(host: &impl Host, kind: Kind, secret: &str) -> Result<Option<String>, SqlError> {
    let rows = host.sql(kind.take(), vec![hash(secret).into()]).await?;
    Ok(rows
        .first()
        .filter(|row| row.integer(1) > host.now_ms())
        .map(|row| row.text(0)))
}
