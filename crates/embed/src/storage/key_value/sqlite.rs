//! Key-value stores in a SQLite file. The table is Spin's, so that Spin and this host can use the same file.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};

use super::{Result, SwapResult};
use crate::error::Error;
use crate::storage::location::{StateLocation, checkpoint};

const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS spin_key_value (
    store TEXT NOT NULL,
    key   TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (store, key)
)";
const GET: &str = "SELECT value FROM spin_key_value WHERE store = ?1 AND key = ?2";
const SET: &str = "INSERT INTO spin_key_value (store, key, value) VALUES (?1, ?2, ?3)
    ON CONFLICT (store, key) DO UPDATE SET value = ?3";
const DELETE: &str = "DELETE FROM spin_key_value WHERE store = ?1 AND key = ?2";
const KEYS: &str = "SELECT key FROM spin_key_value WHERE store = ?1";
const INSERT_NEW: &str =
    "INSERT INTO spin_key_value (store, key, value) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
const REPLACE_OLD: &str =
    "UPDATE spin_key_value SET value = ?3 WHERE store = ?1 AND key = ?2 AND value = ?4";

/// A SQLite file, which can hold many stores. Clones share it.
#[derive(Clone)]
pub(crate) struct KeyValueFile(Arc<Mutex<Connection>>);

/// One store in a file, by its label.
///
/// Every operation is one short transaction under a mutex. It runs on the calling thread, because it takes
/// microseconds, less than a move to another thread.
#[derive(Clone)]
pub(crate) struct SqliteStore {
    file: KeyValueFile,
    label: Arc<str>,
}

impl KeyValueFile {
    /// Opens the file, which is named `sqlite_key_value.db` in a state directory. Makes it if it does not exist.
    pub(crate) fn open(location: &StateLocation) -> std::result::Result<Self, Error> {
        let (connection, path) = location.open("sqlite_key_value.db")?;
        connection
            .execute(SCHEMA, [])
            .map_err(|source| Error::Storage { path, source })?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// The store `label`.
    pub(crate) fn store(&self, label: &str) -> SqliteStore {
        SqliteStore {
            file: self.clone(),
            label: label.into(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic inside a transaction rolls it back, so a poisoned mutex guards consistent data.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SqliteStore {
    pub(super) fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        get(&self.file.lock(), &self.label, key).map_err(describe)
    }

    pub(super) fn get_many(&self, keys: Vec<String>) -> Result<Vec<(String, Option<Vec<u8>>)>> {
        let connection = self.file.lock();
        let read = |key: String| get(&connection, &self.label, &key).map(|value| (key, value));
        keys.into_iter()
            .map(read)
            .collect::<rusqlite::Result<_>>()
            .map_err(describe)
    }

    pub(super) fn exists(&self, key: &str) -> Result<bool> {
        Ok(self.get(key)?.is_some())
    }

    pub(super) fn set(&self, key: &str, value: &[u8]) -> Result<()> {
        self.write(|tx| {
            tx.prepare_cached(SET)?
                .execute(params![self.label, key, value])
                .map(drop)
        })
    }

    pub(super) fn set_many(&self, entries: &[(String, Vec<u8>)]) -> Result<()> {
        self.write(|tx| {
            let mut statement = tx.prepare_cached(SET)?;
            entries.iter().try_for_each(|(key, value)| {
                statement.execute(params![self.label, key, value]).map(drop)
            })
        })
    }

    pub(super) fn delete(&self, key: &str) -> Result<()> {
        self.write(|tx| {
            tx.prepare_cached(DELETE)?
                .execute([&*self.label, key])
                .map(drop)
        })
    }

    pub(super) fn delete_many(&self, keys: &[String]) -> Result<()> {
        self.write(|tx| {
            let mut statement = tx.prepare_cached(DELETE)?;
            keys.iter()
                .try_for_each(|key| statement.execute([&*self.label, key.as_str()]).map(drop))
        })
    }

    pub(super) fn keys(&self) -> Result<Vec<String>> {
        let connection = self.file.lock();
        let read = || {
            let mut statement = connection.prepare_cached(KEYS)?;
            statement
                .query_map([&*self.label], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()
        };
        read().map_err(describe)
    }

    /// Adds `delta` to a counter and returns the sum. A counter starts at 0 and is eight bytes, little endian.
    pub(super) fn increment(&self, key: &str, delta: i64) -> Result<i64> {
        self.write(|tx| {
            let bytes = get(tx, &self.label, key)?.unwrap_or_else(|| vec![0; 8]);
            let Ok(bytes) = <[u8; 8]>::try_from(bytes) else {
                return Ok(Err("the value is not a counter".to_owned()));
            };
            let Some(sum) = i64::from_le_bytes(bytes).checked_add(delta) else {
                return Ok(Err("the counter would overflow".to_owned()));
            };
            tx.prepare_cached(SET)?
                .execute(params![self.label, key, sum.to_le_bytes()])?;
            Ok(Ok(sum))
        })?
    }

    /// Sets the value if the present one is `expected`. `None` means that the key must be absent.
    pub(super) fn swap(
        &self,
        key: &str,
        expected: Option<&[u8]>,
        value: &[u8],
    ) -> Result<SwapResult> {
        self.write(|tx| {
            let changed = match expected {
                None => tx
                    .prepare_cached(INSERT_NEW)?
                    .execute(params![self.label, key, value])?,
                Some(old) => tx
                    .prepare_cached(REPLACE_OLD)?
                    .execute(params![self.label, key, value, old])?,
            };
            if changed == 1 {
                Ok(SwapResult::Done)
            } else {
                Ok(SwapResult::Stale(get(tx, &self.label, key)?))
            }
        })
    }

    /// Moves the write-ahead log into the file.
    pub(super) fn flush(&self) {
        checkpoint(&self.file.lock());
    }

    /// Runs `work` in a transaction that holds the write lock from its start, so that no other process writes
    /// meanwhile.
    fn write<T>(
        &self,
        work: impl FnOnce(&rusqlite::Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T> {
        let mut connection = self.file.lock();
        let run = || {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = work(&transaction)?;
            transaction.commit()?;
            Ok(value)
        };
        run().map_err(describe)
    }
}

fn get(connection: &Connection, store: &str, key: &str) -> rusqlite::Result<Option<Vec<u8>>> {
    connection
        .prepare_cached(GET)?
        .query_row([store, key], |row| row.get(0))
        .optional()
}

fn describe(error: rusqlite::Error) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed operation is a failed test")]
    use super::*;

    fn file() -> KeyValueFile {
        KeyValueFile::open(&StateLocation::Memory).unwrap()
    }

    #[test]
    fn keys_of_one_store_are_absent_from_another() {
        let file = file();
        let (a, b) = (file.store("a"), file.store("b"));
        a.set("k", b"1").unwrap();
        assert_eq!(b.get("k").unwrap(), None);
        assert_eq!(a.keys().unwrap(), ["k"]);
        b.delete("k").unwrap();
        assert!(a.exists("k").unwrap());
        a.delete("k").unwrap();
        assert!(!a.exists("k").unwrap());
    }

    #[test]
    fn increment_refuses_overflow_and_other_values() {
        let kv = file().store("a");
        assert_eq!(kv.increment("n", 3).unwrap(), 3);
        assert_eq!(kv.increment("n", -1).unwrap(), 2);
        assert_eq!(
            kv.increment("n", i64::MAX),
            Err("the counter would overflow".to_owned())
        );
        kv.set("n", b"text").unwrap();
        assert_eq!(
            kv.increment("n", 1),
            Err("the value is not a counter".to_owned())
        );
    }

    #[test]
    fn swap_sets_the_value_only_if_it_is_the_expected_one() {
        let kv = file().store("a");
        assert_eq!(
            kv.swap("k", Some(b"0"), b"1").unwrap(),
            SwapResult::Stale(None)
        );
        assert_eq!(kv.swap("k", None, b"1").unwrap(), SwapResult::Done);
        assert_eq!(
            kv.swap("k", None, b"2").unwrap(),
            SwapResult::Stale(Some(b"1".to_vec()))
        );
        assert_eq!(kv.swap("k", Some(b"1"), b"2").unwrap(), SwapResult::Done);
        assert_eq!(kv.get("k").unwrap(), Some(b"2".to_vec()));
    }
}
