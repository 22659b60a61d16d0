//! The types that a normal form accepts.

use serde_json::{Map, Value};

use super::keywords;
use crate::context::{Context, MAX_DEPTH, Mode};
use crate::table::Kind;

/// The JSON Schema type of a JSON value.
pub(crate) fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// The types that the keywords of a schema without `type` imply; empty if they are ambiguous.
pub(crate) fn implied_types(map: &Map<String, Value>) -> Vec<&'static str> {
    let mut types: Vec<&'static str> = Vec::new();
    let mut add = |name| {
        if !types.contains(&name) {
            types.push(name);
        }
    };
    if let Some(value) = map.get("const") {
        add(type_of(value));
    } else if let Some(Value::Array(values)) = map.get("enum") {
        values.iter().map(type_of).for_each(&mut add);
    } else {
        for keyword in map.keys() {
            if let Some(name) = keywords::applies_to(keyword)
                && keyword != "format"
            {
                add(name);
            }
        }
        // Each keyword limits its own type only, so keywords of several types imply none.
        if types.len() > 1 {
            return Vec::new();
        }
    }
    types
}

/// The names in the `type` member of a normal form.
pub(crate) fn types(map: &Map<String, Value>) -> Vec<&str> {
    match map.get("type") {
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

impl Context<'_> {
    /// The kind of an argument with this schema. Null does not count, because an argument that is null is not sent.
    pub(crate) fn kind(&mut self, normal: &Value, mode: Mode) -> Kind {
        let mut found = Vec::new();
        self.collect_kinds(normal, mode, 0, &mut found);
        match found.as_slice() {
            [kind] => *kind,
            _ => Kind::Any,
        }
    }

    fn collect_kinds(&mut self, normal: &Value, mode: Mode, depth: usize, found: &mut Vec<Kind>) {
        let mut add = |kind| {
            if !found.contains(&kind) {
                found.push(kind);
            }
        };
        let resolved = if normal.get("$ref").is_some() {
            &self.resolved(normal, mode, depth)
        } else {
            normal
        };
        let Value::Object(map) = resolved else {
            return add(Kind::Any);
        };
        let types = types(map);
        if !types.is_empty() {
            for name in types {
                match name {
                    "null" => {}
                    "array" => add(Kind::Array),
                    "object" => add(Kind::Object),
                    _ => add(Kind::Scalar),
                }
            }
            return;
        }
        let branches = ["anyOf", "oneOf", "allOf"]
            .into_iter()
            .find_map(|key| map.get(key).and_then(Value::as_array));
        match branches {
            // The limit ends circular alternatives; real schemas rarely nest them deeper.
            Some(branches) if depth < MAX_DEPTH / 8 => {
                for branch in branches {
                    self.collect_kinds(branch, mode, depth + 1, found);
                }
            }
            _ => add(Kind::Any),
        }
    }
}
