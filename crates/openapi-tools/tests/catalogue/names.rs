//! Names of tools and arguments.

use openapi_tools::{Catalogue, Options};
use serde_json::{Value, json};

use crate::support::{
    arena, argument, document, input, posting, problems, tool, tool_of, warnings,
};

/// The tool names of operations with these ids, and the number of warnings.
fn tools(ids: &[Value], prefix: &str) -> (Vec<&'static str>, usize) {
    let paths: serde_json::Map<String, Value> = ids
        .iter()
        .enumerate()
        .map(|(index, id)| {
            let mut operation = json!({ "responses": { "204": { "description": "" } } });
            if !id.is_null() {
                operation["operationId"] = id.clone();
            }
            (format!("/p{index}/sub-path"), json!({ "get": operation }))
        })
        .collect();
    let options = Options {
        prefix: prefix.to_owned(),
        ..Options::default()
    };
    let catalogue = Catalogue::from_value(
        &document("3.1.0", Value::Object(paths), json!({})),
        &options,
        arena(),
    )
    .unwrap();
    let warnings = catalogue.warnings().len();
    (
        catalogue.tools.into_iter().map(|tool| tool.name).collect(),
        warnings,
    )
}

#[test]
fn operation_ids_become_snake_case() {
    let ids = [
        json!("getHTTPStatus"),
        json!("repos/list-for-org"),
        json!("Create Order v2"),
        json!("already_snake"),
    ];
    let (names, warnings) = tools(&ids, "x_");
    assert_eq!(
        names,
        [
            "x_get_http_status",
            "x_repos_list_for_org",
            "x_create_order_v2",
            "x_already_snake"
        ]
    );
    assert_eq!(warnings, 0);
}

#[test]
fn missing_ids_are_derived() {
    assert_eq!(tools(&[json!(null)], ""), (vec!["get_p0_sub_path"], 1));
}

#[test]
fn equal_tool_names_are_numbered() {
    assert_eq!(
        tools(
            &[json!("getThing"), json!("get_thing"), json!("get-thing")],
            ""
        )
        .0,
        ["get_thing", "get_thing_2", "get_thing_3"]
    );
}

#[test]
fn long_and_odd_names_are_changed_deterministically() {
    let long = "a".repeat(80);
    let (first, warnings) = tools(
        &[json!(long), json!(format!("{long}b")), json!("größe/日本")],
        "x_",
    );
    assert_eq!(
        warnings, 5,
        "two of the names are also too long for some hosts"
    );
    assert!(
        first.iter().all(|name| name.len() <= 64
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')),
        "{first:?}"
    );
    assert_ne!(first[0], first[1]);
    assert_eq!(tools(&[json!(long)], "x_").0[0], first[0]);
}

#[test]
fn x_tool_name_gives_a_short_name_and_keeps_the_other() {
    let named = |short: &str| {
        posting(
            "3.1.0",
            json!({ "operationId": "reactivateManagedSubscriptionOfTheAccountAtOnce", "x-tool-name": short }),
            json!({}),
        )
    };
    let reactivate = tool(&named("reactivate"));
    assert_eq!(reactivate.name, "reactivate");
    assert_eq!(
        reactivate.catalogue_name,
        Some("reactivate_managed_subscription_of_the_account_at_once")
    );
    assert!(
        reactivate
            .listing
            .base
            .starts_with(r#""name":"reactivate","#)
    );
    assert_eq!(
        problems(&named(" ")),
        ["/paths/~1things~1{id}/post/x-tool-name: must be a string that is not blank"]
    );
}

#[test]
fn name_that_some_host_does_not_list_is_a_warning() {
    let named = |length: usize| {
        posting(
            "3.1.0",
            json!({ "operationId": "a".repeat(length) }),
            json!({}),
        )
    };
    assert_eq!(warnings(&named(48)), [""; 0]);
    let warned = warnings(&named(49));
    assert!(
        warned[0].contains("has 49 characters") && warned[0].contains("x-tool-name"),
        "{warned:?}"
    );
}

#[test]
fn a_repeated_operation_id_is_a_problem() {
    let operation = json!({ "operationId": "same", "responses": { "204": { "description": "" } } });
    let found = problems(&document(
        "3.1.0",
        json!({ "/a": { "get": operation }, "/b": { "put": operation } }),
        json!({}),
    ));
    assert_eq!(
        found,
        ["/paths/~1b/put/operationId: the operationId \"same\" is already used at /paths/~1a/get"]
    );
}

#[test]
fn equal_argument_names_are_prefixed_by_location() {
    let operation = json!({
        "parameters": [
            { "name": "id", "in": "query", "schema": { "type": "integer" } },
            { "name": "id", "in": "header", "schema": { "type": "integer" } },
            { "name": "body_id", "in": "query", "schema": { "type": "integer" } }
        ],
        "requestBody": { "required": true, "content": { "application/json": { "schema": { "type": "object", "required": ["id"], "properties": { "id": { "type": "integer" } } } } } }
    });
    let (tool, found) = tool_of(&posting("3.1.0", operation, json!({})), &Options::default());
    let names: Vec<&str> = tool
        .operation
        .arguments
        .iter()
        .map(|argument| argument.name)
        .collect();
    assert_eq!(
        names,
        ["id", "query_id", "body_id", "header_id", "body_id_2"]
    );
    assert_eq!(input(&tool)["required"], json!(["id", "body_id_2"]));
    assert_eq!(found.len(), 3);
    assert_eq!(argument(&tool, "body_id_2").wire_name, "id");
}

#[test]
fn wire_names_that_clients_refuse_are_changed() {
    let parameter =
        |name: &str| json!({ "name": name, "in": "query", "schema": { "type": "string" } });
    let operation = json!({ "parameters": [parameter("filter[name]"), parameter("created[gte]"), parameter("$top"), parameter("@"), parameter(&"n".repeat(90))] });
    let (tool, _) = tool_of(&posting("3.1.0", operation, json!({})), &Options::default());
    let names: Vec<&str> = tool
        .operation
        .arguments
        .iter()
        .map(|argument| argument.name)
        .collect();
    assert_eq!(names[..4], ["id", "filter_name", "created_gte", "top"]);
    assert!(names.iter().all(|name| (1..=64).contains(&name.len())));
    assert_eq!(argument(&tool, "filter_name").wire_name, "filter[name]");
}
