//! Values of another type than the schema admits: text that spells them, and whole numbers with a fraction of zero.

use super::path::Path;
use super::report::Report;
use super::schema::{Shape, Types};
use crate::mcp::tools::consent::CONSENT;
use crate::web::json;
use serde_json::{Map, Number, Value};

/// The members of an object with the types that the schema admits; `None` if nothing changes.
pub(super) fn members(
    shape: &Shape<'_>,
    members: &Map<String, Value>,
    at: &Path<'_>,
    report: &mut Report,
) -> Option<Map<String, Value>> {
    let mut changed: Option<Map<String, Value>> = None;
    for (name, value) in members {
        if !may_change_type(value) || name == CONSENT {
            continue;
        }
        let Some(shape) = shape.property(name) else {
            continue;
        };
        if let Some(value) = retyped(&shape, value, &Path::Member(at, name), report) {
            let changed = changed.get_or_insert_with(|| members.clone());
            changed.insert(name.clone(), value);
        }
    }
    changed
}

/// The value with a type that the schema admits; `None` if it does not change.
fn retyped(shape: &Shape<'_>, value: &Value, at: &Path<'_>, report: &mut Report) -> Option<Value> {
    match value {
        Value::String(text) => {
            let types = shape.types();
            if types.admit(Types::STRING) {
                return None;
            }
            let value = spelled(types, text, at, report)?;
            report.changed();
            Some(retyped_inside(shape, &value, at, report).unwrap_or(value))
        }
        Value::Number(number) if number.is_f64() => {
            let whole = whole(shape.types(), number, at, report)?;
            report.changed();
            Some(whole.into())
        }
        _ => retyped_inside(shape, value, at, report),
    }
}

/// An object or array with retyped members or items; `None` if nothing changes.
fn retyped_inside(
    shape: &Shape<'_>,
    value: &Value,
    at: &Path<'_>,
    report: &mut Report,
) -> Option<Value> {
    match value {
        Value::Object(members) => self::members(shape, members, at, report).map(Value::Object),
        Value::Array(items) => {
            let shape = shape.items()?;
            let mut changed: Option<Vec<Value>> = None;
            for (i, item) in items.iter().enumerate() {
                if let Some(item) = retyped(&shape, item, &Path::Item(at, i), report) {
                    let changed = changed.get_or_insert_with(|| items.clone());
                    if let Some(place) = changed.get_mut(i) {
                        *place = item;
                    }
                }
            }
            changed.map(Value::Array)
        }
        _ => None,
    }
}

/// The value that a text spells, if the schema admits its type.
fn spelled(types: Types, text: &str, at: &Path<'_>, report: &mut Report) -> Option<Value> {
    let trimmed = text.trim();
    for flag in [true, false] {
        if types.admit(Types::BOOLEAN) && trimmed.eq_ignore_ascii_case(&flag.to_string()) {
            return Some(flag.into());
        }
    }
    // A list or an object that is not wanted is not read, because it may be large.
    let is_wanted = types.admit(Types::ARRAY) || types.admit(Types::OBJECT);
    if !is_wanted && text.trim_start().starts_with(['[', '{']) {
        return None;
    }
    let value = match json::parse(text.as_bytes()) {
        Ok(value) => value,
        Err(error) => {
            if error.is_not_unicode() {
                let problem = "is text that is not valid Unicode, for example half of an emoji";
                report.problem(at, problem);
            }
            return None;
        }
    };
    if value.is_null() {
        return None;
    }
    if let Value::Number(number) = &value
        && let Some(whole) = whole(types, number, at, report)
    {
        return Some(whole.into());
    }
    types.admit(Types::of(&value)).then_some(value)
}

/// A whole number without its fraction, where the schema admits integers only.
fn whole(types: Types, number: &Number, at: &Path<'_>, report: &mut Report) -> Option<Number> {
    let integers_only = types.admit(Types::INTEGER) && !types.admit(Types::FRACTION);
    let value = number.as_f64().filter(|_| number.is_f64())?;
    if !integers_only || value.fract() != 0.0 {
        return None;
    }
    if value.abs() >= json::INEXACT {
        let problem = "is too large to be exact: whole numbers must be below 9007199254740992";
        report.problem(at, problem);
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53")]
    let whole = value as i64;
    Some(whole.into())
}

/// Whether the type of a value, or of a part of it, can be another one than the schema admits. Most arguments are settled
/// by this, without looking at the schema.
fn may_change_type(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => false,
        Value::Number(number) => number.is_f64(),
        Value::String(_) | Value::Array(_) | Value::Object(_) => true,
    }
}
