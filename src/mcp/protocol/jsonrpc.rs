//! JSON-RPC 2.0 as MCP uses it.

use crate::failure::{Diagnostics, LocalCode};
use crate::kept::{KeptBody, KeptText};
use crate::text::excerpt;
use crate::web::reply::{self, Reply};
use crate::web::status::ErrorStatus;
use http::StatusCode;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The error codes of JSON-RPC 2.0 and MCP that this server answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ErrorCode {
    ParseError,
    /// The message is not a request, notification or response.
    InvalidRequest,
    MethodNotFound,
    /// Parameters are missing or wrong; unknown tool, cursor or resource.
    InvalidParams,
    /// Legacy revisions only; modern ones have [`ErrorCode::InvalidParams`] for it.
    ResourceNotFound,
    /// MCP 2025-11-25: the person has to open a page first.
    UrlElicitationRequired,
    /// MCP 2026-07-28: a header differs from the body, is missing or malformed.
    HeaderMismatch,
    /// MCP 2026-07-28: the server does not support the version.
    UnsupportedVersion,
    /// MCP 2026-07-28: the request needs a capability that the client did not declare.
    #[cfg_attr(
        not(feature = "conformance"),
        expect(dead_code, reason = "only fixtures require capabilities")
    )]
    MissingClientCapability,
}

impl ErrorCode {
    const fn number(self) -> i64 {
        match self {
            Self::ParseError => -32700,
            Self::InvalidRequest => -32600,
            Self::MethodNotFound => -32601,
            Self::InvalidParams => -32602,
            Self::ResourceNotFound => -32002,
            Self::UrlElicitationRequired => -32042,
            Self::HeaderMismatch => -32020,
            Self::MissingClientCapability => -32021,
            Self::UnsupportedVersion => -32022,
        }
    }

    /// The code of the same failure in [`Diagnostics`].
    fn local_code(self) -> LocalCode {
        match self {
            Self::ParseError => LocalCode::ParseError,
            Self::InvalidRequest | Self::MissingClientCapability => LocalCode::InvalidRequest,
            Self::MethodNotFound => LocalCode::MethodNotFound,
            Self::InvalidParams => LocalCode::InvalidParams,
            Self::ResourceNotFound => LocalCode::ResourceNotFound,
            Self::UrlElicitationRequired => LocalCode::ApprovalRequired,
            Self::HeaderMismatch => LocalCode::HeaderMismatch,
            Self::UnsupportedVersion => LocalCode::UnsupportedProtocolVersion,
        }
    }
}

/// A request. Absent parameters are an empty object.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Request {
    /// A string or a number.
    pub(crate) id: Value,
    pub(crate) method: String,
    pub(crate) params: Map<String, Value>,
}

/// An error response.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RpcError {
    /// The id of the request, if it could be read.
    pub(super) id: Option<Value>,
    pub(crate) code: ErrorCode,
    /// What is wrong and what to do.
    message: String,
    /// Members of `data` that belong to the code; boxed, because few errors have them.
    data: Option<Box<Value>>,
    /// HTTP status of the reply; `None` means 200.
    status: Option<ErrorStatus>,
}

impl RpcError {
    /// An error with HTTP status 400.
    pub(crate) fn bad_request(
        id: Option<&Value>,
        code: ErrorCode,
        message: impl Into<String>,
    ) -> Self {
        Self {
            id: id.cloned(),
            code,
            message: message.into(),
            data: None,
            status: Some(ErrorStatus::BAD_REQUEST),
        }
    }

    /// An error with HTTP status 200: the answer to a well-formed request.
    pub(crate) fn answered(id: &Value, code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            status: None,
            ..Self::bad_request(Some(id), code, message)
        }
    }

    /// Sets the members of `data` that belong to the code.
    #[must_use]
    pub(crate) fn with_data(self, data: Value) -> Self {
        Self {
            data: Some(Box::new(data)),
            ..self
        }
    }

    #[must_use]
    pub(crate) fn with_status(self, status: ErrorStatus) -> Self {
        Self {
            status: Some(status),
            ..self
        }
    }

    /// The error response as JSON. An unreadable id is null (JSON-RPC 2.0, section 5). `data` has the members of
    /// [`Diagnostics`] and those that belong to the code.
    pub(crate) fn to_json(&self) -> Value {
        let code = match self.status {
            Some(status) if status.is_server_error() => LocalCode::Unavailable,
            _ => self.code.local_code(),
        };
        let mut data = json!(Diagnostics::local(code, &*self.message));
        if let (Value::Object(data), Some(Value::Object(own))) = (&mut data, self.data.as_deref()) {
            data.extend(own.clone());
        }
        let error = json!({ "code": self.code.number(), "message": self.message, "data": data });
        json!({ "jsonrpc": "2.0", "id": self.id, "error": error })
    }

    /// The error response as an HTTP reply.
    pub(crate) fn reply(&self) -> Reply {
        let status = self.status.map_or(StatusCode::OK, ErrorStatus::code);
        reply::json(status, self.to_json().to_string())
    }
}

/// The method as static text for the log; `other` for a method that this server does not have.
pub(crate) fn known_method(method: &str) -> &'static str {
    const METHODS: [&str; 14] = [
        "initialize",
        "ping",
        "server/discover",
        "tools/list",
        "tools/call",
        "prompts/list",
        "prompts/get",
        "completion/complete",
        "resources/list",
        "resources/templates/list",
        "resources/read",
        "tasks/get",
        "tasks/update",
        "tasks/cancel",
    ];
    let known = METHODS.into_iter().find(|known| *known == method);
    known.unwrap_or("other")
}

/// A success response; `result` is JSON text.
pub(crate) fn success(id: &Value, result: &str) -> String {
    let id = id.to_string();
    let [before_id, before_result, end] = SUCCESS;
    [before_id, &id, before_result, result, end].concat()
}

/// A success response with a result that is kept ready.
pub(crate) fn kept_success(id: &Value, result: Arc<KeptText>) -> KeptBody {
    let [before_id, before_result, end] = SUCCESS;
    KeptBody {
        head: [before_id, &id.to_string(), before_result].concat(),
        text: result,
        tail: end,
    }
}

/// What stands before the id, between it and the result, and behind the result.
const SUCCESS: [&str; 3] = ["{\"jsonrpc\":\"2.0\",\"id\":", ",\"result\":", "}"];

/// The error for a method that this server does not have.
pub(crate) fn method_not_found(request: &Request) -> RpcError {
    let method = excerpt(&request.method, 80);
    RpcError::answered(
        &request.id,
        ErrorCode::MethodNotFound,
        format!("The method {method:?} does not exist here."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_data_has_diagnostics_and_the_members_of_the_code() {
        let error =
            RpcError::bad_request(Some(&json!(1)), ErrorCode::UnsupportedVersion, "Too new.")
                .with_data(json!({ "supported": ["2025-11-25"] }));
        assert_eq!(
            error.to_json()["error"]["data"],
            json!({
                "code": "UNSUPPORTED_PROTOCOL_VERSION",
                "message": "Too new.",
                "retryable": false,
                "hint": "Choose one of the versions in data.supported.",
                "supported": ["2025-11-25"],
            })
        );
        let busy = RpcError::bad_request(None, ErrorCode::InvalidRequest, "Later.")
            .with_status(ErrorStatus::SERVICE_UNAVAILABLE);
        assert_eq!(busy.to_json()["error"]["data"]["retryable"], true);
    }
}
