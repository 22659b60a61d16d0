//! The seam between the core and whatever runs it: a clock, random bytes, SQL and the configuration. The core sees
//! nothing else, so tests run it natively on an in-memory database.

use std::sync::atomic::{AtomicBool, AtomicI64};

/// What the operator sets.
#[derive(Debug, Clone)]
pub struct Config {
    /// Origin under which the emulator is reached, without a trailing slash; the portal's issuer is `{public_url}/portal`.
    pub public_url: String,
    /// Origin of the connector, without a trailing slash; the OpenID client's redirect URI is
    /// `{connector_url}/connect/callback`.
    pub connector_url: String,
    /// Secret of the OpenID client `tokportal-connector`; without one it is a public client.
    pub client_secret: Option<String>,
}

/// A value of a statement or a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// SQL `NULL`.
    Null,
    /// A 64-bit integer.
    Integer(i64),
    /// A 64-bit float.
    Real(f64),
    /// UTF-8 text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

/// One row of a result, in the order of the selected columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Row(pub Vec<Value>);

/// A statement failed. The text is for the log and never reaches an answer.
#[derive(Debug, Clone)]
pub struct SqlError(pub String);

/// What the core asks of its host.
pub trait Host {
    /// The real time, in milliseconds since the Unix epoch.
    fn now_ms(&self) -> i64;

    /// 32 unpredictable bytes.
    fn random(&self) -> [u8; 32];

    /// Runs one statement with `?1`-style parameters. A single statement is atomic; several are not.
    fn sql(
        &self,
        statement: &'static str,
        parameters: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<Row>, SqlError>>;

    /// Sends a POST request to a receiver on this computer and answers its status; the error is for people.
    fn post(
        &self,
        url: &str,
        headers: Vec<(&'static str, String)>,
        body: String,
    ) -> impl Future<Output = Result<u16, String>>;

    /// Waits.
    fn pause(&self, ms: u64) -> impl Future<Output = ()>;

    /// Until when (real time, in milliseconds) a request of this instance has its turn to change a workspace.
    fn write_gate(&self) -> &AtomicI64;

    /// Set once the tables and the first day exist.
    fn prepared(&self) -> &AtomicBool;

    /// The configuration.
    fn config(&self) -> &Config;
}

impl Row {
    /// The integer in a column, or 0.
    pub fn integer(&self, column: usize) -> i64 {
        self.optional_integer(column).unwrap_or(0)
    }

    /// The integer in a column, unless it is `NULL`.
    pub fn optional_integer(&self, column: usize) -> Option<i64> {
        match self.0.get(column) {
            Some(Value::Integer(number)) => Some(*number),
            // SQLite keeps a whole number that was computed with a fraction as REAL.
            Some(Value::Real(number)) => Some(*number as i64),
            _ => None,
        }
    }

    /// The number in a column, or 0.
    pub fn real(&self, column: usize) -> f64 {
        match self.0.get(column) {
            Some(Value::Real(number)) => *number,
            Some(Value::Integer(number)) => *number as f64,
            _ => 0.0,
        }
    }

    /// The text in a column, or nothing.
    pub fn text(&self, column: usize) -> String {
        self.optional_text(column).unwrap_or_default()
    }

    /// The text in a column, unless it is `NULL`.
    pub fn optional_text(&self, column: usize) -> Option<String> {
        match self.0.get(column) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        }
    }

    /// The bytes in a column, or none.
    pub fn blob(&mut self, column: usize) -> Vec<u8> {
        match self.0.get_mut(column) {
            Some(Value::Blob(bytes)) => std::mem::take(bytes),
            _ => Vec::new(),
        }
    }
}

macro_rules! values {
    ($($source:ty => $kind:ident),+) => {
        $(impl From<$source> for Value {
            fn from(value: $source) -> Self {
                Self::$kind(value.into())
            }
        })+
    };
}

values! { &str => Text, String => Text, i64 => Integer, f64 => Real }

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
