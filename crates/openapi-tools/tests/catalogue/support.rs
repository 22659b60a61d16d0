//! Builders of small documents, and accessors to their tools.

use openapi_tools::table::{Argument, Tool};
use openapi_tools::{Arena, Catalogue, Options, Problem};
use serde_json::{Value, json};

/// A document of this version with these paths and components.
pub(crate) fn document(version: &str, paths: Value, components: Value) -> Value {
    json!({ "openapi": version, "info": { "title": "Test", "version": "1" }, "paths": paths, "components": components })
}

/// A document with the operation `POST /things/{id}`, whose path parameter is declared.
pub(crate) fn posting(version: &str, mut operation: Value, components: Value) -> Value {
    let map = operation.as_object_mut().unwrap();
    map.entry("operationId").or_insert(json!("op"));
    map.entry("responses")
        .or_insert(json!({ "204": { "description": "" } }));
    let id =
        json!([{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }]);
    document(
        version,
        json!({ "/things/{id}": { "parameters": id, "post": operation } }),
        components,
    )
}

/// A document whose operation has a JSON body with this schema.
pub(crate) fn with_body(version: &str, schema: Value, components: Value) -> Value {
    let body = json!({ "required": true, "content": { "application/json": { "schema": schema } } });
    posting(version, json!({ "requestBody": body }), components)
}

/// A document whose operation responds with JSON of this schema.
pub(crate) fn with_response(version: &str, schema: Value, components: Value) -> Value {
    let responses = json!({ "200": { "description": "", "content": { "application/json": { "schema": schema } } } });
    posting(version, json!({ "responses": responses }), components)
}

/// An arena that is never freed, so that tools outlive the function that reads them.
pub(crate) fn arena() -> &'static Arena {
    Box::leak(Box::default())
}

/// The only tool of a document without problems, and the warnings.
pub(crate) fn tool_of(document: &Value, options: &Options) -> (Tool<'static>, Vec<Problem>) {
    let catalogue = Catalogue::from_value(document, options, arena())
        .unwrap_or_else(|problems| panic!("{problems}"));
    let warnings = catalogue.warnings().to_vec();
    (catalogue.tools.into_iter().next().unwrap(), warnings)
}

/// The only tool of a document without problems and warnings.
pub(crate) fn tool(document: &Value) -> Tool<'static> {
    let (tool, warnings) = tool_of(document, &Options::default());
    assert!(warnings.is_empty(), "{warnings:?}");
    tool
}

/// The input schema of a tool.
pub(crate) fn input(tool: &Tool<'_>) -> Value {
    serde_json::from_str(tool.input_schema.unwrap()).unwrap()
}

/// The schema of one argument.
pub(crate) fn property(tool: &Tool, name: &str) -> Value {
    input(tool)["properties"]
        .get(name)
        .unwrap_or_else(|| panic!("no {name} in {:?}", tool.input_schema))
        .clone()
}

/// The schema that the body member `value` becomes.
pub(crate) fn member(version: &str, schema: Value, components: Value) -> Value {
    let body = json!({ "type": "object", "properties": { "value": schema } });
    property(&tool(&with_body(version, body, components)), "value")
}

/// The output schema of a tool.
pub(crate) fn output(tool: &Tool<'_>) -> Value {
    serde_json::from_str(tool.output_schema.unwrap()).unwrap()
}

/// The argument of a tool.
pub(crate) fn argument<'a>(tool: &Tool<'a>, name: &str) -> &'a Argument<'a> {
    tool.operation
        .arguments
        .iter()
        .find(|argument| argument.name == name)
        .unwrap()
}

/// The problems of a document, as `pointer: message`.
pub(crate) fn problems(document: &Value) -> Vec<String> {
    let (_, problems) = Catalogue::read(document, &Options::default(), arena());
    problems.iter().map(Problem::to_string).collect()
}

/// The warnings of a document without problems, as `pointer: message`.
pub(crate) fn warnings(document: &Value) -> Vec<String> {
    tool_of(document, &Options::default())
        .1
        .iter()
        .map(Problem::to_string)
        .collect()
}

/// Fails unless clients accept the schemas of a tool: no booleans or `{}` as schemas, no type lists, and references
/// only into the tool's own `$defs`.
pub(crate) fn assert_acceptable(tool: &Tool<'_>) {
    let root = input(tool);
    assert_eq!(root["type"], "object");
    assert_eq!(root.get("additionalProperties"), None);
    for name in root["required"].as_array().into_iter().flatten() {
        assert!(
            root["properties"].get(name.as_str().unwrap()).is_some(),
            "{name} is required and missing"
        );
    }
    let mut pending = vec![&root];
    while let Some(schema) = pending.pop() {
        let map = schema
            .as_object()
            .unwrap_or_else(|| panic!("{schema} in {root}"));
        assert!(!map.is_empty(), "a bare schema in {root}");
        assert!(
            !map.get("type").is_some_and(Value::is_array),
            "a type list in {root}"
        );
        if let Some(Value::String(reference)) = map.get("$ref") {
            assert!(
                root.pointer(reference.strip_prefix('#').unwrap()).is_some(),
                "{reference} dangles in {root}"
            );
        }
        for (keyword, value) in map {
            match (keyword.as_str(), value) {
                ("additionalProperties", Value::Bool(false)) => {}
                (
                    "items"
                    | "additionalProperties"
                    | "not"
                    | "if"
                    | "then"
                    | "else"
                    | "contains"
                    | "propertyNames",
                    _,
                ) => {
                    pending.push(value);
                }
                ("anyOf" | "oneOf" | "allOf" | "prefixItems", Value::Array(list)) => {
                    pending.extend(list);
                }
                (
                    "properties" | "patternProperties" | "$defs" | "dependentSchemas",
                    Value::Object(members),
                ) => {
                    pending.extend(members.values());
                }
                _ => {}
            }
        }
    }
    for argument in tool.operation.arguments {
        assert!(
            root["properties"].get(argument.name).is_some(),
            "{} has no schema",
            argument.name
        );
    }
    assert_eq!(
        root["properties"].as_object().unwrap().len(),
        tool.operation.arguments.len()
    );
    assert!((1..=64).contains(&tool.name.len()));
    if let Some(schema) = tool.output_schema {
        let schema: Value = serde_json::from_str(schema).unwrap();
        assert_eq!(schema["type"], "object");
        assert_eq!(schema.get("required"), None);
        // A failed call has an object `error` and no other member.
        let error = schema.pointer("/properties/error").unwrap_or(&Value::Null);
        let object = json!({ "type": "object" });
        let branches = error.get("anyOf").and_then(Value::as_array);
        assert!(
            [&Value::Null, &json!({}), &object].contains(&error)
                || branches.is_some_and(|branches| branches.contains(&object)),
            "{error}"
        );
        let alternatives = schema.get("anyOf").and_then(Value::as_array);
        assert!(alternatives.is_none_or(|list| list.contains(&json!({ "required": ["error"] }))));
    }
}
