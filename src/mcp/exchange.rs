//! One JSON-RPC request with its caller, narrowing and revision, and the ways to answer it.

use super::outcome::{Body, Outcome};
use super::protocol::client_features::ClientFeatures;
use super::protocol::jsonrpc::{self, ErrorCode, Request, RpcError};
use super::protocol::revision::Revision;
use super::result::{ArgumentNotes, ToolResult};
use crate::access::credential::Credential;
use crate::access::policy::{self, Subject, Verdict};
use crate::access::resource_url::Narrowing;
use crate::app::Context;
use crate::failure::Diagnostics;
use crate::kept::KeptText;
use std::sync::Arc;

/// A request with everything that its answer depends on.
pub(super) struct Exchange<'a, H> {
    pub(super) context: &'a Context<'a, H>,
    pub(super) caller: &'a Credential,
    pub(super) narrowing: Narrowing,
    pub(super) revision: Revision,
    pub(super) request: &'a Request,
    pub(super) features: ClientFeatures,
}

impl<H> Exchange<'_, H> {
    /// What the policy says about a tool for this caller at this resource.
    pub(super) fn judge(&self, subject: Subject<'_>) -> Verdict {
        policy::judge(self.narrowing, self.caller.level, subject)
    }

    /// A success; `result` is the JSON text of the result.
    pub(super) fn ok(&self, result: &str) -> Outcome {
        Outcome::Response(Body::Text(jsonrpc::success(&self.request.id, result)))
    }

    /// A success whose result is kept ready.
    pub(super) fn kept(&self, result: Arc<KeptText>) -> Outcome {
        Outcome::Response(Body::Kept(jsonrpc::kept_success(&self.request.id, result)))
    }

    /// The result of a tool call, success or failure, with notes about its arguments.
    pub(super) fn tool_result(&self, result: ToolResult, notes: &ArgumentNotes) -> Outcome {
        self.ok(&result.into_json(self.revision, notes))
    }

    /// A failed tool call: a result that the model can read (MCP, "Tool execution errors").
    pub(super) fn fail(&self, diagnostics: Diagnostics) -> Outcome {
        self.tool_result(ToolResult::Failure(diagnostics), &ArgumentNotes::default())
    }

    /// A protocol error for wrong parameters: -32602 with HTTP 200.
    pub(super) fn invalid(&self, message: impl Into<String>) -> Outcome {
        Outcome::Error(RpcError::answered(
            &self.request.id,
            ErrorCode::InvalidParams,
            message,
        ))
    }
}
