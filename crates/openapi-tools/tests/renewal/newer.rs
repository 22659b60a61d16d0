//! A newer document as an API might publish it: the repository's document without our extensions and texts, with other
//! tags, and with many new operations.

use serde_json::{Map, Value, json};

/// The document of this repository.
pub(crate) fn ours() -> Value {
    serde_json::from_str(include_str!("../../../../static/openapi.json")).unwrap()
}

/// The resources of the new operations, each a new tag with nine operations.
pub(crate) const RESOURCES: [&str; 7] = [
    "Inbox", "Team", "Invoice", "Rule", "Asset", "Campaign", "Label",
];

/// The new operations that no tool can be made of, as `METHOD /path`.
pub(crate) const NOT_OFFERED: [&str; 3] = [
    "GET /invoices/{id}/pdf",
    "GET /inboxes/{id}/stream",
    "POST /assets/import",
];

/// The operations that the newer document lacks.
pub(crate) const REMOVED: [&str; 2] = ["getCommentPulse", "listAccountBans"];

/// The newer document.
pub(crate) fn newer() -> Value {
    let mut document = as_published(&ours());
    document["info"]["version"] = "2026-11-01".into();
    for id in REMOVED {
        remove(&mut document, id);
    }
    rename(&mut document, "getBundle", "fetchBundle");
    change(&mut document);
    for name in RESOURCES {
        add(&mut document, name);
    }
    add_unusable(&mut document);
    document
}

/// A document without extensions, with its own texts, tags and some inlined components.
pub(crate) fn as_published(document: &Value) -> Value {
    let mut document = document.clone();
    let parameters = document["components"]["parameters"].clone();
    publish(&mut document, &parameters, false);
    for operation in operations(&mut document) {
        let tag = operation["tags"][0].as_str().unwrap();
        let title = match tag {
            "account-setup" => "Account Configuration".to_owned(),
            tag => tag[..1].to_uppercase() + &tag[1..],
        };
        operation["tags"] = json!([title]);
    }
    document.as_object_mut().unwrap().remove("tags");
    document
}

fn publish(value: &mut Value, parameters: &Value, is_named: bool) {
    match value {
        Value::Object(map) => {
            let reference = map.get("$ref").and_then(Value::as_str);
            let name = reference.and_then(|text| text.strip_prefix("#/components/parameters/"));
            if let Some(name) = name {
                *value = parameters[name].clone();
                publish(value, parameters, false);
                return;
            }
            if !is_named {
                map.retain(|name, _| !name.starts_with("x-"));
                if let Some(Value::String(text)) = map.get_mut("description") {
                    *text = format!("In the words of the API: {text}");
                }
            }
            for (name, member) in map.iter_mut() {
                publish(member, parameters, name == "properties");
            }
        }
        Value::Array(list) => {
            for item in list {
                publish(item, parameters, false);
            }
        }
        _ => {}
    }
}

/// The operations of a document.
pub(crate) fn operations(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = document["paths"].as_object_mut().unwrap();
    paths
        .values_mut()
        .flat_map(|item| item.as_object_mut().unwrap().values_mut())
}

/// The operation with this operationId.
pub(crate) fn operation<'d>(document: &'d mut Value, id: &str) -> &'d mut Value {
    operations(document)
        .find(|operation| operation["operationId"] == id)
        .unwrap_or_else(|| panic!("no operation {id}"))
}

/// Removes an operation.
pub(crate) fn remove(document: &mut Value, id: &str) {
    let paths = document["paths"].as_object_mut().unwrap();
    for item in paths.values_mut() {
        let item: &mut Map<String, Value> = item.as_object_mut().unwrap();
        item.retain(|_, operation| operation["operationId"] != id);
    }
    paths.retain(|_, item| !item.as_object().unwrap().is_empty());
}

/// Gives an operation another operationId.
pub(crate) fn rename(document: &mut Value, id: &str, new: &str) {
    operation(document, id)["operationId"] = new.into();
}

/// Five changes: a required member and an enum value, an argument that is gone, another type, new error codes, and
/// another name of a path parameter.
fn change(document: &mut Value) {
    let schema = "/requestBody/content/application~1json/schema";
    let order = operation(document, "createBundle")
        .pointer_mut(schema)
        .unwrap();
    order["properties"]["budget"] = json!({ "type": "integer", "minimum": 1 });
    order["required"] = json!(["bundle_type", "budget"]);
    order["properties"]["bundle_type"]["enum"] = json!(["account_only", "videos_only", "trial"]);

    let list = operation(document, "listBundles");
    let parameters = list["parameters"].as_array_mut().unwrap();
    parameters.retain(|parameter| parameter["name"] != "status");

    let webhook = operation(document, "updateWebhookEndpoint");
    let webhook = webhook.pointer_mut(schema).unwrap();
    webhook["properties"]["description"] = json!({ "type": "integer" });

    let error = json!({ "type": "object", "properties": { "error": { "type": "object", "properties": {
        "code": { "type": "string", "enum": ["BUNDLE_FROZEN", "BUNDLE_INVALID_STATUS"] } } } } });
    operation(document, "publishBundle")["responses"]["409"] = json!({ "description": "Conflict.",
        "content": { "application/json": { "schema": error } } });

    let paths = document["paths"].as_object_mut().unwrap();
    let mut item = paths.remove("/webhooks/{id}/test").unwrap();
    item["post"]["parameters"][0]["name"] = "endpoint_id".into();
    paths.insert("/webhooks/{endpoint_id}/test".to_owned(), item);
}

/// Nine operations on a new resource.
fn add(document: &mut Value, name: &str) {
    let path = match name {
        "Inbox" => "/inboxes".to_owned(),
        name => format!("/{}s", name.to_lowercase()),
    };
    let one = format!("{path}/{{id}}");
    let id = json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "string", "format": "uuid" } });
    let reference = json!({ "$ref": format!("#/components/schemas/{name}Item") });
    document["components"]["schemas"][format!("{name}Item")] = json!({
        "type": "object",
        "required": ["id", "title"],
        "properties": {
            "id": { "type": "string", "format": "uuid", "readOnly": true },
            "title": { "type": "string", "minLength": 1, "maxLength": 80, "examples": ["First"] },
            "state": { "type": "string", "enum": ["open", "closed"] },
            "parent": { "anyOf": [reference, { "type": "null" }] },
            "settings": { "type": "object", "additionalProperties": { "type": "string" } },
            "schedule": { "type": "object", "required": ["from"], "properties": {
                "from": { "type": "string", "format": "date-time" },
                "days": { "type": "array", "items": { "type": "integer", "minimum": 1, "maximum": 7 } } } }
        }
    });
    let json_of = |schema: Value| json!({ "application/json": { "schema": schema } });
    let answer = |schema: Value| json!({ "description": "Done.", "content": json_of(schema) });
    let data = json!({ "type": "object", "properties": { "data": reference } });
    let body = json!({ "required": true, "content": json_of(reference.clone()) });
    let unauthorized = json!({ "$ref": "#/components/responses/Unauthorized" });
    let operation = |verb: &str, more: Value| {
        let mut operation = json!({
            "operationId": format!("{verb}{name}"),
            "tags": [format!("{name} Management")],
            "summary": format!("{verb} {name}"),
            "description": format!("Performs {verb} on one {name} of the workspace, as the person sees it."),
        });
        for (member, value) in more.as_object().unwrap() {
            operation[member] = value.clone();
        }
        operation["responses"]["401"] = unauthorized.clone();
        operation
    };
    let key = json!({ "name": "Idempotency-Key", "in": "header", "schema": { "type": "string" } });
    let dry =
        json!({ "name": "X-TokPortal-Dry-Run", "in": "header", "schema": { "type": "boolean" } });
    let mut secret = data.clone();
    secret["properties"]["api_key"] = json!({ "type": "string" });
    let file = json!({ "type": "object", "required": ["file"], "properties": {
        "file": { "type": "string", "contentMediaType": "image/png" }, "caption": { "type": "string" } } });
    let filter = json!([
        { "name": "page", "in": "query", "schema": { "type": "integer", "minimum": 1 } },
        { "name": "ids", "in": "query", "explode": false, "schema": { "type": "array", "items": { "type": "string" } } },
        { "name": "filter", "in": "query", "style": "deepObject", "schema": { "type": "object", "properties": {
            "state": { "type": "string", "enum": ["open", "closed"] } } } },
        { "name": "X-API-Key", "in": "header", "required": true, "schema": { "type": "string" } },
    ]);
    let listed = json!({ "type": "object", "properties": {
        "data": { "type": "array", "items": reference }, "next_page_token": { "type": "string" } } });
    let paths = document["paths"].as_object_mut().unwrap();
    paths.insert(path.clone(), json!({
        "get": operation("list", json!({ "parameters": filter, "responses": { "200": answer(listed) } })),
        "post": operation("create", json!({ "parameters": [key, dry], "requestBody": body, "responses": { "201": answer(secret) } })),
    }));
    let with_id = json!([id]);
    paths.insert(one.clone(), json!({
        "parameters": with_id,
        "get": operation("read", json!({ "responses": { "200": answer(data.clone()) } })),
        "put": operation("replace", json!({ "requestBody": body, "responses": { "200": answer(data.clone()) } })),
        "patch": operation("update", json!({ "requestBody": body, "responses": { "200": answer(data.clone()) } })),
        "delete": operation("remove", json!({ "responses": { "204": { "description": "Gone." } } })),
    }));
    paths.insert(
        format!("{one}/archive"),
        json!({
            "post": operation("archiveEverySingleConversationAndAttachmentOf", json!({
                "parameters": with_id, "responses": { "202": { "description": "Started." } } })),
        }),
    );
    paths.insert(format!("{one}/picture"), json!({
        "put": operation("uploadPictureOf", json!({
            "parameters": with_id,
            "requestBody": { "required": true, "content": { "multipart/form-data": { "schema": file } } },
            "responses": { "200": answer(data) } })),
    }));
    paths.insert(format!("{path}/export"), json!({
        "get": operation("export", json!({
            "responses": { "200": { "description": "Rows.", "content": { "text/csv": { "schema": { "type": "string" } } } } } })),
    }));
}

/// Three operations that no tool can be made of: bytes, events, and a schema in another document.
fn add_unusable(document: &mut Value) {
    let id =
        json!([{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }]);
    let answer = |media_type: &str| json!({ "200": { "description": "Done.", "content": { media_type: {} } } });
    let paths = document["paths"].as_object_mut().unwrap();
    paths.insert("/invoices/{id}/pdf".to_owned(), json!({ "get": {
        "operationId": "getInvoicePdf", "parameters": id, "responses": answer("application/pdf") } }));
    paths.insert("/inboxes/{id}/stream".to_owned(), json!({ "get": {
        "operationId": "streamInbox", "parameters": id, "responses": answer("text/event-stream") } }));
    let body = json!({ "content": { "application/json": { "schema": { "$ref": "https://example.com/a.json#/B" } } } });
    paths.insert("/assets/import".to_owned(), json!({ "post": {
        "operationId": "importAssets", "requestBody": body, "responses": answer("application/json") } }));
}
