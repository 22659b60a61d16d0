//! What the rules of a schema say about the types and parts of a value. Where it is not clear, everything is admitted.

use openapi_tools::table::{Input, Literal, Others, Property, Rule, Schema, Type};
use serde_json::Value;

/// References and combinators are followed to this depth, because a schema may refer to itself.
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
    pub(super) const ARRAY: Self = Self(1 << 5);
    pub(super) const OBJECT: Self = Self(1 << 6);
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

    /// The type of a value that a schema names.
    fn of_literal(literal: &Literal<'_>) -> Self {
        match literal {
            Literal::Null => Self::NULL,
            Literal::Boolean(_) => Self::BOOLEAN,
            Literal::Integer(_) => Self::INTEGER,
            Literal::Number(number) if number.fract() != 0.0 => Self::FRACTION,
            Literal::Number(_) => Self::INTEGER,
            Literal::String(_) => Self::STRING,
        }
    }

    /// The types of the keyword `type`.
    fn named(type_: Type) -> Self {
        match type_ {
            Type::Null => Self::NULL,
            Type::Boolean => Self::BOOLEAN,
            Type::Integer => Self::INTEGER,
            Type::Number => Self::INTEGER.or(Self::FRACTION),
            Type::String => Self::STRING,
            Type::Array => Self::ARRAY,
            Type::Object => Self::OBJECT,
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

    fn any_of<T>(parts: &[T], types: impl Fn(&T) -> Self) -> Self {
        parts.iter().map(types).fold(Self::NONE, Self::or)
    }
}

/// The schemas of one value: it must conform to one of them.
#[derive(Debug, Clone)]
pub(super) struct Shape<'s> {
    /// What references refer to.
    definitions: &'s [Schema<'s>],
    alternatives: Vec<Schema<'s>>,
}

impl<'s> Shape<'s> {
    pub(super) fn root(input: &Input<'s>) -> Self {
        Self {
            definitions: input.definitions,
            alternatives: vec![input.schema],
        }
    }

    /// The types that the value may have.
    pub(super) fn types(&self) -> Types {
        Types::any_of(&self.alternatives, |schema| self.walk().types(*schema, 0))
    }

    /// The schemas of a member; `None` if they are not known.
    pub(super) fn property(&self, name: &str) -> Option<Self> {
        self.part(|walk, schema| walk.property(schema, Member::Any(name), 0))
    }

    /// The schemas of a member that the schema names, in contrast to the members of a map.
    pub(super) fn named_property(&self, name: &str) -> Option<Self> {
        self.part(|walk, schema| walk.property(schema, Member::Named(name), 0))
    }

    /// The schemas of the items; `None` if they are not known.
    pub(super) fn items(&self) -> Option<Self> {
        self.part(|walk, schema| walk.items(schema, 0))
    }

    fn part(&self, part: impl Fn(Walk<'s>, Schema<'s>) -> Option<Vec<Schema<'s>>>) -> Option<Self> {
        let parts = self.alternatives.iter();
        let parts: Option<Vec<_>> = parts.map(|schema| part(self.walk(), *schema)).collect();
        let mut parts = parts?;
        let alternatives = match &mut parts[..] {
            [only] => std::mem::take(only),
            several => several.concat(),
        };
        Some(Self {
            definitions: self.definitions,
            alternatives,
        })
    }

    fn walk(&self) -> Walk<'s> {
        Walk {
            definitions: self.definitions,
        }
    }

    /// The names of the members in `properties`.
    pub(super) fn property_names(&self) -> impl Iterator<Item = &'s str> {
        let schemas = self.alternatives.iter();
        let properties = schemas.flat_map(|schema| properties(*schema));
        properties.map(|property| property.name)
    }
}

fn properties(schema: Schema<'_>) -> &[Property<'_>] {
    let members = schema.rules.iter().find_map(|rule| match rule {
        Rule::Members(members) => Some(members.properties),
        _ => None,
    });
    members.unwrap_or_default()
}

#[derive(Debug, Clone, Copy)]
enum Member<'n> {
    /// In `properties`.
    Named(&'n str),
    /// In `properties` or `additionalProperties`.
    Any(&'n str),
}

/// Follows references and combinators.
#[derive(Debug, Clone, Copy)]
struct Walk<'s> {
    definitions: &'s [Schema<'s>],
}

impl<'s> Walk<'s> {
    fn types(self, schema: Schema<'_>, depth: usize) -> Types {
        if depth >= MAX_DEPTH {
            return Types::ALL;
        }
        let of_schema = |schema: &Schema<'_>| self.types(*schema, depth + 1);
        let admitted = schema.rules.iter().map(|rule| match rule {
            Rule::Type(type_) => Types::named(*type_),
            Rule::Enum(values) => Types::any_of(values, Types::of_literal),
            Rule::Const(value) => Types::of_literal(value),
            Rule::AnyOf(schemas) | Rule::OneOf(schemas) => Types::any_of(schemas, of_schema),
            Rule::AllOf(schemas) => schemas.iter().map(of_schema).fold(Types::ALL, Types::and),
            Rule::Reference(position) => self.referred(*position).map_or(Types::ALL, of_schema),
            _ => Types::ALL,
        });
        admitted.fold(Types::ALL, Types::and)
    }

    fn property(
        self,
        schema: Schema<'s>,
        member: Member<'_>,
        depth: usize,
    ) -> Option<Vec<Schema<'s>>> {
        let (Member::Named(name) | Member::Any(name)) = member;
        let property = properties(schema).iter().find(|one| one.name == name);
        if let Some(property) = property {
            return Some(vec![property.schema]);
        }
        let part = |schema, depth| self.property(schema, member, depth);
        let inherited = self.inherited(schema, Types::OBJECT, depth, &part);
        inherited.or_else(|| {
            let additional = schema.rules.iter().find_map(|rule| match (rule, member) {
                (Rule::Members(members), Member::Any(_)) => match members.others {
                    Others::Schema(schema) => Some(schema),
                    Others::Any | Others::None => None,
                },
                _ => None,
            });
            Some(vec![additional?])
        })
    }

    fn items(self, schema: Schema<'s>, depth: usize) -> Option<Vec<Schema<'s>>> {
        for rule in schema.rules {
            match rule {
                Rule::PrefixItems(_) => return None,
                Rule::Items { schema, .. } => return Some(vec![*schema]),
                _ => {}
            }
        }
        let part = |schema, depth| self.items(schema, depth);
        self.inherited(schema, Types::ARRAY, depth, &part)
    }

    /// What references and combinators say about a part of a value of this type.
    fn inherited(
        self,
        schema: Schema<'s>,
        type_: Types,
        depth: usize,
        part: &dyn Fn(Schema<'s>, usize) -> Option<Vec<Schema<'s>>>,
    ) -> Option<Vec<Schema<'s>>> {
        if depth >= MAX_DEPTH {
            return None;
        }
        let mut alternatives = None;
        for rule in schema.rules {
            let all = match rule {
                Rule::Reference(position) => self.referred(*position).map(std::slice::from_ref),
                Rule::AllOf(schemas) => Some(*schemas),
                Rule::AnyOf(schemas) | Rule::OneOf(schemas) => {
                    alternatives.get_or_insert(*schemas);
                    None
                }
                _ => None,
            };
            let found = all.into_iter().flatten();
            if let Some(found) = found.copied().find_map(|schema| part(schema, depth + 1)) {
                return Some(found);
            }
        }
        let alternatives = alternatives?
            .iter()
            .filter(|schema| self.types(**schema, depth + 1).admit(type_));
        // One alternative that says nothing admits everything.
        let parts: Option<Vec<_>> = alternatives
            .map(|schema| part(*schema, depth + 1))
            .collect();
        parts
            .map(|parts| parts.concat())
            .filter(|parts| !parts.is_empty())
    }

    fn referred(self, position: u16) -> Option<&'s Schema<'s>> {
        self.definitions.get(usize::from(position))
    }
}
