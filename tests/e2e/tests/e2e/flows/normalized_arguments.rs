//! Arguments as MCP hosts break them, over the wire to an API with given answers.

use crate::support::canned::Canned;
use crate::support::mcp::answer;
use crate::support::{Running, demo_key, operation_count};
use serde_json::{Map, Value, json};

const BUNDLE: &str = "0b5d4a1e-6c1f-4d3e-9a55-0d6a2c1f7e10";

/// An API that answers every request with an empty list.
async fn api() -> Canned {
    Canned::with("200 OK\r\ncontent-type: application/json", r#"{"data":[]}"#).await
}

/// Calls a tool at an address in an era.
async fn call(app: &Running, query: &str, version: &str, tool: &str, arguments: &Value) -> Value {
    let params = json!({"name": tool, "arguments": arguments, "_meta": {
        "io.modelcontextprotocol/protocolVersion": version,
        "io.modelcontextprotocol/clientCapabilities": {},
    }});
    let mut message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
    let mut request = app
        .request("POST", &format!("/api/ext/mcp{query}"))
        .header("content-type", "application/json")
        .header("mcp-protocol-version", version)
        .bearer_auth(demo_key());
    if version == "2026-07-28" {
        request = request
            .header("mcp-method", "tools/call")
            .header("mcp-name", tool);
    } else {
        message["params"]
            .as_object_mut()
            .expect("an object")
            .remove("_meta");
    }
    let (status, value) = answer(request.body(message.to_string())).await;
    assert_eq!(status, 200, "{tool}: {value}");
    value["result"].clone()
}

/// The requests that reached the API, without the ids that differ each time.
fn seen(api: &mut Canned) -> Vec<String> {
    let requests = api.seen().into_iter().map(|request| {
        let lines = request.split("\r\n").filter(|line| {
            let line = line.to_ascii_lowercase();
            !line.starts_with("x-request-id") && !line.contains("boundary=")
        });
        let lines: Vec<&str> = lines.filter(|line| !line.starts_with("--")).collect();
        lines.join("\n")
    });
    requests.collect()
}

/// A value that conforms to a schema of the list.
fn sample(schema: &Value) -> Value {
    if let Some(values) = schema["enum"].as_array() {
        return values[0].clone();
    }
    if let Some(alternatives) = schema["anyOf"].as_array() {
        return sample(&alternatives[0]);
    }
    let least = |keyword: &str| schema[keyword].as_u64().unwrap_or(1);
    match schema["type"].as_str().unwrap_or_default() {
        "object" => Value::Object(required(schema)),
        "array" => (0..least("minItems"))
            .map(|i| match sample(&schema["items"]) {
                Value::String(text) if i > 0 && schema["items"]["enum"].is_null() => {
                    format!("{text}{i}").into()
                }
                item => item,
            })
            .collect(),
        "integer" => least("minimum").max(least("multipleOf")).into(),
        "boolean" => true.into(),
        _ => match schema["format"].as_str() {
            Some("uuid") => BUNDLE.into(),
            Some("uri") => "https://media.example.com/a".into(),
            Some("date") => "2027-01-15".into(),
            Some("date-time") => "2027-01-15T00:00:00Z".into(),
            _ if schema["pattern"]
                .as_str()
                .is_some_and(|p| p.contains("http")) =>
            {
                "https://media.example.com/a".into()
            }
            // Also base64, which the list tells in words only.
            _ => "QUJD"
                .repeat(usize::try_from(least("minLength").div_ceil(4)).expect("small"))
                .into(),
        },
    }
}

/// The required members of an object.
fn required(schema: &Value) -> Map<String, Value> {
    let names = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    names
        .map(|name| (name.to_owned(), sample(&schema["properties"][name])))
        .collect()
}

/// Arguments with the formats that the list of tools tells in words only. The refusal of a call names them.
async fn valid(app: &Running, tool: &str, arguments: Map<String, Value>) -> Map<String, Value> {
    let mut arguments = Value::Object(arguments);
    let result = call(app, "", "2025-11-25", tool, &arguments).await;
    let fields = &result["structuredContent"]["error"]["details"]["fields"];
    for field in fields.as_array().into_iter().flatten() {
        let path = field["field"].as_str().expect("a path");
        let pointer = format!("/{}", path.replace(['.', '['], "/").replace(']', ""));
        let value = arguments.pointer_mut(&pointer);
        let value = value.unwrap_or_else(|| panic!("{tool}: {field}"));
        let problem = field["problem"].as_str().expect("a problem");
        let format = problem.rsplit(' ').next().expect("a word");
        *value = match problem.contains("format") {
            true => sample(&json!({"type": "string", "format": format})),
            false => "https://media.example.com/a".into(),
        };
    }
    match arguments {
        Value::Object(arguments) => arguments,
        other => panic!("{other}"),
    }
}

/// CrewAI and others send null for every argument that the model left out.
#[tokio::test]
async fn null_for_every_optional_argument_is_as_if_left_out() {
    let mut api = api().await;
    let app = Running::in_front_of(&api.url).await;
    let listed = app.legacy("tools/list", json!({})).await;
    let tools = listed["result"]["tools"].as_array().expect("tools");
    assert_eq!(tools.len(), operation_count(None));
    let mut filled_tools = 0;
    for tool in tools {
        let name = tool["name"].as_str().expect("a name");
        let schema = &tool["inputSchema"];
        let plain = valid(&app, name, required(schema)).await;
        seen(&mut api);
        let mut filled = plain.clone();
        for name in schema["properties"].as_object().expect("properties").keys() {
            filled.entry(name).or_insert(Value::Null);
        }
        filled_tools += usize::from(filled != plain);
        let expected = call(&app, "", "2025-11-25", name, &plain.into()).await;
        let expected_requests = seen(&mut api);
        assert_eq!(expected_requests.len(), 1, "{name}: {expected}");
        for version in ["2025-11-25", "2026-07-28"] {
            let result = call(&app, "", version, name, &filled.clone().into()).await;
            assert_eq!(result["isError"], expected["isError"], "{name}: {result}");
            assert_eq!(seen(&mut api), expected_requests, "{name}");
        }
        let inner = json!({"name": name, "arguments": filled});
        let through = match tool["annotations"]["readOnlyHint"].as_bool() {
            Some(true) => "tokportal_call_read_tool",
            _ => "tokportal_call_write_tool",
        };
        let result = call(&app, "?mode=compact", "2025-11-25", through, &inner).await;
        assert_eq!(result["isError"], expected["isError"], "{name}: {result}");
        assert_eq!(seen(&mut api), expected_requests, "{name}, compact");
    }
    assert!(filled_tools >= 66, "{filled_tools}");
}

#[tokio::test]
async fn sender_that_fills_gaps_with_null_keeps_title_and_reference() {
    let mut api = api().await;
    let app = Running::in_front_of(&api.url).await;
    let filled = json!({"id": BUNDLE, "auto_finalize_videos": false, "title": null,
        "external_ref": null, "dry_run": null, "idempotency_key": null});
    let result = call(&app, "", "2025-11-25", "tokportal_update_bundle", &filled).await;
    assert_eq!(result["isError"], Value::Null, "{result}");
    assert_eq!(
        result["_meta"]["com.tokportal/ignored_nulls"],
        json!(["title", "external_ref"])
    );
    let requests = seen(&mut api);
    assert!(
        requests[0].ends_with("\n\n{\"auto_finalize_videos\":false}"),
        "{requests:?}"
    );
    let clearing = json!({"id": BUNDLE, "title": null});
    call(&app, "", "2025-11-25", "tokportal_update_bundle", &clearing).await;
    let requests = seen(&mut api);
    assert!(
        requests[0].ends_with("\n\n{\"title\":null}"),
        "{requests:?}"
    );
}

#[tokio::test]
async fn whole_numbers_and_text_reach_the_api_as_integers() {
    let mut api = api().await;
    let app = Running::in_front_of(&api.url).await;
    for (arguments, path) in [
        (r#"{"per_page":5.0}"#, "/api/ext/bundles?per_page=5"),
        (
            r#"{"per_page":5e0,"page":"2"}"#,
            "/api/ext/bundles?page=2&per_page=5",
        ),
        (r#"{"per_page":"5"}"#, "/api/ext/bundles?per_page=5"),
        (
            r#"{"toolCallId":"c","random_string":""}"#,
            "/api/ext/bundles",
        ),
    ] {
        let body = format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"tokportal_list_bundles","arguments":{arguments}}}}}"#
        );
        let (_, value) = answer(app.mcp().body(body)).await;
        assert_eq!(value["result"]["isError"], Value::Null, "{value}");
        let requests = seen(&mut api);
        let first = requests[0].lines().next().expect("a request line");
        assert_eq!(first, format!("GET {path} HTTP/1.1"), "{arguments}");
    }
    let video = json!({"id": BUNDLE, "position": 1.0, "video_type": "video",
        "target_publish_date": "2027-01-15", "volume_added_sound": "30"});
    let name = "tokportal_configure_bundle_video";
    let result = call(&app, "", "2025-11-25", name, &video).await;
    assert_eq!(result["isError"], Value::Null, "{result}");
    let requests = seen(&mut api);
    assert!(requests[0].contains("/videos/1 HTTP/1.1"), "{requests:?}");
    assert!(
        requests[0].contains("\"volume_added_sound\":30"),
        "{requests:?}"
    );
}

#[tokio::test]
async fn dry_run_as_text_stays_a_dry_run() {
    let mut api = api().await;
    let app = Running::in_front_of(&api.url).await;
    for dry_run in [json!("true"), json!("True"), json!(true)] {
        let order = json!({"bundle_type": "account_only", "country": "USA", "dry_run": dry_run});
        call(&app, "", "2025-11-25", "tokportal_create_bundle", &order).await;
        let request = seen(&mut api).remove(0).to_ascii_lowercase();
        assert!(request.contains("x-tokportal-dry-run: true"), "{request}");
    }
    for unclear in [json!("1"), json!(1), json!("yes")] {
        let order = json!({"bundle_type": "account_only", "country": "USA", "dry_run": unclear});
        let result = call(&app, "", "2025-11-25", "tokportal_create_bundle", &order).await;
        assert_eq!(result["isError"], true, "{result}");
        assert!(seen(&mut api).is_empty());
    }
}

#[tokio::test]
async fn unknown_arguments_are_dropped_on_reads_and_refused_on_writes() {
    let mut api = api().await;
    let app = Running::in_front_of(&api.url).await;
    let added = json!({"toolCallId": "call_1", "sessionId": "s"});
    let result = call(
        &app,
        "",
        "2025-11-25",
        "tokportal_get_credit_balance",
        &added,
    )
    .await;
    assert_eq!(result["isError"], Value::Null, "{result}");
    assert_eq!(
        result["_meta"]["com.tokportal/dropped_arguments"],
        json!(["toolCallId", "sessionId"])
    );
    assert_eq!(seen(&mut api).len(), 1);
    let write = json!({"id": BUNDLE, "title": "x", "toolCallId": "call_1"});
    let result = call(&app, "", "2025-11-25", "tokportal_update_bundle", &write).await;
    assert_eq!(
        result["structuredContent"]["error"]["code"],
        "INVALID_ARGUMENTS"
    );
    assert!(seen(&mut api).is_empty());
}
