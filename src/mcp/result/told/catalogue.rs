//! A catalogue whose items have long details, which are told on demand (`x-answer.details`).

use crate::mcp::result::path::{at_mut, values};
use openapi_tools::table::Details;
use serde_json::{Map, Value};

/// A catalogue with all of the wanted item, or without the details of any.
pub(super) fn with_details(
    details: Details<'_>,
    wanted: Option<&str>,
    json: &str,
) -> Option<String> {
    let mut value: Value = values(json)?;
    if let Some(Value::Array(items)) = at_mut(&mut value, details.list) {
        if let Some(wanted) = wanted {
            items.retain(|item| item.get(details.key).and_then(Value::as_str) == Some(wanted));
        } else {
            for item in items.iter_mut().filter_map(Value::as_object_mut) {
                item.retain(|name, _| !details.members.contains(&name.as_str()));
            }
        }
    }
    Some(value.to_string())
}

/// A catalogue as a map from the key of each item to what it is, before everything else. What else an item says stands
/// behind it, unless it is true or null; such items come last.
pub(super) fn in_brief(details: Details<'_>, json: &str) -> Option<String> {
    let mut value: Value = values(json)?;
    let (parent, name) = details.list.rsplit_once('.').unwrap_or(("", details.list));
    let parent = if parent.is_empty() {
        Some(&mut value)
    } else {
        at_mut(&mut value, parent)
    };
    let members = parent?.as_object_mut()?;
    let items = members.shift_remove(name)?;
    let mut entries = Vec::new();
    for item in items.as_array()? {
        let item = item.as_object()?;
        let key = item.get(details.key)?.as_str()?;
        let brief = item
            .get(details.brief)
            .and_then(Value::as_str)
            .unwrap_or_default();
        let is_said = |name: &str, value: &Value| {
            name != details.key
                && name != details.brief
                && !value.is_null()
                && *value != Value::Bool(true)
        };
        let others = item.iter().filter(|(name, value)| is_said(name, value));
        let others: Vec<String> = others
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        let others = others.join(", ");
        entries.push((
            !others.is_empty(),
            key,
            format!("{brief} {others}").trim_end().to_owned(),
        ));
    }
    let (more, plain): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|(says_more, ..)| *says_more);
    let map: Map<String, Value> = plain
        .into_iter()
        .chain(more)
        .map(|(_, key, text)| (key.to_owned(), text.into()))
        .collect();
    members.shift_insert(0, name.to_owned(), map.into());
    Some(value.to_string())
}
