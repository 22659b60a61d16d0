//! One operation as one tool.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::arguments::{Arguments, NewArgument};
use super::description::text;
use super::listing::listing;
use super::names::{self, Names, derived_id, title, tool_name};
use super::paths::{Piece, Template};
use crate::arena::Arena;
use crate::context::Context;
use crate::problem::{Problem, Problems, at};
use crate::rules::input_rules;
use crate::schema::input::input_schema;
use crate::schema::plain::plain;
use crate::table::{
    Argument, Idempotency, Input, Kind, Location, Operation, PathPart, Schema, Style, Tool,
};

/// The tools so far, and the identities that are taken.
pub(crate) struct Tools<'a> {
    pub(crate) list: Vec<Tool<'a>>,
    arena: &'a Arena,
    names: Names,
    /// Names that operations have by `x-tool-name`. No operationId takes them.
    reserved: HashSet<String>,
    /// The place of each operationId.
    ids: HashMap<String, String>,
}

impl<'a> Tools<'a> {
    pub(crate) fn new(arena: &'a Arena, reserved: HashSet<String>) -> Self {
        Self {
            list: Vec::new(),
            arena,
            names: Names::default(),
            reserved,
            ids: HashMap::new(),
        }
    }
}

/// An operation and its place in the document.
pub(crate) struct Source<'d, 's> {
    pub(crate) template: &'s str,
    pub(crate) path: &'s Template,
    /// Lower case.
    pub(crate) method: &'s str,
    pub(crate) operation: &'d Map<String, Value>,
    pub(crate) item: &'d Map<String, Value>,
    pub(crate) item_pointer: &'s str,
    /// Where the operation is defined.
    pub(crate) pointer: &'s str,
    /// Where the operation is used; differs from `pointer` for a referenced path item.
    pub(crate) used: &'s str,
}

impl<'d> Context<'d> {
    /// The tool of an operation; `None`, with a problem, if the operation has no usable identity.
    pub(crate) fn operation<'a>(
        &mut self,
        source: &Source<'d, '_>,
        tools: &mut Tools<'a>,
    ) -> Option<Tool<'a>> {
        let arena = tools.arena;
        let Source {
            operation, pointer, ..
        } = source;
        let id = self.operation_id(source, &mut tools.ids)?;
        let short = self.string(operation, pointer, "x-tool-name");
        // An operation may well have the name of its own operationId as its `x-tool-name`.
        let own = tool_name(&self.options.prefix, short.unwrap_or(&id)).0;
        let is_own = own == tool_name(&self.options.prefix, &id).0;
        let name = self.claim_name(short.unwrap_or(&id), short.is_some(), &id, pointer, tools);
        let catalogue_name = match short {
            Some(_) if !is_own => self.claim_name(&id, false, &id, pointer, tools),
            _ => name.clone(),
        };
        if name.len() > names::LISTED_MAX {
            let (length, limit) = (name.len(), names::LISTED_MAX);
            self.report.warn(
                &at(pointer, "operationId"),
                format!("the tool name {name:?} has {length} characters; some hosts put the server's name before it and allow {limit}. x-tool-name gives a shorter one"),
            );
        }
        self.note_ignored(operation, pointer);

        let (facts, annotations) = self.facts(source.method, operation, pointer, arena);
        let mut arguments = Arguments::new(arena);
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
        let path = path(&source.path.pieces, &arguments);
        if facts.dry_run
            && let Some((argument, header)) = &self.options.dry_run_header
        {
            let schema = json!({ "type": ["boolean"], "description": "Simulate only." });
            self.header_argument(argument, header, schema, pointer, &mut arguments);
        }
        if facts.idempotency == Idempotency::Standard
            && let Some((argument, header)) = &self.options.idempotency_header
        {
            let schema = json!({ "type": ["string"], "description": "Same key: safe to repeat.", "minLength": 1, "maxLength": 255 });
            self.header_argument(argument, header, schema, pointer, &mut arguments);
        }
        self.details_argument(operation, &facts.answer, pointer, &mut arguments);
        let success = self.success(operation, pointer);

        let confirmation = self.confirmation(operation, pointer, &arguments);
        let input_schema = input_schema(self, arguments.schemas, arguments.required);
        let listed_schema = plain(&input_schema).to_string();
        let input = self.input_rules(&input_schema, pointer, arena);
        let input_schema = input_schema.to_string();
        let output_schema = success.schema.map(|schema| schema.to_string());
        let title = text(operation, "summary").map_or_else(|| title(&id), str::to_owned);
        let description = self.description(operation, pointer, &title);
        let toolset = operation
            .get("tags")
            .and_then(Value::as_array)
            .and_then(|tags| tags.first()?.as_str())
            .unwrap_or("default");
        let listing = listing(
            arena,
            &name,
            &title,
            &description,
            annotations,
            &listed_schema,
            output_schema.as_deref(),
        );
        Some(Tool {
            name: arena.text(&name),
            catalogue_name: (name != catalogue_name).then(|| arena.text(&catalogue_name)),
            title: arena.text(&title),
            description: arena.text(&description),
            toolset: arena.text(toolset),
            // The position is known when the whole document has been read.
            toolset_index: 0,
            input,
            input_schema: Some(arena.text(&input_schema)),
            output_schema: output_schema.map(|schema| arena.text(&schema)),
            annotations,
            facts,
            operation: Operation {
                id: arena.text(&id),
                method: arena.text(&source.method.to_ascii_uppercase()),
                path,
                arguments: arena.list(&arguments.list),
                body,
                accepts: arena.texts(&success.accepts),
                may_be_empty: success.may_be_empty,
            },
            confirmation,
            listing,
        })
    }

    /// The rules of an input schema. What they cannot express is a problem, because it would not be checked.
    fn input_rules<'a>(&mut self, schema: &Value, pointer: &str, arena: &'a Arena) -> Input<'a> {
        match input_rules(schema, arena) {
            Ok(input) => input,
            Err(Problems(problems)) => {
                for Problem {
                    pointer: place,
                    message,
                } in problems
                {
                    self.report
                        .problem(pointer, format!("the input schema at {place}: {message}"));
                }
                Input {
                    schema: Schema { rules: &[] },
                    definitions: &[],
                }
            }
        }
    }

    /// Takes a tool name, with a warning if it is not `wanted` in snake_case. A name that is not given by `x-tool-name`
    /// leaves those that are to their operations.
    fn claim_name(
        &mut self,
        wanted: &str,
        is_given: bool,
        id: &str,
        pointer: &str,
        tools: &mut Tools<'_>,
    ) -> String {
        let (wanted, changed) = tool_name(&self.options.prefix, wanted);
        let reserved = |name: &str| !is_given && tools.reserved.contains(name);
        let name = tools.names.claim(&wanted, reserved);
        let member = if is_given {
            "x-tool-name"
        } else {
            "operationId"
        };
        let place = &at(pointer, member);
        if changed || name != wanted {
            self.report.warn(
                place,
                format!("the tool of {id:?} is named {name:?}, because tool names are short, plain and unique"),
            );
        }
        name
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
                format!("the operationId {id:?} is already used at {first}"),
            );
            return None;
        }
        Some(id)
    }

    /// Warns about members of an operation that do not become part of its tool.
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
                "x-unreviewed" => self.report.warn(
                    &at(pointer, name),
                    "the members in this list have defaults that no maintainer has reviewed",
                ),
                _ if name.starts_with("x-") => {}
                _ => self.report.warn(
                    &at(pointer, name),
                    "is not a member of an operation and is ignored",
                ),
            }
        }
    }

    /// Turns the query string of a path into required arguments that accept one value each.
    fn fixed_query(&mut self, source: &Source<'d, '_>, arguments: &mut Arguments<'_>) {
        for (wire_name, value) in &source.path.query {
            let declared = |argument: &Argument<'_>| {
                argument.location == Location::Query && argument.wire_name == *wire_name
            };
            if arguments.list.iter().any(declared) {
                continue;
            }
            self.report.warn(source.used, format!("the query string of the path becomes the argument {wire_name:?}, which accepts one value"));
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
        arguments: &mut Arguments<'_>,
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
}

/// The pieces of a path template with the names that its parameters have in the tool.
fn path<'a>(pieces: &[Piece], arguments: &Arguments<'a>) -> &'a [PathPart<'a>] {
    let arena = arguments.arena;
    let parts: Vec<PathPart<'a>> = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Literal(text) => PathPart::Literal(arena.text(text)),
            Piece::Parameter(wire_name) => {
                let named = arguments.list.iter().find(|argument| {
                    argument.location == Location::Path && argument.wire_name == *wire_name
                });
                PathPart::Argument(
                    named.map_or_else(|| arena.text(wire_name), |argument| argument.name),
                )
            }
        })
        .collect();
    arena.list(&parts)
}
