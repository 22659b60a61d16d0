//! The success responses of an operation.

use serde_json::{Map, Value};

use super::media_type::is_json;
use crate::context::{Context, Mode};
use crate::problem::at;
use crate::schema::output::{Response, Written, output_schema};

/// The result of an operation's success responses, taken together.
#[derive(Debug, Default)]
pub(crate) struct Success {
    /// Media types, JSON first.
    pub(crate) accepts: Vec<String>,
    /// Whether one of them has no content.
    pub(crate) may_be_empty: bool,
    /// The output schema.
    pub(crate) schema: Option<Value>,
}

impl<'d> Context<'d> {
    /// The responses with a 2xx status; `default` counts if the operation declares no status below 400.
    pub(crate) fn success(&mut self, operation: &'d Map<String, Value>, pointer: &str) -> Success {
        let place = at(pointer, "responses");
        let responses = match operation.get("responses") {
            Some(Value::Object(responses)) => responses,
            Some(_) => {
                self.report.problem(&place, "responses must be an object");
                return Success::default();
            }
            None => {
                self.report
                    .warn(pointer, "the operation declares no responses");
                return Success::default();
            }
        };
        let success = |code: &str| code.starts_with('2');
        let redirect = |code: &str| code.starts_with('3') || code.starts_with('1');
        let mut codes: Vec<&String> = responses.keys().filter(|code| success(code)).collect();
        if codes.is_empty() && !responses.keys().any(|code| redirect(code)) {
            codes.extend(responses.keys().filter(|code| *code == "default"));
        }
        let mut json_types = Vec::new();
        let mut other_types = Vec::new();
        let mut schemas: Vec<Value> = Vec::new();
        let mut may_be_empty = false;
        for code in codes {
            let here = at(&place, code);
            let Some((response, found)) = self.object(&responses[code], &here, "a response") else {
                continue;
            };
            let Some(content) = response.get("content") else {
                may_be_empty = true;
                continue;
            };
            let content_pointer = at(&found, "content");
            let Value::Object(content) = content else {
                self.report
                    .problem(&content_pointer, "content must be an object");
                continue;
            };
            for (media_type, media) in content {
                let media_pointer = at(&content_pointer, media_type);
                if !media_type.is_ascii() || media_type.bytes().any(|byte| byte.is_ascii_control())
                {
                    self.report
                        .warn(&media_pointer, "is not a media type and is left out");
                    continue;
                }
                let list = if is_json(media_type) {
                    &mut json_types
                } else {
                    &mut other_types
                };
                if !list.contains(media_type) {
                    list.push(media_type.clone());
                }
                if is_json(media_type)
                    && let Some(schema) = media.get("schema")
                {
                    let normal =
                        self.normal(schema, &at(&media_pointer, "schema"), Mode::Output, 0);
                    if !schemas.contains(&normal) {
                        schemas.push(normal);
                    }
                }
            }
        }
        let mut forms: Vec<Response> = schemas.into_iter().map(Response::Json).collect();
        if json_types.is_empty() {
            forms.extend((!other_types.is_empty()).then_some(Response::Text));
        } else if forms.is_empty() {
            forms.push(Response::Json(Value::Bool(true)));
        }
        forms.extend(may_be_empty.then_some(Response::Nothing));
        let schema = output_schema(self, &forms).map(|Written { schema, complete }| {
            if !complete {
                self.report.warn(
                    &place,
                    "the output schema leaves out members, because they would exceed the allowed size",
                );
            }
            schema
        });
        json_types.append(&mut other_types);
        Success {
            accepts: json_types,
            may_be_empty,
            schema,
        }
    }
}
