//! Normalizes the arguments of a call: undoes what MCP hosts do to arguments between the model and this server.
//!
//! It runs once for each call, between reading and checking, whether the tool is called directly, through a compact tool
//! or again with a confirmation. The input schema of the tool decides. Arguments that conform to it come out unchanged.
//!
//! 1. **Text** becomes the JSON value that it spells where the schema admits no text and does admit that value:
//!    `"5"` for an integer, `"[\"a\"]"` for an array, `"true"` and Python's `"True"` for a boolean. It never becomes null,
//!    because null can clear a member. A consent to the API's terms is not read from text: only `true` itself is consent.
//! 2. **Whole numbers** such as `5.0` become `5` where the schema admits integers only. At 2⁵³ and above they may have
//!    lost digits already, which is a problem and no value.
//! 3. **Null.** Some senders fill every argument that the model left out with null. A null that the schema does not allow
//!    shows such a sender, so then all nulls of the call count as left out, also those that would clear a member. If all
//!    nulls are allowed, they stay. Only members that the schema names are gaps: null items of arrays and null in maps
//!    stay, and the check refuses them.
//! 4. **Unknown arguments**, which some hosts add, are dropped where [`Unknown`] says so. A name that resembles a known
//!    one stays and is refused, because a filter that is dropped gives wrong data.
//!
//! `dry_run` is never dropped and never guessed: what is not clearly true or false stays, and the check refuses it.
//! `dry_run: null` counts as left out like any other null, so such a call is a real one.

mod nulls;
mod path;
mod report;
mod retype;
mod schema;
mod similar;
mod unknown;

pub(super) use path::Path;
pub(super) use report::Changes;
pub(super) use similar::closest;

use openapi_tools::table::{Input, Tool};
use report::Report;
use schema::Shape;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// What becomes of arguments that the tool does not have.
#[derive(Debug, Clone, Copy)]
pub(super) enum Unknown<'a> {
    /// They stay, and the check refuses them: the tool changes something.
    Refused,
    /// They are dropped, unless they resemble an argument of the tool or of the tool that is called through it.
    Dropped(Option<&'a Tool<'a>>),
}

/// Arguments as the schema wants them.
#[derive(Debug)]
pub(super) struct Normalized<'a> {
    pub(super) arguments: Cow<'a, Map<String, Value>>,
    pub(super) changes: Changes,
    /// Fields that cannot be read, and why, as the rest of a sentence that starts with the field.
    pub(super) problems: Vec<(String, String)>,
}

/// Normalizes the arguments of a tool with these rules.
pub(super) fn normalize<'a>(
    input: &Input<'_>,
    unknown: Unknown<'_>,
    arguments: &'a Map<String, Value>,
) -> Normalized<'a> {
    if arguments.is_empty() {
        return Normalized {
            arguments: Cow::Borrowed(arguments),
            changes: Changes::default(),
            problems: Vec::new(),
        };
    }
    let root = Shape::root(input);
    let mut report = Report::default();
    let mut arguments = Cow::Borrowed(arguments);
    if let Unknown::Dropped(inner) = unknown
        && let Some(known) = unknown::without_unknown(&root, inner, &arguments, &mut report)
    {
        arguments = Cow::Owned(known);
    }
    if let Some(retyped) = retype::members(&root, &arguments, &Path::Root, &mut report) {
        arguments = Cow::Owned(retyped);
    }
    if nulls::show_a_sender_that_fills_gaps(&root, &arguments) {
        nulls::leave_out(&root, arguments.to_mut(), &Path::Root, &mut report);
    }
    Normalized {
        arguments,
        changes: report.changes,
        problems: report.problems,
    }
}

#[cfg(test)]
mod tests;
