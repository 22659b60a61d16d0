//! The texts of an operation that people and models read.

use serde_json::{Map, Value};

use crate::context::Context;
use crate::problem::at;

impl Context<'_> {
    /// The description of an operation's tool; `title` replaces a missing one.
    pub(crate) fn description(
        &mut self,
        operation: &Map<String, Value>,
        pointer: &str,
        title: &str,
    ) -> String {
        let mut description = text(operation, "description").unwrap_or(title).to_owned();
        if operation.get("deprecated") == Some(&Value::Bool(true)) {
            description = format!("Deprecated. {description}");
        }
        let limit = self.options.description_max_chars;
        if description.chars().count() > limit {
            self.report.warn(
                &at(pointer, "description"),
                format!("the description is cut at {limit} characters"),
            );
            description = cut(&description, limit);
        }
        description
    }
}

/// A text member without surrounding white space; `None` if it is blank.
pub(crate) fn text<'v>(map: &'v Map<String, Value>, name: &str) -> Option<&'v str> {
    map.get(name)
        .and_then(Value::as_str)
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

/// At most `limit` characters, cut after a sentence if one ends in the second half, else after a word.
fn cut(text: &str, limit: usize) -> String {
    let head: String = text.chars().take(limit.saturating_sub(1)).collect();
    let half = head.len() / 2;
    let sentence = head
        .rfind(". ")
        .or_else(|| head.rfind(".\n"))
        .filter(|end| *end >= half);
    match sentence {
        Some(end) => head[..=end].to_owned(),
        None => format!(
            "{}…",
            head[..head.rfind(char::is_whitespace).unwrap_or(head.len())].trim_end()
        ),
    }
}
