//! Compares the tools before and after.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::operation::spot;
use super::pairs::{Pairs, id};
use super::report::{Change, Report, Sizes};
use super::{items, members, object};
use crate::catalogue::Catalogue;
use crate::hosts;
use crate::table::{Scope, Tool};

/// The deepest nesting of arguments that is compared.
const MAX_DEPTH: usize = 12;
/// Keywords that are compared in a way of their own, or that limit nothing.
const HANDLED: [&str; 16] = [
    "type",
    "properties",
    "required",
    "items",
    "enum",
    "anyOf",
    "oneOf",
    "allOf",
    "$ref",
    "$defs",
    "description",
    "title",
    "deprecated",
    "contentEncoding",
    "prefixItems",
    "discriminator",
];

/// Fills in what changed from the tools before to the tools after.
pub(super) fn compare(
    before: &Catalogue<'_>,
    after: &Catalogue<'_>,
    pairs: &Pairs<'_>,
    report: &mut Report,
) {
    let of_id = |catalogue: &Catalogue<'_>, id: &str| {
        catalogue
            .tools
            .iter()
            .position(|tool| tool.operation.id == id)
    };
    for pair in &pairs.list {
        let Some(tool) = of_id(after, &pair.id).map(|index| &after.tools[index]) else {
            continue;
        };
        let old = pair.ours.and_then(|ours| of_id(before, id(ours.operation)));
        let refused = hosts::findings(&hosts::listed_schema(tool));
        match old.map(|index| &before.tools[index]) {
            None => {
                let place = spot(pair.method, &pair.path);
                report.added.push((tool.name.to_owned(), place));
                let new = refused.into_iter().map(|one| (tool.name.to_owned(), one));
                report.refused.extend(new);
            }
            Some(old) => {
                let changes = changes(old, tool);
                if !changes.is_empty() {
                    report.changed.push((tool.name.to_owned(), changes));
                }
                let known = hosts::findings(&hosts::listed_schema(old));
                let new = refused.into_iter().filter(|one| !known.contains(one));
                report
                    .refused
                    .extend(new.map(|one| (tool.name.to_owned(), one)));
            }
        }
    }
    for gone in &pairs.removed {
        if let Some(index) = of_id(before, id(gone.operation)) {
            let name = before.tools[index].name.to_owned();
            report.removed.push((name, spot(gone.method, gone.path)));
        }
    }
    report.stale = stale(before, after);
    report.sizes = (sizes(before), sizes(after));
}

/// Descriptions that name a tool that is gone.
fn stale(before: &Catalogue<'_>, after: &Catalogue<'_>) -> Vec<(String, String)> {
    let exists = |name: &str| {
        after
            .tools
            .iter()
            .any(|tool| tool.name == name || tool.catalogue_name == Some(name))
    };
    let gone: Vec<&str> = before
        .tools
        .iter()
        .map(|tool| tool.name)
        .filter(|name| !exists(name))
        .collect();
    let is_word = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let mut out = Vec::new();
    for tool in &after.tools {
        let words: BTreeSet<&str> = tool
            .listing
            .base
            .split(|character| !is_word(character))
            .collect();
        for name in gone.iter().filter(|name| words.contains(*name)) {
            out.push((tool.name.to_owned(), (*name).to_owned()));
        }
    }
    out
}

fn sizes(catalogue: &Catalogue<'_>) -> Sizes {
    let entry = |tool: &Tool<'_>| tool.listing.base.len() + tool.listing.since_2025_06_18.len() + 2;
    let tools = catalogue.tools.len();
    Sizes {
        tools,
        bytes: catalogue.tools.iter().map(entry).sum::<usize>() + tools.saturating_sub(1),
    }
}

fn changes(old: &Tool<'_>, new: &Tool<'_>) -> Vec<Change> {
    let mut out = Vec::new();
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let (before, after) = (
        read(old.input_schema.unwrap_or_default()),
        read(new.input_schema.unwrap_or_default()),
    );
    let schemas = Schemas {
        before: &before,
        after: &after,
    };
    schemas.compare("", &before, &after, 0, &mut out);
    let word = |scope: Scope| match scope {
        Scope::Read => "read",
        Scope::Write => "write",
    };
    if old.facts.scope != new.facts.scope {
        out.push(Change::Scope(word(old.facts.scope), word(new.facts.scope)));
    }
    let codes: Vec<String> = new
        .facts
        .error_codes
        .iter()
        .filter(|code| !old.facts.error_codes.contains(code))
        .map(|code| (*code).to_owned())
        .collect();
    if !codes.is_empty() {
        out.push(Change::ErrorCodes(codes));
    }
    let is_deprecated = |tool: &Tool<'_>| tool.description.starts_with("Deprecated. ");
    if is_deprecated(new) && !is_deprecated(old) {
        out.push(Change::Deprecated);
    }
    if old.output_schema != new.output_schema {
        out.push(Change::Output);
    }
    out
}

/// The input schemas of a tool before and after, which hold the definitions for their references.
struct Schemas<'s> {
    before: &'s Value,
    after: &'s Value,
}

impl Schemas<'_> {
    fn compare(
        &self,
        path: &str,
        before: &Value,
        after: &Value,
        depth: usize,
        out: &mut Vec<Change>,
    ) {
        if depth > MAX_DEPTH
            || (before == after && self.before.get("$defs") == self.after.get("$defs"))
        {
            return;
        }
        let (before, after) = (resolved(self.before, before), resolved(self.after, after));
        let (one, other) = (kind(self.before, &before), kind(self.after, &after));
        if one != other {
            out.push(Change::Type {
                argument: path.to_owned(),
                before: one,
                after: other,
            });
            return;
        }
        values(path, &before, &after, out);
        limits(path, &before, &after, out);
        self.members(path, &before, &after, depth, out);
        if let (Some(one), Some(other)) = (before.get("items"), after.get("items")) {
            self.compare(&format!("{path}[]"), one, other, depth + 1, out);
        }
        for keyword in ["anyOf", "oneOf"] {
            let none = Value::Null;
            let one = items(before.get(keyword).unwrap_or(&none));
            let other = items(after.get(keyword).unwrap_or(&none));
            for (one, other) in one.zip(other) {
                self.compare(path, one, other, depth + 1, out);
            }
        }
    }

    fn members(
        &self,
        path: &str,
        before: &Value,
        after: &Value,
        depth: usize,
        out: &mut Vec<Change>,
    ) {
        let (one, other) = (object(before, "properties"), object(after, "properties"));
        let needed = |schema: &Value, name: &str| {
            items(schema.get("required").unwrap_or(&Value::Null)).any(|required| required == name)
        };
        for (name, member) in &one {
            let path = join(path, name);
            let Some(found) = other.get(name) else {
                out.push(Change::Removed(path));
                continue;
            };
            match (needed(before, name), needed(after, name)) {
                (false, true) => out.push(Change::Required(path.clone())),
                (true, false) => out.push(Change::Optional(path.clone())),
                _ => {}
            }
            self.compare(&path, member, found, depth + 1, out);
        }
        for name in other.keys().filter(|name| !one.contains_key(*name)) {
            out.push(Change::Added {
                argument: join(path, name),
                required: needed(after, name),
            });
        }
    }
}

fn values(path: &str, before: &Value, after: &Value, out: &mut Vec<Change>) {
    let list = |schema: &Value| -> Option<Vec<String>> {
        let values = schema.get("enum")?.as_array()?;
        Some(values.iter().map(Value::to_string).collect())
    };
    let (one, other) = (list(before), list(after));
    let missing = |from: &Option<Vec<String>>, among: &Option<Vec<String>>| -> Vec<String> {
        match (from, among) {
            (Some(from), Some(among)) => from
                .iter()
                .filter(|value| !among.contains(value))
                .cloned()
                .collect(),
            _ => Vec::new(),
        }
    };
    let (gone, new) = (missing(&one, &other), missing(&other, &one));
    if !gone.is_empty() || !new.is_empty() {
        out.push(Change::Values {
            argument: path.to_owned(),
            gone,
            new,
        });
    } else if one.is_some() != other.is_some() {
        out.push(Change::Limit {
            argument: path.to_owned(),
            keyword: "enum".to_owned(),
            before: one.map(|values| values.join(", ")),
            after: other.map(|values| values.join(", ")),
        });
    }
}

fn limits(path: &str, before: &Value, after: &Value, out: &mut Vec<Change>) {
    let names: BTreeSet<&String> = members(before)
        .chain(members(after))
        .map(|(name, _)| name)
        .filter(|name| !HANDLED.contains(&name.as_str()) && !name.starts_with("x-"))
        .collect();
    for keyword in names {
        let (one, other) = (before.get(keyword), after.get(keyword));
        if one != other {
            out.push(Change::Limit {
                argument: path.to_owned(),
                keyword: keyword.clone(),
                before: one.map(Value::to_string),
                after: other.map(Value::to_string),
            });
        }
    }
}

/// A schema after its references into `$defs`.
fn resolved(root: &Value, schema: &Value) -> Value {
    let mut schema = schema.clone();
    for _ in 0..8 {
        let reference = schema.get("$ref").and_then(Value::as_str);
        let target = reference
            .and_then(|text| text.strip_prefix('#'))
            .and_then(|pointer| root.pointer(pointer));
        match target {
            Some(target) => schema = target.clone(),
            None => break,
        }
    }
    schema
}

/// The type of a schema in words: `string`, `array of object`, `string or null`.
fn kind(root: &Value, schema: &Value) -> String {
    kind_to(root, schema, 0)
}

fn kind_to(root: &Value, schema: &Value, depth: usize) -> String {
    let schema = resolved(root, schema);
    if depth > 4 {
        return "value".to_owned();
    }
    for keyword in ["anyOf", "oneOf"] {
        if let Some(Value::Array(branches)) = schema.get(keyword) {
            let kinds: BTreeSet<String> = branches
                .iter()
                .map(|branch| kind_to(root, branch, depth + 1))
                .collect();
            return kinds.into_iter().collect::<Vec<_>>().join(" or ");
        }
    }
    let plain: Map<String, Value> = match &schema {
        Value::Object(map) => map.clone(),
        _ => Map::new(),
    };
    match plain.get("type") {
        Some(Value::String(kind)) if kind == "array" => {
            let inner = plain.get("items").map_or_else(
                || "value".to_owned(),
                |inner| kind_to(root, inner, depth + 1),
            );
            format!("array of {inner}")
        }
        Some(Value::String(kind)) => kind.clone(),
        Some(Value::Array(kinds)) => {
            let kinds: BTreeSet<&str> = kinds.iter().filter_map(Value::as_str).collect();
            kinds.into_iter().collect::<Vec<_>>().join(" or ")
        }
        _ => "value".to_owned(),
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}
