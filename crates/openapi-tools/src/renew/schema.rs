//! Merges a schema of the newer document into one of ours.

use serde_json::{Map, Value};

use super::components::{MAX_DEPTH, Merge, component_of, flat};
use super::report::Difference;
use super::{items, members};

/// Keywords with a schema.
const SCHEMA: [&str; 8] = [
    "items",
    "additionalProperties",
    "contains",
    "propertyNames",
    "not",
    "if",
    "then",
    "else",
];
/// Keywords with a list of schemas.
const LISTS: [&str; 3] = ["allOf", "anyOf", "oneOf"];
/// Keywords that say nothing about the values.
const ANNOTATIONS: [&str; 6] = [
    "title",
    "description",
    "example",
    "examples",
    "deprecated",
    "default",
];

impl Merge<'_> {
    /// The schema of the newer document, told as ours tells it.
    pub(super) fn schema(
        &mut self,
        ours: &Value,
        newer: &Value,
        place: &str,
        depth: usize,
    ) -> Value {
        if depth > MAX_DEPTH {
            return self.import(newer);
        }
        match (component_of(ours), component_of(newer)) {
            (Some(one), Some(other)) => {
                match self.name_of(&other) {
                    Some(name) if *name == one.1 => return self.reference_like(ours, newer),
                    None if !self.is_paired(&one) && self.component(&one).is_some() => {
                        self.merge_component(&one, &other);
                        return self.reference_like(ours, newer);
                    }
                    _ => {}
                }
                let pair = (one, other);
                if !self.active.insert(pair.clone()) {
                    return self.import(newer);
                }
                let merged = self.inline(ours, newer, place, depth);
                self.active.remove(&pair);
                self.reference_if_equal(merged, newer)
            }
            (None, Some(_)) => {
                let merged = self.inline(ours, newer, place, depth);
                self.reference_if_equal(merged, newer)
            }
            (Some(one), None) => {
                let merged = self.inline(ours, newer, place, depth);
                if self.component(&one) == Some(&merged) {
                    ours.clone()
                } else {
                    merged
                }
            }
            (None, None) => self.inline(ours, newer, place, depth),
        }
    }

    /// Our reference, with the members beside it that the newer one adds.
    fn reference_like(&mut self, ours: &Value, newer: &Value) -> Value {
        let mut out = ours.clone();
        let added = self.import(newer);
        if let Value::Object(out) = &mut out {
            for (name, member) in members(&added) {
                if !out.contains_key(name) && name != "description" {
                    out.insert(name.clone(), member.clone());
                }
            }
        }
        out
    }

    /// A reference to the component of the newer document, if ours adds nothing to it.
    fn reference_if_equal(&mut self, merged: Value, newer: &Value) -> Value {
        let reference = self.import(newer);
        let same = component_of(&reference)
            .is_some_and(|component| self.component(&component) == Some(&merged));
        if same { reference } else { merged }
    }

    fn inline(&mut self, ours: &Value, newer: &Value, place: &str, depth: usize) -> Value {
        let (one, other) = (flat(self.ours, ours), flat(self.newer, newer));
        match (&one, &other) {
            (Value::Object(one), Value::Object(other)) => {
                self.members(one, other, place, depth).into()
            }
            _ => self.import(&other),
        }
    }

    fn members(
        &mut self,
        ours: &Map<String, Value>,
        newer: &Map<String, Value>,
        place: &str,
        depth: usize,
    ) -> Map<String, Value> {
        let shaped =
            newer.contains_key("properties") || LISTS.iter().any(|key| newer.contains_key(*key));
        let composed = LISTS.iter().any(|key| newer.contains_key(*key));
        let fits = kinds_fit(ours, newer);
        let silent = says_nothing(newer);
        let mut out = Map::new();
        for (keyword, value) in ours {
            let theirs = newer.get(keyword);
            let merged = match keyword.as_str() {
                "properties" => match theirs {
                    Some(Value::Object(theirs)) => {
                        let own = value.as_object().cloned().unwrap_or_default();
                        Some(self.properties(&own, theirs, newer, place, depth).into())
                    }
                    _ if shaped || !fits => {
                        self.gone(place, value, newer);
                        None
                    }
                    _ => self.keep(place, keyword, value),
                },
                "required" | "type" => match theirs {
                    Some(theirs) if same_set(value, theirs) => Some(value.clone()),
                    Some(theirs) => Some(theirs.clone()),
                    None if keyword == "required" && shaped => None,
                    None if keyword == "type" && composed => None,
                    None => Some(value.clone()),
                },
                "allOf" | "anyOf" | "oneOf" => match theirs {
                    Some(Value::Array(theirs)) if items(value).count() == theirs.len() => {
                        let pairs: Vec<_> = items(value).zip(theirs).collect();
                        let merged = pairs.into_iter().enumerate().map(|(index, (one, other))| {
                            let place = format!("{place} {keyword}[{index}]");
                            self.schema(one, other, &place, depth + 1)
                        });
                        Some(merged.collect())
                    }
                    Some(theirs) => {
                        let view = view(self.ours, ours, 0);
                        Some(self.branches(&view, theirs, place, depth))
                    }
                    None if shaped || !fits => None,
                    None => self.keep(place, keyword, value),
                },
                _ if SCHEMA.contains(&keyword.as_str()) => match theirs {
                    Some(theirs) => {
                        let place = if keyword == "items" {
                            format!("{place}[]")
                        } else {
                            format!("{place} {keyword}")
                        };
                        Some(self.schema(value, theirs, &place, depth + 1))
                    }
                    None if fits => self.keep(place, keyword, value),
                    None => None,
                },
                "x-inferred" => {
                    if theirs.is_some() || silent {
                        Some(value.clone())
                    } else {
                        None
                    }
                }
                "description" | "title" => Some(self.text(place, keyword, value, theirs)),
                _ if keyword.starts_with("x-") => Some(value.clone()),
                _ => match theirs {
                    Some(theirs) if same_set(value, theirs) => Some(value.clone()),
                    Some(theirs) => {
                        self.replaced(place, keyword, value, theirs);
                        Some(theirs.clone())
                    }
                    None if fits => self.keep(place, keyword, value),
                    None => {
                        self.dropped(place, keyword, value);
                        None
                    }
                },
            };
            if let Some(merged) = merged {
                out.insert(keyword.clone(), merged);
            }
        }
        self.add_new(&mut out, ours, newer, place, depth);
        out
    }

    /// The keywords that only the newer schema has.
    fn add_new(
        &mut self,
        out: &mut Map<String, Value>,
        ours: &Map<String, Value>,
        newer: &Map<String, Value>,
        place: &str,
        depth: usize,
    ) {
        for (keyword, value) in newer {
            if ours.contains_key(keyword) || matches!(keyword.as_str(), "example" | "examples") {
                continue;
            }
            let value = match (keyword.as_str(), value) {
                ("properties", Value::Object(theirs)) => {
                    let view = view(self.ours, ours, 0);
                    self.properties(&view, theirs, newer, place, depth).into()
                }
                ("allOf" | "anyOf" | "oneOf", _) => {
                    let view = view(self.ours, ours, 0);
                    self.branches(&view, value, place, depth)
                }
                ("required" | "enum" | "type", _) => value.clone(),
                _ => {
                    let part =
                        Value::Object([(keyword.clone(), value.clone())].into_iter().collect());
                    self.import(&part)[keyword].take()
                }
            };
            out.insert(keyword.clone(), value);
        }
    }

    /// The members of an object: those of the newer document, told as ours tells them.
    fn properties(
        &mut self,
        ours: &Map<String, Value>,
        theirs: &Map<String, Value>,
        newer: &Map<String, Value>,
        place: &str,
        depth: usize,
    ) -> Map<String, Value> {
        let elsewhere = view(self.newer, newer, 0);
        let mut out = Map::new();
        for (name, one) in ours {
            let place = join(place, name);
            match theirs.get(name) {
                Some(other) => {
                    out.insert(name.clone(), self.schema(one, other, &place, depth + 1));
                }
                // A member that is not mentioned any more can still be in an answer.
                None if one.get("x-secret").is_some() && !elsewhere.contains_key(name) => {
                    self.differences.push(Difference::Kept(place));
                    out.insert(name.clone(), one.clone());
                }
                None if elsewhere.contains_key(name) => {}
                None => self.dropped(&place, "", one),
            }
        }
        for (name, other) in theirs {
            if !out.contains_key(name) {
                let other = self.import(other);
                out.insert(name.clone(), other);
            }
        }
        out
    }

    /// The branches of the newer document, whose members are told as ours tells members of the same name.
    fn branches(
        &mut self,
        view: &Map<String, Value>,
        theirs: &Value,
        place: &str,
        depth: usize,
    ) -> Value {
        items(theirs)
            .map(|branch| {
                let flat = flat(self.newer, branch);
                let told = members(flat.get("properties").unwrap_or(&Value::Null))
                    .any(|(name, _)| view.contains_key(name));
                if !told || depth > MAX_DEPTH {
                    return self.import(branch);
                }
                let ours: Map<String, Value> = view
                    .iter()
                    .filter(|(name, _)| flat["properties"].get(name.as_str()).is_some())
                    .map(|(name, member)| (name.clone(), member.clone()))
                    .collect();
                let ours = Value::Object(
                    [("properties".to_owned(), ours.into())]
                        .into_iter()
                        .collect(),
                );
                self.schema(&ours, branch, place, depth + 1)
            })
            .collect()
    }

    /// Our text, and a note if the newer document has another one.
    pub(super) fn text(
        &mut self,
        place: &str,
        keyword: &str,
        ours: &Value,
        theirs: Option<&Value>,
    ) -> Value {
        if theirs.is_some_and(|theirs| theirs != ours) {
            self.differences
                .push(Difference::Text(format!("{place} {keyword}")));
        }
        ours.clone()
    }

    /// A member that only ours has.
    pub(super) fn keep(&mut self, place: &str, keyword: &str, value: &Value) -> Option<Value> {
        self.differences
            .push(Difference::Kept(join(place, keyword)));
        Some(value.clone())
    }

    pub(super) fn replaced(&mut self, place: &str, keyword: &str, ours: &Value, theirs: &Value) {
        self.differences.push(Difference::Replaced(
            format!("{place} {keyword}"),
            ours.to_string(),
            theirs.to_string(),
        ));
    }

    pub(super) fn dropped(&mut self, place: &str, keyword: &str, value: &Value) {
        self.differences
            .push(Difference::Dropped(join(place, keyword), value.to_string()));
    }

    /// Notes the members of ours that are not among the branches of the newer schema, to which `branches` gives their texts.
    fn gone(&mut self, place: &str, properties: &Value, newer: &Map<String, Value>) {
        let elsewhere = view(self.newer, newer, 0);
        for (name, member) in members(properties) {
            if !elsewhere.contains_key(name) {
                self.dropped(&join(place, name), "", member);
            }
        }
    }
}

/// The members of an object schema, also those of its branches.
fn view(document: &Value, schema: &Map<String, Value>, depth: usize) -> Map<String, Value> {
    let mut out = super::object(&Value::Object(schema.clone()), "properties");
    if depth > 8 {
        return out;
    }
    for keyword in LISTS {
        for branch in items(schema.get(keyword).unwrap_or(&Value::Null)) {
            if let Value::Object(branch) = flat(document, branch) {
                for (name, member) in view(document, &branch, depth + 1) {
                    out.entry(name).or_insert(member);
                }
            }
        }
    }
    out
}

/// Whether a schema only says that the value is an object, or nothing at all.
fn says_nothing(schema: &Map<String, Value>) -> bool {
    schema
        .iter()
        .all(|(keyword, value)| match keyword.as_str() {
            "type" => kinds(value).contains(&"object"),
            "additionalProperties" => *value != Value::Bool(false),
            "nullable" => true,
            other => ANNOTATIONS.contains(&other) || other.starts_with("x-"),
        })
}

/// Whether limits of ours make sense for a value of the newer type.
fn kinds_fit(ours: &Map<String, Value>, newer: &Map<String, Value>) -> bool {
    let (Some(one), Some(other)) = (ours.get("type"), newer.get("type")) else {
        return true;
    };
    let (one, other) = (kinds(one), kinds(other));
    one.iter()
        .any(|kind| *kind != "null" && other.contains(kind))
}

fn kinds(kind: &Value) -> Vec<&str> {
    match kind {
        Value::String(kind) => vec![kind],
        _ => items(kind).filter_map(Value::as_str).collect(),
    }
}

/// Whether two values are equal, as lists without regard to order.
pub(super) fn same_set(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().all(|item| other.contains(item))
        }
        _ => one == other,
    }
}

fn join(place: &str, name: &str) -> String {
    format!("{place} {name}").trim().to_owned()
}
