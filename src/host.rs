//! The seams between the core and the platform: HTTP client, key-value store, log, clock, random numbers.
//!
//! A shell implements [`Host`] for its platform, and the native tests have a fake. Futures need not be `Send`, because
//! a component has one thread.

use bytes::Bytes;
use std::fmt;
use std::future::Future;
use std::time::Duration;

/// All seams that the core uses.
pub trait Host: HttpClient + Store + Clock + Rng + Log {}

impl<T: HttpClient + Store + Clock + Rng + Log> Host for T {}

/// Outbound HTTP.
pub trait HttpClient {
    /// Sends one request and reads the response. It must not follow redirects. The request states the length of its body,
    /// which the shell passes on, so that the body is not sent in chunks. The body of the response is read as far as there
    /// is `room`, with [`Received`].
    ///
    /// # Errors
    /// [`HttpError`] when the headers or the body of the response do not arrive completely and in time.
    fn send(
        &self,
        request: http::Request<Bytes>,
        limits: &HttpLimits,
        room: &dyn Room,
    ) -> impl Future<Output = Result<HttpResponse, HttpError>>;
}

/// Limits of one outbound call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HttpLimits {
    /// Time to establish the connection.
    pub connect: Duration,
    /// Time from the request to the first byte of the response.
    pub first_byte: Duration,
    /// Time for the whole call.
    pub total: Duration,
    /// Bytes of the body to keep. The rest is dropped, and [`HttpResponse::truncated`] is set.
    pub max_body: usize,
}

/// The response to an outbound call.
#[derive(Debug, Clone)]
pub struct HttpResponse {
    /// Status, headers and the body up to the limit.
    pub response: http::Response<Bytes>,
    /// Whether the body was longer than [`HttpLimits::max_body`].
    pub truncated: bool,
}

/// Why an outbound call has no response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HttpError {
    /// The URL is not on the allow-list of the platform (Spin: `allowed_outbound_hosts`).
    Forbidden,
    /// A time limit passed; whether the server acted is unknown.
    Timeout,
    /// The connection could not be established or broke. The text is for the log.
    Failed(String),
    /// The connector did not send the request, so nothing was done. The text says why.
    NotSent(&'static str),
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Forbidden => f.write_str("the host's allow-list refuses the address"),
            Self::Timeout => f.write_str("no answer in time"),
            Self::Failed(why) => write!(f, "the connection failed: {why}"),
            Self::NotSent(why) => write!(f, "the request was not sent: {why}"),
        }
    }
}

/// A key-value store that is persistent and shared by all instances.
///
/// Keys are at most 255 characters of `[a-z0-9-]` and never contain input of a client, because some stores put them
/// into queries. A key holds either a value (get, set) or a counter (increment), never both; either may be deleted.
///
/// A platform without atomic counters implements only [`Store::get`], [`Store::set`] and [`Store::delete`].
pub trait Store {
    /// The value of a key, if there is one.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    fn get(&self, key: &str) -> impl Future<Output = Result<Option<Vec<u8>>, StoreError>>;

    /// Writes the value of a key and replaces an older one.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails; whether the value was written is then unknown.
    fn set(&self, key: &str, value: &[u8]) -> impl Future<Output = Result<(), StoreError>>;

    /// Deletes a value or a counter; deleting an absent key is not an error.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    fn delete(&self, key: &str) -> impl Future<Output = Result<(), StoreError>>;

    /// Whether two calls of [`Store::increment`] that add 1 never return the same sum.
    fn has_atomic_counters(&self) -> bool {
        false
    }

    /// Adds to a counter and returns the sum; an absent counter counts as 0, and adding 0 reads it.
    ///
    /// The default implementation is [`increment_by_steps`].
    ///
    /// # Errors
    /// [`StoreError`] when the store fails; whether the counter changed is then unknown.
    fn increment(&self, key: &str, delta: i64) -> impl Future<Output = Result<i64, StoreError>> {
        increment_by_steps(self, key, delta)
    }
}

/// [`Store::increment`] by a read and a write, so of two concurrent calls one can be lost. That is good enough to limit
/// rates, and for nothing else.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub async fn increment_by_steps(
    store: &(impl Store + ?Sized),
    key: &str,
    delta: i64,
) -> Result<i64, StoreError> {
    let text = store.get(key).await?.map(String::from_utf8);
    let count = text.and_then(Result::ok).and_then(|text| text.parse().ok());
    let sum = i64::saturating_add(count.unwrap_or(0), delta);
    if delta != 0 {
        store.set(key, sum.to_string().as_bytes()).await?;
    }
    Ok(sum)
}

/// The store failed. The text is for the log and contains no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreError(pub String);

impl StoreError {
    /// The error of a call of the store. No interface of a store has a value in its errors.
    #[must_use]
    pub fn of(call: &str, error: &impl fmt::Debug) -> Self {
        Self(format!("{call}: {error:?}"))
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the key-value store failed: {}", self.0)
    }
}

/// The operator's log. A line never contains a key, a code, a token or a URL with a query.
pub trait Log {
    /// Writes one line.
    fn log(&self, line: &str);
}

/// The clocks of the system.
pub trait Clock {
    /// Time since the Unix epoch.
    fn now(&self) -> Duration;

    /// Time since some moment before this request, by a clock that nobody sets. Only the difference between two
    /// readings in one request has a meaning.
    fn monotonic(&self) -> Duration;

    /// Waits without blocking other requests.
    fn sleep(&self, time: Duration) -> impl Future<Output = ()>;
}

/// A cryptographically secure random number generator.
pub trait Rng {
    /// Fills the buffer with random bytes.
    fn fill(&self, buffer: &mut [u8]);
}

/// The unread body of an incoming request.
pub trait IncomingBody {
    /// Reads the next bytes; `None` at the end.
    ///
    /// # Errors
    /// [`BodyError::Broken`].
    fn chunk(&mut self) -> impl Future<Output = Result<Option<Bytes>, BodyError>>;

    /// Reads the whole body.
    ///
    /// # Errors
    /// [`BodyError::TooLarge`] as soon as more than `limit` bytes have arrived.
    fn read(mut self, limit: usize) -> impl Future<Output = Result<Bytes, BodyError>>
    where
        Self: Sized,
    {
        async move {
            let mut received = Received::new(limit, &Unlimited);
            while let Some(chunk) = self.chunk().await? {
                if !received.push(&chunk) {
                    return Err(BodyError::TooLarge);
                }
            }
            Ok(received.finish().0)
        }
    }
}

/// Says whether a request may keep more.
pub trait Room {
    /// Whether the body that is being read may take `bytes` in all.
    fn grow(&self, bytes: usize) -> bool;
}

/// Room without a limit of its own.
pub(crate) struct Unlimited;

impl Room for Unlimited {
    fn grow(&self, _: usize) -> bool {
        true
    }
}

/// A body that is being read, up to a limit.
pub struct Received<'a> {
    bytes: Vec<u8>,
    limit: usize,
    room: &'a dyn Room,
    is_truncated: bool,
}

impl<'a> Received<'a> {
    /// An empty body of at most `limit` bytes, for which there is room.
    #[must_use]
    pub fn new(limit: usize, room: &'a dyn Room) -> Self {
        Self {
            bytes: Vec::new(),
            limit,
            room,
            is_truncated: false,
        }
    }

    /// Adds bytes. Returns whether all of them were kept; if not, the body is truncated and complete.
    pub fn push(&mut self, chunk: &[u8]) -> bool {
        let (len, capacity) = (self.bytes.len(), self.bytes.capacity());
        let kept = chunk.len().min(self.limit.saturating_sub(len));
        let (chunk, rest) = chunk.split_at_checked(kept).unwrap_or((chunk, &[]));
        let needed = len.saturating_add(kept);
        if needed > capacity {
            // By half, so that the copy and the spare room stay small.
            let wanted = needed
                .max(capacity.saturating_add(capacity / 2))
                .min(self.limit);
            if !self.room.grow(wanted) {
                self.is_truncated = true;
                return false;
            }
            self.bytes.reserve_exact(wanted.saturating_sub(len));
        }
        self.bytes.extend_from_slice(chunk);
        self.is_truncated = !rest.is_empty();
        rest.is_empty()
    }

    /// How many bytes have arrived.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether nothing has arrived.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The bytes, and whether there were more.
    #[must_use]
    pub fn finish(self) -> (Bytes, bool) {
        (self.bytes.into(), self.is_truncated)
    }
}

impl fmt::Debug for Received<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Received({} bytes)", self.bytes.len())
    }
}

/// Why a request body could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyError {
    /// The body is longer than the limit.
    TooLarge,
    /// The client disconnected or sent invalid framing.
    Broken,
}

impl IncomingBody for Bytes {
    async fn chunk(&mut self) -> Result<Option<Bytes>, BodyError> {
        let whole = std::mem::take(self);
        Ok((!whole.is_empty()).then_some(whole))
    }
}
