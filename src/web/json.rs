//! Strict parsing of JSON from the network.
//!
//! Duplicate member names are refused. RFC 8259, section 4 leaves their meaning open: `serde_json` keeps the last one,
//! but a gateway in front of the connector may read the first, and the two would then see different requests. The limit
//! of 128 levels of nesting is that of `serde_json`. Text that is not Unicode is refused, too: a `\ud83d` without its other
//! half is valid JSON, but no text that can be passed on (RFC 8259, section 8.2).

mod quoted;
mod size;
mod surrogates;

pub(crate) use quoted::push_quoted;
pub(crate) use size::{size_in_memory, size_of_value};

use crate::text::excerpt;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Number, Value};
use std::borrow::Cow;
use std::fmt;

/// The most memory that the values of a request may take. It is enough for the largest text, and for lists that are longer
/// than any operation allows.
pub(crate) const MAX_VALUES: usize = 8 * 1024 * 1024;

/// 2⁵³: from here on, not every whole number is a different `f64`, which is what many programs read a number as.
pub(crate) const INEXACT: f64 = 9_007_199_254_740_992.0;

/// Why a body is not acceptable JSON.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct JsonError {
    /// What is wrong, as sentences for the client.
    pub(crate) message: String,
    /// The body with U+FFFD in place of everything that is not Unicode, if it is JSON otherwise. Use it only to find
    /// out which messages it has. It is not what the client sent, so it must never be acted on.
    pub(crate) altered: Option<Value>,
}

impl JsonError {
    /// Whether the body is JSON except that a text in it is not Unicode.
    pub(crate) fn is_not_unicode(&self) -> bool {
        self.altered.is_some()
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// Parses one JSON text.
///
/// # Errors
/// Malformed JSON, text that is not Unicode, a duplicate member name, nesting deeper than 128 levels, or text after the
/// value. The message names the position.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value, JsonError> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let altered = String::from_utf8_lossy(bytes);
        let altered = surrogates::replace(&altered).map_or(altered.clone(), |(text, _)| text.into());
        JsonError {
            message: format!(
                "The body is not valid Unicode: it must be UTF-8, and the first bad byte is at offset {}.",
                e.valid_up_to()
            ),
            altered: small_enough(&altered).then(|| strict(&altered).ok()).flatten(),
        }
    })?;
    let malformed = |error: serde_json::Error| JsonError {
        message: format!("The body is not acceptable JSON: {error}."),
        altered: None,
    };
    strict(text).or_else(|error| match surrogates::replace(text) {
        None => Err(malformed(error)),
        Some((altered, first)) => Err(JsonError {
            message: format!(
                "A text in the body is not valid Unicode: {} at offset {} is half of a surrogate pair, as when an emoji is cut in two. Send the whole character, or leave it out.",
                first.escape, first.offset
            ),
            altered: match small_enough(&altered) {
                true => Some(strict(&altered).map_err(malformed)?),
                false => None,
            },
        }),
    })
}

/// The text with U+FFFD in place of every half of a surrogate pair, so that it can be passed on as JSON: many parsers
/// refuse a whole message because of one.
pub(crate) fn with_whole_characters(text: &str) -> Cow<'_, str> {
    surrogates::replace(text).map_or(Cow::Borrowed(text), |(text, _)| Cow::Owned(text))
}

/// Whether an altered body may be parsed. It is dropped at once.
fn small_enough(altered: &str) -> bool {
    size_in_memory(altered, MAX_VALUES).is_some()
}

fn strict(text: &str) -> serde_json::Result<Value> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = StrictValue.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// Deserializes a [`Value`] and refuses duplicate member names.
struct StrictValue;

impl<'de> DeserializeSeed<'de> for StrictValue {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for StrictValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, v: bool) -> Result<Value, E> {
        Ok(Value::Bool(v))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_u64<E>(self, v: u64) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_f64<E: Error>(self, v: f64) -> Result<Value, E> {
        Number::from_f64(v)
            .map(Value::Number)
            .ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, v: &str) -> Result<Value, E> {
        Ok(Value::String(v.to_owned()))
    }

    fn visit_string<E>(self, v: String) -> Result<Value, E> {
        Ok(Value::String(v))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(StrictValue)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            match members.entry(name) {
                Entry::Vacant(entry) => {
                    entry.insert(map.next_value_seed(StrictValue)?);
                }
                Entry::Occupied(entry) => {
                    return Err(A::Error::custom(format_args!(
                        "duplicate member {:?}",
                        excerpt(entry.key(), 60)
                    )));
                }
            }
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn valid_json_gives_the_value_of_serde_json() {
        let text = br#"{"a":[1,-2,1.5,true,null,"x\u00e9"],"b":{"c":18446744073709551615}}"#;
        assert_eq!(
            parse(text),
            Ok(json!({"a":[1,-2,1.5,true,null,"xé"],"b":{"c":u64::MAX}}))
        );
    }

    #[test]
    fn duplicate_members_are_refused_at_any_depth() {
        let error = parse(br#"{"a":{"b":1,"b":2}}"#).expect_err("must be refused");
        assert!(error.message.contains("duplicate member \"b\""), "{error}");
    }

    #[test]
    fn half_a_surrogate_pair_is_refused_and_named() {
        for half in ["\\ud83d", "\\uDE00", "\\ud83d\\ud83d\\ude00", "\\ud83dx"] {
            let text = format!("{{\"id\":7,\"a\":[\"ok \\ud83d\\ude00 {half}\"]}}");
            let error = parse(text.as_bytes()).expect_err("must be refused");
            assert!(error.message.contains("not valid Unicode"), "{error}");
            assert!(error.message.contains(&half[..6]), "{error}");
            let altered = error.altered.expect("JSON otherwise");
            assert_eq!(altered["id"], 7);
            let text = altered["a"][0].as_str().expect("text");
            assert!(text.starts_with("ok 😀 ") && text.contains('\u{fffd}'));
        }
        // An escaped backslash is no escape of a character.
        assert_eq!(parse(br#""\\ud83d""#), Ok(json!("\\ud83d")));
    }

    #[test]
    fn invalid_utf8_keeps_what_can_be_read() {
        let error = parse(b"{\"id\":7,\"a\":\"\xed\xa0\xbd\"}").expect_err("must be refused");
        assert!(error.message.contains("not valid Unicode"), "{error}");
        assert_eq!(error.altered.expect("JSON otherwise")["id"], 7);
    }

    #[test]
    fn malformed_json_with_half_a_pair_is_malformed() {
        for text in [
            r#"{"id":7,"a":"\ud83d""#,
            r#"{"id":7,"id":8,"a":"\ud83d"}"#,
            r#"{"a":"\ud8"}"#,
        ] {
            let error = parse(text.as_bytes()).expect_err("must be refused");
            assert!(error.message.contains("not acceptable JSON"), "{error}");
            assert!(!error.is_not_unicode(), "{text}");
        }
    }

    #[test]
    fn invalid_utf8_trailing_text_and_deep_nesting_are_refused() {
        assert!(parse(b"{\"a\":\"\xff\"}").is_err());
        assert!(parse(b"{} {}").is_err());
        assert!(parse(b"").is_err());
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        assert!(parse(deep.as_bytes()).is_err());
    }
}
