//! The input requests of the suite's tools and prompts, one of each kind.

use crate::mcp::input_required::{self, InputRequired};
use crate::mcp::protocol::jsonrpc::{ErrorCode, Request, RpcError};
use serde_json::{Map, Value, json};

/// An input request.
#[derive(Debug)]
pub(super) struct InputRequest {
    /// Its name in `inputRequests`.
    pub(super) name: &'static str,
    pub(super) kind: InputKind,
}

/// The kinds of input.
#[derive(Debug)]
pub(super) enum InputKind {
    /// A form with one text field of this name.
    Text(&'static str),
    /// A form with one checkbox of this name.
    Checkbox(&'static str),
    /// A message of the client's model, for this prompt.
    Sampling(&'static str),
    /// The client's roots.
    Roots,
}

impl InputKind {
    /// The capability that the client must declare.
    fn capability(&self) -> &'static str {
        match self {
            Self::Text(_) | Self::Checkbox(_) => "elicitation",
            Self::Sampling(_) => "sampling",
            Self::Roots => "roots",
        }
    }

    /// The value in `inputRequests`.
    fn to_json(&self) -> Value {
        let form = |field: &str, field_type: &str| {
            json!({
                "method": "elicitation/create",
                "params": {
                    "mode": "form",
                    "message": format!("Please fill in: {field}."),
                    "requestedSchema": {
                        "type": "object",
                        "properties": { field: { "type": field_type } },
                        "required": [field],
                    },
                },
            })
        };
        match self {
            Self::Text(field) => form(field, "string"),
            Self::Checkbox(field) => form(field, "boolean"),
            Self::Sampling(text) => json!({
                "method": "sampling/createMessage",
                "params": {
                    "messages": [{ "role": "user", "content": { "type": "text", "text": text } }],
                    "maxTokens": 100,
                },
            }),
            Self::Roots => json!({ "method": "roots/list", "params": {} }),
        }
    }

    /// The response as text; `None` if it is not a response to this request.
    fn response_text(&self, response: &Value) -> Option<String> {
        let field = |name: &str| {
            let accepted = response.get("action")? == "accept";
            response.get("content")?.get(name).filter(|_| accepted)
        };
        match self {
            Self::Text(name) => field(name)?.as_str().map(str::to_owned),
            Self::Checkbox(name) => Some(field(name)?.as_bool()?.to_string()),
            Self::Sampling(_) => Some(response.get("content")?.get("text")?.as_str()?.to_owned()),
            Self::Roots => Some(format!(
                "{} roots",
                response.get("roots")?.as_array()?.len()
            )),
        }
    }
}

/// Refuses a client that did not declare the capabilities that the requests need.
///
/// # Errors
/// `-32021` with the capabilities that are missing, HTTP 400.
pub(super) fn require_capabilities(
    request: &Request,
    inputs: &[InputRequest],
) -> Result<(), RpcError> {
    let missing: Map<String, Value> = inputs
        .iter()
        .map(|input| input.kind.capability())
        .filter(|capability| input_required::declared(request, capability).is_none())
        .map(|capability| (capability.to_owned(), json!({})))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let text = "This needs capabilities that the client did not declare.";
    Err(
        RpcError::bad_request(Some(&request.id), ErrorCode::MissingClientCapability, text)
            .with_data(json!({ "requiredCapabilities": missing })),
    )
}

/// The responses to those requests that the client can answer; `None` if one is missing or unreadable.
///
/// # Errors
/// `-32602` if `inputResponses` is not an object.
pub(super) fn responses(
    request: &Request,
    inputs: &[InputRequest],
) -> Result<Option<Vec<String>>, RpcError> {
    let Some(responses) = input_required::responses(request)? else {
        return Ok(None);
    };
    Ok(supported(request, inputs)
        .map(|input| input.kind.response_text(responses.get(input.name)?))
        .collect())
}

/// The result that asks for the input that the client can give.
pub(super) fn input_required(
    request: &Request,
    inputs: &[InputRequest],
    state: Option<String>,
) -> InputRequired {
    let requests = supported(request, inputs)
        .map(|input| (input.name.to_owned(), input.kind.to_json()))
        .collect();
    InputRequired { requests, state }
}

fn supported<'i>(
    request: &Request,
    inputs: &'i [InputRequest],
) -> impl Iterator<Item = &'i InputRequest> {
    inputs
        .iter()
        .filter(|input| input_required::declared(request, input.kind.capability()).is_some())
}
