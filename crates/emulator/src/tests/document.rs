//! The table of operations and the answers against `static/openapi.json`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jsonschema::Validator;
use serde_json::{Value, json};

use super::drift::assert_no_drift;
use super::world::{Reply, World};
use crate::operations::{Idempotency, OPERATIONS};
use crate::schema;

pub(super) fn document() -> Value {
    serde_json::from_str(include_str!("../../../../static/openapi.json")).unwrap()
}

#[test]
fn the_table_and_the_document_name_the_same_operations() {
    let document = document();
    let mut documented = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let facts = (
                method.to_uppercase(),
                path.clone(),
                operation["x-idempotency"].as_str().unwrap().to_owned(),
                operation["x-scope"].as_str().unwrap().to_owned(),
            );
            documented.insert(operation["operationId"].as_str().unwrap().to_owned(), facts);
        }
    }
    let table: BTreeMap<_, _> = OPERATIONS
        .iter()
        .map(|operation| {
            let idempotency = match operation.idempotency {
                Idempotency::NotApplicable => "not-applicable",
                Idempotency::Standard => "standard",
                Idempotency::Refused => "refused",
            };
            let scope = operation.scope.unwrap_or(if operation.is_write() {
                "write"
            } else {
                "read"
            });
            let facts = (
                operation.method.to_owned(),
                operation.path.to_owned(),
                idempotency.to_owned(),
                scope.to_owned(),
            );
            (operation.id.to_owned(), facts)
        })
        .collect();
    assert_eq!(table, documented);
}

#[test]
fn the_request_rules_of_every_operation_are_there() {
    for operation in OPERATIONS {
        assert!(
            schema::of_operation(operation.id).is_some(),
            "{}",
            operation.id
        );
    }
}

/// Compares an answer with what the document says about its operation and status.
pub(super) fn assert_documented(template: &str, method: &str, reply: &Reply) {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    static VALIDATORS: Mutex<BTreeMap<String, Arc<Validator>>> = Mutex::new(BTreeMap::new());
    let document = DOCUMENT.get_or_init(document);
    let pointer = format!(
        "/paths/{}/{}/responses/{}",
        template.replace('/', "~1"),
        method.to_lowercase(),
        reply.status()
    );
    let validator = Arc::clone(
        VALIDATORS
            .lock()
            // Another test that failed here does not matter to this one.
            .unwrap_or_else(PoisonError::into_inner)
            .entry(pointer.clone())
            .or_insert_with(|| {
                let mut response = document
                    .pointer(&pointer)
                    .unwrap_or_else(|| panic!("{pointer} is not documented: {:?}", reply.0));
                if let Some(reference) = response["$ref"].as_str() {
                    response = document.pointer(reference.trim_start_matches('#')).unwrap();
                }
                let mut schema = response["content"]["application/json"]["schema"].clone();
                schema["components"] = document["components"].clone();
                Arc::new(jsonschema::draft202012::new(&schema).unwrap())
            }),
    );
    let answer = reply.json();
    let problems: Vec<String> = validator
        .iter_errors(&answer)
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect();
    assert!(problems.is_empty(), "{pointer}: {problems:?} in {answer}");
    let mut response = document.pointer(&pointer).unwrap_or(&Value::Null);
    if let Some(reference) = response["$ref"].as_str() {
        response = document.pointer(reference.trim_start_matches('#')).unwrap();
    }
    let schema = &response["content"]["application/json"]["schema"];
    let operation = OPERATIONS
        .iter()
        .find(|operation| operation.path == template && operation.method == method)
        .unwrap();
    assert_no_drift(document, operation, schema, &answer);
}

#[test]
fn answers_validate_against_the_document() {
    let world = World::new();
    let order = || {
        Some(json!({ "bundle_type": "account_and_videos", "country": "FR", "videos_quantity": 2 }))
    };
    let id = world.call("POST", "/bundles", order()).data()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let dry = [("x-tokportal-dry-run", "true")];
    for (template, method, path, body, headers) in [
        ("/me", "GET", "/me".to_owned(), None, &[][..]),
        (
            "/me",
            "PATCH",
            "/me".to_owned(),
            Some(json!({ "niche": "food" })),
            &[],
        ),
        (
            "/me",
            "PATCH",
            "/me".to_owned(),
            Some(json!({ "niche": "food" })),
            &dry,
        ),
        (
            "/me",
            "PATCH",
            "/me".to_owned(),
            Some(json!({ "nich": "food" })),
            &[],
        ),
        ("/countries", "GET", "/countries".to_owned(), None, &[]),
        ("/platforms", "GET", "/platforms".to_owned(), None, &[]),
        (
            "/credit-costs",
            "GET",
            "/credit-costs".to_owned(),
            None,
            &[],
        ),
        (
            "/credits/balance",
            "GET",
            "/credits/balance".to_owned(),
            None,
            &[],
        ),
        (
            "/credits/history",
            "GET",
            "/credits/history".to_owned(),
            None,
            &[],
        ),
        ("/bundles", "GET", "/bundles".to_owned(), None, &[]),
        ("/bundles", "POST", "/bundles".to_owned(), order(), &[]),
        ("/bundles", "POST", "/bundles".to_owned(), order(), &dry),
        ("/bundles/{id}", "GET", format!("/bundles/{id}"), None, &[]),
        (
            "/bundles/{id}",
            "PATCH",
            format!("/bundles/{id}"),
            Some(json!({ "title": "T" })),
            &[],
        ),
        (
            "/bundles/{id}",
            "GET",
            "/bundles/none".to_owned(),
            None,
            &[],
        ),
    ] {
        let reply = world.call_with(method, &path, body, headers);
        assert_documented(template, method, &reply);
    }
}
