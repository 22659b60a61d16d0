//! Checks arguments against the input schema of the tool, before anything is sent.

use crate::text::excerpt;
use boon::{Compiler, Draft, ErrorKind, SchemaIndex, Schemas, ValidationError};
use openapi_tools::table::Tool;
use serde::Serialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};
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

/// Checks the arguments of a call. Problems never repeat a value.
///
/// # Errors
/// The first 20 problems, in document order.
pub(super) fn check(
    tool: &Tool<'static>,
    arguments: &Map<String, Value>,
) -> Result<(), Vec<ArgumentProblem>> {
    check_against(tool.name, tool.input_schema, arguments)
}

/// Checks arguments against the schema of a tool that is not in the catalogue.
///
/// # Errors
/// See [`check`].
pub(super) fn check_against(
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
    /// Compiled when a tool is first used; one entry for each tool.
    static CHECKERS: RefCell<HashMap<&'static str, Rc<Checker>>> = RefCell::new(HashMap::new());
}

impl Checker {
    fn of(tool: &'static str, schema: &str) -> Result<Rc<Self>, Vec<ArgumentProblem>> {
        if let Some(checker) = CHECKERS.with_borrow(|all| all.get(tool).cloned()) {
            return Ok(checker);
        }
        let checker = Self::compile(schema).map(Rc::new).map_err(|problem| {
            vec![ArgumentProblem {
                field: tool.to_owned(),
                problem,
                allowed: None,
            }]
        })?;
        CHECKERS.with_borrow_mut(|all| all.insert(tool, Rc::clone(&checker)));
        Ok(checker)
    }

    fn compile(schema: &str) -> Result<Self, String> {
        let mut schema: Value = serde_json::from_str(schema).map_err(|e| e.to_string())?;
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
            for name in got {
                let allowed = at.is_empty().then(|| known.into());
                let name = excerpt(name, 60);
                add(
                    child(&name),
                    "is not an argument of this tool".to_owned(),
                    allowed,
                );
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
