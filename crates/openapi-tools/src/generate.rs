//! From the document to the catalogue.

mod answer;
mod arguments;
mod binary;
mod body;
mod confirmation;
mod description;
mod extensions;
mod fields;
mod listing;
mod marked;
pub(crate) mod media_type;
pub(crate) mod names;
mod operation;
mod parameters;
mod paths;
mod responses;
mod styles;

use std::collections::HashSet;

use serde_json::{Map, Value};

use self::operation::{Source, Tools};
use crate::arena::Arena;
use crate::catalogue::Catalogue;
use crate::context::Context;
use crate::options::Options;
use crate::problem::{Problem, Problems, at};

/// The methods of a path item.
pub(crate) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// The members of an OpenAPI document.
const MEMBERS: [&str; 10] = [
    "openapi",
    "info",
    "jsonSchemaDialect",
    "servers",
    "paths",
    "webhooks",
    "components",
    "security",
    "tags",
    "externalDocs",
];

impl<'a> Catalogue<'a> {
    /// Reads a document from JSON text.
    ///
    /// # Errors
    ///
    /// The text is not JSON (or is nested more than 128 deep), or the document has at least one [`Problem`].
    pub fn from_json(text: &str, options: &Options, arena: &'a Arena) -> Result<Self, Problems> {
        match serde_json::from_str(text) {
            Ok(document) => Self::from_value(&document, options, arena),
            Err(error) => Err(Problems(vec![Problem {
                pointer: String::new(),
                message: format!("not JSON: {error}"),
            }])),
        }
    }

    /// Reads a document.
    ///
    /// # Errors
    ///
    /// The document has at least one [`Problem`].
    pub fn from_value(
        document: &Value,
        options: &Options,
        arena: &'a Arena,
    ) -> Result<Self, Problems> {
        let (catalogue, problems) = Self::read(document, options, arena);
        if problems.is_empty() {
            Ok(catalogue)
        } else {
            Err(Problems(problems))
        }
    }

    /// Reads as much of a document as possible: the tools of the operations without a problem, and all problems.
    ///
    /// A problem in a schema that several operations share is reported once and excludes only the first of them.
    #[must_use]
    pub fn read(document: &Value, options: &Options, arena: &'a Arena) -> (Self, Vec<Problem>) {
        let mut cx = Context::new(document, options);
        let mut tools = Tools::new(arena, cx.given_names());
        if cx.report.problems.is_empty() {
            cx.note_unused();
            match document.get("paths") {
                Some(Value::Object(paths)) => {
                    for (template, item) in paths {
                        if !template.starts_with("x-") {
                            cx.path_item(template, item, &at("/paths", template), &mut tools);
                        }
                    }
                }
                Some(_) => cx.report.problem("/paths", "must be an object"),
                None => cx
                    .report
                    .warn("", "the document has no paths, so it has no tools"),
            }
        }
        if tools.list.len() > usize::from(u16::MAX) {
            cx.report.problem("/paths", "more than 65,535 operations");
        }
        let mut catalogue = Self {
            tools: tools.list,
            search_words: cx.search_words(arena),
            warnings: std::mem::take(&mut cx.report.warnings),
        };
        let toolsets = catalogue.toolsets();
        for tool in &mut catalogue.tools {
            let position = toolsets.binary_search(&tool.toolset).unwrap_or_default();
            tool.toolset_index = u16::try_from(position).unwrap_or_default();
        }
        cx.resolve_subjects(&mut catalogue.tools);
        (catalogue, cx.report.problems)
    }
}

impl<'d> Context<'d> {
    /// The names that operations have by `x-tool-name`.
    fn given_names(&self) -> HashSet<String> {
        let paths = self.root.get("paths").and_then(Value::as_object);
        let items = paths.into_iter().flat_map(Map::values);
        let operations = items.filter_map(Value::as_object).flat_map(Map::values);
        let given = operations.filter_map(|operation| operation.get("x-tool-name")?.as_str());
        given
            .map(|name| names::tool_name(&self.options.prefix, name).0)
            .collect()
    }

    /// The words of the document that people use for others.
    fn search_words<'w>(&mut self, arena: &'w Arena) -> Vec<(&'w str, &'w [&'w str])> {
        let name = "x-search-words";
        let Some(words) = self.root.get(name) else {
            return Vec::new();
        };
        let Value::Object(words) = words else {
            self.report.problem(&at("", name), "must be an object");
            return Vec::new();
        };
        let mut out = Vec::with_capacity(words.len());
        for word in words.keys() {
            let others = self.strings(words, &at("", name), word);
            out.push((arena.text(word), arena.texts(&others)));
        }
        out
    }

    /// Warns about members of the document that do not become tools.
    fn note_unused(&mut self) {
        let webhooks = self.root.get("webhooks").and_then(Value::as_object);
        if webhooks.is_some_and(|webhooks| !webhooks.is_empty()) {
            self.report.warn(
                "/webhooks",
                "webhooks are requests that the API sends; they do not become tools",
            );
        }
        for name in self.root.as_object().into_iter().flat_map(Map::keys) {
            if !MEMBERS.contains(&name.as_str()) && !name.starts_with("x-") {
                self.report.warn(
                    &at("", name),
                    "is not a member of an OpenAPI document and is ignored",
                );
            }
        }
    }

    /// Adds the tools of the operations without a problem.
    fn path_item(&mut self, template: &str, item: &'d Value, pointer: &str, tools: &mut Tools<'_>) {
        let Some((item, place)) = self.path_item_object(item, pointer) else {
            return;
        };
        let before = self.report.problems.len();
        let path = self.path_template(template, pointer);
        for (name, value) in item {
            let here = at(&place, name);
            match name.as_str() {
                "servers" => self.report.warn(
                    &here,
                    "servers of a path are ignored; the caller decides the server",
                ),
                "parameters" | "summary" | "description" | "$ref" => {}
                method if METHODS.contains(&method) => {
                    let Value::Object(operation) = value else {
                        self.report.problem(&here, "an operation must be an object");
                        continue;
                    };
                    let Some(path) = &path else { continue };
                    let source = Source {
                        template,
                        path,
                        method,
                        operation,
                        item,
                        item_pointer: &place,
                        pointer: &here,
                        used: &at(pointer, method),
                    };
                    let problems = self.report.problems.len();
                    let tool = self.operation(&source, tools);
                    if self.report.problems.len() == problems {
                        tools.list.extend(tool);
                    }
                }
                _ if name.starts_with("x-") => {}
                _ => self
                    .report
                    .warn(&here, "is not a member of a path item and is ignored"),
            }
        }
        debug_assert!(path.is_some() || self.report.problems.len() > before);
    }

    fn path_item_object(
        &mut self,
        item: &'d Value,
        pointer: &str,
    ) -> Option<(&'d Map<String, Value>, String)> {
        match item {
            Value::Object(map) if map.contains_key("$ref") && map.len() > 1 => {
                self.report.warn(
                    pointer,
                    "members beside the $ref of a path item are ignored",
                );
                let target = self.canonical(&map["$ref"], &at(pointer, "$ref"))?;
                let found = self.root.pointer(&target)?;
                self.object(found, &target, "a path item")
            }
            _ => self.object(item, pointer, "a path item"),
        }
    }
}
