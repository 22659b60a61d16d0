//! Cuts the request side out of `static/openapi.json` (parameters and bodies of every operation, references inlined),
//! so that the emulator validates by the same document the connector's tools are made from.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use serde_json::{Map, Value, json};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Keywords that carry no rule.
const ANNOTATIONS: [&str; 7] = [
    "description",
    "title",
    "examples",
    "example",
    "deprecated",
    "contentMediaType",
    "contentEncoding",
];
/// Keywords that `src/schema.rs` checks.
const RULES: [&str; 15] = [
    "enum",
    "const",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "minItems",
    "maxItems",
    "uniqueItems",
    "multipleOf",
    "required",
    "minProperties",
    "default",
];

fn main() -> Result<()> {
    let source = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../static/openapi.json");
    println!("cargo:rerun-if-changed={}", source.display());
    println!("cargo:rerun-if-changed=build.rs");
    let text =
        fs::read_to_string(&source).map_err(|error| format!("{}: {error}", source.display()))?;
    let document: Value = serde_json::from_str(&text)?;

    let mut operations = Map::new();
    for (path, item) in object(&document["paths"], "#/paths")? {
        for (method, operation) in object(item, path)? {
            let id = operation["operationId"]
                .as_str()
                .ok_or_else(|| format!("{method} {path}: no operationId"))?;
            operations.insert(id.to_owned(), request_side(&document, operation)?);
        }
    }
    let out = Path::new(&env::var("OUT_DIR")?).join("requests.json");
    fs::write(out, Value::Object(operations).to_string())?;
    Ok(())
}

/// `{query: [{name, required, explode, schema}], body: {required, content_type, schema} | null}` of one operation.
fn request_side(document: &Value, operation: &Value) -> Result<Value> {
    let mut query = Vec::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let parameter = resolve(document, parameter)?;
        if parameter["in"] == "query" {
            query.push(json!({
                "name": parameter["name"],
                "required": parameter["required"].as_bool().unwrap_or(false),
                "explode": parameter["explode"].as_bool().unwrap_or(true),
                "schema": compact(document, &parameter["schema"], 0)?,
            }));
        }
    }
    let body = match operation.get("requestBody") {
        None => Value::Null,
        Some(body) => {
            let body = resolve(document, body)?;
            let (content_type, content) = object(&body["content"], "requestBody")?
                .iter()
                .next()
                .ok_or("a requestBody without content")?;
            json!({
                "required": body["required"].as_bool().unwrap_or(false),
                "content_type": content_type,
                "schema": compact(document, &content["schema"], 0)?,
            })
        }
    };
    Ok(json!({ "query": query, "body": body }))
}

/// The schema with references inlined, annotations dropped, and `type` always a list.
fn compact(document: &Value, schema: &Value, depth: usize) -> Result<Value> {
    if depth > 16 {
        return Err("a request schema is recursive or nested too deeply to be inlined".into());
    }
    let mut compacted = Map::new();
    for (keyword, value) in object(resolve(document, schema)?, "a schema")? {
        let value = match keyword.as_str() {
            name if ANNOTATIONS.contains(&name) || name.starts_with("x-") => continue,
            name if RULES.contains(&name) => value.clone(),
            "type" if value.is_string() => json!([value]),
            "type" => value.clone(),
            "properties" => {
                let mut properties = Map::new();
                for (name, property) in object(value, "properties")? {
                    properties.insert(name.clone(), compact(document, property, depth + 1)?);
                }
                Value::Object(properties)
            }
            "items" => compact(document, value, depth + 1)?,
            "additionalProperties" if value.is_boolean() => value.clone(),
            "additionalProperties" => compact(document, value, depth + 1)?,
            "anyOf" | "oneOf" => {
                let branches = value.as_array().ok_or("anyOf is not a list")?;
                let branches: Result<Vec<_>> = branches
                    .iter()
                    .map(|b| compact(document, b, depth + 1))
                    .collect();
                compacted.insert("anyOf".into(), Value::Array(branches?));
                continue;
            }
            other => {
                return Err(
                    format!("the emulator cannot check the schema keyword {other:?} yet").into(),
                );
            }
        };
        compacted.insert(keyword.clone(), value);
    }
    Ok(Value::Object(compacted))
}

fn resolve<'a>(document: &'a Value, value: &'a Value) -> Result<&'a Value> {
    match value.get("$ref").and_then(Value::as_str) {
        None => Ok(value),
        Some(reference) => reference
            .strip_prefix('#')
            .and_then(|pointer| document.pointer(pointer))
            .ok_or_else(|| format!("{reference} does not resolve").into()),
    }
}

fn object<'a>(value: &'a Value, what: &str) -> Result<&'a Map<String, Value>> {
    value
        .as_object()
        .ok_or_else(|| format!("{what} is not an object").into())
}
