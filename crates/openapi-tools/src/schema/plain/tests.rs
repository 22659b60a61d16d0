//! One schema before and after.

use super::plain;
use crate::hosts::findings;
use serde_json::{Value, json};

#[track_caller]
fn becomes(schema: Value, expected: Value) {
    let listed = plain(&schema);
    assert_eq!(listed, expected);
    assert_eq!(findings(&listed), [], "some host refuses it");
}

#[test]
fn values_that_are_no_text_are_told_in_words() {
    becomes(
        json!({"type": "boolean", "description": "Consent.", "enum": [true]}),
        json!({"type": "boolean", "description": "Consent. Must be true."}),
    );
    becomes(
        json!({"type": "integer", "enum": [3, 6, 9]}),
        json!({"type": "integer", "description": "One of 3, 6, 9."}),
    );
    let texts = json!({"type": "string", "enum": ["a", "b"]});
    becomes(texts.clone(), texts);
}

#[test]
fn null_is_not_listed() {
    becomes(
        json!({"description": "Label; null clears it.", "anyOf": [{"type": "string", "maxLength": 9}, {"type": "null"}]}),
        json!({"type": "string", "description": "Label; null clears it.", "maxLength": 9}),
    );
}

#[test]
fn limits_that_few_hosts_know_are_told_in_words() {
    becomes(
        json!({"type": "array", "items": {"type": "string", "format": "uuid"}, "uniqueItems": true, "minItems": 1}),
        json!({"type": "array", "description": "All distinct.", "items": {"type": "string", "description": "UUID."}, "minItems": 1}),
    );
    becomes(
        json!({"type": "integer", "description": "Number of terms", "multipleOf": 3, "exclusiveMinimum": 0}),
        json!({"type": "integer", "description": "Number of terms. A multiple of 3. Above 0."}),
    );
    becomes(
        json!({"type": "string", "description": "File. Base64.", "contentEncoding": "base64", "maxLength": 9}),
        json!({"type": "string", "description": "File. Base64.", "maxLength": 9}),
    );
    becomes(
        json!({"type": "string", "description": "Link of the image.", "format": "uri"}),
        json!({"type": "string", "description": "Link of the image."}),
    );
    becomes(
        json!({"type": "string", "description": "First day.", "format": "date"}),
        json!({"type": "string", "description": "First day. YYYY-MM-DD."}),
    );
    let time = json!({"type": "string", "format": "date-time"});
    becomes(time.clone(), time);
}

#[test]
fn what_is_withdrawn_or_goes_without_saying_is_not_listed() {
    let old = json!({"type": "string", "deprecated": true});
    let text = json!({"type": "string", "minLength": 1, "maxLength": 9});
    becomes(
        json!({"type": "object", "properties": {"old": old, "text": text, "kept": old}, "required": ["kept"]}),
        json!({"type": "object", "properties": {"text": {"type": "string", "maxLength": 9}, "kept": {"type": "string", "description": "Deprecated."}}, "required": ["kept"]}),
    );
    let two = json!({"type": "string", "minLength": 2});
    becomes(two.clone(), two);
}

#[test]
fn closed_objects_and_maps_are_plain_objects() {
    becomes(
        json!({"type": "object", "properties": {"a": {"type": "object", "properties": {"b": {"type": "string"}}, "additionalProperties": false}}, "additionalProperties": false}),
        json!({"type": "object", "properties": {"a": {"type": "object", "properties": {"b": {"type": "string"}}}}}),
    );
    let listed = plain(&json!({"type": "object", "additionalProperties": {"type": "string"}}));
    assert_eq!(
        listed,
        json!({"type": "object", "description": "Each value: string."})
    );
}
