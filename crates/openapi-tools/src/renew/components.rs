//! The components of the renewed document: ours under their names, and those of the newer document that it needs.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::report::Difference;
use super::{members, object};
use crate::options::Options;

/// The longest chain of references that is followed.
const MAX_HOPS: usize = 32;
/// The deepest nesting that is copied.
pub(super) const MAX_DEPTH: usize = 64;
/// Objects whose members have names of the document's author, which are no keywords.
const NAMED: [&str; 4] = [
    "properties",
    "patternProperties",
    "$defs",
    "dependentSchemas",
];

/// A component: its section, such as `schemas`, and its name.
pub(super) type Component = (String, String);

/// One merge of two documents.
pub(super) struct Merge<'d> {
    pub(super) ours: &'d Value,
    pub(super) newer: &'d Value,
    pub(super) options: &'d Options,
    /// The sections of `components` of the renewed document.
    pub(super) components: Map<String, Value>,
    /// The name in the renewed document of each component of the newer one.
    names: HashMap<Component, String>,
    /// The components of the renewed document that have a counterpart in the newer one.
    paired: HashSet<Component>,
    /// Pairs of components that are being merged at a place of their own.
    pub(super) active: HashSet<(Component, Component)>,
    /// Where members were kept, replaced and dropped.
    pub(super) differences: Vec<Difference>,
}

impl<'d> Merge<'d> {
    pub(super) fn new(ours: &'d Value, newer: &'d Value, options: &'d Options) -> Self {
        Self {
            ours,
            newer,
            options,
            components: object(ours, "components"),
            names: HashMap::new(),
            paired: HashSet::new(),
            active: HashSet::new(),
            differences: Vec::new(),
        }
    }

    /// The component of the renewed document.
    pub(super) fn component(&self, component: &Component) -> Option<&Value> {
        self.components.get(&component.0)?.get(&component.1)
    }

    /// The name that a component of the newer document has in the renewed one, if it is there already.
    pub(super) fn name_of(&self, newer: &Component) -> Option<&String> {
        self.names.get(newer)
    }

    /// Whether a component of the renewed document has a counterpart.
    pub(super) fn is_paired(&self, ours: &Component) -> bool {
        self.paired.contains(ours)
    }

    /// Notes that a component of ours is one of the newer document.
    pub(super) fn pair(&mut self, ours: &Component, newer: &Component) {
        self.names.insert(newer.clone(), ours.1.clone());
        self.paired.insert(ours.clone());
    }

    /// Notes that a component of ours was compared with a text of the newer document that has no name.
    pub(super) fn settle(&mut self, ours: &Component) {
        self.paired.insert(ours.clone());
    }

    /// Writes a component of the renewed document.
    pub(super) fn write(&mut self, (section, name): &Component, value: Value) {
        let section = self
            .components
            .entry(section.clone())
            .or_insert_with(|| json!({}));
        if let Value::Object(section) = section {
            section.insert(name.clone(), value);
        }
    }

    /// A part of the newer document as a part of the renewed one: with the components that it needs, and without
    /// examples.
    pub(super) fn import(&mut self, newer: &Value) -> Value {
        self.copy(newer, false, 0)
    }

    fn copy(&mut self, value: &Value, is_named: bool, depth: usize) -> Value {
        match value {
            Value::Array(list) => list
                .iter()
                .map(|item| self.copy(item, false, depth + 1))
                .collect(),
            Value::Object(map) if !is_named => {
                let whole = map.get("$ref").and_then(Value::as_str);
                if let Some(reference) = whole
                    && component_of(value).is_none()
                    && let Some(target) = reference.strip_prefix('#')
                    && let Some(target) = self.newer.pointer(target)
                    && depth < MAX_DEPTH
                {
                    return self.copy(target, false, depth + 1);
                }
                let mut out = Map::new();
                for (name, member) in map {
                    if matches!(name.as_str(), "example" | "examples") {
                        continue;
                    }
                    let member = match (name.as_str(), component_of(value)) {
                        ("$ref", Some(component)) => self.reference(&component),
                        ("mapping", _) => self.mapping(member),
                        _ => self.copy(member, NAMED.contains(&name.as_str()), depth + 1),
                    };
                    out.insert(name.clone(), member);
                }
                out.into()
            }
            Value::Object(map) => map
                .iter()
                .map(|(name, member)| (name.clone(), self.copy(member, false, depth + 1)))
                .collect::<Map<_, _>>()
                .into(),
            scalar => scalar.clone(),
        }
    }

    /// The `mapping` of a discriminator, whose values are references.
    fn mapping(&mut self, mapping: &Value) -> Value {
        let Value::Object(map) = mapping else {
            return mapping.clone();
        };
        map.iter()
            .map(|(name, target)| {
                let target = match component_of(&json!({ "$ref": target })) {
                    Some(component) => self.reference(&component),
                    None => target.clone(),
                };
                (name.clone(), target)
            })
            .collect::<Map<_, _>>()
            .into()
    }

    /// The reference in the renewed document to a component of the newer one.
    fn reference(&mut self, newer: &Component) -> Value {
        let name = self.import_component(newer);
        pointer(&(newer.0.clone(), name)).into()
    }

    /// Adds a component of the newer document; its name in the renewed one.
    fn import_component(&mut self, newer: &Component) -> String {
        if let Some(name) = self.names.get(newer) {
            return name.clone();
        }
        let (section, name) = newer.clone();
        let Some(value) = self
            .newer
            .pointer(&format!("/components/{}/{}", section, escaped(&name)))
            .cloned()
        else {
            // The reference leads nowhere, which the catalogue reports.
            return name;
        };
        if self.component(newer).is_some() && !self.paired.contains(newer) {
            self.merge_component(newer, newer);
            return name;
        }
        let mut free = name.clone();
        let mut number = 2;
        while self.component(&(section.clone(), free.clone())).is_some() {
            free = format!("{name}{number}");
            number += 1;
        }
        let out = (section, free);
        self.pair(&out, newer);
        // The name is taken before its value is known, because the value may refer to it.
        self.write(&out, Value::Null);
        let value = self.import(&value);
        self.write(&out, value);
        out.1
    }

    /// Merges a component of the newer document into one of ours, which keeps its name.
    pub(super) fn merge_component(&mut self, ours: &Component, newer: &Component) {
        self.pair(ours, newer);
        let place = format!("components {} {}", ours.0, ours.1);
        let pointer = |component: &Component| {
            format!("/components/{}/{}", component.0, escaped(&component.1))
        };
        let (Some(one), Some(other)) = (
            self.ours.pointer(&pointer(ours)),
            self.newer.pointer(&pointer(newer)),
        ) else {
            return;
        };
        let merged = match ours.0.as_str() {
            "schemas" => self.schema(one, other, &place, 0),
            "parameters" | "headers" => self.parameter_object(one, other, &place),
            "responses" => self.response_object(one, other, &place),
            "requestBodies" => self.body_object(one, other, &place),
            _ => one.clone(),
        };
        self.write(ours, merged);
    }
}

/// The component to which a value refers.
pub(super) fn component_of(value: &Value) -> Option<Component> {
    let path = value.get("$ref")?.as_str()?.strip_prefix("#/components/")?;
    let (section, name) = path.split_once('/')?;
    let name = percent_encoding::percent_decode_str(name)
        .decode_utf8()
        .ok()?;
    (!name.contains('/')).then(|| {
        (
            section.to_owned(),
            name.replace("~1", "/").replace("~0", "~"),
        )
    })
}

/// The reference to a component.
pub(super) fn pointer(component: &Component) -> String {
    let name = escaped(&component.1)
        .replace('%', "%25")
        .replace(' ', "%20");
    format!("#/components/{}/{name}", component.0)
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A value after its references; the members beside a reference override those of its target.
pub(super) fn flat(document: &Value, value: &Value) -> Value {
    let mut value = value.clone();
    for _ in 0..MAX_HOPS {
        let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
            return value;
        };
        let pointer = match component_of(&value) {
            Some((section, name)) => format!("/components/{section}/{}", escaped(&name)),
            None => reference.trim_start_matches('#').to_owned(),
        };
        let Some(target) = document.pointer(&pointer) else {
            return value;
        };
        let mut flat = target.clone();
        if let (Value::Object(flat), Value::Object(own)) = (&mut flat, &value) {
            for (name, member) in own.iter().filter(|(name, _)| *name != "$ref") {
                flat.insert(name.clone(), member.clone());
            }
        }
        value = flat;
    }
    value
}

/// Removes the components that our document used and the renewed one does not use.
pub(super) fn drop_unused(ours: &Value, document: &mut Value) {
    let before = reachable(ours);
    let after = reachable(document);
    let Some(Value::Object(sections)) = document.get_mut("components") else {
        return;
    };
    for (section, components) in sections.iter_mut() {
        let Value::Object(components) = components else {
            continue;
        };
        // A component that is used by no reference, such as a security scheme, was never in `before`.
        components.retain(|name, _| {
            let component = (section.clone(), name.clone());
            let was_ours = ours["components"][section].get(name).is_some();
            after.contains(&component)
                || section == "securitySchemes"
                || (was_ours && !before.contains(&component))
        });
    }
    sections.retain(|section, components| {
        components.as_object().is_none_or(|all| !all.is_empty())
            || ours["components"].get(section).is_some()
    });
}

/// The components that the paths of a document reach.
fn reachable(document: &Value) -> HashSet<Component> {
    let mut found = HashSet::new();
    let mut pending = vec![document.get("paths").unwrap_or(&Value::Null)];
    while let Some(value) = pending.pop() {
        let mut follow = |component: Option<Component>| {
            let component = component?;
            let path = format!("/components/{}/{}", component.0, escaped(&component.1));
            let target = document.pointer(&path)?;
            found.insert(component).then_some(target)
        };
        pending.extend(follow(component_of(value)));
        for (name, member) in members(value) {
            if name == "mapping" {
                for (_, target) in members(member) {
                    pending.extend(follow(component_of(&json!({ "$ref": target }))));
                }
            }
        }
        match value {
            Value::Object(map) => pending.extend(map.values()),
            Value::Array(list) => pending.extend(list),
            _ => {}
        }
    }
    found
}
