//! Members of a JSON text by a path such as `data.results`.

use super::members::Members;
use crate::web::json;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The most memory that the values of an answer may take here.
const MAX_VALUES: usize = 16 * 1024 * 1024;

/// The text of the member at a path.
pub(super) fn at<'j>(json: &'j str, path: &str) -> Option<&'j str> {
    let (name, rest) = path.split_once('.').unwrap_or((path, ""));
    let members: Members<'_> = serde_json::from_str(json).ok()?;
    let value = members.get(name)?;
    if rest.is_empty() {
        Some(value)
    } else {
        at(value, rest)
    }
}

/// The value at a path.
pub(super) fn at_mut<'v>(value: &'v mut Value, path: &str) -> Option<&'v mut Value> {
    path.split('.')
        .try_fold(value, |value, name| value.get_mut(name))
}

/// A JSON text as values, unless they take too much memory.
pub(super) fn values<T: DeserializeOwned>(json: &str) -> Option<T> {
    json::size_in_memory(json, MAX_VALUES)?;
    serde_json::from_str(json).ok()
}
