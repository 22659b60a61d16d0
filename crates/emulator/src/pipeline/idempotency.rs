//! Replays. A successful answer is stored by the same statement as its effect. Failed answers are not stored: nothing
//! happened.

use data_encoding::HEXLOWER;
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::answer::{Answer, Body};
use crate::call::Call;
use crate::contract::Operation;
use crate::error::{ApiError, Code};
use crate::incoming::Incoming;
use crate::time::{HOUR, Time};

/// How long a stored answer is replayed.
const LIFE_MS: i64 = 24 * HOUR;
/// Longest key, in characters.
const KEY_MAX: usize = 255;

/// The key of a request, if it has one and the operation takes one. A key that cannot be read is refused, because a
/// request without its key would be done twice.
pub(super) fn key<'a>(
    operation: &Operation,
    headers: &'a HeaderMap,
) -> Result<Option<&'a str>, ApiError> {
    let mut sent = headers.get_all("idempotency-key").iter();
    let Some(key) = sent.next() else {
        return Ok(None);
    };
    let fits = |key: &&str| !key.trim().is_empty() && key.len() <= KEY_MAX;
    let key = key.to_str().ok().filter(fits);
    let key = key.filter(|_| sent.next().is_none());
    let (code, message) = match (operation.idempotency, key) {
        ("standard", Some(key)) => return Ok(Some(key)),
        ("standard", None) => (
            Code::IdempotencyKeyInvalid,
            "Idempotency-Key must be one header of 1 to 255 ASCII characters.",
        ),
        ("refused", _) => (
            Code::IdempotencyKeyRefused,
            "The answer of this operation holds a secret and is never stored, so it takes no Idempotency-Key.",
        ),
        _ => return Ok(None),
    };
    Err(ApiError::new(code, message))
}

/// A request with an idempotency key.
pub(super) struct Replay<'a> {
    pub(super) key: &'a str,
    /// What makes two requests the same.
    fingerprint: String,
    now: Time,
}

/// A stored answer.
#[derive(Serialize, Deserialize)]
pub(super) struct Record {
    request: String,
    at: Time,
    status: u16,
    content_type: Option<String>,
    body: String,
}

impl<'a> Replay<'a> {
    pub(super) fn new(key: &'a str, incoming: &Incoming<'_>, call: &Call) -> Self {
        Self {
            key,
            fingerprint: fingerprint(incoming, call),
            now: call.now,
        }
    }

    /// The stored answer, unless it is too old; an error if it belongs to another request.
    pub(super) fn answer(&self, stored: &str) -> Result<Option<Answer>, ApiError> {
        let record = serde_json::from_str::<Record>(stored).ok();
        let Some(record) = record.filter(|record| self.now - record.at < LIFE_MS) else {
            return Ok(None);
        };
        if record.request != self.fingerprint {
            return Err(ApiError::new(
                Code::IdempotencyKeyConflict,
                "This Idempotency-Key was used for another request. Use a new key for a new request.",
            ));
        }
        let body = match record.content_type {
            Some(media_type) if media_type == "application/json" => {
                serde_json::from_str(&record.body).map_or(Body::Empty, Body::Json)
            }
            Some(media_type) => Body::Text(media_type, record.body),
            None => Body::Empty,
        };
        Ok(Some(Answer::new(record.status, body)))
    }

    /// What is stored of an answer.
    pub(super) fn record(&self, answer: &Answer) -> Record {
        Record {
            request: self.fingerprint.clone(),
            at: self.now,
            status: answer.status,
            content_type: answer.content_type().map(str::to_owned),
            body: String::from_utf8_lossy(&answer.bytes()).into_owned(),
        }
    }
}

/// Method, path with query, and body. JSON bodies are compared by value, forms by their parts, since clients choose a new
/// boundary for each attempt.
fn fingerprint(incoming: &Incoming<'_>, call: &Call) -> String {
    let mut digest = Sha256::new();
    let mut add = |part: &[u8]| {
        digest.update(part.len().to_le_bytes());
        digest.update(part);
    };
    for text in [incoming.method, incoming.path, incoming.query] {
        add(text.as_bytes());
    }
    match (&call.form, serde_json::from_slice::<Value>(incoming.body)) {
        (Some(form), _) => form.pieces().for_each(add),
        (None, Ok(mut json)) => {
            json.sort_all_objects();
            add(json.to_string().as_bytes());
        }
        (None, Err(_)) => add(incoming.body),
    }
    HEXLOWER.encode(&digest.finalize())
}
