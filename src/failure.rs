//! Failures: which type belongs where, what the outside sees, and what the log keeps.
//!
//! A failure is seen by one of four audiences, and each has its own type and shape:
//!
//! | audience | type | shape |
//! |---|---|---|
//! | the model, for a tool that failed | [`Diagnostics`] | a tool result with `isError` |
//! | an MCP client, for a wrong message | `mcp::protocol::jsonrpc::RpcError` | a JSON-RPC error; its `data` has the members of [`Diagnostics`] |
//! | an OAuth client | `oauth::error::OAuthError`, `oauth::authorize::error::AuthorizationError` | RFC 6749, sections 5.2 and 4.1.2.1 |
//! | a person | `pages::problems::Problem` | a page |
//!
//! Below these, each module has small error types of its own (`StoreError`, `HttpError`, `MintError`, …) that say what
//! went wrong without deciding what the outside sees. The function that turns one into a reply decides that. It also
//! logs the cause, once, as an [`Event`](crate::event::Event) under the request id that the reply carries. The reply
//! does not repeat the cause: it says what to do, and the log says why.
//!
//! The codes of our own failures are one closed enum with one table ([`LocalCode`]). Codes of the API pass through
//! unchanged, and [`hints`] has the next step for each. Statuses of error replies are
//! [`ErrorStatus`](crate::web::status::ErrorStatus), which cannot be a success. A failure that cannot happen is an
//! `expect` with the reason; no value from outside can cause one.

mod code;
pub(crate) mod hints;

pub(crate) use code::LocalCode;

use serde::Serialize;
use serde_json::Value;

/// The schema of every failure that a model reads: the message says what happened, the code is for branching, and the
/// hint is the next step.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Diagnostics {
    /// A code of the API, or the name of a [`LocalCode`].
    pub(crate) code: String,
    pub(crate) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hint: Option<&'static str>,
    /// Whether the unchanged call may succeed later.
    pub(crate) retryable: bool,
    /// Seconds to wait before the next attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) retry_after_seconds: Option<u64>,
    /// Status of the API's answer, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) http_status: Option<u16>,
    /// Request id for support: from the API's answer, or the one that was sent if no answer came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) request_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rate_limit: Option<RateLimit>,
    /// Facts that depend on the code. They may be long, so they come last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) details: Option<Value>,
}

/// The request bucket of the key after a call (`X-RateLimit-*`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct RateLimit {
    /// Size of the bucket in requests.
    pub(crate) limit: u64,
    /// Requests left, approximately.
    pub(crate) remaining: u64,
    /// Unix time in seconds at which the bucket should be full.
    pub(crate) reset: u64,
}

impl Diagnostics {
    /// The same as a model reads it. Request id and rate limit are in `_meta` and for programs; the id stays if the hint
    /// sends a person to the support with it, or if the support is the only way out.
    pub(crate) fn for_model(&self) -> Self {
        let reports = self.hint.is_none_or(|hint| hint.contains("request_id"))
            || self.http_status.is_some_and(|status| status >= 500);
        Self {
            request_id: self.request_id.clone().filter(|_| reports),
            rate_limit: None,
            ..self.clone()
        }
    }

    /// A failure of our own: nothing was sent, or no readable answer came back.
    pub(crate) fn local(code: LocalCode, message: impl Into<String>) -> Self {
        Self {
            code: code.name().to_owned(),
            message: message.into(),
            http_status: None,
            request_id: None,
            retryable: code.is_retryable(),
            retry_after_seconds: None,
            rate_limit: None,
            details: None,
            hint: Some(code.hint()),
        }
    }
}
