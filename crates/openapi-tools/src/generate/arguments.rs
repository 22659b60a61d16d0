//! The arguments of one tool while they are collected.

use serde_json::{Map, Value};

use super::context::Context;
use super::names::{Names, argument_name};
use crate::model::Argument;
use crate::table::{Kind, Location, Style};

/// The arguments so far. Earlier arguments keep their names: path, then query, header and body.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) list: Vec<Argument>,
    /// Normal forms by argument name.
    pub(crate) schemas: Vec<(String, Value)>,
    pub(crate) required: Vec<String>,
    names: Names,
}

/// An argument before it has a name in the tool.
#[derive(Debug)]
pub(crate) struct NewArgument<'a> {
    pub(crate) wire_name: &'a str,
    pub(crate) location: Location,
    pub(crate) kind: Kind,
    pub(crate) style: Style,
    pub(crate) explode: bool,
    pub(crate) allow_reserved: bool,
    pub(crate) schema: Value,
    pub(crate) required: bool,
}

impl Arguments {
    /// Adds an argument under its wire name, made acceptable, or with its place before it where the name is taken:
    /// `query_id`, `header_id`, `body_id`.
    pub(crate) fn add(
        &mut self,
        cx: &mut Context<'_>,
        new: NewArgument<'_>,
        wanted: &str,
        pointer: &str,
    ) -> String {
        let plain = argument_name(wanted);
        let free = self.names.is_free(&plain);
        let base = if free {
            plain.clone()
        } else {
            argument_name(&format!("{}_{plain}", place(new.location)))
        };
        let name = self.names.claim(&base);
        if name != wanted && !free {
            cx.report.warn(pointer, format!("the name {wanted:?} is taken by an earlier argument; this one is named {name:?}"));
        }
        if new.required {
            self.required.push(name.clone());
        }
        self.schemas.push((name.clone(), new.schema));
        self.list.push(Argument {
            name: name.clone(),
            wire_name: new.wire_name.to_owned(),
            location: new.location,
            kind: new.kind,
            style: new.style,
            explode: new.explode,
            allow_reserved: new.allow_reserved,
        });
        name
    }

    /// Whether the operation already sends this header.
    pub(crate) fn has_header(&self, header: &str) -> bool {
        self.list.iter().any(|argument| {
            argument.location == Location::Header && argument.wire_name.eq_ignore_ascii_case(header)
        })
    }
}

fn place(location: Location) -> &'static str {
    match location {
        Location::Path => "path",
        Location::Query => "query",
        Location::Header => "header",
        Location::Body | Location::BodyFileName | Location::WholeBody => "body",
    }
}

/// Puts a description on a normal form, in place of its own.
pub(crate) fn describe(schema: &mut Value, text: &str) {
    let text = text.trim();
    if !text.is_empty() {
        annotate(schema, "description", Value::from(text));
    }
}

/// Puts an annotation on a normal form.
pub(crate) fn annotate(schema: &mut Value, key: &str, value: Value) {
    match schema {
        Value::Object(map) => {
            map.insert(key.to_owned(), value);
        }
        other => *other = Value::Object(Map::from_iter([(key.to_owned(), value)])),
    }
}
