//! The output schema: what is known about the values of a response.
//!
//! Alternatives are joined into one shape. Bounds are left out, so that fewer answers of a later version of the API are
//! refused by clients that check them.

use serde_json::{Map, Value};

use super::shape::Shape;
use super::{NULLABLE, keywords, kind};
use crate::context::{Context, MAX_DEPTH, Mode};
use crate::table::Format;

/// Most nested alternatives and references of one value; ends circular ones.
const MAX_HOPS: usize = 24;

/// Most values in a response; the depth is reduced if there are more.
const MAX_NODES: usize = 3000;

/// An output schema.
pub(crate) struct Written {
    pub(crate) schema: Value,
    /// `false` if members were left out because the schema would exceed the limit.
    pub(crate) complete: bool,
}

/// What an operation can respond with.
pub(crate) enum Response {
    /// JSON of this normal form.
    Json(Value),
    /// Another media type.
    Text,
    /// No content.
    Nothing,
}

/// Reads shapes up to a depth.
struct Reader {
    depth: usize,
    nodes: usize,
    /// The references on the way to the current value. A value inside of itself keeps only its type.
    active: Vec<String>,
}

/// The output schema of an object, for one of these responses.
///
/// `None` if there are no responses, or output schemas are disabled.
pub(crate) fn output_schema(cx: &mut Context<'_>, responses: &[Response]) -> Option<Written> {
    if cx.options.output.max_bytes == 0 || responses.is_empty() {
        return None;
    }
    if let Some(schema) = up_to(cx, responses, MAX_DEPTH) {
        return Some(Written {
            schema,
            complete: true,
        });
    }
    let levels = (1..MAX_DEPTH).map_while(|depth| up_to(cx, responses, depth));
    let schema = levels.last();
    let nothing = Shape::of("object").output_schema(&cx.options.output);
    Some(Written {
        schema: schema.unwrap_or(nothing),
        complete: false,
    })
}

/// The output schema with this many levels of members; `None` if it exceeds a limit.
fn up_to(cx: &mut Context<'_>, responses: &[Response], depth: usize) -> Option<Value> {
    let mut reader = Reader {
        depth,
        nodes: 0,
        active: Vec::new(),
    };
    let shapes = responses.iter().map(|response| match response {
        // A result is an object even if nothing is known about it.
        Response::Json(normal) => {
            let root = reader.shape(cx, normal, 0, 0).rooted();
            root.unwrap_or_else(|| Shape::of("object"))
        }
        Response::Text => Shape::object(vec![
            ("media_type", Shape::of("string")),
            ("text", Shape::of("string")),
        ]),
        Response::Nothing => Shape::object(vec![("http_status", Shape::of("integer"))]),
    });
    let shape = shapes.reduce(Shape::join)?;
    let options = cx.options.output;
    let schema = shape.output_schema(&options);
    let fits = reader.nodes <= MAX_NODES && schema.to_string().len() <= options.max_bytes;
    fits.then_some(schema)
}

impl Reader {
    fn shape(&mut self, cx: &mut Context<'_>, normal: &Value, level: usize, hops: usize) -> Shape {
        self.nodes += 1;
        if hops > MAX_HOPS || self.nodes > MAX_NODES {
            return Shape::default();
        }
        let reference = normal.get("$ref").and_then(Value::as_str);
        let is_circular =
            reference.is_some_and(|target| self.active.iter().any(|known| known == target));
        let level = if is_circular { self.depth } else { level };
        self.active.extend(reference.map(str::to_owned));
        let shape = self.resolved_shape(cx, normal, level, hops);
        if reference.is_some() {
            self.active.pop();
        }
        shape
    }

    fn resolved_shape(
        &mut self,
        cx: &mut Context<'_>,
        normal: &Value,
        level: usize,
        hops: usize,
    ) -> Shape {
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
        let text = |keyword| map.get(keyword).and_then(Value::as_str);
        // Formats that JSON Schema does not define limit nothing.
        let format =
            text("format").filter(|name| Format::ALL.iter().any(|known| known.name() == *name));
        shape.format = format.map(str::to_owned);
        let values = map.get("enum").and_then(Value::as_array);
        let is_listed = |value: &&Value| value.is_string() || value.is_number();
        shape.known = values.map(|values| values.iter().filter(is_listed).cloned().collect());
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
        let required = map.get("required").and_then(Value::as_array);
        let required = required.into_iter().flatten().filter_map(Value::as_str);
        shape.required = required.map(str::to_owned).collect();
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
