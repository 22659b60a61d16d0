//! Short names for the tools of new operations.

use std::collections::HashSet;

use heck::ToSnakeCase;
use serde_json::Value;

use super::UNREVIEWED;
use super::pairs::{Pairs, operations};
use super::report::Report;
use crate::arena::Arena;
use crate::catalogue::Catalogue;
use crate::generate::names::LISTED_MAX;
use crate::options::Options;
use crate::problem::at;

/// Words that a short name does without.
const FILLERS: [&str; 11] = [
    "the", "a", "an", "of", "for", "by", "to", "and", "in", "with", "from",
];

/// Gives new tools whose name is too long for some host a shorter one, by `x-tool-name`.
pub(super) fn shorten(
    document: &mut Value,
    pairs: &Pairs<'_>,
    options: &Options,
    report: &mut Report,
) {
    let arena = Arena::default();
    let (catalogue, _) = Catalogue::read(document, options, &arena);
    let mut taken: HashSet<String> = catalogue
        .tools
        .iter()
        .flat_map(|tool| [Some(tool.name), tool.catalogue_name])
        .flatten()
        .map(str::to_owned)
        .collect();
    let mut short = Vec::new();
    for (path, method, operation) in operations(document) {
        let id = super::pairs::id(operation);
        let tool = catalogue.tools.iter().find(|tool| tool.operation.id == id);
        if tool.is_none_or(|tool| tool.name.len() <= LISTED_MAX) {
            continue;
        }
        if pairs.of_id(id).is_some_and(|pair| pair.ours.is_some()) {
            continue;
        }
        let room = LISTED_MAX.saturating_sub(options.prefix.len());
        let wanted = operation.get("x-tool-name").and_then(Value::as_str);
        let wanted = shorter(wanted.unwrap_or(id), room);
        let name = free(&wanted, room, &options.prefix, &taken);
        taken.insert(format!("{}{name}", options.prefix));
        short.push((at(&at("/paths", path), method), name));
    }
    for (pointer, name) in short {
        if let Some(Value::Object(operation)) = document.pointer_mut(&pointer) {
            operation.insert("x-tool-name".to_owned(), name.into());
            let list = operation
                .entry(UNREVIEWED)
                .or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(list) = list {
                list.push("x-tool-name".into());
            }
        }
    }
    for (id, _) in &mut report.secrets {
        if let Some(tool) = catalogue.tools.iter().find(|tool| tool.operation.id == id) {
            *id = tool.name.to_owned();
        }
    }
}

/// A name without fillers and repeated words, then without words in its middle, of at most `room` characters.
fn shorter(name: &str, room: usize) -> String {
    let name = name.to_snake_case();
    let mut words: Vec<&str> = Vec::new();
    for word in name.split('_') {
        if !FILLERS.contains(&word) && !words.contains(&word) {
            words.push(word);
        }
    }
    let length = |words: &[&str]| words.iter().map(|word| word.len() + 1).sum::<usize>();
    while length(&words) > room + 1 && words.len() > 2 {
        words.remove(words.len() / 2);
    }
    let mut name = words.join("_");
    name.truncate(room);
    name.trim_end_matches('_').to_owned()
}

/// The name, or the first of `name_2`, `name_3`, … that no tool has.
fn free(name: &str, room: usize, prefix: &str, taken: &HashSet<String>) -> String {
    let mut candidate = name.to_owned();
    let mut number = 2;
    while taken.contains(&format!("{prefix}{candidate}")) {
        let suffix = format!("_{number}");
        let head = &name[..name.len().min(room.saturating_sub(suffix.len()))];
        candidate = format!("{}{suffix}", head.trim_end_matches('_'));
        number += 1;
    }
    candidate
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_keep_their_first_and_last_words() {
        let name = "list_account_inbox_conversation_message_attachments_for_the_account";
        assert_eq!(shorter(name, 38), "list_account_inbox_message_attachments");
        assert_eq!(shorter("get_me", 38), "get_me");
        assert_eq!(shorter(&"x".repeat(80), 38), "x".repeat(38));
    }

    #[test]
    fn short_names_that_are_taken_get_a_number() {
        let taken = HashSet::from(["p_a_b".to_owned(), "p_a_b_2".to_owned()]);
        assert_eq!(free("a_b", 38, "p_", &taken), "a_b_3");
        assert_eq!(free("a_b", 4, "p_", &taken), "a_2");
    }
}
