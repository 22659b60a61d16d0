//! The elicitation: a form with one field, and a message for the person.

use super::facts::Facts;
use super::preview::Terms;
use super::template;
use crate::mcp::tools::consent::{CONSENT, POLICY_VERSION};
use crate::mcp::tools::header_arguments::{DRY_RUN, IDEMPOTENCY_KEY};
use crate::text::display_name;
use crate::web::language::Language;
use openapi_tools::table::{Argument, Kind, Location, Tool};
use serde_json::{Map, Value, json};

/// Name of the input request, and of the field in its form.
pub(super) const CONFIRM: &str = "confirm";
/// The most arguments that are shown, and the most characters of each.
const MAX_ARGUMENTS: usize = 12;
const MAX_VALUE: usize = 80;

/// The message: what the call does, its price and the balance, what cannot be undone, and the arguments that the
/// question does not tell.
///
/// Names in the question are written by [`template`], so that no value can imitate a sentence. Other arguments, which
/// the caller wrote, come last. They are JSON on one line without invisible characters and without those that change
/// the writing direction.
pub(super) fn message(
    tool: &Tool<'_>,
    arguments: &Map<String, Value>,
    terms: &Terms,
    facts: &Facts,
    is_repeated: bool,
) -> String {
    let words = tool.confirmation;
    let question = words.and_then(|words| template::question(&words, arguments, facts));
    let (question, told) = match question {
        Some(question) => (question.text, question.told),
        None => (format!("TokPortal: {}.", tool.title), Vec::new()),
    };
    let mut sentences = Vec::new();
    if is_repeated {
        sentences.push("The price or the terms have changed since you were asked.".to_owned());
    }
    sentences.push(question);
    sentences.extend(price(tool, terms));
    sentences.extend(
        facts
            .balance
            .and_then(|credits| balance(credits, terms.price)),
    );
    if terms.consequences.is_empty() {
        if tool.facts.irreversible {
            sentences.push("This cannot be undone.".to_owned());
        }
        let warning = words.and_then(|words| words.warning);
        sentences.extend(warning.map(str::to_owned));
    }
    sentences.extend(terms.consequences.iter().cloned());
    sentences.extend(argument_list(tool, arguments, &told));
    sentences.join(" ")
}

fn price(tool: &Tool<'_>, terms: &Terms) -> Option<String> {
    let items = items(tool, &terms.items);
    match (terms.price, tool.facts.credits_detail) {
        (Some(0), _) => Some("It costs no credits.".to_owned()),
        (Some(1), _) => Some(format!("It costs 1 credit{items}.")),
        (Some(credits), _) => Some(format!("It costs {} credits{items}.", number(credits))),
        (None, Some(detail)) => Some(format!("It costs credits: {detail}.")),
        (None, None) if tool.facts.spends_credits => Some("It costs credits.".to_owned()),
        (None, None) => None,
    }
}

/// The items of the price in parentheses: ` (account creation 32, video slots 6)`.
fn items(tool: &Tool<'_>, items: &[(String, u64)]) -> String {
    let words = tool.confirmation.map_or(&[][..], |words| words.words);
    let name = |item: &str| {
        let word = words.iter().find(|(value, _)| *value == item);
        word.map_or_else(|| item.replace('_', " "), |(_, word)| (*word).to_owned())
    };
    match items {
        [] => String::new(),
        [(item, _)] => format!(" ({})", name(item)),
        several => {
            let each = several
                .iter()
                .map(|(item, credits)| format!("{} {}", name(item), number(*credits)));
            format!(" ({})", each.collect::<Vec<_>>().join(", "))
        }
    }
}

/// The balance before and after a call that costs something, or may.
fn balance(credits: u64, price: Option<u64>) -> Option<String> {
    let now = number(credits);
    match price {
        Some(0) => None,
        Some(price) => {
            let after = number(credits.checked_sub(price)?);
            Some(format!("Balance: {now} credits now, {after} afterwards."))
        }
        None => Some(format!("Balance: {now} credits.")),
    }
}

fn number(credits: u64) -> String {
    match i64::try_from(credits) {
        Ok(credits) => Language::English.number(credits),
        Err(_) => credits.to_string(),
    }
}

/// The arguments, without files, header arguments, consent and those that the question tells.
fn argument_list(
    tool: &Tool<'_>,
    arguments: &Map<String, Value>,
    told: &[String],
) -> Option<String> {
    let is_shown = |argument: &&Argument<'_>| {
        let is_header = argument.location == Location::Header;
        let is_known = [DRY_RUN, IDEMPOTENCY_KEY]
            .iter()
            .any(|name| argument.wire_name.eq_ignore_ascii_case(name));
        let is_consent = [CONSENT, POLICY_VERSION].contains(&argument.name);
        let is_told = told.iter().any(|name| name == argument.name);
        let is_silent = argument.kind == Kind::Binary || (is_header && is_known);
        !is_silent && !is_consent && !is_told
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
                argument.name.replace('_', " "),
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
