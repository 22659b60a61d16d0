//! What a handler answers: a status, a body, and what the call cost.

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::envelope;
use crate::ledger::Cost;
use crate::outgoing::{self, Response};

/// The body of an answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Body {
    /// A JSON object.
    Json(Map<String, Value>),
    /// Text of another media type.
    Text(String, String),
    Empty,
}

/// A file that is stored with what the call changed.
#[derive(Debug, Clone)]
pub(crate) struct File {
    /// `storage_path`.
    pub(crate) path: String,
    /// Media type.
    pub(crate) content_type: String,
    pub(crate) bytes: Bytes,
}

/// A successful answer. The pipeline gives it the shape that the API document states: members that the document does
/// not have are dropped, and members that may be null and are missing become null.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Body,
    /// Further headers.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// What the call cost; the pipeline adds `credits_charged` and its siblings.
    pub(crate) cost: Option<Cost>,
    pub(crate) file: Option<File>,
}

impl Answer {
    /// 200 with `{"data": …}`.
    pub(crate) fn data(data: impl Serialize) -> Self {
        let data = serde_json::to_value(data).unwrap_or_default();
        Self::json(200, Map::from_iter([("data".to_owned(), data)]))
    }

    /// 201 with `{"data": …}`.
    pub(crate) fn created(data: impl Serialize) -> Self {
        Self {
            status: 201,
            ..Self::data(data)
        }
    }

    /// A JSON object as it is.
    pub(crate) fn json(status: u16, body: Map<String, Value>) -> Self {
        Self::new(status, Body::Json(body))
    }

    /// 200 with text of another media type.
    pub(crate) fn text(media_type: &str, text: String) -> Self {
        Self::new(200, Body::Text(media_type.to_owned(), text))
    }

    /// An error. Where waiting helps, `Retry-After` repeats `details.retry_after_seconds`.
    pub(crate) fn refusal(
        status: u16,
        code: &str,
        message: &str,
        details: &Map<String, Value>,
    ) -> Self {
        let envelope = envelope(code, message, details);
        let mut answer = Self::new(status, Body::Json(envelope));
        if let Some(seconds) = details.get("retry_after_seconds") {
            answer.headers.push(("retry-after", seconds.to_string()));
        }
        answer
    }

    /// An answer with this body.
    pub(crate) const fn new(status: u16, body: Body) -> Self {
        Self {
            status,
            body,
            headers: Vec::new(),
            cost: None,
            file: None,
        }
    }

    /// Adds a member beside `data`.
    #[must_use]
    pub(crate) fn beside(mut self, name: &str, value: impl Into<Value>) -> Self {
        if let Body::Json(members) = &mut self.body {
            members.insert(name.to_owned(), value.into());
        }
        self
    }

    /// States what the call cost. A cost of 0 is stated, too; `None` states nothing.
    #[must_use]
    pub(crate) fn costing(mut self, cost: impl Into<Option<Cost>>) -> Self {
        self.cost = cost.into();
        self
    }

    /// Media type of the body, if there is one.
    pub(crate) fn content_type(&self) -> Option<&str> {
        match &self.body {
            Body::Json(_) => Some("application/json"),
            Body::Text(media_type, _) => Some(media_type),
            Body::Empty => None,
        }
    }

    /// The answer as an HTTP response with its own headers only.
    pub(crate) fn response(&self) -> Response {
        let own = self.headers.iter();
        let own = own.map(|(name, value)| (*name, value.as_str()));
        let media_type = self.content_type().map(|it| ("content-type", it));
        let headers: Vec<_> = media_type.into_iter().chain(own).collect();
        outgoing::response(self.status, self.bytes(), &headers)
    }

    pub(crate) fn bytes(&self) -> Bytes {
        match &self.body {
            Body::Json(members) => serde_json::to_vec(members).unwrap_or_default().into(),
            Body::Text(_, text) => text.clone().into(),
            Body::Empty => Bytes::new(),
        }
    }
}
