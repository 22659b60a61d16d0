//! Request bodies.

use openapi_tools::Options;
use openapi_tools::table::{Body, BodyEncoding, Kind, Location, Style};
use serde_json::{Value, json};

use crate::support::{
    argument, assert_acceptable, input, posting, problems, property, tool, tool_of, warnings,
    with_body,
};

const PLACE: &str = "/paths/~1things~1{id}/post/requestBody/content";

fn with_content(content: Value) -> Value {
    posting(
        "3.1.0",
        json!({ "requestBody": { "required": true, "content": content } }),
        json!({}),
    )
}

fn body(media_type: &str, encoding: BodyEncoding) -> Option<Body<'_>> {
    Some(Body {
        media_type,
        encoding,
        required: true,
    })
}

#[test]
fn objects_become_flat_arguments() {
    let schema = json!({ "type": "object", "required": ["a"], "properties": { "a": { "type": "string" }, "b": { "type": "array", "items": { "type": "integer" } } } });
    let tool = tool(&with_body("3.1.0", schema, json!({})));
    assert_eq!(input(&tool)["required"], json!(["id", "a"]));
    assert_eq!(argument(&tool, "b").location, Location::Body);
    assert_eq!(argument(&tool, "b").kind, Kind::Array);
    assert_eq!(
        tool.operation.body,
        body("application/json", BodyEncoding::Json)
    );
}

#[test]
fn other_bodies_are_one_argument() {
    for (schema, kind) in [
        (
            json!({ "type": "array", "items": { "type": "string" } }),
            Kind::Array,
        ),
        (
            json!({ "type": "object", "additionalProperties": { "type": "string" } }),
            Kind::Object,
        ),
        (json!({ "type": "string" }), Kind::Scalar),
        (
            json!({ "oneOf": [{ "type": "array", "items": { "type": "string" } }, { "type": "object", "properties": { "a": { "type": "string" } } }] }),
            Kind::Any,
        ),
        (json!(true), Kind::Any),
    ] {
        let tool = tool(&with_body("3.1.0", schema, json!({})));
        assert_acceptable(&tool);
        let whole = argument(&tool, "body");
        assert_eq!((whole.location, whole.kind), (Location::WholeBody, kind));
        assert_eq!(input(&tool)["required"], json!(["id", "body"]));
    }
}

#[test]
fn a_closed_empty_object_has_no_arguments() {
    let tool = tool(&with_body(
        "3.1.0",
        json!({ "type": "object", "additionalProperties": false }),
        json!({}),
    ));
    assert_eq!(tool.operation.arguments.len(), 1);
    assert_eq!(
        tool.operation.body,
        body("application/json", BodyEncoding::Json)
    );
}

#[test]
fn alternatives_of_objects_become_one_set_of_arguments() {
    let schema = json!({
        "type": "object", "required": ["kind"], "properties": { "kind": { "type": "string" } },
        "oneOf": [
            { "required": ["a", "x"], "properties": { "kind": { "enum": ["A"] }, "a": { "type": "string" }, "x": { "type": "string" } } },
            { "required": ["x"], "properties": { "kind": { "enum": ["B"] }, "b": { "type": "string" }, "x": { "type": "integer" } } }
        ]
    });
    let (tool, found) = tool_of(&with_body("3.1.0", schema, json!({})), &Options::default());
    assert_eq!(input(&tool)["required"], json!(["id", "kind", "x"]));
    assert_eq!(
        property(&tool, "kind"),
        json!({ "type": "string", "enum": ["A", "B"] })
    );
    assert_eq!(
        property(&tool, "x"),
        json!({ "anyOf": [{ "type": "string" }, { "type": "integer" }] })
    );
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [format!(
            "{PLACE}/application~1json/schema: \"oneOf\" cannot be expressed by flat arguments; only the API checks it"
        )]
    );
}

#[test]
fn optional_bodies_require_nothing() {
    let schema =
        json!({ "type": "object", "required": ["a"], "properties": { "a": { "type": "string" } } });
    let document = posting(
        "3.1.0",
        json!({ "requestBody": { "content": { "application/json": { "schema": schema } } } }),
        json!({}),
    );
    let (tool, found) = tool_of(&document, &Options::default());
    assert_eq!(input(&tool)["required"], json!(["id"]));
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].message,
        "the body is optional, so its required members become optional arguments"
    );
    assert_eq!(tool.operation.body.map(|body| body.required), Some(false));
}

#[test]
fn json_is_preferred_and_the_other_types_are_reported() {
    let any =
        json!({ "schema": { "type": "object", "properties": { "a": { "type": "string" } } } });
    let (tool, found) = tool_of(
        &with_content(
            json!({ "application/xml": any, "multipart/form-data": any, "application/vnd.x+json; charset=utf-8": any }),
        ),
        &Options::default(),
    );
    assert_eq!(
        tool.operation.body,
        body("application/vnd.x+json; charset=utf-8", BodyEncoding::Json)
    );
    assert_eq!(
        found[0].message,
        "bodies are sent as application/vnd.x+json; charset=utf-8 only, not as application/xml, multipart/form-data"
    );
}

#[test]
fn forms_have_the_styles_of_their_encoding() {
    let content = json!({ "application/x-www-form-urlencoded": {
        "schema": { "type": "object", "required": ["a"], "properties": {
            "a": { "type": ["string", "null"] }, "meta": { "type": "object", "additionalProperties": { "type": "string" } }, "list": { "type": "array", "items": { "type": "string" } },
            "raw": { "type": "object", "properties": { "x": { "type": "string" } } } } },
        "encoding": { "meta": { "style": "deepObject", "explode": true }, "list": { "style": "pipeDelimited" }, "raw": { "contentType": "application/json" } }
    } });
    let tool = tool(&with_content(content));
    assert_eq!(
        tool.operation.body,
        body("application/x-www-form-urlencoded", BodyEncoding::Form)
    );
    assert_eq!(property(&tool, "a"), json!({ "type": "string" }));
    let style = |name| (argument(&tool, name).style, argument(&tool, name).explode);
    assert_eq!(style("a"), (Style::Form, true));
    assert_eq!(style("meta"), (Style::DeepObject, true));
    assert_eq!(style("list"), (Style::PipeDelimited, false));
    assert_eq!(style("raw"), (Style::Json, false));
}

#[test]
fn files_become_base64_and_a_file_name() {
    let file = |schema: Value| {
        let content = json!({ "multipart/form-data": { "schema": { "type": "object", "required": ["file"], "properties": { "file": schema, "meta": { "type": "object" } } } } });
        tool_of(
            &with_content(content),
            &Options {
                binary_max_bytes: 10,
                ..Options::default()
            },
        )
    };
    for schema in [
        json!({ "type": "string", "format": "binary", "description": "The photo." }),
        json!({ "type": "string", "contentMediaType": "image/png", "description": "The photo." }),
    ] {
        let (tool, found) = file(schema);
        assert_eq!(found, []);
        assert_eq!(
            property(&tool, "file"),
            json!({ "type": "string", "description": "The photo. Base64.", "contentEncoding": "base64", "maxLength": 16 })
        );
        assert_eq!(argument(&tool, "file").kind, Kind::Binary);
        let name = argument(&tool, "file_name");
        assert_eq!(
            (name.wire_name, name.location),
            ("file", Location::BodyFileName)
        );
        assert_eq!(argument(&tool, "meta").style, Style::Json);
        assert_eq!(input(&tool)["required"], json!(["id", "file"]));
    }
    let (tool, found) =
        file(json!({ "type": "array", "items": { "type": "string", "format": "binary" } }));
    assert_eq!(argument(&tool, "file").kind, Kind::Binary);
    assert_eq!(
        found[0].message,
        "the part takes several files; the tool sends one"
    );
}

#[test]
fn raw_bodies_are_text_or_bytes() {
    let text = tool(&with_content(
        json!({ "text/csv": { "schema": { "type": "string", "maxLength": 9 } } }),
    ));
    assert_eq!(
        property(&text, "body"),
        json!({ "type": "string", "maxLength": 9 })
    );
    assert_eq!(text.operation.body, body("text/csv", BodyEncoding::Raw));
    let bytes = tool(&with_content(json!({ "image/png": {} })));
    assert_eq!(property(&bytes, "body")["contentEncoding"], "base64");
    assert_eq!(argument(&bytes, "body").kind, Kind::Binary);
    let found = warnings(&with_content(
        json!({ "application/xml": { "schema": { "type": "object" } } }),
    ));
    assert_eq!(
        found,
        [format!(
            "{PLACE}/application~1xml/schema: the body is given as application/xml text; its schema is not checked"
        )]
    );
    let (any, found) = tool_of(
        &with_content(
            json!({ "*/*": { "schema": { "type": "object", "properties": { "a": { "type": "string" } } } } }),
        ),
        &Options::default(),
    );
    assert_eq!(
        any.operation.body,
        body("application/json", BodyEncoding::Json)
    );
    assert_eq!(
        found[0].message,
        "the media type is a range; bodies are sent as application/json"
    );
}

#[test]
fn faulty_bodies_are_reported_with_their_place() {
    let of = |content| problems(&with_content(content));
    assert_eq!(
        of(json!([])),
        [format!("{PLACE}: a request body must have \"content\"")]
    );
    assert_eq!(
        of(json!({ "json": {} })),
        [format!("{PLACE}/json: \"json\" is not a media type")]
    );
    assert_eq!(of(json!({ "a/b\r\nX: y": {} })).len(), 1);
    assert_eq!(
        of(json!({ "multipart/mixed": {} })),
        [format!(
            "{PLACE}/multipart~1mixed: bodies of type multipart/mixed are not supported; multipart/form-data is"
        )]
    );
    assert_eq!(
        of(json!({ "multipart/form-data": { "schema": { "type": "string" } } })),
        [format!(
            "{PLACE}/multipart~1form-data/schema: the schema of a form must be an object"
        )]
    );
}
