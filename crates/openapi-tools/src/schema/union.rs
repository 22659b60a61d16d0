//! The disjunction of two normal forms, for members that occur in several alternatives of an object.

use serde_json::{Value, json};

/// A normal form that accepts the values that either accepts. Two enumerations of one type become one.
pub(crate) fn union(left: Value, right: &Value) -> Value {
    if left == *right || left == Value::Bool(true) || *right == Value::Bool(false) {
        return left;
    }
    if *right == Value::Bool(true) || left == Value::Bool(false) {
        return right.clone();
    }
    if let Some(joined) = join_enums(&left, right) {
        return joined;
    }
    let mut branches = branches(left);
    for branch in self::branches(right.clone()) {
        if !branches.contains(&branch) {
            branches.push(branch);
        }
    }
    json!({ "anyOf": branches })
}

/// The alternatives of a normal form that is an `anyOf`, else the form itself.
fn branches(schema: Value) -> Vec<Value> {
    match schema {
        Value::Object(mut map) if map.len() == 1 && map.contains_key("anyOf") => {
            match map.shift_remove("anyOf") {
                Some(Value::Array(list)) => list,
                _ => Vec::new(),
            }
        }
        other => vec![other],
    }
}

/// One enumeration for two that differ in values and annotations only.
fn join_enums(left: &Value, right: &Value) -> Option<Value> {
    let (left, right) = (left.as_object()?, right.as_object()?);
    let (mut values, more) = (
        left.get("enum")?.as_array()?.clone(),
        right.get("enum")?.as_array()?,
    );
    let differs = |key: &str| left.get(key) != right.get(key);
    if left
        .keys()
        .chain(right.keys())
        .any(|key| !matches!(key.as_str(), "enum" | "description" | "default") && differs(key))
    {
        return None;
    }
    for value in more {
        if !values.contains(value) {
            values.push(value.clone());
        }
    }
    let mut out = left.clone();
    out.insert("enum".to_owned(), Value::Array(values));
    Some(Value::Object(out))
}
