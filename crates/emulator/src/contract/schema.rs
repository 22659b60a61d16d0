//! A value and a JSON Schema of the document: what is wrong with it, in sentences, and what its defaults are.

use std::cell::OnceCell;

use boon::{Compiler, Draft, ErrorKind, SchemaIndex, Schemas, ValidationError};
use serde::Deserialize;
use serde_json::{Value, json};

/// One thing that is wrong with a request.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    /// Dotted path of the field, such as `tasks.0.comment_text`; empty for the whole body.
    pub(crate) field: String,
    /// The rest of a sentence that starts with the field.
    pub(crate) message: String,
    /// Whether the operation does not have the field at all.
    pub(crate) unknown_field: bool,
}

impl Problem {
    pub(crate) fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            message: message.into(),
            unknown_field: false,
        }
    }

    pub(super) fn unknown(field: String) -> Self {
        Self {
            unknown_field: true,
            ..Self::new(field, "is not a field of this operation")
        }
    }
}

/// A schema of the document.
#[derive(Deserialize)]
#[serde(from = "Value")]
pub(super) struct Schema {
    source: Value,
    /// Compiled when a value is first checked: the library's first compilation reads the meta-schemas of every draft, which
    /// takes ten milliseconds in each new instance.
    compiled: OnceCell<(Schemas, SchemaIndex)>,
}

impl From<Value> for Schema {
    fn from(source: Value) -> Self {
        let compiled = OnceCell::new();
        Self { source, compiled }
    }
}

impl Schema {
    pub(super) fn compile(&self) -> (Schemas, SchemaIndex) {
        const LOCATION: &str = "contract:///schema.json";
        let (mut compiler, mut compiled) = (Compiler::new(), Schemas::new());
        compiler.set_default_draft(Draft::V2020_12);
        compiler.enable_format_assertions();
        let added = compiler.add_resource(LOCATION, self.source.clone());
        added.expect("the location is a URL");
        let index = compiler.compile(LOCATION, &mut compiled);
        let index = index.expect("the document's schemas are valid; a test compiles all");
        (compiled, index)
    }

    /// Checks a value and fills the defaults of absent members.
    pub(super) fn check(&self, value: &mut Value) -> Vec<Problem> {
        let mut problems = Vec::new();
        let (schemas, index) = self.compiled.get_or_init(|| self.compile());
        if let Err(error) = schemas.validate(value, *index) {
            collect(&error, &mut problems);
        }
        self.fill(value);
        problems
    }

    /// Fills the defaults of absent members.
    pub(super) fn fill(&self, value: &mut Value) {
        fill(&self.source, value);
    }

    /// The schema of a member.
    pub(super) fn property(&self, name: &str) -> Option<&Value> {
        self.source["properties"].get(name)
    }
}

fn collect(error: &ValidationError<'_, '_>, problems: &mut Vec<Problem>) {
    let field = error.instance_location.to_string();
    let field = field.trim_start_matches('/').replace('/', ".");
    let member = |name: &str| match field.as_str() {
        "" => name.to_owned(),
        field => format!("{field}.{name}"),
    };
    let mut fail = |message: String| problems.push(Problem::new(&field, message));
    match &error.kind {
        ErrorKind::AdditionalProperties { got } => {
            problems.extend(got.iter().map(|name| Problem::unknown(member(name))));
        }
        ErrorKind::Required { want } => {
            let missing = want.iter().map(|name| member(name));
            problems.extend(missing.map(|field| Problem::new(field, "is required")));
        }
        ErrorKind::AnyOf | ErrorKind::OneOf(_) if !error.causes.is_empty() => {
            // The branch that comes closest to what was sent.
            let branches = error.causes.iter().map(|cause| {
                let mut found = Vec::new();
                collect(cause, &mut found);
                found
            });
            problems.extend(branches.min_by_key(Vec::len).unwrap_or_default());
        }
        ErrorKind::Type { want, .. } => {
            let want: Vec<String> = want.iter().map(|kind| kind.to_string()).collect();
            fail(format!("must be {}", want.join(" or ")));
        }
        ErrorKind::Enum { want } => {
            let allowed: Vec<String> = want.iter().map(plain).collect();
            fail(format!("must be one of {}", allowed.join(", ")));
        }
        ErrorKind::Const { want } => fail(format!("must be {}", plain(want))),
        ErrorKind::Format { want, .. } => fail(format!("must be a valid {want}")),
        kind if error.causes.is_empty() => fail(format!("is not valid: {kind}")),
        _ => {
            for cause in &error.causes {
                collect(cause, problems);
            }
        }
    }
}

fn plain(value: &Value) -> String {
    let text = value.as_str();
    text.map_or_else(|| value.to_string(), str::to_owned)
}

/// Fills the defaults of absent members, at any depth.
fn fill(schema: &Value, value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, property) in schema["properties"].as_object().into_iter().flatten() {
                match (members.get_mut(name), property.get("default")) {
                    (Some(member), _) => fill(property, member),
                    (None, Some(default)) => drop(members.insert(name.clone(), default.clone())),
                    (None, None) => {}
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                fill(&schema["items"], item);
            }
        }
        _ => {}
    }
}

/// Whole numbers that were written as `5.0` become `5`: JSON Schema does not tell the two apart, Rust's types do.
pub(super) fn make_whole(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_f64() => {
            let number = number.as_f64().unwrap_or_default();
            if number.fract() == 0.0 {
                *value = json!(number as i64);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(make_whole),
        Value::Object(members) => members.values_mut().for_each(make_whole),
        _ => {}
    }
}
