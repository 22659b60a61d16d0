//! Null as a value of a normal form.

use serde_json::{Map, Value};

use super::{NULLABLE, kind};

/// Makes a normal form accept null.
pub(crate) fn make_nullable(map: &mut Map<String, Value>) {
    let alternatives =
        map.contains_key("anyOf") || map.contains_key("oneOf") || map.contains_key("$ref");
    let listed = map.contains_key("enum");
    match map.get_mut("type") {
        Some(Value::Array(types)) if !alternatives => {
            if !types.iter().any(|name| name == "null") {
                types.push(Value::from("null"));
            }
            if let Some(Value::Array(values)) = map.get_mut("enum")
                && !values.contains(&Value::Null)
            {
                values.push(Value::Null);
            }
        }
        // Without a type, alternatives and an enumeration the schema accepts null already.
        None if !alternatives && !listed => {}
        _ => {
            map.insert(NULLABLE.to_owned(), Value::Bool(true));
        }
    }
}

/// Replaces `const` by `enum`, and removes null from the enumeration if the types exclude it.
pub(crate) fn fit_enum_to_types(map: &mut Map<String, Value>, nullable: bool) {
    if let Some(value) = map.shift_remove("const") {
        map.insert("enum".to_owned(), Value::Array(vec![value]));
    }
    let Some(Value::Array(types)) = map.get("type") else {
        return;
    };
    let has_null = nullable || types.iter().any(|name| name == "null");
    if has_null {
        return;
    }
    if let Some(Value::Array(values)) = map.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
}

/// Removes null from a normal form, for places in a request that cannot express it.
pub(crate) fn without_null(normal: &mut Value) {
    let Value::Object(map) = normal else { return };
    map.shift_remove(NULLABLE);
    if let Some(Value::Array(types)) = map.get_mut("type")
        && types.len() > 1
    {
        types.retain(|name| name != "null");
    }
    if let Some(Value::Array(values)) = map.get_mut("enum")
        && values.len() > 1
    {
        values.retain(|value| !value.is_null());
    }
    if map.get("default") == Some(&Value::Null) {
        map.shift_remove("default");
    }
    for keyword in ["anyOf", "oneOf"] {
        if let Some(Value::Array(branches)) = map.get_mut(keyword)
            && branches.len() > 1
        {
            branches.retain(|branch| !is_null(branch));
        }
    }
}

/// Whether a normal form accepts null only.
pub(crate) fn is_null(normal: &Value) -> bool {
    normal
        .as_object()
        .is_some_and(|map| kind::types(map) == ["null"])
}
