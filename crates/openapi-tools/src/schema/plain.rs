//! The input schema that is listed: the plainest one, because a host that meets a keyword it does not know can refuse
//! the tool, or all tools of the server (`hosts` names hosts and keywords).
//!
//! A keyword that some host refuses is left out, and the description says in words what it limits. So are deprecated
//! members, which no caller should begin to use, and `minLength: 1`. The call is still checked against the whole schema.
//! Keywords that have no plainer form (`$ref`, `oneOf`, `allOf`, `not`, `if`) remain.

use serde_json::{Map, Value};

use super::input::ordered;

/// The plain form of an input schema.
pub(crate) fn plain(schema: &Value) -> Value {
    match schema {
        Value::Object(map) => Value::Object(object(map)),
        other => other.clone(),
    }
}

fn object(map: &Map<String, Value>) -> Map<String, Value> {
    let mut out = Map::new();
    let mut words: Vec<String> = Vec::new();
    let required = map.get("required").and_then(Value::as_array);
    for (keyword, value) in &not_null(map) {
        let text = value.as_str().unwrap_or_default();
        match (keyword.as_str(), value) {
            ("enum", Value::Array(values)) if !values.iter().all(Value::is_string) => {
                words.push(one_of(values));
            }
            ("const", value) => words.push(one_of(std::slice::from_ref(value))),
            ("format", _) if text != "date-time" => words.extend(format_words(text)),
            ("multipleOf", Value::Number(step)) => words.push(format!("A multiple of {step}.")),
            ("minLength", length) if *length == 1 => {}
            ("exclusiveMinimum", bound) => words.push(format!("Above {bound}.")),
            ("exclusiveMaximum", bound) => words.push(format!("Below {bound}.")),
            ("uniqueItems", _) => words.push("All distinct.".to_owned()),
            ("contentEncoding", _) if text == "base64" => words.push("Base64.".to_owned()),
            ("minProperties", count) => words.push(format!("At least {count} members.")),
            ("maxProperties", count) => words.push(format!("At most {count} members.")),
            ("deprecated", Value::Bool(true)) => words.push("Deprecated.".to_owned()),
            ("additionalProperties", Value::Object(values)) => words.extend(map_words(values)),
            (
                "additionalProperties"
                | "contentEncoding"
                | "contentMediaType"
                | "deprecated"
                | "patternProperties"
                | "propertyNames",
                _,
            ) => {}
            ("items", schema) => {
                out.insert(keyword.clone(), plain(schema));
            }
            ("properties" | "$defs", Value::Object(members)) => {
                let members = members.iter().filter(|(name, schema)| {
                    let is_required =
                        required.is_some_and(|names| names.iter().any(|n| n == *name));
                    is_required || schema.get("deprecated") != Some(&Value::Bool(true))
                });
                let members = members.map(|(name, schema)| (name.clone(), plain(schema)));
                out.insert(keyword.clone(), Value::Object(members.collect()));
            }
            ("anyOf" | "oneOf" | "allOf" | "prefixItems", Value::Array(branches)) => {
                let branches = branches.iter().map(plain).collect();
                out.insert(keyword.clone(), Value::Array(branches));
            }
            _ => {
                out.insert(keyword.clone(), value.clone());
            }
        }
    }
    describe(&mut out, words);
    ordered(out)
}

/// The schema without null as an alternative. Several types remain alternatives; one takes the place of its `anyOf`.
fn not_null(map: &Map<String, Value>) -> Map<String, Value> {
    let mut out = map.clone();
    let Some(Value::Array(branches)) = out.get_mut("anyOf") else {
        return out;
    };
    branches.retain(|branch| branch.get("type") != Some(&Value::from("null")));
    if let [Value::Object(branch)] = branches.as_slice() {
        let branch = branch.clone();
        out.shift_remove("anyOf");
        for (keyword, value) in branch {
            out.entry(keyword).or_insert(value);
        }
    }
    out
}

fn one_of(values: &[Value]) -> String {
    let values: Vec<String> = values.iter().map(Value::to_string).collect();
    match values.as_slice() {
        [value] => format!("Must be {value}."),
        values => format!("One of {}.", values.join(", ")),
    }
}

/// What a format demands; nothing if the value's own name says it, or for a format that only programs know.
fn format_words(format: &str) -> Option<String> {
    Some(match format {
        "date" => "YYYY-MM-DD.".to_owned(),
        "time" => "HH:MM:SS.".to_owned(),
        "uuid" => "UUID.".to_owned(),
        "uri" | "url" => "URL.".to_owned(),
        "email" => "Email address.".to_owned(),
        "int32" | "int64" | "float" | "double" | "password" => return None,
        other => format!("Format: {other}."),
    })
}

/// What the members of a map are.
fn map_words(values: &Map<String, Value>) -> Option<String> {
    let kind = values.get("type")?.as_str()?;
    Some(format!("Each value: {kind}."))
}

/// Adds sentences to the description, except those that it has in other words.
fn describe(out: &mut Map<String, Value>, words: Vec<String>) {
    let described = out.get("description").and_then(Value::as_str);
    let mut text = described.unwrap_or_default().trim_end().to_owned();
    for sentence in words {
        let lower = text.to_lowercase();
        let synonyms: &[&str] = match sentence.as_str() {
            "All distinct." => &["distinct", "unique", "no repeat"],
            "URL." => &["url", "link", "address"],
            "Deprecated." => &["deprecated", "withdrawn", "older"],
            _ => &[],
        };
        let phrase = sentence.trim_end_matches('.').to_lowercase();
        if lower.contains(&phrase) || synonyms.iter().any(|word| lower.contains(word)) {
            continue;
        }
        if !text.is_empty() && !text.ends_with(['.', '!', '?', ':']) {
            text.push('.');
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&sentence);
    }
    if !text.is_empty() {
        out.insert("description".to_owned(), Value::from(text));
    }
}

#[cfg(test)]
mod tests;
