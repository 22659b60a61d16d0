//! The Spin shell: fills the core's seam with the host's SQLite, variables, clock and random bytes.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::{Bytes, BytesMut};
use futures_util::future::{Either, select};
use spin_sdk::http::body::IncomingBodyExt;
use spin_sdk::http::{FullBody, IntoResponse, Request, Response};
use spin_sdk::http_service;
use spin_sdk::sqlite::{self, Connection};
use spin_sdk::variables;

use crate::host::{Config, Host, Row, SqlError, Value};
use crate::outgoing::{self, message};

/// Largest request body (a form with an upload), and bytes that the large bodies of an instance have together: a host
/// limits the memory of an instance, and one that exceeds it takes the other requests of the instance along.
const BODY_MAX: usize = 24 << 20;
/// Bodies up to this size are not counted.
const SMALL_BODY: usize = 64 << 10;
/// How long a large body waits for its turn, and how long between two looks, in milliseconds.
const LONGEST_WAIT_MS: u64 = 20_000;
const LOOK_EVERY_MS: u64 = 10;
/// How long a webhook receiver may take to answer.
const DELIVERY_TIMEOUT_MS: u64 = 2_000;
/// Where the emulator is reached when nothing else is configured.
const DEFAULT_PUBLIC_URL: &str = "http://localhost:3000";

// Instances are reused and serve several requests at once; these belong to the instance, not to a person.
static BODY_BYTES: AtomicUsize = AtomicUsize::new(0);
static WRITE_GATE: AtomicI64 = AtomicI64::new(0);
static PREPARED: AtomicBool = AtomicBool::new(false);

/// The Spin host, for one request.
struct Spin {
    database: Connection,
    config: Config,
}

#[http_service]
async fn handle(request: Request) -> impl IntoResponse {
    let response = match (read(request).await, Spin::open().await) {
        (Ok((request, _room)), Ok(spin)) => crate::handle(&spin, request).await,
        (Err(response), _) => response,
        (_, Err(error)) => outgoing::failed("start", &error),
    };
    // Without this turn, the head of the reply leaves Spin before its body, and Nagle's algorithm delays the body.
    spin_sdk::wit_bindgen::yield_async().await;
    with_length(response)
}

impl Spin {
    async fn open() -> Result<Self, SqlError> {
        let database = Connection::open_default().await;
        let database = database.map_err(|error| SqlError(format!("SQLite: {error:?}")))?;
        let public_url = origin("public_url").await;
        let public_url = public_url.unwrap_or_else(|| DEFAULT_PUBLIC_URL.to_owned());
        let connector_url = origin("connector_url").await;
        let secret = variables::get("portal_client_secret").await.ok();
        let client_secret = secret.filter(|secret| !secret.is_empty());
        let config = Config {
            connector_url: connector_url.unwrap_or_else(|| public_url.clone()),
            public_url,
            client_secret,
        };
        Ok(Self { database, config })
    }
}

/// The origin that a variable names, without a trailing slash; `None` if it is not declared or empty.
async fn origin(variable: &str) -> Option<String> {
    let value = variables::get(variable).await.ok()?;
    let origin = value.trim().trim_end_matches('/');
    (!origin.is_empty()).then(|| origin.to_owned())
}

impl Host for Spin {
    fn now_ms(&self) -> i64 {
        let elapsed = SystemTime::now().duration_since(UNIX_EPOCH);
        i64::try_from(elapsed.unwrap_or_default().as_millis()).unwrap_or(i64::MAX)
    }

    fn random(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        // WASI's random source cannot fail; an emulator without it must not go on with guessable secrets.
        if getrandom::fill(&mut bytes).is_err() {
            std::process::abort();
        }
        bytes
    }

    async fn sql(
        &self,
        statement: &'static str,
        parameters: Vec<Value>,
    ) -> Result<Vec<Row>, SqlError> {
        let failed = |error: sqlite::Error| SqlError(format!("{error:?} in {statement}"));
        let parameters = parameters.into_iter().map(into_spin);
        let found = self.database.execute(statement, parameters).await;
        let rows = found.map_err(failed)?.collect().await.map_err(failed)?;
        let row = |row: sqlite::RowResult| Row(row.values.into_iter().map(from_spin).collect());
        Ok(rows.into_iter().map(row).collect())
    }

    async fn post(
        &self,
        url: &str,
        headers: Vec<(&'static str, String)>,
        body: String,
    ) -> Result<u16, String> {
        let mut request = http::Request::post(url);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request
            .header(http::header::CONTENT_LENGTH, body.len())
            .body(FullBody::new(Bytes::from(body)))
            .map_err(|error| error.to_string())?;
        let answer = pin!(spin_sdk::http::send(request));
        match select(answer, pin!(self.pause(DELIVERY_TIMEOUT_MS))).await {
            Either::Left((Ok(response), _)) => Ok(response.status().as_u16()),
            Either::Left((Err(error), _)) => Err(format!("The receiver is not there: {error:?}.")),
            Either::Right(_) => Err("The receiver took too long.".to_owned()),
        }
    }

    fn pause(&self, ms: u64) -> impl Future<Output = ()> {
        spin_sdk::time::sleep(Duration::from_millis(ms))
    }

    fn write_gate(&self) -> &AtomicI64 {
        &WRITE_GATE
    }

    fn prepared(&self) -> &AtomicBool {
        &PREPARED
    }

    fn config(&self) -> &Config {
        &self.config
    }
}

fn into_spin(value: Value) -> sqlite::Value {
    match value {
        Value::Null => sqlite::Value::Null,
        Value::Integer(number) => sqlite::Value::Integer(number),
        Value::Real(number) => sqlite::Value::Real(number),
        Value::Text(text) => sqlite::Value::Text(text),
        Value::Blob(bytes) => sqlite::Value::Blob(bytes),
    }
}

fn from_spin(value: sqlite::Value) -> Value {
    match value {
        sqlite::Value::Integer(number) => Value::Integer(number),
        sqlite::Value::Real(number) => Value::Real(number),
        sqlite::Value::Text(text) => Value::Text(text),
        sqlite::Value::Blob(bytes) => Value::Blob(bytes),
        sqlite::Value::Null => Value::Null,
    }
}

/// Room for a body, until its request is answered.
struct Room(usize);

impl Room {
    /// Waits until the other bodies leave room for so many bytes.
    async fn take(size: usize) -> Option<Self> {
        let size = if size > SMALL_BODY { size } else { 0 };
        for _ in 0..LONGEST_WAIT_MS / LOOK_EVERY_MS {
            let used = BODY_BYTES.load(Ordering::Relaxed);
            if size == 0 || used + size <= BODY_MAX {
                BODY_BYTES.store(used + size, Ordering::Relaxed);
                return Some(Self(size));
            }
            spin_sdk::time::sleep(Duration::from_millis(LOOK_EVERY_MS)).await;
        }
        None
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        BODY_BYTES.fetch_sub(self.0, Ordering::Relaxed);
    }
}

/// Reads the whole request, up to the largest body that any operation takes.
async fn read(request: Request) -> Result<(http::Request<Bytes>, Room), Response<Bytes>> {
    use futures_util::StreamExt;

    let (parts, body) = request.into_parts();
    let mut stream = body.stream();
    let stated = parts.headers.get(http::header::CONTENT_LENGTH);
    let stated = stated.and_then(|length| length.to_str().ok()?.parse().ok());
    let (mut bytes, mut room) = (BytesMut::new(), Room(0));
    while let Some(chunk) = stream.next().await {
        let Ok(chunk) = chunk else {
            return Err(message(400, "The request body broke off."));
        };
        if bytes.is_empty() {
            // A body of unknown length may become the largest one.
            let size = stated.unwrap_or(BODY_MAX).min(BODY_MAX);
            room = Room::take(size).await.ok_or_else(busy)?;
            bytes.reserve(size);
        }
        if bytes.len() + chunk.len() > BODY_MAX {
            return Err(message(413, "The request body is too large."));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok((http::Request::from_parts(parts, bytes.freeze()), room))
}

fn busy() -> Response<Bytes> {
    let mut busy = message(503, "Other large requests are running. Try again.");
    outgoing::add(&mut busy, "retry-after", "1");
    busy
}

/// A body of known length: without the header Spin sends chunks in two writes, which costs tens of milliseconds. An
/// answer that is meant to break off brings a larger length already.
fn with_length(response: Response<Bytes>) -> Response<FullBody<Bytes>> {
    let (mut parts, body) = response.into_parts();
    if parts.status != http::StatusCode::NO_CONTENT {
        let length = parts.headers.entry(http::header::CONTENT_LENGTH);
        length.or_insert(body.len().into());
    }
    Response::from_parts(parts, FullBody::new(body))
}
