//! Replays. A successful answer is kept inside the workspace's document, so that the effect and the answer that
//! belongs to it are stored by the same write. Failed answers are not kept: nothing happened.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::decisions::{
    IDEMPOTENCY_CONFLICT_CODE, IDEMPOTENCY_KEPT, IDEMPOTENCY_KEPT_BYTES, IDEMPOTENCY_KEY_MAX,
    IDEMPOTENCY_LIFE_MS,
};
use crate::error::{ApiError, Code};
use crate::multipart::Form;

/// The kept answers, the oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept(VecDeque<Record>);

/// One kept answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    key: String,
    request: String,
    at: i64,
    /// HTTP status.
    pub status: u16,
    /// Media type, if there is a body.
    pub content_type: Option<String>,
    /// The body.
    pub body: String,
}

impl Kept {
    /// The answer to replay, if the key was used for this very request; an error if it was used for another one.
    pub fn find(&self, key: &str, request: &str) -> Result<Option<&Record>, ApiError> {
        match self.0.iter().find(|record| record.key == key) {
            None => Ok(None),
            Some(record) if record.request == request => Ok(Some(record)),
            Some(_) => Err(ApiError::new(
                IDEMPOTENCY_CONFLICT_CODE,
                "This Idempotency-Key was used for another request. Use a new key for a new request.",
            )),
        }
    }

    /// Keeps an answer.
    pub fn keep(
        &mut self,
        key: &str,
        request: &str,
        at: i64,
        status: u16,
        content_type: Option<&str>,
        body: &Bytes,
    ) {
        self.0.push_back(Record {
            key: key.to_owned(),
            request: request.to_owned(),
            at,
            status,
            content_type: content_type.map(str::to_owned),
            body: String::from_utf8_lossy(body).into_owned(),
        });
        let mut bytes: usize = self.0.iter().map(|record| record.body.len()).sum();
        while self.0.len() > IDEMPOTENCY_KEPT
            || (bytes > IDEMPOTENCY_KEPT_BYTES && self.0.len() > 1)
        {
            bytes -= self.0.pop_front().map_or(0, |record| record.body.len());
        }
    }

    /// Forgets what is too old; says whether anything was.
    pub fn settle(&mut self, now: i64) -> bool {
        let before = self.0.len();
        self.0
            .retain(|record| now - record.at < IDEMPOTENCY_LIFE_MS);
        self.0.len() != before
    }
}

/// The key of a request, if it has one that may be used.
pub fn check_key(key: Option<&str>) -> Result<Option<&str>, ApiError> {
    match key {
        Some(key) if key.trim().is_empty() || key.len() > IDEMPOTENCY_KEY_MAX => {
            Err(ApiError::new(
                Code::IdempotencyKeyInvalid,
                format!("Idempotency-Key has to have 1 to {IDEMPOTENCY_KEY_MAX} characters."),
            ))
        }
        key => Ok(key),
    }
}

/// What makes two requests the same: method, path with query, and body. JSON bodies are compared by value, forms by
/// their parts, since clients choose a new boundary for every attempt.
pub fn fingerprint(
    method: &str,
    path_and_query: &str,
    body: &Bytes,
    form: Option<&Form>,
) -> String {
    let mut digest = Sha256::new();
    let mut add = |part: &[u8]| {
        digest.update(part.len().to_le_bytes());
        digest.update(part);
    };
    add(method.as_bytes());
    add(path_and_query.as_bytes());
    if let Some(form) = form {
        form.pieces().for_each(add);
    } else if let Ok(json) = serde_json::from_slice(body) {
        add(sorted(json).to_string().as_bytes());
    } else {
        add(body);
    }
    HEXLOWER.encode(&digest.finalize())
}

/// The same value with the members of every object in alphabetical order.
fn sorted(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        Value::Object(members) => {
            let members: BTreeMap<String, Value> = members
                .into_iter()
                .map(|(name, member)| (name, sorted(member)))
                .collect();
            members.into_iter().collect()
        }
        scalar => scalar,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_members_does_not_make_another_request() {
        let of = |body: &'static str| {
            fingerprint(
                "POST",
                "/bundles?",
                &Bytes::from_static(body.as_bytes()),
                None,
            )
        };
        assert_eq!(
            of(r#"{"a":1,"b":{"c":[1,2],"d":2}}"#),
            of(r#"{ "b": {"d":2,"c":[1,2]}, "a":1 }"#)
        );
        assert_ne!(of(r#"{"a":[1,2]}"#), of(r#"{"a":[2,1]}"#));
        assert_ne!(of("not json"), of("not  json"));
    }
}
