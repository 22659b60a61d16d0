//! What the suite's tools and its prompt ask of the client: one question of each kind.

use crate::mcp::input_required;
use crate::mcp::input_required::InputRequired;
use crate::mcp::protocol::jsonrpc::{ErrorCode, Request, RpcError};
use serde_json::{Map, Value, json};

/// A question.
#[derive(Debug)]
pub(crate) struct Question {
    /// Its name among the questions of a result.
    pub(crate) key: &'static str,
    /// What it asks for.
    pub(crate) asks: Asks,
}

/// The kinds of questions.
#[derive(Debug)]
pub(crate) enum Asks {
    /// A form with one field of text, by name.
    Text(&'static str),
    /// A form with one box to tick, by name.
    Tick(&'static str),
    /// An answer of the client's model.
    Sample(&'static str),
    /// The client's roots.
    Roots,
}

impl Asks {
    /// The capability that the client must declare.
    fn capability(&self) -> &'static str {
        match self {
            Self::Text(_) | Self::Tick(_) => "elicitation",
            Self::Sample(_) => "sampling",
            Self::Roots => "roots",
        }
    }

    fn request(&self) -> Value {
        let form = |field: &str, of: &str| {
            json!({
                "method": "elicitation/create",
                "params": {
                    "mode": "form",
                    "message": format!("Please fill in: {field}."),
                    "requestedSchema": {
                        "type": "object",
                        "properties": { field: { "type": of } },
                        "required": [field],
                    },
                },
            })
        };
        match self {
            Self::Text(field) => form(field, "string"),
            Self::Tick(field) => form(field, "boolean"),
            Self::Sample(text) => json!({
                "method": "sampling/createMessage",
                "params": {
                    "messages": [{ "role": "user", "content": { "type": "text", "text": text } }],
                    "maxTokens": 100,
                },
            }),
            Self::Roots => json!({ "method": "roots/list", "params": {} }),
        }
    }

    /// The answer as text; nothing if it is not one.
    fn answer(&self, response: &Value) -> Option<String> {
        let field = |name: &str| {
            let accepted = response.get("action")? == "accept";
            response.get("content")?.get(name).filter(|_| accepted)
        };
        match self {
            Self::Text(name) => field(name)?.as_str().map(str::to_owned),
            Self::Tick(name) => Some(field(name)?.as_bool()?.to_string()),
            Self::Sample(_) => Some(response.get("content")?.get("text")?.as_str()?.to_owned()),
            Self::Roots => Some(format!(
                "{} roots",
                response.get("roots")?.as_array()?.len()
            )),
        }
    }
}

/// Refuses a client that did not declare what these questions need.
///
/// # Errors
/// `-32021` with the capabilities that are missing, HTTP 400.
pub(crate) fn check(request: &Request, questions: &[Question]) -> Result<(), RpcError> {
    let missing: Map<String, Value> = questions
        .iter()
        .map(|question| question.asks.capability())
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

/// The answers to those of the questions that the client can answer; nothing if one is missing or unreadable.
///
/// # Errors
/// `-32602` if the answers are not an object.
pub(crate) fn answers(
    request: &Request,
    questions: &[Question],
) -> Result<Option<Vec<String>>, RpcError> {
    let Some(responses) = input_required::responses(request)? else {
        return Ok(None);
    };
    Ok(answerable(request, questions)
        .map(|question| question.asks.answer(responses.get(question.key)?))
        .collect())
}

/// Those of the questions that the client can answer, as the answer to its request.
pub(crate) fn ask(
    request: &Request,
    questions: &[Question],
    state: Option<String>,
) -> InputRequired {
    let requests = answerable(request, questions)
        .map(|question| (question.key.to_owned(), question.asks.request()))
        .collect();
    InputRequired { requests, state }
}

fn answerable<'q>(
    request: &Request,
    questions: &'q [Question],
) -> impl Iterator<Item = &'q Question> {
    questions
        .iter()
        .filter(|question| input_required::declared(request, question.asks.capability()).is_some())
}
