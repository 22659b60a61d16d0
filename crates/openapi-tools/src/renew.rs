//! Takes over a newer OpenAPI document of the same API into a document that was improved by hand.
//!
//! What is decided by whom:
//!
//! - The newer document decides what the API is: operations, parameters, bodies, members, types, limits, statuses.
//! - The older document decides how it is told: texts, tags, `x-` extensions, the names of tools and of path
//!   parameters, servers and security. It also keeps what the newer document does not mention at all: a limit, an error
//!   response, the members of an object that the newer document leaves open.
//! - What neither decides gets a safe default: an operation without our extensions that is not a read is destructive and
//!   cannot be undone, so that a person confirms it. `x-unreviewed` on the operation lists the members that were set this
//!   way, until a person has read them and deletes it.
//!
//! The result depends on the two documents alone. Taking over the same document again changes nothing.

mod compare;
mod components;
mod defaults;
mod names;
mod operation;
mod pairs;
mod parts;
mod repair;
mod report;
mod schema;
mod secrets;

use serde_json::{Map, Value, json};

pub use report::{Change, Difference, Excluded, Report, Sizes, Unreviewed};

use crate::arena::Arena;
use crate::catalogue::Catalogue;
use crate::options::Options;
use crate::problem::{Problem, Problems};
use components::Merge;
use pairs::Pairs;

/// The member of an operation that lists the members that have a default that no maintainer has read yet.
const UNREVIEWED: &str = "x-unreviewed";

/// A document that was taken over.
#[derive(Debug, Clone)]
pub struct Renewal {
    /// The renewed document. Every operation in it becomes a tool.
    pub document: Value,
    /// What changed, and what a person has to look at.
    pub report: Report,
}

/// Takes over `newer` into `ours`.
///
/// # Errors
///
/// `ours` has problems, or `newer` is not an OpenAPI document of the same minor version with at least one operation.
pub fn renew(ours: &Value, newer: &Value, options: &Options) -> Result<Renewal, Problems> {
    let arena = Arena::default();
    let before = Catalogue::from_value(ours, options, &arena)?;
    usable(ours, newer)?;
    let pairs = Pairs::of(ours, newer)?;

    let mut merge = Merge::new(ours, newer, options);
    let mut report = Report::default();
    let mut document = merge.document(&pairs, &before, &mut report);
    secrets::mark(ours, &mut document, &pairs, &mut report);
    repair::repair(&mut document, &pairs, options, &mut report);
    components::drop_unused(ours, &mut document);
    names::shorten(&mut document, &pairs, options, &mut report);

    let after = Catalogue::from_value(&document, options, &arena)?;
    compare::compare(&before, &after, &pairs, &mut report);
    report.unreviewed = unreviewed(&after, &document);
    let inferred = |document: &Value| document.to_string().matches("\"x-inferred\":").count();
    report.stated = inferred(ours).saturating_sub(inferred(&document));
    // The order of members counts, too, because the file is compared byte for byte.
    let texts = (ours.to_string(), document.to_string());
    report.is_changed = texts.0 != texts.1;
    Ok(Renewal { document, report })
}

/// Fails unless both documents have the same minor version and the newer one has operations.
fn usable(ours: &Value, newer: &Value) -> Result<(), Problems> {
    let minor = |document: &Value| -> Option<String> {
        let version = document.get("openapi")?.as_str()?;
        Some(version.split('.').take(2).collect::<Vec<_>>().join("."))
    };
    let problem = |pointer: &str, message: String| {
        Err(Problems(vec![Problem {
            pointer: pointer.to_owned(),
            message: format!("in the newer document: {message}"),
        }]))
    };
    match (minor(ours), minor(newer)) {
        (Some(ours), Some(newer)) if ours == newer => {}
        (_, None) if newer.get("swagger").is_some() => {
            return problem(
                "/swagger",
                "Swagger 2.0 is not supported; convert the document to OpenAPI 3".to_owned(),
            );
        }
        (_, None) => {
            return problem(
                "",
                "this is not an OpenAPI document: the member \"openapi\" is missing".to_owned(),
            );
        }
        (ours, Some(newer)) => {
            let ours = ours.unwrap_or_default();
            return problem(
                "/openapi",
                format!(
                    "version {newer} and version {ours} define schemas differently; convert it to {ours}"
                ),
            );
        }
    }
    match newer.get("paths").and_then(Value::as_object) {
        Some(paths) if !paths.is_empty() => Ok(()),
        Some(_) => problem("/paths", "it has no operations".to_owned()),
        None => problem("/paths", "must be an object".to_owned()),
    }
}

/// The operations whose defaults no maintainer has read yet.
fn unreviewed(after: &Catalogue<'_>, document: &Value) -> Vec<Unreviewed> {
    let mut list = Vec::new();
    for (_, _, operation) in pairs::operations(document) {
        let Some(members) = operation.get(UNREVIEWED).and_then(Value::as_array) else {
            continue;
        };
        let id = pairs::id(operation);
        let tool = after.tools.iter().find(|tool| tool.operation.id == id);
        let value = |name: &str| json!(operation.get(name).unwrap_or(&Value::Null)).to_string();
        list.push(Unreviewed {
            tool: tool.map(|tool| tool.name.to_owned()).unwrap_or_default(),
            operation: id.to_owned(),
            defaults: members
                .iter()
                .filter_map(Value::as_str)
                .map(|name| match name {
                    // The name of the tool says it.
                    "x-tool-name" => name.to_owned(),
                    name => format!("{name} {}", value(name)),
                })
                .collect(),
        });
    }
    list
}

/// The members of an object, none for another value.
fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// The items of an array, none for another value.
fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// An empty object if there is no such member or it is not an object.
fn object(value: &Value, name: &str) -> Map<String, Value> {
    value
        .get(name)
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default()
}
