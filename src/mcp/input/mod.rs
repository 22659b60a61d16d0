//! Asking the client for input in the middle of a request (MCP 2026-07-28, multi round-trip requests): the request is
//! answered with questions, and the client repeats it with their answers.

pub mod state;

use super::jsonrpc::{INVALID_PARAMS, Request, RpcError};
use super::modern;
use crate::host::Clock;
use crate::oauth::seal::Sealer;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use state::{Call, State, Wrong};

/// Questions (`InputRequiredResult`). Only ask what the client [`declared`] that it can do.
#[derive(Debug, Clone, PartialEq)]
pub struct InputRequired {
    /// Name → request, such as `{"method": "elicitation/create", "params": …}`.
    pub requests: Map<String, Value>,
    /// What the client sends back with the answers, see [`State`].
    pub state: Option<String>,
}

impl InputRequired {
    /// The members of the result, without those that every result has.
    pub fn into_result(self) -> Map<String, Value> {
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
    pub fn to_json(self) -> String {
        modern::complete(self.into_result()).to_string()
    }
}

/// What the client declared of a capability; nothing if it did not declare it, or speaks a revision in which requests
/// declare nothing.
pub fn declared<'r>(request: &'r Request, capability: &str) -> Option<&'r Map<String, Value>> {
    let meta = request.params.get("_meta")?;
    meta.get(modern::CAPABILITIES)?.get(capability)?.as_object()
}

/// The answers, by the names of their questions.
///
/// # Errors
/// `-32602` if `inputResponses` is not an object.
pub fn responses(request: &Request) -> Result<Option<&Map<String, Value>>, RpcError> {
    match request.params.get("inputResponses") {
        None => Ok(None),
        Some(Value::Object(responses)) => Ok(Some(responses)),
        Some(_) => Err(RpcError::answered(
            &request.id,
            INVALID_PARAMS,
            "params.inputResponses must be an object.",
        )),
    }
}

/// The state that the client sends back, if this is a repeated request.
///
/// # Errors
/// `-32602` if it is not as it was given out.
pub fn state<T: Serialize + DeserializeOwned>(
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
pub fn refuse(request: &Request, wrong: Wrong) -> RpcError {
    let mut data = json!({ "reason": "invalid_request_state" });
    if let Some(hint) = wrong.hint() {
        data["hint"] = hint.into();
    }
    RpcError::answered(&request.id, INVALID_PARAMS, wrong.sentence()).with_data(data)
}
