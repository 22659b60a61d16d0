//! The seams: all that the core knows of the outside.
//!
//! A host shell implements [`Host`]; natively a test does. The traits are not `Send`: a component has one thread.

use bytes::Bytes;
use std::fmt;
use std::future::Future;
use std::time::Duration;

/// Everything outside the core.
pub trait Host: HttpClient + Store + Clock + Rng + Log {}

impl<T: HttpClient + Store + Clock + Rng + Log> Host for T {}

/// Outbound HTTP.
pub trait HttpClient {
    /// Sends one request and reads the answer. Redirects are never followed.
    ///
    /// # Errors
    /// [`HttpError`] when no complete answer head arrived in time; a body that breaks off is an error, too.
    fn send(
        &self,
        request: http::Request<Bytes>,
        limits: &HttpLimits,
    ) -> impl Future<Output = Result<HttpResponse, HttpError>>;
}

/// Limits of one outbound call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HttpLimits {
    /// Until the connection stands.
    pub connect: Duration,
    /// From the request until the first byte of the answer.
    pub first_byte: Duration,
    /// The whole call.
    pub total: Duration,
    /// Bytes of the body to keep; what comes after is dropped and [`HttpResponse::truncated`] is set.
    pub max_body: usize,
}

/// The answer to an outbound call.
#[derive(Debug, Clone)]
pub struct HttpResponse {
    /// Status, headers and the body as far as it was kept.
    pub response: http::Response<Bytes>,
    /// The body was longer than [`HttpLimits::max_body`].
    pub truncated: bool,
}

/// Why an outbound call has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HttpError {
    /// The host's allow-list does not have the address (Spin: `allowed_outbound_hosts`).
    Forbidden,
    /// One of the time limits passed; whether the other side acted is unknown.
    Timeout,
    /// No connection, or it broke. The text is for the log.
    Failed(String),
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Forbidden => f.write_str("the host's allow-list refuses the address"),
            Self::Timeout => f.write_str("no answer in time"),
            Self::Failed(why) => write!(f, "the connection failed: {why}"),
        }
    }
}

/// A key-value store that outlives the instance and is shared by all of them.
///
/// Keys are at most 255 characters of `[a-z0-9-]` and never hold what a client sent, because some stores put them into
/// queries. A key is either a value (get, set) or a counter (increment), never both; either may be deleted.
pub trait Store {
    /// The value under a key, if there is one.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    fn get(&self, key: &str) -> impl Future<Output = Result<Option<Vec<u8>>, StoreError>>;

    /// Puts a value under a key, whether or not there is one.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer; whether the value was written is unknown then.
    fn set(&self, key: &str, value: &[u8]) -> impl Future<Output = Result<(), StoreError>>;

    /// Removes a key, value or counter; an absent one is fine.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    fn delete(&self, key: &str) -> impl Future<Output = Result<(), StoreError>>;

    /// Adds to a counter and returns the sum; an absent counter is 0. No two calls that add 1 see the same sum, unless
    /// the component was built without `atomics`. Adding 0 reads.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer; whether the counter moved is unknown then.
    fn increment(&self, key: &str, delta: i64) -> impl Future<Output = Result<i64, StoreError>>;
}

/// The store did not answer. The text is for the log and holds no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreError(pub String);

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the key-value store failed: {}", self.0)
    }
}

/// The operator's log. A line never holds a key, a code, a token or an address with a query.
pub trait Log {
    /// Writes one line.
    fn log(&self, line: &str);
}

/// The time of day.
pub trait Clock {
    /// Time since 1970-01-01T00:00:00Z.
    fn now(&self) -> Duration;

    /// Lets this time pass, and other requests run.
    fn sleep(&self, time: Duration) -> impl Future<Output = ()>;
}

/// Randomness fit for keys.
pub trait Rng {
    /// Fills the buffer from a cryptographic source.
    fn fill(&self, buffer: &mut [u8]);
}

/// The body of an incoming request, not yet read.
pub trait IncomingBody {
    /// Reads the whole body.
    ///
    /// # Errors
    /// [`BodyError::TooLarge`] as soon as more than `limit` bytes have come.
    fn read(self, limit: usize) -> impl Future<Output = Result<Bytes, BodyError>>;
}

/// Why a request body could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyError {
    /// Over the limit.
    TooLarge,
    /// The client went away or broke the framing.
    Broken,
}

impl IncomingBody for Bytes {
    async fn read(self, limit: usize) -> Result<Bytes, BodyError> {
        if self.len() > limit {
            Err(BodyError::TooLarge)
        } else {
            Ok(self)
        }
    }
}
