//! Path, query, header and cookie parameters.

use openapi_tools::table::{Kind, Location, Style};
use serde_json::{Value, json};

use crate::support::{argument, document, input, posting, problems, property, tool, warnings};

fn with_parameter(parameter: Value) -> Value {
    posting("3.1.0", json!({ "parameters": [parameter] }), json!({}))
}

#[test]
fn styles_default_by_location() {
    let list = json!({ "type": "array", "items": { "type": "string" } });
    let parameters = json!([
        { "name": "q", "in": "query", "schema": list },
        { "name": "s", "in": "query", "style": "pipeDelimited", "schema": list, "allowReserved": true },
        { "name": "d", "in": "query", "style": "deepObject", "explode": true, "schema": { "type": "object" } },
        { "name": "c", "in": "query", "explode": false, "schema": list },
        { "name": "X-H", "in": "header", "schema": { "type": "integer" } },
        { "name": "j", "in": "query", "content": { "application/json": { "schema": { "type": "object", "properties": { "a": { "type": "string" } } } } } }
    ]);
    let tool = tool(&posting(
        "3.1.0",
        json!({ "parameters": parameters }),
        json!({}),
    ));
    let seen: Vec<_> = tool
        .operation
        .arguments
        .iter()
        .map(|a| {
            (
                a.name,
                a.location,
                a.kind,
                a.style,
                a.explode,
                a.allow_reserved,
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            (
                "id",
                Location::Path,
                Kind::Scalar,
                Style::Simple,
                false,
                false
            ),
            ("q", Location::Query, Kind::Array, Style::Form, true, false),
            (
                "s",
                Location::Query,
                Kind::Array,
                Style::PipeDelimited,
                false,
                true
            ),
            (
                "d",
                Location::Query,
                Kind::Object,
                Style::DeepObject,
                true,
                false
            ),
            ("c", Location::Query, Kind::Array, Style::Form, false, false),
            (
                "j",
                Location::Query,
                Kind::Object,
                Style::Json,
                false,
                false
            ),
            (
                "X-H",
                Location::Header,
                Kind::Scalar,
                Style::Simple,
                false,
                false
            ),
        ]
    );
}

#[test]
fn operations_override_the_parameters_of_their_path() {
    let own = json!({ "name": "id", "in": "path", "required": true, "style": "matrix", "description": "Thing.", "schema": { "type": "integer" } });
    let tool = tool(&with_parameter(own));
    assert_eq!(
        property(&tool, "id"),
        json!({ "type": "integer", "description": "Thing." })
    );
    assert_eq!(argument(&tool, "id").style, Style::Matrix);
    assert_eq!(tool.operation.arguments.len(), 1);
}

#[test]
fn descriptions_and_deprecation_come_from_the_parameter() {
    let tool = tool(&with_parameter(
        json!({ "name": "q", "in": "query", "required": true, "description": "What.", "deprecated": true,
        "schema": { "type": "string", "description": "Other.", "nullable": true, "default": "a" } }),
    ));
    assert_eq!(
        property(&tool, "q"),
        json!({ "type": "string", "description": "What.", "deprecated": true, "default": "a" })
    );
    assert_eq!(input(&tool)["required"], json!(["id", "q"]));
}

#[test]
fn headers_that_the_specification_reserves_are_ignored() {
    for name in ["Accept", "content-type", "AUTHORIZATION"] {
        let tool = tool(&with_parameter(
            json!({ "name": name, "in": "header", "required": true, "schema": { "type": "string" } }),
        ));
        assert_eq!(tool.operation.arguments.len(), 1);
    }
}

#[test]
fn cookies_are_left_out_unless_required() {
    let place = "/paths/~1things~1{id}/post/parameters/0";
    let mut cookie = json!({ "name": "session", "in": "cookie", "schema": { "type": "string" } });
    assert_eq!(
        warnings(&with_parameter(cookie.clone())),
        [format!(
            "{place}: the cookie \"session\" is left out: tools send no cookies"
        )]
    );
    cookie["required"] = json!(true);
    assert_eq!(
        problems(&with_parameter(cookie)),
        [format!(
            "{place}: the cookie \"session\" is required, and tools send no cookies"
        )]
    );
}

#[test]
fn faulty_parameters_are_reported_with_their_place() {
    let place = "/paths/~1things~1{id}/post/parameters/0";
    let of = |parameter| problems(&with_parameter(parameter));
    assert_eq!(
        of(json!({ "name": "b", "in": "body" })),
        [format!(
            "{place}/in: a parameter cannot be in \"body\"; path, query, header and cookie are known"
        )]
    );
    assert_eq!(
        of(json!({ "in": "query" })),
        [format!(
            "{place}: a parameter must have \"name\" and \"in\""
        )]
    );
    assert_eq!(
        of(json!("q")),
        [format!("{place}: a parameter must be an object")]
    );
    assert_eq!(
        of(json!({ "name": "a\r\nb", "in": "header", "schema": { "type": "string" } })),
        [format!("{place}/name: is not the name of a header")]
    );
    let of = |parameter| warnings(&with_parameter(parameter));
    assert_eq!(
        of(json!({ "name": "q", "in": "query" })),
        [format!(
            "{place}: the parameter has neither \"schema\" nor \"content\"; it is taken as a string"
        )]
    );
    assert_eq!(
        of(
            json!({ "name": "q", "in": "query", "style": "matrix", "schema": { "type": "string" } })
        ),
        [format!(
            "{place}/style: the style \"matrix\" does not exist here; the default is used"
        )]
    );
    assert_eq!(
        of(
            json!({ "name": "other", "in": "path", "required": true, "schema": { "type": "string" } })
        ),
        [format!(
            "{place}: the path has no {{other}}; the parameter is left out"
        )]
    );
}

#[test]
fn undeclared_path_parameters_are_strings() {
    let operation = json!({ "operationId": "op", "responses": { "204": { "description": "" } } });
    let document = document(
        "3.1.0",
        json!({ "/a b/{x}.{y}": { "get": operation } }),
        json!({}),
    );
    let (tool, found) = crate::support::tool_of(&document, &Default::default());
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].pointer, "/paths/~1a b~1{x}.{y}/get");
    assert_eq!(input(&tool)["required"], json!(["x", "y"]));
    let path: Vec<String> = tool
        .operation
        .path
        .iter()
        .map(|part| format!("{part:?}"))
        .collect();
    assert_eq!(
        path,
        [
            "Literal(\"/a%20b/\")",
            "Argument(\"x\")",
            "Literal(\".\")",
            "Argument(\"y\")"
        ]
    );
}

#[test]
fn malformed_paths_are_problems() {
    let of = |path: &str| {
        problems(&document(
            "3.1.0",
            json!({ path: { "get": { "operationId": "op", "responses": {} } } }),
            json!({}),
        ))
    };
    for (path, message) in [
        ("things", "a path must start with \"/\""),
        ("/a/{b", "the path template has a \"{\" without a \"}\""),
        ("/a/b}", "the path template has a \"}\" without a \"{\""),
        (
            "/a/{}",
            "the path template has a parameter without a valid name",
        ),
        ("/a/../b", "the path has a \".\" or \"..\" segment"),
        (
            "/a?x={y}",
            "the path has parameters in a query string; they must be query parameters",
        ),
    ] {
        let found = of(path);
        assert_eq!(found.len(), 1, "{path}: {found:?}");
        assert!(found[0].ends_with(message), "{path}: {found:?}");
    }
}

#[test]
fn query_strings_of_paths_become_arguments() {
    let operation = json!({ "operationId": "op", "responses": { "204": { "description": "" } } });
    let document = document(
        "3.1.0",
        json!({ "/a?beta=true&v=1%202#part": { "get": operation } }),
        json!({}),
    );
    let (tool, found) = crate::support::tool_of(&document, &Default::default());
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(format!("{:?}", tool.operation.path), "[Literal(\"/a\")]");
    assert_eq!(
        property(&tool, "v"),
        json!({ "type": "string", "enum": ["1 2"] })
    );
    assert_eq!(input(&tool)["required"], json!(["beta", "v"]));
}
