//! What a model reads of an answer: notes about what the answer itself does not say, then the answer in the order of its
//! worth, without what says nothing. The words are those of `x-answer` and `x-confirm` in the document.

use super::members::Members;
use super::order::{ordered, ordered_members};
use crate::failure::hints::hint;
use crate::text::excerpt;
use crate::web::json;
use openapi_tools::table::{Details, Location, Tool};
use serde_json::{Map, Value};

/// The most memory that the values of an answer may take here.
const MAX_VALUES: usize = 16 * 1024 * 1024;
/// An answer with empty lists alone is shorter, in bytes.
const MAX_EMPTY: usize = 4_000;
/// Lists of a dry run with more items than these are shortened.
const MAX_SIMULATED: usize = 3;
/// The most characters of a value in a note, and of all of them.
const MAX_VALUE: usize = 80;
const MAX_VALUES_TOLD: usize = 600;

/// The call that is answered.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Call<'a> {
    pub(in super::super) tool: &'a Tool<'static>,
    pub(in super::super) arguments: &'a Map<String, Value>,
    pub(in super::super) dry_run: bool,
    /// Whether a person is asked before the same call runs for real.
    pub(in super::super) asks_person: bool,
}

/// A JSON object as programs and as models read it.
pub(super) struct Told {
    pub(super) structured: String,
    /// The same for a model, if it differs.
    pub(super) text: Option<String>,
    pub(super) notes: Vec<String>,
}

impl<'a> Call<'a> {
    /// An answer that is a JSON object, with its members if they were read already.
    pub(super) fn tell(self, json: &str, members: Option<&Members<'_>>) -> Told {
        let facts = &self.tool.facts.answer;
        let wanted = facts.details.map(|details| self.wanted(details));
        let structured = match (facts.details, wanted) {
            (Some(details), Some(wanted)) => with_details(details, wanted, json),
            _ => None,
        };
        let structured = match (structured.as_deref(), members) {
            (Some(changed), _) => ordered(changed),
            (None, Some(members)) => ordered_members(json, members),
            (None, None) => ordered(json),
        };
        let structured = structured.into_owned();
        let catalogue = facts.details.filter(|_| wanted == Some(None));
        let brief = catalogue.and_then(|details| in_brief(details, &structured));
        let mut notes = Vec::new();
        if self.dry_run {
            notes.extend(self.consequence());
        } else {
            notes.extend(self.echo());
        }
        notes.extend(self.given());
        notes.extend(self.rows(&structured));
        notes.extend(
            facts
                .empty
                .filter(|_| is_empty(&structured))
                .map(str::to_owned),
        );
        Told {
            text: brief.or_else(|| self.shortened(&structured)),
            structured,
            notes,
        }
    }

    /// Notes about an answer that is CSV, which is empty if it has only the names of its columns.
    pub(super) fn tell_table(self, text: &str) -> Vec<String> {
        let empty = self.tool.facts.answer.empty;
        let empty = empty.filter(|_| text.trim_end().lines().count() <= 1);
        self.given()
            .into_iter()
            .chain(empty.map(str::to_owned))
            .collect()
    }

    /// What the arguments of the call do to the answer.
    fn given(self) -> Option<String> {
        let given = self.tool.facts.answer.given?;
        let has = |name: &&str| {
            self.arguments
                .get(*name)
                .is_some_and(|value| !value.is_null())
        };
        given
            .arguments
            .iter()
            .any(has)
            .then(|| given.text.to_owned())
    }

    /// What a dry run does not show: what the call does for good, and whether a person is asked.
    fn consequence(self) -> Option<String> {
        let facts = &self.tool.facts;
        if !facts.irreversible && !facts.spends_credits && !self.tool.annotations.destructive {
            return None;
        }
        let warning = self.tool.confirmation.and_then(|words| words.warning);
        let asked = if self.asks_person {
            "A person is asked before the real call runs."
        } else {
            "The real call runs at once, without a question."
        };
        let sentences = [
            "Only simulated.",
            warning.unwrap_or_default(),
            facts.answer.simulated.unwrap_or_default(),
            asked,
        ];
        let sentences = sentences
            .into_iter()
            .filter(|sentence| !sentence.is_empty());
        Some(sentences.collect::<Vec<_>>().join(" "))
    }

    /// What the call changed, if the answer does not show it.
    fn echo(self) -> Option<String> {
        if !self.tool.facts.answer.echo {
            return None;
        }
        let mut told = String::new();
        for argument in self.tool.operation.arguments {
            let value = self.arguments.get(argument.name);
            let Some(value) = value.filter(|_| argument.location == Location::Body) else {
                continue;
            };
            let value = excerpt(&value.to_string(), MAX_VALUE);
            if told.len() < MAX_VALUES_TOLD {
                told.push_str(if told.is_empty() { "Set: " } else { ", " });
                told.push_str(&format!("{} = {value}", argument.name));
            }
        }
        (!told.is_empty()).then(|| format!("{told}."))
    }

    /// How many rows of a list succeeded, and the next step for each error in it.
    fn rows(self, json: &str) -> Option<String> {
        let rows = self.tool.facts.answer.rows?;
        let list = at(json, rows.list)?;
        let list: Vec<Value> = values(list)?;
        let error = |row: &Value| match rows.error {
            Some(name) => row.get(name).filter(|error| !error.is_null()).cloned(),
            None => Some(row.clone()),
        };
        let errors: Vec<Value> = list.iter().filter_map(error).collect();
        let counted = rows.succeeded.and_then(|path| at(json, path)?.parse().ok());
        let succeeded: usize = counted.unwrap_or(list.len() - errors.len());
        if errors.is_empty() {
            return None;
        }
        let total = succeeded.saturating_add(errors.len());
        let mut note = format!("{succeeded} of {total} succeeded.");
        let mut told = Vec::new();
        for code in errors
            .iter()
            .filter_map(|error| error.get("code")?.as_str())
        {
            if let Some(hint) = hint(code).filter(|_| !told.contains(&code)) {
                told.push(code);
                note.push_str(&format!(" {code}: {hint}"));
            }
        }
        Some(note)
    }

    /// The text for a model without amounts of nothing, and with the first of many items of a dry run.
    fn shortened(self, json: &str) -> Option<String> {
        let answer = &self.tool.facts.answer;
        let has_amounts = !answer.amounts.is_empty() && json.contains(":0");
        if !self.dry_run && !has_amounts {
            return None;
        }
        let mut value: Value = values(json)?;
        let before = value.clone();
        for path in answer.amounts {
            if let Some(Value::Object(amounts)) = at_mut(&mut value, path) {
                amounts.retain(|_, amount| amount.as_f64() != Some(0.0));
            }
        }
        if self.dry_run {
            let rows = answer.rows.map(|rows| rows.list);
            shorten(&mut value, "", rows);
        }
        (value != before).then(|| value.to_string())
    }

    /// The item whose details the call asks for.
    fn wanted(self, details: Details<'_>) -> Option<&'a str> {
        self.arguments.get(details.argument).and_then(Value::as_str)
    }
}

/// A catalogue with all of the wanted item, or without the details of any.
fn with_details(details: Details<'_>, wanted: Option<&str>, json: &str) -> Option<String> {
    let mut value: Value = values(json)?;
    if let Some(Value::Array(items)) = at_mut(&mut value, details.list) {
        if let Some(wanted) = wanted {
            items.retain(|item| item.get(details.key).and_then(Value::as_str) == Some(wanted));
        } else {
            for item in items.iter_mut().filter_map(Value::as_object_mut) {
                item.retain(|name, _| !details.members.contains(&name.as_str()));
            }
        }
    }
    Some(value.to_string())
}

/// A catalogue as a map from the key of each item to what it is, before everything else. What else an item says stands
/// behind it, unless it is true or null; such items come last.
fn in_brief(details: Details<'_>, json: &str) -> Option<String> {
    let mut value: Value = values(json)?;
    let (parent, name) = details.list.rsplit_once('.').unwrap_or(("", details.list));
    let parent = if parent.is_empty() {
        Some(&mut value)
    } else {
        at_mut(&mut value, parent)
    };
    let members = parent?.as_object_mut()?;
    let items = members.shift_remove(name)?;
    let mut entries = Vec::new();
    for item in items.as_array()? {
        let item = item.as_object()?;
        let key = item.get(details.key)?.as_str()?;
        let brief = item
            .get(details.brief)
            .and_then(Value::as_str)
            .unwrap_or_default();
        let is_said = |name: &str, value: &Value| {
            name != details.key
                && name != details.brief
                && !value.is_null()
                && *value != Value::Bool(true)
        };
        let others = item.iter().filter(|(name, value)| is_said(name, value));
        let others: Vec<String> = others
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        let others = others.join(", ");
        entries.push((
            !others.is_empty(),
            key,
            format!("{brief} {others}").trim_end().to_owned(),
        ));
    }
    let (more, plain): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|(says_more, ..)| *says_more);
    let map: Map<String, Value> = plain
        .into_iter()
        .chain(more)
        .map(|(_, key, text)| (key.to_owned(), text.into()))
        .collect();
    members.shift_insert(0, name.to_owned(), map.into());
    Some(value.to_string())
}

/// JSON with a note as its first member.
pub(super) fn noted(json: &str, notes: &[String]) -> Option<String> {
    let rest = json.strip_prefix('{')?;
    let note = Value::from(notes.join(" "));
    let comma = if rest == "}" { "" } else { "," };
    Some(format!("{{\"note\":{note}{comma}{rest}"))
}

/// Whether every list of the answer is empty, and there is one. Only `data` and `items` are looked at, where APIs have it.
fn is_empty(json: &str) -> bool {
    if json.len() > MAX_EMPTY || !json.contains("[]") {
        return false;
    }
    let has_only_empty_lists = |data: &str| match serde_json::from_str::<Members<'_>>(data) {
        Ok(Members(members)) => {
            let mut lists = members.iter().map(|(_, value)| value.get());
            let mut found = false;
            lists.all(|value| {
                found |= value == "[]";
                value == "[]" || !value.starts_with('[')
            }) && found
        }
        Err(_) => false,
    };
    ["data", "items"]
        .into_iter()
        .any(|name| at(json, name).is_some_and(|data| data == "[]" || has_only_empty_lists(data)))
}

/// Shortens every list of many objects with the same members to the first and a count, but for the list at `except`.
fn shorten(value: &mut Value, path: &str, except: Option<&str>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                shorten(member, &path, except);
            }
        }
        Value::Array(items) if items.len() > MAX_SIMULATED && except != Some(path) => {
            let names = |item: &Value| {
                let members = item.as_object()?;
                Some(members.keys().cloned().collect::<Vec<_>>())
            };
            let first = items.first().and_then(names);
            if first.is_some() && items.iter().all(|item| names(item) == first) {
                let others = items.len() - 1;
                items.truncate(1);
                items.push(format!("… and {others} more like it").into());
            }
        }
        _ => {}
    }
}

/// The text of the member at a path such as `data.results`.
fn at<'j>(json: &'j str, path: &str) -> Option<&'j str> {
    let (name, rest) = path.split_once('.').unwrap_or((path, ""));
    let Members(members) = serde_json::from_str(json).ok()?;
    let (_, value) = members.into_iter().find(|(member, _)| member == name)?;
    if rest.is_empty() {
        Some(value.get())
    } else {
        at(value.get(), rest)
    }
}

fn at_mut<'v>(value: &'v mut Value, path: &str) -> Option<&'v mut Value> {
    path.split('.')
        .try_fold(value, |value, name| value.get_mut(name))
}

/// A JSON text as values, unless they take too much memory.
fn values<T: serde::de::DeserializeOwned>(json: &str) -> Option<T> {
    json::size_in_memory(json, MAX_VALUES)?;
    serde_json::from_str(json).ok()
}

#[cfg(test)]
mod tests;
