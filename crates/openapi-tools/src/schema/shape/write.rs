//! The JSON Schema of a shape.

use serde_json::{Map, Value, json};

use super::Shape;
use crate::options::Output;

impl Shape {
    /// The output schema of a tool whose successes have this shape, an object. A failed call has the member `error`
    /// instead, so the members that are always there are required in one alternative only. What is in `error` is not said,
    /// because that is the same for all tools. The alternatives name members and nothing else: generators of types read
    /// `properties`, and some read no member inside of an alternative.
    pub(crate) fn output_schema(&self, options: &Output) -> Value {
        let mut out = self.branch("object", options);
        let properties = out.get_mut("properties").and_then(Value::as_object_mut);
        if let Some(error) = properties.and_then(|members| members.get_mut("error")) {
            // Nothing more is promised about a member that means two things.
            let own = self.properties.iter().find(|(name, _)| name == "error");
            let own = own.map_or_else(Shape::default, |(_, own)| Shape {
                types: own.types.clone(),
                ..Shape::default()
            });
            let either = own.join(Shape::of("object"));
            *error = either.schema(options).unwrap_or_else(|| json!({}));
        }
        if let Some(required) = out.shift_remove("required") {
            out.insert(
                "anyOf".to_owned(),
                json!([{ "required": required }, { "required": ["error"] }]),
            );
        }
        Value::Object(out)
    }

    /// The JSON Schema; `None` if nothing is known. Several types become `anyOf` branches, because some clients refuse lists of
    /// types (the Inspector warns of them).
    fn schema(&self, options: &Output) -> Option<Value> {
        let mut branches: Vec<Map<String, Value>> = Vec::new();
        for name in &self.types {
            let mut branch = self.branch(name, options);
            let known = branch.shift_remove("enum");
            let is_open = self.open || options.open_enums;
            match known {
                Some(known) if is_open => {
                    branches.push(Map::from_iter([("enum".to_owned(), known)]));
                    branches.push(branch);
                }
                Some(known) => {
                    branch.insert("enum".to_owned(), known);
                    branches.push(branch);
                }
                None => branches.push(branch),
            }
        }
        let out = match branches.len() {
            0 => return None,
            1 => branches.remove(0),
            _ => Map::from_iter([("anyOf".to_owned(), Value::from_iter(branches))]),
        };
        Some(Value::Object(out))
    }

    /// The schema for one of the types.
    fn branch(&self, name: &str, options: &Output) -> Map<String, Value> {
        let mut out = Map::from_iter([("type".to_owned(), Value::from(name))]);
        match name {
            "string" | "number" | "integer" => self.scalar(name, &mut out),
            "object" => self.members(options, &mut out),
            "array" => {
                if let Some(items) = self
                    .items
                    .as_deref()
                    .and_then(|items| items.schema(options))
                {
                    out.insert("items".to_owned(), items);
                }
            }
            _ => {}
        }
        out
    }

    fn scalar(&self, name: &str, out: &mut Map<String, Value>) {
        let is_text = name == "string";
        if let Some(known) = &self.known {
            let values = known.iter().filter(|value| value.is_string() == is_text);
            let values: Vec<Value> = values.cloned().collect();
            if !values.is_empty() {
                out.insert("enum".to_owned(), Value::Array(values));
            }
        }
        if let (true, Some(format)) = (is_text, &self.format) {
            out.insert("format".to_owned(), Value::from(format.as_str()));
        }
    }

    fn members(&self, options: &Output, out: &mut Map<String, Value>) {
        let properties: Map<String, Value> = self
            .properties
            .iter()
            .map(|(name, shape)| {
                (
                    name.clone(),
                    shape.schema(options).unwrap_or_else(|| json!({})),
                )
            })
            .collect();
        if !properties.is_empty() {
            out.insert("properties".to_owned(), Value::Object(properties));
        }
        if !self.required.is_empty() {
            out.insert("required".to_owned(), Value::from(self.required.clone()));
        }
        // Beside members with names, a map contradicts their types in TypeScript, whose index signatures hold for all.
        if self.properties.is_empty()
            && let Some(values) = self
                .values
                .as_deref()
                .and_then(|values| values.schema(options))
        {
            out.insert("additionalProperties".to_owned(), values);
        }
    }
}
