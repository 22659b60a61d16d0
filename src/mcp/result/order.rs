//! The order of an answer: numbers, states and other short members first, long ones last, because hosts cut the end.

use super::members::Members;
use crate::text::in_order;
use crate::web::json::push_quoted;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// How deep the members of objects are put in order. Items of lists keep the order of the API.
const MAX_DEPTH: usize = 3;

/// An object with its members in the order of their worth: what is no object and no list in the order of the API, then the
/// others, the shortest first. Anything else stays as it is.
pub(super) fn ordered(json: &str) -> Cow<'_, str> {
    ordered_to(json, MAX_DEPTH)
}

/// The same for an object whose members were read already.
pub(super) fn ordered_members<'j>(json: &'j str, members: &Members<'j>) -> Cow<'j, str> {
    write(json, members, MAX_DEPTH)
}

fn ordered_to(json: &str, depth: usize) -> Cow<'_, str> {
    if depth == 0 || !json.starts_with('{') {
        return json.into();
    }
    match serde_json::from_str(json) {
        Ok(members) => write(json, &members, depth),
        Err(_) => json.into(),
    }
}

fn write<'j>(json: &'j str, members: &Members<'j>, depth: usize) -> Cow<'j, str> {
    let Members(members) = members;
    let parts: Vec<(usize, &str, Cow<'_, str>)> = members
        .iter()
        .map(|(name, value): &(String, &RawValue)| {
            let value = value.get();
            (worth(value), name.as_str(), ordered_to(value, depth - 1))
        })
        .collect();
    let is_ordered = parts.is_sorted_by_key(|(worth, ..)| *worth);
    if is_ordered
        && parts
            .iter()
            .all(|(.., value)| matches!(value, Cow::Borrowed(_)))
    {
        return json.into();
    }
    let places = parts.iter().enumerate();
    let places = places.map(|(position, (worth, ..))| (*worth, position));
    let mut text = String::with_capacity(json.len());
    for (_, name, value) in in_order(places.collect())
        .into_iter()
        .filter_map(|at| parts.get(at))
    {
        text.push(if text.is_empty() { '{' } else { ',' });
        push_quoted(&mut text, name);
        text.push(':');
        text.push_str(value);
    }
    text.push('}');
    text.into()
}

/// How far behind a member stands.
fn worth(value: &str) -> usize {
    match value.as_bytes().first() {
        Some(b'{' | b'[') => value.len(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    #[test]
    fn short_members_come_first() {
        for (json, expected) in [
            (
                r#"{"data":[{"z":[1],"a":2}],"pagination":{"page":1},"total":3}"#,
                r#"{"total":3,"pagination":{"page":1},"data":[{"z":[1],"a":2}]}"#,
            ),
            (
                r#"{"data":{"events":[1,2],"id":"x"},"credits_charged":2}"#,
                r#"{"credits_charged":2,"data":{"id":"x","events":[1,2]}}"#,
            ),
            (r#"{"a":1,"b":[]}"#, r#"{"a":1,"b":[]}"#),
            (r#"{"b":[],"a\"":1}"#, r#"{"a\"":1,"b":[]}"#),
            ("[1]", "[1]"),
            ("{", "{"),
        ] {
            assert_eq!(ordered(json), expected);
        }
        assert!(matches!(
            ordered(r#"{"a":1,"b":{"c":2}}"#),
            Cow::Borrowed(_)
        ));
    }

    proptest! {
        /// Nothing is lost or changed, and numbers stay the text that they are.
        #[test]
        fn order_changes_no_value(names in prop::collection::vec("[a-c\"\\\\é]{1,3}", 0..6), numbers in prop::collection::vec("[1-9][0-9]{0,30}", 6)) {
            let mut json = String::new();
            for (name, number) in names.iter().zip(&numbers) {
                let name = Value::from(name.as_str());
                json = format!("{{{name}:{number},\"x\":{}}}", if json.is_empty() { "[]" } else { &json });
            }
            let after = ordered(&json);
            let read = |text: &str| serde_json::from_str::<Value>(text).ok();
            prop_assert_eq!(read(&after), read(&json));
            for number in numbers.iter().take(names.len()) {
                prop_assert!(after.contains(number.as_str()));
            }
        }
    }
}
