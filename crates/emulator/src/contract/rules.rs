//! The rules of an operation: what its query, its body and its answers may be.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::num::IntErrorKind;
use std::rc::Rc;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::operations::Operation;
use super::schema::{Problem, Schema, make_whole};
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
    let property = rules.body.as_ref()?.schema.property(name)?;
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
            self.query_schema.fill(&mut values);
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
        let unknown = names.filter(|name| self.schema.property(name).is_none());
        let problems = unknown.map(|name| Problem::unknown(name.to_owned()));
        problems.collect()
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
