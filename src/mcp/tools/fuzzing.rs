//! Arguments of a tool: normalized, checked, and written into a request.

use super::arguments::accept;
use super::normalize::Unknown;
use crate::catalog::{self, TOOLS};
use crate::fuzzing::Source;
use crate::upstream::api;
use crate::web::json;
use openapi_tools::table::Tool;
use serde_json::{Map, Value};

/// The name of a tool, a line break, and its arguments as JSON; or bytes from which a tool and arguments are made.
pub(crate) fn arguments(data: &[u8]) {
    let (tool, arguments) = spelled(data).unwrap_or_else(|| made(data));
    for unknown in [Unknown::Refused, Unknown::Dropped(None)] {
        check_normal_form(tool, unknown, &arguments);
    }
    // The API is safe from what the check would refuse, too.
    api::fuzzing::check_request(tool, &arguments);
}

fn spelled(data: &[u8]) -> Option<(&'static Tool<'static>, Map<String, Value>)> {
    let (name, text) = std::str::from_utf8(data).ok()?.split_once('\n')?;
    match json::parse(text.as_bytes()) {
        Ok(Value::Object(arguments)) => Some((catalog::find(name)?, arguments)),
        _ => None,
    }
}

fn made(data: &[u8]) -> (&'static Tool<'static>, Map<String, Value>) {
    let mut source = Source::new(data);
    let at = source.below(TOOLS.len());
    let tool = TOOLS.get(at).unwrap_or(&TOOLS[0]);
    let mut names: Vec<&str> = tool
        .operation
        .arguments
        .iter()
        .map(|argument| argument.name)
        .collect();
    names.extend(["toolCallId", "dryRun", "dry_run"]);
    (tool, source.members(&names, 4))
}

/// Asserts that arguments that are accepted are those that were sent, are accepted unchanged the next time, and make a
/// request; and that what is refused has a reason that a model can act on.
fn check_normal_form(
    tool: &'static Tool<'static>,
    unknown: Unknown<'_>,
    sent: &Map<String, Value>,
) {
    let checked = accept(&tool.input, unknown, sent);
    let accepted = match checked.outcome {
        Ok(accepted) => accepted.into_owned(),
        Err(problems) => {
            assert!((1..=20).contains(&problems.len()), "{problems:?}");
            let is_told = |problem: &str| !problem.is_empty() && problem.len() < 2_000;
            assert!(
                problems.iter().all(|one| is_told(&one.problem)),
                "{problems:?}"
            );
            return;
        }
    };
    if checked.changes.count == 0 {
        assert_eq!(&accepted, sent, "changed without a note");
    }
    assert!(
        accepted.keys().all(|name| sent.contains_key(name)),
        "{accepted:?} from {sent:?}"
    );
    let is_known = |name: &String| {
        tool.operation
            .arguments
            .iter()
            .any(|known| known.name == name)
    };
    assert!(accepted.keys().all(is_known), "{accepted:?}");
    let again = accept(&tool.input, Unknown::Refused, &accepted);
    assert_eq!(again.changes.count, 0, "{accepted:?}");
    assert_eq!(again.outcome.ok().as_deref(), Some(&accepted));
    api::fuzzing::check_request(tool, &accepted);
}
