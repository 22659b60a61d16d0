//! The JSON Schema subset that the request side of the API document uses, as a checker that fills defaults and names
//! every offending field. `build.rs` refuses keywords that are not handled here, so nothing is skipped in silence.

mod request;

use std::collections::BTreeMap;

use regex_lite::Regex;
use serde::Deserialize;
use serde_json::{Map, Value};

pub use self::request::{BodySchema, Parameter, RequestSchema, check_query, of_operation};
use crate::time;

/// A schema as `build.rs` leaves it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Schema {
    r#type: Vec<String>,
    r#enum: Option<Vec<Value>>,
    r#const: Option<Value>,
    minimum: Option<f64>,
    maximum: Option<f64>,
    multiple_of: Option<f64>,
    min_length: Option<usize>,
    max_length: Option<usize>,
    pattern: Option<String>,
    format: Option<String>,
    items: Option<Box<Schema>>,
    min_items: Option<usize>,
    max_items: Option<usize>,
    unique_items: bool,
    properties: BTreeMap<String, Schema>,
    required: Vec<String>,
    min_properties: Option<usize>,
    additional_properties: Option<Additional>,
    any_of: Vec<Schema>,
    default: Option<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Additional {
    Allowed(bool),
    Schema(Box<Schema>),
}

/// One thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Dotted path of the field, e.g. `tasks.0.comment_text`; empty for the whole body.
    pub field: String,
    /// What is wrong and what is allowed.
    pub message: String,
    /// The field is not part of the schema at all.
    pub unknown_field: bool,
}

impl Problem {
    /// A field that breaks a rule.
    pub fn new(field: &str, message: impl Into<String>) -> Self {
        Self {
            field: field.to_owned(),
            message: message.into(),
            unknown_field: false,
        }
    }

    fn unknown(field: String) -> Self {
        Self {
            unknown_field: true,
            ..Self::new(&field, "is not a field of this operation")
        }
    }
}

impl Schema {
    /// Checks a value and fills the defaults of absent properties.
    pub fn check(&self, value: &mut Value, field: &str, problems: &mut Vec<Problem>) {
        let mut fail = |message: String| problems.push(Problem::new(field, message));
        if !self.r#type.is_empty() && !self.r#type.iter().any(|name| is_type(name, value)) {
            return fail(format!("must be {}", self.r#type.join(" or ")));
        }
        if self.r#type.iter().any(|name| name == "integer") {
            make_whole(value);
        }
        if let Some(allowed) = &self.r#enum
            && !allowed.contains(value)
        {
            let allowed: Vec<_> = allowed.iter().map(plain).collect();
            return fail(format!("must be one of {}", allowed.join(", ")));
        }
        if let Some(expected) = &self.r#const
            && expected != value
        {
            return fail(format!("must be {}", plain(expected)));
        }
        if !self.any_of.is_empty() {
            self.check_branches(value, field, problems);
        }
        match value {
            Value::Number(number) => {
                self.check_number(number.as_f64().unwrap_or(f64::NAN), field, problems)
            }
            Value::String(text) => self.check_text(text, field, problems),
            Value::Array(items) => self.check_array(items, field, problems),
            Value::Object(members) => self.check_object(members, field, problems),
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// Accepts what one branch accepts; otherwise reports the branch with the fewest problems.
    fn check_branches(&self, value: &mut Value, field: &str, problems: &mut Vec<Problem>) {
        let mut best: Option<Vec<Problem>> = None;
        for branch in &self.any_of {
            let mut found = Vec::new();
            let mut candidate = value.clone();
            branch.check(&mut candidate, field, &mut found);
            if found.is_empty() {
                *value = candidate;
                return;
            }
            if best.as_ref().is_none_or(|best| found.len() < best.len()) {
                best = Some(found);
            }
        }
        problems.extend(best.unwrap_or_default());
    }

    fn check_number(&self, number: f64, field: &str, problems: &mut Vec<Problem>) {
        let mut fail = |message: String| problems.push(Problem::new(field, message));
        if let Some(minimum) = self.minimum.filter(|minimum| number < *minimum) {
            fail(format!("must be at least {minimum}"));
        }
        if let Some(maximum) = self.maximum.filter(|maximum| number > *maximum) {
            fail(format!("must be at most {maximum}"));
        }
        if let Some(step) = self
            .multiple_of
            .filter(|step| (number / step).fract() != 0.0)
        {
            fail(format!("must be a multiple of {step}"));
        }
    }

    fn check_text(&self, text: &str, field: &str, problems: &mut Vec<Problem>) {
        let mut fail = |message: String| problems.push(Problem::new(field, message));
        let length = text.chars().count();
        if let Some(minimum) = self.min_length.filter(|minimum| length < *minimum) {
            fail(format!("must have at least {minimum} characters"));
        }
        if let Some(maximum) = self.max_length.filter(|maximum| length > *maximum) {
            fail(format!("must have at most {maximum} characters"));
        }
        if let Some(pattern) = &self.pattern
            && !Regex::new(pattern).is_ok_and(|regex| regex.is_match(text))
        {
            fail(format!("must match {pattern}"));
        }
        let (formatted, expected) = match self.format.as_deref() {
            Some("uuid") => (is_uuid(text), "a UUID"),
            Some("date") => (time::parse_date(text).is_some(), "a date like 2026-05-25"),
            Some("date-time") => (
                time::parse_timestamp(text).is_some(),
                "a time like 2026-05-25T12:00:00Z",
            ),
            Some("uri") => (url::Url::parse(text).is_ok(), "an absolute URL"),
            _ => (true, ""),
        };
        if !formatted {
            fail(format!("must be {expected}"));
        }
    }

    fn check_array(&self, items: &mut [Value], field: &str, problems: &mut Vec<Problem>) {
        let mut fail = |message: String| problems.push(Problem::new(field, message));
        if let Some(minimum) = self.min_items.filter(|minimum| items.len() < *minimum) {
            fail(format!("must have at least {minimum} items"));
        }
        if let Some(maximum) = self.max_items.filter(|maximum| items.len() > *maximum) {
            return fail(format!("must have at most {maximum} items"));
        }
        if self.unique_items
            && items
                .iter()
                .enumerate()
                .any(|(index, item)| items[..index].contains(item))
        {
            fail("must not repeat an item".to_owned());
        }
        if let Some(schema) = &self.items {
            for (index, item) in items.iter_mut().enumerate() {
                schema.check(item, &join(field, &index.to_string()), problems);
            }
        }
    }

    fn check_object(
        &self,
        members: &mut Map<String, Value>,
        field: &str,
        problems: &mut Vec<Problem>,
    ) {
        if self
            .min_properties
            .is_some_and(|minimum| members.len() < minimum)
        {
            problems.push(Problem::new(field, "must name at least one field"));
        }
        for name in &self.required {
            if !members.contains_key(name) {
                problems.push(Problem::new(&join(field, name), "is required"));
            }
        }
        for (name, member) in members.iter_mut() {
            match (self.properties.get(name), &self.additional_properties) {
                (Some(schema), _) => schema.check(member, &join(field, name), problems),
                (None, Some(Additional::Allowed(false))) => {
                    problems.push(Problem::unknown(join(field, name)));
                }
                (None, Some(Additional::Schema(schema))) => {
                    schema.check(member, &join(field, name), problems)
                }
                (None, Some(Additional::Allowed(true)) | None) => {}
            }
        }
        for (name, schema) in &self.properties {
            if let Some(default) = &schema.default
                && !members.contains_key(name)
            {
                members.insert(name.clone(), default.clone());
            }
        }
    }
}

/// A whole number that was written as `5.0` becomes `5`: JSON Schema does not tell the two apart, Rust's types do.
fn make_whole(value: &mut Value) {
    if value.is_f64()
        && let Some(number) = value.as_f64()
    {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a whole number; one that is too large for the type means nothing larger"
        )]
        let whole = number as i64;
        *value = whole.into();
    }
}

/// 8-4-4-4-12 hexadecimal digits (RFC 9562, section 4).
pub fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

fn is_type(name: &str, value: &Value) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        _ => false,
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn join(parent: &str, name: &str) -> String {
    if parent.is_empty() {
        name.to_owned()
    } else {
        format!("{parent}.{name}")
    }
}
