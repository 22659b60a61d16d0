//! The arguments of one tool while they are collected.

use serde_json::{Map, Value};

use super::names::{Names, argument_name};
use crate::arena::Arena;
use crate::context::Context;
use crate::table::{Argument, Kind, Location, Style};

/// The arguments so far. Of two arguments with one name, the earlier one keeps it: path, then query, header and body.
#[derive(Debug)]
pub(crate) struct Arguments<'a> {
    pub(crate) arena: &'a Arena,
    pub(crate) list: Vec<Argument<'a>>,
    /// Normal forms by argument name.
    pub(crate) schemas: Vec<(String, Value)>,
    pub(crate) required: Vec<String>,
    names: Names,
}

/// An argument before it has a name in the tool.
#[derive(Debug)]
pub(crate) struct NewArgument<'n> {
    pub(crate) wire_name: &'n str,
    pub(crate) location: Location,
    pub(crate) kind: Kind,
    pub(crate) style: Style,
    pub(crate) explode: bool,
    pub(crate) allow_reserved: bool,
    pub(crate) schema: Value,
    pub(crate) required: bool,
}

impl<'a> Arguments<'a> {
    pub(crate) fn new(arena: &'a Arena) -> Self {
        Self {
            arena,
            list: Vec::new(),
            schemas: Vec::new(),
            required: Vec::new(),
            names: Names::default(),
        }
    }

    /// Adds an argument and returns its name: `wanted`, reduced to the characters that clients accept. If that name is
    /// taken, the location precedes it: `query_id`, `header_id`, `body_id`.
    pub(crate) fn add(
        &mut self,
        cx: &mut Context<'_>,
        new: NewArgument<'_>,
        wanted: &str,
        pointer: &str,
    ) -> &'a str {
        let plain = argument_name(wanted);
        let free = self.names.is_free(&plain);
        let base = if free {
            plain
        } else {
            argument_name(&format!("{}_{plain}", prefix(new.location)))
        };
        let name = self.names.claim(&base, |_| false);
        if name != wanted && !free {
            cx.report.warn(pointer, format!("the name {wanted:?} is taken by an earlier argument; this one is named {name:?}"));
        }
        if new.required {
            self.required.push(name.clone());
        }
        let stored = self.arena.text(&name);
        self.schemas.push((name, new.schema));
        self.list.push(Argument {
            name: stored,
            wire_name: self.arena.text(new.wire_name),
            location: new.location,
            kind: new.kind,
            style: new.style,
            explode: new.explode,
            allow_reserved: new.allow_reserved,
        });
        stored
    }

    /// Whether the operation already sends this header.
    pub(crate) fn has_header(&self, header: &str) -> bool {
        self.list.iter().any(|argument| {
            argument.location == Location::Header && argument.wire_name.eq_ignore_ascii_case(header)
        })
    }
}

/// The start of an argument's name when its own name is taken.
fn prefix(location: Location) -> &'static str {
    match location {
        Location::Path => "path",
        Location::Query => "query",
        Location::Header => "header",
        Location::Body | Location::BodyFileName | Location::WholeBody => "body",
        Location::Local => "local",
    }
}

/// Replaces the description of a normal form, unless `text` is blank.
pub(crate) fn describe(schema: &mut Value, text: &str) {
    let text = text.trim();
    if !text.is_empty() {
        annotate(schema, "description", Value::from(text));
    }
}

/// Sets an annotation of a normal form.
pub(crate) fn annotate(schema: &mut Value, key: &str, value: Value) {
    match schema {
        Value::Object(map) => {
            map.insert(key.to_owned(), value);
        }
        other => *other = Value::Object(Map::from_iter([(key.to_owned(), value)])),
    }
}
