//! From the document to the catalogue.

mod arguments;
mod body;
pub(crate) mod context;
mod extensions;
mod fields;
mod listing;
mod media_type;
mod names;
mod operation;
mod parameters;
mod paths;
mod responses;
mod secrets;

use std::collections::HashMap;

use serde_json::Value;

use self::context::Context;
use self::names::Names;
use crate::model::Catalogue;
use crate::options::Options;
use crate::problem::{Problem, Problems, at};

/// The methods of a path item.
const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

impl Catalogue {
    /// Reads a document from JSON text.
    ///
    /// # Errors
    ///
    /// The text is not JSON (or is nested more than 128 deep), or the document has at least one [`Problem`].
    pub fn from_json(text: &str, options: &Options) -> Result<Self, Problems> {
        match serde_json::from_str(text) {
            Ok(document) => Self::from_value(&document, options),
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
    pub fn from_value(document: &Value, options: &Options) -> Result<Self, Problems> {
        let (catalogue, problems) = Self::read(document, options);
        if problems.is_empty() {
            Ok(catalogue)
        } else {
            Err(Problems(problems))
        }
    }

    /// Reads as much of a document as can be read: the tools of the operations without a problem, and the problems.
    ///
    /// A problem inside a schema that several operations share is reported once; only the first of them is left out.
    #[must_use]
    pub fn read(document: &Value, options: &Options) -> (Self, Vec<Problem>) {
        let mut cx = Context::new(document, options);
        let mut tools = Vec::new();
        if cx.report.problems.is_empty() {
            cx.note_unused();
            let mut names = Names::default();
            let mut ids: HashMap<String, String> = HashMap::new();
            match document.get("paths") {
                Some(Value::Object(paths)) => {
                    for (template, item) in paths {
                        if template.starts_with("x-") {
                            continue;
                        }
                        cx.path_item(
                            template,
                            item,
                            &at("/paths", template),
                            &mut names,
                            &mut ids,
                            &mut tools,
                        );
                    }
                }
                Some(_) => cx.report.problem("/paths", "must be an object"),
                None => cx
                    .report
                    .warn("", "the document has no paths and so no tools"),
            }
        }
        if tools.len() > usize::from(u16::MAX) {
            cx.report.problem("/paths", "more than 65,535 operations");
        }
        (
            Self {
                tools,
                warnings: cx.report.warnings,
            },
            cx.report.problems,
        )
    }
}

impl<'d> Context<'d> {
    fn note_unused(&mut self) {
        if self
            .root
            .get("webhooks")
            .and_then(Value::as_object)
            .is_some_and(|hooks| !hooks.is_empty())
        {
            self.report.warn(
                "/webhooks",
                "webhooks are requests that the API sends; they do not become tools",
            );
        }
        for name in self
            .root
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name)
        {
            let known = [
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
            if !known.contains(&name.as_str()) && !name.starts_with("x-") {
                self.report.warn(
                    &at("", name),
                    "is not a member of an OpenAPI document and is ignored",
                );
            }
        }
    }

    fn path_item(
        &mut self,
        template: &str,
        item: &'d Value,
        pointer: &str,
        names: &mut Names,
        ids: &mut HashMap<String, String>,
        tools: &mut Vec<crate::model::Tool>,
    ) {
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
                    // Operations of a referenced path item are named by where they are used.
                    let used = at(pointer, method);
                    let Some(path) = &path else { continue };
                    let problems = self.report.problems.len();
                    let tool = self.operation(
                        &operation::Source {
                            template,
                            path,
                            method,
                            operation,
                            item,
                            item_pointer: &place,
                            pointer: &here,
                            used: &used,
                        },
                        names,
                        ids,
                    );
                    if self.report.problems.len() == problems {
                        tools.extend(tool);
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
    ) -> Option<(&'d serde_json::Map<String, Value>, String)> {
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
