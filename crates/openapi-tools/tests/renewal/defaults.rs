//! Operations that our document does not have.

use openapi_tools::renew::{Renewal, renew};
use openapi_tools::{Arena, Catalogue, Options};
use serde_json::{Value, json};

use crate::keeping::{document, renewed, with_answer};

/// The new operation after a renewal.
fn added(method: &str, operation: Value) -> (Value, Renewal) {
    let ours = with_answer(json!({ "type": "object" }));
    let mut newer = ours.clone();
    let mut operation = operation;
    operation["operationId"] = "fresh".into();
    if operation.get("responses").is_none() {
        operation["responses"] = json!({ "204": { "description": "" } });
    }
    newer["paths"]["/fresh-things/{id}"] = json!({ method: operation });
    let renewal = renewed(&ours, &newer);
    let operation = renewal.document["paths"]["/fresh-things/{id}"][method].clone();
    (operation, renewal)
}

fn answering(schema: Value) -> Value {
    json!({ "responses": { "200": { "description": "", "content": { "application/json": { "schema": schema } } } } })
}

#[test]
fn a_new_write_is_destructive_confirmed_and_listed() {
    for method in ["post", "put", "patch", "delete"] {
        let (operation, renewal) = added(method, json!({}));
        assert_eq!(operation["x-scope"], "write");
        assert_eq!(operation["x-destructive"], true);
        assert_eq!(operation["x-irreversible"], true);
        assert_eq!(operation["x-idempotency"], "standard");
        assert_eq!(operation.get("x-dry-run"), None);
        assert_eq!(operation["tags"], json!(["fresh-things"]));
        let listed = &renewal.report.unreviewed[0];
        assert_eq!((listed.tool.as_str(), listed.defaults.len()), ("fresh", 4));
        let arena = Arena::default();
        let catalogue =
            Catalogue::from_value(&renewal.document, &Options::default(), &arena).unwrap();
        let tool = catalogue.tool("fresh").unwrap();
        assert!(tool.annotations.destructive && !tool.annotations.read_only);
        assert!(
            catalogue
                .warnings()
                .iter()
                .any(|one| one.pointer.ends_with("/x-unreviewed"))
        );
    }
}

#[test]
fn a_new_read_reads() {
    let (operation, _) = added("get", json!({ "tags": ["Shop Items"] }));
    assert_eq!(operation["x-scope"], "read");
    assert_eq!(operation["x-idempotency"], "not-applicable");
    assert_eq!(operation.get("x-destructive"), None);
    assert_eq!(operation["tags"], json!(["shop-items"]));
    assert_eq!(
        operation["x-unreviewed"],
        json!(["x-scope", "x-idempotency"])
    );
}

#[test]
fn extensions_of_the_newer_document_count_for_new_operations() {
    let (operation, renewal) = added(
        "post",
        json!({ "x-scope": "write", "x-idempotency": "refused", "x-destructive": false, "x-irreversible": false }),
    );
    assert_eq!(operation["x-destructive"], false);
    assert_eq!(operation.get("x-unreviewed"), None);
    assert_eq!(renewal.report.unreviewed, []);
    let (operation, renewal) = added("post", json!({ "x-scope": "everything" }));
    assert_eq!(operation, Value::Null);
    assert!(renewal.report.excluded[0].reasons[0].ends_with("must be one of read, write"));
}

#[test]
fn members_with_secret_names_become_secret() {
    let text = || json!({ "type": "string" });
    let mut properties = json!({});
    let secret = [
        "password",
        "clientSecret",
        "access_token",
        "apiKey",
        "recovery_codes",
        "upload_url",
    ];
    let public = [
        "next_page_token",
        "token_count",
        "password_changed_at",
        "key",
        "url",
        "secretary",
        "code",
    ];
    for name in secret.iter().chain(&public) {
        properties[name] = text();
    }
    properties["token_count"] = json!({ "type": "integer" });
    properties["has_password"] = json!({ "type": "boolean" });
    let data = json!({ "type": "object", "properties": { "data": { "type": "array", "items":
        { "type": "object", "properties": properties } } } });
    let (operation, renewal) = added("post", answering(data));
    let items = "/responses/200/content/application~1json/schema/properties/data/items/properties";
    let items = operation.pointer(items).unwrap();
    for name in secret {
        assert_eq!(items[name]["x-secret"], true, "{name}");
    }
    for name in public.iter().chain(&["has_password"]) {
        assert_eq!(items[name].get("x-secret"), None, "{name}");
    }
    assert_eq!(operation["x-secret"], true);
    // A key would ask the API to keep the answer.
    assert_eq!(operation["x-idempotency"], "refused");
    assert_eq!(renewal.report.secrets.len(), secret.len());
    assert_eq!(
        renewal.report.secrets[0],
        ("fresh".to_owned(), "data[].password".to_owned())
    );
}

#[test]
fn what_a_person_judged_is_not_marked_again() {
    let member = |more: Value| {
        let mut member = json!({ "type": "string" });
        for (name, value) in more.as_object().unwrap() {
            member[name] = value.clone();
        }
        with_answer(json!({ "type": "object", "properties": { "token": member } }))
    };
    let known = member(json!({}));
    assert_eq!(renewed(&known, &known).document, known);
    // A new member is judged by its name.
    let before =
        with_answer(json!({ "type": "object", "properties": { "id": { "type": "string" } } }));
    let after = renewed(&before, &known);
    assert_eq!(
        after.report.secrets,
        [("orders".to_owned(), "token".to_owned())]
    );
    assert_eq!(after.document["paths"]["/orders"]["get"]["x-secret"], true);
}

#[test]
fn a_new_operation_gets_the_toolset_of_its_tag() {
    let operation = |id: &str, tag: &str| json!({ "operationId": id, "tags": [tag], "responses": { "204": { "description": "" } } });
    let ours = document(
        json!({ "/a": { "get": operation("a", "people") } }),
        json!({}),
    );
    let newer = document(
        json!({ "/a": { "get": operation("a", "Account Holders") }, "/b": { "get": operation("b", "Account Holders") } }),
        json!({}),
    );
    let renewal = renewed(&ours, &newer);
    assert_eq!(
        renewal.document["paths"]["/b"]["get"]["tags"],
        json!(["people"])
    );
}

#[test]
fn headers_that_the_caller_sets_are_no_arguments() {
    let options = Options {
        dry_run_header: Some(("dry_run".to_owned(), "X-Dry-Run".to_owned())),
        idempotency_header: Some(("key".to_owned(), "Idempotency-Key".to_owned())),
        ..Options::default()
    };
    let ours = with_answer(json!({ "type": "object" }));
    let mut newer = ours.clone();
    newer["components"]["securitySchemes"] =
        json!({ "k": { "type": "apiKey", "in": "header", "name": "X-Key" } });
    let header =
        |name: &str| json!({ "name": name, "in": "header", "schema": { "type": "string" } });
    newer["paths"]["/buy"] = json!({ "post": { "operationId": "buy", "responses": { "204": { "description": "" } },
        "parameters": [header("x-dry-run"), header("IDEMPOTENCY-KEY"), header("x-key"), header("X-Other")] } });
    let renewal = renew(&ours, &newer, &options).unwrap();
    let arena = Arena::default();
    let catalogue = Catalogue::from_value(&renewal.document, &options, &arena).unwrap();
    let names: Vec<_> = catalogue
        .tool("buy")
        .unwrap()
        .operation
        .arguments
        .iter()
        .map(|one| one.name)
        .collect();
    assert_eq!(names, ["X-Other", "dry_run", "key"]);
}

#[test]
fn error_codes_are_read_from_schemas_and_examples() {
    let error = json!({ "type": "object", "properties": { "code": { "type": "string", "enum": ["NO_STOCK"] } } });
    let content = json!({ "application/json": { "schema": error,
        "examples": { "one": { "value": { "error": { "code": "SOLD_OUT" } } } } } });
    let (operation, _) = added(
        "post",
        json!({ "responses": { "204": { "description": "" }, "409": { "description": "", "content": content } } }),
    );
    assert_eq!(operation["x-error-codes"], json!(["NO_STOCK", "SOLD_OUT"]));
}
