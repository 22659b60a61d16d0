//! A value that is checked, and the types and values of schemas.

use openapi_tools::table::{Literal, Type};
use serde_json::{Map, Number, Value};

/// A value that is checked.
#[derive(Debug, Clone, Copy)]
pub(super) enum Instance<'v> {
    Null,
    Boolean(bool),
    Number(&'v Number),
    String(&'v str),
    Array(&'v [Value]),
    Object(&'v Map<String, Value>),
}

impl<'v> From<&'v Value> for Instance<'v> {
    fn from(value: &'v Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Boolean(*value),
            Value::Number(number) => Self::Number(number),
            Value::String(text) => Self::String(text),
            Value::Array(items) => Self::Array(items),
            Value::Object(members) => Self::Object(members),
        }
    }
}

impl Instance<'_> {
    pub(super) fn has_type(self, type_: Type) -> bool {
        match (self, type_) {
            (Self::Null, Type::Null)
            | (Self::Boolean(_), Type::Boolean)
            | (Self::Number(_), Type::Number)
            | (Self::String(_), Type::String)
            | (Self::Array(_), Type::Array)
            | (Self::Object(_), Type::Object) => true,
            (Self::Number(number), Type::Integer) => {
                !number.is_f64() || number.as_f64().is_some_and(|number| number.fract() == 0.0)
            }
            _ => false,
        }
    }

    pub(super) fn type_(self) -> Type {
        match self {
            Self::Null => Type::Null,
            Self::Boolean(_) => Type::Boolean,
            Self::Number(_) => Type::Number,
            Self::String(_) => Type::String,
            Self::Array(_) => Type::Array,
            Self::Object(_) => Type::Object,
        }
    }

    /// Whether it is the value that a schema names.
    pub(super) fn is(self, literal: Literal<'_>) -> bool {
        match (self, literal) {
            (Self::Null, Literal::Null) => true,
            (Self::Boolean(value), Literal::Boolean(want)) => value == want,
            (Self::String(text), Literal::String(want)) => text == want,
            (Self::Number(number), Literal::Integer(want)) if !number.is_f64() => {
                number.as_i64() == Some(want)
            }
            (Self::Number(number), Literal::Integer(want)) => {
                #[expect(clippy::cast_precision_loss, reason = "the other number is an f64")]
                let want = want as f64;
                number.as_f64() == Some(want)
            }
            (Self::Number(number), Literal::Number(want)) => number.as_f64() == Some(want),
            _ => false,
        }
    }
}

/// The name of a type in a schema.
pub(super) fn name(type_: Type) -> &'static str {
    match type_ {
        Type::Null => "null",
        Type::Boolean => "boolean",
        Type::Integer => "integer",
        Type::Number => "number",
        Type::String => "string",
        Type::Array => "array",
        Type::Object => "object",
    }
}

/// A value that a schema names, as JSON.
pub(super) fn json(literal: Literal<'_>) -> Value {
    match literal {
        Literal::Null => Value::Null,
        Literal::Boolean(value) => value.into(),
        Literal::Integer(value) => value.into(),
        Literal::Number(value) => value.into(),
        Literal::String(text) => text.into(),
    }
}
