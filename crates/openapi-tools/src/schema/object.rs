//! A schema as one flat object, for bodies whose members become arguments.

use serde_json::{Map, Value};

use super::nullable::is_null;
use super::union::union;
use super::{NULLABLE, kind};
use crate::context::{Context, MAX_DEPTH, Mode};

/// The members of an object schema and of all its alternatives.
#[derive(Debug, Default)]
pub(crate) struct ObjectView {
    /// Normal forms by name, in document order.
    pub(crate) properties: Map<String, Value>,
    /// Names that every alternative requires.
    pub(crate) required: Vec<String>,
    /// Whether the schema explicitly accepts members with other names.
    pub(crate) open: bool,
    /// Keywords that limit combinations of members, which the view cannot express.
    pub(crate) lost: Vec<&'static str>,
}

/// Keywords about the whole object that flat arguments cannot express.
const WHOLE_OBJECT: [&str; 10] = [
    "not",
    "if",
    "then",
    "else",
    "dependentRequired",
    "dependentSchemas",
    "minProperties",
    "maxProperties",
    "patternProperties",
    "propertyNames",
];

impl Context<'_> {
    /// The view of a normal form; `None` if the form accepts values that are not objects.
    pub(crate) fn object_view(
        &mut self,
        normal: &Value,
        pointer: &str,
        mode: Mode,
        depth: usize,
    ) -> Option<ObjectView> {
        // The limit ends circular alternatives.
        if depth > MAX_DEPTH / 4 {
            return None;
        }
        let resolved = self.resolved(normal, mode, depth);
        let map = resolved.as_object()?;
        let mut view = ObjectView::default();
        let types: Vec<&str> = kind::types(map)
            .into_iter()
            .filter(|name| *name != "null")
            .collect();
        let alternatives: Vec<(&'static str, &Vec<Value>)> = ["oneOf", "anyOf"]
            .into_iter()
            .filter_map(|keyword| Some((keyword, map.get(keyword)?.as_array()?)))
            .collect();
        let only_alternatives = types.is_empty() && !alternatives.is_empty();
        if types != ["object"] && !only_alternatives {
            return None;
        }
        if let Some(Value::Object(properties)) = map.get("properties") {
            view.properties = properties.clone();
        }
        view.required = strings(map.get("required"));
        view.open = map
            .get("additionalProperties")
            .is_some_and(|extra| *extra != Value::Bool(false));
        view.lost.extend(
            WHOLE_OBJECT
                .into_iter()
                .filter(|keyword| map.contains_key(*keyword)),
        );
        for (keyword, branches) in alternatives {
            let mut views = Vec::new();
            for branch in branches.iter().filter(|branch| !is_null(branch)) {
                views.push(self.object_view(branch, pointer, mode, depth + 1)?);
            }
            if views.len() > 1 {
                view.lost.push(keyword);
            }
            self.add_alternatives(&mut view, views, pointer, mode);
        }
        for part in map
            .get("allOf")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            if let Some(more) = self.object_view(part, pointer, mode, depth + 1) {
                self.add_alternatives(&mut view, vec![more], pointer, mode);
            }
        }
        if map.contains_key(NULLABLE) || kind::types(map).contains(&"null") {
            view.lost.push("null");
        }
        view.lost.dedup();
        Some(view)
    }

    /// Adds the members of alternatives to a view. A member is required if every alternative requires it.
    fn add_alternatives(
        &mut self,
        view: &mut ObjectView,
        alternatives: Vec<ObjectView>,
        pointer: &str,
        mode: Mode,
    ) {
        let count = alternatives.len();
        let mut members: Map<String, Value> = Map::new();
        let mut seen: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
        let mut required: Option<Vec<String>> = None;
        for alternative in alternatives {
            required = Some(match required {
                None => alternative.required,
                Some(common) => common
                    .into_iter()
                    .filter(|name| alternative.required.contains(name))
                    .collect(),
            });
            view.open |= alternative.open;
            view.lost.extend(alternative.lost);
            for (name, schema) in alternative.properties {
                *seen.entry(name.clone()).or_default() += 1;
                let joined = match members.get_mut(&name).map(Value::take) {
                    Some(known) => union(known, &schema),
                    None => schema,
                };
                members.insert(name, joined);
            }
        }
        for (name, schema) in members {
            let merged = match view.properties.get_mut(&name).map(Value::take) {
                None => schema,
                // An alternative does not limit the member, so only the common schema holds for all of them.
                Some(own) if seen.get(&name) != Some(&count) => own,
                Some(own) if own == schema => own,
                Some(own) => self.merge(own, &schema, pointer, mode, 1),
            };
            view.properties.insert(name, merged);
        }
        for name in required.unwrap_or_default() {
            if !view.required.contains(&name) {
                view.required.push(name);
            }
        }
    }
}

fn strings(value: Option<&Value>) -> Vec<String> {
    value
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}
