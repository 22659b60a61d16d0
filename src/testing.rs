//! A fake host for native tests: scripted HTTP responses, a clock that the test sets, deterministic random numbers.

use crate::app::App;
use crate::config::Config;
use crate::host::{
    Clock, HttpClient, HttpError, HttpLimits, HttpResponse, Log, Received, Rng, Room, Store,
    StoreError, increment_by_steps,
};
use crate::web::reply::Reply;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use ed25519_dalek::{Signer, SigningKey};
use http::header::CONTENT_LENGTH;
use http::{Method, Request, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

/// The script: returns the response to an outbound request.
type Answer = dyn Fn(&Request<Bytes>) -> Result<Response<Bytes>, HttpError>;

/// A host that records what the core does with it.
pub(crate) struct FakeHost {
    answer: Box<Answer>,
    /// Outbound requests, in the order in which they were sent.
    pub(crate) sent: RefCell<Vec<Request<Bytes>>>,
    pub(crate) now: Cell<Duration>,
    pub(crate) store: RefCell<BTreeMap<String, Entry>>,
    /// Lines of the log.
    pub(crate) log: RefCell<Vec<String>>,
    /// While this is set, every call of the store fails.
    pub(crate) store_is_down: Cell<bool>,
    /// While this is set, no call of the store ends.
    pub(crate) store_hangs: Cell<bool>,
    /// How many calls of the store succeed before one fails.
    pub(crate) store_fails_after: Cell<Option<u32>>,
    /// Whether the store has atomic counters.
    pub(crate) has_counters: Cell<bool>,
    /// How long the next outbound calls take; further ones take no time.
    pub(crate) call_times: RefCell<VecDeque<Duration>>,
    /// Number of random blocks that were drawn.
    drawn: Cell<u64>,
    /// Number of calls of the store and of the network.
    calls: Cell<u64>,
    /// When the sleeping requests wake up.
    sleepers: RefCell<Vec<Duration>>,
}

/// An entry of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    /// Written by `set`.
    Value(Vec<u8>),
    /// Written by `increment`.
    Counter(i64),
}

impl FakeHost {
    /// A host that gets the response to each outbound request from `answer`.
    pub(crate) fn answering(
        answer: impl Fn(&Request<Bytes>) -> Result<Response<Bytes>, HttpError> + 'static,
    ) -> Self {
        Self {
            answer: Box::new(answer),
            sent: RefCell::default(),
            now: Cell::new(Duration::from_secs(1_790_000_000)),
            store: RefCell::default(),
            log: RefCell::default(),
            store_is_down: Cell::new(false),
            store_hangs: Cell::new(false),
            store_fails_after: Cell::new(None),
            has_counters: Cell::new(true),
            call_times: RefCell::default(),
            drawn: Cell::new(0),
            calls: Cell::new(0),
            sleepers: RefCell::default(),
        }
    }

    /// The same host with a store that only reads, writes and deletes.
    pub(crate) fn without_counters(self) -> Self {
        self.has_counters.set(false);
        self
    }

    /// A host that fails the test when a request is sent.
    pub(crate) fn silent() -> Self {
        Self::answering(|request| panic!("unexpected outbound request to {}", request.uri()))
    }
}

impl HttpClient for FakeHost {
    async fn send(
        &self,
        request: Request<Bytes>,
        limits: &HttpLimits,
        room: &dyn Room,
    ) -> Result<HttpResponse, HttpError> {
        let stated = request.headers().get(CONTENT_LENGTH);
        let stated = stated.map(|length| length.to_str().expect("digits").to_owned());
        let has_no_body = matches!(*request.method(), Method::GET | Method::HEAD);
        let expected = (!has_no_body).then(|| request.body().len().to_string());
        assert_eq!(stated, expected, "Content-Length of {}", request.uri());
        let response = (self.answer)(&request);
        self.sent.borrow_mut().push(request);
        self.calls.set(self.calls.get() + 1);
        yield_once().await;
        let time = self.call_times.borrow_mut().pop_front();
        if let Some(time) = time {
            self.now.set(self.now.get() + time.min(limits.total));
            if time > limits.total {
                return Err(HttpError::Timeout);
            }
        }
        let (parts, body) = response?.into_parts();
        let mut received = Received::new(limits.max_body, room);
        received.push(&body);
        let (body, truncated) = received.finish();
        Ok(HttpResponse {
            truncated,
            response: Response::from_parts(parts, body),
        })
    }
}

impl Clock for FakeHost {
    fn now(&self) -> Duration {
        self.now.get()
    }

    fn monotonic(&self) -> Duration {
        self.now.get()
    }

    /// Lets other futures run. The clock advances when all of them sleep.
    async fn sleep(&self, time: Duration) {
        let until = self.now.get() + time;
        let _sleeper = Sleeper::new(&self.sleepers, until);
        while self.now.get() < until {
            let calls = self.calls.get();
            // Two rounds, so that each of the others was polled at least once.
            yield_once().await;
            yield_once().await;
            if self.calls.get() == calls {
                let first = self.sleepers.borrow().iter().min().copied();
                let now = self.now.get().max(first.unwrap_or(until));
                self.now.set(now);
            }
        }
    }
}

/// A sleeping request, until it wakes up or is dropped.
struct Sleeper<'a> {
    sleepers: &'a RefCell<Vec<Duration>>,
    until: Duration,
}

impl<'a> Sleeper<'a> {
    fn new(sleepers: &'a RefCell<Vec<Duration>>, until: Duration) -> Self {
        sleepers.borrow_mut().push(until);
        Self { sleepers, until }
    }
}

impl Drop for Sleeper<'_> {
    fn drop(&mut self) {
        let mut sleepers = self.sleepers.borrow_mut();
        let own = sleepers.iter().position(|time| *time == self.until);
        sleepers.remove(own.expect("listed by new"));
    }
}

impl Rng for FakeHost {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(32) {
            self.drawn.set(self.drawn.get() + 1);
            let random = Sha256::digest(self.drawn.get().to_be_bytes());
            chunk.copy_from_slice(&random[..chunk.len()]);
        }
    }
}

impl Log for FakeHost {
    fn log(&self, line: &str) {
        self.log.borrow_mut().push(line.to_owned());
    }
}

/// Every call first lets other futures run, as a real store does. The rest of the call is one step, so increments are
/// atomic. Using one key for a value and a counter fails the test, because some real stores fail then, too.
impl Store for FakeHost {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.begin_call(key).await?;
        match self.store.borrow().get(key) {
            Some(Entry::Counter(_)) => panic!("{key} is a counter"),
            Some(Entry::Value(value)) => Ok(Some(value.clone())),
            None => Ok(None),
        }
    }

    async fn set(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        self.begin_call(key).await?;
        let old = self
            .store
            .borrow_mut()
            .insert(key.to_owned(), Entry::Value(value.to_vec()));
        assert!(
            !matches!(old, Some(Entry::Counter(_))),
            "{key} is a counter"
        );
        Ok(())
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.begin_call(key).await?;
        self.store.borrow_mut().remove(key);
        Ok(())
    }

    fn has_atomic_counters(&self) -> bool {
        self.has_counters.get()
    }

    async fn increment(&self, key: &str, delta: i64) -> Result<i64, StoreError> {
        if !self.has_atomic_counters() {
            return increment_by_steps(self, key, delta).await;
        }
        self.begin_call(key).await?;
        let mut store = self.store.borrow_mut();
        match store.entry(key.to_owned()).or_insert(Entry::Counter(0)) {
            Entry::Value(_) => panic!("{key} is a value"),
            Entry::Counter(sum) => {
                *sum += delta;
                Ok(*sum)
            }
        }
    }
}

impl FakeHost {
    /// Checks the key, lets other futures run, and fails if the store is down.
    async fn begin_call(&self, key: &str) -> Result<(), StoreError> {
        let is_allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        assert!(
            key.len() <= 255 && key.bytes().all(is_allowed),
            "not a valid key: {key}"
        );
        self.calls.set(self.calls.get() + 1);
        yield_once().await;
        if self.store_hangs.get() {
            std::future::pending::<()>().await;
        }
        let left = self.store_fails_after.get();
        self.store_fails_after
            .set(left.and_then(|left| left.checked_sub(1)));
        if self.store_is_down.get() || left == Some(0) {
            return Err(StoreError("down".to_owned()));
        }
        Ok(())
    }
}

/// Lets other futures run.
pub(crate) async fn yield_once() {
    let mut yielded = false;
    poll_fn(|context| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// A well-formed API key.
pub(crate) fn demo_key() -> String {
    format!("sk_{}", "ab".repeat(32))
}

/// A response with a JSON body.
pub(crate) fn json_answer(status: u16, body: &str) -> Result<Response<Bytes>, HttpError> {
    let response = Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(Bytes::copy_from_slice(body.as_bytes()));
    Ok(response.expect("valid"))
}

/// A connector that is configured with these variables.
pub(crate) fn connector(host: FakeHost, variables: &[(&str, &str)]) -> App<FakeHost> {
    let get = |name: &str| {
        let found = variables.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    let config = Config::from_variables(get).expect("valid variables");
    App {
        host,
        config: config.into(),
        memory: Arc::default(),
        texts: Arc::default(),
    }
}

/// Lets a connector with the default configuration handle a request.
#[cfg(test)]
pub(crate) fn handle(host: FakeHost, request: Request<Bytes>) -> (Reply, FakeHost) {
    let app = connector(host, &[]);
    let reply = pollster::block_on(app.handle(request));
    (reply, app.host)
}

/// Asserts that a preflight allows the headers that OAuth and MCP clients send.
#[track_caller]
pub(crate) fn assert_allows_protocol_headers(reply: &Reply) {
    let allowed = reply.headers()["access-control-allow-headers"]
        .to_str()
        .expect("ASCII");
    for name in [
        "Authorization",
        "Content-Type",
        "MCP-Protocol-Version",
        "Mcp-Method",
        "Mcp-Name",
    ] {
        assert!(allowed.contains(name), "{name}");
    }
}

/// The private key of a test, made of one repeated byte.
pub(crate) fn signing_key(byte: u8) -> SigningKey {
    SigningKey::from_bytes(&[byte; 32])
}

/// The public key that belongs to a private key of a test.
pub(crate) fn public_key(byte: u8) -> Value {
    let key = signing_key(byte).verifying_key();
    let x = URL_SAFE_NO_PAD.encode(key.as_bytes());
    json!({"kty": "OKP", "use": "sig", "kid": "1", "crv": "Ed25519", "x": x})
}

/// A JSON Web Token that is signed with EdDSA, whatever its header says.
pub(crate) fn signed_jwt(header: &Value, claims: &Value, byte: u8) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = signing_key(byte).sign(message.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(signature.to_bytes());
    format!("{message}.{signature}")
}
