//! What a handler answers: a status and a body, and what it charged.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::request::Request;
use crate::resources::credits::Charge;
use crate::resources::uploads::File;

/// The body of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// A JSON object.
    Json(Map<String, Value>),
    /// Text of another media type.
    Text(&'static str, String),
    /// No body.
    Empty,
}

/// A successful answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Body.
    pub body: Body,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
    /// What the call cost; the pipeline adds `credits_charged` and its siblings.
    pub charge: Option<Charge>,
    /// A file to be stored with what the call changed.
    pub file: Option<File>,
}

impl Answer {
    /// 200 with `{"data": …}`.
    pub fn ok(data: Value) -> Self {
        Self::json(200, json!({ "data": data }))
    }

    /// 201 with `{"data": …}`.
    pub fn created(data: Value) -> Self {
        Self::json(201, json!({ "data": data }))
    }

    /// A JSON object as it is.
    pub fn json(status: u16, body: Value) -> Self {
        let body = match body {
            Value::Object(members) => Body::Json(members),
            _ => Body::Empty,
        };
        Self {
            status,
            body,
            headers: Vec::new(),
            charge: None,
            file: None,
        }
    }

    /// One page of a list that is already in its final order.
    pub fn page(items: Vec<Value>, request: &Request) -> Self {
        let number = |name: &str, default: usize| {
            request
                .integer(name)
                .and_then(|value| usize::try_from(value).ok())
                .unwrap_or(default)
                .max(1)
        };
        let (page, per_page, total) = (number("page", 1), number("per_page", 25), items.len());
        let rows: Vec<Value> = items
            .into_iter()
            .skip((page - 1).saturating_mul(per_page))
            .take(per_page)
            .collect();
        Self::json(
            200,
            json!({
                "data": rows,
                "pagination": {
                    "page": page,
                    "per_page": per_page,
                    "total": total,
                    "total_pages": total.div_ceil(per_page),
                },
            }),
        )
    }

    /// Adds a key beside `data`.
    #[must_use]
    pub fn beside(mut self, name: &str, value: impl Into<Value>) -> Self {
        if let Body::Json(members) = &mut self.body {
            members.insert(name.to_owned(), value.into());
        }
        self
    }

    /// Says what the call cost.
    #[must_use]
    pub fn charged(mut self, charge: Charge) -> Self {
        self.charge = Some(charge);
        self
    }

    /// Adds a file to be stored.
    #[must_use]
    pub fn with_file(mut self, file: File) -> Self {
        self.file = Some(file);
        self
    }

    /// Media type of the body, if there is one.
    pub const fn content_type(&self) -> Option<&'static str> {
        match &self.body {
            Body::Json(_) => Some("application/json"),
            Body::Text(media_type, _) => Some(media_type),
            Body::Empty => None,
        }
    }

    /// The body as bytes.
    pub fn bytes(&self) -> Bytes {
        match &self.body {
            Body::Json(members) => serde_json::to_vec(members).unwrap_or_default().into(),
            Body::Text(_, text) => text.clone().into(),
            Body::Empty => Bytes::new(),
        }
    }
}
