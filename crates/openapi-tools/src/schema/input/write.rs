//! The keywords of one written schema, and its alternatives if a value may have several types.

use serde_json::{Map, Value, json};

use super::Writer;
use super::form::{any_item, ordered};
use crate::schema::{keywords, kind};

impl Writer<'_, '_> {
    /// Writes one alternative for each type, with the keywords that apply to it.
    pub(super) fn several_types(
        &mut self,
        types: &[&str],
        rest: Map<String, Value>,
        closed: bool,
    ) -> Map<String, Value> {
        let mut outer = Map::new();
        let mut branches = Vec::new();
        for name in types {
            let mut own = Map::new();
            for (key, value) in &rest {
                match keywords::applies_to(key) {
                    _ if key == "enum" => {
                        let values: Vec<Value> = value
                            .as_array()
                            .into_iter()
                            .flatten()
                            .filter(|item| {
                                kind::type_of(item) == *name
                                    || (*name == "number" && item.is_number())
                            })
                            .cloned()
                            .collect();
                        own.insert(key.clone(), Value::Array(values));
                    }
                    Some("string")
                        if key == "format" && value.as_str().is_some_and(is_number_format) =>
                    {
                        if matches!(*name, "number" | "integer") {
                            own.insert(key.clone(), value.clone());
                        }
                    }
                    Some(applies)
                        if applies == *name || (applies == "number" && *name == "integer") =>
                    {
                        own.insert(key.clone(), value.clone());
                    }
                    _ => {}
                }
            }
            if own
                .get("enum")
                .is_some_and(|values| *values == Value::Array(Vec::new()))
            {
                continue;
            }
            let mut branch = Map::from_iter([("type".to_owned(), Value::from(*name))]);
            self.keywords(&own, closed, &mut branch);
            self.complete_array(name, &mut branch);
            branches.push(Value::Object(ordered(branch)));
        }
        let common: Map<String, Value> = rest
            .into_iter()
            .filter(|(key, _)| key != "enum" && keywords::applies_to(key).is_none())
            .collect();
        self.keywords(&common, closed, &mut outer);
        if outer.is_empty() {
            outer.insert("anyOf".to_owned(), Value::Array(branches));
        } else {
            outer = Map::from_iter([("allOf".to_owned(), json!([{ "anyOf": branches }, outer]))]);
        }
        outer
    }

    /// Adds `items` to an array without them, because some clients refuse such a tool.
    pub(super) fn complete_array(&mut self, name: &str, core: &mut Map<String, Value>) {
        if name == "array" && !core.contains_key("items") && !core.contains_key("prefixItems") {
            core.insert("items".to_owned(), any_item());
        }
    }

    /// Writes the keywords of a normal form, except its annotations, to `out`.
    pub(super) fn keywords(
        &mut self,
        map: &Map<String, Value>,
        closed: bool,
        out: &mut Map<String, Value>,
    ) {
        use keywords::Treatment;
        for (keyword, value) in map {
            if keywords::is_annotation(keyword) {
                continue;
            }
            let tells_apart =
                closed || matches!(keyword.as_str(), "oneOf" | "not" | "if" | "then" | "else");
            match (keyword.as_str(), value) {
                ("additionalProperties", Value::Bool(open)) => {
                    if !open && closed {
                        out.insert(keyword.clone(), Value::Bool(false));
                    }
                    continue;
                }
                ("items", Value::Bool(true)) => {
                    out.insert(keyword.clone(), any_item());
                    continue;
                }
                ("items", Value::Bool(false)) => {
                    let length = map
                        .get("prefixItems")
                        .and_then(Value::as_array)
                        .map_or(0, Vec::len);
                    out.insert("maxItems".to_owned(), Value::from(length));
                    continue;
                }
                ("minLength" | "minItems" | "minProperties", value)
                    if value.as_f64() == Some(0.0) =>
                {
                    continue;
                }
                ("uniqueItems", Value::Bool(false)) => continue,
                _ => {}
            }
            let written = match (keywords::treatment(keyword), value) {
                (Treatment::Schema, _) => Value::Object(self.schema(value, tells_apart)),
                (Treatment::Special, _) if keyword == "items" => {
                    Value::Object(self.schema(value, tells_apart))
                }
                (Treatment::SchemaList, Value::Array(list)) => {
                    let mut branches: Vec<Value> = Vec::with_capacity(list.len());
                    for schema in list.iter().filter(|schema| **schema != Value::Bool(false)) {
                        let branch = Value::Object(self.schema(schema, tells_apart));
                        if keyword == "prefixItems" || !branches.contains(&branch) {
                            branches.push(branch);
                        }
                    }
                    Value::Array(branches)
                }
                (Treatment::SchemaMap, Value::Object(members)) => Value::Object(
                    members
                        .iter()
                        .map(|(name, schema)| {
                            (name.clone(), Value::Object(self.schema(schema, closed)))
                        })
                        .collect(),
                ),
                _ => value.clone(),
            };
            out.insert(keyword.clone(), written);
        }
    }
}

/// Whether a `format` belongs to numbers.
fn is_number_format(format: &str) -> bool {
    matches!(
        format,
        "int32" | "int64" | "uint32" | "uint64" | "float" | "double" | "decimal" | "unix-time"
    )
}
