//! A key-value store: a table of a SQLite file, or a Redis.
//!
//! Both are laid out as Spin lays them out, so that Spin and this host can use the same store.

mod redis;
mod sqlite;

pub(crate) use redis::RedisStore;
pub(crate) use sqlite::{KeyValueFile, SqliteStore};

/// What an operation returns. The error is the text that the component gets in the error of its interface.
type Result<T> = std::result::Result<T, String>;

/// One store. Clones share it.
#[derive(Clone)]
pub(crate) enum KeyValue {
    Sqlite(SqliteStore),
    Redis(RedisStore),
}

/// The result of a compare-and-swap.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SwapResult {
    Done,
    /// The value was not the expected one. It is this.
    Stale(Option<Vec<u8>>),
}

impl KeyValue {
    pub(crate) async fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        match self {
            Self::Sqlite(store) => store.get(key),
            Self::Redis(store) => store.get(key).await,
        }
    }

    /// The values of `keys`, in their order.
    pub(crate) async fn get_many(
        &self,
        keys: Vec<String>,
    ) -> Result<Vec<(String, Option<Vec<u8>>)>> {
        match self {
            Self::Sqlite(store) => store.get_many(keys),
            Self::Redis(store) => store.get_many(keys).await,
        }
    }

    pub(crate) async fn exists(&self, key: &str) -> Result<bool> {
        match self {
            Self::Sqlite(store) => store.exists(key),
            Self::Redis(store) => store.exists(key).await,
        }
    }

    pub(crate) async fn set(&self, key: &str, value: &[u8]) -> Result<()> {
        match self {
            Self::Sqlite(store) => store.set(key, value),
            Self::Redis(store) => store.set(key, value).await,
        }
    }

    pub(crate) async fn set_many(&self, entries: &[(String, Vec<u8>)]) -> Result<()> {
        match self {
            Self::Sqlite(store) => store.set_many(entries),
            Self::Redis(store) => store.set_many(entries).await,
        }
    }

    pub(crate) async fn delete(&self, key: &str) -> Result<()> {
        match self {
            Self::Sqlite(store) => store.delete(key),
            Self::Redis(store) => store.delete(key).await,
        }
    }

    pub(crate) async fn delete_many(&self, keys: &[String]) -> Result<()> {
        match self {
            Self::Sqlite(store) => store.delete_many(keys),
            Self::Redis(store) => store.delete_many(keys).await,
        }
    }

    pub(crate) async fn keys(&self) -> Result<Vec<String>> {
        match self {
            Self::Sqlite(store) => store.keys(),
            Self::Redis(store) => store.keys().await,
        }
    }

    /// Adds `delta` to a counter, which starts at 0, and returns the sum.
    pub(crate) async fn increment(&self, key: &str, delta: i64) -> Result<i64> {
        match self {
            Self::Sqlite(store) => store.increment(key, delta),
            Self::Redis(store) => store.increment(key, delta).await,
        }
    }

    /// Sets the value if the present one is `expected`. `None` means that the key must be absent.
    pub(crate) async fn swap(
        &self,
        key: &str,
        expected: Option<&[u8]>,
        value: &[u8],
    ) -> Result<SwapResult> {
        match self {
            Self::Sqlite(store) => store.swap(key, expected, value),
            Self::Redis(store) => store.swap(key, expected, value).await,
        }
    }

    /// Moves the write-ahead log of SQLite into the file. Redis needs nothing.
    pub(crate) fn flush(&self) {
        if let Self::Sqlite(store) = self {
            store.flush();
        }
    }
}
