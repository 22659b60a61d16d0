//! Truncates answers that are too long for a client, between two items or two lines.

use crate::text::split_before;
use serde_json::Value;

/// The largest answer in bytes. Chat hosts truncate long before (Claude: after 150,000 characters); scripts may not.
pub(super) const MAX_ANSWER: usize = 1_000_000;

/// Keeps as many items of `data` as fit, with a note that says how to get the others; `None` if no item fits.
pub(super) fn truncate_list(text: &str) -> Option<(String, String)> {
    let mut value: Value = serde_json::from_str(text).ok()?;
    let items = value.get_mut("data")?.as_array_mut()?;
    let total = items.len();
    let mut size = 0;
    let kept = items
        .iter()
        .take_while(|item| {
            size += item.to_string().len() + 1;
            size < MAX_ANSWER * 9 / 10
        })
        .count();
    items.truncate(kept);
    let text = value.to_string();
    let note = format!(
        "{kept} of {total} items of this page: the answer was too long. Ask for a smaller per_page, then for the next page."
    );
    (kept > 0 && text.len() <= MAX_ANSWER).then_some((text, note))
}

/// The start of a text up to the end of a line, with a note if there was more; `truncated_before` means that the text
/// was truncated when it was received.
pub(super) fn truncate_text(text: &str, truncated_before: bool) -> (String, Option<String>) {
    let (start, rest) = split_before(text, MAX_ANSWER);
    if rest.is_empty() && !truncated_before {
        return (text.to_owned(), None);
    }
    // CSV is readable only up to the end of a line.
    let end = start.rfind('\n').map_or(start.len(), |line| line + 1);
    let lines = start.get(..end).unwrap_or(start);
    let note = "The text was cut after 1 MB. Ask for less: narrow the filters or the time span.";
    (lines.to_owned(), Some(note.to_owned()))
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
