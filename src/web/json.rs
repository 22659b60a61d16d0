//! Strict parsing of JSON from the network.
//!
//! Duplicate member names are refused. RFC 8259, section 4 leaves their meaning open: `serde_json` keeps the last one,
//! but a gateway in front of the connector may read the first, and the two would then see different requests. The limit
//! of 128 levels of nesting is that of `serde_json`.

use crate::text::excerpt;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Why a body is not acceptable JSON, as a sentence for the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonError(pub(crate) String);

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Parses one JSON text.
///
/// # Errors
/// Malformed JSON, invalid UTF-8, a duplicate member name, nesting deeper than 128 levels, or text after the value. The
/// sentence names the position.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value, JsonError> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        JsonError(format!(
            "The body is not valid UTF-8 (first bad byte at offset {}).",
            e.valid_up_to()
        ))
    })?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = StrictValue
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    value.map_err(|e| JsonError(format!("The body is not acceptable JSON: {e}.")))
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
            if members.contains_key(&name) {
                return Err(A::Error::custom(format_args!(
                    "duplicate member {:?}",
                    excerpt(&name, 60)
                )));
            }
            members.insert(name, map.next_value_seed(StrictValue)?);
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
        assert!(error.0.contains("duplicate member \"b\""), "{error}");
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
