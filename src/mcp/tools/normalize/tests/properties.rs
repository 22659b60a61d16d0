//! Properties over the schemas of all tools, with generated arguments.

use super::*;
use crate::mcp::tools::consent::CONSENT;
use openapi_tools::table::Scope;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::Union;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

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

/// Runs a property over every tool with arguments that a strategy makes from its schema.
fn for_every_tool<S: Strategy>(
    strategy: impl Fn(&Value) -> S,
    property: impl Fn(&'static Tool<'static>, &Value, S::Value) -> Result<(), TestCaseError>,
) {
    for tool in &catalog::TOOLS {
        let schema: Value = serde_json::from_str(tool.input_schema).expect("JSON");
        let mut runner = TestRunner::new(Config {
            cases: 24,
            failure_persistence: None,
            ..Config::default()
        });
        let run = runner.run(&strategy(&schema), |value| property(tool, &schema, value));
        run.unwrap_or_else(|error| panic!("{}: {error}", tool.name));
    }
}

fn is_valid(tool: &'static Tool<'static>, arguments: &Value) -> bool {
    let arguments = arguments.as_object().expect("an object");
    let unknown = Unknown::Refused;
    let checked =
        crate::mcp::tools::arguments::accept(tool.name, tool.input_schema, unknown, arguments);
    checked.outcome.is_ok() && checked.changes.count == 0
}

#[test]
fn valid_arguments_are_never_changed() {
    for_every_tool(valid, |tool, schema, arguments| {
        let members = arguments.as_object().expect("an object");
        for unknown in [Unknown::Refused, Unknown::Dropped(None)] {
            let normalized = normalize(schema, unknown, members);
            prop_assert!(matches!(normalized.arguments, Cow::Borrowed(_)));
            prop_assert_eq!(normalized.changes, Changes::default());
            prop_assert!(normalized.problems.is_empty());
        }
        prop_assert!(is_valid(tool, &arguments), "{} {arguments}", tool.name);
        Ok(())
    });
}

#[test]
fn broken_arguments_become_the_valid_ones_again() {
    let strategy = |schema: &Value| (valid(schema), vec(any::<Index>(), 64));
    for_every_tool(strategy, |tool, schema, (arguments, choices)| {
        let mut breaker = Breaker { choices, next: 0 };
        let shape = Shape::root(schema);
        let mut broken = arguments.clone();
        let mut expected = arguments.clone();
        let members = broken.as_object_mut().expect("an object");
        breaker.break_members(&shape, members);
        let is_read = tool.facts.scope == Scope::Read;
        if is_read {
            members.insert("toolCallId".to_owned(), "call_1".into());
        }
        let gaps: Vec<&str> = shape
            .property_names()
            .filter(|name| !members.contains_key(*name))
            .collect();
        let shows_sender = gaps.iter().any(|name| {
            shape
                .property(name)
                .is_some_and(|shape| !shape.types().admit(Types::NULL))
        });
        if shows_sender && breaker.choose(2) == 0 {
            members.extend(gaps.iter().map(|name| ((*name).to_owned(), Value::Null)));
            remove_nulls(&shape, &mut expected);
        }
        let unknown = if is_read {
            Unknown::Dropped(None)
        } else {
            Unknown::Refused
        };
        let normalized = normalize(schema, unknown, broken.as_object().expect("an object"));
        prop_assert_eq!(
            Value::Object(normalized.arguments.into_owned()),
            expected,
            "{}",
            broken
        );
        prop_assert!(normalized.problems.is_empty());
        Ok(())
    });
}

#[test]
fn any_arguments_keep_text_and_dry_run_and_gain_no_member() {
    let strategy = |schema: &Value| {
        let names: Vec<String> = Shape::root(schema)
            .property_names()
            .map(str::to_owned)
            .collect();
        let known =
            (0..names.len().max(1)).prop_map(move |i| names.get(i).cloned().unwrap_or_default());
        let unknown = select(vec!["toolCallId", "dryRun", "dry_run", "perPage", "x"]);
        let name = prop_oneof![4 => known, 1 => unknown.prop_map(str::to_owned)];
        btree_map(name, hostile(), 0..8)
    };
    for_every_tool(strategy, |_, schema, arguments| {
        let sent = Map::from_iter(arguments);
        let shape = Shape::root(schema);
        for unknown in [Unknown::Refused, Unknown::Dropped(None)] {
            let once = normalize(schema, unknown, &sent).arguments.into_owned();
            let twice = normalize(schema, unknown, &once);
            prop_assert_eq!(&*twice.arguments, &once, "idempotent: {:?}", sent);
            prop_assert!(once.keys().all(|name| sent.contains_key(name)));
            for (name, value) in &sent {
                let admits_text = shape
                    .property(name)
                    .is_some_and(|s| s.types().admit(Types::STRING));
                if value.is_string() && admits_text {
                    prop_assert_eq!(once.get(name), Some(value));
                }
                if name == "dry_run" && !value.is_null() {
                    let spelled = value.as_str().map(|text| text.trim().to_lowercase());
                    let meant = match spelled.as_deref() {
                        Some("true") if shape.property(name).is_some() => json!(true),
                        Some("false") if shape.property(name).is_some() => json!(false),
                        _ => value.clone(),
                    };
                    prop_assert_eq!(once.get(name), Some(&meant));
                }
            }
        }
        Ok(())
    });
}

/// Does to valid arguments what hosts do.
struct Breaker {
    choices: Vec<Index>,
    next: usize,
}

impl Breaker {
    fn choose(&mut self, size: usize) -> usize {
        self.next += 1;
        self.choices[self.next % self.choices.len()].index(size)
    }

    fn break_members(&mut self, shape: &Shape<'_>, members: &mut Map<String, Value>) {
        for (name, value) in members.iter_mut() {
            if let Some(shape) = shape.property(name)
                && name != CONSENT
            {
                self.break_value(&shape, value);
            }
        }
    }

    fn break_value(&mut self, shape: &Shape<'_>, value: &mut Value) {
        match value {
            Value::Object(members) => self.break_members(shape, members),
            Value::Array(items) => {
                if let Some(shape) = shape.items() {
                    items
                        .iter_mut()
                        .for_each(|item| self.break_value(&shape, item));
                }
            }
            Value::Number(number) if self.choose(2) == 0 => {
                *value = number.as_f64().expect("a number").into();
            }
            _ => {}
        }
        let is_text_wanted = shape.types().admit(Types::STRING);
        if !is_text_wanted && !value.is_null() && self.choose(2) == 0 {
            let is_python = *value == true && self.choose(2) == 0;
            let text = if is_python {
                "True".to_owned()
            } else {
                value.to_string()
            };
            *value = text.into();
        }
    }
}

/// Removes the nulls that a schema describes, also inside of what is not broken.
fn remove_nulls(shape: &Shape<'_>, value: &mut Value) {
    match value {
        Value::Object(members) => members.retain(|name, value| match shape.property(name) {
            None => true,
            Some(_) if value.is_null() => false,
            Some(shape) => {
                remove_nulls(&shape, value);
                true
            }
        }),
        Value::Array(items) => {
            if let Some(shape) = shape.items() {
                items.iter_mut().for_each(|item| remove_nulls(&shape, item));
            }
        }
        _ => {}
    }
}

/// Values that conform to a schema of the catalogue.
fn valid(schema: &Value) -> BoxedStrategy<Value> {
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
        (Some("uuid"), ..) => Some(BUNDLE),
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
fn hostile() -> impl Strategy<Value = Value> {
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
