//! The request side of an operation: its query parameters and its body.

use std::collections::BTreeMap;
use std::num::IntErrorKind;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Problem, Schema};

/// What one operation accepts.
#[derive(Debug, Deserialize)]
pub struct RequestSchema {
    /// Query parameters.
    pub query: Vec<Parameter>,
    /// The body, if there is one.
    pub body: Option<BodySchema>,
}

/// One query parameter.
#[derive(Debug, Deserialize)]
pub struct Parameter {
    /// Name on the wire.
    pub name: String,
    /// Whether it has to be there.
    pub required: bool,
    /// Items of a list come one a pair (`a=1&a=2`) and not in one (`a=1,2`): OpenAPI's `explode`.
    pub explode: bool,
    /// Its value.
    pub schema: Schema,
}

/// The request body of an operation.
#[derive(Debug, Deserialize)]
pub struct BodySchema {
    /// Whether it has to be there.
    pub required: bool,
    /// The only accepted media type.
    pub content_type: String,
    /// Its value.
    pub schema: Schema,
}

/// The request side of the operation, from the document this was built with.
pub fn of_operation(id: &str) -> Option<&'static RequestSchema> {
    static SCHEMAS: OnceLock<BTreeMap<String, RequestSchema>> = OnceLock::new();
    SCHEMAS
        .get_or_init(|| {
            // Written by build.rs from a document it has read completely; a test parses it.
            serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/requests.json")))
                .unwrap_or_default()
        })
        .get(id)
}

impl Schema {
    /// The value a query parameter's text stands for, or the text itself where it does not fit (the check then says so).
    fn read_text(&self, text: &str) -> Value {
        let wants = |name: &str| self.r#type.iter().any(|kind| kind == name);
        if wants("integer") {
            match text.parse::<i64>().map_err(|error| *error.kind()) {
                Ok(number) => return number.into(),
                // Still an integer, only larger than any that means something.
                Err(IntErrorKind::PosOverflow) => return i64::MAX.into(),
                Err(IntErrorKind::NegOverflow) => return i64::MIN.into(),
                Err(_) => {}
            }
        }
        if wants("number")
            && let Ok(number) = text.parse::<f64>()
        {
            return number.into();
        }
        match text {
            "true" if wants("boolean") => true.into(),
            "false" if wants("boolean") => false.into(),
            _ => text.into(),
        }
    }
}

impl Schema {
    /// Notes the parts of a form that are not fields of it.
    pub fn check_names<'a>(
        &self,
        names: impl Iterator<Item = &'a str>,
        problems: &mut Vec<Problem>,
    ) {
        let unknown = names.filter(|name| !self.properties.contains_key(*name));
        problems.extend(unknown.map(|name| Problem::unknown(name.to_owned())));
    }

    /// The value that the text of a property stands for, with semicolons between the items of a list; nothing if there
    /// is no such property.
    pub fn read_property(&self, name: &str, text: &str) -> Option<Value> {
        let property = self.properties.get(name)?;
        Some(match &property.items {
            Some(items) => text
                .split(';')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(|item| items.read_text(item))
                .collect(),
            None => property.read_text(text),
        })
    }
}

/// Turns a query string into typed values by the parameters of an operation. Unknown parameters are ignored.
pub fn check_query(
    parameters: &[Parameter],
    query: &str,
    problems: &mut Vec<Problem>,
) -> Map<String, Value> {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let mut values = Map::new();
    for parameter in parameters {
        let mut texts = pairs
            .iter()
            .filter(|(name, _)| *name == parameter.name)
            .map(|(_, text)| text);
        let value = match &parameter.schema.items {
            Some(items) => {
                let list: Vec<Value> = texts
                    .flat_map(|text| {
                        text.split(|c| c == ',' && !parameter.explode)
                            .filter(|text| !text.is_empty())
                    })
                    .map(|text| items.read_text(text))
                    .collect();
                (!list.is_empty()).then_some(Value::Array(list))
            }
            None => texts
                .next_back()
                .map(|text| parameter.schema.read_text(text)),
        };
        match (value, &parameter.schema.default) {
            (Some(mut value), _) => {
                parameter
                    .schema
                    .check(&mut value, &parameter.name, problems);
                values.insert(parameter.name.clone(), value);
            }
            (None, Some(default)) => {
                values.insert(parameter.name.clone(), default.clone());
            }
            (None, None) if parameter.required => {
                problems.push(Problem::new(&parameter.name, "is required"))
            }
            (None, None) => {}
        }
    }
    values
}
