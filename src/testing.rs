//! A host for native tests: answers by a script, a clock that stands still, randomness that counts.

use crate::app::App;
use crate::config::Config;
use crate::host::{
    Clock, HttpClient, HttpError, HttpLimits, HttpResponse, Log, Rng, Store, StoreError,
};
use crate::web::reply::Reply;
use bytes::Bytes;
use http::{Request, Response};
use sha2::{Digest, Sha256};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

/// The script: from an outbound request to its answer.
type Outside = dyn Fn(&Request<Bytes>) -> Result<Response<Bytes>, HttpError>;

/// Plays the outside. Every outbound request is kept for inspection.
pub(crate) struct FakeHost {
    /// Answers an outbound request.
    pub(crate) answer: Box<Outside>,
    /// What was sent.
    pub(crate) sent: RefCell<Vec<Request<Bytes>>>,
    /// The time.
    pub(crate) now: Cell<Duration>,
    /// What the store holds.
    pub(crate) store: RefCell<BTreeMap<String, Entry>>,
    /// What was written to the log.
    pub(crate) log: RefCell<Vec<String>>,
    /// The store fails while this is set.
    pub(crate) store_is_down: Cell<bool>,
    drawn: Cell<u64>,
}

/// What is under a key of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    /// Written by `set`.
    Value(Vec<u8>),
    /// Moved by `increment`.
    Counter(i64),
}

impl FakeHost {
    /// A host whose outside answers like this.
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
            drawn: Cell::new(0),
        }
    }

    /// A host that must not be asked for anything.
    pub(crate) fn silent() -> Self {
        Self::answering(|request| panic!("unexpected outbound request to {}", request.uri()))
    }
}

impl HttpClient for FakeHost {
    async fn send(
        &self,
        request: Request<Bytes>,
        limits: &HttpLimits,
    ) -> Result<HttpResponse, HttpError> {
        let response = (self.answer)(&request);
        self.sent.borrow_mut().push(request);
        yield_once().await;
        let (parts, body) = response?.into_parts();
        let kept = body.len().min(limits.max_body);
        Ok(HttpResponse {
            truncated: kept < body.len(),
            response: Response::from_parts(parts, body.slice(..kept)),
        })
    }
}

impl Clock for FakeHost {
    fn now(&self) -> Duration {
        self.now.get()
    }

    /// Nobody waits: the clock is put forward, and the others run.
    async fn sleep(&self, time: Duration) {
        self.now.set(self.now.get() + time);
        yield_once().await;
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

/// Every call lets the others run first, as a real store does; what follows is one step, so increments are atomic. A
/// value and a counter under one key are a defect that some real stores answer with a crash.
impl Store for FakeHost {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.reach(key).await?;
        match self.store.borrow().get(key) {
            Some(Entry::Counter(_)) => panic!("{key} is a counter"),
            Some(Entry::Value(value)) => Ok(Some(value.clone())),
            None => Ok(None),
        }
    }

    async fn set(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        self.reach(key).await?;
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
        self.reach(key).await?;
        self.store.borrow_mut().remove(key);
        Ok(())
    }

    async fn increment(&self, key: &str, delta: i64) -> Result<i64, StoreError> {
        self.reach(key).await?;
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
    async fn reach(&self, key: &str) -> Result<(), StoreError> {
        let fit = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        assert!(
            key.len() <= 255 && key.bytes().all(fit),
            "not a key for every store: {key}"
        );
        yield_once().await;
        if self.store_is_down.get() {
            return Err(StoreError("down".to_owned()));
        }
        Ok(())
    }
}

/// Lets other futures run.
async fn yield_once() {
    let mut yielded = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut yielded, true) {
            return std::task::Poll::Ready(());
        }
        context.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}

/// A well-formed key.
pub(crate) fn demo_key() -> String {
    format!("sk_{}", "ab".repeat(32))
}

/// A JSON answer.
pub(crate) fn json_answer(status: u16, body: &str) -> Result<Response<Bytes>, HttpError> {
    let response = Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(Bytes::copy_from_slice(body.as_bytes()));
    Ok(response.expect("valid"))
}

/// A connector with these variables.
pub(crate) fn connector(host: FakeHost, variables: &[(&str, &str)]) -> App<FakeHost> {
    let value = |name: &str| {
        let found = variables.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    let config = Config::from_variables(value).expect("valid variables");
    App { host, config }
}

/// Sends a request through a connector with default configuration.
pub(crate) fn handle(host: FakeHost, request: Request<Bytes>) -> (Reply, FakeHost) {
    let connector = connector(host, &[]);
    let reply = pollster::block_on(connector.handle(request));
    (reply, connector.host)
}
