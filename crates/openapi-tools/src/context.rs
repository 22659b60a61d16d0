//! The state of one generation: the document, its version and references, and everything that is known so far.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::options::Options;
use crate::problem::{Report, at};

/// Deepest nesting of schemas that is followed, including references in `allOf`. Bounds the stack.
pub(crate) const MAX_DEPTH: usize = 64;

/// Longest chain of references that point to references.
const MAX_HOPS: usize = 32;

/// The revisions of OpenAPI, which define schemas differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    /// 3.0: its own dialect with `nullable` and boolean `exclusiveMinimum`.
    V3_0,
    /// 3.1: JSON Schema 2020-12.
    V3_1,
}

/// The direction in which a schema is used: requests have no `readOnly` members, responses no `writeOnly` members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Mode {
    /// Requests.
    Input,
    /// Responses.
    Output,
}

/// State of one generation.
pub(crate) struct Context<'d> {
    pub(crate) root: &'d Value,
    pub(crate) version: Version,
    pub(crate) options: &'d Options,
    pub(crate) report: Report,
    /// Normal forms of referenced schemas.
    pub(crate) memo: HashMap<(Mode, String), Rc<Value>>,
    /// Referenced schemas whose normal form is being built.
    pub(crate) active: HashSet<(Mode, String)>,
    /// References in the input forms of referenced schemas.
    pub(crate) links: HashMap<String, Rc<Vec<String>>>,
    /// Whether each referenced schema contains itself.
    pub(crate) recursive: HashMap<String, bool>,
}

impl<'d> Context<'d> {
    /// Reads the version; a document that is not OpenAPI 3.0 or 3.1 is a problem.
    pub(crate) fn new(root: &'d Value, options: &'d Options) -> Self {
        let mut report = Report::default();
        let version = match root.get("openapi") {
            Some(Value::String(text)) if is_version(text, "3.0") => Version::V3_0,
            Some(Value::String(text)) if is_version(text, "3.1") => Version::V3_1,
            Some(Value::String(text)) => {
                report.problem(
                    "/openapi",
                    format!("version {text:?} is not supported; 3.0 and 3.1 are"),
                );
                Version::V3_1
            }
            Some(_) => {
                report.problem("/openapi", "the version must be a string such as \"3.1.0\"");
                Version::V3_1
            }
            None if root.get("swagger").is_some() => {
                report.problem(
                    "/swagger",
                    "Swagger 2.0 is not supported; convert the document to OpenAPI 3",
                );
                Version::V3_1
            }
            None => {
                report.problem(
                    "",
                    "this is not an OpenAPI document: the member \"openapi\" is missing",
                );
                Version::V3_1
            }
        };
        Self {
            root,
            version,
            options,
            report,
            memo: HashMap::new(),
            active: HashSet::new(),
            links: HashMap::new(),
            recursive: HashMap::new(),
        }
    }

    /// The object at `pointer` after references, and the pointer at which it was found.
    ///
    /// A value of another type is a problem; `what` names the expected object in its message.
    pub(crate) fn object(
        &mut self,
        value: &'d Value,
        pointer: &str,
        what: &str,
    ) -> Option<(&'d Map<String, Value>, String)> {
        let Value::Object(map) = value else {
            self.report
                .problem(pointer, format!("{what} must be an object"));
            return None;
        };
        let Some(reference) = map.get("$ref") else {
            return Some((map, pointer.to_owned()));
        };
        let target = self.canonical(reference, &at(pointer, "$ref"))?;
        match self.root.pointer(&target) {
            Some(Value::Object(map)) if !map.contains_key("$ref") => Some((map, target)),
            Some(Value::Object(_)) => {
                self.report.problem(
                    &target,
                    format!("{what} mixes a reference with other members"),
                );
                None
            }
            _ => {
                self.report
                    .problem(&at(pointer, "$ref"), format!("{what} must be an object"));
                None
            }
        }
    }

    /// The pointer to which a `$ref` finally leads, past objects that consist of another `$ref` only.
    ///
    /// Remote references, anchors, dangling pointers and circular references are problems.
    pub(crate) fn canonical(&mut self, reference: &Value, pointer: &str) -> Option<String> {
        let mut reference = reference;
        for _ in 0..MAX_HOPS {
            let target = self.target_pointer(reference, pointer)?;
            match self.root.pointer(&target) {
                Some(Value::Object(map)) if map.len() == 1 && map.contains_key("$ref") => {
                    reference = &map["$ref"];
                }
                _ => return Some(target),
            }
        }
        self.report.problem(
            pointer,
            "the reference is circular or passes through more than 32 references",
        );
        None
    }

    fn target_pointer(&mut self, reference: &Value, pointer: &str) -> Option<String> {
        let Value::String(reference) = reference else {
            self.report.problem(pointer, "$ref must be a string");
            return None;
        };
        let Some(fragment) = reference.strip_prefix('#') else {
            self.report.problem(
                pointer,
                format!("the reference {reference:?} points outside the document; bundle the documents into one first"),
            );
            return None;
        };
        let Ok(target) = percent_decode_str(fragment).decode_utf8() else {
            self.report.problem(
                pointer,
                format!("the reference {reference:?} is not valid UTF-8"),
            );
            return None;
        };
        if !target.is_empty() && !target.starts_with('/') {
            self.report.problem(
                pointer,
                format!(
                    "the reference {reference:?} names an anchor; only JSON pointers are followed"
                ),
            );
            return None;
        }
        if self.root.pointer(&target).is_none() {
            self.report.problem(
                pointer,
                format!("the reference {reference:?} points to nothing"),
            );
            return None;
        }
        Some(target.into_owned())
    }
}

fn is_version(text: &str, minor: &str) -> bool {
    text.strip_prefix(minor)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
