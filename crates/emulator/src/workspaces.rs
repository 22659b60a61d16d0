//! Loading and changing workspaces. A workspace is a few rows, one for each part, under one version.
//!
//! Hosts share one SQLite connection between requests, so only a single statement is atomic. A change reads all parts,
//! runs on them, and writes the parts that it changed in one statement that takes effect only if the version is still
//! the one that was read; otherwise it starts again.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::value::{RawValue, to_raw_value};

use crate::clock::{self, Agenda};
use crate::demo::first_day;
use crate::host::{Host, SqlError};
use crate::people::PEOPLE;
use crate::store::settings;
use crate::time::Time;
use crate::workspace::{Part, Workspace};

/// How long a writer may have its turn inside its instance.
const TURN_MS: i64 = 2_000;
/// How often a write is tried again after another one came first.
pub(crate) const TRIES: u32 = 200;
/// Longest pause of a waiting writer before it looks again, without its random part.
const LONGEST_WAIT_MS: u64 = 4;
/// Stored answers that a workspace keeps, about; the oldest go first.
const REPLAYS: i64 = 500;

/// A workspace with the version that a write has to find, and the stored answer of an idempotency key.
pub(crate) struct Snapshot {
    pub(crate) workspace: Workspace,
    pub(crate) version: i64,
    pub(crate) replay: Option<String>,
}

/// A stored part: name, version, JSON.
type Stored = (String, i64, String);

impl Snapshot {
    /// Of the stored parts, among which may be the stored answer that has this name.
    fn new(id: &str, now: Time, parts: impl Iterator<Item = Stored>, replay: &str) -> Self {
        let (mut version, mut texts) = (0, BTreeMap::new());
        for (name, found, body) in parts {
            if name == Agenda::NAME {
                version = found;
            }
            texts.insert(name, body);
        }
        Self {
            replay: texts.remove(replay),
            workspace: Workspace::new(id, now, texts),
            version,
        }
    }

    /// Reads what [`crate::store::keys::admit`] returns: fields that are separated by U+001F, rows by U+001E. JSON has
    /// neither, because it escapes control characters.
    pub(crate) fn parse(id: &str, parts: &str, now: Time) -> Self {
        let parts = parts.split('\u{1e}').filter_map(|row| {
            let mut fields = row.splitn(3, '\u{1f}');
            let (name, version) = (fields.next()?.to_owned(), fields.next()?.parse().ok()?);
            Some((name, version, fields.next()?.to_owned()))
        });
        Self::new(id, now, parts, "")
    }
}

/// Why a workspace did not change.
pub(crate) enum Unchanged<E> {
    /// The change was not made.
    Refused(E),
    /// Other writers came first every time.
    Busy,
    Sql(SqlError),
}

impl<E> From<SqlError> for Unchanged<E> {
    fn from(error: SqlError) -> Self {
        Self::Sql(error)
    }
}

/// Reads a workspace at the emulated time, with everything that was due done in memory.
pub(crate) async fn load(host: &impl Host, id: &str) -> Result<Snapshot, SqlError> {
    let now = settings::load(host).await?.now(host);
    let mut found = read(host, id, None, now).await?;
    clock::settle(&mut found.workspace);
    Ok(found)
}

/// Reads a workspace as it is stored.
pub(crate) async fn read(
    host: &impl Host,
    id: &str,
    replay: Option<&str>,
    now: Time,
) -> Result<Snapshot, SqlError> {
    let replay = replay.map(replay_name).unwrap_or_default();
    let statement = "SELECT name, version, body FROM part WHERE workspace = ?1 \
        AND (name < 'replay/' OR name >= 'replay0' OR name = ?2)";
    let wanted = vec![id.into(), replay.as_str().into()];
    let rows = host.sql(statement, wanted).await?;
    let parts = rows
        .iter()
        .map(|row| (row.text(0), row.integer(1), row.text(2)));
    Ok(Snapshot::new(id, now, parts, &replay))
}

/// Writes what changed, and one more row, if the version is still the one that was read; says whether it was.
pub(crate) async fn write(
    host: &impl Host,
    workspace: &Workspace,
    version: i64,
    beside: Option<(String, &RawValue)>,
) -> Result<bool, SqlError> {
    let broken = |error: serde_json::Error| SqlError(error.to_string());
    let changes = workspace.changes().map_err(broken)?;
    let agenda = Agenda::after(workspace, changes.keys().copied());
    let agenda = to_raw_value(&agenda).map_err(broken)?;
    let changed = changes.iter().map(|(name, body)| (*name, &**body));
    let changed = changed.chain([(Agenda::NAME, &*agenda)]);
    let changed = changed.map(|(name, body)| (name.to_owned(), body));
    let parts: BTreeMap<String, &RawValue> = changed.chain(beside).collect();
    let parts = serde_json::to_string(&parts).map_err(broken)?;
    let written = host
        .sql(
            "INSERT INTO part (workspace, name, version, body) SELECT ?1, key, ?2 + 1, value FROM json_each(?3) \
             WHERE COALESCE((SELECT version FROM part WHERE workspace = ?1 AND name = 'agenda'), 0) = ?2 \
             ON CONFLICT (workspace, name) DO UPDATE SET version = excluded.version, body = excluded.body RETURNING 1",
            vec![workspace.id.as_str().into(), version.into(), parts.into()],
        )
        .await?;
    if version % 64 == 0
        && let Err(error) = forget_replays(host, &workspace.id).await
    {
        eprintln!("stored answers stay for now: {}", error.0);
    }
    Ok(!written.is_empty())
}

/// Changes a workspace at the emulated time. The change runs again where another one was written meanwhile.
pub(crate) async fn change<T, E>(
    host: &impl Host,
    id: &str,
    mut change: impl FnMut(&mut Workspace) -> Result<T, E>,
) -> Result<T, Unchanged<E>> {
    let _turn = turn(host).await;
    for attempt in 0..TRIES {
        let mut loaded = load(host, id).await?;
        let outcome = change(&mut loaded.workspace).map_err(Unchanged::Refused)?;
        if write(host, &loaded.workspace, loaded.version, None).await? {
            return Ok(outcome);
        }
        step_back(host, attempt).await;
    }
    Err(Unchanged::Busy)
}

/// Waits after a lost write, for longer each time: a lost attempt is a whole run for nothing, and other instances write,
/// too.
pub(crate) async fn step_back(host: &impl Host, attempt: u32) {
    let random = host.random();
    let spread = 2_u64 << attempt.min(4);
    host.pause(1 + u64::from(u16::from_le_bytes([random[0], random[1]])) % spread)
        .await;
}

/// Writes the first day of every workspace that is not there yet; with `over`, in place of every one.
pub(crate) async fn seed(host: &impl Host, now: Time, over: bool) -> Result<(), SqlError> {
    for person in &PEOPLE {
        if over {
            replace(host, &first_day(person, now)).await?;
        } else if read(host, person.id, None, now).await?.version == 0 {
            // If another instance comes first, it writes the same.
            write(host, &first_day(person, now), 0, None).await?;
        }
    }
    Ok(())
}

/// Puts a workspace in place of what is stored. Writers in flight start again.
pub(crate) async fn replace(host: &impl Host, workspace: &Workspace) -> Result<(), SqlError> {
    let nothing = RawValue::from_string("{}".to_owned()).expect("it is JSON");
    for attempt in 0..TRIES {
        let found = read(host, &workspace.id, None, workspace.now).await?;
        let marker = Some(("replaced".to_owned(), &*nothing));
        if write(host, workspace, found.version, marker).await? {
            return Ok(());
        }
        step_back(host, attempt).await;
    }
    Err(SqlError(format!(
        "too many writers to replace {}",
        workspace.id
    )))
}

async fn forget_replays(host: &impl Host, id: &str) -> Result<(), SqlError> {
    host.sql(
        "DELETE FROM part WHERE workspace = ?1 AND name >= 'replay/' AND name < 'replay0' AND version <= \
         (SELECT version FROM part WHERE workspace = ?1 AND name >= 'replay/' AND name < 'replay0' \
         ORDER BY version DESC LIMIT 1 OFFSET ?2)",
        vec![id.into(), REPLAYS.into()],
    )
    .await
    .map(drop)
}

/// Name of the row with the answer of an idempotency key.
pub(crate) fn replay_name(key: &str) -> String {
    format!("replay/{}", crate::ids::hash(key))
}

/// The turn of a writer inside its instance; given back when dropped.
pub(crate) struct Turn<'a> {
    gate: &'a AtomicI64,
    until: i64,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        // Only the own turn: it may have run out, and another one may have begun.
        let _ = self
            .gate
            .compare_exchange(self.until, 0, Ordering::Release, Ordering::Relaxed);
    }
}

/// Waits for the turn to write. It only saves the requests of one instance from most collisions; correctness does not
/// depend on it. So a turn ends by itself after a while, should the host abandon its request.
///
/// It polls, because a component-model task cannot be woken by another one without host support.
pub(crate) async fn turn(host: &impl Host) -> Turn<'_> {
    let gate = host.write_gate();
    let mut wait = 1;
    loop {
        let (now, held) = (host.now_ms(), gate.load(Ordering::Relaxed));
        let until = now + TURN_MS;
        if held <= now
            && gate
                .compare_exchange(held, until, Ordering::Acquire, Ordering::Relaxed)
                .is_ok()
        {
            return Turn { gate, until };
        }
        // Longer each time and at random: hundreds of waiters that look every millisecond would be all the work.
        host.pause(wait + u64::from(host.random()[0]) % wait).await;
        wait = (wait * 2).min(LONGEST_WAIT_MS);
    }
}
