//! Which operation of the newer document is which operation of ours.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::{items, members};
use crate::generate::METHODS;
use crate::generate::names::derived_id;
use crate::problem::{Problem, Problems, at};

/// An operation of the newer document.
pub(super) struct Pair<'d> {
    /// The path in the renewed document: ours, if only the names of its parameters differ.
    pub(super) path: String,
    /// Lower case.
    pub(super) method: &'d str,
    /// Pairs of a path parameter's name in the newer document and in the renewed one, if they differ.
    pub(super) renamed: Vec<(String, String)>,
    /// The operationId in the renewed document.
    pub(super) id: String,
    pub(super) newer: &'d Map<String, Value>,
    /// The path item of the newer document.
    pub(super) newer_item: &'d Value,
    /// The same operation of ours.
    pub(super) ours: Option<Ours<'d>>,
}

/// An operation of ours.
#[derive(Clone, Copy)]
pub(super) struct Ours<'d> {
    pub(super) path: &'d str,
    pub(super) method: &'d str,
    pub(super) item: &'d Value,
    pub(super) operation: &'d Map<String, Value>,
}

/// All operations of the newer document, and those of ours that it no longer has.
pub(super) struct Pairs<'d> {
    pub(super) list: Vec<Pair<'d>>,
    pub(super) removed: Vec<Ours<'d>>,
}

/// The operationId of an operation, empty without one.
pub(super) fn id(operation: &Map<String, Value>) -> &str {
    operation
        .get("operationId")
        .and_then(Value::as_str)
        .map(str::trim)
        .unwrap_or_default()
}

/// The operations of a document with their path and their method in lower case.
pub(super) fn operations(
    document: &Value,
) -> impl Iterator<Item = (&str, &str, &Map<String, Value>)> {
    all(document).map(|(path, method, _, operation)| (path, method, operation))
}

fn all(document: &Value) -> impl Iterator<Item = (&str, &str, &Value, &Map<String, Value>)> {
    let paths = document.get("paths").unwrap_or(&Value::Null);
    members(paths)
        .filter(|(path, _)| !path.starts_with("x-"))
        .flat_map(move |(path, item)| {
            let item = resolved_item(document, item);
            members(item).filter_map(move |(method, operation)| {
                METHODS.contains(&method.as_str()).then_some(())?;
                Some((path.as_str(), method.as_str(), item, operation.as_object()?))
            })
        })
}

fn resolved_item<'d>(document: &'d Value, item: &'d Value) -> &'d Value {
    let reference = item.get("$ref").and_then(Value::as_str);
    let target = reference.and_then(|text| text.strip_prefix('#'));
    target
        .and_then(|pointer| document.pointer(pointer))
        .unwrap_or(item)
}

impl<'d> Pairs<'d> {
    /// Pairs by operationId, then by method and path.
    ///
    /// # Errors
    ///
    /// The newer document uses an operationId or a path twice.
    pub(super) fn of(ours: &'d Value, newer: &'d Value) -> Result<Self, Problems> {
        let known: Vec<Ours<'d>> = all(ours)
            .map(|(path, method, item, operation)| Ours {
                path,
                method,
                item,
                operation,
            })
            .collect();
        let by_id: HashMap<&str, usize> = known
            .iter()
            .enumerate()
            .map(|(index, one)| (id(one.operation), index))
            .collect();
        let by_place: HashMap<(String, &str), usize> = known
            .iter()
            .enumerate()
            .map(|(index, one)| ((shape(one.path), one.method), index))
            .collect();
        let our_paths: HashMap<String, &str> = known
            .iter()
            .map(|one| (shape(one.path), one.path))
            .collect();

        let found: Vec<_> = all(newer).collect();
        duplicates(&found)?;
        let mut taken = vec![false; known.len()];
        let mut paired: Vec<Option<usize>> = vec![None; found.len()];
        for (slot, (_, _, _, operation)) in paired.iter_mut().zip(&found) {
            if let Some(index) = by_id.get(id(operation)) {
                taken[*index] = true;
                *slot = Some(*index);
            }
        }
        for (slot, (path, method, _, _)) in paired.iter_mut().zip(&found) {
            if slot.is_none()
                && let Some(index) = by_place.get(&(shape(path), *method))
                && !taken[*index]
            {
                taken[*index] = true;
                *slot = Some(*index);
            }
        }
        let list = found
            .into_iter()
            .zip(paired)
            .map(|((path, method, newer_item, newer), index)| {
                let ours = index.map(|index| known[index]);
                let out = our_paths.get(&shape(path)).copied().unwrap_or(path);
                let renamed = parameters(path)
                    .zip(parameters(out))
                    .filter(|(one, other)| one != other)
                    .map(|(one, other)| (one.to_owned(), other.to_owned()))
                    .collect();
                let id = match (id(newer), ours) {
                    ("", Some(ours)) => id(ours.operation).to_owned(),
                    ("", None) => derived_id(method, path),
                    (id, _) => id.to_owned(),
                };
                Pair {
                    path: out.to_owned(),
                    method,
                    renamed,
                    id,
                    newer,
                    newer_item,
                    ours,
                }
            })
            .collect();
        let removed = known
            .iter()
            .zip(taken)
            .filter(|(_, taken)| !taken)
            .map(|(one, _)| *one)
            .collect();
        Ok(Self { list, removed })
    }

    /// The pair of an operationId of the renewed document.
    pub(super) fn of_id(&self, id: &str) -> Option<&Pair<'d>> {
        self.list.iter().find(|pair| pair.id == id)
    }
}

fn duplicates(found: &[(&str, &str, &Value, &Map<String, Value>)]) -> Result<(), Problems> {
    let (mut ids, mut places) = (HashSet::new(), HashSet::new());
    let mut problems = Vec::new();
    for (path, method, _, operation) in found {
        let pointer = at(&at("/paths", path), method);
        let mut problem = |message: String| {
            problems.push(Problem {
                pointer: pointer.clone(),
                message: format!("in the newer document: {message}"),
            });
        };
        let id = id(operation);
        if !id.is_empty() && !ids.insert(id) {
            problem(format!("the operationId {id:?} is used twice"));
        }
        if !places.insert((shape(path), *method)) {
            problem("another path differs in the names of its parameters alone".to_owned());
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Problems(problems))
    }
}

/// A path template without the names of its parameters.
pub(super) fn shape(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut inside = false;
    for character in path.chars() {
        match character {
            '{' => {
                inside = true;
                out.push('{');
            }
            '}' => {
                inside = false;
                out.push('}');
            }
            other if !inside => out.push(other),
            _ => {}
        }
    }
    out
}

/// The names of the parameters of a path template.
fn parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
}

/// The parameters of an operation and of its path item, the operation's own preferred, as they are written.
pub(super) fn effective<'d>(
    document: &'d Value,
    item: &'d Value,
    operation: &'d Map<String, Value>,
) -> Vec<&'d Value> {
    let none = &Value::Null;
    let mut list: Vec<&Value> = items(operation.get("parameters").unwrap_or(none)).collect();
    let own = list.len();
    for parameter in items(item.get("parameters").unwrap_or(none)) {
        let key = key(document, parameter);
        if !list[..own]
            .iter()
            .any(|known| self::key(document, known) == key)
        {
            list.push(parameter);
        }
    }
    list
}

/// The name and the place that identify a parameter.
pub(super) fn key(document: &Value, parameter: &Value) -> (String, String) {
    let parameter = super::components::flat(document, parameter);
    let text = |name: &str| parameter[name].as_str().unwrap_or_default().to_owned();
    let place = text("in");
    let name = text("name");
    // Names of headers do not depend on case.
    let name = if place == "header" {
        name.to_ascii_lowercase()
    } else {
        name
    };
    (place, name)
}
