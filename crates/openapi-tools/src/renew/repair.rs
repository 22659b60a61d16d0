//! Makes every operation of the renewed document a tool, or takes it out with the reasons.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::components::{component_of, flat};
use super::operation::spot;
use super::pairs::{Pairs, id, operations};
use super::report::{Difference, Excluded, Report};
use super::{items, members};
use crate::arena::Arena;
use crate::catalogue::Catalogue;
use crate::generate::METHODS;
use crate::generate::media_type::{essence, is_json, is_text};
use crate::options::Options;
use crate::problem::{Problem, at, last_token};
use crate::table::Scope;

/// Takes out what a tool cannot do, and the parts of confirmations that no longer fit.
pub(super) fn repair(
    document: &mut Value,
    pairs: &Pairs<'_>,
    options: &Options,
    report: &mut Report,
) {
    let mut excluded = unreadable(document, pairs);
    exclude(document, &excluded);
    // Each round takes something out, so the rounds end.
    let rounds = 2 + operations(document).count() * 2;
    for _ in 0..rounds {
        let (_, problems) = Catalogue::read(document, options, &Arena::default());
        if problems.is_empty() || !round(document, &problems, &mut excluded, options, report) {
            break;
        }
    }
    let was_tool = |path: &str, method: &str| {
        let pair = pairs
            .list
            .iter()
            .find(|pair| pair.path == path && pair.method == method);
        pair.is_some_and(|pair| pair.ours.is_some())
    };
    for ((path, method), reasons) in excluded {
        report.excluded.push(Excluded {
            operation: spot(&method, &path),
            was_tool: was_tool(&path, &method),
            reasons: reasons.into_iter().collect(),
        });
    }
}

/// Operations by path and method, with the reasons why they are taken out.
type Reasons = BTreeMap<(String, String), BTreeSet<String>>;

/// One round over the problems; whether anything was taken out.
fn round(
    document: &mut Value,
    problems: &[Problem],
    excluded: &mut Reasons,
    options: &Options,
    report: &mut Report,
) -> bool {
    let mut out = Reasons::new();
    let mut confirmations: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    let mut is_changed = false;
    for problem in problems {
        if problem.pointer.starts_with("/x-subjects") {
            is_changed |= repair_subjects(document, options, report);
            continue;
        }
        for (place, rest) in concerned(document, &problem.pointer) {
            if rest.starts_with("/x-confirm") {
                confirmations.entry(place).or_default().push(rest);
            } else {
                out.entry(place).or_default().insert(problem.to_string());
            }
        }
    }
    for (place, rests) in confirmations {
        is_changed |= repair_confirmation(document, &place, &rests, report);
    }
    is_changed |= !out.is_empty();
    exclude(document, &out);
    for (place, reasons) in out {
        excluded.entry(place).or_default().extend(reasons);
    }
    is_changed
}

/// The operations that a problem concerns, with the rest of its pointer in them.
fn concerned(document: &Value, pointer: &str) -> Vec<((String, String), String)> {
    let mut found = Vec::new();
    for (path, method, operation) in operations(document) {
        let place = (path.to_owned(), method.to_owned());
        let own = at(&at("/paths", path), method);
        if let Some(rest) = pointer.strip_prefix(&own)
            && (rest.is_empty() || rest.starts_with('/'))
        {
            found.push((place, rest.to_owned()));
        } else if pointer == at("/paths", path)
            || pointer.starts_with(&at(&at("/paths", path), "parameters"))
            || pointer.starts_with("/components/") && reaches(document, operation, pointer)
        {
            found.push((place, String::new()));
        }
    }
    found
}

/// Whether an operation uses the component in which a pointer lies.
fn reaches(document: &Value, operation: &serde_json::Map<String, Value>, pointer: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut pending: Vec<&Value> = operation.values().collect();
    while let Some(value) = pending.pop() {
        if let Some((section, name)) = component_of(value) {
            let here = at(&at("/components", &section), &name);
            if pointer == here || pointer.starts_with(&format!("{here}/")) {
                return true;
            }
            if let Some(target) = document.pointer(&here)
                && seen.insert(here)
            {
                pending.push(target);
            }
        }
        match value {
            Value::Object(map) => pending.extend(map.values()),
            Value::Array(list) => pending.extend(list),
            _ => {}
        }
    }
    false
}

fn exclude(document: &mut Value, reasons: &Reasons) {
    let Some(Value::Object(paths)) = document.get_mut("paths") else {
        return;
    };
    for (path, method) in reasons.keys() {
        let Some(Value::Object(item)) = paths.get_mut(path) else {
            continue;
        };
        item.shift_remove(method);
        if !METHODS.iter().any(|method| item.contains_key(*method)) {
            paths.shift_remove(path);
        }
    }
}

/// New operations whose answers a tool cannot pass on: bytes, and streams of events.
fn unreadable(document: &Value, pairs: &Pairs<'_>) -> Reasons {
    let mut out = Reasons::new();
    for (path, method, operation) in operations(document) {
        let is_new = pairs
            .of_id(id(operation))
            .is_some_and(|pair| pair.ours.is_none());
        if !is_new {
            continue;
        }
        let mut types = Vec::new();
        let none = Value::Null;
        for (status, response) in members(operation.get("responses").unwrap_or(&none)) {
            if status.starts_with('2') {
                let response = flat(document, response);
                let content = response.get("content").unwrap_or(&none);
                types.extend(members(content).map(|(name, _)| name.clone()));
            }
        }
        let is_readable = |name: &String| {
            let essence = essence(name);
            essence.contains('*')
                || is_json(name)
                || (is_text(&essence) && essence != "text/event-stream")
        };
        if !types.is_empty() && !types.iter().any(is_readable) {
            let reason = format!(
                "it answers with {}, which a tool cannot pass on as text",
                types.join(", ")
            );
            let place = (path.to_owned(), method.to_owned());
            out.entry(place).or_default().insert(reason);
        }
    }
    out
}

/// Removes the subjects that no operation reads any more, and their uses.
fn repair_subjects(document: &mut Value, options: &Options, report: &mut Report) -> bool {
    let gone: Vec<String> = {
        let arena = Arena::default();
        let (catalogue, _) = Catalogue::read(document, options, &arena);
        let reads = |subject: &Value| {
            let (read, by) = (subject["read"].as_str(), subject["by"].as_str());
            catalogue.tools.iter().any(|tool| {
                Some(tool.operation.id) == read
                    && tool.facts.scope == Scope::Read
                    && tool
                        .operation
                        .arguments
                        .iter()
                        .any(|one| Some(one.name) == by)
            })
        };
        members(document.get("x-subjects").unwrap_or(&Value::Null))
            .filter(|(_, subject)| !reads(subject))
            .map(|(name, _)| name.clone())
            .collect()
    };
    for name in &gone {
        if let Some(Value::Object(subjects)) = document.get_mut("x-subjects")
            && let Some(subject) = subjects.shift_remove(name)
        {
            report.differences.push(Difference::Dropped(
                format!("x-subjects {name}"),
                subject.to_string(),
            ));
        }
    }
    let uses: Vec<(String, String)> = operations(document)
        .filter(|(_, _, operation)| {
            let subject = operation
                .get("x-confirm")
                .and_then(|words| words.get("subject"));
            match subject {
                Some(Value::String(name)) => gone.contains(name),
                Some(Value::Object(map)) => map.keys().any(|name| gone.contains(name)),
                _ => false,
            }
        })
        .map(|(path, method, _)| (path.to_owned(), method.to_owned()))
        .collect();
    for place in uses {
        repair_confirmation(document, &place, &["/x-confirm/subject".to_owned()], report);
    }
    !gone.is_empty()
}

/// Removes the subject, the questions and the whole confirmation that have a problem.
fn repair_confirmation(
    document: &mut Value,
    (path, method): &(String, String),
    rests: &[String],
    report: &mut Report,
) -> bool {
    let pointer = at(&at("/paths", path), method);
    let Some(Value::Object(operation)) = document.pointer_mut(&pointer) else {
        return false;
    };
    let name = id(operation).to_owned();
    let mut dropped = |what: &str, value: &Value| {
        report.differences.push(Difference::Dropped(
            format!("{name} {what}"),
            value.to_string(),
        ));
    };
    let Some(confirm) = operation.get_mut("x-confirm") else {
        return false;
    };
    let questions: Vec<usize> = rests
        .iter()
        .filter(|rest| rest.starts_with("/x-confirm/questions/"))
        .filter_map(|rest| last_token(rest).parse().ok())
        .collect();
    let subject = rests
        .iter()
        .any(|rest| rest.starts_with("/x-confirm/subject"));
    if !subject && questions.is_empty() {
        let whole = confirm.clone();
        dropped("x-confirm", &whole);
        operation.shift_remove("x-confirm");
        return true;
    }
    if subject
        && let Value::Object(confirm) = confirm
        && let Some(value) = confirm.shift_remove("subject")
    {
        dropped("x-confirm subject", &value);
    }
    let kept: Vec<Value> = items(&confirm["questions"])
        .enumerate()
        .filter(|(index, question)| {
            let is_wrong = questions.contains(index);
            if is_wrong {
                dropped("x-confirm question", question);
            }
            !is_wrong
        })
        .map(|(_, question)| question.clone())
        .collect();
    if kept.is_empty() {
        let whole = confirm.clone();
        dropped("x-confirm", &whole);
        operation.shift_remove("x-confirm");
    } else {
        confirm["questions"] = json!(kept);
    }
    true
}
