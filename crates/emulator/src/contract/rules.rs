//! The rules of requests, checked with a JSON Schema library.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::num::IntErrorKind;
use std::rc::Rc;

use boon::{Compiler, Draft, ErrorKind, SchemaIndex, Schemas, ValidationError};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::operations::Operation;
use super::shape::{Shape, fit};

/// What one operation accepts and answers.
pub(crate) struct Rules {
    query: Vec<Parameter>,
    query_schema: Schema,
    pub(crate) body: Option<BodyRules>,
    /// By status.
    answers: BTreeMap<u16, Shape>,
}

/// The request body of an operation.
#[derive(Deserialize)]
pub(crate) struct BodyRules {
    pub(crate) required: bool,
    /// The only accepted media type.
    pub(crate) content_type: String,
    schema: Schema,
}

#[derive(Deserialize)]
struct Parameter {
    name: String,
    required: bool,
    /// Whether the items of a list come one by one (`a=1&a=2`) or joined (`a=1,2`): `explode` of OpenAPI.
    explode: bool,
    schema: Value,
}

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

    fn unknown(field: String) -> Self {
        Self {
            unknown_field: true,
            ..Self::new(field, "is not a field of this operation")
        }
    }
}

thread_local! {
    /// Parsed when an operation is first called. They come from the document; nothing of a caller is in them.
    static RULES: RefCell<BTreeMap<&'static str, Rc<Rules>>> = RefCell::default();
}

/// The rules of an operation.
pub(crate) fn of_operation(operation: &'static Operation) -> Rc<Rules> {
    let known = RULES.with_borrow(|all| all.get(operation.id).cloned());
    known.unwrap_or_else(|| {
        let rules = Rc::new(Rules::parse(operation.rules));
        RULES.with_borrow_mut(|all| all.insert(operation.id, Rc::clone(&rules)));
        rules
    })
}

/// Checks a JSON value by the body rules of an operation, and fills defaults.
pub(crate) fn check_body(operation: &str, body: &mut Value) -> Vec<Problem> {
    let rules = Operation::of(operation).map(of_operation);
    let body_rules = rules.as_ref().and_then(|rules| rules.body.as_ref());
    body_rules.map_or_else(Vec::new, |rules| rules.check(body))
}

/// The value that a text stands for in a property of an operation's body, with semicolons between the items of a list;
/// nothing if there is no such property.
pub(crate) fn read_property(operation: &str, name: &str, text: &str) -> Option<Value> {
    let rules = of_operation(Operation::of(operation)?);
    let property = rules.body.as_ref()?.schema.source["properties"].get(name)?;
    Some(match property.get("items") {
        Some(items) => {
            let texts = text.split(';').map(str::trim);
            let texts = texts.filter(|item| !item.is_empty());
            texts.map(|item| read(items, item)).collect()
        }
        None => read(property, text),
    })
}

impl Rules {
    fn parse(text: &str) -> Self {
        #[derive(Deserialize)]
        struct Written {
            query: Vec<Parameter>,
            body: Option<BodyRules>,
            answers: BTreeMap<u16, Shape>,
        }
        let written = serde_json::from_str(text);
        let written: Written = written.expect("build.rs writes what this reads; a test reads all");
        let query = written.query;
        let properties = query.iter().map(|it| (it.name.clone(), it.schema.clone()));
        let properties: Map<String, Value> = properties.collect();
        let required = query.iter().filter(|it| it.required);
        let required: Vec<_> = required.map(|it| &it.name).collect();
        Self {
            query_schema: json!({ "properties": properties, "required": required }).into(),
            query,
            body: written.body,
            answers: written.answers,
        }
    }

    /// Turns a query string into typed values with defaults. Unknown parameters are ignored.
    pub(crate) fn query(&self, query: &str, problems: &mut Vec<Problem>) -> Map<String, Value> {
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        let mut values = Map::new();
        for parameter in &self.query {
            let sent = pairs.iter().filter(|(name, _)| *name == parameter.name);
            let mut texts = sent.map(|(_, text)| text);
            let value = match parameter.schema.get("items") {
                Some(items) => {
                    let split = |text| str::split(text, |c| c == ',' && !parameter.explode);
                    let texts = texts.flat_map(|text| split(text));
                    let texts = texts.filter(|text| !text.is_empty());
                    let list: Vec<Value> = texts.map(|text| read(items, text)).collect();
                    (!list.is_empty()).then_some(Value::Array(list))
                }
                None => texts.next_back().map(|text| read(&parameter.schema, text)),
            };
            if let Some(value) = value {
                values.insert(parameter.name.clone(), value);
            }
        }
        let is_checked = !values.is_empty() || self.query.iter().any(|known| known.required);
        let mut values = Value::Object(values);
        if is_checked {
            problems.extend(self.query_schema.check(&mut values));
        } else {
            fill(&self.query_schema.source, &mut values);
        }
        match values {
            Value::Object(values) => values,
            _ => Map::new(),
        }
    }

    #[cfg(test)]
    pub(crate) fn compile(&self) {
        let body = self.body.as_ref().map(|body| &body.schema);
        let all = body.into_iter().chain([&self.query_schema]);
        all.for_each(|schema| drop(schema.compile()));
    }

    /// The status of success, the first if there are several.
    pub(crate) fn success(&self) -> u16 {
        self.answers.keys().next().copied().unwrap_or(200)
    }

    /// Gives an answer the shape that the document states.
    pub(crate) fn fit(&self, status: u16, body: Map<String, Value>) -> Map<String, Value> {
        let mut body = Value::Object(body);
        if let Some(shape) = self.answers.get(&status).or(self.answers.values().next()) {
            fit(&mut body, shape);
        }
        match body {
            Value::Object(body) => body,
            _ => Map::new(),
        }
    }
}

impl BodyRules {
    /// Checks a JSON body and fills defaults.
    pub(crate) fn check(&self, body: &mut Value) -> Vec<Problem> {
        make_whole(body);
        self.schema.check(body)
    }

    /// Notes the parts of a form that are not fields of it.
    pub(crate) fn check_names<'a>(&self, names: impl Iterator<Item = &'a str>) -> Vec<Problem> {
        let known = &self.schema.source["properties"];
        let unknown = names.filter(|name| known.get(name).is_none());
        let problems = unknown.map(|name| Problem::unknown(name.to_owned()));
        problems.collect()
    }
}

/// A schema of the document.
#[derive(Deserialize)]
#[serde(from = "Value")]
struct Schema {
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
    fn compile(&self) -> (Schemas, SchemaIndex) {
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
    fn check(&self, value: &mut Value) -> Vec<Problem> {
        let mut problems = Vec::new();
        let (schemas, index) = self.compiled.get_or_init(|| self.compile());
        if let Err(error) = schemas.validate(value, *index) {
            collect(&error, &mut problems);
        }
        fill(&self.source, value);
        problems
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
fn make_whole(value: &mut Value) {
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

/// The value that a text stands for, or the text itself where it does not fit: the check then says so.
fn read(schema: &Value, text: &str) -> Value {
    let kinds = &schema["type"];
    let mut list = kinds.as_array().into_iter().flatten();
    let mut wants = |name: &str| kinds == name || list.any(|kind| kind == name);
    match text {
        "true" if wants("boolean") => true.into(),
        "false" if wants("boolean") => false.into(),
        _ if wants("integer") => match text.parse::<i64>().map_err(|error| *error.kind()) {
            Ok(number) => number.into(),
            Err(IntErrorKind::PosOverflow) => i64::MAX.into(),
            Err(IntErrorKind::NegOverflow) => i64::MIN.into(),
            Err(_) => text.into(),
        },
        _ if wants("number") => {
            let number = text.parse::<f64>();
            number.map_or_else(|_| text.into(), Value::from)
        }
        _ => text.into(),
    }
}
