//! Checks arguments against the rules of a tool.
//!
//! The semantics are those of JSON Schema 2020-12 with `format` as an assertion: `5.0` is an integer, lengths count
//! characters, and numbers are equal by value.

mod format;
mod instance;
mod members;
mod repetition;
mod sink;

use super::problem::ArgumentProblem;
use crate::mcp::tools::normalize::Path;
use format::has_format;
use instance::{Instance, json, name};
use openapi_tools::table::{Input, Literal, Property, Rule, Schema};
use repetition::first_repetition;
use serde_json::{Map, Number, Value};
use sink::Sink;

/// The deepest nesting of schemas. JSON nests at most 128 levels, so only a schema that contains itself without a level
/// in between gets here.
const MAX_DEPTH: usize = 512;

/// Checks arguments.
///
/// # Errors
/// The first 20 problems, in the order of the arguments.
pub(super) fn check(
    input: &Input<'_>,
    arguments: &Map<String, Value>,
) -> Result<(), Vec<ArgumentProblem>> {
    let checker = Checker {
        definitions: input.definitions,
        known: known(&input.schema),
        depth: 0,
    };
    let mut sink = Sink::default();
    let arguments = Instance::Object(arguments);
    checker.schema(input.schema, arguments, &Path::Root, &mut sink);
    sink.into_result()
}

/// The arguments that a tool has.
fn known<'t>(schema: &Schema<'t>) -> &'t [Property<'t>] {
    let members = schema.rules.iter().find_map(|rule| match rule {
        Rule::Members(members) => Some(members.properties),
        _ => None,
    });
    members.unwrap_or_default()
}

#[derive(Debug, Clone, Copy)]
struct Checker<'t> {
    definitions: &'t [Schema<'t>],
    /// The arguments of the tool, which are named if there is an unknown one.
    known: &'t [Property<'t>],
    /// How many schemas contain the current one.
    depth: usize,
}

impl Checker<'_> {
    /// Checks a value against a schema.
    fn schema(self, schema: Schema<'_>, value: Instance<'_>, at: &Path<'_>, sink: &mut Sink) {
        if self.depth > MAX_DEPTH {
            return sink.add(at, || "is nested too deeply".to_owned());
        }
        let inner = Self {
            depth: self.depth + 1,
            ..self
        };
        for rule in schema.rules {
            let before = sink.violations();
            inner.rule(rule, value, at, sink);
            let decides = matches!(rule, Rule::Type(_) | Rule::Const(_) | Rule::Enum(_));
            if sink.is_full() || decides && sink.violations() > before {
                return;
            }
        }
    }

    /// Whether a value conforms to a schema.
    fn conforms(self, schema: Schema<'_>, value: Instance<'_>, at: &Path<'_>) -> bool {
        let mut sink = Sink::silent();
        self.schema(schema, value, at, &mut sink);
        sink.violations() == 0
    }

    fn rule(self, rule: &Rule<'_>, value: Instance<'_>, at: &Path<'_>, sink: &mut Sink) {
        match rule {
            Rule::Type(type_) => {
                if !value.has_type(*type_) {
                    let (want, got) = (name(*type_), name(value.type_()));
                    sink.add(at, || format!("must be {want}, not {got}"));
                }
            }
            Rule::Const(want) => {
                if !value.is(*want) {
                    let want = json(*want);
                    sink.add_allowed(at, || (format!("must be {want}"), want.clone()));
                }
            }
            Rule::Enum(values) => one_of(values, value, at, sink),
            Rule::Reference(position) => {
                if let Some(schema) = self.definitions.get(usize::from(*position)) {
                    self.schema(*schema, value, at, sink);
                }
            }
            Rule::Not(schema) => {
                if self.conforms(*schema, value, at) {
                    sink.add(at, || "is not valid".to_owned());
                }
            }
            Rule::AllOf(schemas) => {
                for schema in *schemas {
                    self.schema(*schema, value, at, sink);
                }
            }
            Rule::AnyOf([schema]) | Rule::OneOf([schema]) => {
                self.schema(*schema, value, at, sink);
            }
            Rule::AnyOf(schemas) => {
                if !schemas
                    .iter()
                    .any(|schema| self.conforms(*schema, value, at))
                {
                    sink.add(at, || "matches none of the allowed forms".to_owned());
                }
            }
            Rule::OneOf(schemas) => {
                let matching = schemas
                    .iter()
                    .filter(|schema| self.conforms(**schema, value, at));
                match matching.take(2).count() {
                    0 => sink.add(at, || "matches none of the allowed forms".to_owned()),
                    1 => {}
                    _ => sink.add(at, || {
                        "matches more than one of the allowed forms".to_owned()
                    }),
                }
            }
            Rule::If(conditional) => {
                let branch = match self.conforms(conditional.condition, value, at) {
                    true => conditional.then,
                    false => conditional.otherwise,
                };
                self.schema(branch, value, at, sink);
            }
            _ => match value {
                Instance::Object(members) => self.members(rule, members, at, sink),
                Instance::Array(items) => self.items(rule, items, at, sink),
                Instance::String(text) => text_rule(rule, text, at, sink),
                Instance::Number(number) => number_rule(rule, number, at, sink),
                Instance::Null | Instance::Boolean(_) => {}
            },
        }
    }

    fn items(self, rule: &Rule<'_>, items: &[Value], at: &Path<'_>, sink: &mut Sink) {
        match rule {
            Rule::MinItems(least) => {
                at_least(*least, items.len(), "items", at, sink);
            }
            Rule::MaxItems(most) => at_most(*most, items.len(), "items", at, sink),
            Rule::UniqueItems => {
                if let Some((first, second)) = first_repetition(items) {
                    sink.add(at, || {
                        format!("must not repeat an item (items {first} and {second})")
                    });
                }
            }
            Rule::PrefixItems(schemas) => {
                for (i, (schema, item)) in schemas.iter().zip(items).enumerate() {
                    self.schema(*schema, item.into(), &Path::Item(at, i), sink);
                }
            }
            Rule::Items { after, schema } => {
                for (i, item) in items.iter().enumerate().skip(usize::from(*after)) {
                    if sink.is_full() {
                        return;
                    }
                    self.schema(*schema, item.into(), &Path::Item(at, i), sink);
                }
            }
            _ => {}
        }
    }
}

fn one_of(values: &[Literal<'_>], value: Instance<'_>, at: &Path<'_>, sink: &mut Sink) {
    if values.iter().any(|want| value.is(*want)) {
        return;
    }
    match values {
        [want] => sink.add(at, || format!("must be {}", json(*want))),
        _ => sink.add_allowed(at, || {
            let allowed = values.iter().map(|want| json(*want)).collect();
            ("is not one of the allowed values".to_owned(), allowed)
        }),
    }
}

fn text_rule(rule: &Rule<'_>, text: &str, at: &Path<'_>, sink: &mut Sink) {
    match rule {
        Rule::Format(format) if !has_format(text, *format) => {
            sink.add(at, || format!("must have the format {}", format.name()));
        }
        Rule::MinLength(least) => at_least(*least, text.chars().count(), "characters", at, sink),
        Rule::MaxLength(most) => at_most(*most, text.chars().count(), "characters", at, sink),
        Rule::Pattern(pattern) if !pattern.matches(text) => {
            sink.add(at, || format!("must match the pattern {}", pattern.text));
        }
        _ => {}
    }
}

fn number_rule(rule: &Rule<'_>, number: &Number, at: &Path<'_>, sink: &mut Sink) {
    let Some(number) = number.as_f64() else {
        return;
    };
    let (holds, words, limit) = match rule {
        Rule::Minimum(limit) => (number >= *limit, "at least", limit),
        Rule::Maximum(limit) => (number <= *limit, "at most", limit),
        Rule::ExclusiveMinimum(limit) => (number > *limit, "above", limit),
        Rule::ExclusiveMaximum(limit) => (number < *limit, "below", limit),
        Rule::MultipleOf(step) => ((number / step).fract() == 0.0, "a multiple of", step),
        _ => return,
    };
    if !holds {
        sink.add(at, || format!("must be {words} {limit}"));
    }
}

fn at_least(least: u32, got: usize, what: &str, at: &Path<'_>, sink: &mut Sink) {
    if (got as u64) < u64::from(least) {
        sink.add(at, || {
            format!("must have at least {least} {what}, has {got}")
        });
    }
}

fn at_most(most: u32, got: usize, what: &str, at: &Path<'_>, sink: &mut Sink) {
    if got as u64 > u64::from(most) {
        sink.add(at, || format!("must have at most {most} {what}, has {got}"));
    }
}
