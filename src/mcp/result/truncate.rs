//! Truncates answers that are too long for a client, between two items or two lines.

use super::members::Members;
use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::fmt;

/// The largest answer in bytes. Chat hosts truncate long before (Claude: after 150,000 characters); scripts may not.
pub(super) const MAX_ANSWER: usize = 1_000_000;

/// Keeps as many items of `data` as fit, with a note that says how to get the others; `None` if no item fits. The items
/// are counted and not made into values, which would take many times the memory.
pub(super) fn truncate_list(text: &str) -> Option<(String, String)> {
    let members: Members<'_> = serde_json::from_str(text).ok()?;
    let data = members.get("data")?;
    let items: Items = serde_json::from_str(data).ok()?;
    let end = items.end.checked_sub(data.as_ptr() as usize)?;
    let Members(members) = members;
    let mut kept_members = Vec::with_capacity(members.len());
    for (name, value) in &members {
        let value = match name.as_str() {
            "data" => format!("{}]", data.get(..end)?),
            _ => value.get().to_owned(),
        };
        kept_members.push(format!("{}:{value}", Value::from(name.as_str())));
    }
    let text = format!("{{{}}}", kept_members.join(","));
    let note = format!(
        "{} of {} items of this page: the answer was too long. Ask for a smaller per_page, then for the next page.",
        items.kept, items.total
    );
    (items.kept > 0 && text.len() <= MAX_ANSWER).then_some((text, note))
}

/// How many items of a list fit, and the address at which the last of them ends.
struct Items {
    kept: usize,
    total: usize,
    end: usize,
}

impl<'de> Deserialize<'de> for Items {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Items;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Items, A::Error> {
                let (mut kept, mut total, mut end) = (0, 0, 0);
                let mut first = None;
                while let Some(item) = list.next_element::<&RawValue>()? {
                    total += 1;
                    let text = item.get();
                    let here = text.as_ptr() as usize + text.len();
                    let start = *first.get_or_insert(text.as_ptr() as usize);
                    if here.saturating_sub(start) < MAX_ANSWER * 9 / 10 {
                        (kept, end) = (total, here);
                    }
                }
                Ok(Items { kept, total, end })
            }
        }
        deserializer.deserialize_seq(Reader)
    }
}

/// The start of a text up to the end of a line, with a note if there was more; `truncated_before` means that the text
/// was truncated when it was received. A control character counts as what it becomes in JSON.
pub(super) fn truncate_text(text: &str, truncated_before: bool) -> (String, Option<String>) {
    let mut size = 0;
    let too_much = text.char_indices().find(|(_, character)| {
        size += match character {
            '\n' | '\r' | '\t' => 1,
            character if character.is_control() => 6,
            character => character.len_utf8(),
        };
        size > MAX_ANSWER
    });
    let end = too_much.map_or(text.len(), |(position, _)| position);
    let kept = text.get(..end).unwrap_or_default();
    if end == text.len() && !truncated_before {
        return (text.to_owned(), None);
    }
    // CSV is readable only up to the end of a line.
    let kept = kept
        .rfind('\n')
        .and_then(|line| kept.get(..=line))
        .unwrap_or(kept);
    let note = "The text was cut after 1 MB. Ask for less: narrow the filters or the time span.";
    (kept.to_owned(), Some(note.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_long_list_is_truncated_between_items() {
        let items: Vec<Value> = (0..2000)
            .map(|i| json!({"id": i, "text": "x".repeat(1000)}))
            .collect();
        let text = json!({"data": items, "pagination": {"page": 1}}).to_string();
        let (truncated, note) = truncate_list(&text).expect("items that fit");
        let value: Value = serde_json::from_str(&truncated).expect("still JSON");
        let kept = value["data"].as_array().expect("list").len();
        assert!(kept > 800 && kept < 1000 && truncated.len() <= MAX_ANSWER);
        assert!(note.starts_with(&format!("{kept} of 2000 items")));
    }

    #[test]
    fn long_text_is_truncated_at_the_end_of_a_line() {
        let text = "one,two\n".repeat(200_000);
        let (truncated, note) = truncate_text(&text, false);
        assert!(truncated.len() <= MAX_ANSWER && truncated.ends_with('\n') && note.is_some());
        assert_eq!(truncate_text("short", false), ("short".to_owned(), None));
    }
}
