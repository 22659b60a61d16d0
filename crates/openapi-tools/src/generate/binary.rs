//! Bytes, which a tool takes as base64 text.

use serde_json::{Value, json};

use super::arguments::describe;

/// The schema of base64 text for at most `max_bytes` bytes.
pub(crate) fn base64(max_bytes: usize, description: Option<&str>) -> Value {
    let longest = max_bytes.div_ceil(3).saturating_mul(4);
    let mut schema =
        json!({ "type": ["string"], "contentEncoding": "base64", "maxLength": longest });
    let description = description.map_or_else(
        || "Base64.".to_owned(),
        |text| format!("{} Base64.", text.trim()),
    );
    describe(&mut schema, &description);
    schema
}

/// Whether a string schema describes bytes: `format: binary` in 3.0, a media type without an encoding in 3.1.
pub(crate) fn is_binary(schema: &Value) -> bool {
    let string = schema
        .get("type")
        .and_then(Value::as_array)
        .is_none_or(|types| types.iter().any(|name| name == "string"));
    let binary = schema
        .get("format")
        .is_some_and(|format| format == "binary")
        || (schema.get("contentMediaType").is_some() && schema.get("contentEncoding").is_none());
    string && binary
}
