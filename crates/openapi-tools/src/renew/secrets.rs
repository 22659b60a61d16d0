//! Members of responses that are secret by their name.

use std::collections::{HashMap, HashSet};

use heck::ToSnakeCase;
use serde_json::{Map, Value};

use super::components::component_of;
use super::members;
use super::pairs::{Pairs, id, operations};
use super::report::Report;
use crate::problem::{at, nth};

/// The most schemas that are visited for one operation.
const MAX_SCHEMAS: usize = 10_000;
/// The deepest nesting that is searched.
const MAX_DEPTH: usize = 32;

/// Words that make a name secret.
const WORDS: [&str; 16] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "secrets",
    "credential",
    "credentials",
    "otp",
    "totp",
    "cvv",
    "cvc",
    "cookie",
    "cookies",
    "jwt",
    "passcode",
    "mnemonic",
];
/// Pairs of words that make a name secret.
const PAIRS: [(&str, &str); 24] = [
    ("api", "key"),
    ("private", "key"),
    ("access", "key"),
    ("signing", "key"),
    ("encryption", "key"),
    ("verification", "code"),
    ("verification", "codes"),
    ("recovery", "code"),
    ("recovery", "codes"),
    ("backup", "code"),
    ("backup", "codes"),
    ("login", "code"),
    ("security", "code"),
    ("auth", "code"),
    ("authorization", "code"),
    ("factor", "code"),
    ("signed", "url"),
    ("signed", "urls"),
    ("presigned", "url"),
    ("upload", "url"),
    ("upload", "urls"),
    ("session", "id"),
    ("session", "key"),
    ("two", "fa"),
];
/// Words before `token` that make it a position in a list or a number.
const HARMLESS: [&str; 7] = [
    "next",
    "page",
    "previous",
    "prev",
    "cursor",
    "continuation",
    "sync",
];
/// What an operation with one of these words hands out.
const REVEALS: [&str; 4] = ["reveal", "credentials", "credential", "login"];
/// Members that are part of a login.
const LOGIN: [&str; 6] = ["email", "username", "login", "phone", "phone_number", "pin"];

/// Adds `x-secret` to members of success responses whose name says that they are secret, if our document did not have
/// them. Those it had were judged by a person.
pub(super) fn mark(ours: &Value, document: &mut Value, pairs: &Pairs<'_>, report: &mut Report) {
    let before: HashMap<&str, HashSet<String>> = operations(ours)
        .map(|(path, method, operation)| {
            let found = responses(ours, &at(&at("/paths", path), method), operation);
            (
                id(operation),
                found.into_iter().map(|one| one.path).collect(),
            )
        })
        .collect();
    let none = HashSet::new();
    let mut marks: Vec<String> = Vec::new();
    let mut secret_operations = Vec::new();
    for (path, method, operation) in operations(document) {
        let id = id(operation);
        let pair = pairs.of_id(id);
        let known = pair
            .and_then(|pair| before.get(self::id(pair.ours?.operation)))
            .unwrap_or(&none);
        let place = at(&at("/paths", path), method);
        let mut has_secret = false;
        for found in responses(document, &place, operation) {
            has_secret |= found.is_marked;
            if known.contains(&found.path) || found.has_mark || !is_secret(id, &found) {
                continue;
            }
            has_secret = true;
            report.secrets.push((id.to_owned(), found.path));
            if !marks.contains(&found.pointer) {
                marks.push(found.pointer);
            }
        }
        if has_secret && !operation.contains_key("x-secret") {
            let is_new = pair.is_some_and(|pair| pair.ours.is_none());
            secret_operations.push((place, is_new));
        }
    }
    for pointer in &marks {
        if let Some(Value::Object(schema)) = document.pointer_mut(pointer) {
            schema.insert("x-secret".to_owned(), true.into());
        }
    }
    for (pointer, is_new) in secret_operations {
        let touched = report.secrets.iter().any(|(id, _)| {
            document
                .pointer(&pointer)
                .is_some_and(|one| one["operationId"] == *id.as_str())
        });
        let Some(Value::Object(operation)) = document.pointer_mut(&pointer) else {
            continue;
        };
        if !is_new && !touched {
            continue;
        }
        operation.insert("x-secret".to_owned(), true.into());
        // An answer with a secret should not be kept for a replay.
        let was_default = operation
            .get(super::UNREVIEWED)
            .and_then(Value::as_array)
            .is_some_and(|list| list.iter().any(|name| name == "x-idempotency"));
        if was_default
            && operation
                .get("x-idempotency")
                .is_some_and(|word| word == "standard")
        {
            operation.insert("x-idempotency".to_owned(), "refused".into());
        }
        if is_new && let Some(Value::Array(list)) = operation.get_mut(super::UNREVIEWED) {
            list.push("x-secret".into());
        }
    }
}

/// A member of a success response.
struct Found {
    /// Its path, such as `data[].token`.
    path: String,
    name: String,
    /// JSON pointer of its schema, without a reference in it where that can be marked.
    pointer: String,
    kinds: Vec<String>,
    format: String,
    /// Whether it has `x-secret`, true or false.
    has_mark: bool,
    is_marked: bool,
}

fn is_secret(operation: &str, found: &Found) -> bool {
    let text = |kind: &str| !matches!(kind, "boolean" | "integer" | "number" | "null");
    if !found.kinds.is_empty() && !found.kinds.iter().any(|kind| text(kind)) {
        return false;
    }
    let name = found.name.to_snake_case();
    let words: Vec<&str> = name.split('_').collect();
    let context = operation.to_snake_case();
    let context: Vec<&str> = context.split('_').collect();
    if found.format == "password" || words.iter().any(|word| WORDS.contains(word)) {
        // `secret_last_four`, `password_changed_at` and the like say something about a secret.
        let about = [
            "at", "hint", "status", "policy", "name", "type", "updated", "version", "page",
        ];
        return !words.last().is_some_and(|last| about.contains(last));
    }
    if matches!(words.last(), Some(&("token" | "tokens"))) {
        return !words.iter().any(|word| HARMLESS.contains(word));
    }
    if words
        .windows(2)
        .any(|two| PAIRS.contains(&(two[0], two[1])))
    {
        return true;
    }
    let reveals = context.iter().any(|word| REVEALS.contains(word));
    let is_code = matches!(name.as_str(), "code" | "codes");
    (reveals && LOGIN.contains(&name.as_str()))
        || (is_code && (reveals || context.iter().any(|word| matches!(*word, "code" | "codes"))))
}

/// The members of the JSON success responses of an operation.
fn responses(document: &Value, place: &str, operation: &Map<String, Value>) -> Vec<Found> {
    let mut walk = Walk {
        document,
        found: Vec::new(),
        active: HashSet::new(),
        left: MAX_SCHEMAS,
    };
    let none = Value::Null;
    for (status, response) in members(operation.get("responses").unwrap_or(&none)) {
        if !status.starts_with('2') {
            continue;
        }
        let here = at(&at(place, "responses"), status);
        let (response, here) = target(document, response, here);
        for (media_type, media) in members(response.get("content").unwrap_or(&none)) {
            let here = at(&at(&at(&here, "content"), media_type), "schema");
            if let Some(schema) = media.get("schema") {
                walk.schema(schema, here, "", 0);
            }
        }
    }
    walk.found
}

/// A value after its references, and its pointer.
fn target<'d>(document: &'d Value, value: &'d Value, pointer: String) -> (&'d Value, String) {
    let (mut value, mut pointer) = (value, pointer);
    for _ in 0..32 {
        let Some((section, name)) = component_of(value) else {
            break;
        };
        let here = at(&at("/components", &section), &name);
        match document.pointer(&here) {
            Some(found) => (value, pointer) = (found, here),
            None => break,
        }
    }
    (value, pointer)
}

struct Walk<'d> {
    document: &'d Value,
    found: Vec<Found>,
    active: HashSet<String>,
    left: usize,
}

impl Walk<'_> {
    fn schema(&mut self, schema: &Value, pointer: String, path: &str, depth: usize) {
        if self.left == 0 || depth > MAX_DEPTH {
            return;
        }
        self.left -= 1;
        let document = self.document;
        let (schema, pointer) = target(document, schema, pointer);
        let schema = schema.clone();
        let is_component = pointer.starts_with("/components/");
        if is_component && !self.active.insert(pointer.clone()) {
            return;
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for (index, branch) in
                super::items(schema.get(keyword).unwrap_or(&Value::Null)).enumerate()
            {
                self.schema(branch, nth(&at(&pointer, keyword), index), path, depth + 1);
            }
        }
        for (name, member) in members(schema.get("properties").unwrap_or(&Value::Null)) {
            let here = at(&at(&pointer, "properties"), name);
            let path = if path.is_empty() {
                name.clone()
            } else {
                format!("{path}.{name}")
            };
            let (seen, _) = target(document, member, here.clone());
            let kinds = match seen.get("type") {
                Some(Value::String(kind)) => vec![kind.clone()],
                Some(list) => super::items(list)
                    .filter_map(|kind| kind.as_str().map(str::to_owned))
                    .collect(),
                None => Vec::new(),
            };
            let mark = member.get("x-secret").or_else(|| seen.get("x-secret"));
            let is_marked = mark == Some(&Value::Bool(true));
            self.found.push(Found {
                path: path.clone(),
                name: name.clone(),
                pointer: here.clone(),
                kinds,
                format: seen["format"].as_str().unwrap_or_default().to_owned(),
                has_mark: mark.is_some(),
                is_marked,
            });
            if !is_marked {
                self.schema(member, here, &path, depth + 1);
            }
        }
        for keyword in ["items", "additionalProperties"] {
            if let Some(member) = schema.get(keyword) {
                let path = format!("{path}[]");
                self.schema(member, at(&pointer, keyword), &path, depth + 1);
            }
        }
        if is_component {
            self.active.remove(&pointer);
        }
    }
}
