//! Arguments that the tool does not have.

use super::report::{HOST_FIELDS, MAX_NAMES, Report};
use super::schema::Shape;
use super::similar::closest;
use openapi_tools::table::Tool;
use serde_json::{Map, Value};

/// Arguments that change what a call does, so that they are refused and not dropped where they are unknown.
const NEVER_DROPPED: [&str; 2] = ["dry_run", "idempotency_key"];

/// The arguments without those that nothing resembles; `None` if none is dropped. No host adds very many.
pub(super) fn without_unknown(
    root: &Shape<'_>,
    inner: Option<&Tool<'_>>,
    arguments: &Map<String, Value>,
    report: &mut Report,
) -> Option<Map<String, Value>> {
    let unknown: Vec<&String> = arguments
        .keys()
        .filter(|name| root.property(name).is_none())
        .take(MAX_NAMES + 1)
        .collect();
    if unknown.is_empty() || unknown.len() > MAX_NAMES {
        return None;
    }
    let inner = inner.into_iter().flat_map(|tool| tool.operation.arguments);
    let known: Vec<&str> = root
        .property_names()
        .chain(inner.map(|argument| argument.name))
        .chain(NEVER_DROPPED)
        .collect();
    let is_dropped =
        |name: &str| HOST_FIELDS.contains(&name) || closest(name, known.iter().copied()).is_none();
    let mut kept = None;
    for name in unknown.into_iter().filter(|name| is_dropped(name)) {
        let kept = kept.get_or_insert_with(|| arguments.clone());
        kept.shift_remove(name);
        report.dropped(name);
    }
    kept
}
