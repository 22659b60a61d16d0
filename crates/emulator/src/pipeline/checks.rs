//! Whether a request keeps the rules of the API document.

use serde_json::{Map, Value, json};

use crate::api;
use crate::contract::{Operation, Problem, of_operation};
use crate::error::{ApiError, Code};
use crate::incoming::{Incoming, header};
use crate::multipart::Form;

/// Largest JSON body.
const JSON_MAX: usize = 1 << 20;
/// Values in a JSON body. The check of a body needs much more memory than the body.
const VALUES_MAX: usize = 20_000;
/// Problems that a refusal names.
const PROBLEMS_MAX: usize = 20;

/// The parts of a request, typed and with their defaults.
pub(super) struct Checked {
    pub(super) query: Map<String, Value>,
    pub(super) body: Value,
    pub(super) form: Option<Form>,
}

/// Parses a request and checks it by the document.
pub(super) fn check(
    operation: &'static Operation,
    incoming: &Incoming<'_>,
) -> Result<Checked, ApiError> {
    let rules = of_operation(operation);
    let mut problems = Vec::new();
    let mut checked = Checked {
        query: rules.query(incoming.query, &mut problems),
        body: Value::Null,
        form: None,
    };
    if let Some(rules) = &rules.body {
        let content_type = header(incoming.headers, "content-type").unwrap_or_default();
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        if incoming.body.is_empty() {
            if rules.required {
                problems.push(Problem::new("", "is required"));
            }
        } else if !media_type.eq_ignore_ascii_case(&rules.content_type) {
            let message = format!(
                "This operation takes {}, not {media_type:?}.",
                rules.content_type
            );
            return Err(ApiError::new(Code::UnsupportedMediaType, message));
        } else if rules.content_type == "application/json" {
            checked.body = parse(incoming.body)?;
            api::precheck(operation.id, &checked.body)?;
            let found = rules.check(&mut checked.body);
            let is_waived = |it: &Problem| api::waives(operation.id, &it.field, &checked.body);
            problems.extend(found.into_iter().filter(|found| !is_waived(found)));
        } else {
            let form = Form::read(content_type, incoming.body)?;
            problems.extend(rules.check_names(form.names()));
            checked.form = Some(form);
        }
    }
    match problems.is_empty() {
        true => Ok(checked),
        false => Err(violation(&problems)),
    }
}

fn parse(body: &[u8]) -> Result<Value, ApiError> {
    if body.len() > JSON_MAX {
        let message = format!("A JSON body has at most {JSON_MAX} bytes.");
        return Err(ApiError::new(Code::PayloadTooLarge, message));
    }
    let body = serde_json::from_slice(body).map_err(|error| {
        ApiError::new(Code::InvalidJson, format!("The body is not JSON: {error}."))
    })?;
    match count(&body) > VALUES_MAX {
        true => Err(ApiError::field("the body", "has more than 20,000 values")),
        false => Ok(body),
    }
}

/// How many values a value consists of.
fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(count).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(count).sum::<usize>(),
        _ => 1,
    }
}

/// The refusal of a request that breaks rules: it names an unknown field first, if there is one.
fn violation(problems: &[Problem]) -> ApiError {
    let unknown = problems.iter().find(|problem| problem.unknown_field);
    let (code, first) = match unknown {
        Some(problem) => (Code::UnknownField, problem),
        None => (Code::ValidationError, &problems[0]),
    };
    let field = if first.field.is_empty() {
        "the body"
    } else {
        &first.field
    };
    let show = |it: &Problem| json!({ "field": it.field, "message": it.message });
    let fields: Vec<Value> = problems.iter().take(PROBLEMS_MAX).map(show).collect();
    let message = format!("The request is not valid: {field} {}.", first.message);
    ApiError::new(code, message).with("fields", fields)
}
