//! The suite's prompts.

use super::input_request::{self, InputKind, InputRequest};
use super::results::{embedded_resource, image};
use crate::mcp::extension::Opening;
use crate::mcp::prompt::{Prompt, argument};
use crate::mcp::protocol::jsonrpc::{Request, RpcError};
use crate::mcp::result::block::Content;
use serde_json::{Map, Value, json};

/// The prompt that asks for input.
const INPUT_REQUIRED: &str = "test_input_required_result_prompt";
static INPUTS: [InputRequest; 1] = [InputRequest {
    name: "user_context",
    kind: InputKind::Text("context"),
}];

pub(super) static PROMPTS: [Prompt; 5] = [
    Prompt {
        name: "test_simple_prompt",
        title: "Simple prompt",
        description: "A prompt without arguments",
        arguments: &[],
        text: "This is a simple prompt for testing.",
        main_tool: None,
    },
    Prompt {
        name: "test_prompt_with_arguments",
        title: "Prompt with arguments",
        description: "A prompt that repeats its arguments",
        arguments: &[
            argument("arg1", "First argument", "{}")
                .required()
                .completions(&["testing", "paris", "party"]),
            argument("arg2", "Second argument", "{}").required(),
        ],
        text: "Prompt with arguments: arg1='{arg1}', arg2='{arg2}'",
        main_tool: None,
    },
    Prompt {
        name: "test_prompt_with_embedded_resource",
        title: "Prompt with a document",
        description: "A prompt that a document comes with",
        arguments: &[argument("resourceUri", "Address of the document", "{}").required()],
        text: "Please process the embedded resource above.",
        main_tool: None,
    },
    Prompt {
        name: "test_prompt_with_image",
        title: "Prompt with a picture",
        description: "A prompt that a picture comes with",
        arguments: &[],
        text: "Please analyze the image above.",
        main_tool: None,
    },
    Prompt {
        name: INPUT_REQUIRED,
        title: "Prompt that asks",
        description: "A prompt that asks for what stands before its text",
        arguments: &[],
        text: "Please work in the context above.",
        main_tool: None,
    },
];

/// What precedes the text of a prompt.
///
/// # Errors
/// `-32021` for a client that cannot answer.
pub(super) fn open(
    request: &Request,
    prompt: &Prompt,
    arguments: &Map<String, Value>,
) -> Result<Opening, RpcError> {
    Ok(match prompt.name {
        "test_prompt_with_embedded_resource" => {
            let uri = arguments.get("resourceUri").and_then(Value::as_str);
            Opening::Block(embedded_resource(
                uri.unwrap_or_default(),
                "text/plain",
                "Embedded resource content for testing.",
            ))
        }
        "test_prompt_with_image" => Opening::Block(image()),
        INPUT_REQUIRED => {
            input_request::require_capabilities(request, &INPUTS)?;
            match input_request::responses(request, &INPUTS)? {
                Some(responses) => Opening::Block(json!(Content::text(responses.concat()))),
                None => Opening::InputRequired(
                    input_request::input_required(request, &INPUTS, None).into_result(),
                ),
            }
        }
        _ => Opening::None,
    })
}
