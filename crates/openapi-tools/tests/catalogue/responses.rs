//! Output schemas and media types of responses.

use openapi_tools::{Options, Output};
use serde_json::{Value, json};

use crate::support::{output, posting, tool, tool_of, with_response};

fn shape(schema: Value) -> Value {
    output(&tool(&with_response("3.1.0", schema, json!({}))))
}

/// The schema of the member `m` of a response.
fn member(schema: Value) -> Value {
    shape(json!({ "type": "object", "properties": { "m": schema } }))["properties"]["m"].clone()
}

#[test]
fn output_schemas_say_members_types_values_and_formats() {
    let schema = json!({ "type": "object", "title": "T", "description": "D", "required": ["a"], "additionalProperties": false, "properties": {
        "a": { "type": "string", "enum": ["x"], "description": "D" },
        "b": { "type": ["integer", "null"], "minimum": 1, "format": "int64" },
        "c": { "type": "array", "items": { "type": "object", "required": ["d"], "properties": {
            "d": { "const": true }, "e": { "type": ["string", "null"], "format": "uuid" }, "f": { "type": ["array", "null"], "items": { "const": 7 } }
        } } },
        "e": {},
        "secret": { "type": "string", "writeOnly": true }
    } });
    assert_eq!(
        shape(schema),
        json!({ "type": "object", "properties": {
            "a": { "type": "string", "enum": ["x"] },
            "b": { "anyOf": [{ "type": "integer" }, { "type": "null" }] },
            "c": { "type": "array", "items": { "type": "object", "properties": {
                "d": { "type": "boolean" },
                "e": { "anyOf": [{ "type": "string", "format": "uuid" }, { "type": "null" }] },
                "f": { "anyOf": [{ "type": "array", "items": { "type": "integer", "enum": [7] } }, { "type": "null" }] }
            }, "required": ["d"] } },
            "e": {}
        }, "anyOf": [{ "required": ["a"] }, { "required": ["error"] }] })
    );
}

#[test]
fn an_enumeration_is_open_if_text_stands_beside_it() {
    let beside =
        json!({ "anyOf": [{ "type": "string", "enum": ["a", "b"] }, { "type": "string" }] });
    let open = json!({ "anyOf": [{ "enum": ["a", "b"] }, { "type": "string" }] });
    assert_eq!(member(beside), open);
    let closed = member(json!({ "oneOf": [{ "const": "a" }, { "type": "null" }] }));
    assert_eq!(
        closed,
        json!({ "anyOf": [{ "type": "string", "enum": ["a"] }, { "type": "null" }] })
    );
    let two = member(json!({ "oneOf": [{ "const": "a" }, { "enum": ["b", "a"] }] }));
    assert_eq!(two, json!({ "type": "string", "enum": ["a", "b"] }));
}

#[test]
fn open_enums_accept_values_that_are_not_listed() {
    let members = json!({ "a": { "enum": ["x", null] }, "b": { "type": "integer", "enum": [1] } });
    let options = Options {
        output: Output {
            open_enums: true,
            ..Output::default()
        },
        ..Options::default()
    };
    let response = json!({ "type": "object", "properties": members });
    let schema = output(&tool_of(&with_response("3.1.0", response, json!({})), &options).0);
    assert_eq!(
        schema["properties"]["a"],
        json!({ "anyOf": [{ "enum": ["x"] }, { "type": "string" }, { "type": "null" }] })
    );
    assert_eq!(
        schema["properties"]["b"],
        json!({ "anyOf": [{ "enum": [1] }, { "type": "integer" }] })
    );
}

#[test]
fn roots_that_are_not_objects_are_wrapped() {
    let items = json!({ "type": "array", "items": { "type": "string" } });
    assert_eq!(
        shape(items.clone()),
        json!({ "type": "object", "properties": { "items": items},
            "anyOf": [{ "required": ["items"] }, { "required": ["error"] }] })
    );
    assert_eq!(
        shape(json!({ "type": "integer" }))["properties"]["value"],
        json!({ "type": "integer" })
    );
    let nothing_known = json!({ "type": "object" });
    assert_eq!(shape(json!({})), nothing_known);
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
    let any = shape(json!({ "type": "object", "properties": { "error": {} } }));
    assert_eq!(any["properties"]["error"], json!({}));
}

#[test]
fn all_of_joins_the_members_that_its_parts_require() {
    let parts = json!([
        { "type": "object", "required": ["a"], "properties": { "a": { "type": "object", "properties": { "x": { "type": "string" } } } } },
        { "type": "object", "required": ["b"], "properties": { "a": { "type": "object", "properties": { "y": { "type": "integer" } } }, "b": { "type": "boolean" } } }
    ]);
    assert_eq!(
        member(json!({ "allOf": parts })),
        json!({ "type": "object", "properties": {
            "a": { "type": "object", "properties": { "x": { "type": "string" }, "y": { "type": "integer" } } },
            "b": { "type": "boolean" }
        }, "required": ["a", "b"] })
    );
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
    assert_eq!(joined.get("anyOf"), None);
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
fn members_of_both_alternatives_are_required() {
    let one =
        json!({ "type": "object", "required": ["a", "b"], "properties": { "a": {}, "b": {} } });
    let other =
        json!({ "type": "object", "required": ["b", "c"], "properties": { "b": {}, "c": {} } });
    let either = member(json!({ "oneOf": [one, other] }));
    assert_eq!(either["required"], json!(["b"]));
}

#[test]
fn a_value_inside_of_itself_keeps_its_type() {
    let tree = json!({ "type": "object", "properties": { "name": { "type": "string" }, "next": { "$ref": "#/components/schemas/Tree" } } });
    let document = with_response(
        "3.1.0",
        json!({ "$ref": "#/components/schemas/Tree" }),
        json!({ "schemas": { "Tree": tree } }),
    );
    assert_eq!(
        output(&tool(&document)),
        json!({ "type": "object", "properties": {
            "name": { "type": "string" }, "next": { "type": "object" }
        } })
    );
}

#[test]
fn a_size_limit_takes_the_deepest_members_first() {
    let deep = json!({ "type": "object", "properties": { "a": { "type": "object", "properties": { "b": { "type": "object", "properties": { "c": { "type": "string" } } } } } } });
    let of = |max_bytes| {
        let options = Options {
            output: Output {
                max_bytes,
                ..Output::default()
            },
            ..Options::default()
        };
        tool_of(&with_response("3.1.0", deep.clone(), json!({})), &options)
    };
    let (whole, found) = of(160);
    assert_eq!(found, []);
    assert!(
        whole
            .output_schema
            .is_some_and(|schema| schema.contains("\"c\""))
    );
    let (cut, found) = of(105);
    assert_eq!(
        output(&cut)["properties"]["a"],
        json!({ "type": "object", "properties": { "b": { "type": "object" } } })
    );
    assert_eq!(found.len(), 1);
    let (tiny, _) = of(1);
    assert_eq!(output(&tiny), json!({ "type": "object" }));
    assert_eq!(of(0).0.output_schema, None);
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
        Some(2)
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
fn text_and_empty_responses_are_wrapped() {
    let text = tool(&posting(
        "3.1.0",
        json!({ "responses": { "200": { "description": "", "content": { "text/plain": { "schema": { "type": "string" } } } } } }),
        json!({}),
    ));
    assert_eq!(
        output(&text),
        json!({ "type": "object",
            "properties": { "media_type": { "type": "string" }, "text": { "type": "string" }},
            "anyOf": [{ "required": ["media_type", "text"] }, { "required": ["error"] }] })
    );
    assert_eq!(text.operation.accepts, ["text/plain"]);
    assert!(!text.operation.may_be_empty);
    let empty = tool(&posting("3.1.0", json!({}), json!({})));
    assert_eq!(
        output(&empty)["anyOf"],
        json!([{ "required": ["http_status"] }, { "required": ["error"] }])
    );
    assert_eq!(empty.operation.accepts, [""; 0]);
    assert!(empty.operation.may_be_empty);
}

#[test]
fn json_or_nothing_requires_no_member() {
    let content = json!({ "application/json": { "schema": { "type": "object", "required": ["a"], "properties": { "a": { "type": "string" } } } } });
    let both = tool(&posting(
        "3.1.0",
        json!({ "responses": { "200": { "description": "", "content": content }, "204": { "description": "" } } }),
        json!({}),
    ));
    assert_eq!(
        output(&both),
        json!({ "type": "object", "properties": {
            "a": { "type": "string" }, "http_status": { "type": "integer" }
        } })
    );
}
