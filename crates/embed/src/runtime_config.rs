//! Spin's runtime configuration: what an operator decides about a host, apart from the manifest.
//!
//! A table or a key that this host does not implement is an error, because ignoring it would, for example, keep the
//! state of several hosts apart without a word.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::error::Error;
use crate::storage::StateLocation;

const TABLES: &str = "this host reads `key_value_store` and `outbound_networking`";

/// The content of a runtime configuration that this host supports.
#[derive(Debug, Default)]
pub(crate) struct RuntimeConfig {
    /// By label.
    pub(crate) stores: BTreeMap<String, StoreConfig>,
    pub(crate) block_private_networks: bool,
}

/// Where a key-value store is kept.
pub(crate) enum StoreConfig {
    /// `type = "redis"`.
    Redis {
        /// May contain a password.
        url: String,
        /// Where the URL was read, for messages.
        place: String,
    },
    /// `type = "spin"`: a SQLite file, or without a path the memory.
    File(StateLocation),
}

impl std::fmt::Debug for StoreConfig {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Redis { place, .. } => write!(formatter, "Redis of {place}"),
            Self::File(location) => location.fmt(formatter),
        }
    }
}

impl RuntimeConfig {
    /// Reads the file at `path`. Paths in it are relative to its directory.
    pub(crate) fn load(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|source| Error::Read {
            path: path.to_owned(),
            source,
        })?;
        let file = path.display().to_string();
        // The message of the parser quotes the line, which may contain a password.
        let table: Table = toml::from_str(&text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let line = text.as_bytes().iter().take(at).filter(|b| **b == b'\n');
            let place = format!("{file} line {}", line.count() + 1);
            Error::invalid(place, format!("is not TOML: {}", error.message()))
        })?;
        let directory = path.parent().unwrap_or_else(|| Path::new(""));
        Self::read(table, &file, directory)
    }

    fn read(table: Table, file: &str, directory: &Path) -> Result<Self, Error> {
        let mut config = Self::default();
        for (name, value) in table {
            match (name.as_str(), value) {
                ("key_value_store", Value::Table(stores)) => {
                    for (label, value) in stores {
                        let place = format!("{file}: key_value_store.{label}");
                        let store = StoreConfig::read(value, place, directory)?;
                        config.stores.insert(label, store);
                    }
                }
                ("outbound_networking", Value::Table(table)) => {
                    let place = format!("{file}: outbound_networking");
                    config.block_private_networks = blocks_private(table, &place)?;
                }
                ("key_value_store" | "outbound_networking", _) => {
                    return Err(Error::invalid(format!("{file}: {name}"), "must be a table"));
                }
                ("variables_provider" | "config_provider", _) => {
                    let what = format!(
                        "`{name}` (set SPIN_VARIABLE_<NAME>, or give the program --variable NAME=VALUE)"
                    );
                    return Err(Error::unsupported(file, what));
                }
                ("state_dir", _) => {
                    return Err(Error::unsupported(file, "`state_dir` (use --state-dir)"));
                }
                _ => return Err(Error::unsupported(file, format!("`{name}` ({TABLES})"))),
            }
        }
        Ok(config)
    }
}

impl StoreConfig {
    fn read(value: Value, place: String, directory: &Path) -> Result<Self, Error> {
        let Value::Table(mut table) = value else {
            return Err(Error::invalid(place, "must be a table"));
        };
        let kind = text(&mut table, "type", &place)?
            .ok_or_else(|| Error::invalid(&place, "has no `type`: write \"redis\" or \"spin\""))?;
        let store = match kind.as_str() {
            "redis" => {
                let url = text(&mut table, "url", &place)?
                    .ok_or_else(|| Error::invalid(&place, "has no `url`"))?;
                let place = format!("{place}.url");
                Self::Redis { url, place }
            }
            "spin" => Self::File(match text(&mut table, "path", &place)? {
                Some(path) => StateLocation::File(directory.join(PathBuf::from(path))),
                None => StateLocation::Memory,
            }),
            other => {
                let what = format!("type `{other}` (this host has \"redis\" and \"spin\")");
                return Err(Error::unsupported(place, what));
            }
        };
        none_left(&table, &place)?;
        Ok(store)
    }
}

/// Whether `block_networks` has `private`, the only entry that this host implements.
fn blocks_private(mut table: Table, place: &str) -> Result<bool, Error> {
    let networks = match table.remove("block_networks") {
        Some(Value::Array(networks)) => networks,
        None => Vec::new(),
        Some(_) => {
            return Err(Error::invalid(place, "`block_networks` must be a list"));
        }
    };
    none_left(&table, place)?;
    for network in &networks {
        if network.as_str() != Some("private") {
            let what = format!("the network {network} in `block_networks` (use \"private\")");
            return Err(Error::unsupported(place, what));
        }
    }
    Ok(!networks.is_empty())
}

/// Takes a text out of a table.
fn text(table: &mut Table, key: &str, place: &str) -> Result<Option<String>, Error> {
    match table.remove(key) {
        Some(Value::String(text)) => Ok(Some(text)),
        None => Ok(None),
        Some(_) => Err(Error::invalid(place, format!("`{key}` must be a text"))),
    }
}

fn none_left(table: &Table, place: &str) -> Result<(), Error> {
    match table.keys().next() {
        Some(key) => Err(Error::unsupported(place, format!("`{key}`"))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
