//! What a person is told about a call.
//!
//! Names in the question are written by [`template`], so that no value can imitate a sentence. Other arguments, which
//! the caller wrote, are JSON on one line without invisible characters and without those that change the writing
//! direction.

use super::facts::Facts;
use super::preview::Terms;
use super::template;
use crate::access::approval::Words;
use crate::mcp::tools::consent::{CONSENT, POLICY_VERSION};
use crate::mcp::tools::header_arguments::{DRY_RUN, IDEMPOTENCY_KEY};
use crate::text::display_name;
use openapi_tools::table::{Argument, Kind, Location, Tool};
use serde_json::{Map, Value};

/// The most arguments that are shown, and the most characters of each.
const MAX_ARGUMENTS: usize = 12;
const MAX_VALUE: usize = 80;

/// The words for a call: what it does, its price and the balance, what cannot be undone, and the arguments that the
/// question does not tell.
pub(super) fn words(
    tool: &Tool<'_>,
    arguments: &Map<String, Value>,
    terms: &Terms,
    facts: &Facts,
    is_repeated: bool,
) -> Words {
    let catalogue = tool.confirmation;
    let question = catalogue.and_then(|words| template::question(&words, arguments, facts));
    let (question, told) = match question {
        Some(question) => (question.text, question.told),
        None => (format!("TokPortal: {}.", tool.title), Vec::new()),
    };
    let (arguments, more_arguments) = shown_arguments(tool, arguments, &told);
    Words {
        is_repeated,
        question,
        price: terms.price,
        cost: cost(tool, terms),
        items: items(tool, &terms.items),
        balance: facts.balance,
        consequences: consequences(tool, terms),
        arguments,
        more_arguments,
    }
}

/// When the call costs credits, if the API states no price.
fn cost(tool: &Tool<'_>, terms: &Terms) -> Option<String> {
    match (terms.price, tool.facts.credits_detail) {
        (None, Some(detail)) => Some(detail.to_owned()),
        (None, None) if tool.facts.spends_credits => Some(String::new()),
        _ => None,
    }
}

/// The items of the price by the names that people read.
fn items(tool: &Tool<'_>, items: &[(String, u64)]) -> Vec<(String, u64)> {
    let words = tool.confirmation.map_or(&[][..], |words| words.words);
    let name = |item: &str| {
        let word = words.iter().find(|(value, _)| *value == item);
        word.map_or_else(|| item.replace('_', " "), |(_, word)| (*word).to_owned())
    };
    items
        .iter()
        .map(|(item, credits)| (name(item), *credits))
        .collect()
}

/// The consequences that the API states, or else those of the catalogue.
fn consequences(tool: &Tool<'_>, terms: &Terms) -> Vec<String> {
    if !terms.consequences.is_empty() {
        return terms.consequences.clone();
    }
    let is_final = tool.facts.irreversible.then_some("This cannot be undone.");
    let warning = tool.confirmation.and_then(|words| words.warning);
    is_final
        .into_iter()
        .chain(warning)
        .map(str::to_owned)
        .collect()
}

/// The arguments, without files, header arguments, consent and those that the question tells; and how many are left out
/// because there are too many.
fn shown_arguments(
    tool: &Tool<'_>,
    arguments: &Map<String, Value>,
    told: &[String],
) -> (Vec<(String, String)>, usize) {
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
    let mut shown: Vec<(String, String)> = tool
        .operation
        .arguments
        .iter()
        .filter(is_shown)
        .filter_map(|argument| {
            let value = arguments.get(argument.name)?.to_string();
            let name = argument.name.replace('_', " ");
            Some((name, display_name(&value, MAX_VALUE)))
        })
        .collect();
    let more = shown.len().saturating_sub(MAX_ARGUMENTS);
    shown.truncate(MAX_ARGUMENTS);
    (shown, more)
}
