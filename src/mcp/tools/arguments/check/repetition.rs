//! Items that are equal as JSON Schema compares them: numbers by value, objects in any order.

use serde_json::{Number, Value};
use std::collections::hash_map::DefaultHasher;
use std::fmt::{self, Write};
use std::hash::Hasher;

/// The positions of two equal items: the first item that repeats another one, after that one.
///
/// Only a hash of each item is kept, because a list can have very many items.
pub(super) fn first_repetition(items: &[Value]) -> Option<(usize, usize)> {
    let mut hashes: Vec<(u64, usize)> = items.iter().map(hash).zip(0..).collect();
    hashes.sort_unstable();
    let groups = hashes.chunk_by(|(one, _), (other, _)| one == other);
    groups
        .filter_map(|group| repetition_in(group, items))
        .min_by_key(|(_, second)| *second)
}

/// The first repetition among items of one hash, which nearly always are equal.
fn repetition_in(group: &[(u64, usize)], items: &[Value]) -> Option<(usize, usize)> {
    let mut firsts: Vec<(String, usize)> = Vec::new();
    for (_, position) in group.iter().filter(|_| group.len() > 1) {
        let mut text = String::new();
        write_canonical(items.get(*position)?, &mut text);
        match firsts.iter().find(|(known, _)| *known == text) {
            Some((_, first)) => return Some((*first, *position)),
            None => firsts.push((text, *position)),
        }
    }
    None
}

fn hash(item: &Value) -> u64 {
    let mut hasher = Hashing(DefaultHasher::new());
    write_canonical(item, &mut hasher);
    hasher.0.finish()
}

/// Hashes what is written.
struct Hashing(DefaultHasher);

impl Write for Hashing {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}

/// Writes a text that is the same for equal values and for no others. Neither a `String` nor [`Hashing`] fails.
fn write_canonical(value: &Value, text: &mut impl Write) {
    match value {
        Value::Number(number) => write_number(number, text),
        Value::Array(items) => {
            let _ = text.write_char('[');
            for item in items {
                write_canonical(item, text);
                let _ = text.write_char(',');
            }
            let _ = text.write_char(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            let _ = text.write_char('{');
            for (name, value) in members {
                // The quotes keep a name apart from its value.
                let _ = write!(text, "{name:?}:");
                write_canonical(value, text);
                let _ = text.write_char(',');
            }
            let _ = text.write_char('}');
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
fn write_number(number: &Number, text: &mut impl Write) {
    let fraction = number.as_f64().filter(|_| number.is_f64());
    let _ = match fraction {
        // Negative zero is zero.
        Some(0.0) => write!(text, "0"),
        // Without an exponent, so that it equals the same number that was written as an integer.
        Some(value) => write!(text, "{value}"),
        None => write!(text, "{number}"),
    };
}
