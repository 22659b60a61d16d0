//! Key-value stores and SQLite databases.

mod key_value;
mod location;
mod sqlite;

pub(crate) use key_value::{KeyValue, KeyValueFile, RedisStore, SwapResult};
pub(crate) use location::StateLocation;
pub(crate) use sqlite::{Database, Lease, Row, SqlError, SqlValue, StatementResult};
