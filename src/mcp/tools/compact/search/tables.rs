//! The tables that the build script makes (`build/search.rs`). An instance inflates them for its first search.

use crate::text::inflated;
use std::sync::OnceLock;

mod deflated {
    include!(concat!(env!("OUT_DIR"), "/search.rs"));
}

/// Lines of a key and what belongs to it, sorted by the key.
type Table = Vec<(&'static str, &'static str)>;

/// The tools that a stem speaks for, by position, and how much.
pub(super) fn weights(stem: &str) -> impl Iterator<Item = (usize, usize)> + use<> {
    let tools = find(&tables().0, stem).unwrap_or_default();
    tools.split(' ').filter_map(|entry| {
        let (tool, weight) = entry.split_once(':')?;
        Some((tool.parse().ok()?, weight.parse().ok()?))
    })
}

/// The stems that something stands for; it is given as stems, too.
pub(super) fn means(said: &str) -> Option<impl Iterator<Item = &'static str> + use<>> {
    find(&tables().1, said).map(|means| means.split(' '))
}

fn find(table: &Table, key: &str) -> Option<&'static str> {
    let found = table
        .binary_search_by(|(known, _)| (*known).cmp(key))
        .ok()?;
    table.get(found).map(|(_, value)| *value)
}

/// Both tables: `weights`, `means`.
pub(super) fn tables() -> &'static (Table, Table) {
    static TEXT: OnceLock<String> = OnceLock::new();
    static TABLES: OnceLock<(Table, Table)> = OnceLock::new();
    TABLES.get_or_init(|| {
        let text = TEXT.get_or_init(|| inflated(deflated::BYTES, deflated::LENGTH));
        let (weights, means) = text.split_once("\n\n").unwrap_or((text, ""));
        let table = |text: &'static str| {
            text.lines()
                .filter_map(|line| line.split_once('\t'))
                .collect()
        };
        (table(weights), table(means))
    })
}
