//! The rules of an input schema, for [`table`](crate::table).

mod ecma;
mod pattern;

use serde_json::{Map, Value};

use crate::arena::Arena;
use crate::problem::{Problem, Problems, at, nth};
use crate::table::{Format, If, Input, Literal, Members, Others, Property, Rule, Schema, Type};

/// The keywords in the order in which their rules are checked.
const ORDER: [&str; 27] = [
    "type",
    "const",
    "enum",
    "format",
    "$ref",
    "minProperties",
    "maxProperties",
    "required",
    "properties",
    "propertyNames",
    "minItems",
    "maxItems",
    "uniqueItems",
    "prefixItems",
    "items",
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "not",
    "allOf",
    "anyOf",
    "oneOf",
];

/// Keywords that limit nothing, or that are read together with another one.
const BESIDE: [&str; 14] = [
    "$schema",
    "$comment",
    "$defs",
    "title",
    "description",
    "deprecated",
    "default",
    "examples",
    "contentEncoding",
    "contentMediaType",
    "additionalProperties",
    "if",
    "then",
    "else",
];

/// Formats of JSON Schema for which there is no rule.
const UNCHECKED_FORMATS: [&str; 10] = [
    "time",
    "duration",
    "idn-email",
    "idn-hostname",
    "iri",
    "iri-reference",
    "uri-template",
    "json-pointer",
    "relative-json-pointer",
    "regex",
];

/// The rules of an object schema, whose root is closed although the schema need not say so.
///
/// # Errors
///
/// The schema has keywords or values that no rule expresses. Ignoring them would accept what the schema refuses.
pub fn input_rules<'a>(schema: &Value, arena: &'a Arena) -> Result<Input<'a>, Problems> {
    let definitions = schema.get("$defs").and_then(Value::as_object);
    let mut reader = Reader {
        arena,
        definitions: definitions
            .into_iter()
            .flat_map(Map::keys)
            .map(|name| at("#/$defs", name))
            .collect(),
        problems: Vec::new(),
    };
    let mut root = schema.clone();
    if let Some(root) = root.as_object_mut() {
        root.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    let schema = reader.schema(&root, "");
    let definitions: Vec<Schema<'a>> = definitions
        .into_iter()
        .flatten()
        .map(|(name, schema)| reader.schema(schema, &at("/$defs", name)))
        .collect();
    if reader.problems.is_empty() {
        Ok(Input {
            schema,
            definitions: arena.list(&definitions),
        })
    } else {
        Err(Problems(reader.problems))
    }
}

/// Reads the schemas of one tool.
struct Reader<'a> {
    arena: &'a Arena,
    /// The references to the members of `$defs`.
    definitions: Vec<String>,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    fn problem(&mut self, pointer: &str, message: impl Into<String>) {
        self.problems.push(Problem {
            pointer: pointer.to_owned(),
            message: message.into(),
        });
    }

    fn schema(&mut self, schema: &Value, pointer: &str) -> Schema<'a> {
        let mut rules = Vec::new();
        match schema {
            Value::Bool(true) => {}
            Value::Object(map) => {
                for keyword in map.keys() {
                    if !ORDER.contains(&keyword.as_str()) && !BESIDE.contains(&keyword.as_str()) {
                        self.problem(
                            &at(pointer, keyword),
                            "arguments cannot be checked against this keyword",
                        );
                    }
                }
                for keyword in ORDER {
                    let here = at(pointer, keyword);
                    match map.get(keyword) {
                        Some(value) => rules.extend(self.rule(keyword, value, map, &here)),
                        None if keyword == "properties" => {
                            rules.extend(self.members(None, map, &here));
                        }
                        None => {}
                    }
                }
                rules.extend(self.conditional(map, pointer));
            }
            _ => self.problem(pointer, "arguments cannot be checked against this schema"),
        }
        Schema {
            rules: self.arena.list(&rules),
        }
    }

    /// The rule of a keyword; `None` if it limits nothing, or after a problem.
    fn rule(
        &mut self,
        keyword: &str,
        value: &Value,
        schema: &Map<String, Value>,
        pointer: &str,
    ) -> Option<Rule<'a>> {
        let rule = match keyword {
            "type" => value.as_str().and_then(type_named).map(Rule::Type),
            "const" => self.literal(value).map(Rule::Const),
            "enum" => self.literals(value).map(Rule::Enum),
            "format" => match value.as_str() {
                Some(name) if UNCHECKED_FORMATS.contains(&name) => None,
                Some(name) => {
                    let format = Format::ALL.into_iter().find(|one| one.name() == name);
                    // Other formats, such as int64, are annotations.
                    return format.map(Rule::Format);
                }
                None => None,
            },
            "$ref" => {
                let position = self.definitions.iter().position(|one| value == one);
                position
                    .and_then(|position| u16::try_from(position).ok())
                    .map(Rule::Reference)
            }
            "required" => self.texts(value).map(Rule::Required),
            "properties" => match value.as_object() {
                Some(properties) => return self.members(Some(properties), schema, pointer),
                None => None,
            },
            "propertyNames" => Some(Rule::PropertyNames(self.schema(value, pointer))),
            "minProperties" => count(value).map(Rule::MinProperties),
            "maxProperties" => count(value).map(Rule::MaxProperties),
            "minItems" => count(value).map(Rule::MinItems),
            "maxItems" => count(value).map(Rule::MaxItems),
            "minLength" => count(value).map(Rule::MinLength),
            "maxLength" => count(value).map(Rule::MaxLength),
            "uniqueItems" => match value {
                Value::Bool(true) => Some(Rule::UniqueItems),
                Value::Bool(false) => return None,
                _ => None,
            },
            "items" => {
                let prefix = schema.get("prefixItems").and_then(Value::as_array);
                let after = u16::try_from(prefix.map_or(0, Vec::len)).ok();
                let schema = self.schema(value, pointer);
                after.map(|after| Rule::Items { after, schema })
            }
            "pattern" => match value
                .as_str()
                .map(|text| pattern::pattern(text, self.arena))
            {
                Some(Ok(pattern)) => Some(Rule::Pattern(pattern)),
                Some(Err(reason)) => {
                    self.problem(pointer, format!("the pattern cannot be checked: {reason}"));
                    return None;
                }
                None => None,
            },
            "minimum" => value.as_f64().map(Rule::Minimum),
            "maximum" => value.as_f64().map(Rule::Maximum),
            "exclusiveMinimum" => value.as_f64().map(Rule::ExclusiveMinimum),
            "exclusiveMaximum" => value.as_f64().map(Rule::ExclusiveMaximum),
            "multipleOf" => value
                .as_f64()
                .filter(|step| *step > 0.0)
                .map(Rule::MultipleOf),
            "not" => Some(Rule::Not(self.schema(value, pointer))),
            "prefixItems" => self.schemas(value, pointer).map(Rule::PrefixItems),
            "allOf" => self.schemas(value, pointer).map(Rule::AllOf),
            "anyOf" => self.schemas(value, pointer).map(Rule::AnyOf),
            "oneOf" => self.schemas(value, pointer).map(Rule::OneOf),
            _ => None,
        };
        if rule.is_none() {
            self.problem(
                pointer,
                format!("arguments cannot be checked against the value {value}"),
            );
        }
        rule
    }

    /// The rule of `properties` and `additionalProperties`.
    fn members(
        &mut self,
        properties: Option<&Map<String, Value>>,
        schema: &Map<String, Value>,
        pointer: &str,
    ) -> Option<Rule<'a>> {
        let others = schema.get("additionalProperties");
        if properties.is_none() && others.is_none() {
            return None;
        }
        let properties: Vec<Property<'a>> = properties
            .into_iter()
            .flatten()
            .map(|(name, schema)| Property {
                name: self.arena.text(name),
                schema: self.schema(schema, &at(pointer, name)),
            })
            .collect();
        let others = match others {
            None | Some(Value::Bool(true)) => Others::Any,
            Some(Value::Bool(false)) => Others::None,
            Some(schema) => Others::Schema(self.schema(schema, pointer)),
        };
        let properties = self.arena.list(&properties);
        Some(Rule::Members(
            self.arena.value(Members { properties, others }),
        ))
    }

    fn conditional(&mut self, schema: &Map<String, Value>, pointer: &str) -> Option<Rule<'a>> {
        let condition = self.schema(schema.get("if")?, &at(pointer, "if"));
        let mut branch = |keyword: &str| match schema.get(keyword) {
            Some(schema) => self.schema(schema, &at(pointer, keyword)),
            None => Schema { rules: &[] },
        };
        let (then, otherwise) = (branch("then"), branch("else"));
        Some(Rule::If(self.arena.value(If {
            condition,
            then,
            otherwise,
        })))
    }

    fn schemas(&mut self, list: &Value, pointer: &str) -> Option<&'a [Schema<'a>]> {
        let schemas: Vec<Schema<'a>> = list
            .as_array()?
            .iter()
            .enumerate()
            .map(|(index, schema)| self.schema(schema, &nth(pointer, index)))
            .collect();
        // JSON Schema has no empty lists of schemas.
        (!schemas.is_empty()).then(|| self.arena.list(&schemas))
    }

    fn literals(&mut self, list: &Value) -> Option<&'a [Literal<'a>]> {
        let values = list.as_array()?.iter().map(|value| self.literal(value));
        let values: Option<Vec<Literal<'a>>> = values.collect();
        Some(self.arena.list(&values?))
    }

    /// A value that is no container.
    fn literal(&self, value: &Value) -> Option<Literal<'a>> {
        Some(match value {
            Value::Null => Literal::Null,
            Value::Bool(value) => Literal::Boolean(*value),
            Value::Number(number) if number.is_f64() => Literal::Number(number.as_f64()?),
            Value::Number(number) => Literal::Integer(number.as_i64()?),
            Value::String(text) => Literal::String(self.arena.text(text)),
            Value::Array(_) | Value::Object(_) => return None,
        })
    }

    fn texts(&self, list: &Value) -> Option<&'a [&'a str]> {
        let texts = list.as_array()?.iter().map(Value::as_str);
        let texts: Option<Vec<&str>> = texts
            .map(|text| text.map(|text| self.arena.text(text)))
            .collect();
        Some(self.arena.list(&texts?))
    }
}

fn type_named(name: &str) -> Option<Type> {
    Some(match name {
        "null" => Type::Null,
        "boolean" => Type::Boolean,
        "integer" => Type::Integer,
        "number" => Type::Number,
        "string" => Type::String,
        "array" => Type::Array,
        "object" => Type::Object,
        _ => return None,
    })
}

/// A number of characters, items or members, which may be written as `5.0`.
fn count(value: &Value) -> Option<u32> {
    let count = value.as_f64().filter(|count| count.fract() == 0.0)?;
    let is_small = (0.0..=f64::from(u32::MAX)).contains(&count);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number in the range of u32"
    )]
    is_small.then_some(count as u32)
}

#[cfg(test)]
mod tests;
