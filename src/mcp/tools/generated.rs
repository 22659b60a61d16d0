//! Generated arguments for tests: of every tool, from its input schema.

use crate::catalog;
use openapi_tools::table::Tool;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

const UUID: &str = "0b5d4a1e-6c1f-4d3e-9a55-0d6a2c1f7e10";

/// Texts that look like other values.
const TEMPTING: [&str; 9] = [
    "5",
    "5.0",
    "true",
    "False",
    "null",
    "[\"a\"]",
    "{\"a\":1}",
    "\"x\"",
    "plain text",
];

/// The schema from which the rules of a tool were made.
pub(super) fn input_schema(tool: &Tool<'_>) -> Value {
    static SCHEMAS: LazyLock<Value> = LazyLock::new(|| {
        let text = include_str!(concat!(env!("OUT_DIR"), "/input-schemas.json"));
        serde_json::from_str(text).expect("JSON")
    });
    SCHEMAS[tool.name].clone()
}

/// Runs a property over every tool with arguments that a strategy makes from its schema.
pub(super) fn for_every_tool<S: Strategy>(
    strategy: impl Fn(&Value) -> S,
    property: impl Fn(&'static Tool<'static>, S::Value) -> Result<(), TestCaseError>,
) {
    for_every_tool_with(24, strategy, property);
}

/// The same with as many values for each tool.
pub(super) fn for_every_tool_with<S: Strategy>(
    cases: u32,
    strategy: impl Fn(&Value) -> S,
    property: impl Fn(&'static Tool<'static>, S::Value) -> Result<(), TestCaseError>,
) {
    for tool in &catalog::TOOLS {
        let strategy = strategy(&input_schema(tool));
        let run = runner_of(cases).run(&strategy, |value| property(tool, value));
        run.unwrap_or_else(|error| panic!("{}: {error}", tool.name));
    }
}

/// Runs a property with 24 values.
pub(super) fn runner() -> TestRunner {
    runner_of(24)
}

fn runner_of(cases: u32) -> TestRunner {
    TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    })
}

/// Values that conform to a schema of the catalogue.
pub(super) fn valid(schema: &Value) -> BoxedStrategy<Value> {
    let number = |keyword: &str| schema.get(keyword).and_then(Value::as_i64);
    if let Some(alternatives) = schema.get("anyOf").and_then(Value::as_array) {
        return Union::new(alternatives.iter().map(valid)).boxed();
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return select(values.clone()).boxed();
    }
    match schema["type"].as_str().expect("a type") {
        "object" => match schema.get("properties").and_then(Value::as_object) {
            Some(properties) => object(schema, properties),
            None => btree_map("[a-z]{1,5}", select(TEMPTING.to_vec()), 0..3)
                .prop_map(|members| members.into_iter().map(|(k, v)| (k, json!(v))).collect())
                .boxed(),
        },
        "array" => {
            let least = number("minItems").map_or(0, |n| usize::try_from(n).expect("small"));
            let items = vec(valid(&schema["items"]), least..=least + 2);
            let is_set = schema["uniqueItems"] == true;
            items
                .prop_filter_map("items are unique", move |items| {
                    let is_unique = (1..items.len()).all(|i| !items[..i].contains(&items[i]));
                    (is_unique || !is_set).then_some(Value::Array(items))
                })
                .boxed()
        }
        "integer" => {
            let step = number("multipleOf").unwrap_or(1);
            let least = number("minimum").unwrap_or(-1_000).div_euclid(step);
            let most = number("maximum").unwrap_or(1_000_000) / step;
            (least..=most)
                .prop_map(move |n| n * step)
                .prop_filter_map("in range", {
                    let minimum = number("minimum");
                    move |n| minimum.is_none_or(|minimum| n >= minimum).then(|| json!(n))
                })
                .boxed()
        }
        "boolean" => any::<bool>().prop_map(Value::from).boxed(),
        "null" => Just(Value::Null).boxed(),
        "string" => text(schema).boxed(),
        other => panic!("{other} needs a strategy"),
    }
}

fn object(schema: &Value, properties: &Map<String, Value>) -> BoxedStrategy<Value> {
    let required = schema.get("required").and_then(Value::as_array);
    let required: Vec<&str> = required
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let mut members: BoxedStrategy<Map<String, Value>> = Just(Map::new()).boxed();
    for (name, schema) in properties {
        let value = match required.contains(&name.as_str()) {
            true => valid(schema).prop_map(Some).boxed(),
            false => proptest::option::of(valid(schema)).boxed(),
        };
        let name = name.clone();
        members = (members, value)
            .prop_map(move |(mut members, value)| {
                members.extend(value.map(|value| (name.clone(), value)));
                members
            })
            .boxed();
    }
    members.prop_map(Value::Object).boxed()
}

/// Texts that conform to a schema, and that look like other values where they can.
fn text(schema: &Value) -> impl Strategy<Value = Value> + use<> {
    let fixed = match (
        schema["format"].as_str(),
        schema.get("pattern"),
        schema.get("contentEncoding"),
    ) {
        (Some("uuid"), ..) => Some(UUID),
        (Some("uri"), ..) => Some("https://media.example.com/a"),
        (Some("date"), ..) => Some("2027-01-15"),
        (Some("date-time"), ..) => Some("2027-01-15T00:00:00Z"),
        (Some("email"), ..) => Some("a@example.com"),
        (Some(other), ..) => panic!("the format {other} needs an example"),
        (None, _, Some(_)) => Some("QQ=="),
        (None, Some(pattern), _) if pattern.as_str().is_some_and(|p| p.contains("https")) => {
            Some("https://media.example.com/a")
        }
        (None, Some(_), _) => Some("maple"),
        (None, None, None) => None,
    };
    let length = |keyword: &str| schema.get(keyword).and_then(Value::as_u64);
    let least = length("minLength").unwrap_or(0);
    let most = length("maxLength").unwrap_or(u64::MAX);
    let texts: Vec<Value> = match fixed {
        Some(text) => vec![text.into()],
        None => TEMPTING
            .iter()
            .map(|text| {
                format!(
                    "{text}{}",
                    " ".repeat(
                        usize::try_from(least)
                            .expect("small")
                            .saturating_sub(text.len())
                    )
                )
            })
            .filter(|text| text.len() as u64 <= most)
            .map(Value::from)
            .collect(),
    };
    select(texts)
}

/// Any JSON, with a liking for what is nearly right.
pub(super) fn hostile() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|n| json!(n)),
        (-100_i32..100).prop_map(|n| json!(f64::from(n))),
        select(TEMPTING.to_vec()).prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::Array),
            btree_map(".{0,4}", inner.clone(), 0..3)
                .prop_map(|members| members.into_iter().collect()),
            inner.prop_map(|value| value.to_string().into()),
        ]
    })
}
