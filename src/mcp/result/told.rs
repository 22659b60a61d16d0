//! What a model reads of an answer: notes about what the answer itself does not say, then the answer in the order of its
//! worth, without what says nothing. The words are those of `x-answer` and `x-confirm` in the document.

mod catalogue;
mod shortened;

use super::members::Members;
use super::order::{ordered, ordered_members};
use super::path::{at, values};
use crate::failure::hints::hint;
use crate::text::excerpt;
use catalogue::{in_brief, with_details};
use openapi_tools::table::{Details, Location, Tool};
use serde_json::{Map, Value};
use shortened::shortened;

/// What a model reads of an answer that the API repeats.
const REPLAYED: &str = "Repeated answer: a call with this idempotency_key was done before. Nothing was done or charged again, and the figures are of that time.";
/// What a model reads of a dry run that was none.
const NOT_SIMULATED: &str =
    "Not simulated: the API charged credits. The call was done; repeating it does it twice.";
/// An answer with empty lists alone is shorter, in bytes.
const MAX_EMPTY: usize = 4_000;
/// The most characters of a value in a note, and of all of them.
const MAX_VALUE: usize = 80;
const MAX_VALUES_TOLD: usize = 600;

/// The call that is answered.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Call<'a> {
    pub(in super::super) tool: &'a Tool<'static>,
    pub(in super::super) arguments: &'a Map<String, Value>,
    pub(in super::super) dry_run: bool,
    /// Whether a person is asked before a call that costs something, or cannot be undone, runs on this connection.
    pub(in super::super) asks_person: bool,
    /// Whether the client gets no structured content, so that the text has to have everything.
    pub(in super::super) is_text_alone: bool,
    /// Whether the API repeats an earlier answer.
    pub(in super::super) replayed: bool,
}

/// A JSON object as programs and as models read it.
pub(super) struct Told {
    pub(super) structured: String,
    /// The same for a model, if it differs.
    pub(super) text: Option<String>,
    pub(super) notes: Vec<String>,
}

impl<'a> Call<'a> {
    /// A real call on a connection where no person is asked, whose answer is structured and no repetition.
    pub(in super::super) fn new(
        tool: &'a Tool<'static>,
        arguments: &'a Map<String, Value>,
    ) -> Self {
        Self {
            tool,
            arguments,
            dry_run: false,
            asks_person: false,
            is_text_alone: false,
            replayed: false,
        }
    }

    /// An answer that is a JSON object, with its members if they were read already.
    pub(super) fn tell(self, json: &str, members: Option<&Members<'_>>) -> Told {
        let facts = &self.tool.facts.answer;
        let details = facts.details.map(|details| (details, self.wanted(details)));
        let structured = details.and_then(|(details, wanted)| with_details(details, wanted, json));
        let structured = match (structured.as_deref(), members) {
            (Some(changed), _) => ordered(changed),
            (None, Some(members)) => ordered_members(json, members),
            (None, None) => ordered(json),
        };
        let structured = structured.into_owned();
        let text = match details {
            _ if self.is_text_alone => None,
            Some((details, None)) => in_brief(details, &structured),
            _ => shortened(facts, self.dry_run, &structured),
        };
        let mut notes: Vec<String> = self.repeated().into_iter().collect();
        if self.dry_run {
            notes.extend(self.consequence(&structured));
        } else if !self.replayed {
            notes.extend(self.echo());
        }
        notes.extend(self.given());
        notes.extend(self.rows(&structured));
        notes.extend(self.nothing(&structured));
        Told {
            text,
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

    /// That the answer is the one of an earlier call. Models do not see `_meta`, which says so, too.
    pub(super) fn repeated(self) -> Option<String> {
        self.replayed.then(|| REPLAYED.to_owned())
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

    /// What it means that the list of the answer is empty.
    fn nothing(self, json: &str) -> Option<String> {
        let empty = self.tool.facts.answer.empty;
        let empty = empty.filter(|_| is_empty(json))?;
        let total = at(json, "pagination.total").and_then(|total| total.parse::<u64>().ok());
        Some(match total {
            Some(total) if total > 0 => {
                format!(
                    "There is no such page. There are {total} items in all; page 1 has the first."
                )
            }
            _ => empty.to_owned(),
        })
    }

    /// What a dry run does not show: what the call does for good, and whether a person is asked.
    fn consequence(self, json: &str) -> Option<String> {
        let facts = &self.tool.facts;
        let members = serde_json::from_str::<Members<'_>>(json).ok();
        let member = |name: &str| members.as_ref()?.get(name);
        let credits = |name: &str| member(name)?.parse::<u64>().ok();
        if credits("credits_charged").is_some_and(|charged| charged > 0) {
            return Some(NOT_SIMULATED.to_owned());
        }
        if !facts.irreversible && !facts.spends_credits && !self.tool.annotations.destructive {
            return None;
        }
        let warning = self.tool.confirmation.and_then(|words| words.warning);
        // As the real call decides it: `confirm::preview::Terms::need_consent`.
        let asks = facts.irreversible || credits("credits_would_charge") != Some(0);
        let asked = if self.asks_person && asks {
            "A person is asked before the real call runs."
        } else {
            "The real call runs at once, without a question."
        };
        let sentences = [
            if member("dry_run") == Some("true") {
                "Only simulated."
            } else {
                "Meant to be simulated; the API does not say that it was."
            },
            warning.unwrap_or_default(),
            facts.answer.simulated.unwrap_or_default(),
            asked,
        ];
        let sentences = sentences
            .into_iter()
            .filter(|sentence| !sentence.is_empty());
        Some(sentences.collect::<Vec<_>>().join(" "))
    }

    /// What the call sent, if the answer does not show it.
    fn echo(self) -> Option<String> {
        if !self.tool.facts.answer.echo {
            return None;
        }
        let (mut told, mut others) = (String::new(), 0_usize);
        for argument in self.tool.operation.arguments {
            let value = self.arguments.get(argument.name);
            let Some(value) = value.filter(|_| argument.location == Location::Body) else {
                continue;
            };
            if told.len() >= MAX_VALUES_TOLD {
                others += 1;
                continue;
            }
            let value = excerpt(&value.to_string(), MAX_VALUE);
            told.push_str(if told.is_empty() {
                "Sent and accepted: "
            } else {
                ", "
            });
            told.push_str(&format!("{} = {value}", argument.name));
        }
        if others > 0 {
            told.push_str(&format!(" and {others} more"));
        }
        (!told.is_empty()).then(|| format!("{told}."))
    }

    /// How many rows of a list succeeded, and the next step for each error in it.
    fn rows(self, json: &str) -> Option<String> {
        let rows = self.tool.facts.answer.rows?;
        let list = at(json, rows.list)?;
        let list: Vec<Value> = values(list)?;
        let errors: Vec<&Value> = list
            .iter()
            .filter_map(|row| match rows.error {
                Some(name) => row.get(name).filter(|error| !error.is_null()),
                None => Some(row),
            })
            .collect();
        if errors.is_empty() {
            return None;
        }
        let failed = errors.len();
        let succeeded: Option<usize> = match rows.succeeded {
            Some(path) => at(json, path).and_then(|count| count.parse().ok()),
            None => Some(list.len() - failed),
        };
        let mut note = match succeeded {
            Some(succeeded) => {
                format!(
                    "{succeeded} of {} succeeded.",
                    succeeded.saturating_add(failed)
                )
            }
            None => format!("{failed} failed."),
        };
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

    /// The item whose details the call asks for.
    fn wanted(self, details: Details<'_>) -> Option<&'a str> {
        self.arguments.get(details.argument).and_then(Value::as_str)
    }
}

/// JSON with a note as its first member; `None` without notes, and if it has a note of the API.
pub(super) fn noted(json: &str, notes: &[String]) -> Option<String> {
    if notes.is_empty() || at(json, "note").is_some() {
        return None;
    }
    let rest = json.strip_prefix('{')?;
    let note = Value::from(notes.join(" "));
    let comma = if rest.trim_start() == "}" { "" } else { "," };
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

#[cfg(test)]
mod tests;
