//! Safe values for what neither document says about an operation.

use std::collections::BTreeMap;

use heck::ToKebabCase;
use serde_json::{Map, Value, json};

use super::components::flat;
use super::pairs::{Ours, Pair};
use super::{UNREVIEWED, items, members};

/// The most schemas of error responses that are searched for codes.
const MAX_VISITS: usize = 5_000;

/// Whether a method only reads.
pub(super) fn is_safe(method: &str) -> bool {
    matches!(method, "get" | "head" | "options" | "trace")
}

/// The first tag of an operation.
pub(super) fn first_tag(operation: &Map<String, Value>) -> Option<&str> {
    operation.get("tags")?.as_array()?.first()?.as_str()
}

/// The toolset of a new operation: that of its tag, else the first word of its path.
pub(super) fn toolset(pair: &Pair<'_>, toolsets: &BTreeMap<String, String>) -> String {
    let tag = first_tag(pair.newer).map(|tag| {
        toolsets
            .get(tag)
            .cloned()
            .unwrap_or_else(|| tag.to_kebab_case())
    });
    let segment = || {
        let mut segments = pair.path.split('/').filter(|segment| !segment.is_empty());
        segments
            .find(|segment| !segment.starts_with('{'))
            .map(ToKebabCase::to_kebab_case)
    };
    tag.or_else(segment)
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "default".to_owned())
}

/// Sets what a new operation does not say, and lists it for review.
pub(super) fn fill(out: &mut Map<String, Value>, pair: &Pair<'_>, declares_dry_run: bool) {
    let safe = is_safe(pair.method);
    let mut set = Vec::new();
    let mut default = |name: &str, value: Value| {
        if !out.contains_key(name) {
            out.insert(name.to_owned(), value);
            set.push(name.to_owned());
        }
    };
    default("x-scope", if safe { "read" } else { "write" }.into());
    let idempotency = if safe { "not-applicable" } else { "standard" };
    default("x-idempotency", idempotency.into());
    if !safe {
        default("x-destructive", true.into());
        // A call that cannot be undone is confirmed by a person.
        default("x-irreversible", true.into());
        // An API that does not know the header would execute a simulated call, so only a declared header counts.
        if declares_dry_run {
            default("x-dry-run", true.into());
        }
    }
    if !set.is_empty() {
        out.insert(UNREVIEWED.to_owned(), json!(set));
    }
}

/// Makes a known operation stricter if it became a write, by its method or by the newer document's `x-scope`.
pub(super) fn stricter(out: &mut Map<String, Value>, ours: Ours<'_>, pair: &Pair<'_>) {
    let by_method = is_safe(ours.method) && !is_safe(pair.method);
    let says = |operation: &Map<String, Value>, word: &str| {
        operation.get("x-scope").and_then(Value::as_str) == Some(word)
    };
    let by_scope = says(ours.operation, "read") && says(pair.newer, "write");
    if !by_method && !by_scope {
        return;
    }
    for name in [
        "x-scope",
        "x-idempotency",
        "x-destructive",
        "x-irreversible",
    ] {
        out.remove(name);
    }
    if by_scope {
        out.insert("x-scope".to_owned(), "write".into());
    }
    let scope = out.get("x-scope").cloned();
    fill(out, pair, false);
    if scope.is_some() && is_safe(pair.method) {
        // A read by its method that needs the permission to write changes something.
        out.insert("x-idempotency".to_owned(), "standard".into());
        out.insert("x-destructive".to_owned(), true.into());
        out.insert("x-irreversible".to_owned(), true.into());
    }
}

/// The error codes that an operation names: `x-error-codes`, and the values and examples of `code` in its error
/// responses.
pub(super) fn error_codes(document: &Value, operation: &Map<String, Value>) -> Vec<String> {
    let mut codes = Vec::new();
    let mut add = |code: &str| {
        let is_code = !code.is_empty()
            && code.len() <= 100
            && code
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if is_code && !codes.iter().any(|known| known == code) {
            codes.push(code.to_owned());
        }
    };
    let none = Value::Null;
    for code in items(operation.get("x-error-codes").unwrap_or(&none)) {
        add(code.as_str().unwrap_or_default());
    }
    for (status, response) in members(operation.get("responses").unwrap_or(&none)) {
        if !(status.starts_with('4') || status.starts_with('5')) {
            continue;
        }
        let response = flat(document, response);
        for (_, media) in members(response.get("content").unwrap_or(&none)) {
            let mut left = MAX_VISITS;
            find_codes(document, media, &mut add, 0, &mut left);
        }
    }
    codes
}

fn find_codes(
    document: &Value,
    value: &Value,
    add: &mut impl FnMut(&str),
    depth: usize,
    left: &mut usize,
) {
    if depth > 16 || *left == 0 {
        return;
    }
    *left -= 1;
    let value = flat(document, value);
    for (name, member) in members(&value) {
        if name == "code" {
            add(member.as_str().unwrap_or_default());
            add(member["const"].as_str().unwrap_or_default());
            for code in items(&member["enum"]).chain(items(&member["examples"])) {
                add(code.as_str().unwrap_or_default());
            }
            add(member["example"].as_str().unwrap_or_default());
        }
        find_codes(document, member, add, depth + 1, left);
    }
    for item in items(&value) {
        find_codes(document, item, add, depth + 1, left);
    }
}
