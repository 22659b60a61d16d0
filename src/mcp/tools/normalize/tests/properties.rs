//! Properties over the schemas of all tools, with generated arguments.

use super::*;
use crate::mcp::tools::arguments::accept;
use crate::mcp::tools::consent::CONSENT;
use crate::mcp::tools::generated::{for_every_tool, hostile, valid};
use openapi_tools::table::Scope;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};

fn is_valid(tool: &'static Tool<'static>, arguments: &Value) -> bool {
    let arguments = arguments.as_object().expect("an object");
    let checked = accept(&tool.input, Unknown::Refused, arguments);
    checked.outcome.is_ok() && checked.changes.count == 0
}

#[test]
fn valid_arguments_are_never_changed() {
    for_every_tool(valid, |tool, arguments| {
        let members = arguments.as_object().expect("an object");
        for unknown in [Unknown::Refused, Unknown::Dropped(None)] {
            let normalized = normalize(&tool.input, unknown, members);
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
    for_every_tool(strategy, |tool, (arguments, choices)| {
        let mut breaker = Breaker { choices, next: 0 };
        let shape = Shape::root(&tool.input);
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
        let normalized = normalize(&tool.input, unknown, broken.as_object().expect("an object"));
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
        let properties = schema["properties"].as_object().expect("properties");
        let names: Vec<String> = properties.keys().cloned().collect();
        let known =
            (0..names.len().max(1)).prop_map(move |i| names.get(i).cloned().unwrap_or_default());
        let unknown = select(vec!["toolCallId", "dryRun", "dry_run", "perPage", "x"]);
        let name = prop_oneof![4 => known, 1 => unknown.prop_map(str::to_owned)];
        btree_map(name, hostile(), 0..8)
    };
    for_every_tool(strategy, |tool, arguments| {
        let sent = Map::from_iter(arguments);
        let shape = Shape::root(&tool.input);
        for unknown in [Unknown::Refused, Unknown::Dropped(None)] {
            let once = normalize(&tool.input, unknown, &sent)
                .arguments
                .into_owned();
            let twice = normalize(&tool.input, unknown, &once);
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
