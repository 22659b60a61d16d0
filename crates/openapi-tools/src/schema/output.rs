//! The output schema: the types and member names of a response.
//!
//! Alternatives are joined into one shape. Bounds, enumerations, formats and `required` are left out on purpose, so
//! that responses of later versions of the API and the results of failed calls satisfy the same schema.

use serde_json::{Map, Value, json};

use super::shape::Shape;
use super::{NULLABLE, keywords, kind};
use crate::context::{Context, Mode};

/// Most nested alternatives and references of one value; ends circular ones.
const MAX_HOPS: usize = 24;

/// Most values in a response; the depth is reduced if there are more.
const MAX_NODES: usize = 3000;

/// An output schema.
pub(crate) struct Written {
    pub(crate) schema: Value,
    /// `false` if even the members of the root exceed the limit.
    pub(crate) complete: bool,
}

/// Reads shapes up to a depth.
struct Reader {
    depth: usize,
    nodes: usize,
}

/// The output schema of an object, for responses with one of these normal forms.
///
/// `None` if nothing is known about the responses.
pub(crate) fn output_schema(cx: &mut Context<'_>, responses: &[Value]) -> Option<Written> {
    let limits = cx.options.output;
    // Stops at the first level that changes nothing or exceeds a limit.
    let mut best: Option<Value> = None;
    for depth in 1..=limits.depth {
        let mut reader = Reader { depth, nodes: 0 };
        let mut joined: Option<Shape> = None;
        for response in responses {
            let shape = reader.shape(cx, response, 0, 0);
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
    if limits.depth == 0 || responses.is_empty() {
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

    /// The shape by the keywords of the schema itself, without alternatives.
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
