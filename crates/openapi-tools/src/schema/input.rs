//! The input schema of a tool: no type arrays, no bare `{}`, references only into the tool's own `$defs`.

use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

use serde_json::{Map, Value, json};

mod form;
mod write;

pub(super) use self::form::ordered;
use self::form::{any_value, or_null};
use super::graph::references;
use super::{NULLABLE, keywords, kind};
use crate::context::{Context, Mode};
use crate::problem::last_token;

/// Depth of a written schema below which references move to `$defs` instead of being replaced. Bounds the stack.
const MAX_INLINE: usize = 32;

/// A shared schema of at most this many bytes is repeated, because a reference and its definition would be longer.
const SMALL: usize = 96;

/// Writes the input schema of one tool.
pub(crate) struct Writer<'c, 'd> {
    cx: &'c mut Context<'d>,
    /// How often each referenced schema occurs.
    uses: HashMap<String, usize>,
    /// Names in `$defs` by pointer.
    names: HashMap<String, String>,
    taken: HashSet<String>,
    /// Referenced schemas that have a name and no definition yet.
    queue: VecDeque<String>,
    depth: usize,
}

/// The object schema with these properties, given as normal forms. It is closed although it does not say so.
pub(crate) fn input_schema(
    cx: &mut Context<'_>,
    properties: Vec<(String, Value)>,
    required: Vec<String>,
) -> Value {
    let uses = cx.count_uses(properties.iter().map(|(_, schema)| schema));
    let mut writer = Writer {
        cx,
        uses,
        names: HashMap::new(),
        taken: HashSet::new(),
        queue: VecDeque::new(),
        depth: 0,
    };
    let properties: Map<String, Value> = properties
        .into_iter()
        .map(|(name, schema)| (name, Value::Object(writer.schema(&schema, false))))
        .collect();
    let mut out = Map::new();
    out.insert("type".to_owned(), Value::from("object"));
    out.insert("properties".to_owned(), Value::Object(properties));
    if !required.is_empty() {
        out.insert("required".to_owned(), Value::from(required));
    }
    let mut definitions = Map::new();
    while let Some(pointer) = writer.queue.pop_front() {
        let target = writer
            .cx
            .target(&pointer, Mode::Input, 0)
            .unwrap_or_else(|| Rc::new(Value::Bool(true)));
        let definition = writer.schema(&target, true);
        let name = writer.definition_name(&pointer);
        definitions.insert(name, Value::Object(definition));
    }
    if !definitions.is_empty() {
        out.insert("$defs".to_owned(), Value::Object(definitions));
    }
    Value::Object(out)
}

impl Writer<'_, '_> {
    /// Writes a normal form. With `closed` it keeps `additionalProperties: false`, which tells alternatives apart.
    fn schema(&mut self, normal: &Value, closed: bool) -> Map<String, Value> {
        self.depth += 1;
        let written = match normal {
            Value::Object(map) if map.contains_key("$ref") => self.reference(map, closed),
            Value::Object(map) => self.object(map, closed),
            Value::Bool(false) => Map::from_iter([("not".to_owned(), Value::Object(any_value()))]),
            _ => any_value(),
        };
        self.depth -= 1;
        written
    }

    fn reference(&mut self, map: &Map<String, Value>, closed: bool) -> Map<String, Value> {
        let target = map.get("$ref").and_then(Value::as_str).unwrap_or_default();
        if self.inlines(target) {
            let resolved = self
                .cx
                .resolved(&Value::Object(map.clone()), Mode::Input, 0);
            return self.schema(&resolved, closed);
        }
        let name = self.definition_name(target);
        let mut siblings = map.clone();
        siblings.shift_remove("$ref");
        let nullable = siblings.shift_remove(NULLABLE).is_some();
        let mut out =
            Map::from_iter([("$ref".to_owned(), Value::String(format!("#/$defs/{name}")))]);
        if nullable {
            out = Map::from_iter([("anyOf".to_owned(), json!([out, { "type": "null" }]))]);
        }
        let (annotations, limits): (Map<String, Value>, Map<String, Value>) = siblings
            .into_iter()
            .partition(|(key, _)| keywords::is_annotation(key));
        if !limits.is_empty() {
            let limits = self.object(&limits, closed);
            if limits.keys().any(|key| out.contains_key(key)) {
                out = Map::from_iter([("allOf".to_owned(), json!([out, limits]))]);
            } else {
                out.extend(limits);
            }
        }
        out.extend(annotations);
        ordered(out)
    }

    /// Whether a reference is replaced by its target.
    fn inlines(&mut self, target: &str) -> bool {
        if self.depth >= MAX_INLINE || self.cx.is_recursive(target) {
            return false;
        }
        if self.uses.get(target).is_none_or(|uses| *uses <= 1) {
            return true;
        }
        let Some(normal) = self.cx.target(target, Mode::Input, 0) else {
            return false;
        };
        references(&normal).is_empty()
            && serde_json::to_string(&*normal).is_ok_and(|text| text.len() <= SMALL)
    }

    /// The name of a referenced schema in `$defs`; the first use queues its definition.
    fn definition_name(&mut self, pointer: &str) -> String {
        if let Some(name) = self.names.get(pointer) {
            return name.clone();
        }
        let base: String = last_token(pointer)
            .chars()
            .map(|character| {
                if character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.') {
                    character
                } else {
                    '_'
                }
            })
            .collect();
        let base = if base.is_empty() {
            "schema".to_owned()
        } else {
            base
        };
        let mut name = base.clone();
        let mut number = 2;
        while !self.taken.insert(name.clone()) {
            name = format!("{base}_{number}");
            number += 1;
        }
        self.names.insert(pointer.to_owned(), name.clone());
        self.queue.push_back(pointer.to_owned());
        name
    }

    fn object(&mut self, map: &Map<String, Value>, closed: bool) -> Map<String, Value> {
        let all_types = kind::types(map);
        let nullable = map.contains_key(NULLABLE) || all_types.contains(&"null");
        let mut types: Vec<&str> = all_types
            .iter()
            .copied()
            .filter(|name| *name != "null")
            .collect();
        if types.contains(&"number") {
            types.retain(|name| *name != "integer");
        }
        let mut rest: Map<String, Value> = map
            .iter()
            .filter(|(key, _)| !keywords::is_annotation(key) && *key != "type" && *key != NULLABLE)
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        if let Some(Value::Array(values)) = rest.get_mut("enum")
            && nullable
            && !types.is_empty()
        {
            values.retain(|value| !value.is_null());
            if values.is_empty() {
                types.clear();
            }
        }
        let mut core = Map::new();
        match types.as_slice() {
            [] if nullable && all_types == ["null"]
                || rest.get("enum") == Some(&Value::Array(Vec::new())) =>
            {
                core.insert("type".to_owned(), Value::from("null"));
            }
            [] => self.keywords(&rest, closed, &mut core),
            [name] => {
                core.insert("type".to_owned(), Value::from(*name));
                self.keywords(&rest, closed, &mut core);
                self.complete_array(name, &mut core);
            }
            several => core = self.several_types(several, rest, closed),
        }
        if core.is_empty() {
            core = any_value();
        } else if nullable && core.get("type") != Some(&Value::from("null")) {
            core = or_null(core);
        }
        for key in ["description", "deprecated", "default"] {
            if let Some(value) = map.get(key) {
                core.insert(key.to_owned(), value.clone());
            }
        }
        ordered(core)
    }
}
