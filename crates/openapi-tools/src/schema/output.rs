//! The shape of an answer: types and member names, nothing that a later version of the API could break.
//!
//! Alternatives are joined into one shape. Bounds, enumerations, formats and `required` are left out on purpose: clients
//! must live with additions, and the result of a failed call satisfies the same schema.

use serde_json::{Map, Value, json};

use super::{NULLABLE, keywords, kind};
use crate::generate::context::{Context, Mode};

/// Alternatives and references on the way to one value; more would be a circle.
const MAX_HOPS: usize = 24;

/// Values that one answer may hold before its depth is lowered.
const MAX_NODES: usize = 3000;

/// What is known of a value. No types means that nothing is known.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Shape {
    types: Vec<&'static str>,
    properties: Vec<(String, Shape)>,
    /// The shape of members that have no name of their own.
    values: Option<Box<Shape>>,
    items: Option<Box<Shape>>,
}

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

impl Shape {
    fn is(&self, name: &str) -> bool {
        self.types.contains(&name)
    }

    /// The shape of values that have either shape.
    fn join(mut self, mut other: Shape) -> Shape {
        if self.types.is_empty() || other.types.is_empty() {
            return Shape::default();
        }
        if self.is("object") && other.is("object") {
            // A member without a name of its own in one shape may be any named member of the other.
            if let Some(values) = &other.values {
                for (_, member) in &mut self.properties {
                    *member = std::mem::take(member).join((**values).clone());
                }
            }
            let own_values = self.values.take();
            for (name, member) in std::mem::take(&mut other.properties) {
                match self.properties.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, known)) => *known = std::mem::take(known).join(member),
                    None => {
                        let member = match &own_values {
                            Some(values) => member.join((**values).clone()),
                            None => member,
                        };
                        self.properties.push((name, member));
                    }
                }
            }
            self.values = match (own_values, other.values.take()) {
                (Some(one), Some(another)) => Some(Box::new(one.join(*another))),
                _ => None,
            };
        } else if other.is("object") {
            self.properties = std::mem::take(&mut other.properties);
            self.values = other.values.take();
        }
        if self.is("array") && other.is("array") {
            self.items = match (self.items.take(), other.items.take()) {
                (Some(one), Some(another)) => Some(Box::new(one.join(*another))),
                _ => None,
            };
        } else if other.is("array") {
            self.items = other.items.take();
        }
        for name in other.types {
            if !self.types.contains(&name) {
                self.types.push(name);
            }
        }
        if self.is("number") {
            self.types.retain(|name| *name != "integer");
        }
        self
    }

    /// The shape of values that have both shapes.
    fn meet(mut self, other: Shape) -> Shape {
        if other.types.is_empty() {
            return self;
        }
        if self.types.is_empty() {
            return other;
        }
        for (name, member) in other.properties {
            match self.properties.iter_mut().find(|(known, _)| *known == name) {
                Some((_, known)) if known.types.is_empty() => *known = member,
                Some(_) => {}
                None => self.properties.push((name, member)),
            }
        }
        self.values = self.values.or(other.values);
        self.items = self.items.or(other.items);
        self
    }

    /// An object without `additionalProperties`: arrays become `{"items": […]}`, other values `{"value": …}`; `error` holds what a failed call says.
    fn rooted(mut self) -> Option<Shape> {
        if self.types.is_empty() {
            return None;
        }
        let mut root = Shape {
            types: vec!["object"],
            ..Shape::default()
        };
        let scalars: Vec<&'static str> = self
            .types
            .iter()
            .copied()
            .filter(|name| !matches!(*name, "object" | "array" | "null"))
            .collect();
        if self.is("object") {
            root.properties = std::mem::take(&mut self.properties);
        }
        if self.is("array") {
            let wrapped = Shape {
                types: vec!["array"],
                items: self.items,
                ..Shape::default()
            };
            root = root.join(Shape {
                types: vec!["object"],
                properties: vec![("items".to_owned(), wrapped)],
                ..Shape::default()
            });
        }
        if !scalars.is_empty() {
            let wrapped = Shape {
                types: scalars,
                ..Shape::default()
            };
            root = root.join(Shape {
                types: vec!["object"],
                properties: vec![("value".to_owned(), wrapped)],
                ..Shape::default()
            });
        }
        let failed = Shape {
            types: vec!["object"],
            ..Shape::default()
        };
        match root.properties.iter_mut().find(|(name, _)| name == "error") {
            Some((_, own)) if own.types.is_empty() => {}
            Some((_, own)) => {
                own.properties.clear();
                own.values = None;
                *own = std::mem::take(own).join(failed);
            }
            None => root.properties.push(("error".to_owned(), failed)),
        }
        Some(root)
    }

    /// JSON Schema; `None` where nothing is known. Several types become `anyOf` branches: some clients refuse schemas
    /// with a list of types.
    fn schema(&self) -> Option<Value> {
        match self.types.as_slice() {
            [] => None,
            [name] => Some(self.branch(name)),
            several => {
                let branches: Vec<Value> = several.iter().map(|name| self.branch(name)).collect();
                Some(json!({ "anyOf": branches }))
            }
        }
    }

    /// The part of the shape that belongs to one of its types.
    fn branch(&self, name: &str) -> Value {
        let mut out = Map::new();
        out.insert("type".to_owned(), Value::from(name));
        if name == "object" {
            let properties: Map<String, Value> = self
                .properties
                .iter()
                .filter_map(|(name, shape)| Some((name.clone(), shape.schema()?)))
                .collect();
            if !properties.is_empty() {
                out.insert("properties".to_owned(), Value::Object(properties));
            }
            if let Some(values) = self.values.as_deref().and_then(Shape::schema) {
                out.insert("additionalProperties".to_owned(), values);
            }
        }
        if name == "array"
            && let Some(items) = self.items.as_deref().and_then(Shape::schema)
        {
            out.insert("items".to_owned(), items);
        }
        Value::Object(out)
    }
}
