//! Items that are equal as JSON Schema compares them: numbers by value, objects in any order.

use serde_json::{Number, Value};
use std::collections::HashMap;
use std::fmt::Write;

/// The positions of two equal items: the first item that repeats another one, after that one.
pub(super) fn first_repetition(items: &[Value]) -> Option<(usize, usize)> {
    let mut positions = HashMap::with_capacity(items.len());
    items.iter().enumerate().find_map(|(i, item)| {
        let mut text = String::new();
        write_canonical(item, &mut text);
        let first = *positions.entry(text).or_insert(i);
        (first != i).then_some((first, i))
    })
}

/// Writes a text that is the same for equal values and for no others.
fn write_canonical(value: &Value, text: &mut String) {
    match value {
        Value::Number(number) => write_number(number, text),
        Value::Array(items) => {
            text.push('[');
            for item in items {
                write_canonical(item, text);
                text.push(',');
            }
            text.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            text.push('{');
            for (name, value) in members {
                // Writing to a String cannot fail; the quotes keep a name apart from its value.
                let _ = write!(text, "{name:?}:");
                write_canonical(value, text);
                text.push(',');
            }
            text.push('}');
        }
        Value::String(string) => {
            let _ = write!(text, "{string:?}");
        }
        Value::Null | Value::Bool(_) => {
            let _ = write!(text, "{value}");
        }
    }
}

/// Writes a number without the fraction of a whole one.
fn write_number(number: &Number, text: &mut String) {
    let fraction = number.as_f64().filter(|_| number.is_f64());
    let _ = match fraction {
        // Negative zero is zero.
        Some(0.0) => write!(text, "0"),
        // Without an exponent, so that it equals the same number that was written as an integer.
        Some(value) => write!(text, "{value}"),
        None => write!(text, "{number}"),
    };
}
