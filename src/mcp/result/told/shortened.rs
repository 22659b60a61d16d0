//! The text for a model without what says nothing.

use crate::mcp::result::path::{at_mut, values};
use openapi_tools::table::AnswerFacts;
use serde_json::Value;

/// Lists of a dry run with more items than these are shortened.
const MAX_SIMULATED: usize = 3;

/// The text without amounts of nothing, and with the first of many items of a dry run that are alike; `None` if nothing is left out.
pub(super) fn shortened(facts: &AnswerFacts<'_>, is_dry_run: bool, json: &str) -> Option<String> {
    let has_amounts = !facts.amounts.is_empty() && json.contains(":0");
    if !is_dry_run && !has_amounts {
        return None;
    }
    let mut value: Value = values(json)?;
    let mut is_shorter = false;
    for path in facts.amounts {
        if let Some(Value::Object(amounts)) = at_mut(&mut value, path) {
            let before = amounts.len();
            amounts.retain(|_, amount| amount.as_f64() != Some(0.0));
            is_shorter |= amounts.len() < before;
        }
    }
    if is_dry_run {
        let rows = facts.rows.map(|rows| rows.list);
        is_shorter |= shorten(&mut value, "", rows);
    }
    is_shorter.then(|| value.to_string())
}

/// Shortens every row of many items that are alike to the first and a count, but for the list at `except`. Returns whether
/// there was one.
fn shorten(value: &mut Value, path: &str, except: Option<&str>) -> bool {
    match value {
        Value::Object(members) => {
            let mut is_shorter = false;
            for (name, member) in members {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                is_shorter |= shorten(member, &path, except);
            }
            is_shorter
        }
        Value::Array(items) if items.len() > MAX_SIMULATED && except != Some(path) => {
            let before = items.len();
            let mut rest = std::mem::take(items).into_iter().peekable();
            while let Some(first) = rest.next() {
                let mut alike = Vec::new();
                while let Some(next) = rest.next_if(|next| are_alike(&first, next)) {
                    alike.push(next);
                }
                items.push(first);
                if alike.len() < MAX_SIMULATED {
                    items.append(&mut alike);
                } else {
                    items.push(format!("… and {} more like it", alike.len()).into());
                }
            }
            items.len() < before
        }
        _ => false,
    }
}

/// Whether two objects are the same but for their ids, their places in a list and the times at which they were made.
fn are_alike(one: &Value, other: &Value) -> bool {
    let (Value::Object(one), Value::Object(other)) = (one, other) else {
        return false;
    };
    let is_own = |name: &str| {
        matches!(name, "id" | "index" | "position")
            || name.ends_with("_id")
            || name.ends_with("_at")
    };
    one.len() == other.len()
        && one.iter().all(|(name, value)| {
            is_own(name) && other.contains_key(name) || other.get(name) == Some(value)
        })
}
