//! The connector's key-value store on disk, and the number of live keys at the emulator.

use super::{Running, json_of};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;

/// Every entry of the connector's store in a state folder.
pub(crate) fn rows(state: &Path) -> Vec<(String, Vec<u8>)> {
    let file = state.join("sqlite_key_value.db");
    let store =
        Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("a store");
    let mut statement = store
        .prepare("SELECT key, value FROM spin_key_value ORDER BY key")
        .expect("Spin's table");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.expect("rows").map(|row| row.expect("a row")).collect()
}

/// The names of all entries except the counters of the rate limits, whose number has its own bound.
pub(crate) fn names(state: &Path) -> Vec<String> {
    rows(state)
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| !name.starts_with("rate-"))
        .collect()
}

/// The number of live API keys of all people.
pub(crate) async fn live_keys(app: &Running) -> i64 {
    let answer = app.request("GET", "/emulator/state").send().await;
    let (_, state) = json_of(answer.expect("an answer")).await;
    let people = state["people"].as_array().expect("people");
    people
        .iter()
        .map(|person| person["live_keys"].as_i64().expect("a number"))
        .sum()
}
