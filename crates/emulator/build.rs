//! Cuts the contract of every operation out of `static/openapi.json`, so that the emulator and the tools of the
//! connector come from the same document: the table of operations, the rules of requests and the shapes of answers.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use serde_json::{Map, Value, json};

/// The deepest nesting of keywords, and of members of an answer, that is written out. Schemas that contain themselves
/// would be endless.
const MAX_DEPTH: usize = 24;
const MAX_MEMBERS: usize = 10;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Keywords that carry no rule.
const ANNOTATIONS: &str =
    "description title examples example deprecated contentMediaType contentEncoding";

fn main() -> Result<()> {
    let source = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../static/openapi.json");
    println!("cargo:rerun-if-changed={}", source.display());
    println!("cargo:rerun-if-changed=build.rs");
    let document = Document(serde_json::from_str(&fs::read_to_string(&source)?)?);

    let (mut rows, mut count) = (String::new(), 0);
    for (path, item) in members(&document.0["paths"]) {
        for (method, operation) in members(item) {
            let text = |name: &str| operation[name].as_str().unwrap_or_default();
            // A security requirement without a scheme: no key is needed (OpenAPI 3.1, section 4.8.30).
            let keyless = items(&operation["security"]).any(|scheme| *scheme == json!({}));
            let scope = (!keyless).then(|| text("x-scope"));
            let rules = json!({
                "query": document.query(operation)?,
                "body": document.body(operation)?,
                "answers": document.answers(operation)?,
            });
            writeln!(
                rows,
                "Operation {{ id: {:?}, method: {:?}, path: {path:?}, scope: {scope:?}, idempotency: {:?}, rules: {:?} }},",
                text("operationId"),
                method.to_uppercase(),
                text("x-idempotency"),
                rules.to_string(),
            )?;
            count += 1;
        }
    }
    let table = format!("pub(crate) static OPERATIONS: [Operation; {count}] = [\n{rows}];\n");
    fs::write(
        Path::new(&env::var("OUT_DIR")?).join("operations.rs"),
        table,
    )?;
    Ok(())
}

struct Document(Value);

impl Document {
    /// The query parameters: `[{name, explode, required, schema}]`.
    fn query(&self, operation: &Value) -> Result<Value> {
        let mut query = Vec::new();
        for parameter in items(&operation["parameters"]) {
            let parameter = self.resolve(parameter)?;
            if parameter["in"] == "query" {
                query.push(json!({
                    "name": parameter["name"],
                    "required": parameter["required"] == true,
                    "explode": parameter["explode"] != false,
                    "schema": self.inline(&parameter["schema"], 0)?,
                }));
            }
        }
        Ok(query.into())
    }

    /// The request body, `{required, content_type, schema}`, or null.
    fn body(&self, operation: &Value) -> Result<Value> {
        let body = self.resolve(&operation["requestBody"])?;
        let Some((content_type, content)) = members(&body["content"]).next() else {
            return Ok(Value::Null);
        };
        Ok(json!({
            "required": body["required"] == true,
            "content_type": content_type,
            "schema": self.inline(&content["schema"], 0)?,
        }))
    }

    /// The shape of each successful JSON answer, by status.
    fn answers(&self, operation: &Value) -> Result<Value> {
        let mut answers = Map::new();
        for (status, response) in members(&operation["responses"]) {
            let schema = &self.resolve(response)?["content"]["application/json"]["schema"];
            if status.starts_with('2') && schema.is_object() {
                answers.insert(status.clone(), self.shape(schema, 0)?);
            }
        }
        Ok(answers.into())
    }

    /// A schema with its references inlined and without annotations.
    fn inline(&self, schema: &Value, depth: usize) -> Result<Value> {
        // A schema that contains itself is checked down to here.
        if depth > MAX_DEPTH {
            return Ok(true.into());
        }
        Ok(match self.resolve(schema)? {
            Value::Object(members) => {
                let mut inlined = Map::new();
                for (keyword, value) in members {
                    let value = match value {
                        Value::Object(properties) if keyword == "properties" => {
                            let inline = |(name, property): (&String, &Value)| {
                                Ok((name.clone(), self.inline(property, depth + 1)?))
                            };
                            let properties: Result<Map<_, _>> =
                                properties.iter().map(inline).collect();
                            properties?.into()
                        }
                        _ if ANNOTATIONS.split(' ').any(|name| name == keyword)
                            || keyword.starts_with("x-") =>
                        {
                            continue;
                        }
                        value => self.inline(value, depth + 1)?,
                    };
                    inlined.insert(keyword.clone(), value);
                }
                inlined.into()
            }
            Value::Array(items) => {
                let items: Result<Vec<_>> = items
                    .iter()
                    .map(|item| self.inline(item, depth + 1))
                    .collect();
                items?.into()
            }
            scalar => scalar.clone(),
        })
    }

    /// What a value may have: `{null, list, open, members: {name: shape}, items: shape}`, each only where it says something.
    fn shape(&self, schema: &Value, depth: usize) -> Result<Value> {
        let (mut shape, mut names) = (Map::new(), Map::new());
        if depth > MAX_MEMBERS {
            shape.insert("open".into(), true.into());
            return Ok(shape.into());
        }
        let mut parts = vec![schema];
        while let Some(part) = parts.pop() {
            let part = self.resolve(part)?;
            for keyword in ["allOf", "anyOf", "oneOf"] {
                parts.extend(items(&part[keyword]));
            }
            let is =
                |name: &str| part["type"] == name || items(&part["type"]).any(|kind| kind == name);
            if is("null") {
                shape.insert("null".into(), true.into());
            }
            if is("array") {
                shape.insert("list".into(), true.into());
            }
            if part
                .get("additionalProperties")
                .is_some_and(|more| *more != false)
            {
                shape.insert("open".into(), true.into());
            }
            for (name, property) in members(&part["properties"]) {
                names.insert(name.clone(), self.shape(property, depth + 1)?);
            }
            if part["items"].is_object() {
                shape.insert("items".into(), self.shape(&part["items"], depth + 1)?);
            }
        }
        if !names.is_empty() {
            shape.insert("members".into(), names.into());
        }
        Ok(shape.into())
    }

    fn resolve<'a>(&'a self, value: &'a Value) -> Result<&'a Value> {
        let Some(reference) = value["$ref"].as_str() else {
            return Ok(value);
        };
        let target = self.0.pointer(reference.trim_start_matches('#'));
        target.ok_or_else(|| format!("{reference} does not resolve").into())
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
