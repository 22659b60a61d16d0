//! Natively everything that leaves the process can be seen: no write goes out before a person's word, and one after it.

mod answers;
mod asking;
mod states;
mod terms;

use crate::app::App;
use crate::host::HttpError;
use crate::testing::{FakeHost, connector, demo_key, json_answer};
use bytes::Bytes;
use http::{Request, Response};
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

/// An API whose dry runs tell this price, and whose real calls succeed.
fn priced(price: i64) -> App<FakeHost> {
    world(move |request| {
        if is_dry_run(request) {
            let body = json!({"data": {}, "dry_run": true, "credits_charged": 0, "credits_would_charge": price});
            json_answer(200, &body.to_string())
        } else {
            json_answer(201, r#"{"data":{"bundle_id":"b1"},"credits_charged":32}"#)
        }
    })
}

fn world(
    answer: impl Fn(&Request<Bytes>) -> Result<Response<Bytes>, HttpError> + 'static,
) -> App<FakeHost> {
    let secret = [("sealing_secret", "a-secret-of-at-least-32-characters")];
    connector(FakeHost::answering(answer), &secret)
}

/// What a client sends.
struct Leg {
    tool: &'static str,
    arguments: Value,
    capabilities: Value,
    key: String,
    responses: Option<Value>,
    state: Option<Value>,
    path: &'static str,
}

impl Leg {
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

    /// Sends it; the response as JSON.
    fn send(self, connector: &App<FakeHost>) -> Value {
        pollster::block_on(self.sending(connector))
    }

    async fn sending(self, connector: &App<FakeHost>) -> Value {
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
        let reply = connector.handle(request).await;
        assert_eq!(reply.status(), 200);
        serde_json::from_slice(reply.body()).expect("JSON")
    }
}

/// The requests that were no dry runs.
fn writes(connector: &App<FakeHost>) -> usize {
    let sent = connector.host.sent.borrow();
    sent.iter().filter(|request| !is_dry_run(request)).count()
}

/// Message and state of a question.
fn question(answer: &Value) -> (String, String) {
    let result = &answer["result"];
    assert_eq!(result["resultType"], "input_required", "{answer}");
    let ask = &result["inputRequests"]["confirm"];
    assert_eq!(ask["method"], "elicitation/create");
    assert_eq!(ask["params"]["mode"], "form");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    (
        text(&ask["params"]["message"]),
        text(&result["requestState"]),
    )
}

fn succeeded(answer: &Value) -> bool {
    answer["result"]["resultType"] == "complete" && answer["result"]["isError"].is_null()
}

fn failure(answer: &Value) -> (&Value, &Value) {
    let result = &answer["result"];
    assert_eq!(result["isError"], true, "{answer}");
    assert_eq!(result["resultType"], "complete");
    let error = &result["structuredContent"]["error"];
    (&error["code"], &error["message"])
}

fn is_refused(answer: &Value, word: &str) -> bool {
    let error = &answer["error"];
    error["code"] == -32602
        && error["data"]["reason"] == "invalid_request_state"
        && error["message"]
            .as_str()
            .is_some_and(|text| text.contains(word))
}
