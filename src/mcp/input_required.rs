//! Asking the client for input in the middle of a request (MCP 2026-07-28, multi round-trip requests): the server
//! answers with an `InputRequiredResult`, and the client repeats the request with `inputResponses`.

pub(crate) mod request_state;

use super::protocol::envelope::{CLIENT_CAPABILITIES, complete};
use super::protocol::jsonrpc::{ErrorCode, Request, RpcError};
use crate::access::call::Call;
use crate::host::Clock;
use crate::sealing::seal::Sealer;
use request_state::{RequestStateError, State};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// An `InputRequiredResult`. It must only use capabilities that the client [`declared`].
#[derive(Debug, Clone, PartialEq)]
pub(super) struct InputRequired {
    /// `inputRequests`: name → request, such as `{"method": "elicitation/create", "params": …}`.
    pub(super) requests: Map<String, Value>,
    /// `requestState`, which the client sends back with its responses; see [`State`].
    pub(super) state: Option<String>,
}

impl InputRequired {
    /// The members of this result, without those that every result has.
    pub(super) fn into_result(self) -> Map<String, Value> {
        let mut result = Map::from_iter([
            ("resultType".to_owned(), "input_required".into()),
            ("inputRequests".to_owned(), self.requests.into()),
        ]);
        if let Some(state) = self.state {
            result.insert("requestState".to_owned(), state.into());
        }
        result
    }

    /// The result of a tool call as JSON text.
    pub(super) fn into_json(self) -> String {
        complete(self.into_result()).to_string()
    }
}

/// The client's declaration of a capability; `None` if the client did not declare it, or if requests of its revision
/// carry no declarations.
#[cfg_attr(
    not(feature = "conformance"),
    expect(dead_code, reason = "only fixtures ask for more than elicitation")
)]
pub(super) fn declared<'r>(
    request: &'r Request,
    capability: &str,
) -> Option<&'r Map<String, Value>> {
    let meta = request.params.get("_meta")?;
    meta.get(CLIENT_CAPABILITIES)?.get(capability)?.as_object()
}

/// The `inputResponses` by the names of their requests; `None` if the request has none.
///
/// # Errors
/// `-32602` if `inputResponses` is not an object.
pub(super) fn responses(request: &Request) -> Result<Option<&Map<String, Value>>, RpcError> {
    match request.params.get("inputResponses") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(responses)) => Ok(Some(responses)),
        Some(_) => Err(RpcError::answered(
            &request.id,
            ErrorCode::InvalidParams,
            "params.inputResponses must be an object.",
        )),
    }
}

/// The state of a repeated request; `None` for a first request.
///
/// # Errors
/// `-32602` if the state is not valid for this call, see [`RequestStateError`].
pub(super) fn state<T: Serialize + DeserializeOwned>(
    request: &Request,
    sealer: &Sealer,
    call: &Call,
    clock: &impl Clock,
) -> Result<Option<State<T>>, RpcError> {
    let text = match request.params.get("requestState") {
        None | Some(Value::Null) => return Ok(None),
        Some(text) => text,
    };
    State::open(sealer, text, call, clock.now().as_secs())
        .map(Some)
        .map_err(|error| refuse(request, error))
}

/// The error for an invalid state, which the specification says to reject. Servers that are built with the SDKs use the
/// same code and reason.
pub(super) fn refuse(request: &Request, error: RequestStateError) -> RpcError {
    let reason = "invalid_request_state";
    let data = match error.hint() {
        Some(hint) => json!({ "reason": reason, "hint": hint }),
        None => json!({ "reason": reason }),
    };
    RpcError::answered(&request.id, ErrorCode::InvalidParams, error.message()).with_data(data)
}
