//! The `x-` extensions of an operation, and the defaults that its method implies.

use serde_json::{Map, Value};

use crate::arena::Arena;
use crate::context::Context;
use crate::problem::{at, nth};
use crate::table::{Annotations, Facts, Idempotency, Scope};

impl<'d> Context<'d> {
    /// The facts and hints of an operation. An extension of the wrong type is a problem.
    pub(crate) fn facts<'a>(
        &mut self,
        method: &str,
        operation: &'d Map<String, Value>,
        pointer: &str,
        arena: &'a Arena,
    ) -> (Facts<'a>, Annotations) {
        let codes = self.strings(operation, pointer, "x-error-codes");
        let words = self.strings(operation, pointer, "x-search-words");
        let safe = matches!(method, "get" | "head" | "options" | "trace");
        let scope = match self.word(operation, pointer, "x-scope", &["read", "write"]) {
            Some("read") => Scope::Read,
            Some(_) => Scope::Write,
            None if safe => Scope::Read,
            None => Scope::Write,
        };
        let idempotency = match self.word(
            operation,
            pointer,
            "x-idempotency",
            &["not-applicable", "standard", "refused"],
        ) {
            Some("not-applicable") => Idempotency::NotApplicable,
            Some("refused") => Idempotency::Refused,
            Some(_) => Idempotency::Standard,
            None if safe => Idempotency::NotApplicable,
            None => Idempotency::Standard,
        };
        let irreversible = self
            .flag(operation, pointer, "x-irreversible")
            .unwrap_or(false);
        let spends_credits = self.spends(operation, pointer);
        let credits_detail = self.credits_detail(operation, pointer);
        // Without the extension every write is destructive, which is also the default of MCP's destructiveHint.
        let destructive = irreversible
            || self
                .flag(operation, pointer, "x-destructive")
                .unwrap_or(!safe);
        let facts = Facts {
            scope,
            idempotency,
            dry_run: self.flag(operation, pointer, "x-dry-run").unwrap_or(false),
            spends_credits,
            credits_detail: credits_detail.map(|detail| arena.text(detail)),
            secret: self.flag(operation, pointer, "x-secret").unwrap_or(false),
            secret_members: arena.texts(&self.marked(operation, pointer, "x-secret")),
            irreversible,
            error_codes: arena.texts(&codes),
            credit_balance: self
                .string(operation, pointer, "x-credit-balance")
                .map(|path| arena.text(path)),
            search_words: arena.texts(&words),
            answer: self.answer(operation, pointer, arena),
        };
        let annotations = Annotations {
            read_only: safe && !destructive,
            destructive,
            idempotent: safe || matches!(method, "put" | "delete"),
            open_world: true,
        };
        (facts, annotations)
    }

    /// A member that must be a boolean.
    pub(super) fn flag(
        &mut self,
        operation: &Map<String, Value>,
        pointer: &str,
        name: &str,
    ) -> Option<bool> {
        match operation.get(name)? {
            Value::Bool(value) => Some(*value),
            _ => {
                self.report
                    .problem(&at(pointer, name), "must be true or false");
                None
            }
        }
    }

    /// A member that must be a string that is not blank.
    pub(super) fn string<'v>(
        &mut self,
        map: &'v Map<String, Value>,
        pointer: &str,
        name: &str,
    ) -> Option<&'v str> {
        match map.get(name)? {
            Value::String(text) if !text.trim().is_empty() => Some(text),
            _ => {
                let place = at(pointer, name);
                self.report
                    .problem(&place, "must be a string that is not blank");
                None
            }
        }
    }

    /// A member that must be one of `words`.
    fn word<'v>(
        &mut self,
        operation: &'v Map<String, Value>,
        pointer: &str,
        name: &str,
        words: &[&str],
    ) -> Option<&'v str> {
        match operation.get(name)? {
            Value::String(word) if words.contains(&word.as_str()) => Some(word),
            _ => {
                self.report.problem(
                    &at(pointer, name),
                    format!("must be one of {}", words.join(", ")),
                );
                None
            }
        }
    }

    fn spends(&mut self, operation: &Map<String, Value>, pointer: &str) -> bool {
        let Some(credits) = operation.get("x-credits") else {
            return false;
        };
        let place = at(pointer, "x-credits");
        let Value::Object(credits) = credits else {
            self.report
                .problem(&place, "must be an object with the member \"spends\"");
            return false;
        };
        if !credits.contains_key("spends") {
            self.report
                .problem(&place, "must have the member \"spends\"");
        }
        self.flag(credits, &place, "spends").unwrap_or(false)
    }

    fn credits_detail<'v>(
        &mut self,
        operation: &'v Map<String, Value>,
        pointer: &str,
    ) -> Option<&'v str> {
        match operation.get("x-credits")?.get("detail")? {
            Value::String(detail) => Some(detail),
            _ => {
                let place = at(&at(pointer, "x-credits"), "detail");
                self.report.problem(&place, "must be a string");
                None
            }
        }
    }

    /// A member that must be a list of strings.
    pub(super) fn strings(
        &mut self,
        map: &Map<String, Value>,
        pointer: &str,
        name: &str,
    ) -> Vec<String> {
        let Some(texts) = map.get(name) else {
            return Vec::new();
        };
        let place = at(pointer, name);
        let Value::Array(texts) = texts else {
            self.report.problem(&place, "must be a list of strings");
            return Vec::new();
        };
        let mut out = Vec::with_capacity(texts.len());
        for (index, text) in texts.iter().enumerate() {
            match text {
                Value::String(text) => out.push(text.clone()),
                _ => self.report.problem(&nth(&place, index), "must be a string"),
            }
        }
        out
    }
}
