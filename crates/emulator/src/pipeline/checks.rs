//! Whether a request keeps the rules of the API document.

use bytes::Bytes;
use serde_json::Value;

use super::Incoming;
use super::admission::header;
use crate::decisions::{JSON_BODY_MAX, VALIDATION_CODE};
use crate::error::{ApiError, Code};
use crate::multipart::Form;
use crate::operations::Operation;
use crate::request::Request;
use crate::schema::{self, Problem};

/// Parses the request and checks it by the document.
pub(super) fn checked(
    operation: &'static Operation,
    path: Vec<(&'static str, String)>,
    incoming: &Incoming<'_>,
) -> Result<Request, ApiError> {
    let rules = schema::of_operation(operation.id);
    let mut problems = Vec::new();
    let query = rules
        .map(|rules| schema::check_query(&rules.query, incoming.query, &mut problems))
        .unwrap_or_default();
    let content_type = header(incoming.headers, "content-type").unwrap_or_default();
    let (mut body, mut form) = (Value::Null, None);
    if let Some(rules) = rules.and_then(|rules| rules.body.as_ref()) {
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        if incoming.body.is_empty() {
            if rules.required {
                problems.push(Problem::new("", "is required"));
            }
        } else if !media_type.eq_ignore_ascii_case(&rules.content_type) {
            return Err(ApiError::new(
                Code::UnsupportedMediaType,
                format!(
                    "This operation takes {}, not {media_type:?}.",
                    rules.content_type
                ),
            ));
        } else if rules.content_type == "application/json" {
            body = parse(incoming.body)?;
            if let Some(precheck) = operation.precheck {
                precheck(&body)?;
            }
            let mut found = Vec::new();
            rules.schema.check(&mut body, "", &mut found);
            if let Some(waives) = operation.waives {
                found.retain(|problem| !waives(problem, &body));
            }
            problems.append(&mut found);
        } else {
            let sent = Form::read(content_type, incoming.body)?;
            rules.schema.check_names(sent.names(), &mut problems);
            form = Some(sent);
        }
    }
    if !problems.is_empty() {
        return Err(violation(&problems));
    }
    Ok(Request {
        path,
        query,
        body,
        form,
    })
}

fn parse(body: &Bytes) -> Result<Value, ApiError> {
    if body.len() > JSON_BODY_MAX {
        return Err(ApiError::new(
            Code::PayloadTooLarge,
            format!("A JSON body has at most {JSON_BODY_MAX} bytes."),
        ));
    }
    serde_json::from_slice(body).map_err(|error| {
        ApiError::new(Code::InvalidJson, format!("The body is not JSON: {error}."))
    })
}

fn violation(problems: &[Problem]) -> ApiError {
    let unknown = problems.iter().find(|problem| problem.unknown_field);
    let code = if unknown.is_some() {
        Code::UnknownField
    } else {
        VALIDATION_CODE
    };
    let sentence = |problem: &Problem| {
        let field = if problem.field.is_empty() {
            "the body"
        } else {
            &problem.field
        };
        format!("{field} {}", problem.message)
    };
    let fields: Vec<Value> = problems
        .iter()
        .map(|problem| serde_json::json!({ "field": problem.field, "message": problem.message }))
        .collect();
    let first = unknown
        .or(problems.first())
        .map(sentence)
        .unwrap_or_default();
    ApiError::new(code, format!("The request is not valid: {first}.")).with("fields", fields)
}
