//! The elicitations: a form with one field, or the address of a page, each with a message for the person.

use crate::access::approval::Words;
use crate::web::language::Language;
use serde_json::{Map, Value, json};

/// Name of the input request, and of the field in its form.
pub(super) const CONFIRM: &str = "confirm";

/// What a person is told, as one text. The arguments, which the caller wrote, come last.
pub(super) fn message(words: &Words) -> String {
    let mut sentences = Vec::new();
    if words.is_repeated {
        sentences.push("The price or the terms have changed since you were asked.".to_owned());
    }
    sentences.push(words.question.clone());
    sentences.extend(price(words));
    sentences.extend(balance(words));
    sentences.extend(words.consequences.iter().cloned());
    sentences.extend(arguments(words));
    sentences.join(" ")
}

fn price(words: &Words) -> Option<String> {
    let items = items(&words.items);
    match (words.price, words.cost.as_deref()) {
        (Some(0), _) => Some("It costs no credits.".to_owned()),
        (Some(1), _) => Some(format!("It costs 1 credit{items}.")),
        (Some(credits), _) => Some(format!("It costs {} credits{items}.", number(credits))),
        (None, Some("")) => Some("It costs credits.".to_owned()),
        (None, Some(detail)) => Some(format!("It costs credits: {detail}.")),
        (None, None) => None,
    }
}

/// The items of the price in parentheses: ` (account creation 32, video slots 6)`.
fn items(items: &[(String, u64)]) -> String {
    match items {
        [] => String::new(),
        [(item, _)] => format!(" ({item})"),
        several => {
            let each = several
                .iter()
                .map(|(item, credits)| format!("{item} {}", number(*credits)));
            format!(" ({})", each.collect::<Vec<_>>().join(", "))
        }
    }
}

/// The balance before and after a call that costs something, or may.
fn balance(words: &Words) -> Option<String> {
    let now = number(words.balance?);
    match words.price {
        Some(0) => None,
        Some(_) => {
            let after = number(words.balance_after()?);
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

fn arguments(words: &Words) -> Option<String> {
    let mut texts: Vec<String> = words
        .arguments
        .iter()
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    if words.more_arguments > 0 {
        texts.push(format!("and {} more", words.more_arguments));
    }
    (!texts.is_empty()).then(|| format!("With: {}.", texts.join(", ")))
}

/// The `inputRequests` with the form.
pub(super) fn form(message: &str) -> Map<String, Value> {
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

/// The `inputRequests` with the address of the page on which the person answers (MCP, URL mode elicitation).
pub(super) fn page(message: &str, url: &str) -> Map<String, Value> {
    let page = json!({
        "method": "elicitation/create",
        "params": { "mode": "url", "message": message, "url": url },
    });
    Map::from_iter([(CONFIRM.to_owned(), page)])
}

/// The same for a client of 2025-11-25, in the data of an error (`URLElicitationRequiredError`).
pub(super) fn of_page(message: &str, url: &str, id: &str) -> Value {
    json!({ "mode": "url", "message": message, "url": url, "elicitationId": id })
}
