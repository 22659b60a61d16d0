//! Converts a schema of the document to its normal form.

use serde_json::{Map, Value};

mod finish;

use super::draft::Draft;
use super::keywords::{self, Treatment};
use crate::context::{Context, MAX_DEPTH, Mode, Version};
use crate::problem::{at, nth};

impl<'d> Context<'d> {
    /// The normal form of the schema at `pointer`. References stay references.
    pub(crate) fn normal(
        &mut self,
        schema: &'d Value,
        pointer: &str,
        mode: Mode,
        depth: usize,
    ) -> Value {
        let map = match schema {
            Value::Bool(_) => return schema.clone(),
            Value::Object(map) => map,
            _ => {
                self.report
                    .problem(pointer, "a schema must be an object or a boolean");
                return Value::Bool(true);
            }
        };
        if depth > MAX_DEPTH {
            self.report.problem(
                pointer,
                format!("schemas are nested more than {MAX_DEPTH} deep"),
            );
            return Value::Bool(true);
        }
        let mut draft = Draft {
            schema: map,
            pointer,
            mode,
            depth,
            out: Map::new(),
            all_of: Vec::new(),
            nullable: false,
        };
        if let Some(reference) = map.get("$ref") {
            let Some(target) = self.canonical(reference, &at(pointer, "$ref")) else {
                return Value::Bool(true);
            };
            draft.out.insert("$ref".to_owned(), Value::String(target));
        }
        for (keyword, value) in map {
            self.keyword(&mut draft, keyword, value);
        }
        self.finish(draft)
    }

    fn keyword(&mut self, draft: &mut Draft<'d, '_>, keyword: &str, value: &'d Value) {
        let place = || at(draft.pointer, keyword);
        let (mode, depth) = (draft.mode, draft.depth);
        if mode == Mode::Output && !keywords::shapes(keyword, draft.schema.contains_key("type")) {
            return;
        }
        if draft.out.contains_key("$ref")
            && self.version == Version::V3_0
            && keywords::treatment(keyword) != Treatment::Dropped
        {
            match keyword {
                "$ref" | "description" | "nullable" | "deprecated" | "default" => {}
                _ => {
                    self.report.warn(
                        &place(),
                        "a member beside $ref has no effect in OpenAPI 3.0",
                    );
                    return;
                }
            }
        }
        match keywords::treatment(keyword) {
            Treatment::Dropped => {}
            Treatment::Unsupported => {
                if mode == Mode::Input {
                    self.report.warn(
                        &place(),
                        format!("the keyword {keyword:?} is not supported and is left out"),
                    );
                }
            }
            Treatment::Kept(expected) => {
                if keyword == "enum" && value.as_array().is_some_and(Vec::is_empty) {
                    self.report.warn(&place(), "an empty \"enum\" is left out");
                } else if expected.accepts(value) {
                    draft.out.insert(keyword.to_owned(), value.clone());
                } else {
                    self.report.warn(
                        &place(),
                        format!("{keyword:?} has a value of the wrong type and is left out"),
                    );
                }
            }
            Treatment::Schema => {
                let normal = self.normal(value, &place(), mode, depth + 1);
                draft.out.insert(keyword.to_owned(), normal);
            }
            Treatment::SchemaList => {
                let Value::Array(list) = value else {
                    self.report.warn(
                        &place(),
                        format!("{keyword:?} must be an array and is left out"),
                    );
                    return;
                };
                let place = place();
                let mut out = Vec::with_capacity(list.len());
                for (index, schema) in list.iter().enumerate() {
                    out.push(self.normal(schema, &nth(&place, index), mode, depth + 1));
                }
                match keyword {
                    "allOf" => draft.all_of = out,
                    _ if out.is_empty() => self
                        .report
                        .warn(&place, format!("an empty {keyword:?} is left out")),
                    _ => {
                        draft.out.insert(keyword.to_owned(), Value::Array(out));
                    }
                }
            }
            Treatment::SchemaMap => {
                let Value::Object(members) = value else {
                    self.report.warn(
                        &place(),
                        format!("{keyword:?} must be an object and is left out"),
                    );
                    return;
                };
                let place = place();
                let mut out = Map::new();
                for (name, schema) in members {
                    let pointer = at(&place, name);
                    if keyword == "properties" && self.hidden(schema, mode, 0) {
                        continue;
                    }
                    let normal = self.normal(schema, &pointer, mode, depth + 1);
                    if normal != Value::Bool(false) {
                        out.insert(name.clone(), normal);
                    }
                }
                draft.out.insert(keyword.to_owned(), Value::Object(out));
            }
            Treatment::Special => self.special(draft, keyword, value),
        }
    }

    /// Reads a keyword that the two dialects define differently.
    fn special(&mut self, draft: &mut Draft<'d, '_>, keyword: &str, value: &'d Value) {
        let place = at(draft.pointer, keyword);
        match (keyword, value) {
            ("type", _) => {
                if let Some(types) = self.types(value, &place) {
                    draft.out.insert("type".to_owned(), types);
                }
            }
            ("nullable", Value::Bool(nullable)) => draft.nullable = *nullable,
            ("description", Value::String(text)) => {
                let text = text.trim();
                if !text.is_empty() {
                    draft
                        .out
                        .insert("description".to_owned(), Value::String(text.to_owned()));
                }
            }
            ("deprecated", Value::Bool(deprecated)) => {
                if *deprecated {
                    draft.out.insert("deprecated".to_owned(), Value::Bool(true));
                }
            }
            ("exclusiveMinimum" | "exclusiveMaximum", Value::Bool(exclusive)) => {
                // In OpenAPI 3.0 and JSON Schema draft 4 it is a flag for the bound beside it.
                let bound = if keyword == "exclusiveMinimum" {
                    "minimum"
                } else {
                    "maximum"
                };
                if *exclusive && let Some(limit @ Value::Number(_)) = draft.schema.get(bound) {
                    draft.out.insert(keyword.to_owned(), limit.clone());
                }
            }
            ("exclusiveMinimum" | "exclusiveMaximum", Value::Number(_)) => {
                draft.out.insert(keyword.to_owned(), value.clone());
            }
            ("items", Value::Array(list)) => {
                // Tuples as older drafts of JSON Schema write them.
                let mut items = Vec::with_capacity(list.len());
                for (index, schema) in list.iter().enumerate() {
                    items.push(self.normal(
                        schema,
                        &nth(&place, index),
                        draft.mode,
                        draft.depth + 1,
                    ));
                }
                draft
                    .out
                    .insert("prefixItems".to_owned(), Value::Array(items));
            }
            ("items", _) => {
                let items = self.normal(value, &place, draft.mode, draft.depth + 1);
                draft.out.insert("items".to_owned(), items);
            }
            ("discriminator", _) => self.discriminator(draft, value, &place),
            _ => self.report.warn(
                &place,
                format!("{keyword:?} has a value of the wrong type and is left out"),
            ),
        }
    }

    fn types(&mut self, value: &Value, place: &str) -> Option<Value> {
        let names: Vec<&str> = match value {
            Value::String(name) => vec![name.as_str()],
            Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let mut types: Vec<Value> = Vec::new();
        for name in names {
            if !keywords::TYPES.contains(&name) {
                self.report.warn(
                    place,
                    format!("the type {name:?} does not exist; any value is accepted"),
                );
                return None;
            }
            if !types.iter().any(|known| known == name) {
                types.push(Value::from(name));
            }
        }
        if types.is_empty() {
            self.report.warn(
                place,
                "\"type\" must be a type name or a list of type names and is left out",
            );
            return None;
        }
        Some(Value::Array(types))
    }
}
