//! Asking the client for input in the middle of a request (MCP 2026-07-28, multi round-trip requests): the request is
//! answered with questions, and the client repeats it with their answers.

pub(crate) mod request_state;

use crate::host::Clock;
use crate::mcp::input_required::request_state::{Call, RequestStateError, State};
use crate::mcp::protocol::envelope::{CLIENT_CAPABILITIES, complete};
use crate::mcp::protocol::jsonrpc::{ErrorCode, Request, RpcError};
use crate::sealing::seal::Sealer;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// Questions (`InputRequiredResult`). Only ask what the client [`declared`] that it can do.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct InputRequired {
    /// Name → request, such as `{"method": "elicitation/create", "params": …}`.
    pub(crate) requests: Map<String, Value>,
    /// What the client sends back with the answers, see [`State`].
    pub(crate) state: Option<String>,
}

impl InputRequired {
    /// The members of the result, without those that every result has.
    pub(crate) fn into_result(self) -> Map<String, Value> {
        let mut result = Map::from_iter([
            ("resultType".to_owned(), "input_required".into()),
            ("inputRequests".to_owned(), self.requests.into()),
        ]);
        if let Some(state) = self.state {
            result.insert("requestState".to_owned(), state.into());
        }
        result
    }

    /// The result of a tool call.
    pub(crate) fn to_json(self) -> String {
        complete(self.into_result()).to_string()
    }
}

/// What the client declared of a capability; nothing if it did not declare it, or speaks a revision in which requests
/// declare nothing.
pub(crate) fn declared<'r>(
    request: &'r Request,
    capability: &str,
) -> Option<&'r Map<String, Value>> {
    let meta = request.params.get("_meta")?;
    meta.get(CLIENT_CAPABILITIES)?.get(capability)?.as_object()
}

/// The answers, by the names of their questions.
///
/// # Errors
/// `-32602` if `inputResponses` is not an object.
pub(crate) fn responses(request: &Request) -> Result<Option<&Map<String, Value>>, RpcError> {
    match request.params.get("inputResponses") {
        None => Ok(None),
        Some(Value::Object(responses)) => Ok(Some(responses)),
        Some(_) => Err(RpcError::answered(
            &request.id,
            ErrorCode::InvalidParams,
            "params.inputResponses must be an object.",
        )),
    }
}

/// The state that the client sends back, if this is a repeated request.
///
/// # Errors
/// `-32602` if it is not as it was given out.
pub(crate) fn state<T: Serialize + DeserializeOwned>(
    request: &Request,
    sealer: &Sealer,
    call: &Call,
    clock: &impl Clock,
) -> Result<Option<State<T>>, RpcError> {
    let Some(text) = request.params.get("requestState") else {
        return Ok(None);
    };
    State::open(sealer, text, call, clock.now().as_secs())
        .map(Some)
        .map_err(|wrong| refuse(request, wrong))
}

/// The specification asks to reject a state that fails verification; code and reason are those of the SDKs' servers.
pub(crate) fn refuse(request: &Request, wrong: RequestStateError) -> RpcError {
    let mut data = json!({ "reason": "invalid_request_state" });
    if let Some(hint) = wrong.hint() {
        data["hint"] = hint.into();
    }
    RpcError::answered(&request.id, ErrorCode::InvalidParams, wrong.sentence()).with_data(data)
}
