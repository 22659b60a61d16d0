//! The check and a JSON Schema library accept the same arguments, and name the same fields where they refuse.

use super::*;
use crate::mcp::tools::generated::{hostile, input_schema, runner, valid};
use crate::text::excerpt;
use boon::{Compiler, Draft, ErrorKind, InstanceToken, SchemaIndex, Schemas, ValidationError};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

/// A compiled schema.
struct Oracle {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Oracle {
    /// Of an input schema, whose root is closed although its text does not say so.
    fn of(schema: &Value) -> Self {
        let mut schema = schema.clone();
        schema["additionalProperties"] = false.into();
        let mut compiler = Compiler::new();
        compiler.set_default_draft(Draft::V2020_12);
        compiler.enable_format_assertions();
        let location = "tool:///input.json";
        compiler.add_resource(location, schema).expect("a URL");
        let mut schemas = Schemas::new();
        let index = compiler.compile(location, &mut schemas).expect("a schema");
        Self { schemas, index }
    }

    /// The fields of the first problems, in the order of the arguments.
    fn refused(&self, arguments: &Value) -> Vec<String> {
        let mut fields = Vec::new();
        if let Err(error) = self.schemas.validate(arguments, self.index) {
            collect(&error, &mut fields);
        }
        fields.truncate(MAX_PROBLEMS);
        fields
    }

    /// Whether the rules find the same problems as the oracle.
    fn agrees(&self, input: &Input<'_>, arguments: &Value) -> Result<(), TestCaseError> {
        let found = refused(input, arguments);
        prop_assert_eq!(found, self.refused(arguments), "{}", arguments);
        Ok(())
    }
}

fn collect(error: &ValidationError<'_, '_>, fields: &mut Vec<String>) {
    let tokens = &error.instance_location.tokens;
    let at = tokens.iter().fold(String::new(), |at, token| match token {
        InstanceToken::Prop(name) => member(&at, name),
        InstanceToken::Item(index) => format!("{at}[{index}]"),
    });
    match &error.kind {
        ErrorKind::AdditionalProperties { got } => {
            fields.extend(got.iter().map(|name| member(&at, name)));
        }
        ErrorKind::Required { want } => fields.extend(want.iter().map(|name| member(&at, name))),
        ErrorKind::PropertyName { prop } => fields.push(member(&at, prop)),
        ErrorKind::AnyOf | ErrorKind::OneOf(_) => fields.push(at),
        _ if error.causes.is_empty() => fields.push(at),
        _ => error.causes.iter().for_each(|cause| collect(cause, fields)),
    }
}

fn member(at: &str, name: &str) -> String {
    let separator = if at.is_empty() { "" } else { "." };
    format!("{at}{separator}{}", excerpt(name, 60))
}

fn refused(input: &Input<'_>, arguments: &Value) -> Vec<String> {
    let arguments = arguments.as_object().expect("an object");
    let problems = check(input, arguments).err().unwrap_or_default();
    problems.into_iter().map(|problem| problem.field).collect()
}

/// Every input schema that is shipped: of the catalogue and of the compact tools.
fn shipped() -> impl Iterator<Item = (&'static str, Value, &'static Input<'static>)> {
    let tools = catalog::TOOLS
        .iter()
        .map(|tool| (tool.name, input_schema(tool), &tool.input));
    let compact = catalog::COMPACT.iter().map(|tool| {
        let entry = format!("{{{}}}", tool.listing.base);
        let mut entry: Value = serde_json::from_str(&entry).expect("JSON");
        (tool.name, entry["inputSchema"].take(), &tool.input)
    });
    tools.chain(compact)
}

#[test]
fn valid_and_broken_arguments_are_judged_as_by_the_oracle() {
    let (mut accepted, mut rejected) = (0, 0);
    for (name, schema, input) in shipped() {
        let oracle = Oracle::of(&schema);
        let choices = vec(any::<Index>(), 16);
        let strategy = (valid(&schema), hostile(), choices, 0_usize..4);
        let run = runner().run(&strategy, |(mut arguments, hostile, choices, breaks)| {
            prop_assert_eq!(refused(input, &arguments), [""; 0], "{}", arguments);
            let mut breaker = Breaker {
                choices,
                next: 0,
                hostile,
            };
            for _ in 0..breaks {
                breaker.break_one(&mut arguments);
                oracle.agrees(input, &arguments)?;
            }
            Ok(())
        });
        run.unwrap_or_else(|error| panic!("{name}: {error}"));
        accepted += usize::from(refused(input, &json!({})).is_empty());
        rejected += usize::from(!oracle.refused(&json!({})).is_empty());
    }
    assert_eq!(accepted + rejected, 95);
    assert!(accepted > 20 && rejected > 20, "{accepted} {rejected}");
}

#[test]
fn any_value_of_every_argument_is_judged_as_by_the_oracle() {
    let values = vec(prop_oneof![hostile(), nearly_right()], 16);
    for (name, schema, input) in shipped() {
        let oracle = Oracle::of(&schema);
        let names: Vec<&String> = schema["properties"]
            .as_object()
            .expect("some")
            .keys()
            .collect();
        let run = runner().run(&values, |values| {
            for (i, value) in values.iter().enumerate() {
                let named = names.iter().cycle().skip(i).zip(&values[i..]);
                let mut arguments: Value = named
                    .map(|(name, value)| ((*name).clone(), value.clone()))
                    .collect::<Map<_, _>>()
                    .into();
                oracle.agrees(input, &arguments)?;
                arguments["unknown"] = value.clone();
                oracle.agrees(input, &arguments)?;
            }
            Ok(())
        });
        run.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

/// Keywords that the catalogue may get.
#[test]
fn every_rule_judges_as_the_oracle() {
    let string = json!({"type": "string"});
    let schemas = json!([
        {"type": "null"}, {"type": "boolean"}, {"type": "integer"}, {"type": "number"}, {"type": "array"},
        {"type": "object"}, {"const": null}, {"const": 0}, {"const": "a"}, {"enum": [1, 1.5, null, true, "a"]},
        {"minimum": 1}, {"maximum": 1}, {"exclusiveMinimum": 1}, {"exclusiveMaximum": 1.5}, {"multipleOf": 0.5},
        {"multipleOf": 3}, {"minLength": 2}, {"maxLength": 2}, {"pattern": "^[a-z]+$"}, {"pattern": r"\d"},
        {"minItems": 1}, {"maxItems": 1}, {"uniqueItems": true}, {"items": string},
        {"prefixItems": [{"type": "integer"}, string], "items": {"type": "null"}},
        {"minProperties": 1}, {"maxProperties": 1}, {"required": ["a", "b"]}, {"propertyNames": {"maxLength": 1}},
        {"properties": {"a": string}}, {"properties": {"a": string}, "additionalProperties": {"type": "integer"}},
        {"properties": {"a": string}, "additionalProperties": false}, {"additionalProperties": false},
        {"not": string}, {"allOf": [string, {"minLength": 2}, {"maxLength": 0}]}, {"anyOf": [string, {"minimum": 1}]},
        {"oneOf": [{"type": "integer"}, {"minimum": 1}]}, {"anyOf": [{"minimum": 1}]}, {"oneOf": [{"minimum": 1}]},
        {"if": string, "then": {"maxLength": 1}, "else": {"type": "integer"}}, {"$ref": "#/$defs/tree"},
        {"format": "date"}, {"format": "date-time"}, {"format": "uuid"}, {"format": "uri"}, {"format": "ipv4"},
        {"format": "ipv6"}, {"format": "hostname"}, {"format": "email"}, {"format": "uri-reference"},
        {"format": "int64"}, {"contentEncoding": "base64"}, {},
    ]);
    let tree =
        json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/tree"}}, "required": ["b"]});
    let value = prop_oneof![hostile(), nearly_right()];
    for schema in schemas.as_array().expect("a list") {
        let schema =
            json!({ "type": "object", "properties": { "x": schema }, "$defs": { "tree": tree } });
        let (input, oracle) = (rules(&schema), Oracle::of(&schema));
        // The library gives a name no place, and counts the items after a prefix from its end.
        let property = &schema["properties"]["x"];
        let is_misplaced =
            property.get("propertyNames").is_some() || property.get("prefixItems").is_some();
        let run = runner().run(&vec(value.clone(), 16), |values| {
            for value in values {
                let arguments = json!({ "x": value });
                let (mut ours, mut theirs) =
                    (refused(&input, &arguments), oracle.refused(&arguments));
                if is_misplaced {
                    ours.truncate(1);
                    theirs.truncate(1);
                    ours.iter_mut().chain(&mut theirs).for_each(String::clear);
                }
                prop_assert_eq!(ours, theirs, "{}", arguments);
            }
            Ok(())
        });
        run.unwrap_or_else(|error| panic!("{schema}: {error}"));
    }
}

/// Values at the limits of rules.
fn nearly_right() -> impl Strategy<Value = Value> + Clone {
    let numbers = json!([
        -1,
        0,
        1,
        2,
        3,
        4,
        5.0,
        0.5,
        1.5,
        -0.0,
        30,
        31,
        33,
        100,
        101,
        500,
        501,
        1e300,
        u64::MAX,
        i64::MIN,
        9_007_199_254_740_993_u64
    ]);
    let texts = json!([
        "",
        "a",
        "b",
        "é",
        "ab",
        "a-b",
        "a.b",
        "a\nb",
        "😀😀",
        "2026-02-28",
        "2026-02-30",
        "2026-11-28T10:00:00Z",
        "0b5d4a1e-6c1f-4d3e-9a55-0d6a2c1f7e10",
        "0b5d4a1e6c1f4d3e9a550d6a2c1f7e10",
        "https://a.example/b",
        "https://",
        "https:///b",
        "http://a.example",
        "https://a b",
        "127.0.0.1",
        "::1",
        "a@example.com",
        "a.example",
        "USA",
        "tiktok",
        "a".repeat(255),
        "a".repeat(256),
        "é".repeat(5_001),
        " "
    ]);
    let containers = json!([
        [], {}, [1], ["a", "a"], [1, 1.0, 2], [{"a": 1, "b": 2}, {"b": 2.0, "a": 1}], [[], {}], ["a", 1, null],
        {"a": "a"}, {"b": 1}, {"a": {"b": {}}, "b": 1}, {"a": 1, "b": "a", "c": null}, {"7": 1, "a/b~c": 2},
        vec![json!(1); 501], (0..100).fold(json!(1), |inner, _| json!([inner])),
        (0..12).fold(json!(1), |inner, _| json!({"a": inner}))
    ]);
    let all = [numbers, texts, containers];
    let all = all
        .into_iter()
        .flat_map(|list| list.as_array().cloned().unwrap_or_default());
    proptest::sample::select(all.collect::<Vec<_>>())
}

/// Breaks arguments at places that are chosen at random.
struct Breaker {
    choices: Vec<Index>,
    next: usize,
    hostile: Value,
}

impl Breaker {
    fn choose(&mut self, size: usize) -> usize {
        self.next += 1;
        self.choices[self.next % self.choices.len()].index(size)
    }

    fn break_one(&mut self, arguments: &mut Value) {
        let mut places = Vec::new();
        pointers(arguments, String::new(), &mut places);
        let place = &places[self.choose(places.len())];
        let is_root = place.is_empty();
        let value = arguments.pointer_mut(place).expect("a place");
        match value {
            Value::Object(members) if is_root || self.choose(2) == 0 => match self.choose(3) {
                0 => drop(members.insert("unknown".to_owned(), self.hostile.clone())),
                1 => drop(members.insert("x".repeat(100), Value::Null)),
                _ => {
                    let names: Vec<String> = members.keys().cloned().collect();
                    if !names.is_empty() {
                        members.shift_remove(&names[self.choose(names.len())]);
                    }
                }
            },
            Value::Array(items) if self.choose(2) == 0 => match self.choose(3) {
                0 => items.clear(),
                1 => items.extend_from_within(..),
                _ => items.resize(600, self.hostile.clone()),
            },
            Value::String(text) if self.choose(2) == 0 => match self.choose(3) {
                0 => text.clear(),
                1 => *text = text.repeat(300),
                _ => text.push('\u{1f600}'),
            },
            Value::Number(number) if self.choose(2) == 0 => {
                let number = number.as_f64().unwrap_or_default();
                let changed = [number + 0.5, number + 1.0, number * 1e6, -number];
                *value = changed[self.choose(4)].into();
            }
            _ => *value = self.hostile.clone(),
        }
    }
}

/// The JSON pointers of a value and everything in it.
fn pointers(value: &Value, at: String, out: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                pointers(value, format!("{at}/{name}"), out);
            }
        }
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate().take(5) {
                pointers(item, format!("{at}/{i}"), out);
            }
        }
        _ => {}
    }
    out.push(at);
}
