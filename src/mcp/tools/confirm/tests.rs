//! Confirmation as a client sees it. The fake host records every outbound request: no write is sent before the person
//! accepts, and one is sent after. Reads are answered by [`facts`] unless a test says otherwise.

mod always;
mod asking;
mod responses;
mod states;
mod terms;
mod views;
mod words;

use crate::app::App;
use crate::host::HttpError;
use crate::testing::{FakeHost, connector, demo_key, json_answer};
use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::{Value, json};

const ORDER: &str = "tokportal_create_bundle";
const REVEAL: &str = "tokportal_reveal_account_credentials";
const BUNDLE: &str = "0b5d4a1e-6c1f-4d3e-9a55-0d6a2c1f7e10";

fn order() -> Value {
    json!({"bundle_type": "account_only", "platform": "tiktok", "country": "USA"})
}

fn is_dry_run(request: &Request<Bytes>) -> bool {
    request.headers().contains_key("x-tokportal-dry-run")
}

/// An app whose API states this price in dry runs and succeeds in other calls.
fn app_with_price(price: i64) -> App<FakeHost> {
    app_answering(move |request| {
        if is_dry_run(request) {
            let body = json!({"data": {}, "dry_run": true, "credits_charged": 0, "credits_would_charge": price});
            json_answer(200, &body.to_string())
        } else {
            json_answer(201, r#"{"data":{"bundle_id":"b1"},"credits_charged":32}"#)
        }
    })
}

fn app_answering(
    answer: impl Fn(&Request<Bytes>) -> Result<Response<Bytes>, HttpError> + 'static,
) -> App<FakeHost> {
    app_reading(facts, answer)
}

/// An app whose API answers reads and other requests like this.
fn app_reading(
    read: impl Fn(&Request<Bytes>) -> Result<Response<Bytes>, HttpError> + 'static,
    answer: impl Fn(&Request<Bytes>) -> Result<Response<Bytes>, HttpError> + 'static,
) -> App<FakeHost> {
    let secret = [("sealing_secret", "a-secret-of-at-least-32-characters")];
    let answer = move |request: &Request<Bytes>| match request.method() {
        &Method::GET => read(request),
        _ => answer(request),
    };
    connector(FakeHost::answering(answer), &secret)
}

/// The balance, and an account.
fn facts(request: &Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
    json_answer(
        200,
        match request.uri().path().ends_with("/credits/balance") {
            true => r#"{"data":{"total_credits":1250}}"#,
            false => r#"{"data":{"username":"maple.kitchen","platform":"tiktok","country":"USA"}}"#,
        },
    )
}

/// A `tools/call` of a client.
struct ToolCall {
    tool: &'static str,
    arguments: Value,
    capabilities: Value,
    key: String,
    responses: Option<Value>,
    state: Option<Value>,
    path: &'static str,
}

impl ToolCall {
    fn of(tool: &'static str, arguments: Value) -> Self {
        Self {
            tool,
            arguments,
            capabilities: json!({"elicitation": {}}),
            key: demo_key(),
            responses: None,
            state: None,
            path: "/api/ext/mcp",
        }
    }

    fn order() -> Self {
        Self::of(ORDER, order())
    }

    fn answering(mut self, state: &str, response: Value) -> Self {
        self.state = Some(state.into());
        self.responses = Some(json!({"confirm": response}));
        self
    }

    fn accepting(self, state: &str) -> Self {
        self.answering(
            state,
            json!({"action": "accept", "content": {"confirm": true}}),
        )
    }

    /// Sends the call and returns the response.
    fn send(self, app: &App<FakeHost>) -> Value {
        pollster::block_on(self.send_async(app))
    }

    async fn send_async(self, app: &App<FakeHost>) -> Value {
        let mut params = json!({
            "name": self.tool,
            "arguments": self.arguments,
            "_meta": {
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientCapabilities": self.capabilities,
            },
        });
        if let Some(state) = self.state {
            params["requestState"] = state;
        }
        if let Some(responses) = self.responses {
            params["inputResponses"] = responses;
        }
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
        let request = Request::post(self.path)
            .header("host", "localhost:3000")
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {}", self.key))
            .header("mcp-protocol-version", "2026-07-28")
            .header("mcp-method", "tools/call")
            .header("mcp-name", self.tool)
            .body(Bytes::from(message.to_string()))
            .expect("valid");
        let reply = app.handle(request).await;
        assert_eq!(reply.status(), 200);
        serde_json::from_slice(reply.body()).expect("JSON")
    }
}

/// The number of outbound requests that were neither reads nor dry runs.
fn writes(app: &App<FakeHost>) -> usize {
    sent(app, |request| !is_read(request) && !is_dry_run(request))
}

/// The number of outbound requests of this kind.
fn sent(app: &App<FakeHost>, kind: impl Fn(&Request<Bytes>) -> bool) -> usize {
    let sent = app.host.sent.borrow();
    sent.iter().filter(|request| kind(request)).count()
}

fn is_read(request: &Request<Bytes>) -> bool {
    request.method() == Method::GET
}

/// The message of the form and the `requestState` in an `InputRequiredResult`.
fn form(answer: &Value) -> (String, String) {
    let result = &answer["result"];
    assert_eq!(result["resultType"], "input_required", "{answer}");
    let input = &result["inputRequests"]["confirm"];
    assert_eq!(input["method"], "elicitation/create");
    assert_eq!(input["params"]["mode"], "form");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    (
        text(&input["params"]["message"]),
        text(&result["requestState"]),
    )
}

fn succeeded(answer: &Value) -> bool {
    let result = &answer["result"];
    let has_error = !result["structuredContent"]["error"].is_null();
    result["resultType"] == "complete" && result["isError"].is_null() && !has_error
}

fn failure(answer: &Value) -> (&Value, &Value) {
    let result = &answer["result"];
    assert_eq!(result["isError"], true, "{answer}");
    assert_eq!(result["resultType"], "complete");
    let error = &result["structuredContent"]["error"];
    (&error["code"], &error["message"])
}

fn is_refused(answer: &Value, reason: &str) -> bool {
    let error = &answer["error"];
    error["code"] == -32602
        && error["data"]["reason"] == "invalid_request_state"
        && error["message"]
            .as_str()
            .is_some_and(|text| text.contains(reason))
}
