//! Normalizes arguments and checks them against the input schema of the tool, before anything is sent.

use super::normalize::{Changes, Normalized, Unknown, closest, normalize};
use crate::text::excerpt;
use boon::{Compiler, Draft, ErrorKind, SchemaIndex, Schemas, ValidationError};
use serde::Serialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// One way in which the arguments violate the schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct ArgumentProblem {
    /// Name of the argument, with the path inside it: `bundles[2].country`.
    pub(super) field: String,
    /// What is wrong, as the rest of a sentence that starts with the field.
    pub(super) problem: String,
    /// The allowed values, or the arguments that the tool has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) allowed: Option<Value>,
}

/// The most problems that are reported.
const MAX_PROBLEMS: usize = 20;

/// Arguments that were normalized and checked.
pub(super) struct Checked<'a> {
    /// What was changed, whether or not the arguments are accepted.
    pub(super) changes: Changes,
    /// The arguments, or the first 20 problems. Problems never repeat a value.
    pub(super) outcome: Result<Cow<'a, Map<String, Value>>, Vec<ArgumentProblem>>,
}

/// Normalizes the arguments of a call and checks them. `tool` names the schema.
pub(super) fn accept<'a>(
    tool: &'static str,
    schema: &'static str,
    unknown: Unknown<'_>,
    arguments: &'a Map<String, Value>,
) -> Checked<'a> {
    if arguments.is_empty() {
        return Checked {
            changes: Changes::default(),
            outcome: check(tool, schema, arguments).map(|()| Cow::Borrowed(arguments)),
        };
    }
    let Normalized {
        arguments,
        changes,
        problems,
    } = match parsed(tool, schema) {
        Ok(schema) => normalize(&schema, unknown, arguments),
        Err(problem) => {
            return Checked {
                changes: Changes::default(),
                outcome: Err(vec![problem]),
            };
        }
    };
    let mut unreadable: Vec<ArgumentProblem> = problems
        .into_iter()
        .take(MAX_PROBLEMS)
        .map(|(field, problem)| ArgumentProblem {
            field,
            problem,
            allowed: None,
        })
        .collect();
    let outcome = match check(tool, schema, &arguments) {
        Ok(()) if unreadable.is_empty() => Ok(arguments),
        Ok(()) => Err(unreadable),
        Err(problems) => {
            let is_new = |problem: &ArgumentProblem| {
                unreadable.iter().all(|known| known.field != problem.field)
            };
            let others: Vec<_> = problems.into_iter().filter(is_new).collect();
            unreadable.extend(others);
            unreadable.truncate(MAX_PROBLEMS);
            Err(unreadable)
        }
    };
    Checked { changes, outcome }
}

/// Checks arguments against a schema.
///
/// # Errors
/// The first 20 problems, in document order.
fn check(
    tool: &'static str,
    schema: &'static str,
    arguments: &Map<String, Value>,
) -> Result<(), Vec<ArgumentProblem>> {
    if arguments.is_empty() && demands_nothing(schema) {
        return Ok(());
    }
    let checker = Checker::of(tool, schema)?;
    let instance = Value::Object(arguments.clone());
    let Err(error) = checker.schemas.validate(&instance, checker.index) else {
        return Ok(());
    };
    let mut problems = Vec::new();
    collect(&error, &checker.known, &mut problems);
    problems.truncate(MAX_PROBLEMS);
    Err(problems)
}

/// Whether the schema has only keywords that an empty object conforms to.
///
/// It saves the first compilation in an instance, which takes ten milliseconds: the library reads the meta-schemas of
/// every draft. Calls without arguments are the most frequent ones.
fn demands_nothing(schema: &str) -> bool {
    const KEYWORDS: [&str; 2] = ["type", "properties"];
    serde_json::from_str::<HashMap<&str, IgnoredAny>>(schema)
        .is_ok_and(|members| members.keys().all(|keyword| KEYWORDS.contains(keyword)))
}

/// A compiled input schema. It holds data of the catalogue only, nothing of a caller.
struct Checker {
    schemas: Schemas,
    index: SchemaIndex,
    known: Vec<String>,
}

thread_local! {
    /// Parsed when a tool is first called with arguments; one entry for each tool.
    static SCHEMAS: RefCell<HashMap<&'static str, Rc<Value>>> = RefCell::new(HashMap::new());
    /// Compiled when the arguments of a tool are first checked; one entry for each tool.
    static CHECKERS: RefCell<HashMap<&'static str, Rc<Checker>>> = RefCell::new(HashMap::new());
}

/// The schema of a tool.
///
/// # Errors
/// The schema is not JSON. A test over all tools shows that none is.
fn parsed(tool: &'static str, schema: &str) -> Result<Rc<Value>, ArgumentProblem> {
    if let Some(schema) = SCHEMAS.with_borrow(|all| all.get(tool).cloned()) {
        return Ok(schema);
    }
    let schema = serde_json::from_str(schema).map(Rc::new);
    let schema = schema.map_err(|error| unusable(tool, error.to_string()))?;
    SCHEMAS.with_borrow_mut(|all| all.insert(tool, Rc::clone(&schema)));
    Ok(schema)
}

/// The problem of a tool whose schema cannot be used.
fn unusable(tool: &str, problem: String) -> ArgumentProblem {
    ArgumentProblem {
        field: tool.to_owned(),
        problem,
        allowed: None,
    }
}

impl Checker {
    fn of(tool: &'static str, schema: &str) -> Result<Rc<Self>, Vec<ArgumentProblem>> {
        if let Some(checker) = CHECKERS.with_borrow(|all| all.get(tool).cloned()) {
            return Ok(checker);
        }
        let schema = parsed(tool, schema).map_err(|problem| vec![problem])?;
        let checker = Self::compile(&schema).map(Rc::new);
        let checker = checker.map_err(|problem| vec![unusable(tool, problem)])?;
        CHECKERS.with_borrow_mut(|all| all.insert(tool, Rc::clone(&checker)));
        Ok(checker)
    }

    fn compile(schema: &Value) -> Result<Self, String> {
        let mut schema = schema.clone();
        // The texts do not say it, because some hosts refuse the keyword (`openapi_tools::hosts`).
        schema["additionalProperties"] = false.into();
        let known = schema["properties"]
            .as_object()
            .map(|properties| properties.keys().cloned().collect())
            .unwrap_or_default();
        let mut compiler = Compiler::new();
        compiler.set_default_draft(Draft::V2020_12);
        compiler.enable_format_assertions();
        let location = "tool:///input.json";
        compiler
            .add_resource(location, schema)
            .map_err(|e| e.to_string())?;
        let mut schemas = Schemas::new();
        let index = compiler
            .compile(location, &mut schemas)
            .map_err(|e| e.to_string())?;
        Ok(Self {
            schemas,
            index,
            known,
        })
    }
}

fn collect(error: &ValidationError<'_, '_>, known: &[String], problems: &mut Vec<ArgumentProblem>) {
    let at = field(&error.instance_location.to_string());
    let child = |name: &str| {
        if at.is_empty() {
            name.to_owned()
        } else {
            format!("{at}.{name}")
        }
    };
    let mut add = |field: String, problem: String, allowed: Option<Value>| {
        problems.push(ArgumentProblem {
            field,
            problem,
            allowed,
        });
    };
    match &error.kind {
        ErrorKind::AdditionalProperties { got } => {
            for name in got.iter().take(MAX_PROBLEMS) {
                let allowed = at.is_empty().then(|| known.into());
                let meant = allowed.is_some().then(|| known.iter().map(String::as_str));
                let problem = match meant.and_then(|known| closest(name, known)) {
                    Some(meant) => {
                        format!("is not an argument of this tool; did you mean `{meant}`?")
                    }
                    None => "is not an argument of this tool".to_owned(),
                };
                add(child(&excerpt(name, 60)), problem, allowed);
            }
        }
        ErrorKind::Required { want } => {
            for name in want {
                add(child(name), "is required".to_owned(), None);
            }
        }
        ErrorKind::Type { got, want } => {
            let want: Vec<String> = want.iter().map(|t| t.to_string()).collect();
            add(
                at,
                format!("must be {}, not {got}", want.join(" or ")),
                None,
            );
        }
        ErrorKind::Enum { want } if want.len() == 1 => {
            add(at, format!("must be {}", want[0]), None);
        }
        ErrorKind::Enum { want } => {
            let allowed = Value::Array((*want).clone());
            add(
                at,
                "is not one of the allowed values".to_owned(),
                Some(allowed),
            );
        }
        ErrorKind::Const { want } => {
            add(at, format!("must be {want}"), Some((*want).clone()));
        }
        ErrorKind::Format { want, .. } => add(at, format!("must have the format {want}"), None),
        ErrorKind::Pattern { want, .. } => add(at, format!("must match the pattern {want}"), None),
        ErrorKind::Minimum { want, .. } => add(at, format!("must be at least {want}"), None),
        ErrorKind::Maximum { want, .. } => add(at, format!("must be at most {want}"), None),
        ErrorKind::ExclusiveMinimum { want, .. } => add(at, format!("must be above {want}"), None),
        ErrorKind::ExclusiveMaximum { want, .. } => add(at, format!("must be below {want}"), None),
        ErrorKind::MultipleOf { want, .. } => {
            add(at, format!("must be a multiple of {want}"), None)
        }
        ErrorKind::MinLength { got, want } => {
            add(
                at,
                format!("must have at least {want} characters, has {got}"),
                None,
            );
        }
        ErrorKind::MaxLength { got, want } => {
            add(
                at,
                format!("must have at most {want} characters, has {got}"),
                None,
            );
        }
        ErrorKind::MinItems { got, want } => {
            add(
                at,
                format!("must have at least {want} items, has {got}"),
                None,
            );
        }
        ErrorKind::MaxItems { got, want } => {
            add(
                at,
                format!("must have at most {want} items, has {got}"),
                None,
            );
        }
        ErrorKind::MinProperties { want, .. } => {
            add(at, format!("must have at least {want} members"), None);
        }
        ErrorKind::UniqueItems { got } => {
            add(
                at,
                format!("must not repeat an item (items {} and {})", got[0], got[1]),
                None,
            );
        }
        ErrorKind::AnyOf | ErrorKind::OneOf(_) => {
            add(at, "matches none of the allowed forms".to_owned(), None);
        }
        _ if error.causes.is_empty() => add(at, "is not valid".to_owned(), None),
        _ => {
            for cause in &error.causes {
                collect(cause, known, problems);
            }
        }
    }
}

/// `/bundles/2/country` → `bundles[2].country`.
fn field(pointer: &str) -> String {
    let mut path = String::new();
    for token in pointer.split('/').skip(1) {
        if !token.is_empty() && token.bytes().all(|b| b.is_ascii_digit()) {
            path.push_str(&format!("[{token}]"));
        } else {
            if !path.is_empty() {
                path.push('.');
            }
            let token = token.replace("~1", "/").replace("~0", "~");
            path.push_str(&excerpt(&token, 60));
        }
    }
    path
}

#[cfg(test)]
mod tests;
