//! The emulator and `static/openapi.json` cannot drift apart: error codes, fields of requests, members of answers.
//!
//! Operations are compared in [`super::document`]; every answer of the tests passes [`assert_no_drift`].

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use regex_lite::Regex;
use serde_json::{Map, Value};

use crate::error::Code;
use crate::operations::Operation;

/// Codes that any operation can answer: they come from the pipeline, so no operation lists them.
const OF_EVERY_OPERATION: [&str; 18] = [
    "AUTH_MISSING_KEY",
    "AUTH_INVALID_KEY",
    "AUTH_REVOKED_KEY",
    "AUTH_EXPIRED_KEY",
    "AUTH_INSUFFICIENT_SCOPE",
    "RATE_LIMIT_EXCEEDED",
    "INVALID_JSON",
    "UNSUPPORTED_MEDIA_TYPE",
    "PAYLOAD_TOO_LARGE",
    "VALIDATION_ERROR",
    "UNKNOWN_FIELD",
    "NOT_FOUND",
    "METHOD_NOT_ALLOWED",
    "IDEMPOTENCY_KEY_INVALID",
    "IDEMPOTENCY_KEY_CONFLICT",
    "DRY_RUN_ID_IN_LIVE_REQUEST",
    "STATE_BUSY",
    "INTERNAL_ERROR",
];

/// What the pipeline adds to any write that charged something, if only a renewal, and to every dry run. The document says
/// so where it is the rule, because a tool's output schema is paid for in tokens.
const OF_EVERY_CHARGE: [&str; 3] = ["credits_charged", "credits_remaining", "cost_breakdown"];

/// Fields that no code names: options of a post, which are kept and shown as they came, and options of a refresh, which
/// always collects everything.
const WITHOUT_EFFECT: [&str; 15] = [
    "ai_content_disclaimer",
    "carousel_title",
    "disclose_as_ads",
    "instagram_add_to_story",
    "instagram_audio_name",
    "instagram_collaborators",
    "instagram_location",
    "youtube_category",
    "youtube_sound_url",
    "youtube_tags",
    "youtube_title",
    "youtube_visibility",
    "bootstrapPosts",
    "forcePosts",
    "includePosts",
];

fn operations(document: &Value) -> BTreeMap<String, &Value> {
    let items = document["paths"].as_object().unwrap().values();
    items
        .flat_map(|item| item.as_object().unwrap().values())
        .map(|operation| {
            let id = operation["operationId"].as_str().unwrap();
            (id.to_owned(), operation)
        })
        .collect()
}

fn codes(operation: &Value) -> impl Iterator<Item = &str> {
    let codes = operation["x-error-codes"].as_array().into_iter().flatten();
    codes.filter_map(Value::as_str)
}

#[test]
fn every_error_code_stands_in_both() {
    let document = super::document::document();
    let operations = operations(&document);
    let mut documented: BTreeSet<&str> = operations.values().flat_map(|o| codes(o)).collect();
    documented.extend(OF_EVERY_OPERATION);
    let emulated: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(documented, emulated);
    let used = source();
    for code in Code::ALL {
        assert!(
            used.contains(&format!("Code::{code:?}")),
            "{code:?} is never answered"
        );
    }
}

/// The code of the emulator without its tests.
fn source() -> String {
    fn add(folder: &Path, text: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("tests") {
                add(&path, text);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                *text += &std::fs::read_to_string(&path).unwrap();
            }
        }
    }
    let mut text = String::new();
    add(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut text,
    );
    text
}

/// Names of the query parameters and of the members of bodies, at any depth.
fn fields(document: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for operation in operations(document).values() {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let parameter = resolve(document, parameter);
            if parameter["in"] == "query" {
                names.insert(parameter["name"].as_str().unwrap().to_owned());
            }
        }
        let body = resolve(document, &operation["requestBody"]);
        for content in body["content"]
            .as_object()
            .into_iter()
            .flat_map(Map::values)
        {
            collect(document, &content["schema"], &mut names);
        }
    }
    names
}

fn collect(document: &Value, schema: &Value, names: &mut BTreeSet<String>) {
    let schema = resolve(document, schema);
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        names.insert(name.clone());
        collect(document, property, names);
    }
    collect_each(document, &schema["anyOf"], names);
    collect_each(document, &schema["oneOf"], names);
    collect_each(document, &schema["allOf"], names);
    if schema["items"].is_object() {
        collect(document, &schema["items"], names);
    }
}

fn collect_each(document: &Value, schemas: &Value, names: &mut BTreeSet<String>) {
    for schema in schemas.as_array().into_iter().flatten() {
        collect(document, schema, names);
    }
}

/// `brandName` as Rust spells it.
fn snake_case(name: &str) -> String {
    let parts = name.chars().map(|c| match c {
        'A'..='Z' => format!("_{}", c.to_ascii_lowercase()),
        c => c.to_string(),
    });
    parts.collect()
}

#[test]
fn every_field_of_a_request_stands_in_both() {
    let document = super::document::document();
    let (fields, source) = (fields(&document), source());
    let words: BTreeSet<&str> = source
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .collect();
    let unread: Vec<&String> = fields
        .iter()
        .filter(|field| !words.contains(&*snake_case(field)) && !words.contains(field.as_str()))
        .filter(|field| !WITHOUT_EFFECT.contains(&field.as_str()))
        .collect();
    assert!(unread.is_empty(), "nothing reads {unread:?}");

    let read = Regex::new(
        r#"(?:request\s*\.(?:text|integer)\(|request\s*\.(?:query|body)\s*\.get\(|request\.body\[)"([a-z_]+)""#,
    );
    let read = read.unwrap();
    let names: BTreeSet<&str> = read
        .captures_iter(&source)
        .map(|found| found.get(1).unwrap().as_str())
        .collect();
    assert!(names.len() > 15, "{names:?}");
    let unknown: Vec<_> = names
        .iter()
        .filter(|name| !fields.contains(**name))
        .collect();
    assert!(unknown.is_empty(), "the document does not have {unknown:?}");
}

/// Fails if an answer has a member, or a refusal a code, that the document does not name.
pub(super) fn assert_no_drift(
    document: &Value,
    operation: &Operation,
    schema: &Value,
    answer: &Value,
) {
    if let Some(code) = answer["error"]["code"].as_str() {
        let item = &document["paths"][operation.path];
        let listed = &item[operation.method.to_lowercase()];
        assert!(
            OF_EVERY_OPERATION.contains(&code) || codes(listed).any(|listed| listed == code),
            "{} does not list {code}",
            operation.id
        );
    }
    let mut answer = answer.clone();
    if operation.is_write()
        && let Some(members) = answer.as_object_mut()
    {
        members.retain(|name, _| !OF_EVERY_CHARGE.contains(&name.as_str()));
    }
    let mut extra = BTreeSet::new();
    compare(document, &[schema], &answer, "", &mut extra);
    assert!(
        extra.is_empty(),
        "{}: the document does not have {extra:?}",
        operation.id
    );
}

/// Notes the members of a value that none of its schemas has.
fn compare(
    document: &Value,
    schemas: &[&Value],
    value: &Value,
    place: &str,
    extra: &mut BTreeSet<String>,
) {
    let mut all = Vec::new();
    for schema in schemas {
        flatten(document, schema, &mut all);
    }
    match value {
        Value::Object(members) => {
            let has = |keyword: &str| all.iter().any(|schema| schema.get(keyword).is_some());
            if !has("properties") || has("additionalProperties") {
                return;
            }
            for (name, member) in members {
                let found: Vec<&Value> = all
                    .iter()
                    .filter_map(|schema| schema["properties"].get(name))
                    .collect();
                let place = format!("{place}/{name}");
                if found.is_empty() {
                    extra.insert(place);
                } else {
                    compare(document, &found, member, &place, extra);
                }
            }
        }
        Value::Array(items) => {
            let found: Vec<&Value> = all
                .iter()
                .filter_map(|schema| schema.get("items"))
                .collect();
            for item in items {
                compare(document, &found, item, &format!("{place}/*"), extra);
            }
        }
        _ => {}
    }
}

/// A schema with everything it is put together from.
fn flatten<'a>(document: &'a Value, schema: &'a Value, all: &mut Vec<&'a Value>) {
    let schema = resolve(document, schema);
    all.push(schema);
    for keyword in ["allOf", "anyOf", "oneOf"] {
        for part in schema[keyword].as_array().into_iter().flatten() {
            flatten(document, part, all);
        }
    }
}

fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => value,
    }
}
