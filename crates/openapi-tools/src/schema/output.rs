//! The shape of an answer: types and member names, nothing that a later version of the API could break.
//!
//! Alternatives are joined into one shape. Bounds, enumerations, formats and `required` are left out on purpose: clients
//! must live with additions, and the result of a failed call satisfies the same schema.

use serde_json::{Map, Value, json};

use super::shape::Shape;
use super::{NULLABLE, keywords, kind};
use crate::generate::context::{Context, Mode};

/// Alternatives and references on the way to one value; more would be a circle.
const MAX_HOPS: usize = 24;

/// Values that one answer may hold before its depth is lowered.
const MAX_NODES: usize = 3000;

/// An output schema.
pub(crate) struct Written {
    pub(crate) schema: Value,
    /// `false` where even the members of the root would be too long.
    pub(crate) complete: bool,
}

/// Reads shapes to a depth.
pub(crate) struct Reader {
    depth: usize,
    nodes: usize,
}

/// The object-rooted output schema for answers with one of `answers` (normal forms of the success answers).
///
/// `None` where nothing is known of the answers.
pub(crate) fn output_schema(cx: &mut Context<'_>, answers: &[Value]) -> Option<Written> {
    let limits = cx.options.output;
    // A level that makes no difference is the last one; a level that is too long is one too many.
    let mut best: Option<Value> = None;
    for depth in 1..=limits.depth {
        let mut reader = Reader { depth, nodes: 0 };
        let mut joined: Option<Shape> = None;
        for answer in answers {
            let shape = reader.shape(cx, answer, 0, 0);
            joined = Some(match joined {
                None => shape,
                Some(known) => known.join(shape),
            });
        }
        let schema = joined?.rooted()?.schema()?;
        let fits = reader.nodes <= MAX_NODES && schema.to_string().len() <= limits.max_bytes;
        if !fits || best.as_ref() == Some(&schema) {
            break;
        }
        best = Some(schema);
    }
    if limits.depth == 0 || answers.is_empty() {
        return None;
    }
    let complete = best.is_some();
    let schema = best.unwrap_or_else(
        || json!({ "type": "object", "properties": { "error": { "type": "object" } } }),
    );
    Some(Written { schema, complete })
}

impl Reader {
    fn shape(&mut self, cx: &mut Context<'_>, normal: &Value, level: usize, hops: usize) -> Shape {
        self.nodes += 1;
        if hops > MAX_HOPS || self.nodes > MAX_NODES {
            return Shape::default();
        }
        let shared;
        let resolved = if normal.get("$ref").is_some() {
            shared = cx.resolved_shared(normal, Mode::Output);
            &*shared
        } else {
            normal
        };
        let Value::Object(map) = resolved else {
            return Shape::default();
        };
        let mut shape = self.own(cx, map, level, hops);
        for keyword in ["anyOf", "oneOf"] {
            let Some(Value::Array(branches)) = map.get(keyword) else {
                continue;
            };
            let mut joined: Option<Shape> = None;
            for branch in branches {
                let branch = self.shape(cx, branch, level, hops + 1);
                joined = Some(match joined {
                    None => branch,
                    Some(known) => known.join(branch),
                });
            }
            if let Some(joined) = joined {
                shape = shape.meet(joined);
            }
        }
        for part in map
            .get("allOf")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let part = self.shape(cx, part, level, hops + 1);
            shape = shape.meet(part);
        }
        if map.contains_key(NULLABLE) && !shape.types.is_empty() && !shape.types.contains(&"null") {
            shape.types.push("null");
        }
        shape
    }

    fn own(
        &mut self,
        cx: &mut Context<'_>,
        map: &Map<String, Value>,
        level: usize,
        hops: usize,
    ) -> Shape {
        let mut shape = Shape::default();
        for name in kind::types(map) {
            shape
                .types
                .extend(keywords::TYPES.iter().find(|known| **known == name));
        }
        if shape.types.contains(&"number") {
            shape.types.retain(|name| *name != "integer");
        }
        if level >= self.depth {
            return shape;
        }
        for (name, schema) in map
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let member = self.shape(cx, schema, level + 1, hops);
            shape.properties.push((name.clone(), member));
        }
        if let Some(values @ Value::Object(_)) = map.get("additionalProperties") {
            shape.values = Some(Box::new(self.shape(cx, values, level + 1, hops)));
        }
        if let Some(items @ Value::Object(_)) = map.get("items")
            && !map.contains_key("prefixItems")
        {
            shape.items = Some(Box::new(self.shape(cx, items, level + 1, hops)));
        }
        shape
    }
}
