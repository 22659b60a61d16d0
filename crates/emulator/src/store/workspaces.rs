//! Workspaces: one JSON document with a version each, replaced by compare-and-set in one statement.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::host::{Host, SqlError};
use crate::people::PEOPLE;
use crate::seed::first_day;
use crate::workspace::Workspace;

/// How long a writer may have its turn inside its instance.
const TURN_MS: i64 = 2_000;
/// How often a write is tried again after somebody else's came first.
const WRITE_TRIES: u32 = 200;
/// Longest pause of a waiting writer before it looks again, without its random part.
const LONGEST_WAIT_MS: u64 = 128;

/// A workspace as read, with the version that a write has to find.
#[derive(Debug)]
pub struct Loaded {
    /// The document.
    pub workspace: Workspace,
    /// Its version.
    pub version: i64,
}

/// Reads a workspace.
pub async fn load(host: &impl Host, id: &str) -> Result<Loaded, SqlError> {
    let rows = host
        .sql(
            "SELECT doc, version FROM workspace WHERE id = ?1",
            vec![id.into()],
        )
        .await?;
    let row = rows
        .first()
        .ok_or_else(|| SqlError(format!("the workspace {id} is missing")))?;
    let workspace = serde_json::from_str(&row.text(0))
        .map_err(|error| SqlError(format!("workspace {id}: {error}")))?;
    Ok(Loaded {
        workspace,
        version: row.integer(1),
    })
}

/// Replaces a workspace if nobody else has since it was read; says whether it did.
pub async fn replace(
    host: &impl Host,
    version: i64,
    workspace: &Workspace,
) -> Result<bool, SqlError> {
    let rows = host
        .sql(
            "UPDATE workspace SET doc = ?1, version = version + 1 WHERE id = ?2 AND version = ?3 RETURNING version",
            vec![to_text(workspace)?.into(), workspace.id.as_str().into(), version.into()],
        )
        .await?;
    Ok(!rows.is_empty())
}

/// Why a workspace did not change.
#[derive(Debug)]
pub enum Unchanged<E> {
    /// The change did not want to.
    Refused(E),
    /// Somebody else wrote first, every time.
    Busy,
    /// The database failed.
    Sql(SqlError),
}

impl<E> From<SqlError> for Unchanged<E> {
    fn from(error: SqlError) -> Self {
        Self::Sql(error)
    }
}

/// Changes a workspace in one write; `before` runs first, with what the change answers. Where somebody else wrote in the
/// meantime, the change runs again on what they left.
pub async fn change<T, E>(
    host: &impl Host,
    id: &str,
    mut change: impl FnMut(&mut Workspace) -> Result<T, E>,
    before: impl AsyncFn(&T) -> Result<(), SqlError>,
) -> Result<T, Unchanged<E>> {
    for attempt in 0..WRITE_TRIES {
        let Loaded {
            mut workspace,
            version,
        } = load(host, id).await?;
        let outcome = change(&mut workspace).map_err(Unchanged::Refused)?;
        before(&outcome).await?;
        if replace(host, version, &workspace).await? {
            return Ok(outcome);
        }
        // Other instances write too, and a lost attempt is a whole run for nothing: step back for longer each time, as
        // Ethernet does, until about one writer is awake.
        let random = host.random();
        let spread = 8_u64 << attempt.min(5);
        let wait = u64::from(u16::from_le_bytes([random[0], random[1]])) % spread;
        host.pause(1 + wait).await;
    }
    Err(Unchanged::Busy)
}

/// Writes the first day of every workspace; with `over`, also where there is one, in a way that makes writers in
/// flight start again.
pub async fn seed(host: &impl Host, now: i64, over: bool) -> Result<(), SqlError> {
    let statement = if over {
        "INSERT INTO workspace (id, version, doc) VALUES (?1, 1, ?2) ON CONFLICT (id) \
         DO UPDATE SET doc = excluded.doc, version = version + 1"
    } else {
        "INSERT INTO workspace (id, version, doc) VALUES (?1, 1, ?2) ON CONFLICT (id) DO NOTHING"
    };
    for person in &PEOPLE {
        host.sql(
            statement,
            vec![person.id.into(), to_text(&first_day(person, now))?.into()],
        )
        .await?;
    }
    Ok(())
}

fn to_text(workspace: &Workspace) -> Result<String, SqlError> {
    serde_json::to_string(workspace).map_err(|error| SqlError(error.to_string()))
}

/// The turn of a writer inside its instance; given back when dropped.
#[derive(Debug)]
pub struct Turn<'a> {
    gate: &'a AtomicI64,
    until: i64,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        // Only the own turn: it may have run out, and somebody else's may have begun.
        let _ = self
            .gate
            .compare_exchange(self.until, 0, Ordering::Release, Ordering::Relaxed);
    }
}

/// Waits for the turn to write. It only keeps the requests of one instance from colliding all the time; correctness
/// does not depend on it. So a turn ends by itself after a while, should its request be abandoned by the host.
///
/// It polls, because a component-model task cannot be woken by another one without host support.
pub async fn turn(host: &impl Host) -> Turn<'_> {
    let gate = host.write_gate();
    let mut wait = 1;
    loop {
        let (now, held) = (host.now_ms(), gate.load(Ordering::Relaxed));
        let until = now.max(held) + TURN_MS;
        if held <= now
            && gate
                .compare_exchange(held, until, Ordering::Acquire, Ordering::Relaxed)
                .is_ok()
        {
            return Turn { gate, until };
        }
        // Ever longer, and not all at once: hundreds of waiters that poll every millisecond would be all the work.
        host.pause(wait + u64::from(host.random()[0]) % wait).await;
        wait = (wait * 2).min(LONGEST_WAIT_MS);
    }
}
