//! Follows references between normal forms.

use std::rc::Rc;

use serde_json::Value;

use super::nullable::make_nullable;
use super::{NULLABLE, keywords};
use crate::context::{Context, MAX_DEPTH, Mode};

impl Context<'_> {
    /// The normal form of the schema at a canonical pointer; `None` while that form is being built, which happens only
    /// if an `allOf` contains itself.
    pub(crate) fn target(&mut self, pointer: &str, mode: Mode, depth: usize) -> Option<Rc<Value>> {
        let key = (mode, pointer.to_owned());
        if let Some(known) = self.memo.get(&key) {
            return Some(Rc::clone(known));
        }
        if !self.active.insert(key.clone()) {
            return None;
        }
        let normal = match self.root.pointer(pointer) {
            Some(schema) => self.normal(schema, pointer, mode, depth),
            None => Value::Bool(true),
        };
        self.active.remove(&key);
        let normal = Rc::new(normal);
        self.memo.insert(key, Rc::clone(&normal));
        Some(normal)
    }

    /// A normal form without a reference at its root. A circular reference becomes "any value".
    pub(crate) fn resolved(&mut self, normal: &Value, mode: Mode, depth: usize) -> Value {
        let mut current = normal.clone();
        for _ in 0..MAX_DEPTH {
            let Value::Object(map) = &mut current else {
                return current;
            };
            let Some(Value::String(target)) = map.shift_remove("$ref") else {
                return current;
            };
            let Some(found) = self.target(&target, mode, depth + 1) else {
                self.report.warn(
                    &target,
                    "the schema contains itself through allOf; that part is left out",
                );
                return if map.is_empty() {
                    Value::Bool(true)
                } else {
                    current
                };
            };
            current = if map.is_empty() {
                (*found).clone()
            } else {
                self.beside(&found, &current, &target, mode, depth)
            };
        }
        self.report.problem(
            "",
            "a schema is defined through more references than can be followed",
        );
        Value::Bool(true)
    }

    /// [`Self::resolved`], without a copy if the normal form is only a reference.
    pub(crate) fn resolved_shared(&mut self, normal: &Value, mode: Mode) -> Rc<Value> {
        if let Value::Object(map) = normal
            && map.len() == 1
            && let Some(Value::String(pointer)) = map.get("$ref")
            && let Some(target) = self.target(pointer, mode, 0)
            && target.get("$ref").is_none()
        {
            return target;
        }
        Rc::new(self.resolved(normal, mode, 0))
    }

    /// Combines a referenced schema with the members beside the reference, whose annotations take precedence.
    fn beside(
        &mut self,
        target: &Value,
        siblings: &Value,
        pointer: &str,
        mode: Mode,
        depth: usize,
    ) -> Value {
        if let (Value::Object(target), Value::Object(siblings)) = (target, siblings)
            && siblings
                .keys()
                .all(|key| keywords::is_annotation(key) || key == NULLABLE)
        {
            let mut out = target.clone();
            for (key, value) in siblings {
                out.insert(key.clone(), value.clone());
            }
            if out.shift_remove(NULLABLE).is_some() {
                make_nullable(&mut out);
            }
            return Value::Object(out);
        }
        self.merge(siblings.clone(), target, pointer, mode, depth + 1)
    }

    /// Whether requests (for `readOnly`) or responses (for `writeOnly`) do not have a property.
    pub(crate) fn hidden(&self, schema: &Value, mode: Mode, hops: usize) -> bool {
        let keyword = match mode {
            Mode::Input => "readOnly",
            Mode::Output => "writeOnly",
        };
        if schema.get(keyword) == Some(&Value::Bool(true)) {
            return true;
        }
        if hops > 8 {
            return false;
        }
        let local = |reference: &Value| self.root.pointer(reference.as_str()?.strip_prefix('#')?);
        schema
            .get("$ref")
            .and_then(local)
            .is_some_and(|target| self.hidden(target, mode, hops + 1))
            || schema
                .get("allOf")
                .and_then(Value::as_array)
                .is_some_and(|list| {
                    list.iter()
                        .any(|branch| self.hidden(branch, mode, hops + 1))
                })
    }
}
