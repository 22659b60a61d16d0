//! Nulls of senders that fill every gap.

use super::path::Path;
use super::report::Report;
use super::schema::{Shape, Types};
use serde_json::{Map, Value};

/// Whether a null that the schema does not allow shows a sender that fills gaps.
pub(super) fn show_a_sender_that_fills_gaps(
    root: &Shape<'_>,
    arguments: &Map<String, Value>,
) -> bool {
    arguments.values().any(has_null) && has_unexpected_null(root, arguments)
}

/// Removes every null that the schema describes.
pub(super) fn leave_out(
    shape: &Shape<'_>,
    members: &mut Map<String, Value>,
    at: &Path<'_>,
    report: &mut Report,
) {
    members.retain(|name, value| {
        let place = Path::Member(at, name);
        if !value.is_null() {
            if let Some(shape) = shape.property(name) {
                leave_out_inside(&shape, value, &place, report);
            }
            return true;
        }
        let Some(shape) = shape.named_property(name) else {
            return true;
        };
        report.changed();
        if shape.types().admit(Types::NULL) {
            report.not_cleared(&place);
        }
        false
    });
}

fn leave_out_inside(shape: &Shape<'_>, value: &mut Value, at: &Path<'_>, report: &mut Report) {
    match value {
        Value::Object(members) => leave_out(shape, members, at, report),
        Value::Array(items) => {
            if let Some(shape) = shape.items() {
                for (i, item) in items.iter_mut().enumerate() {
                    leave_out_inside(&shape, item, &Path::Item(at, i), report);
                }
            }
        }
        _ => {}
    }
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(has_null),
        Value::Object(members) => members.values().any(has_null),
        _ => false,
    }
}

/// Whether a member is null although the schema does not allow it.
fn has_unexpected_null(shape: &Shape<'_>, members: &Map<String, Value>) -> bool {
    members.iter().any(|(name, value)| match value {
        Value::Null => {
            let shape = shape.named_property(name);
            shape.is_some_and(|shape| !shape.types().admit(Types::NULL))
        }
        value => {
            let shape = shape.property(name);
            shape.is_some_and(|shape| has_unexpected_null_inside(&shape, value))
        }
    })
}

fn has_unexpected_null_inside(shape: &Shape<'_>, value: &Value) -> bool {
    match value {
        Value::Object(members) => has_unexpected_null(shape, members),
        Value::Array(items) => shape.items().is_some_and(|shape| {
            items
                .iter()
                .any(|item| has_unexpected_null_inside(&shape, item))
        }),
        _ => false,
    }
}
