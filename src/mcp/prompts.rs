//! `prompts/list`, `prompts/get` and the completion of prompt arguments: six playbooks for work that takes many calls.

use super::jsonrpc::{INVALID_PARAMS, Request, RpcError};
use crate::reply::excerpt;
use serde_json::{Map, Value, json};

/// A playbook.
#[derive(Debug)]
pub struct Prompt {
    /// Name, stable.
    pub name: &'static str,
    title: &'static str,
    description: &'static str,
    arguments: &'static [Argument],
    /// The text, with `{argument}` where a value goes.
    text: &'static str,
}

/// An argument of a playbook.
#[derive(Debug)]
struct Argument {
    name: &'static str,
    description: &'static str,
    required: bool,
    /// Where the value goes: `{}` stands for it.
    phrase: &'static str,
    /// Values to complete from.
    values: &'static [&'static str],
}

const PLATFORMS: &[&str] = &["tiktok", "instagram"];
/// Codes that public sources name; `tokportal_list_countries` has them all.
const COUNTRIES: &[&str] = &["USA", "UK", "FR", "CA", "IT", "PH", "DE"];
const EVENTS: &[&str] = &[
    "bundle.created",
    "bundle.published",
    "bundle.cancelled",
    "bundle.archived",
    "account.configured",
    "account.published",
    "account.in_review",
    "account.pending_corrections",
    "account.finalized",
    "account.remade",
    "account.banned",
    "account.revealed",
    "video.configured",
    "video.in_review",
    "video.published",
    "video.pending_corrections",
    "video.finalized",
    "warming.session_completed",
    "subscription.renewed",
    "subscription.lapsed",
    "credits.restored",
];

/// The longest value of an argument, in characters.
const MAX_VALUE: usize = 500;
/// The protocol's limit of completion values.
const MAX_COMPLETIONS: usize = 100;

const fn argument(name: &'static str, description: &'static str, phrase: &'static str) -> Argument {
    Argument {
        name,
        description,
        required: false,
        phrase,
        values: &[],
    }
}

impl Argument {
    const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    const fn of(mut self, values: &'static [&'static str]) -> Self {
        self.values = values;
        self
    }
}

/// All playbooks, in the order of a customer's life.
pub static PROMPTS: [Prompt; 6] = [
    Prompt {
        name: "first_order",
        title: "Place a first order",
        description: "From prices to a published order: one account, optionally with videos.",
        arguments: &[
            argument("platform", "tiktok or instagram", "{}")
                .required()
                .of(PLATFORMS),
            argument("country", "Country code, such as USA", " in {}").of(COUNTRIES),
            argument("videos", "Number of video slots", " with {} video slots"),
        ],
        text: include_str!("../../static/prompts/first_order.md"),
    },
    Prompt {
        name: "post_at_scale",
        title: "Post at scale",
        description: "Plan and schedule many videos over several bundles.",
        arguments: &[
            argument(
                "bundles",
                "Which bundles, by title or id",
                " in these bundles: {}",
            ),
            argument("start", "First day, YYYY-MM-DD", ", from {} on"),
        ],
        text: include_str!("../../static/prompts/post_at_scale.md"),
    },
    Prompt {
        name: "warm_accounts",
        title: "Warm accounts",
        description: "Choose search terms for a niche, price the warming and follow it.",
        arguments: &[
            argument("niche", "The niche, in a few words", "{}").required(),
            argument("target", "Account or bundle, by name or id", "{}").required(),
        ],
        text: include_str!("../../static/prompts/warm_accounts.md"),
    },
    Prompt {
        name: "weekly_report",
        title: "Weekly report",
        description: "A report on accounts and posts with figures, highlights and next steps.",
        arguments: &[
            argument(
                "accounts",
                "Accounts to report on; all if left out",
                " on these accounts: {}",
            ),
            argument(
                "days",
                "Length of the period in days",
                ", over the last {} days",
            )
            .of(&["7", "14", "30"]),
        ],
        text: include_str!("../../static/prompts/weekly_report.md"),
    },
    Prompt {
        name: "handle_ban",
        title: "Handle a ban",
        description: "What happened to a banned account, what it means and what can be claimed.",
        arguments: &[argument(
            "account",
            "The account, by username or id",
            ": {}",
        )],
        text: include_str!("../../static/prompts/handle_ban.md"),
    },
    Prompt {
        name: "connect_webhook",
        title: "Connect a webhook",
        description: "Choose events, create the endpoint, verify signatures and test the delivery.",
        arguments: &[
            argument("url", "HTTPS address of the receiver", " that posts to {}"),
            argument("events", "What to be told about", " for these events: {}").of(EVENTS),
        ],
        text: include_str!("../../static/prompts/connect_webhook.md"),
    },
];

/// The list result.
pub fn list() -> Map<String, Value> {
    let prompts: Vec<Value> = PROMPTS
        .iter()
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

/// A playbook with its arguments filled in.
///
/// # Errors
/// `-32602` for an unknown playbook, and for an argument that is unknown, missing, not a string or too long.
pub fn get(request: &Request) -> Result<Map<String, Value>, RpcError> {
    let invalid = |text: String| RpcError::answered(&request.id, INVALID_PARAMS, text);
    let name = request
        .params
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let prompt = find(name).ok_or_else(|| {
        invalid(format!(
            "There is no prompt {:?}; prompts/list names them.",
            excerpt(name, 80)
        ))
    })?;
    let empty = Map::new();
    let given = match request.params.get("arguments") {
        None | Some(Value::Null) => &empty,
        Some(Value::Object(given)) => given,
        Some(_) => return Err(invalid("params.arguments must be an object.".to_owned())),
    };
    if let Some(unknown) = given
        .keys()
        .find(|name| prompt.arguments.iter().all(|a| a.name != name.as_str()))
    {
        return Err(invalid(format!(
            "The prompt has no argument {:?}.",
            excerpt(unknown, 80)
        )));
    }
    let mut text = prompt.text.to_owned();
    for argument in prompt.arguments {
        let value = match given.get(argument.name) {
            Some(Value::String(value)) if value.chars().count() <= MAX_VALUE => value.trim(),
            Some(_) => {
                return Err(invalid(format!(
                    "`{}` must be text of at most {MAX_VALUE} characters.",
                    argument.name
                )));
            }
            None => "",
        };
        if value.is_empty() && argument.required {
            return Err(invalid(format!(
                "`{}` is required: {}.",
                argument.name, argument.description
            )));
        }
        let phrase = if value.is_empty() {
            String::new()
        } else {
            argument.phrase.replace("{}", value)
        };
        text = text.replacen(&format!("{{{}}}", argument.name), &phrase, 1);
    }
    let message = json!({ "role": "user", "content": { "type": "text", "text": text } });
    Ok(Map::from_iter([
        ("description".to_owned(), prompt.description.into()),
        ("messages".to_owned(), json!([message])),
    ]))
}

/// Completes an argument of a playbook from what is typed so far.
///
/// # Errors
/// `-32602` for an unknown playbook or argument.
pub fn complete(request: &Request) -> Result<Map<String, Value>, RpcError> {
    let text = |pointer: [&str; 2]| {
        let value = request
            .params
            .get(pointer[0])
            .and_then(|outer| outer.get(pointer[1]));
        value.and_then(Value::as_str).unwrap_or_default()
    };
    let invalid = |text: &str| RpcError::answered(&request.id, INVALID_PARAMS, text);
    let values: &[&str] = match text(["ref", "type"]) {
        "ref/prompt" => {
            let prompt =
                find(text(["ref", "name"])).ok_or_else(|| invalid("There is no such prompt."))?;
            let name = text(["argument", "name"]);
            let argument = prompt
                .arguments
                .iter()
                .find(|argument| argument.name == name);
            argument
                .ok_or_else(|| invalid("The prompt has no such argument."))?
                .values
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

fn find(name: &str) -> Option<&'static Prompt> {
    PROMPTS.iter().find(|prompt| prompt.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(params: Value) -> Request {
        let Value::Object(params) = params else {
            panic!("an object")
        };
        Request {
            id: json!(1),
            method: "prompts/get".to_owned(),
            params,
        }
    }

    #[test]
    fn every_placeholder_has_its_argument_and_every_tool_exists() {
        for prompt in &PROMPTS {
            for argument in prompt.arguments {
                assert!(
                    prompt.text.contains(&format!("{{{}}}", argument.name)),
                    "{} {}",
                    prompt.name,
                    argument.name
                );
            }
            let all: Map<String, Value> = prompt
                .arguments
                .iter()
                .map(|a| (a.name.to_owned(), json!("VALUE")))
                .collect();
            let filled =
                get(&ask(json!({"name": prompt.name, "arguments": all}))).expect(prompt.name);
            let text = filled["messages"][0]["content"]["text"]
                .as_str()
                .expect("text");
            assert_eq!(text.matches("VALUE").count(), prompt.arguments.len());
            assert!(!text.contains('{'), "{text}");
            for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')) {
                assert!(
                    !word.starts_with("tokportal_") || crate::catalog::find(word).is_some(),
                    "{word}"
                );
            }
        }
    }

    #[test]
    fn optional_arguments_leave_no_hole() {
        let filled = get(&ask(
            json!({"name": "first_order", "arguments": {"platform": "tiktok"}}),
        ))
        .expect("filled");
        let text = filled["messages"][0]["content"]["text"]
            .as_str()
            .expect("text");
        assert!(
            text.starts_with("Help me place my first TokPortal order: one tiktok account.\n"),
            "{text}"
        );
    }

    #[test]
    fn wrong_arguments_are_named() {
        for params in [
            json!({"name": "nope"}),
            json!({"name": "first_order"}),
            json!({"name": "first_order", "arguments": {"platform": 1}}),
            json!({"name": "first_order", "arguments": {"platform": "tiktok", "colour": "red"}}),
            json!({"name": "first_order", "arguments": {"platform": "x".repeat(501)}}),
            json!({"name": "first_order", "arguments": []}),
        ] {
            assert_eq!(
                get(&ask(params.clone())).expect_err("refused").code,
                INVALID_PARAMS,
                "{params}"
            );
        }
    }

    #[test]
    fn completes_by_prefix() {
        let completed = complete(&ask(json!({
            "ref": {"type": "ref/prompt", "name": "first_order"},
            "argument": {"name": "country", "value": "u"},
        })));
        assert_eq!(
            completed.expect("completed")["completion"]["values"],
            json!(["USA", "UK"])
        );
    }
}
