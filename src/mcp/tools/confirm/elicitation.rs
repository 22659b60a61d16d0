//! The elicitation: a form with one field, and a message for the person.

use super::preview::{CONSENT, POLICY_VERSION, Terms};
use crate::mcp::tools::header_arguments::{DRY_RUN, IDEMPOTENCY_KEY};
use crate::text::display_name;
use openapi_tools::table::{Argument, Kind, Location, Tool};
use serde_json::{Map, Value, json};

/// Name of the input request, and of the field in its form.
pub(super) const CONFIRM: &str = "confirm";
/// The most arguments that are shown, and the most characters of each.
const MAX_ARGUMENTS: usize = 12;
const MAX_VALUE: usize = 80;

/// The message: what the call does, its price, its consequences and its arguments.
///
/// Arguments, which the caller wrote, come after the price. They are JSON on one line without invisible characters and
/// without those that change the writing direction, so that they cannot imitate text of the connector.
pub(super) fn message(
    tool: &Tool<'_>,
    arguments: &Map<String, Value>,
    terms: &Terms,
    is_repeated: bool,
) -> String {
    let mut sentences = vec![format!("TokPortal: {}.", tool.title)];
    if is_repeated {
        sentences.push("The price or the terms have changed since you were asked.".to_owned());
    }
    sentences.extend(price(tool, terms.price));
    if terms.consequences.is_empty() && tool.facts.irreversible {
        sentences.push("This cannot be undone.".to_owned());
    }
    sentences.extend(terms.consequences.iter().cloned());
    sentences.extend(argument_list(tool, arguments));
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

/// The arguments, without files, header arguments and consent.
fn argument_list(tool: &Tool<'_>, arguments: &Map<String, Value>) -> Option<String> {
    let is_shown = |argument: &&Argument<'_>| {
        let is_header = argument.location == Location::Header;
        let is_known = [DRY_RUN, IDEMPOTENCY_KEY]
            .iter()
            .any(|name| argument.wire_name.eq_ignore_ascii_case(name));
        let is_consent = [CONSENT, POLICY_VERSION].contains(&argument.name);
        argument.kind != Kind::Binary && !(is_header && is_known) && !is_consent
    };
    let mut texts: Vec<String> = tool
        .operation
        .arguments
        .iter()
        .filter(is_shown)
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

/// The `inputRequests` with the form.
pub(super) fn input_requests(message: &str) -> Map<String, Value> {
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
