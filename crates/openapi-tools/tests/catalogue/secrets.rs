//! The secret members of responses.

use std::time::{Duration, Instant};

use openapi_tools::Options;
use serde_json::{Map, Value, json};

use crate::support::{posting, tool, tool_of, with_response};

fn members(schema: Value, components: Value) -> &'static [&'static str] {
    tool(&with_response("3.1.0", schema, components))
        .facts
        .secret_members
}

#[test]
fn members_are_found_through_references_branches_and_lists() {
    let components = json!({ "schemas": {
        "Login": { "type": "object", "properties": { "name": { "type": "string" }, "password": { "type": "string", "x-secret": true } } },
        "Report": { "type": "object", "properties": { "links": { "type": "array", "items": { "type": "string" }, "x-secret": true } } }
    } });
    let schema = json!({ "allOf": [
        { "type": "object", "properties": { "data": { "allOf": [
            { "$ref": "#/components/schemas/Login" },
            { "type": "object", "properties": { "token": { "type": "string", "x-secret": true } } }
        ] } } },
        { "type": "object", "properties": { "reports": { "type": "array", "items": { "$ref": "#/components/schemas/Report" } } } },
        { "type": "object", "properties": { "plain": { "type": "string", "x-secret": false } } }
    ] });
    assert_eq!(
        members(schema, components),
        ["data.password", "data.token", "reports[].links"]
    );
}

#[test]
fn only_success_responses_in_json_count() {
    let secret =
        json!({ "type": "object", "properties": { "a": { "type": "string", "x-secret": true } } });
    let content = |media_type: &str| {
        let media = Map::from_iter([(media_type.to_owned(), json!({ "schema": secret }))]);
        json!({ "description": "", "content": media })
    };
    let operation = json!({ "responses": { "200": content("text/plain"), "400": content("application/json"), "204": { "description": "" } } });
    let found = tool(&posting("3.1.0", operation, json!({})));
    assert!(found.facts.secret_members.is_empty());
}

#[test]
fn circular_schemas_end_and_are_searched_once() {
    let components = json!({ "schemas": { "Node": { "type": "object", "properties": {
        "key": { "type": "string", "x-secret": true },
        "next": { "$ref": "#/components/schemas/Node" }
    } } } });
    let schema = json!({ "$ref": "#/components/schemas/Node" });
    assert_eq!(members(schema, components), ["key"]);
}

/// Thirty schemas, each with two references to the next one, expand to a billion.
#[test]
fn exploding_references_end_with_a_warning() {
    let next = |i: usize| json!({ "$ref": format!("#/components/schemas/S{}", i + 1) });
    let mut schemas = Map::new();
    for i in 0..30 {
        let schema =
            json!({ "type": "object", "properties": { "left": next(i), "right": next(i) } });
        schemas.insert(format!("S{i}"), schema);
    }
    schemas.insert("S30".to_owned(), json!({ "type": "string" }));
    let schema = json!({ "$ref": "#/components/schemas/S0" });
    let begun = Instant::now();
    let document = with_response("3.1.0", schema, json!({ "schemas": schemas }));
    let (_, warnings) = tool_of(&document, &Options::default());
    assert!(begun.elapsed() < Duration::from_secs(20));
    assert!(
        warnings
            .iter()
            .any(|warning| warning.to_string().contains("all members with x-secret")),
        "{warnings:?}"
    );
}

#[test]
fn a_mark_that_is_not_a_boolean_is_a_problem() {
    let schema =
        json!({ "type": "object", "properties": { "a": { "type": "string", "x-secret": "yes" } } });
    let problems = crate::support::problems(&with_response("3.1.0", schema, json!({})));
    assert!(
        problems
            .iter()
            .any(|problem| problem.ends_with("/a/x-secret: must be true or false")),
        "{problems:?}"
    );
}
