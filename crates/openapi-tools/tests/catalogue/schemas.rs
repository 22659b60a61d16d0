//! Input schemas from both dialects.

use serde_json::json;

use crate::support::{input, member, property, tool, warnings, with_body};

#[test]
fn nullable_becomes_an_alternative() {
    let expected = json!({ "description": "Or none.", "anyOf": [{ "type": "string", "maxLength": 3 }, { "type": "null" }] });
    let old =
        json!({ "type": "string", "nullable": true, "maxLength": 3, "description": "Or none." });
    let new = json!({ "type": ["string", "null"], "maxLength": 3, "description": "Or none." });
    assert_eq!(member("3.0.3", old, json!({})), expected);
    assert_eq!(member("3.1.0", new, json!({})), expected);
}

#[test]
fn nullable_enumerations_keep_their_type() {
    let expected =
        json!({ "anyOf": [{ "type": "string", "enum": ["a", "b"] }, { "type": "null" }] });
    assert_eq!(
        member(
            "3.0.3",
            json!({ "type": "string", "nullable": true, "enum": ["a", "b", null] }),
            json!({})
        ),
        expected
    );
    assert_eq!(
        member("3.1.0", json!({ "enum": ["a", "b", null] }), json!({})),
        expected
    );
}

#[test]
fn nullable_references_of_3_0_accept_null() {
    let components =
        json!({ "schemas": { "Color": { "type": "string", "enum": ["red", "green"] } } });
    let expected =
        json!({ "anyOf": [{ "type": "string", "enum": ["red", "green"] }, { "type": "null" }] });
    let by_all_of =
        json!({ "allOf": [{ "$ref": "#/components/schemas/Color" }], "nullable": true });
    let by_any_of =
        json!({ "anyOf": [{ "$ref": "#/components/schemas/Color" }], "nullable": true });
    assert_eq!(member("3.0.3", by_all_of, components.clone()), expected);
    assert_eq!(member("3.0.3", by_any_of, components), expected);
}

#[test]
fn type_lists_become_alternatives_with_their_own_keywords() {
    let schema = json!({ "type": ["string", "integer", "null"], "minLength": 1, "minimum": 0, "format": "int32", "enum": ["a", 1, null] });
    let expected = json!({ "anyOf": [
        { "type": "string", "enum": ["a"], "minLength": 1 },
        { "type": "integer", "enum": [1], "format": "int32", "minimum": 0 },
        { "type": "null" }
    ] });
    assert_eq!(member("3.1.0", schema, json!({})), expected);
}

#[test]
fn exclusive_bounds_of_both_dialects_are_read() {
    let old = json!({ "type": "number", "minimum": 0, "exclusiveMinimum": true, "maximum": 9, "exclusiveMaximum": false });
    assert_eq!(
        member("3.0.3", old, json!({})),
        json!({ "type": "number", "exclusiveMinimum": 0, "maximum": 9 })
    );
    let new = json!({ "type": "number", "exclusiveMinimum": 0 });
    assert_eq!(member("3.1.0", new.clone(), json!({})), new);
}

#[test]
fn free_values_list_all_types() {
    for schema in [json!(true), json!({}), json!({ "title": "Anything" })] {
        let any = member("3.1.0", schema, json!({}));
        assert_eq!(any["anyOf"].as_array().map(Vec::len), Some(6), "{any}");
    }
    assert_eq!(
        member("3.1.0", json!({ "type": "array" }), json!({})),
        json!({ "type": "array", "items": { "description": "Any JSON value." } })
    );
}

#[test]
fn members_are_ordered_and_redundant_ones_are_gone() {
    let schema = json!({ "title": "T", "example": 1, "examples": [1], "xml": {}, "externalDocs": {}, "x-note": 1, "minLength": 0,
        "maxLength": 5, "format": "email", "default": "a@b", "description": " Mail. ", "type": "string", "deprecated": true });
    let text = member("3.1.0", schema, json!({})).to_string();
    assert_eq!(
        text,
        r#"{"type":"string","description":"Mail.","deprecated":true,"default":"a@b","format":"email","maxLength":5}"#
    );
}

#[test]
fn all_of_is_merged() {
    let components = json!({ "schemas": { "Base": {
        "type": "object", "required": ["a"], "additionalProperties": false,
        "properties": { "a": { "type": "string", "minLength": 1, "maxLength": 9 }, "b": { "type": "number", "enum": [1, 2, 3] } }
    } } });
    let schema = json!({ "description": "Both.", "allOf": [
        { "$ref": "#/components/schemas/Base" },
        { "type": "object", "required": ["b"], "properties": { "a": { "minLength": 3, "maxLength": 20 }, "b": { "type": "integer", "enum": [2, 3, 4] } } }
    ] });
    assert_eq!(
        member("3.1.0", schema, components),
        json!({ "type": "object", "description": "Both.", "required": ["a", "b"], "properties": {
            "a": { "type": "string", "minLength": 3, "maxLength": 9 },
            "b": { "type": "integer", "enum": [2, 3] }
        } })
    );
}

#[test]
fn contradictions_in_all_of_are_warned_about() {
    let schema = json!({ "type": "object", "properties": { "value": { "allOf": [{ "type": "string" }, { "type": "integer" }] } } });
    let found = warnings(&with_body("3.1.0", schema, json!({})));
    assert_eq!(
        found,
        [
            r#"/paths/~1things~1{id}/post/requestBody/content/application~1json/schema/properties/value: allOf requires the types ["string"] and ["integer"] at once; the first is kept"#
        ]
    );
}

#[test]
fn two_patterns_are_both_kept() {
    let schema = json!({ "type": "string", "allOf": [{ "pattern": "^a" }, { "pattern": "z$" }] });
    assert_eq!(
        member("3.1.0", schema, json!({})),
        json!({ "type": "string", "pattern": "^a", "allOf": [{ "pattern": "z$" }] })
    );
}

#[test]
fn read_only_members_do_not_become_arguments() {
    let components = json!({ "schemas": { "Id": { "type": "string", "readOnly": true } } });
    let schema = json!({ "type": "object", "required": ["id", "own", "name"], "properties": {
        "id": { "$ref": "#/components/schemas/Id" },
        "own": { "type": "string", "readOnly": true },
        "name": { "type": "string", "writeOnly": true },
        "deep": { "type": "object", "required": ["x"], "properties": { "x": { "type": "string", "readOnly": true }, "y": { "type": "string" } } }
    } });
    let tool = tool(&with_body("3.1.0", schema, components));
    assert_eq!(
        input(&tool)["properties"],
        json!({ "id": { "type": "string" }, "name": { "type": "string" }, "deep": { "type": "object", "properties": { "y": { "type": "string" } } } })
    );
    assert_eq!(input(&tool)["required"], json!(["id", "name"]));
    assert_eq!(tool.operation.arguments.len(), 3);
}

#[test]
fn closed_alternatives_stay_closed_and_other_objects_do_not() {
    let schema = json!({ "oneOf": [
        { "type": "object", "additionalProperties": false, "properties": { "a": { "type": "string" } } },
        { "type": "object", "additionalProperties": false, "properties": { "b": { "type": "string" } } }
    ] });
    let written = member("3.1.0", schema, json!({}));
    assert_eq!(written["oneOf"][0]["additionalProperties"], false);
    let plain = json!({ "type": "object", "additionalProperties": false, "properties": { "a": { "type": "string" } } });
    assert_eq!(
        member("3.1.0", plain, json!({})),
        json!({ "type": "object", "properties": { "a": { "type": "string" } } })
    );
}

#[test]
fn discriminators_are_written_into_the_branches() {
    let pet = |field: &str| json!({ "type": "object", "required": [field], "properties": { "kind": { "type": "string" }, field: { "type": "string" } } });
    let components = json!({ "schemas": { "Cat": pet("meow"), "Dog": pet("bark") } });
    let schema = json!({
        "oneOf": [{ "$ref": "#/components/schemas/Cat" }, { "$ref": "#/components/schemas/Dog" }],
        "discriminator": { "propertyName": "kind", "mapping": { "hound": "#/components/schemas/Dog" } }
    });
    let written = member("3.0.3", schema, components);
    assert_eq!(
        written["oneOf"][0]["properties"]["kind"],
        json!({ "type": "string", "enum": ["Cat"] })
    );
    assert_eq!(
        written["oneOf"][1]["properties"]["kind"],
        json!({ "type": "string", "enum": ["hound"] })
    );
    assert_eq!(written["oneOf"][1]["required"], json!(["kind", "bark"]));
}

#[test]
fn tuples_maps_and_conditions_are_kept() {
    let tuple =
        json!({ "type": "array", "prefixItems": [{ "type": "string" }, true], "items": false });
    let written = member("3.1.0", tuple, json!({}));
    assert_eq!(written["prefixItems"][0], json!({ "type": "string" }));
    assert_eq!(written["maxItems"], 2);
    let map = json!({ "type": "object", "additionalProperties": { "type": "integer" }, "propertyNames": { "pattern": "^a" } });
    assert_eq!(
        member("3.1.0", map, json!({})),
        json!({ "type": "object", "additionalProperties": { "type": "integer" }, "propertyNames": { "type": "string", "pattern": "^a" } })
    );
    let condition =
        json!({ "type": "object", "if": { "required": ["a"] }, "then": { "required": ["b"] } });
    assert_eq!(
        member("3.1.0", condition, json!({}))["then"],
        json!({ "type": "object", "required": ["b"] })
    );
}

#[test]
fn unknown_types_and_keywords_are_warned_about() {
    let schema = json!({ "type": "object", "properties": { "value": { "type": "file", "minWords": 3, "maximum": "9" } } });
    let found = warnings(&with_body("3.1.0", schema, json!({})));
    let place =
        "/paths/~1things~1{id}/post/requestBody/content/application~1json/schema/properties/value";
    assert_eq!(
        found,
        [
            format!("{place}/type: the type \"file\" does not exist; any value is accepted"),
            format!("{place}/minWords: the keyword \"minWords\" is not supported and is left out"),
            format!("{place}/maximum: \"maximum\" has a value of the wrong type and is left out"),
        ]
    );
}

#[test]
fn defaults_that_are_null_need_a_nullable_schema() {
    let place = "/paths/~1things~1{id}/post/requestBody/content/application~1json/schema/properties/value/default";
    let wrong = json!({ "type": "object", "properties": { "value": { "type": "string", "default": null } } });
    let found = warnings(&with_body("3.1.0", wrong, json!({})));
    assert_eq!(
        found,
        [format!(
            "{place}: the default is null, which the schema does not accept, and is left out"
        )]
    );
    let right = json!({ "type": ["string", "null"], "default": null });
    assert_eq!(member("3.1.0", right, json!({}))["default"], json!(null));
}

#[test]
fn empty_input_is_still_an_object() {
    let document = crate::support::document(
        "3.1.0",
        json!({ "/ping": { "get": { "operationId": "ping", "responses": { "204": { "description": "" } } } } }),
        json!({}),
    );
    let ping = tool(&document);
    assert_eq!(
        ping.input_schema,
        Some(r#"{"type":"object","properties":{}}"#)
    );
    assert!(
        ping.output_schema
            .is_some_and(|schema| schema.contains("http_status"))
    );
    assert_eq!(ping.title, "Ping");
}

#[test]
fn forbidden_members_do_not_become_arguments() {
    let schema =
        json!({ "type": "object", "properties": { "never": false, "some": { "type": "string" } } });
    let tool = tool(&with_body("3.1.0", schema, json!({})));
    assert_eq!(
        input(&tool)["properties"].as_object().map(|map| map.len()),
        Some(2)
    );
    assert_eq!(property(&tool, "some"), json!({ "type": "string" }));
}
