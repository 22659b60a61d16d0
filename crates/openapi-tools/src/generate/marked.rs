//! Members of the success responses that have a mark: `x-secret: true` or `x-amounts: true`.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::media_type::is_json;
use crate::context::{Context, MAX_DEPTH};
use crate::problem::at;

/// The most schemas that are visited for one operation; nested references can expand to billions of them.
const MAX_SCHEMAS: usize = 10_000;

/// One walk over the schemas of an operation's responses.
struct Walk<'n> {
    /// The mark.
    mark: &'n str,
    /// The members with it, in the order of the document.
    found: Vec<String>,
    /// References on the way from the response to the current schema, so that a circular reference ends.
    active: HashSet<String>,
    /// Schemas that may still be visited.
    left: usize,
}

impl<'d> Context<'d> {
    /// The members of an operation's success responses with a mark, as paths such as `data.password` and `data[].links`.
    /// The members of such a member are not visited.
    pub(crate) fn marked(
        &mut self,
        operation: &'d Map<String, Value>,
        pointer: &str,
        mark: &str,
    ) -> Vec<String> {
        let place = at(pointer, "responses");
        let mut walk = Walk {
            mark,
            found: Vec::new(),
            active: HashSet::new(),
            left: MAX_SCHEMAS,
        };
        let responses = operation.get("responses").and_then(Value::as_object);
        for (code, response) in responses.into_iter().flatten() {
            if !code.starts_with('2') {
                continue;
            }
            let here = at(&place, code);
            // `success` reports a response of the wrong type.
            let Some((response, found)) = response
                .is_object()
                .then(|| self.object(response, &here, "a response"))
                .flatten()
            else {
                continue;
            };
            let content = response.get("content").and_then(Value::as_object);
            for (media_type, media) in content.into_iter().flatten() {
                if is_json(media_type)
                    && let Some(schema) = media.get("schema")
                {
                    let place = at(&at(&at(&found, "content"), media_type), "schema");
                    self.marked_members(schema, &place, "", 0, &mut walk);
                }
            }
        }
        if walk.left == 0 {
            self.report.warn(
                &place,
                format!("the responses are too large to search for all members with {mark}"),
            );
        }
        walk.found
    }

    fn marked_members(
        &mut self,
        schema: &'d Value,
        pointer: &str,
        path: &str,
        depth: usize,
        walk: &mut Walk<'_>,
    ) {
        let Value::Object(schema) = schema else {
            return;
        };
        if walk.left == 0 || depth > MAX_DEPTH {
            return;
        }
        walk.left -= 1;
        if let Some(reference) = schema.get("$ref")
            && let Some(target) = self.canonical(reference, &at(pointer, "$ref"))
            && let Some(referenced) = self.root.pointer(&target)
            && walk.active.insert(target.clone())
        {
            self.marked_members(referenced, &target, path, depth + 1, walk);
            walk.active.remove(&target);
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            let branches = schema.get(keyword).and_then(Value::as_array);
            for branch in branches.into_iter().flatten() {
                self.marked_members(branch, pointer, path, depth + 1, walk);
            }
        }
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            let here = if path.is_empty() {
                name.clone()
            } else {
                format!("{path}.{name}")
            };
            let marked = property
                .as_object()
                .and_then(|property| self.flag(property, &at(pointer, name), walk.mark));
            if marked == Some(true) {
                if !walk.found.contains(&here) {
                    walk.found.push(here);
                }
            } else {
                self.marked_members(property, &at(pointer, name), &here, depth + 1, walk);
            }
        }
        if let Some(items) = schema.get("items") {
            let here = format!("{path}[]");
            self.marked_members(items, &at(pointer, "items"), &here, depth + 1, walk);
        }
    }
}
