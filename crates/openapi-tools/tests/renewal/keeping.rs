//! What stays, what the newer document decides, and what is reported as lost.

use openapi_tools::renew::{Change, Difference, Renewal, renew};
use openapi_tools::{Options, Problems};
use serde_json::{Value, json};

/// A document with these paths and schemas.
pub(crate) fn document(paths: Value, schemas: Value) -> Value {
    json!({ "openapi": "3.1.0", "info": { "title": "Shop", "version": "1" }, "paths": paths,
        "components": { "schemas": schemas } })
}

/// A document with the operation `POST /orders` that takes this JSON body.
fn with_body(schema: Value, schemas: Value) -> Value {
    let body = json!({ "required": true, "content": { "application/json": { "schema": schema } } });
    document(
        json!({ "/orders": { "post": { "operationId": "order", "requestBody": body,
            "responses": { "204": { "description": "Done." } } } } }),
        schemas,
    )
}

/// A document with the operation `GET /orders` that answers with this JSON.
pub(crate) fn with_answer(schema: Value) -> Value {
    let answer = json!({ "200": { "description": "Orders.", "content": { "application/json": { "schema": schema } } } });
    document(
        json!({ "/orders": { "get": { "operationId": "orders", "x-scope": "read", "responses": answer } } }),
        json!({}),
    )
}

pub(crate) fn renewed(ours: &Value, newer: &Value) -> Renewal {
    let first =
        renew(ours, newer, &Options::default()).unwrap_or_else(|problems| panic!("{problems}"));
    let second = renew(&first.document, newer, &Options::default()).unwrap();
    assert_eq!(
        first.document.to_string(),
        second.document.to_string(),
        "the second renewal"
    );
    first
}

/// The body of `order` after a renewal.
fn body(renewal: &Renewal) -> Value {
    renewal.document["paths"]["/orders"]["post"]["requestBody"]["content"]["application/json"]["schema"].clone()
}

fn dropped(renewal: &Renewal) -> Vec<&str> {
    let differences = renewal.report.differences.iter();
    differences
        .filter_map(|one| match one {
            Difference::Dropped(place, _) => Some(place.as_str()),
            _ => None,
        })
        .collect()
}

#[test]
fn the_newer_document_decides_types_and_limits() {
    let ours = json!({ "type": "object", "required": ["a"], "properties": {
        "a": { "type": "string", "description": "Ours.", "maxLength": 9, "pattern": "^a" },
        "b": { "type": "string", "enum": ["x", "y"], "minLength": 1 } } });
    let newer = json!({ "type": "object", "required": ["b"], "properties": {
        "a": { "type": "string", "description": "Theirs.", "maxLength": 5 },
        "b": { "type": "integer" },
        "c": { "type": "boolean", "description": "New." } } });
    let renewal = renewed(&with_body(ours, json!({})), &with_body(newer, json!({})));
    assert_eq!(
        body(&renewal),
        json!({ "type": "object", "required": ["b"], "properties": {
            "a": { "type": "string", "description": "Ours.", "maxLength": 5, "pattern": "^a" },
            "b": { "type": "integer" },
            "c": { "type": "boolean", "description": "New." } } })
    );
    let kept = Difference::Kept("order body a pattern".to_owned());
    assert!(
        renewal.report.differences.contains(&kept),
        "{:?}",
        renewal.report.differences
    );
    assert_eq!(
        dropped(&renewal),
        ["order body b enum", "order body b minLength"]
    );
    assert!(renewal.report.needs_person());
}

#[test]
fn an_object_that_the_newer_document_leaves_open_stays() {
    let ours =
        json!({ "type": "object", "required": ["a"], "properties": { "a": { "type": "string" } } });
    let before = with_body(ours, json!({}));
    let renewal = renewed(&before, &with_body(json!({ "type": "object" }), json!({})));
    assert_eq!(renewal.document, before);
    assert!(!renewal.report.needs_person());
}

#[test]
fn texts_reach_through_references_and_branches() {
    let ours = json!({ "allOf": [
        { "type": "object", "properties": { "a": { "type": "string", "description": "Ours." } } },
        { "$ref": "#/components/schemas/More" } ] });
    let more = json!({ "More": { "type": "object", "properties": { "b": { "type": "string", "description": "Ours, too." } } } });
    let newer = json!({ "$ref": "#/components/schemas/Order" });
    let order = json!({ "Order": { "type": "object", "properties": { "a": { "type": "string" }, "b": { "type": "string" } } } });
    let renewal = renewed(&with_body(ours, more), &with_body(newer, order));
    let body = body(&renewal);
    assert_eq!(body["properties"]["a"]["description"], "Ours.");
    assert_eq!(body["properties"]["b"]["description"], "Ours, too.");
    assert_eq!(renewal.document["components"]["schemas"].get("More"), None);
}

#[test]
fn a_component_keeps_its_name_and_its_texts() {
    let ours = json!({ "$ref": "#/components/schemas/Order" });
    let order = |name: &str, text: &str| {
        let parent = json!({ "$ref": format!("#/components/schemas/{name}") });
        json!({ name: { "type": "object", "properties": {
            "id": { "type": "string", "description": text }, "parent": parent } } })
    };
    let newer = json!({ "$ref": "#/components/schemas/OrderInput" });
    let before = with_body(ours, order("Order", "Ours."));
    let renewal = renewed(&before, &with_body(newer, order("OrderInput", "Theirs.")));
    assert_eq!(renewal.document, before);
}

#[test]
fn components_of_the_same_name_that_differ_are_kept_apart() {
    let text = |text: &str| json!({ "type": "string", "description": text });
    let ours =
        json!({ "type": "object", "properties": { "a": { "$ref": "#/components/schemas/Name" } } });
    let newer = json!({ "type": "object", "properties": {
        "a": { "$ref": "#/components/schemas/Title" }, "b": { "$ref": "#/components/schemas/Name" } } });
    let before = with_body(ours, json!({ "Name": text("Ours.") }));
    let after = json!({ "Title": { "type": "string" }, "Name": { "type": "integer" } });
    let renewal = renewed(&before, &with_body(newer, after));
    let schemas = &renewal.document["components"]["schemas"];
    assert_eq!(schemas["Name"], text("Ours."));
    let b = body(&renewal)["properties"]["b"]["$ref"].clone();
    assert_eq!(b, "#/components/schemas/Name2");
    assert_eq!(schemas["Name2"]["type"], "integer");
}

#[test]
fn a_secret_member_stays_secret_even_if_it_is_not_mentioned() {
    let ours = json!({ "type": "object", "properties": {
        "code": { "type": "string", "x-secret": true }, "old": { "type": "string" } } });
    let newer = json!({ "type": "object", "properties": { "code": { "type": "string" }, "id": { "type": "string" } } });
    let renewal = renewed(&with_answer(ours.clone()), &with_answer(newer));
    let answer = "/paths/~1orders/get/responses/200/content/application~1json/schema/properties";
    let members = renewal.document.pointer(answer).unwrap();
    assert_eq!(members["code"]["x-secret"], true);
    assert_eq!(dropped(&renewal), ["orders response 200 old"]);

    let other = json!({ "type": "object", "properties": { "id": { "type": "string" } } });
    let renewal = renewed(&with_answer(ours), &with_answer(other));
    assert_eq!(
        renewal.document.pointer(answer).unwrap()["code"]["x-secret"],
        true
    );
}

#[test]
fn a_renamed_operation_keeps_its_tool_name_although_another_has_the_old_id() {
    let item = |id: &str, more: Value| {
        let mut operation =
            json!({ "operationId": id, "responses": { "204": { "description": "" } } });
        for (name, value) in more.as_object().unwrap() {
            operation[name] = value.clone();
        }
        operation
    };
    let ours = document(
        json!({ "/a": { "get": item("getThing", json!({ "summary": "Ours" })) } }),
        json!({}),
    );
    let newer = document(
        json!({ "/0": { "get": item("thing", json!({})) }, "/a": { "get": item("fetchThing", json!({})) },
            "/b": { "get": item("getThingAgain", json!({})) } }),
        json!({}),
    );
    let first = renewed(&ours, &newer);
    assert_eq!(first.report.renamed.len(), 1);
    assert_eq!(
        first.document["paths"]["/a"]["get"]["x-tool-name"],
        "get_thing"
    );
    assert_eq!(first.document["paths"]["/a"]["get"]["summary"], "Ours");
    // The newest document uses the old operationId for a new operation, earlier in the document.
    let mut newest = newer.clone();
    newest["paths"]["/0"]["post"] = item("getThing", json!({}));
    let second = renewed(&first.document, &newest);
    let arena = openapi_tools::Arena::default();
    let catalogue =
        openapi_tools::Catalogue::from_value(&second.document, &Options::default(), &arena)
            .unwrap();
    assert_eq!(
        catalogue.tool("get_thing").unwrap().operation.id,
        "fetchThing"
    );
    assert_eq!(
        catalogue.tool("get_thing_2").unwrap().operation.id,
        "getThing"
    );
}

#[test]
fn a_read_that_becomes_a_write_is_destructive_and_confirmed() {
    let operation = json!({ "operationId": "sync", "x-scope": "read", "x-destructive": false,
        "responses": { "204": { "description": "" } } });
    let ours = document(json!({ "/sync": { "get": operation } }), json!({}));
    let newer = document(json!({ "/sync": { "post": operation } }), json!({}));
    let renewal = renewed(&ours, &newer);
    let after = &renewal.document["paths"]["/sync"]["post"];
    assert_eq!(
        (&after["x-scope"], &after["x-irreversible"]),
        (&json!("write"), &json!(true))
    );
    assert_eq!(after["x-destructive"], true);
    assert_eq!(renewal.report.moved.len(), 1);
    let (_, changes) = &renewal.report.changed[0];
    assert!(
        changes.contains(&Change::Scope("read", "write")),
        "{changes:?}"
    );
}

#[test]
fn confirmations_lose_only_what_no_longer_fits() {
    let parameter =
        |name: &str| json!([{ "name": name, "in": "query", "schema": { "type": "string" } }]);
    let read = json!({ "operationId": "get", "parameters": parameter("id"), "responses": { "204": { "description": "" } } });
    let write = |name: &str| {
        json!({ "operationId": "buy", "parameters": parameter(name),
        "x-confirm": { "questions": ["Buy {size} for {subject}?", "Buy {size}?", "Buy?"], "subject": { "thing": "size" } },
        "responses": { "204": { "description": "" } } })
    };
    let mut ours = document(
        json!({ "/get": { "get": read }, "/buy": { "post": write("size") } }),
        json!({}),
    );
    ours["x-subjects"] = json!({ "thing": { "read": "get", "by": "id", "labels": ["{name}"] } });

    let newer = document(
        json!({ "/get": { "get": read }, "/buy": { "post": write("amount") } }),
        json!({}),
    );
    let renewal = renewed(&ours, &newer);
    assert_eq!(
        renewal.document["paths"]["/buy"]["post"]["x-confirm"],
        json!({ "questions": ["Buy?"] })
    );
    assert_eq!(
        dropped(&renewal),
        [
            "buy x-confirm subject",
            "buy x-confirm question",
            "buy x-confirm question"
        ]
    );

    let newer = document(json!({ "/buy": { "post": write("size") } }), json!({}));
    let renewal = renewed(&ours, &newer);
    assert_eq!(renewal.document["x-subjects"], json!({}));
    assert_eq!(
        renewal.document["paths"]["/buy"]["post"]["x-confirm"],
        json!({ "questions": ["Buy {size}?", "Buy?"] })
    );
}

#[test]
fn documents_that_cannot_be_taken_over_are_refused() {
    let ours = with_body(json!({ "type": "object" }), json!({}));
    let refused = |newer: Value| -> String {
        let refused: Problems = renew(&ours, &newer, &Options::default()).unwrap_err();
        refused.to_string()
    };
    let mut other = ours.clone();
    other["openapi"] = "3.0.3".into();
    assert!(
        refused(other)
            .starts_with("/openapi: in the newer document: version 3.0 and version 3.1 define")
    );
    assert!(refused(json!({ "swagger": "2.0" })).starts_with("/swagger: "));
    assert!(
        refused(json!([]))
            .starts_with("(document): in the newer document: this is not an OpenAPI document")
    );
    let mut other = ours.clone();
    other["paths"] = json!({});
    assert_eq!(
        refused(other),
        "/paths: in the newer document: it has no operations"
    );
    let mut other = ours.clone();
    other["paths"]["/more"] = ours["paths"]["/orders"].clone();
    assert!(refused(other).contains("the operationId \"order\" is used twice"));
}
