//! What a JSON Schema says about the types and parts of a value. Where it is not clear, everything is admitted.

use serde_json::{Map, Value};

/// `$ref` and combinators are followed to this depth, because a schema may refer to itself.
const MAX_DEPTH: usize = 16;

/// A set of JSON types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Types(u8);

impl Types {
    const NONE: Self = Self(0);
    pub(super) const NULL: Self = Self(1);
    pub(super) const BOOLEAN: Self = Self(1 << 1);
    /// Whole numbers, also those that are written with a fraction of zero.
    pub(super) const INTEGER: Self = Self(1 << 2);
    /// Numbers that are not whole.
    pub(super) const FRACTION: Self = Self(1 << 3);
    pub(super) const STRING: Self = Self(1 << 4);
    const ARRAY: Self = Self(1 << 5);
    const OBJECT: Self = Self(1 << 6);
    const ALL: Self = Self(0x7f);

    /// The type of a value.
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(number) => match number.as_f64() {
                Some(number) if number.fract() != 0.0 => Self::FRACTION,
                _ => Self::INTEGER,
            },
            Value::String(_) => Self::STRING,
            Value::Array(_) => Self::ARRAY,
            Value::Object(_) => Self::OBJECT,
        }
    }

    /// The types of the keyword `type`.
    fn named(name: &Value) -> Self {
        match name.as_str() {
            Some("null") => Self::NULL,
            Some("boolean") => Self::BOOLEAN,
            Some("integer") => Self::INTEGER,
            Some("number") => Self(Self::INTEGER.0 | Self::FRACTION.0),
            Some("string") => Self::STRING,
            Some("array") => Self::ARRAY,
            Some("object") => Self::OBJECT,
            _ => Self::ALL,
        }
    }

    pub(super) fn admit(self, type_: Self) -> bool {
        self.0 & type_.0 != 0
    }

    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    fn any_of<'v>(
        values: impl IntoIterator<Item = &'v Value>,
        types: impl Fn(&Value) -> Self,
    ) -> Self {
        let types = values.into_iter().map(types);
        types.fold(Self::NONE, Self::or)
    }
}

/// The schemas of one value: it must conform to one of them.
#[derive(Debug, Clone)]
pub(super) struct Shape<'s> {
    /// The whole schema, in which references are looked up.
    root: &'s Value,
    alternatives: Vec<&'s Value>,
}

impl<'s> Shape<'s> {
    pub(super) fn root(schema: &'s Value) -> Self {
        Self {
            root: schema,
            alternatives: vec![schema],
        }
    }

    /// The types that the value may have.
    pub(super) fn types(&self) -> Types {
        Types::any_of(self.alternatives.iter().copied(), |schema| {
            types(self.root, schema, 0)
        })
    }

    /// The schemas of a member; `None` if they are not known.
    pub(super) fn property(&self, name: &str) -> Option<Self> {
        self.part(|schema| property(self.root, schema, Member::Any(name), 0))
    }

    /// The schemas of a member that the schema names, in contrast to the members of a map.
    pub(super) fn named_property(&self, name: &str) -> Option<Self> {
        self.part(|schema| property(self.root, schema, Member::Named(name), 0))
    }

    /// The schemas of the items; `None` if they are not known.
    pub(super) fn items(&self) -> Option<Self> {
        self.part(|schema| items(self.root, schema, 0))
    }

    fn part(&self, part: impl Fn(&'s Value) -> Option<Vec<&'s Value>>) -> Option<Self> {
        if let [schema] = self.alternatives[..] {
            let alternatives = part(schema)?;
            return Some(Self {
                root: self.root,
                alternatives,
            });
        }
        let parts: Option<Vec<_>> = self
            .alternatives
            .iter()
            .map(|schema| part(schema))
            .collect();
        Some(Self {
            root: self.root,
            alternatives: parts?.concat(),
        })
    }

    /// The names of the members in `properties`.
    pub(super) fn property_names(&self) -> impl Iterator<Item = &'s str> {
        let properties = self.root.get("properties").and_then(Value::as_object);
        properties
            .into_iter()
            .flat_map(Map::keys)
            .map(String::as_str)
    }

    /// Whether a member with this name is described, or other members are admitted on purpose.
    pub(super) fn describes(&self, name: &str) -> bool {
        self.property(name).is_some()
            || self.root.get("additionalProperties") == Some(&Value::Bool(true))
            || self.root.get("patternProperties").is_some()
    }
}

fn types(root: &Value, schema: &Value, depth: usize) -> Types {
    let members = match schema {
        Value::Object(members) if depth < MAX_DEPTH => members,
        Value::Bool(false) => return Types::NONE,
        _ => return Types::ALL,
    };
    let mut all = Types::ALL;
    for (keyword, value) in members {
        let of_list = |types: &dyn Fn(&Value) -> Types| {
            let values = value.as_array().into_iter().flatten();
            Types::any_of(values, types)
        };
        let of_schema = |schema: &Value| types(root, schema, depth + 1);
        let admitted = match keyword.as_str() {
            "type" if value.is_array() => of_list(&Types::named),
            "type" => Types::named(value),
            "enum" => of_list(&Types::of),
            "const" => Types::of(value),
            "anyOf" | "oneOf" => of_list(&of_schema),
            "allOf" => {
                let schemas = value.as_array().into_iter().flatten();
                schemas.map(of_schema).fold(Types::ALL, Types::and)
            }
            "$ref" => resolve(root, value).map_or(Types::ALL, of_schema),
            _ => Types::ALL,
        };
        all = all.and(admitted);
    }
    all
}

#[derive(Debug, Clone, Copy)]
enum Member<'n> {
    /// In `properties`.
    Named(&'n str),
    /// In `properties` or `additionalProperties`.
    Any(&'n str),
}

fn property<'s>(
    root: &'s Value,
    schema: &'s Value,
    member: Member<'_>,
    depth: usize,
) -> Option<Vec<&'s Value>> {
    let (Member::Named(name) | Member::Any(name)) = member;
    if let Some(schema) = schema.get("properties").and_then(|all| all.get(name)) {
        return Some(vec![schema]);
    }
    let inherited = inherited(root, schema, Types::OBJECT, depth, &|schema, depth| {
        property(root, schema, member, depth)
    });
    let additional = || match member {
        Member::Named(_) => None,
        Member::Any(_) => schema.get("additionalProperties"),
    };
    inherited.or_else(|| Some(vec![additional().filter(|schema| schema.is_object())?]))
}

fn items<'s>(root: &'s Value, schema: &'s Value, depth: usize) -> Option<Vec<&'s Value>> {
    match (schema.get("items"), schema.get("prefixItems")) {
        (Some(schema), None) => Some(vec![schema]),
        (_, Some(_)) => None,
        (None, None) => inherited(root, schema, Types::ARRAY, depth, &|schema, depth| {
            items(root, schema, depth)
        }),
    }
}

/// What the schemas in `$ref`, `allOf`, `anyOf` and `oneOf` say about a part of a value of this type.
fn inherited<'s>(
    root: &'s Value,
    schema: &'s Value,
    type_: Types,
    depth: usize,
    part: &dyn Fn(&'s Value, usize) -> Option<Vec<&'s Value>>,
) -> Option<Vec<&'s Value>> {
    if depth >= MAX_DEPTH {
        return None;
    }
    let list = |keyword: &str| schema.get(keyword).and_then(Value::as_array);
    let referred = schema
        .get("$ref")
        .and_then(|reference| resolve(root, reference));
    let all = referred
        .into_iter()
        .chain(list("allOf").into_iter().flatten());
    if let Some(found) = all.into_iter().find_map(|schema| part(schema, depth + 1)) {
        return Some(found);
    }
    let alternatives = list("anyOf").or_else(|| list("oneOf"))?;
    let alternatives = alternatives
        .iter()
        .filter(|schema| types(root, schema, depth + 1).admit(type_));
    // One alternative that says nothing admits everything.
    let parts: Option<Vec<_>> = alternatives.map(|schema| part(schema, depth + 1)).collect();
    parts
        .map(|parts| parts.concat())
        .filter(|parts| !parts.is_empty())
}

/// The schema at a local reference such as `#/$defs/Video`.
fn resolve<'s>(root: &'s Value, reference: &Value) -> Option<&'s Value> {
    root.pointer(reference.as_str()?.strip_prefix('#')?)
}
