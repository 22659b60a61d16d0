//! What a handler is given: the checked request, and the circumstances of the call.

use std::cell::Cell;

use data_encoding::HEXLOWER;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::error::{ApiError, Code};
use crate::multipart::Form;
use crate::people::Person;
use crate::store::keys::Key;

/// A request that passed the generic checks.
#[derive(Debug)]
pub struct Request {
    /// Values of the path template, decoded, in order.
    pub path: Vec<(&'static str, String)>,
    /// Query parameters, typed and with defaults.
    pub query: Map<String, Value>,
    /// The JSON body with defaults; `Null` if there is none.
    pub body: Value,
    /// The body of an operation that takes a form.
    pub form: Option<Form>,
}

/// The circumstances of a call.
#[derive(Debug)]
pub struct Context {
    /// The emulated time, in milliseconds since the Unix epoch.
    pub now: i64,
    /// Nothing will be stored.
    pub dry_run: bool,
    /// The key that was used; none on the few operations that need none.
    pub key: Option<Key>,
    /// Owner of the workspace.
    pub person: &'static Person,
    /// Origin under which the emulator is reached, for links in answers.
    pub public_url: String,
    /// Unpredictable bytes of this call.
    entropy: [u8; 32],
    secrets: Cell<u64>,
}

impl Context {
    /// The circumstances of one call.
    pub fn new(
        now: i64,
        dry_run: bool,
        key: Option<Key>,
        person: &'static Person,
        public_url: &str,
        entropy: [u8; 32],
    ) -> Self {
        Self {
            now,
            dry_run,
            key,
            person,
            public_url: public_url.to_owned(),
            entropy,
            secrets: Cell::new(0),
        }
    }

    /// A fresh secret of 64 hexadecimal digits. Ids are deterministic, secrets are not.
    pub fn secret(&self) -> String {
        let number = self.secrets.replace(self.secrets.get() + 1);
        HEXLOWER.encode(
            &Sha256::new()
                .chain_update(self.entropy)
                .chain_update(number.to_le_bytes())
                .finalize(),
        )
    }
}

impl Request {
    /// A value of the path, by its name in the template.
    pub fn path(&self, name: &str) -> &str {
        self.path
            .iter()
            .find(|(key, _)| *key == name)
            .map_or("", |(_, value)| value)
    }

    /// The text of a query parameter.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.query.get(name).and_then(Value::as_str)
    }

    /// The number of a query parameter.
    pub fn integer(&self, name: &str) -> Option<i64> {
        self.query.get(name).and_then(Value::as_i64)
    }

    /// The form that was sent.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` if none was.
    pub fn form(&self) -> Result<&Form, ApiError> {
        self.form
            .as_ref()
            .ok_or_else(|| ApiError::field("the body", "is required"))
    }

    /// The body as a type. The document's rules are checked already; what still does not fit is a validation error.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        T::deserialize(&self.body).map_err(|error| {
            ApiError::new(
                Code::ValidationError,
                format!("The body does not fit: {error}."),
            )
        })
    }
}
