//! The platform: environment variables and files.

use crate::store::FileStore;
use std::io;
use std::path::PathBuf;
use tokportal_connector::host::StoreError;
use tokportal_connector_p2::{Increment, Platform, environment, export};

/// The variable with the directory of the state, as the component sees it.
const DIRECTORY: &str = "state_dir";
const DEFAULT_DIRECTORY: &str = "/state";

#[derive(Debug, Clone, Copy)]
struct Files;

impl Platform for Files {
    const INCREMENT: Option<Increment> =
        Some(|key, delta| done("increment", store().increment(key, delta)));

    fn variable(name: &str) -> Option<String> {
        environment(name)
    }

    fn get(key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        done("get", store().get(key))
    }

    fn set(key: &str, value: &[u8]) -> Result<(), StoreError> {
        done("set", store().set(key, value))
    }

    fn delete(key: &str) -> Result<(), StoreError> {
        done("delete", store().delete(key))
    }
}

fn store() -> FileStore {
    FileStore::new(&environment(DIRECTORY).map_or_else(|| DEFAULT_DIRECTORY.into(), PathBuf::from))
}

fn done<T>(call: &str, result: io::Result<T>) -> Result<T, StoreError> {
    result.map_err(|error| StoreError(format!("{call}: {error}")))
}

export!(Files);
