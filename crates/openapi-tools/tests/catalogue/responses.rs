//! Output schemas and media types of responses.

use openapi_tools::{Options, Output};
use serde_json::{Value, json};

use crate::support::{output, posting, tool, tool_of, with_response};

fn shape(schema: Value) -> Value {
    output(&tool(&with_response("3.1.0", schema, json!({}))))
}

#[test]
fn output_schemas_keep_types_and_names_only() {
    let schema = json!({ "type": "object", "title": "T", "description": "D", "required": ["a"], "additionalProperties": false, "properties": {
        "a": { "type": "string", "enum": ["x"], "description": "D", "format": "uuid" },
        "b": { "type": ["integer", "null"], "minimum": 1 },
        "c": { "type": "array", "items": { "type": "object", "required": ["d"], "properties": { "d": { "const": true } } } },
        "e": {},
        "secret": { "type": "string", "writeOnly": true }
    } });
    assert_eq!(
        shape(schema),
        json!({ "type": "object", "properties": {
            "a": { "type": "string" },
            "b": { "anyOf": [{ "type": "integer" }, { "type": "null" }] },
            "c": { "type": "array", "items": { "type": "object", "properties": { "d": { "type": "boolean" } } } },
            "error": { "type": "object" }
        } })
    );
}

#[test]
fn roots_that_are_not_objects_are_wrapped() {
    assert_eq!(
        shape(json!({ "type": "array", "items": { "type": "string" } })),
        json!({ "type": "object", "properties": { "items": { "type": "array", "items": { "type": "string" } }, "error": { "type": "object" } } })
    );
    assert_eq!(
        shape(json!({ "type": "integer" }))["properties"]["value"],
        json!({ "type": "integer" })
    );
}

#[test]
fn an_error_member_also_accepts_the_errors_of_failed_calls() {
    let own = shape(
        json!({ "type": "object", "properties": { "error": { "type": ["string", "null"] } } }),
    );
    assert_eq!(
        own["properties"]["error"],
        json!({ "anyOf": [{ "type": "string" }, { "type": "null" }, { "type": "object" }] })
    );
    let object = shape(
        json!({ "type": "object", "properties": { "error": { "type": "object", "properties": { "code": { "type": "integer" } } } } }),
    );
    assert_eq!(object["properties"]["error"], json!({ "type": "object" }));
}

#[test]
fn alternatives_become_one_shape() {
    let schema = json!({ "oneOf": [
        { "type": "object", "properties": { "a": { "type": "string" }, "n": { "type": "integer" } } },
        { "type": "object", "properties": { "a": { "type": "array", "items": { "type": "string" } }, "n": { "type": "number" } } }
    ] });
    let joined = shape(schema);
    assert_eq!(
        joined["properties"]["a"],
        json!({ "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] })
    );
    assert_eq!(joined["properties"]["n"], json!({ "type": "number" }));
}

#[test]
fn maps_do_not_limit_the_named_members_of_an_alternative() {
    let map = json!({ "type": "object", "additionalProperties": { "type": "integer" } });
    let named = json!({ "type": "object", "properties": { "a": { "type": "string" } } });
    let wrapped = |one: &Value, other: &Value| {
        shape(json!({ "type": "object", "properties": { "v": { "anyOf": [one, other] } } }))["properties"]["v"].clone()
    };
    let either = json!({ "anyOf": [{ "type": "string" }, { "type": "integer" }] });
    let expected = json!({ "type": "object", "properties": { "a": either } });
    assert_eq!(wrapped(&named, &map), expected);
    assert_eq!(
        wrapped(&map, &named)["properties"]["a"]["anyOf"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    assert_eq!(wrapped(&map, &map), map);
}

#[test]
fn depth_and_size_are_limited() {
    let components = json!({ "schemas": { "Tree": { "type": "object", "properties": { "name": { "type": "string" }, "next": { "$ref": "#/components/schemas/Tree" } } } } });
    let document = with_response(
        "3.1.0",
        json!({ "$ref": "#/components/schemas/Tree" }),
        components,
    );
    let of = |depth, max_bytes| {
        tool_of(
            &document,
            &Options {
                output: Output { depth, max_bytes },
                ..Options::default()
            },
        )
    };
    let (deep, _) = of(2, 8192);
    assert_eq!(
        output(&deep),
        json!({ "type": "object", "properties": {
            "name": { "type": "string" },
            "next": { "type": "object", "properties": { "name": { "type": "string" }, "next": { "type": "object" } } },
            "error": { "type": "object" }
        } })
    );
    assert_eq!(
        output(&of(9, 130).0)["properties"]["next"],
        json!({ "type": "object" })
    );
    let (tiny, found) = of(9, 1);
    assert_eq!(
        output(&tiny),
        json!({ "type": "object", "properties": { "error": { "type": "object" } } })
    );
    assert_eq!(found.len(), 1);
    assert_eq!(of(0, 8192).0.output_schema, None);
}

#[test]
fn media_types_are_listed_with_json_first() {
    let json_content =
        json!({ "schema": { "type": "object", "properties": { "a": { "type": "string" } } } });
    let responses = json!({
        "200": { "description": "", "content": { "text/csv": {}, "application/json": json_content, "text/html": {} } },
        "201": { "description": "", "content": { "application/problem+json": { "schema": { "type": "object", "properties": { "b": { "type": "string" } } } } } },
        "404": { "description": "", "content": { "application/xml": {} } },
        "default": { "description": "", "content": { "image/png": {} } }
    });
    let tool = tool(&posting(
        "3.1.0",
        json!({ "responses": responses }),
        json!({}),
    ));
    assert_eq!(
        tool.operation.accepts,
        [
            "application/json",
            "application/problem+json",
            "text/csv",
            "text/html"
        ]
    );
    assert_eq!(
        output(&tool)["properties"].as_object().map(|map| map.len()),
        Some(3)
    );
}

#[test]
fn default_counts_without_a_success_status() {
    let content = json!({ "application/json": { "schema": { "type": "object", "properties": { "a": { "type": "string" } } } } });
    let only = posting(
        "3.1.0",
        json!({ "responses": { "default": { "description": "", "content": content }, "404": { "description": "" } } }),
        json!({}),
    );
    assert_eq!(tool(&only).operation.accepts, ["application/json"]);
    let redirect = posting(
        "3.1.0",
        json!({ "responses": { "default": { "description": "", "content": content }, "302": { "description": "" } } }),
        json!({}),
    );
    assert_eq!(tool(&redirect).output_schema, None);
    let range = posting(
        "3.1.0",
        json!({ "responses": { "2XX": { "description": "", "content": content } } }),
        json!({}),
    );
    assert!(tool(&range).output_schema.is_some());
}

#[test]
fn text_and_empty_responses_have_no_output_schema() {
    let text = posting(
        "3.1.0",
        json!({ "responses": { "200": { "description": "", "content": { "text/plain": { "schema": { "type": "string" } } } } } }),
        json!({}),
    );
    assert_eq!(tool(&text).output_schema, None);
    assert_eq!(tool(&text).operation.accepts, ["text/plain"]);
    assert_eq!(
        tool(&posting("3.1.0", json!({}), json!({})))
            .operation
            .accepts,
        [""; 0]
    );
}
