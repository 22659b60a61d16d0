//! What the person did, and what becomes of the call.

use super::elicitation::CONFIRM;
use crate::failure::{Diagnostics, LocalCode};
use crate::host::StoreError;
use crate::mcp::input_required::InputRequired;
use crate::mcp::protocol::jsonrpc::RpcError;
use crate::upstream::api::{ApiError, ApiResponse};
use serde_json::{Map, Value};

/// The action of the person (MCP, `ElicitResult`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Accepted,
    Declined,
    Cancelled,
}

/// What becomes of a call.
pub(in crate::mcp::tools) enum Confirmation {
    /// The call runs as it is.
    NotNeeded,
    /// The person agreed. The call runs with these arguments, which may also have the consent to the API's terms and an
    /// idempotency key.
    Given(Map<String, Value>),
    /// The person has to be asked.
    Required(InputRequired),
    /// The answer to the preview is the answer to the call.
    Answered(Result<ApiResponse, ApiError>),
    /// The call does not run.
    Refused(Box<Diagnostics>),
    /// The person is asked in a view, which gets this approval.
    Waiting(Box<Diagnostics>, String),
    /// `requestState` or `inputResponses` is not valid, or the client has to open a page.
    Invalid(RpcError),
}

/// Why a confirmation cannot go on.
pub(super) enum ConfirmationError {
    /// `requestState` or `inputResponses` is not valid.
    Invalid(RpcError),
    /// The store, which has the root secret and the single uses, failed.
    Store(StoreError),
    /// The portal does not say whose key it is.
    Portal(String),
}

impl From<RpcError> for ConfirmationError {
    fn from(error: RpcError) -> Self {
        Self::Invalid(error)
    }
}

impl From<StoreError> for ConfirmationError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// The answer to a form in `inputResponses`; `None` if it is missing or unreadable, which leads to a new form.
pub(super) fn form_action(responses: &Map<String, Value>) -> Option<Action> {
    match action(responses)? {
        // A form that is submitted without the tick is not consent.
        Action::Accepted => {
            let content = responses.get(CONFIRM)?.get("content")?;
            match content.get(CONFIRM)?.as_bool()? {
                true => Some(Action::Accepted),
                false => Some(Action::Declined),
            }
        }
        action => Some(action),
    }
}

/// What the person did in the client, in `inputResponses`; `None` if it is missing or unreadable. To accept means only to
/// open the page if the client was asked to do that.
pub(super) fn action(responses: &Map<String, Value>) -> Option<Action> {
    match responses.get(CONFIRM)?.get("action")?.as_str()? {
        "accept" => Some(Action::Accepted),
        "decline" => Some(Action::Declined),
        "cancel" => Some(Action::Cancelled),
        _ => None,
    }
}

/// The failure of a call that the person did not accept. A success would have to match the output schema of the tool,
/// and a model could mistake it for a call that ran.
pub(super) fn not_accepted(action: Action) -> Diagnostics {
    match action {
        Action::Cancelled => Diagnostics::local(
            LocalCode::ConfirmationCancelled,
            "The person closed the question without an answer. Nothing was done and nothing was charged.",
        ),
        Action::Accepted | Action::Declined => Diagnostics::local(
            LocalCode::ConfirmationDeclined,
            "The person did not agree. Nothing was done and nothing was charged.",
        ),
    }
}
