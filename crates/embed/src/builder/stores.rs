//! Opens the stores and the databases that the components declare.

use std::collections::{BTreeMap, BTreeSet};

use crate::component::ComponentConfig;
use crate::error::Error;
use crate::log::ComponentLog;
use crate::runtime_config::{RuntimeConfig, StoreConfig};
use crate::storage::{Database, KeyValue, KeyValueFile, RedisStore, StateLocation};

/// Opens every key-value store: where the runtime configuration says, else in one file of the state.
pub(super) fn open_key_value(
    components: &[ComponentConfig],
    state: &StateLocation,
    config: &RuntimeConfig,
    log: &ComponentLog,
) -> Result<BTreeMap<String, KeyValue>, Error> {
    let labels: BTreeSet<&String> = components
        .iter()
        .flat_map(|component| &component.key_value_stores)
        .collect();
    // Spin accepts such a file, because one file may serve several applications. A typing error looks the same.
    for label in config.stores.keys().filter(|label| !labels.contains(label)) {
        log.host(&format!(
            "the runtime configuration has key_value_store.{label}, but no component uses a store of that name"
        ));
    }
    let mut stores = BTreeMap::new();
    let mut state_file = None;
    for label in labels {
        let store = match config.stores.get(label) {
            Some(StoreConfig::Redis { url, place }) => RedisStore::open(url, log.clone())
                .map(KeyValue::Redis)
                .map_err(|problem| Error::invalid(place, problem))?,
            Some(StoreConfig::File(location)) => {
                KeyValue::Sqlite(KeyValueFile::open(location)?.store(label))
            }
            None => {
                let file = match &state_file {
                    Some(file) => file,
                    None => state_file.insert(KeyValueFile::open(state)?),
                };
                KeyValue::Sqlite(file.store(label))
            }
        };
        stores.insert(label.clone(), store);
    }
    Ok(stores)
}

/// Opens every SQLite database.
pub(super) fn open_databases(
    components: &[ComponentConfig],
    state: &StateLocation,
    statement_time: std::time::Duration,
) -> Result<BTreeMap<String, Database>, Error> {
    let mut databases = BTreeMap::new();
    for label in components
        .iter()
        .flat_map(|component| &component.sqlite_databases)
    {
        if !label
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        {
            return Err(Error::invalid(
                format!("sqlite_databases `{label}`"),
                "a label may contain only letters, digits, `-` and `_`",
            ));
        }
        if !databases.contains_key(label) {
            let database = Database::open(state, label, statement_time)?;
            databases.insert(label.clone(), database);
        }
    }
    Ok(databases)
}
