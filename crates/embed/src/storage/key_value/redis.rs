//! A key-value store in Redis.
//!
//! A key of the store is the key in Redis, a value is a string, and a counter is a number in decimal, as Spin has them.
//! So all stores with the same URL are one store.
//!
//! One connection serves all requests at once. A Redis that is down or hangs makes an operation fail within
//! [`OPERATION_TIME`], and the operations after its return succeed without a restart of the host.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::io::tcp::{TcpSettings, socket2::TcpKeepalive};
use redis::{Client, Cmd, FromRedisValue, IntoConnectionInfo as _, RedisError, RedisResult};
use tokio_rustls::rustls::crypto::ring;

use super::{Result, SwapResult};
use crate::log::ComponentLog;

/// How long a connection may take to open, and a command to be answered.
const STEP_TIME: Duration = Duration::from_secs(2);
/// How long an operation may take, with a second try.
const OPERATION_TIME: Duration = Duration::from_secs(3);
/// After how much silence the system asks whether the other end is still there, and how long it waits for an answer.
/// Without this, a connection that a network lost silently would stay open for a quarter of an hour.
const KEEP_ALIVE: Duration = Duration::from_secs(10);
/// Keys that Redis looks at in one step of a listing.
const SCAN_COUNT: u32 = 1000;
/// Sets KEYS[1] to ARGV[1] if its value is ARGV[3], or if ARGV[2] is 0 and it has none. Redis runs a script as one step.
const SWAP: &str = "local seen = redis.call('GET', KEYS[1])
if (ARGV[2] == '1' and seen == ARGV[3]) or (ARGV[2] == '0' and not seen) then
  redis.call('SET', KEYS[1], ARGV[1])
  return {1, false}
end
return {0, seen}";

/// A store in Redis. Clones share the connection.
#[derive(Clone)]
pub(crate) struct RedisStore(Arc<Inner>);

struct Inner {
    connection: ConnectionManager,
    /// `Redis at <host>:<port>`, for messages. The URL may contain a password.
    place: String,
    log: ComponentLog,
    /// Whether the last operation failed, so that the log has one line for an outage and one for its end.
    failing: AtomicBool,
}

impl RedisStore {
    /// Takes a URL `redis://[user:password@]host[:port][/database]`, or `rediss://` for TLS. Connects at the first
    /// operation, so a Redis that is down now does not keep the application from starting.
    ///
    /// # Errors
    /// A message for the person who wrote the URL. It does not contain the URL.
    pub(crate) fn open(url: &str, log: ComponentLog) -> Result<Self> {
        // The client takes the provider of the process. There is one already if another store was opened before.
        let _ = ring::default_provider().install_default();
        let malformed = "is not a Redis URL: write redis://[user:password@]host[:port][/database], or rediss:// for TLS";
        let info = url
            .into_connection_info()
            .map_err(|_| malformed.to_owned())?;
        let place = format!("Redis at {}", info.addr());
        let keep_alive = TcpKeepalive::new()
            .with_time(KEEP_ALIVE)
            .with_interval(KEEP_ALIVE);
        let tcp = TcpSettings::default()
            .set_nodelay(true)
            .set_keepalive(keep_alive);
        #[cfg(target_os = "linux")]
        let tcp = tcp.set_user_timeout(KEEP_ALIVE);
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(STEP_TIME))
            .set_response_timeout(Some(STEP_TIME))
            // The next operation tries again; one that waited for retries would only wait longer.
            .set_number_of_retries(0);
        let connection = Client::open(info.set_tcp_settings(tcp))
            .and_then(|client| ConnectionManager::new_lazy_with_config(client, config))
            .map_err(|error| error.to_string())?;
        Ok(Self(Arc::new(Inner {
            connection,
            place,
            log,
            failing: AtomicBool::new(false),
        })))
    }

    pub(super) async fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        self.run(redis::cmd("GET").arg(key)).await
    }

    pub(super) async fn get_many(
        &self,
        keys: Vec<String>,
    ) -> Result<Vec<(String, Option<Vec<u8>>)>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let values: Vec<Option<Vec<u8>>> = self.run(redis::cmd("MGET").arg(&keys)).await?;
        Ok(keys.into_iter().zip(values).collect())
    }

    pub(super) async fn exists(&self, key: &str) -> Result<bool> {
        self.run(redis::cmd("EXISTS").arg(key)).await
    }

    pub(super) async fn set(&self, key: &str, value: &[u8]) -> Result<()> {
        self.run(redis::cmd("SET").arg(key).arg(value)).await
    }

    pub(super) async fn set_many(&self, entries: &[(String, Vec<u8>)]) -> Result<()> {
        if entries.is_empty() {
            return Ok(());
        }
        let mut command = redis::cmd("MSET");
        for (key, value) in entries {
            command.arg(key).arg(value.as_slice());
        }
        self.run(&command).await
    }

    pub(super) async fn delete(&self, key: &str) -> Result<()> {
        self.run(redis::cmd("DEL").arg(key)).await
    }

    pub(super) async fn delete_many(&self, keys: &[String]) -> Result<()> {
        if keys.is_empty() {
            return Ok(());
        }
        self.run(redis::cmd("DEL").arg(keys)).await
    }

    /// All keys. Redis answers in steps, so that other clients are served between them.
    pub(super) async fn keys(&self) -> Result<Vec<String>> {
        let mut keys = BTreeSet::new();
        let mut cursor: u64 = 0;
        loop {
            let mut command = redis::cmd("SCAN");
            command.arg(cursor).arg("COUNT").arg(SCAN_COUNT);
            let (next, found): (u64, Vec<String>) = self.run(&command).await?;
            // A key can occur in more than one step.
            keys.extend(found);
            if next == 0 {
                return Ok(keys.into_iter().collect());
            }
            cursor = next;
        }
    }

    pub(super) async fn increment(&self, key: &str, delta: i64) -> Result<i64> {
        self.run_once(redis::cmd("INCRBY").arg(key).arg(delta))
            .await
    }

    pub(super) async fn swap(
        &self,
        key: &str,
        expected: Option<&[u8]>,
        value: &[u8],
    ) -> Result<SwapResult> {
        let mut command = redis::cmd("EVAL");
        command.arg(SWAP).arg(1).arg(key).arg(value);
        command.arg(i32::from(expected.is_some()));
        command.arg(expected.unwrap_or_default());
        match self.run_once(&command).await? {
            (1_i64, _) => Ok(SwapResult::Done),
            (_, seen) => Ok(SwapResult::Stale(seen)),
        }
    }

    /// Runs a command that may run twice.
    async fn run<T: FromRedisValue>(&self, command: &Cmd) -> Result<T> {
        self.in_time(self.twice(command)).await
    }

    /// Runs a command that must not run twice: an error can mean that Redis ran it and the answer was lost. So it is
    /// sent over a connection that has just answered.
    async fn run_once<T: FromRedisValue>(&self, command: &Cmd) -> Result<T> {
        self.in_time(async {
            self.twice::<()>(&redis::cmd("PING")).await?;
            command.query_async(&mut self.0.connection.clone()).await
        })
        .await
    }

    /// Sends a command again if the connection failed: the client learns that a connection is lost from a failed
    /// command, and then opens another one.
    async fn twice<T: FromRedisValue>(&self, command: &Cmd) -> RedisResult<T> {
        let mut connection = self.0.connection.clone();
        match command.query_async(&mut connection).await {
            Err(error) if error.is_io_error() => command.query_async(&mut connection).await,
            result => result,
        }
    }

    async fn in_time<T>(&self, work: impl Future<Output = RedisResult<T>>) -> Result<T> {
        let result = match tokio::time::timeout(OPERATION_TIME, work).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(describe(&error)),
            Err(_) => Err("does not answer in time".to_owned()),
        };
        let Inner {
            place,
            log,
            failing,
            ..
        } = &*self.0;
        match result {
            Ok(value) => {
                if failing.swap(false, Ordering::Relaxed) {
                    log.host(&format!("{place} answers again"));
                }
                Ok(value)
            }
            Err(problem) => {
                let text = format!("{place}: {problem}");
                if !failing.swap(true, Ordering::Relaxed) {
                    log.host(&text);
                }
                Err(text)
            }
        }
    }
}

fn describe(error: &RedisError) -> String {
    if error.is_timeout() {
        "does not answer in time".to_owned()
    } else {
        error.to_string()
    }
}
