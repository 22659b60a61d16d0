//! The memory that a JSON text takes as a value, counted before the value is made.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::cell::Cell;
use std::fmt;

/// The memory in bytes that the value of a JSON text takes, with what growing lists and objects need; `None` if it is more
/// than `limit`. A text that is not JSON is counted up to its mistake, which is as far as [`super::parse`] reads.
///
/// JSON within a text counts as well, because arguments that are text where the schema wants a list become a list.
pub(crate) fn size_in_memory(text: &str, limit: usize) -> Option<usize> {
    let counter = Counter {
        bytes: Cell::new(size_of::<Value>()),
        limit,
        depth: Cell::default(),
    };
    counter.count(text);
    (counter.bytes.get() <= limit).then_some(counter.bytes.get())
}

/// The same of a value that is there already.
pub(crate) fn size_of_value(value: &Value) -> usize {
    let counter = Counter {
        bytes: Cell::new(size_of::<Value>()),
        limit: usize::MAX,
        depth: Cell::default(),
    };
    // Without a limit, counting has no error.
    let _ = counter.deserialize(value);
    counter.bytes.get()
}

/// Counts the memory of a value and keeps nothing of it.
struct Counter {
    bytes: Cell<usize>,
    limit: usize,
    /// How many texts contain the current one.
    depth: Cell<u8>,
}

impl Counter {
    /// Texts within texts are counted to this depth. Each level doubles the backslashes of the next one, so no client that
    /// means well goes further, and deeper texts count as the worst that they may be.
    const MAX_DEPTH: u8 = 3;
    /// The most memory that a byte of a text can take: a list of one item, in two bytes.
    const MOST_OF_A_BYTE: usize = 2 * size_of::<Value>() + Self::ALLOCATION;
    /// What an allocation takes beside its bytes.
    const ALLOCATION: usize = 16;
    /// A member of an object: hash, name and value.
    const MEMBER: usize = size_of::<(u64, String, Value)>();

    fn count(&self, text: &str) {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        // A mistake is found again when the text is parsed.
        let _ = self.deserialize(&mut deserializer);
    }

    fn add<E: Error>(&self, bytes: usize) -> Result<(), E> {
        let sum = self.bytes.get().saturating_add(bytes);
        self.bytes.set(sum);
        if sum > self.limit {
            return Err(E::custom("too large"));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for &Counter {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &Counter {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, v: &str) -> Result<(), E> {
        self.add(v.len().saturating_add(Counter::ALLOCATION))?;
        let depth = self.depth.get();
        if !v.trim_start().starts_with(['[', '{']) {
            return Ok(());
        }
        if depth == Counter::MAX_DEPTH {
            self.add(v.len().saturating_mul(Counter::MOST_OF_A_BYTE))?;
        } else {
            self.depth.set(depth + 1);
            self.count(v);
            self.depth.set(depth);
            self.add(0)?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let mut is_empty = true;
        while seq.next_element_seed(self)?.is_some() {
            if std::mem::take(&mut is_empty) {
                // The first item makes room for four.
                self.add(Counter::ALLOCATION + 4 * size_of::<Value>())?;
            }
            // A list that grows has room for twice its items.
            self.add(2 * size_of::<Value>())?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut is_empty = true;
        while map.next_key_seed(self)?.is_some() {
            if std::mem::take(&mut is_empty) {
                // The first member makes room for four.
                self.add(2 * Counter::ALLOCATION + 4 * Counter::MEMBER)?;
            }
            self.add(2 * Counter::MEMBER + Counter::ALLOCATION)?;
            map.next_value_seed(self)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_of_a_value_is_that_of_its_text() {
        for text in [
            "null",
            r#"{"a":[1,-2,1.5,true,null,"x"],"b":{"c":"[1,[2]]","d":"{\"e\":\"[1]\"}"}}"#,
            r#"[[],{},"",0]"#,
        ] {
            let value: Value = serde_json::from_str(text).expect("JSON");
            assert_eq!(
                Some(size_of_value(&value)),
                size_in_memory(text, usize::MAX)
            );
        }
    }

    #[test]
    fn size_in_memory_counts_values_and_stops_at_the_limit() {
        let zeros = format!("[{}0]", "0,".repeat(100_000));
        assert_eq!(size_in_memory(&zeros, 4 * zeros.len()), None);
        let size = size_in_memory(&zeros, usize::MAX).expect("a size");
        assert!(size >= 100_000 * size_of::<Value>());
        let objects = format!("[{}0]", r#"{"":0},"#.repeat(1_000));
        let size = size_in_memory(&objects, usize::MAX).expect("a size");
        assert!(size >= 1_000 * 4 * size_of::<(u64, String, Value)>());
        let text = format!("\"{}\"", "x".repeat(1_000_000));
        let size = size_in_memory(&text, usize::MAX).expect("a size");
        assert!(size < 1_001_000, "text takes what it has: {size}");
        assert!(size_in_memory("{\"a\":", usize::MAX).is_some());
        let mut within_text = zeros;
        for _ in 0..5 {
            within_text = Value::String(within_text).to_string();
            assert_eq!(size_in_memory(&within_text, 4 * within_text.len()), None);
            within_text = format!("[{within_text}]");
        }
        let nested = format!(
            "[{}[]]",
            format!("{}{},", "[".repeat(100), "]".repeat(100)).repeat(100)
        );
        let size = size_in_memory(&nested, usize::MAX).expect("a size");
        assert!(size >= 100 * 99 * 4 * size_of::<Value>(), "{size}");
    }
}
