//! References that are followed or refused.

use serde_json::{Value, json};

use crate::support::{
    arena, assert_acceptable, document, input, member, posting, problems, property, tool, warnings,
    with_body,
};

#[test]
fn references_are_followed_everywhere() {
    let components = json!({
        "parameters": { "Limit": { "name": "limit", "in": "query", "schema": { "$ref": "#/components/schemas/Limit" } } },
        "requestBodies": { "Order": { "required": true, "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Order" } } } } },
        "responses": { "Order": { "description": "", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Order" } } } } },
        "schemas": { "Limit": { "type": "integer", "maximum": 9 }, "Order": { "type": "object", "properties": { "a/b~c": { "$ref": "#/components/schemas/a~1b~0c%20d" } } },
            "a/b~c d": { "type": "boolean" } },
        "pathItems": { "Orders": { "post": { "operationId": "op", "parameters": [{ "$ref": "#/components/parameters/Limit" }],
            "requestBody": { "$ref": "#/components/requestBodies/Order" }, "responses": { "201": { "$ref": "#/components/responses/Order" } } } } }
    });
    let document = document(
        "3.1.0",
        json!({ "/orders": { "$ref": "#/components/pathItems/Orders" } }),
        components,
    );
    let tool = tool(&document);
    assert_eq!(
        input(&tool)["properties"],
        json!({ "limit": { "type": "integer", "maximum": 9 }, "a_b_c": { "type": "boolean" } })
    );
    assert_eq!(crate::support::argument(&tool, "a_b_c").wire_name, "a/b~c");
    assert_eq!(
        crate::support::output(&tool)["properties"]["a/b~c"],
        json!({ "type": "boolean" })
    );
}

#[test]
fn recursive_schemas_move_to_definitions() {
    let components = json!({ "schemas": {
        "Tree": { "type": "object", "description": "A tree.", "properties": { "leaf": { "$ref": "#/components/schemas/Leaf" }, "next": { "$ref": "#/components/schemas/Tree" } } },
        "Leaf": { "type": "object", "properties": { "trees": { "type": "array", "items": { "$ref": "#/components/schemas/Tree" } } } }
    } });
    let schema = json!({ "type": "object", "properties": { "tree": { "description": "Root.", "allOf": [{ "$ref": "#/components/schemas/Tree" }] } } });
    let tool = tool(&with_body("3.0.3", schema, components));
    assert_acceptable(&tool);
    assert_eq!(
        property(&tool, "tree"),
        json!({ "$ref": "#/$defs/Tree", "description": "Root." })
    );
    assert_eq!(
        input(&tool)["$defs"]["Tree"]["properties"]["next"],
        json!({ "$ref": "#/$defs/Tree" })
    );
    assert_eq!(
        input(&tool)["$defs"]["Leaf"]["properties"]["trees"]["items"],
        json!({ "$ref": "#/$defs/Tree" })
    );
}

#[test]
fn schemas_used_twice_are_shared_when_that_is_shorter() {
    let long = json!({ "type": "object", "description": "x".repeat(100), "properties": { "a": { "type": "string" } } });
    let components =
        json!({ "schemas": { "Long": long, "Short": { "type": "string", "maxLength": 3 } } });
    let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let schema = json!({ "type": "object", "properties": { "a": reference("Long"), "b": reference("Long"), "c": reference("Short"), "d": reference("Short") } });
    let tool = tool(&with_body("3.1.0", schema, components));
    assert_eq!(property(&tool, "a"), json!({ "$ref": "#/$defs/Long" }));
    assert_eq!(
        property(&tool, "d"),
        json!({ "type": "string", "maxLength": 3 })
    );
}

#[test]
fn members_beside_a_reference_are_combined_with_it() {
    let components = json!({ "schemas": { "Name": { "type": "string", "description": "Any name.", "maxLength": 9 } } });
    let schema =
        json!({ "$ref": "#/components/schemas/Name", "description": "This name.", "minLength": 2 });
    assert_eq!(
        member("3.1.0", schema.clone(), components.clone()),
        json!({ "type": "string", "description": "This name.", "minLength": 2, "maxLength": 9 })
    );
    let body = json!({ "type": "object", "properties": { "value": schema } });
    let found = warnings(&with_body("3.0.3", body, components));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].ends_with("/value/minLength: a member beside $ref has no effect in OpenAPI 3.0"),
        "{found:?}"
    );
}

#[test]
fn faulty_references_are_reported_with_their_place() {
    let place = "/paths/~1things~1{id}/post/requestBody/content/application~1json/schema/properties/value/$ref";
    let problem_of = |reference: Value| {
        let body = json!({ "type": "object", "properties": { "value": { "$ref": reference } } });
        let components = json!({ "schemas": { "A": { "$ref": "#/components/schemas/B" }, "B": { "$ref": "#/components/schemas/A" } } });
        problems(&with_body("3.1.0", body, components))
    };
    assert_eq!(
        problem_of(json!("other.yaml#/A")),
        [format!(
            "{place}: the reference \"other.yaml#/A\" points outside the document; bundle the documents into one first"
        )]
    );
    assert_eq!(
        problem_of(json!("#/components/schemas/Z")),
        [format!(
            "{place}: the reference \"#/components/schemas/Z\" points to nothing"
        )]
    );
    assert_eq!(
        problem_of(json!("#node")),
        [format!(
            "{place}: the reference \"#node\" names an anchor; only JSON pointers are followed"
        )]
    );
    assert_eq!(
        problem_of(json!(7)),
        [format!("{place}: $ref must be a string")]
    );
    assert_eq!(
        problem_of(json!("#/components/schemas/A")),
        [format!(
            "{place}: the reference is circular or passes through more than 32 references"
        )]
    );
}

#[test]
fn an_all_of_that_contains_itself_ends() {
    let components = json!({ "schemas": { "A": { "type": "object", "allOf": [{ "$ref": "#/components/schemas/A" }], "properties": { "x": { "type": "string" } } } } });
    let body = json!({ "type": "object", "properties": { "value": { "$ref": "#/components/schemas/A" } } });
    let found = warnings(&with_body("3.1.0", body, components));
    assert_eq!(
        found,
        ["/components/schemas/A: the schema contains itself through allOf; that part is left out"]
    );
}

#[test]
fn a_base_that_lists_its_subtypes_ends() {
    let subtype = |field: &str| json!({ "allOf": [{ "$ref": "#/components/schemas/Base" }, { "type": "object", "properties": { field: { "type": "string" } } }] });
    let components = json!({ "schemas": {
        "Base": { "type": "object", "required": ["kind"], "properties": { "kind": { "type": "string" } }, "discriminator": { "propertyName": "kind" },
            "oneOf": [{ "$ref": "#/components/schemas/A" }, { "$ref": "#/components/schemas/B" }] },
        "A": subtype("a"), "B": subtype("b")
    } });
    let body = json!({ "type": "object", "properties": { "value": { "$ref": "#/components/schemas/Base" } } });
    let (tool, _) =
        crate::support::tool_of(&with_body("3.0.3", body, components), &Default::default());
    assert_acceptable(&tool);
}

#[test]
fn a_faulty_operation_does_not_exclude_the_others() {
    let mut document = posting("3.1.0", json!({}), json!({}));
    document["paths"]["/bad"] = json!({ "get": { "operationId": "bad", "parameters": [{ "$ref": "#/nowhere" }], "responses": {} } });
    let (catalogue, problems) =
        openapi_tools::Catalogue::read(&document, &Default::default(), arena());
    assert_eq!(catalogue.tools.len(), 1);
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].pointer, "/paths/~1bad/get/parameters/0/$ref");
}

#[test]
fn limits_beside_a_shared_reference_are_kept() {
    let components = json!({ "schemas": { "Tree": { "type": "object", "properties": { "next": { "$ref": "#/components/schemas/Tree" } } } } });
    let schema = json!({ "$ref": "#/components/schemas/Tree", "type": ["object", "string"], "minProperties": 1, "description": "Root." });
    assert_eq!(
        member("3.1.0", schema, components),
        json!({ "$ref": "#/$defs/Tree", "description": "Root.", "anyOf": [{ "type": "object", "minProperties": 1 }, { "type": "string" }] })
    );
}
