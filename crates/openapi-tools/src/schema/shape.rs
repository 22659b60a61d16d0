//! The shape of the values in a response, and how shapes are combined.

use serde_json::{Map, Value, json};

/// What is known about a value. An empty list of types means that nothing is known.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Shape {
    pub(super) types: Vec<&'static str>,
    pub(super) properties: Vec<(String, Shape)>,
    /// The shape of members that `properties` does not list.
    pub(super) values: Option<Box<Shape>>,
    pub(super) items: Option<Box<Shape>>,
}

impl Shape {
    pub(super) fn is(&self, name: &str) -> bool {
        self.types.contains(&name)
    }

    /// The shape of values that have either shape.
    pub(super) fn join(mut self, mut other: Shape) -> Shape {
        if self.types.is_empty() || other.types.is_empty() {
            return Shape::default();
        }
        if self.is("object") && other.is("object") {
            // A member that one shape does not list may be any listed member of the other.
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
    pub(super) fn meet(mut self, other: Shape) -> Shape {
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

    /// The shape of a tool result: an object without `additionalProperties`. An array becomes `{"items": […]}`, another
    /// value `{"value": …}`. The member `error` is for failed calls.
    pub(super) fn rooted(mut self) -> Option<Shape> {
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

    /// The JSON Schema; `None` if nothing is known. Several types become `anyOf` branches, because some clients refuse
    /// lists of types.
    pub(super) fn schema(&self) -> Option<Value> {
        match self.types.as_slice() {
            [] => None,
            [name] => Some(self.branch(name)),
            several => {
                let branches: Vec<Value> = several.iter().map(|name| self.branch(name)).collect();
                Some(json!({ "anyOf": branches }))
            }
        }
    }

    /// The schema for one of the types.
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
