//! `prompts/list`, `prompts/get` and the completion of prompt arguments.

use super::playbooks::PLAYBOOKS;
use super::shown::Shown;
use crate::mcp::ActiveExtension;
use crate::mcp::extension::{Extension, Opening};
use crate::mcp::prompt::Prompt;
use crate::mcp::protocol::jsonrpc::{ErrorCode, Request, RpcError};
use crate::mcp::result::block::Content;
use crate::text::excerpt;
use serde_json::{Map, Value, json};

/// The longest value of an argument, in characters.
const MAX_VALUE: usize = 500;
/// The most completion values that the protocol allows.
const MAX_COMPLETIONS: usize = 100;

/// The prompts whose tools the connection shows.
pub(crate) fn list(shown: Shown) -> Map<String, Value> {
    let prompts: Vec<Value> = all(shown)
        .map(|prompt| {
            let arguments: Vec<Value> = prompt
                .arguments
                .iter()
                .map(|a| json!({ "name": a.name, "description": a.description, "required": a.required }))
                .collect();
            json!({
                "name": prompt.name,
                "title": prompt.title,
                "description": prompt.description,
                "arguments": arguments,
            })
        })
        .collect();
    Map::from_iter([("prompts".to_owned(), prompts.into())])
}

/// The result of `prompts/get`: a prompt with its arguments filled in. It names only tools that the connection shows.
///
/// # Errors
/// `-32602` for an unknown prompt, and for an argument that is unknown, missing, not a string or too long.
pub(crate) fn get(shown: Shown, request: &Request) -> Result<Map<String, Value>, RpcError> {
    let invalid = |text: String| RpcError::answered(&request.id, ErrorCode::InvalidParams, text);
    let name = request
        .params
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let prompt = find(shown, name).ok_or_else(|| {
        invalid(format!(
            "There is no prompt {:?}; prompts/list names them.",
            excerpt(name, 80)
        ))
    })?;
    let empty = Map::new();
    let arguments = match request.params.get("arguments") {
        None | Some(Value::Null) => &empty,
        Some(Value::Object(arguments)) => arguments,
        Some(_) => return Err(invalid("params.arguments must be an object.".to_owned())),
    };
    let text = fill(shown, prompt, arguments).map_err(invalid)?;
    let opening = match ActiveExtension::open_prompt(request, prompt, arguments)? {
        Opening::InputRequired(result) => return Ok(result),
        Opening::Block(block) => Some(block),
        Opening::None => None,
    };
    let messages: Vec<Value> = opening
        .into_iter()
        .chain([json!(Content::text(text))])
        .map(|content| json!({ "role": "user", "content": content }))
        .collect();
    Ok(Map::from_iter([
        ("description".to_owned(), prompt.description.into()),
        ("messages".to_owned(), messages.into()),
    ]))
}

/// The text of a prompt with the arguments in place of their placeholders.
///
/// # Errors
/// A sentence about the first argument that is unknown, missing, not a string or too long.
fn fill(shown: Shown, prompt: &Prompt, arguments: &Map<String, Value>) -> Result<String, String> {
    if let Some(unknown) = arguments
        .keys()
        .find(|name| prompt.arguments.iter().all(|a| a.name != name.as_str()))
    {
        return Err(format!(
            "The prompt has no argument {:?}.",
            excerpt(unknown, 80)
        ));
    }
    let mut text = shown.adapt(prompt.text);
    for argument in prompt.arguments {
        let value = match arguments.get(argument.name) {
            None | Some(Value::Null) => "",
            Some(Value::String(value)) if value.chars().count() <= MAX_VALUE => value.trim(),
            Some(_) => {
                return Err(format!(
                    "`{}` must be text of at most {MAX_VALUE} characters.",
                    argument.name
                ));
            }
        };
        if value.is_empty() && argument.required {
            return Err(format!(
                "`{}` is required: {}.",
                argument.name, argument.description
            ));
        }
        let phrase = if value.is_empty() {
            String::new()
        } else {
            argument.phrase.replace("{}", value)
        };
        text = text.replacen(&format!("{{{}}}", argument.name), &phrase, 1);
    }
    Ok(text)
}

/// The result of `completion/complete`: the values of an argument that begin with what was typed.
///
/// # Errors
/// `-32602` for an unknown prompt or argument.
pub(crate) fn complete(shown: Shown, request: &Request) -> Result<Map<String, Value>, RpcError> {
    let text = |pointer: [&str; 2]| {
        let value = request
            .params
            .get(pointer[0])
            .and_then(|outer| outer.get(pointer[1]));
        value.and_then(Value::as_str).unwrap_or_default()
    };
    let invalid = |text: &str| RpcError::answered(&request.id, ErrorCode::InvalidParams, text);
    let values: &[&str] = match text(["ref", "type"]) {
        "ref/prompt" => {
            let prompt = find(shown, text(["ref", "name"]))
                .ok_or_else(|| invalid("There is no such prompt."))?;
            let name = text(["argument", "name"]);
            let argument = prompt
                .arguments
                .iter()
                .find(|argument| argument.name == name);
            argument
                .ok_or_else(|| invalid("The prompt has no such argument."))?
                .completions
        }
        // There are no resource templates, so there is nothing to complete in one.
        "ref/resource" => &[],
        _ => {
            return Err(invalid(
                "params.ref.type must be ref/prompt or ref/resource.",
            ));
        }
    };
    let typed = text(["argument", "value"]).to_lowercase();
    let found: Vec<&str> = values
        .iter()
        .copied()
        .filter(|value| value.to_lowercase().starts_with(&typed))
        .take(MAX_COMPLETIONS)
        .collect();
    let completion = json!({ "total": found.len(), "hasMore": false, "values": found });
    Ok(Map::from_iter([("completion".to_owned(), completion)]))
}

fn all(shown: Shown) -> impl Iterator<Item = &'static Prompt> {
    let prompts = PLAYBOOKS.iter().chain(ActiveExtension::PROMPTS);
    prompts.filter(move |prompt| prompt.main_tool.is_none_or(|tool| shown.has(tool)))
}

fn find(shown: Shown, name: &str) -> Option<&'static Prompt> {
    all(shown).find(|prompt| prompt.name == name)
}

#[cfg(test)]
mod tests;
