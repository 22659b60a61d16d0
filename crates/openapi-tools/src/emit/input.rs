//! Rust expressions of rules.

use super::{TABLE, list};
use crate::table::{Format, If, Input, Literal, Members, Others, Pattern, Property, Rule, Schema};

/// A Rust expression of type `::openapi_tools::table::Input<'static>`.
#[must_use]
pub fn input(input: &Input<'_>) -> String {
    format!(
        "{TABLE}::Input {{ schema: {}, definitions: {} }}",
        schema(&input.schema),
        schemas(input.definitions)
    )
}

fn schema(schema: &Schema<'_>) -> String {
    format!(
        "{TABLE}::Schema {{ rules: &[{}] }}",
        list(schema.rules, rule)
    )
}

fn schemas(all: &[Schema<'_>]) -> String {
    format!("&[{}]", list(all, schema))
}

fn rule(rule: &Rule<'_>) -> String {
    let value = match rule {
        Rule::Type(type_) => format!("Type({TABLE}::Type::{type_:?})"),
        Rule::Const(value) => format!("Const({})", literal(value)),
        Rule::Enum(values) => format!("Enum(&[{}])", list(values, literal)),
        Rule::Format(format) => format!("Format({})", self::format(*format)),
        Rule::Members(members) => format!("Members(&{})", self::members(members)),
        Rule::PropertyNames(names) => format!("PropertyNames({})", schema(names)),
        Rule::Required(names) => format!("Required(&{names:?})"),
        Rule::PrefixItems(all) => format!("PrefixItems({})", schemas(all)),
        Rule::Items { after, schema } => {
            format!(
                "Items {{ after: {after}, schema: {} }}",
                self::schema(schema)
            )
        }
        Rule::Pattern(pattern) => format!("Pattern(&{})", self::pattern(pattern)),
        Rule::Not(refused) => format!("Not({})", schema(refused)),
        Rule::AllOf(all) => format!("AllOf({})", schemas(all)),
        Rule::AnyOf(all) => format!("AnyOf({})", schemas(all)),
        Rule::OneOf(all) => format!("OneOf({})", schemas(all)),
        Rule::If(conditional) => format!("If(&{})", self::conditional(conditional)),
        Rule::Reference(_)
        | Rule::MinProperties(_)
        | Rule::MaxProperties(_)
        | Rule::MinItems(_)
        | Rule::MaxItems(_)
        | Rule::UniqueItems
        | Rule::MinLength(_)
        | Rule::MaxLength(_)
        | Rule::Minimum(_)
        | Rule::Maximum(_)
        | Rule::ExclusiveMinimum(_)
        | Rule::ExclusiveMaximum(_)
        | Rule::MultipleOf(_) => format!("{rule:?}"),
    };
    format!("{TABLE}::Rule::{value}")
}

fn literal(literal: &Literal<'_>) -> String {
    format!("{TABLE}::Literal::{literal:?}")
}

fn format(format: Format) -> String {
    format!("{TABLE}::Format::{format:?}")
}

fn members(members: &Members<'_>) -> String {
    let others = match &members.others {
        Others::Any => "Any".to_owned(),
        Others::None => "None".to_owned(),
        Others::Schema(others) => format!("Schema({})", schema(others)),
    };
    format!(
        "{TABLE}::Members {{ properties: &[{}], others: {TABLE}::Others::{others} }}",
        list(members.properties, property)
    )
}

fn property(property: &Property<'_>) -> String {
    format!(
        "{TABLE}::Property {{ name: {:?}, schema: {} }}",
        property.name,
        schema(&property.schema)
    )
}

fn conditional(conditional: &If<'_>) -> String {
    format!(
        "{TABLE}::If {{ condition: {}, then: {}, otherwise: {} }}",
        schema(&conditional.condition),
        schema(&conditional.then),
        schema(&conditional.otherwise)
    )
}

fn pattern(pattern: &Pattern<'_>) -> String {
    format!(
        "{TABLE}::Pattern {{ text: {:?}, classes: &{:?}, width: {}, next: &{:?}, accepts: &{:?} }}",
        pattern.text, pattern.classes, pattern.width, pattern.next, pattern.accepts
    )
}
