//! One operation as one tool.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::arguments::{Arguments, NewArgument};
use super::context::Context;
use super::listing::listing;
use super::names::{Names, derived_id, title, tool_name};
use super::paths::{Piece, Template};
use crate::model::{Argument, Operation, PathPart, Tool};
use crate::problem::at;
use crate::schema::input::input_schema;
use crate::table::{Idempotency, Kind, Location, Style};

/// An operation and where it stands.
pub(crate) struct Source<'d, 's> {
    pub(crate) template: &'s str,
    pub(crate) path: &'s Template,
    /// Lower case.
    pub(crate) method: &'s str,
    pub(crate) operation: &'d Map<String, Value>,
    pub(crate) item: &'d Map<String, Value>,
    pub(crate) item_pointer: &'s str,
    /// Where the operation is written.
    pub(crate) pointer: &'s str,
    /// Where the operation is used; differs for referenced path items.
    pub(crate) used: &'s str,
}

impl<'d> Context<'d> {
    /// The tool of an operation; `None`, with a problem, where it has no usable identity.
    pub(crate) fn operation(
        &mut self,
        source: &Source<'d, '_>,
        names: &mut Names,
        ids: &mut HashMap<String, String>,
    ) -> Option<Tool> {
        let Source {
            operation, pointer, ..
        } = source;
        let id = self.operation_id(source, ids)?;
        let (wanted, changed) = tool_name(&self.options.prefix, &id);
        let name = names.claim(&wanted);
        if changed || name != wanted {
            self.report.warn(
                &at(pointer, "operationId"),
                format!("the tool of {id:?} is named {name:?}, which is short, plain and unique"),
            );
        }
        self.note_ignored(operation, pointer);

        let (facts, annotations) = self.facts(source.method, operation, pointer);
        let mut arguments = Arguments::default();
        let listed = |map: &'d Map<String, Value>, place: &str| {
            map.get("parameters")
                .map(|list| (list, at(place, "parameters")))
        };
        self.parameters(
            listed(source.item, source.item_pointer),
            listed(operation, pointer),
            &source.path.pieces,
            source.used,
            &mut arguments,
        );
        self.fixed_query(source, &mut arguments);
        let before = arguments.list.len();
        let mut body = operation
            .get("requestBody")
            .and_then(|body| self.body(body, &at(pointer, "requestBody"), &mut arguments));
        if body.is_some() && matches!(source.method, "get" | "head" | "trace") {
            if arguments.list.len() == before {
                body = None;
            } else {
                self.report.warn(
                    &at(pointer, "requestBody"),
                    "the body of a request with this method has no defined meaning (RFC 9110, section 9.3)",
                );
            }
        }
        let path = self.path(&source.path.pieces, &arguments);
        if facts.dry_run
            && let Some((argument, header)) = &self.options.dry_run_header
        {
            let schema =
                json!({ "type": ["boolean"], "description": "Simulate only; changes nothing." });
            self.header_argument(argument, header, schema, pointer, &mut arguments);
        }
        if facts.idempotency == Idempotency::Standard
            && let Some((argument, header)) = &self.options.idempotency_header
        {
            let schema = json!({ "type": ["string"], "description": "Same key, same call: safe to repeat.", "minLength": 1, "maxLength": 255 });
            self.header_argument(argument, header, schema, pointer, &mut arguments);
        }
        let answer = self.answer(operation, pointer);

        let Arguments {
            list,
            schemas,
            required,
            ..
        } = arguments;
        let input_schema = input_schema(self, schemas, required).to_string();
        let output_schema = answer.schema.map(|schema| schema.to_string());
        let title = text(operation, "summary").map_or_else(|| title(&id), str::to_owned);
        let description = self.description(source, &title);
        let toolset = operation
            .get("tags")
            .and_then(Value::as_array)
            .and_then(|tags| tags.first()?.as_str())
            .unwrap_or("default")
            .to_owned();
        let listing = listing(
            &name,
            &title,
            &description,
            annotations,
            &input_schema,
            output_schema.as_deref(),
        );
        let operation = Operation {
            id,
            method: source.method.to_ascii_uppercase(),
            path,
            arguments: list,
            body,
            accepts: answer.accepts,
        };
        Some(Tool {
            name,
            title,
            description,
            toolset,
            input_schema,
            output_schema,
            annotations,
            facts,
            operation,
            listing,
        })
    }

    fn operation_id(
        &mut self,
        source: &Source<'d, '_>,
        ids: &mut HashMap<String, String>,
    ) -> Option<String> {
        let place = at(source.pointer, "operationId");
        let id = match source.operation.get("operationId") {
            Some(Value::String(id)) if !id.trim().is_empty() => id.trim().to_owned(),
            Some(_) => {
                self.report
                    .problem(&place, "operationId must be a non-empty string");
                return None;
            }
            None => {
                let id = derived_id(source.method, source.template);
                self.report.warn(
                    source.pointer,
                    format!("the operation has no operationId; {id:?} is used"),
                );
                return Some(id);
            }
        };
        if let Some(first) = ids.insert(id.clone(), source.used.to_owned()) {
            self.report.problem(
                &place,
                format!("the operationId {id:?} is already that of {first}"),
            );
            return None;
        }
        Some(id)
    }

    fn note_ignored(&mut self, operation: &Map<String, Value>, pointer: &str) {
        for name in operation.keys() {
            match name.as_str() {
                "servers" => self.report.warn(
                    &at(pointer, name),
                    "servers of an operation are ignored; the caller decides the server",
                ),
                "callbacks" => self.report.warn(
                    &at(pointer, name),
                    "callbacks are requests that the API sends; they do not become tools",
                ),
                "tags" | "summary" | "description" | "externalDocs" | "operationId"
                | "parameters" | "requestBody" | "responses" | "deprecated" | "security" => {}
                _ if name.starts_with("x-") => {}
                _ => self.report.warn(
                    &at(pointer, name),
                    "is not a member of an operation and is ignored",
                ),
            }
        }
    }

    fn path(&self, pieces: &[Piece], arguments: &Arguments) -> Vec<PathPart> {
        pieces
            .iter()
            .map(|piece| match piece {
                Piece::Literal(text) => PathPart::Literal(text.clone()),
                Piece::Parameter(wire) => {
                    let named = arguments.list.iter().find(|argument| {
                        argument.location == Location::Path && argument.wire_name == *wire
                    });
                    PathPart::Argument(
                        named.map_or_else(|| wire.clone(), |argument| argument.name.clone()),
                    )
                }
            })
            .collect()
    }

    /// A query string in the path becomes required arguments with one value each.
    fn fixed_query(&mut self, source: &Source<'d, '_>, arguments: &mut Arguments) {
        for (wire_name, value) in &source.path.query {
            let declared = |argument: &Argument| {
                argument.location == Location::Query && argument.wire_name == *wire_name
            };
            if arguments.list.iter().any(declared) {
                continue;
            }
            self.report.warn(source.used, format!("the query string of the path becomes the argument {wire_name:?}, which has one value"));
            let new = NewArgument {
                wire_name,
                location: Location::Query,
                kind: Kind::Scalar,
                style: Style::Form,
                explode: true,
                allow_reserved: false,
                schema: json!({ "type": ["string"], "enum": [value] }),
                required: true,
            };
            arguments.add(self, new, wire_name, source.used);
        }
    }

    fn header_argument(
        &mut self,
        argument: &str,
        header: &str,
        schema: Value,
        pointer: &str,
        arguments: &mut Arguments,
    ) {
        if arguments.has_header(header) {
            return;
        }
        let new = NewArgument {
            wire_name: header,
            location: Location::Header,
            kind: Kind::Scalar,
            style: Style::Simple,
            explode: false,
            allow_reserved: false,
            schema,
            required: false,
        };
        arguments.add(self, new, argument, pointer);
    }

    fn description(&mut self, source: &Source<'d, '_>, title: &str) -> String {
        let mut description = text(source.operation, "description")
            .unwrap_or(title)
            .to_owned();
        if source.operation.get("deprecated") == Some(&Value::Bool(true)) {
            description = format!("Deprecated. {description}");
        }
        let limit = self.options.description_max_chars;
        if description.chars().count() > limit {
            self.report.warn(
                &at(source.pointer, "description"),
                format!("the description is cut at {limit} characters"),
            );
            description = cut(&description, limit);
        }
        description
    }
}

fn text<'v>(map: &'v Map<String, Value>, name: &str) -> Option<&'v str> {
    map.get(name)
        .and_then(Value::as_str)
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

/// At most `limit` characters, up to the end of a sentence if there is one in the second half, else of a word.
fn cut(text: &str, limit: usize) -> String {
    let head: String = text.chars().take(limit.saturating_sub(1)).collect();
    let half = head.len() / 2;
    let sentence = head
        .rfind(". ")
        .or_else(|| head.rfind(".\n"))
        .filter(|end| *end >= half);
    match sentence {
        Some(end) => head[..=end].to_owned(),
        None => format!(
            "{}…",
            head[..head.rfind(char::is_whitespace).unwrap_or(head.len())].trim_end()
        ),
    }
}
