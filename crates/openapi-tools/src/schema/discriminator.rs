//! OpenAPI discriminators, which JSON Schema lacks: each branch states the value that selects it instead.

use serde_json::{Map, Value};

use super::draft::Draft;
use crate::context::{Context, Mode};
use crate::problem::{at, last_token};

impl<'d> Context<'d> {
    /// Stores the discriminator in the draft until [`Self::mark_branches`] moves it to the branches.
    pub(crate) fn discriminator(
        &mut self,
        draft: &mut Draft<'d, '_>,
        value: &'d Value,
        place: &str,
    ) {
        let Some(member) = value.get("propertyName").and_then(Value::as_str) else {
            self.report.warn(
                place,
                "a discriminator without \"propertyName\" is left out",
            );
            return;
        };
        draft
            .out
            .insert("discriminator".to_owned(), Value::from(member));
        let mapping = value.get("mapping").and_then(Value::as_object);
        if draft.mode == Mode::Input
            && !draft.schema.contains_key("oneOf")
            && !draft.schema.contains_key("anyOf")
        {
            if mapping.is_some_and(|mapping| !mapping.is_empty()) {
                self.report.warn(place, "the discriminator's subtypes are not listed by oneOf or anyOf; only the common members are described");
            }
            return;
        }
        let Some(mapping) = mapping else { return };
        let mut resolved = Map::new();
        for (name, target) in mapping {
            let Value::String(text) = target else {
                continue;
            };
            let reference = if text.contains('#') {
                text.clone()
            } else {
                format!("#/components/schemas/{text}")
            };
            let key = at(&at(place, "mapping"), name);
            if let Some(pointer) = self.canonical(&Value::String(reference), &key) {
                resolved.insert(name.clone(), Value::String(pointer));
            }
        }
        draft
            .out
            .insert("mapping".to_owned(), Value::Object(resolved));
    }

    /// Removes the discriminator and adds to each referenced branch of `oneOf` or `anyOf` the value that selects it.
    pub(crate) fn mark_branches(&mut self, draft: &mut Draft<'d, '_>) {
        let mapping = draft.out.shift_remove("mapping");
        let Some(Value::String(member)) = draft.out.shift_remove("discriminator") else {
            return;
        };
        if draft.mode == Mode::Output {
            return;
        }
        for keyword in ["oneOf", "anyOf"] {
            let Some(Value::Array(mut branches)) = draft.out.get_mut(keyword).map(Value::take)
            else {
                continue;
            };
            for branch in &mut branches {
                let Value::Object(map) = branch else { continue };
                let Some(Value::String(target)) = map.get("$ref") else {
                    continue;
                };
                if map.len() > 1 || self.names_member(target, &member) {
                    continue;
                }
                let mut names: Vec<Value> = mapping
                    .iter()
                    .filter_map(Value::as_object)
                    .flatten()
                    .filter(|(_, pointer)| pointer.as_str() == Some(target))
                    .map(|(name, _)| Value::from(name.as_str()))
                    .collect();
                if names.is_empty() {
                    names.push(Value::String(last_token(target)));
                }
                let value = serde_json::json!({ "type": ["string"], "enum": names });
                map.insert(
                    "properties".to_owned(),
                    Value::Object(Map::from_iter([(member.clone(), value)])),
                );
                map.insert(
                    "required".to_owned(),
                    Value::Array(vec![Value::String(member.clone())]),
                );
            }
            draft.out.insert(keyword.to_owned(), Value::Array(branches));
        }
    }

    /// Whether the schema at `pointer` already limits the values of `member`.
    fn names_member(&self, pointer: &str, member: &str) -> bool {
        let says = |schema: &Value| {
            schema
                .get("properties")
                .and_then(|properties| properties.get(member))
                .is_some_and(|schema| {
                    schema.get("enum").is_some()
                        || schema.get("const").is_some()
                        || schema.get("$ref").is_some()
                })
        };
        self.root.pointer(pointer).is_some_and(|schema| {
            says(schema)
                || schema
                    .get("allOf")
                    .and_then(Value::as_array)
                    .is_some_and(|list| list.iter().any(says))
        })
    }
}
