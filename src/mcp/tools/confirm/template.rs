//! Sentences of the catalogue, filled with values of the caller and of the API.
//!
//! No value can imitate a sentence of the connector: one that is more than a plain word is written as a JSON string,
//! in quotation marks and on one line, without invisible characters and without those that change the writing
//! direction, and is cut when it is long. A name that a template has in quotation marks (`{"data.title"}`) is free text,
//! whose value is always written so.

use super::facts::{Facts, member};
use crate::text::display_name;
use crate::text::template::{Piece, pieces};
use chrono::{DateTime, Timelike};
use openapi_tools::table::Confirmation;
use serde_json::{Map, Value};

/// The most characters of a value.
const MAX_VALUE: usize = 60;

/// The question: the first template whose names all have a value. `None` if there is none.
pub(super) fn question(
    words: &Confirmation<'_>,
    arguments: &Map<String, Value>,
    facts: &Facts,
) -> Option<Question> {
    let label = label(words, facts);
    let subject = words.subject.and_then(|subject| {
        let id = arguments.get(subject.argument)?;
        label.clone().or_else(|| shown(id, words.words))
    });
    words.questions.iter().find_map(|template| {
        let mut told = Vec::new();
        let text = fill(template, |name, style| {
            told.push(name.to_owned());
            match (name, words.subject) {
                ("subject", Some(about)) => {
                    told.push(about.argument.to_owned());
                    subject.clone()
                }
                _ => style.write(arguments.get(name)?, words.words),
            }
        })?;
        Some(Question { text, told })
    })
}

/// A question with the arguments that it tells.
pub(super) struct Question {
    pub(super) text: String,
    pub(super) told: Vec<String>,
}

/// The label of the subject, if the API named it.
fn label(words: &Confirmation<'_>, facts: &Facts) -> Option<String> {
    let (subject, answer) = (words.subject?, facts.subject.as_ref()?);
    let value = |path: &str, style: Style| style.write(member(answer, path)?, words.words);
    subject
        .labels
        .iter()
        .find_map(|template| fill(template, value))
}

/// Fills a template; `None` if a name has no value.
fn fill(template: &str, mut value: impl FnMut(&str, Style) -> Option<String>) -> Option<String> {
    let texts = pieces(template).map(|piece| match piece {
        Piece::Text(text) => Some(text.to_owned()),
        Piece::Placeholder(name) => {
            let quoted = name
                .strip_prefix('"')
                .and_then(|name| name.strip_suffix('"'));
            match quoted {
                Some(name) => value(name, Style::Quoted),
                None => value(name, Style::Plain),
            }
        }
    });
    texts.collect()
}

/// How a template wants a value.
#[derive(Debug, Clone, Copy)]
enum Style {
    /// A single word as it is, everything else in quotation marks.
    Plain,
    /// In quotation marks.
    Quoted,
}

impl Style {
    fn write(self, value: &Value, words: &[(&str, &str)]) -> Option<String> {
        match (self, value) {
            (Self::Quoted, Value::String(text)) => {
                let clean = display_name(text, MAX_VALUE);
                (!clean.is_empty()).then(|| Value::from(clean).to_string())
            }
            _ => shown(value, words),
        }
    }
}

/// A value as people read it; `None` if it is empty.
fn shown(value: &Value, words: &[(&str, &str)]) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => text_shown(text, words),
        Value::Array(items) => {
            let items: Option<Vec<String>> = items.iter().map(|item| shown(item, words)).collect();
            items.filter(|items| !items.is_empty()).map(list)
        }
        other => Some(display_name(&other.to_string(), MAX_VALUE)),
    }
}

/// The items with commas between them. Items that do not fit are left out whole, so that each quotation is closed.
fn list(items: Vec<String>) -> String {
    let mut list = String::new();
    for item in items {
        if list.is_empty() {
            list = item;
        } else if list.chars().count() + item.chars().count() <= MAX_VALUE {
            list = format!("{list}, {item}");
        } else {
            list.push_str(", …");
            break;
        }
    }
    list
}

fn text_shown(text: &str, words: &[(&str, &str)]) -> Option<String> {
    if let Some((_, word)) = words.iter().find(|(value, _)| *value == text) {
        return Some((*word).to_owned());
    }
    if let Some(time) = time(text) {
        return Some(time);
    }
    let clean = display_name(text, MAX_VALUE);
    let is_word = clean
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-'));
    match clean.is_empty() {
        true => None,
        false if is_word => Some(clean),
        false => Some(Value::from(clean).to_string()),
    }
}

/// A UTC time of RFC 3339 to the minute: `2026-11-28 18:16 UTC`.
fn time(text: &str) -> Option<String> {
    let time = DateTime::parse_from_rfc3339(text).ok()?;
    let is_utc = text.ends_with('Z');
    let (date, hour, minute) = (time.date_naive(), time.hour(), time.minute());
    is_utc.then(|| format!("{date} {hour:02}:{minute:02} UTC"))
}
