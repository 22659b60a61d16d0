//! OpenAPI documents, from the text to the catalogue of tools.
#![no_main]

#[path = "../../crates/openapi-tools/tests/catalogue/fuzzed.rs"]
mod fuzzed;
#[expect(dead_code, reason = "a part of it is for tests alone")]
#[path = "../../crates/openapi-tools/tests/catalogue/support.rs"]
mod support;

use serde_json::{Value, json};
use tokportal_connector::fuzzing::Source;

/// Keywords and values that mean something in a document.
const WORDS: &[&str] = &[
    "type", "object", "array", "string", "integer", "number", "boolean", "null", "properties", "required", "items",
    "anyOf", "oneOf", "allOf", "not", "enum", "const", "$ref", "#/components/schemas/A", "#/components/schemas/B", "A", "B",
    "#", "format", "uuid", "date-time", "pattern", "^[a-z]+$", "minLength", "maxLength", "minimum", "maximum", "multipleOf",
    "exclusiveMinimum", "minItems", "maxItems", "uniqueItems", "additionalProperties", "nullable", "discriminator",
    "propertyName", "mapping", "default", "description", "title", "readOnly", "writeOnly", "deprecated", "example", "in",
    "path", "query", "header", "cookie", "name", "schema", "content", "application/json", "multipart/form-data",
    "application/x-www-form-urlencoded", "application/octet-stream", "style", "explode", "form", "deepObject",
    "allowReserved", "parameters", "requestBody", "responses", "200", "default", "operationId", "summary", "tags",
    "components", "schemas", "get", "post", "id", "$defs", "if", "then", "else", "patternProperties", "propertyNames",
    "contentEncoding", "base64", "binary", "x-scope", "x-confirm", "x-subjects", "x-dry-run", "x-tool-name", "x-secret",
    "x-credits", "x-idempotency", "read", "write", "question", "subject", "labels", "{id}", "data.name",
];

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if data.first() == Some(&b'{') {
        fuzzed::check_text(&String::from_utf8_lossy(data));
    } else {
        fuzzed::check(&made(data));
    }
});

/// A document that is whole except for the parts that the bytes make.
fn made(data: &[u8]) -> Value {
    let mut source = Source::new(data);
    let version = source.one_of(&["3.0.3", "3.1.0"]).unwrap_or_default();
    let place = source.below(5);
    let components = json!({ "schemas": { "A": source.members(WORDS, 4), "B": source.members(WORDS, 4) } });
    match place {
        0 => support::with_body(version, source.members(WORDS, 6).into(), components),
        1 => support::with_response(version, source.members(WORDS, 6).into(), components),
        2 => support::posting(version, source.members(WORDS, 6).into(), components),
        3 => support::document(version, source.members(WORDS, 7).into(), components),
        _ => {
            let schema = source.members(WORDS, 5);
            let parameter = json!({ "name": source.text(), "in": source.one_of(&["query", "header", "path"]), "schema": schema });
            support::posting(version, json!({ "parameters": [parameter, source.value(WORDS, 4)] }), components)
        }
    }
}
