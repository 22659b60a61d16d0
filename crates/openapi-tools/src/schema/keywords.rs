//! The schema keywords: how each is treated, and the order in which they are written.

use serde_json::Value;

/// The types of JSON Schema.
pub(crate) const TYPES: [&str; 7] = [
    "string", "number", "integer", "boolean", "object", "array", "null",
];

/// What happens to a keyword on the way to the normal form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Treatment {
    /// Copied if its value has the expected type.
    Kept(Expected),
    /// Its value is a schema.
    Schema,
    /// Its value is a list of schemas.
    SchemaList,
    /// Its value is a map of schemas.
    SchemaMap,
    /// Differs between dialects.
    Special,
    /// Ignored, because a tool does not need it: titles, examples, documentation, extensions.
    Dropped,
    /// Left out with a warning.
    Unsupported,
}

/// The JSON type of a keyword's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    Any,
    Array,
    Bool,
    Count,
    Number,
    Object,
    String,
}

impl Expected {
    pub(crate) fn accepts(self, value: &Value) -> bool {
        match self {
            Self::Any => true,
            Self::Array => value.is_array(),
            Self::Bool => value.is_boolean(),
            Self::Count => {
                value.as_u64().is_some()
                    || value
                        .as_f64()
                        .is_some_and(|number| number >= 0.0 && number.fract() == 0.0)
            }
            Self::Number => value.is_number(),
            Self::Object => value.is_object(),
            Self::String => value.is_string(),
        }
    }
}

/// How `keyword` is treated.
pub(crate) fn treatment(keyword: &str) -> Treatment {
    use Treatment::{Dropped, Kept, Schema, SchemaList, SchemaMap, Special, Unsupported};
    match keyword {
        "type" | "nullable" | "description" | "deprecated" | "exclusiveMinimum"
        | "exclusiveMaximum" | "items" | "discriminator" => Special,
        "enum" | "required" => Kept(Expected::Array),
        "const" | "default" => Kept(Expected::Any),
        "minimum" | "maximum" | "multipleOf" => Kept(Expected::Number),
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties"
        | "minContains" | "maxContains" => Kept(Expected::Count),
        "pattern" | "format" | "contentEncoding" | "contentMediaType" => Kept(Expected::String),
        "uniqueItems" => Kept(Expected::Bool),
        "dependentRequired" => Kept(Expected::Object),
        "additionalProperties" | "propertyNames" | "contains" | "not" | "if" | "then" | "else" => {
            Schema
        }
        "allOf" | "anyOf" | "oneOf" | "prefixItems" => SchemaList,
        "properties" | "patternProperties" | "dependentSchemas" => SchemaMap,
        "$ref" | "$defs" | "definitions" | "$comment" | "$schema" | "$anchor"
        | "$dynamicAnchor" | "title" | "example" | "examples" | "externalDocs" | "xml"
        | "readOnly" | "writeOnly" => Dropped,
        _ if keyword.starts_with("x-") => Dropped,
        _ => Unsupported,
    }
}

/// Whether a keyword describes a value without limiting it.
pub(crate) fn is_annotation(keyword: &str) -> bool {
    matches!(keyword, "description" | "default" | "deprecated")
}

/// Whether an output schema says what a keyword says. `typed`: the schema has `type`.
pub(crate) fn shapes(keyword: &str, typed: bool) -> bool {
    match keyword {
        "type"
        | "nullable"
        | "properties"
        | "items"
        | "prefixItems"
        | "additionalProperties"
        | "allOf"
        | "anyOf"
        | "oneOf"
        | "enum"
        | "const"
        | "format"
        | "required" => true,
        _ => !typed && applies_to(keyword).is_some(),
    }
}

/// The order of the members of a written schema; other members come last.
pub(crate) const ORDER: [&str; 40] = [
    "$ref",
    "type",
    "description",
    "deprecated",
    "enum",
    "default",
    "format",
    "contentEncoding",
    "contentMediaType",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "multipleOf",
    "prefixItems",
    "items",
    "contains",
    "minContains",
    "maxContains",
    "minItems",
    "maxItems",
    "uniqueItems",
    "properties",
    "required",
    "patternProperties",
    "additionalProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "dependentRequired",
    "dependentSchemas",
    "anyOf",
    "oneOf",
    "allOf",
    "not",
    "if",
    "then",
];

/// The type whose values a keyword limits, if it limits one type only.
pub(crate) fn applies_to(keyword: &str) -> Option<&'static str> {
    Some(match keyword {
        "format" | "pattern" | "minLength" | "maxLength" | "contentEncoding"
        | "contentMediaType" => "string",
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => "number",
        "items" | "prefixItems" | "contains" | "minContains" | "maxContains" | "minItems"
        | "maxItems" | "uniqueItems" => "array",
        "properties"
        | "required"
        | "patternProperties"
        | "additionalProperties"
        | "propertyNames"
        | "minProperties"
        | "maxProperties"
        | "dependentRequired"
        | "dependentSchemas" => "object",
        _ => return None,
    })
}
