//! The last steps of a normal form: rules that involve several keywords, and the merge of `allOf`.

use serde_json::Value;

use crate::context::Context;
use crate::problem::at;
use crate::schema::draft::Draft;
use crate::schema::nullable::{fit_enum_to_types, make_nullable};
use crate::schema::{keywords, kind};

impl<'d> Context<'d> {
    /// Turns a complete draft into the normal form.
    pub(super) fn finish(&mut self, mut draft: Draft<'d, '_>) -> Value {
        if let (Some(Value::Number(inclusive)), Some(Value::Number(exclusive))) =
            (draft.out.get("minimum"), draft.out.get("exclusiveMinimum"))
            && inclusive == exclusive
        {
            draft.out.shift_remove("minimum");
        }
        if let (Some(Value::Number(inclusive)), Some(Value::Number(exclusive))) =
            (draft.out.get("maximum"), draft.out.get("exclusiveMaximum"))
            && inclusive == exclusive
        {
            draft.out.shift_remove("maximum");
        }
        self.prune_required(&mut draft);
        self.mark_branches(&mut draft);
        if !draft.out.contains_key("$ref") && !draft.out.contains_key("type") {
            let types = kind::implied_types(&draft.out);
            if !types.is_empty() {
                draft.out.insert(
                    "type".to_owned(),
                    types.into_iter().map(Value::from).collect(),
                );
            }
        }
        fit_enum_to_types(&mut draft.out, draft.nullable);
        if draft.out.get("default") == Some(&Value::Null)
            && !draft.nullable
            && draft.out.contains_key("type")
            && !kind::types(&draft.out).contains(&"null")
        {
            draft.out.shift_remove("default");
            self.report.warn(
                &at(draft.pointer, "default"),
                "the default is null, which the schema does not accept, and is left out",
            );
        }
        // A single alternative is the same as a part of `allOf`.
        for keyword in ["anyOf", "oneOf"] {
            if draft
                .out
                .get(keyword)
                .and_then(Value::as_array)
                .is_some_and(|list| list.len() == 1)
                && let Some(Value::Array(mut only)) = draft.out.shift_remove(keyword)
            {
                draft.all_of.append(&mut only);
            }
        }
        let Draft {
            mut out,
            all_of,
            nullable,
            pointer,
            mode,
            depth,
            ..
        } = draft;
        let nullable_before = nullable && all_of.is_empty();
        if nullable_before {
            make_nullable(&mut out);
        }
        let mut normal = if out.is_empty() {
            Value::Bool(true)
        } else {
            Value::Object(out)
        };
        let only_one = all_of.len() == 1;
        for branch in all_of {
            normal = match (normal, branch) {
                (Value::Bool(true), branch) => branch,
                // OpenAPI 3.0 uses `allOf: [{$ref}]` to put annotations beside a reference: keep the reference.
                (Value::Object(own), Value::Object(mut referenced))
                    if only_one
                        && referenced.contains_key("$ref")
                        && own.keys().all(|key| keywords::is_annotation(key)) =>
                {
                    referenced.extend(own);
                    Value::Object(referenced)
                }
                (own, branch) => self.merge(own, &branch, pointer, mode, depth + 1),
            };
        }
        if nullable
            && !nullable_before
            && let Value::Object(map) = &mut normal
        {
            make_nullable(map);
        }
        normal
    }

    /// Removes members that are hidden or forbidden from `required`.
    fn prune_required(&mut self, draft: &mut Draft<'d, '_>) {
        let Some(Value::Array(required)) = draft.out.get("required") else {
            return;
        };
        let declared = draft.schema.get("properties").and_then(Value::as_object);
        let kept: Vec<Value> = required
            .iter()
            .filter(|name| match (name.as_str(), declared) {
                (Some(name), Some(declared)) => {
                    !declared.contains_key(name)
                        || draft
                            .out
                            .get("properties")
                            .is_some_and(|properties| properties.get(name).is_some())
                }
                (name, _) => name.is_some(),
            })
            .cloned()
            .collect();
        if kept.is_empty() {
            draft.out.shift_remove("required");
        } else {
            draft.out.insert("required".to_owned(), Value::Array(kept));
        }
    }
}
