//! The conjunction of two normal forms, which is the meaning of `allOf`.

use serde_json::{Map, Value};

use super::{NULLABLE, keywords, kind};
use crate::context::{Context, MAX_DEPTH, Mode};

impl Context<'_> {
    /// A normal form that accepts the values that both accept. Warnings about contradictions name `pointer`.
    pub(crate) fn merge(
        &mut self,
        left: Value,
        right: &Value,
        pointer: &str,
        mode: Mode,
        depth: usize,
    ) -> Value {
        if depth > MAX_DEPTH {
            self.report.problem(
                pointer,
                format!("schemas are nested more than {MAX_DEPTH} deep"),
            );
            return left;
        }
        let left = if left.get("$ref").is_some() {
            self.resolved(&left, mode, depth)
        } else {
            left
        };
        let resolved = if right.get("$ref").is_some() {
            &self.resolved(right, mode, depth)
        } else {
            right
        };
        match (left, resolved) {
            (Value::Object(left), Value::Object(right)) => {
                Value::Object(self.merge_maps(left, right, pointer, mode, depth))
            }
            (Value::Bool(true), right) => right.clone(),
            (left, Value::Bool(true)) => left,
            _ => Value::Bool(false),
        }
    }

    /// Merges schemas one level down. Two different references stay an `allOf`, because following both might not end if
    /// each schema refers to itself.
    fn merge_below(
        &mut self,
        left: Value,
        right: &Value,
        pointer: &str,
        mode: Mode,
        depth: usize,
    ) -> Value {
        if left == *right {
            return left;
        }
        match (left.get("$ref"), right.get("$ref")) {
            (Some(one), Some(other)) if one == other => {
                let mut out = left;
                if let (Value::Object(out), Value::Object(right)) = (&mut out, right) {
                    for (key, value) in right {
                        out.entry(key.clone()).or_insert_with(|| value.clone());
                    }
                }
                out
            }
            (Some(_), Some(_)) => serde_json::json!({ "allOf": [left, right] }),
            _ => self.merge(left, right, pointer, mode, depth + 1),
        }
    }

    fn merge_maps(
        &mut self,
        mut left: Map<String, Value>,
        right: &Map<String, Value>,
        pointer: &str,
        mode: Mode,
        depth: usize,
    ) -> Map<String, Value> {
        let conditional = |map: &Map<String, Value>| map.contains_key("if");
        let mut rest = Map::new();
        let both_conditional = conditional(&left) && conditional(right);
        self.merge_closed(&mut left, right, pointer);
        for (keyword, value) in right {
            let Some(own) = left.get(keyword) else {
                match keyword.as_str() {
                    NULLABLE if left.contains_key("type") => {}
                    "additionalProperties" if *value == Value::Bool(false) => {}
                    _ => {
                        left.insert(keyword.clone(), value.clone());
                    }
                }
                continue;
            };
            if own == value {
                continue;
            }
            match keyword.as_str() {
                "type" => {
                    let common = common_types(own, value);
                    if common.is_empty() {
                        self.report.warn(pointer, format!("allOf requires the types {own} and {value} at once; the first is kept"));
                    } else {
                        left.insert("type".to_owned(), Value::Array(common));
                    }
                }
                "enum" => {
                    let common: Vec<Value> = own
                        .as_array()
                        .into_iter()
                        .flatten()
                        .filter(|item| value.as_array().is_some_and(|list| list.contains(item)))
                        .cloned()
                        .collect();
                    if common.is_empty() {
                        self.report.warn(pointer, "allOf requires a value from two enumerations without a common value; the first is kept");
                    } else {
                        left.insert("enum".to_owned(), Value::Array(common));
                    }
                }
                "minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties"
                | "minContains" => {
                    if value.as_f64() > own.as_f64() {
                        left.insert(keyword.clone(), value.clone());
                    }
                }
                "maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties"
                | "maxContains" => {
                    if value.as_f64() < own.as_f64() {
                        left.insert(keyword.clone(), value.clone());
                    }
                }
                "required" => {
                    let mut names = own.as_array().cloned().unwrap_or_default();
                    for name in value.as_array().into_iter().flatten() {
                        if !names.contains(name) {
                            names.push(name.clone());
                        }
                    }
                    left.insert("required".to_owned(), Value::Array(names));
                }
                "uniqueItems" => {
                    left.insert("uniqueItems".to_owned(), Value::Bool(true));
                }
                "properties" | "patternProperties" => {
                    let mut members = own.as_object().cloned().unwrap_or_default();
                    for (name, schema) in value.as_object().into_iter().flatten() {
                        let merged = match members.get_mut(name).map(Value::take) {
                            Some(own) => self.merge_below(own, schema, pointer, mode, depth),
                            None => schema.clone(),
                        };
                        members.insert(name.clone(), merged);
                    }
                    left.insert(keyword.clone(), Value::Object(members));
                }
                "items" | "additionalProperties" | "contains" | "propertyNames" => {
                    if *value != Value::Bool(false) {
                        let own = own.clone();
                        let merged = self.merge_below(own, value, pointer, mode, depth);
                        left.insert(keyword.clone(), merged);
                    }
                }
                "format" => {
                    self.report.warn(pointer, format!("allOf requires the formats {own} and {value} at once; the first is kept"));
                }
                "if" | "then" | "else" if both_conditional => {
                    rest.insert(keyword.clone(), value.clone());
                }
                NULLABLE => {}
                _ if keywords::is_annotation(keyword) => {}
                "allOf" => {
                    let mut list = own.as_array().cloned().unwrap_or_default();
                    list.extend(value.as_array().into_iter().flatten().cloned());
                    left.insert("allOf".to_owned(), Value::Array(list));
                }
                _ => {
                    rest.insert(keyword.clone(), value.clone());
                }
            }
        }
        if left.contains_key(NULLABLE)
            && right.get("type").is_some()
            && !kind::types(right).contains(&"null")
        {
            left.shift_remove(NULLABLE);
        }
        if !rest.is_empty()
            && let Value::Array(list) = left
                .entry("allOf")
                .or_insert_with(|| Value::Array(Vec::new()))
        {
            list.push(Value::Object(rest));
        }
        left
    }

    /// Decides whether the conjunction stays closed.
    ///
    /// In JSON Schema, `additionalProperties: false` in one part of an `allOf` forbids the members that the other part
    /// declares. Authors do not intend that, so the keyword is dropped in this case.
    fn merge_closed(
        &mut self,
        left: &mut Map<String, Value>,
        right: &Map<String, Value>,
        pointer: &str,
    ) {
        let closed =
            |map: &Map<String, Value>| map.get("additionalProperties") == Some(&Value::Bool(false));
        let adds = |one: &Map<String, Value>, other: &Map<String, Value>| {
            let names = |map: &Map<String, Value>| {
                map.get("properties")
                    .and_then(Value::as_object)
                    .cloned()
                    .unwrap_or_default()
            };
            let known = names(other);
            names(one).keys().any(|name| !known.contains_key(name))
        };
        let (left_closed, right_closed) = (closed(left), closed(right));
        if !left_closed && !right_closed {
            return;
        }
        if (left_closed && adds(right, left)) || (right_closed && adds(left, right)) {
            self.report.warn(pointer, "allOf combines \"additionalProperties\": false with a part that has other members; all members are accepted");
            left.shift_remove("additionalProperties");
        } else {
            left.insert("additionalProperties".to_owned(), Value::Bool(false));
        }
    }
}

/// The types in both lists; an integer is also a number.
fn common_types(left: &Value, right: &Value) -> Vec<Value> {
    let has = |list: &Value, name: &str| {
        list.as_array()
            .is_some_and(|list| list.iter().any(|known| known == name))
    };
    keywords::TYPES
        .iter()
        .filter(|name| {
            let accepts = |list| has(list, name) || (**name == "integer" && has(list, "number"));
            accepts(left) && accepts(right)
        })
        // "number" includes "integer".
        .filter(|name| **name != "integer" || !(has(left, "number") && has(right, "number")))
        .map(|name| Value::from(*name))
        .collect()
}
