//! The shape of an answer: which members the document states.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// What a value may have, as `build.rs` writes it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Shape {
    null: bool,
    list: bool,
    /// Whether it may have members that are not stated.
    open: bool,
    members: BTreeMap<String, Shape>,
    items: Option<Box<Shape>>,
}

/// Drops members that the document does not state, and adds those that are missing and may be null or an empty list.
pub(crate) fn fit(value: &mut Value, shape: &Shape) {
    match value {
        Value::Object(members) if !shape.members.is_empty() => {
            if !shape.open {
                members.retain(|name, _| shape.members.contains_key(name));
            }
            for (name, shape) in &shape.members {
                match members.get_mut(name) {
                    Some(member) => fit(member, shape),
                    None if shape.null => drop(members.insert(name.clone(), Value::Null)),
                    None if shape.list => {
                        drop(members.insert(name.clone(), Vec::<Value>::new().into()))
                    }
                    None => {}
                }
            }
        }
        Value::Array(items) => {
            if let Some(shape) = &shape.items {
                items.iter_mut().for_each(|item| fit(item, shape));
            }
        }
        _ => {}
    }
}
