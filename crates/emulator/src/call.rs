//! What a handler is given besides the workspace: the checked request and the circumstances of the call.

use std::cell::Cell;

use data_encoding::HEXLOWER;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::answer::Answer;
use crate::contract::Operation;
use crate::error::ApiError;
use crate::multipart::Form;
use crate::people::Person;
use crate::time::Time;
use crate::workspace::Workspace;

/// What a handler answers.
pub(crate) type Reply = Result<Answer, ApiError>;

/// Does one operation on a workspace. Nothing is kept if it fails or if the call is a dry run.
pub(crate) type Handler = fn(&mut Workspace, &Call) -> Reply;

/// One call of an operation. Its query and body keep the rules of the API document.
pub(crate) struct Call {
    pub(crate) operation: &'static Operation,
    /// Values of the path template, decoded.
    pub(crate) path: Vec<(&'static str, String)>,
    /// Query parameters, typed and with their defaults.
    pub(crate) query: Map<String, Value>,
    /// The JSON body with its defaults; `Null` if there is none.
    pub(crate) body: Value,
    /// The body of an operation that takes a form.
    pub(crate) form: Option<Form>,
    pub(crate) now: Time,
    pub(crate) dry_run: bool,
    /// Owner of the workspace.
    pub(crate) person: &'static Person,
    /// Origin of the emulator, for links in answers.
    pub(crate) public_url: String,
    /// Unpredictable bytes of this call, from which its secrets are derived.
    pub(crate) entropy: [u8; 32],
    pub(crate) secrets: Cell<u64>,
}

impl Call {
    /// The value of a name in the path template.
    pub(crate) fn path(&self, name: &str) -> &str {
        let found = self.path.iter().find(|(key, _)| *key == name);
        found.map_or("", |(_, value)| value)
    }

    /// The `{id}` of the path.
    pub(crate) fn id(&self) -> &str {
        self.path("id")
    }

    /// The text of a query parameter.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.query.get(name).and_then(Value::as_str)
    }

    /// The integer of a query parameter.
    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        self.query.get(name).and_then(Value::as_i64)
    }

    /// The boolean of a query parameter.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.query.get(name).and_then(Value::as_bool)
    }

    /// The texts of a query parameter that is a list or one text.
    pub(crate) fn texts(&self, name: &str) -> Vec<&str> {
        match self.query.get(name) {
            Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(text)) => vec![text],
            _ => Vec::new(),
        }
    }

    /// The body as a type; without a body, the type's value for `{}`.
    pub(crate) fn body<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        let body = match &self.body {
            Value::Null => Value::Object(Map::new()),
            body => body.clone(),
        };
        serde_json::from_value(body).map_err(|error| ApiError::misfit(&error))
    }

    /// The text of a member of the body, or nothing.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.body[name].as_str()
    }

    /// The form that was sent.
    pub(crate) fn form(&self) -> Result<&Form, ApiError> {
        let missing = || ApiError::field("the body", "is required");
        self.form.as_ref().ok_or_else(missing)
    }

    /// A fresh secret of 64 hexadecimal digits. Ids are deterministic, secrets are not.
    pub(crate) fn secret(&self) -> String {
        let number = self.secrets.replace(self.secrets.get() + 1);
        let hash = Sha256::new().chain_update(self.entropy);
        HEXLOWER.encode(&hash.chain_update(number.to_le_bytes()).finalize())
    }

    /// One page of a list in its final order. A query parameter that has the name of a member of a row, or of its
    /// `filter`, which no answer shows, selects the rows in which it is equal.
    pub(crate) fn page(&self, rows: impl IntoIterator<Item = Value>) -> Answer {
        let fits = |row: &Value, name: &str, wanted: &Value| {
            let member = row["filter"].get(name).or_else(|| row.get(name));
            member.is_none_or(|value| match wanted {
                Value::Array(list) => list.contains(value),
                wanted => match (value.as_str(), wanted.as_str()) {
                    // An id is the same in capitals.
                    (Some(value), Some(wanted)) => value.eq_ignore_ascii_case(wanted),
                    _ => value == wanted,
                },
            })
        };
        let mut rows: Vec<Value> = rows.into_iter().collect();
        for (name, wanted) in &self.query {
            rows.retain(|row| fits(row, name, wanted));
        }
        let number = |name, default| match self.integer(name) {
            Some(number) => usize::try_from(number.max(1)).unwrap_or(usize::MAX),
            None => default,
        };
        let (page, per_page, total) = (number("page", 1), number("per_page", 25), rows.len());
        let first = (page - 1).saturating_mul(per_page);
        let shown: Vec<Value> = rows.into_iter().skip(first).take(per_page).collect();
        Answer::data(shown).beside(
            "pagination",
            serde_json::json!({
                "page": page,
                "per_page": per_page,
                "total": total,
                "total_pages": total.div_ceil(per_page),
            }),
        )
    }
}
