//! The shape of the values in a response, and how shapes are combined.

use serde_json::Value;

mod write;

/// What is known about a value. An empty list of types means that nothing is known.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Shape {
    pub(super) types: Vec<&'static str>,
    /// The values that a text or a number is known to have.
    pub(super) known: Option<Vec<Value>>,
    /// Whether it may have others than the known ones.
    pub(super) open: bool,
    /// The format of a text.
    pub(super) format: Option<String>,
    pub(super) properties: Vec<(String, Shape)>,
    /// The members that an object always has.
    pub(super) required: Vec<String>,
    /// The shape of members that `properties` does not list.
    pub(super) values: Option<Box<Shape>>,
    pub(super) items: Option<Box<Shape>>,
}

impl Shape {
    pub(super) fn is(&self, name: &str) -> bool {
        self.types.contains(&name)
    }

    /// An object that always has these members.
    pub(super) fn object(members: Vec<(&str, Shape)>) -> Shape {
        Shape {
            types: vec!["object"],
            required: members.iter().map(|(name, _)| (*name).to_owned()).collect(),
            properties: members
                .into_iter()
                .map(|(name, shape)| (name.to_owned(), shape))
                .collect(),
            ..Shape::default()
        }
    }

    /// A value of one type.
    pub(super) fn of(name: &'static str) -> Shape {
        Shape {
            types: vec![name],
            ..Shape::default()
        }
    }

    /// Whether it is a text or a number, the values that `known` may name.
    fn is_scalar(&self) -> bool {
        ["string", "number", "integer"]
            .iter()
            .any(|name| self.is(name))
    }

    /// The shape of values that have either shape.
    pub(super) fn join(mut self, mut other: Shape) -> Shape {
        if self.types.is_empty() || other.types.is_empty() {
            return Shape::default();
        }
        if other.is_scalar() {
            let own_known = self.known.take();
            let is_open = self.is_scalar() && own_known.is_some() != other.known.is_some();
            self.open |= other.open || is_open;
            let mut known = own_known.unwrap_or_default();
            for value in other.known.take().into_iter().flatten() {
                if !known.contains(&value) {
                    known.push(value);
                }
            }
            self.known = (!known.is_empty()).then_some(known);
        }
        if other.is("string") {
            let same = !self.is("string") || self.format == other.format;
            self.format = other.format.take().filter(|_| same);
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
            self.required.retain(|name| other.required.contains(name));
        } else if other.is("object") {
            self.properties = std::mem::take(&mut other.properties);
            self.required = std::mem::take(&mut other.required);
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
                Some((_, known)) => *known = std::mem::take(known).meet(member),
                None => self.properties.push((name, member)),
            }
        }
        for name in other.required {
            if !self.required.contains(&name) {
                self.required.push(name);
            }
        }
        // An alternative that the other shape excludes is none.
        if !other.types.contains(&"null") {
            self.types.retain(|name| *name != "null");
        }
        if self.known.is_none() {
            (self.known, self.open) = (other.known, other.open);
        }
        self.format = self.format.or(other.format);
        self.values = self.values.or(other.values);
        self.items = self.items.or(other.items);
        self
    }

    /// The shape of a tool result: an object. An array becomes `{"items": […]}`, another value `{"value": …}`.
    pub(super) fn rooted(mut self) -> Option<Shape> {
        if self.types.is_empty() {
            return None;
        }
        let scalars: Vec<&'static str> = self
            .types
            .iter()
            .copied()
            .filter(|name| !matches!(*name, "object" | "array" | "null"))
            .collect();
        let mut roots = Vec::new();
        if self.is("object") {
            roots.push(Shape {
                types: vec!["object"],
                properties: std::mem::take(&mut self.properties),
                required: std::mem::take(&mut self.required),
                ..Shape::default()
            });
        }
        if self.is("array") {
            let wrapped = Shape {
                items: self.items,
                ..Shape::of("array")
            };
            roots.push(Shape::object(vec![("items", wrapped)]));
        }
        if !scalars.is_empty() {
            let wrapped = Shape {
                types: scalars,
                known: self.known,
                open: self.open,
                format: self.format,
                ..Shape::default()
            };
            roots.push(Shape::object(vec![("value", wrapped)]));
        }
        if self.types.contains(&"null") || roots.is_empty() {
            roots.push(Shape::of("object"));
        }
        roots.into_iter().reduce(Shape::join)
    }
}
