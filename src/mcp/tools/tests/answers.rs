//! Whatever the API answers, the model gets a result of the right form, and a failure has the schema of failures.

use super::{REVISIONS, request};
use crate::catalog::{TOOLS, output_schema};
use crate::host::HttpError;
use crate::mcp::tools::arguments::accept;
use crate::mcp::tools::generated::hostile;
use crate::mcp::tools::normalize::Unknown;
use crate::testing::{FakeHost, connector};
use boon::{Compiler, Draft, SchemaIndex, Schemas};
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode};
use openapi_tools::table::Tool;
use pollster::block_on;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};

/// What the API may answer with.
#[derive(Debug, Clone)]
enum Answer {
    Response(u16, Vec<(&'static str, Vec<u8>)>, Vec<u8>),
    None(HttpError),
}

fn answer() -> impl Strategy<Value = Answer> {
    let status = prop_oneof![3 => 200_u16..300, 5 => 300_u16..600, 1 => 600_u16..1000];
    let response = (status, headers(), body())
        .prop_map(|(status, headers, body)| Answer::Response(status, headers, body));
    let none = select(vec![
        HttpError::Timeout,
        HttpError::Forbidden,
        HttpError::Failed("reset".to_owned()),
    ]);
    prop_oneof![9 => response, 1 => none.prop_map(Answer::None)]
}

fn headers() -> impl Strategy<Value = Vec<(&'static str, Vec<u8>)>> {
    let names = [
        "content-type",
        "retry-after",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "x-request-id",
        "x-tokportal-request-id",
        "idempotent-replayed",
        "location",
    ];
    let values = select(vec![
        "application/json",
        "application/json; charset=utf-16",
        "application/problem+json",
        "text/html",
        "text/csv",
        "image/png",
        "0",
        "1",
        "-1",
        "99999999999999999999",
        "Fri, 31 Dec 1999 23:59:59 GMT",
        "https://evil.example/",
        "",
    ]);
    let value = prop_oneof![4 => values.prop_map(|text| text.as_bytes().to_vec()), 1 => vec(any::<u8>(), 0..40)];
    let typed = Just(("content-type", b"application/json".to_vec()));
    vec(
        prop_oneof![1 => typed, 2 => (select(names.to_vec()), value)],
        0..6,
    )
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let error = (hostile(), hostile(), hostile()).prop_map(|(code, message, details)| {
        json!({"error": {"code": code, "message": message, "details": details}})
            .to_string()
            .into_bytes()
    });
    let fixed = select(vec![
        b"".to_vec(),
        b"{}".to_vec(),
        b"null".to_vec(),
        b" { \"data\" : [ ] } ".to_vec(),
        b"{\"data\":[1,2".to_vec(),
        b"{\"data\":\"\\ud83d\"}".to_vec(),
        b"[\"\\udc00\"]".to_vec(),
        b"\xef\xbb\xbf{\"data\":1}".to_vec(),
        b"<!doctype html><h1>502 Bad Gateway</h1>".to_vec(),
        b"a;b\r\n1;2\r\n".to_vec(),
        b"\xff\xfe\x00\x01".to_vec(),
        b"{\"error\":\"text\"}".to_vec(),
        b"{\"error\":{\"code\":\"NOT_FOUND\",\"message\":\"Gone.\"}}".to_vec(),
        "[".repeat(400).into_bytes(),
        [b"[".repeat(100), b"]".repeat(100)].concat(),
        format!(
            "{{\"data\":[{}]}}",
            vec!["\"0123456789\""; 100_000].join(",")
        )
        .into_bytes(),
        format!("{{\"text\":\"{}\"}}", "x".repeat(1_100_000)).into_bytes(),
        b"x".repeat(9 * 1024 * 1024),
    ]);
    prop_oneof![
        4 => hostile().prop_map(|value| value.to_string().into_bytes()),
        3 => error,
        6 => fixed,
        2 => vec(any::<u8>(), 0..64),
    ]
}

/// The form of every result, and of the failures in it.
fn schema() -> Value {
    let count = json!({"type": "integer", "minimum": 0});
    let text = json!({"type": "string", "minLength": 1});
    let error = json!({
        "type": "object",
        "required": ["code", "message", "retryable"],
        "additionalProperties": false,
        "properties": {
            "code": {"type": "string"},
            "message": {"type": "string"},
            "http_status": {"type": "integer", "minimum": 100, "maximum": 999},
            "request_id": text,
            "retryable": {"type": "boolean"},
            "retry_after_seconds": count,
            "rate_limit": {
                "type": "object",
                "required": ["limit", "remaining", "reset"],
                "additionalProperties": false,
                "properties": {"limit": count, "remaining": count, "reset": count},
            },
            "details": true,
            "hint": text,
        },
    });
    json!({
        "type": "object",
        "required": ["content", "_meta"],
        "properties": {
            "content": {"type": "array", "minItems": 1, "items": {
                "type": "object", "required": ["type", "text"], "properties": {"type": {"const": "text"}, "text": {"type": "string"}},
            }},
            "structuredContent": {"type": "object"},
            "isError": {"const": true},
            "_meta": {"type": "object"},
        },
        "if": {"required": ["isError", "structuredContent"]},
        "then": {"properties": {"structuredContent": {"required": ["error"], "properties": {"error": error}}}},
    })
}

/// A compiled schema.
struct Compiled {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Compiled {
    fn new(schema: Value) -> Self {
        let mut compiler = Compiler::new();
        compiler.set_default_draft(Draft::V2020_12);
        let location = "tool:///schema.json";
        compiler.add_resource(location, schema).expect("a URL");
        let mut schemas = Schemas::new();
        let index = compiler.compile(location, &mut schemas).expect("a schema");
        Self { schemas, index }
    }

    fn check(&self, value: &Value) -> Result<(), TestCaseError> {
        let checked = self.schemas.validate(value, self.index);
        checked.map_err(|error| TestCaseError::fail(format!("{error:#}")))
    }
}

#[test]
fn every_answer_of_the_api_becomes_a_valid_result() {
    let result = Compiled::new(schema());
    let nothing = Map::new();
    let takes_nothing = |tool: &&Tool<'_>| {
        let checked = accept(&tool.input, Unknown::Refused, &nothing);
        checked.outcome.is_ok()
    };
    let tools: Vec<_> = TOOLS.iter().filter(takes_nothing).collect();
    assert!(tools.len() > 10, "{}", tools.len());
    let outputs: Vec<Option<Compiled>> = tools
        .iter()
        .map(|tool| {
            Some(Compiled::new(
                serde_json::from_str(output_schema(tool.name)?).expect("JSON"),
            ))
        })
        .collect();
    let strategy = (0..tools.len(), select(REVISIONS.to_vec()), answer());
    let config = Config {
        cases: 400,
        failure_persistence: None,
        ..Config::default()
    };
    let run = TestRunner::new(config).run(&strategy, |(at, revision, answer)| {
        let (status, response) = call(tools[at].name, revision, answer);
        if status == 401 {
            return Ok(());
        }
        prop_assert_eq!(status, 200);
        prop_assert!(response.get("error").is_none(), "{}", response);
        result.check(&response["result"])?;
        let is_error = response["result"]["isError"] == true;
        if let (true, Some(output), Some(structured)) = (
            is_error,
            &outputs[at],
            response["result"].get("structuredContent"),
        ) {
            output.check(structured)?;
        }
        Ok(())
    });
    run.unwrap_or_else(|error| panic!("{error}"));
}

/// The status and the response to a call of a tool without arguments, when the API answers so.
fn call(name: &str, revision: &str, answer: Answer) -> (u16, Value) {
    let host = FakeHost::answering(move |_| match &answer {
        Answer::None(error) => Err(error.clone()),
        Answer::Response(status, headers, body) => {
            let mut response = Response::new(Bytes::from(body.clone()));
            *response.status_mut() = StatusCode::from_u16(*status).expect("a status");
            for (name, value) in headers {
                if let Ok(value) = HeaderValue::from_bytes(value) {
                    response.headers_mut().append(*name, value);
                }
            }
            Ok(response)
        }
    });
    let app = connector(host, &[]);
    let params = json!({"name": name, "arguments": {}});
    let reply = block_on(app.handle(request(
        "/api/ext/mcp",
        revision,
        "tools/call",
        params,
        false,
    )));
    let response = serde_json::from_slice(reply.body());
    let response = response.unwrap_or_else(|error| panic!("{error}: {:?}", reply.body()));
    (reply.status().as_u16(), response)
}
