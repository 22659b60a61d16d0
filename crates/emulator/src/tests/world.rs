//! The test host: an in-memory database shared by threads, a clock that stands still, and random bytes by counter.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use rusqlite::types::Value as SqlValue;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use crate::host::{Config, Host, Row, SqlError, Value};
use crate::{handle, people};

/// 2026-11-22T12:00:00Z.
pub(super) const START: i64 = 1_795_348_800_000;

type Pair<'a> = (&'a str, &'a str);

/// What a webhook receiver got.
#[derive(Debug, Clone)]
pub(super) struct Parcel {
    pub(super) url: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

/// Everything that listens for webhooks.
#[derive(Debug)]
pub(super) struct Receiver {
    pub(super) post: Vec<Parcel>,
    pub(super) answer: Result<u16, String>,
}

/// One instance of the emulator; clones made with [`World::another_instance`] share the database only.
pub(super) struct World {
    database: Arc<Mutex<rusqlite::Connection>>,
    now: Arc<AtomicI64>,
    random: Arc<AtomicU64>,
    gate: AtomicI64,
    prepared: AtomicBool,
    config: Config,
    pub(super) receiver: Arc<Mutex<Receiver>>,
}

impl World {
    pub(super) fn new() -> Self {
        let config = Config {
            public_url: "http://localhost:3000".into(),
            connector_url: "http://localhost:3000".into(),
            client_secret: None,
        };
        let (post, answer) = (Vec::new(), Ok(200));
        Self {
            database: Arc::new(Mutex::new(rusqlite::Connection::open_in_memory().unwrap())),
            now: Arc::new(AtomicI64::new(START)),
            random: Arc::new(AtomicU64::new(1)),
            gate: AtomicI64::new(0),
            prepared: AtomicBool::new(false),
            config,
            receiver: Arc::new(Mutex::new(Receiver { post, answer })),
        }
    }

    pub(super) fn with_secret(secret: &str) -> Self {
        let mut world = Self::new();
        world.config.client_secret = Some(secret.to_owned());
        world
    }

    pub(super) fn beside(connector_url: &str) -> Self {
        let mut world = Self::new();
        world.config.connector_url = connector_url.to_owned();
        world
    }

    /// Lets real time pass.
    pub(super) fn pass(&self, ms: i64) {
        self.now.fetch_add(ms, Ordering::Relaxed);
    }

    pub(super) fn another_instance(&self) -> Self {
        Self {
            database: Arc::clone(&self.database),
            now: Arc::clone(&self.now),
            random: Arc::clone(&self.random),
            gate: AtomicI64::new(0),
            prepared: AtomicBool::new(false),
            config: self.config.clone(),
            receiver: Arc::clone(&self.receiver),
        }
    }

    pub(super) fn send(&self, request: Request<Bytes>) -> Response<Bytes> {
        pollster::block_on(handle(self, request))
    }

    /// A call of the API with the demo key.
    pub(super) fn call(&self, method: &str, path: &str, body: Option<Json>) -> Reply {
        self.call_with(method, path, body, &[])
    }

    pub(super) fn get(&self, path: &str) -> Reply {
        self.call("GET", path, None)
    }

    /// Orders an account in France, for 32 credits.
    pub(super) fn order(&self, headers: &[Pair<'_>]) -> Reply {
        let body = json!({ "bundle_type": "account_only", "country": "FR" });
        self.call_with("POST", "/bundles", Some(body), headers)
    }

    /// `GET /me` with a header.
    pub(super) fn me_with(&self, name: &str, value: &str) -> Reply {
        self.call_with("GET", "/me", None, &[(name, value)])
    }

    /// Plans a fault.
    pub(super) fn fault(&self, fault: Json) {
        self.control("/faults", fault);
    }

    /// A call of the API with the demo key unless the headers bring another one.
    pub(super) fn call_with(
        &self,
        method: &str,
        path: &str,
        body: Option<Json>,
        headers: &[(&str, &str)],
    ) -> Reply {
        let body = body.map(|body| ("application/json", body.to_string()));
        self.request(method, path, body, headers)
    }

    /// A call with a form. A part has the parameters of its `Content-Disposition` and its content.
    pub(super) fn form(
        &self,
        boundary: &str,
        path: &str,
        parts: &[Pair<'_>],
        headers: &[Pair<'_>],
    ) -> Reply {
        let part = |(head, content): &Pair<'_>| {
            format!("--{boundary}\r\ncontent-disposition: form-data; {head}\r\n\r\n{content}\r\n")
        };
        let form = parts.iter().map(part).collect::<String>();
        let media_type = format!("multipart/form-data; boundary={boundary}");
        let body = Some((&*media_type, format!("{form}--{boundary}--\r\n")));
        self.request("POST", path, body, headers)
    }

    /// A call with a body of a media type.
    pub(super) fn request(
        &self,
        method: &str,
        path: &str,
        body: Option<(&str, String)>,
        headers: &[(&str, &str)],
    ) -> Reply {
        let mut request = Request::builder().method(method);
        request = request.uri(format!("http://localhost:3000/api/ext{path}"));
        let mut names = headers.iter().map(|(name, _)| *name);
        if !names.any(|name| name == "x-api-key" || name == "authorization") {
            request = request.header("x-api-key", people::demo_key());
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some((media_type, _)) = body {
            request = request.header("content-type", media_type);
        }
        let (_, body) = body.unwrap_or_default();
        Reply(self.send(request.body(body.into()).unwrap()))
    }

    /// A test control that is accepted.
    pub(super) fn control(&self, path: &str, body: Json) -> Json {
        let reply = self.ask_control("POST", path, &body);
        assert_eq!(reply.status(), 200, "{:?}", reply.0.body());
        reply.json()
    }

    pub(super) fn ask_control(&self, method: &str, path: &str, body: &Json) -> Reply {
        let request = Request::builder().method(method);
        let request = request.uri(format!("http://localhost:3000/emulator{path}"));
        let request = request.header("content-type", "application/json");
        Reply(self.send(request.body(body.to_string().into()).unwrap()))
    }

    /// Lets hours of the emulated clock pass.
    pub(super) fn hours(&self, hours: i64) {
        self.control("/clock", json!({ "advance_seconds": hours * 3600 }));
    }

    /// Runs a statement on the emulator's database.
    pub(super) fn database(&self, statement: &'static str) -> Vec<Row> {
        self.ask_control("GET", "/state", &Json::Null);
        pollster::block_on(self.sql(statement, Vec::new())).unwrap()
    }

    pub(super) fn balance(&self) -> i64 {
        let balance = self.call("GET", "/credits/balance", None).data();
        balance["total_credits"].as_i64().unwrap()
    }
}

/// An answer with shortcuts for assertions.
pub(super) struct Reply(pub(super) Response<Bytes>);

impl Reply {
    pub(super) fn status(&self) -> u16 {
        self.0.status().as_u16()
    }

    pub(super) fn json(&self) -> Json {
        serde_json::from_slice(self.0.body()).unwrap()
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8(self.0.body().to_vec()).unwrap()
    }

    pub(super) fn data(&self) -> Json {
        assert!(self.0.status().is_success(), "{:?}", self.0);
        self.json()["data"].clone()
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let value = self.0.headers().get(name)?;
        value.to_str().ok()
    }

    pub(super) fn assert_refused(&self, status: u16, code: &str) {
        assert_eq!(self.refusal(), (status, code.to_owned()));
    }

    /// Status and code of a refusal.
    pub(super) fn refusal(&self) -> (u16, String) {
        let code = self.json()["error"]["code"].as_str().unwrap().to_owned();
        (self.status(), code)
    }
}

impl Host for World {
    fn now_ms(&self) -> i64 {
        self.now.load(Ordering::Relaxed)
    }

    fn random(&self) -> [u8; 32] {
        Sha256::digest(self.random.fetch_add(1, Ordering::Relaxed).to_le_bytes()).into()
    }

    async fn sql(
        &self,
        statement: &'static str,
        parameters: Vec<Value>,
    ) -> Result<Vec<Row>, SqlError> {
        let database = self.database.lock().unwrap();
        let parameters = parameters.into_iter().map(|value| match value {
            Value::Null => SqlValue::Null,
            Value::Integer(number) => SqlValue::Integer(number),
            Value::Real(number) => SqlValue::Real(number),
            Value::Text(text) => SqlValue::Text(text),
            Value::Blob(bytes) => SqlValue::Blob(bytes),
        });
        let value = |value| match value {
            SqlValue::Null => Value::Null,
            SqlValue::Integer(number) => Value::Integer(number),
            SqlValue::Real(number) => Value::Real(number),
            SqlValue::Text(text) => Value::Text(text),
            SqlValue::Blob(bytes) => Value::Blob(bytes),
        };
        let run = || -> rusqlite::Result<Vec<Row>> {
            let mut statement = database.prepare_cached(statement)?;
            let columns = statement.column_count();
            let row = |row: &rusqlite::Row<'_>| {
                let values = (0..columns).map(|column| row.get(column).map(value));
                Ok(Row(values.collect::<rusqlite::Result<_>>()?))
            };
            let parameters = rusqlite::params_from_iter(parameters);
            statement.query_map(parameters, row)?.collect()
        };
        run().map_err(|error| SqlError(error.to_string()))
    }

    async fn post(
        &self,
        url: &str,
        headers: Vec<(&'static str, String)>,
        body: String,
    ) -> Result<u16, String> {
        let mut receiver = self.receiver.lock().unwrap();
        let url = url.to_owned();
        receiver.post.push(Parcel { url, headers, body });
        receiver.answer.clone()
    }

    async fn pause(&self, _: u64) {
        std::thread::yield_now();
    }

    fn write_gate(&self) -> &AtomicI64 {
        &self.gate
    }

    fn prepared(&self) -> &AtomicBool {
        &self.prepared
    }

    fn config(&self) -> &Config {
        &self.config
    }
}

/// The date in so many days.
pub(super) fn day(days: i64) -> String {
    (crate::time::Time(START) + days * crate::time::DAY).date()
}
