//! The question: one form with one field, and a message that a person understands.

use crate::mcp::tools::confirm::preview::{CONSENT, POLICY_VERSION, Terms};
use crate::mcp::tools::header_arguments::{DRY_RUN, IDEMPOTENCY_KEY};
use crate::text::display_name;
use openapi_tools::table::{Argument, Kind, Location, Tool};
use serde_json::{Map, Value, json};

/// Name of the question, and of its one field.
pub(super) const CONFIRM: &str = "confirm";
/// The most arguments that are shown, and the most characters of each.
const MAX_ARGUMENTS: usize = 12;
const MAX_VALUE: usize = 80;

/// What will happen, at which price, with which consequence, and to what. The price comes before anything that the
/// caller wrote, and that is shown as JSON on one line, without what shows nothing or turns the writing direction: neither
/// a line break nor a quotation mark nor an invisible character can pretend to be ours.
pub(crate) fn message(
    tool: &Tool<'_>,
    arguments: &Map<String, Value>,
    terms: &Terms,
    again: bool,
) -> String {
    let mut sentences = vec![format!("TokPortal: {}.", tool.title)];
    if again {
        sentences.push("The price or the terms have changed since you were asked.".to_owned());
    }
    sentences.extend(price(tool, terms.price));
    if terms.consequences.is_empty() && tool.facts.irreversible {
        sentences.push("This cannot be undone.".to_owned());
    }
    sentences.extend(terms.consequences.iter().cloned());
    sentences.extend(shown(tool, arguments));
    sentences.join(" ")
}

fn price(tool: &Tool<'_>, price: Option<u64>) -> Option<String> {
    match (price, tool.facts.credits_detail) {
        (Some(0), _) => Some("It costs no credits.".to_owned()),
        (Some(1), _) => Some("It costs 1 credit.".to_owned()),
        (Some(credits), _) => Some(format!("It costs {credits} credits.")),
        (None, Some(detail)) => Some(format!("It costs credits: {detail}.")),
        (None, None) if tool.facts.spends_credits => Some("It costs credits.".to_owned()),
        (None, None) => None,
    }
}

/// The arguments that say what it is done to.
fn shown(tool: &Tool<'_>, arguments: &Map<String, Value>) -> Option<String> {
    let told = |argument: &&Argument<'_>| {
        let header = argument.location == Location::Header;
        let ours = [DRY_RUN, IDEMPOTENCY_KEY]
            .iter()
            .any(|name| argument.wire_name.eq_ignore_ascii_case(name));
        let consent = [CONSENT, POLICY_VERSION].contains(&argument.name);
        argument.kind != Kind::Binary && !(header && ours) && !consent
    };
    let mut texts: Vec<String> = tool
        .operation
        .arguments
        .iter()
        .filter(told)
        .filter_map(|argument| {
            let value = arguments.get(argument.name)?.to_string();
            Some(format!(
                "{} {}",
                argument.name,
                display_name(&value, MAX_VALUE)
            ))
        })
        .collect();
    let more = texts.len().saturating_sub(MAX_ARGUMENTS);
    texts.truncate(MAX_ARGUMENTS);
    if more > 0 {
        texts.push(format!("and {more} more"));
    }
    (!texts.is_empty()).then(|| format!("With: {}.", texts.join(", ")))
}

/// The `inputRequests`.
pub(crate) fn requests(message: &str) -> Map<String, Value> {
    let form = json!({
        "method": "elicitation/create",
        "params": {
            "mode": "form",
            "message": message,
            "requestedSchema": {
                "type": "object",
                "properties": { CONFIRM: {
                    "type": "boolean",
                    "title": "Yes, go ahead",
                    "description": "Without this, nothing is done and nothing is charged.",
                    "default": false,
                } },
                "required": [CONFIRM],
            },
        },
    });
    Map::from_iter([(CONFIRM.to_owned(), form)])
}
