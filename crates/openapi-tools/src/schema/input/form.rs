//! Parts of written schemas in the form that clients accept.

use serde_json::{Map, Value, json};

use crate::schema::keywords;

/// A schema for any JSON value. It lists the types, because clients refuse `{}` and `true`.
pub(super) fn any_value() -> Map<String, Value> {
    let alternatives = json!([
        { "type": "string" }, { "type": "number" }, { "type": "boolean" }, { "type": "object" },
        { "type": "array", "items": any_item() }, { "type": "null" }
    ]);
    Map::from_iter([("anyOf".to_owned(), alternatives)])
}

/// A schema for list items of any type.
pub(super) fn any_item() -> Value {
    json!({ "description": "Any JSON value." })
}

/// A schema that accepts null as well.
pub(super) fn or_null(mut core: Map<String, Value>) -> Map<String, Value> {
    let null_type = json!({ "type": "null" });
    if core.len() == 1
        && let Some(Value::Array(branches)) = core.get_mut("anyOf")
    {
        if !branches.contains(&null_type) {
            branches.push(null_type);
        }
        return core;
    }
    Map::from_iter([("anyOf".to_owned(), json!([ordered(core), null_type]))])
}

/// The members in the order of [`keywords::ORDER`].
pub(in crate::schema) fn ordered(mut map: Map<String, Value>) -> Map<String, Value> {
    let mut out = Map::with_capacity(map.len());
    for key in keywords::ORDER {
        if let Some(value) = map.shift_remove(key) {
            out.insert(key.to_owned(), value);
        }
    }
    out.append(&mut map);
    out
}
