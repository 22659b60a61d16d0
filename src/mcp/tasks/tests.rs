//! Tasks as a client sees them: a call that only begins work becomes one, and its id says when the work is done.

use super::*;
use crate::app::App;
use crate::testing::{FakeHost, connector, demo_key, json_answer};
use bytes::Bytes;
use http::{Method, Request};
use std::cell::RefCell;
use std::rc::Rc;

const TOOL: &str = "tokportal_refresh_analytics_account";
const ACCOUNT: &str = "0b5d4a1e-6c1f-4d3e-9a55-0d6a2c1f7e10";

struct World {
    app: App<FakeHost>,
    scraped_at: Rc<RefCell<&'static str>>,
}

fn world() -> World {
    let scraped_at = Rc::new(RefCell::new("2026-11-28T06:00:00Z"));
    let stated = Rc::clone(&scraped_at);
    let host = FakeHost::answering(move |request| match request.method() {
        &Method::GET => {
            let body = json!({"data": {"scraped_at": *stated.borrow()}});
            json_answer(200, &body.to_string())
        }
        _ => json_answer(200, r#"{"data":{"status":"queued"}}"#),
    });
    let secret = [("sealing_secret", "a-secret-of-at-least-32-characters")];
    World {
        app: connector(host, &secret),
        scraped_at,
    }
}

impl World {
    fn send(&self, key: &str, method: &str, mut params: Value, extensions: Value) -> Value {
        let name = params["name"].as_str().or(params["taskId"].as_str());
        let name = name.unwrap_or_default().to_owned();
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {"extensions": extensions},
        });
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let request = Request::post("/api/ext/mcp")
            .header("host", "localhost:3000")
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {key}"))
            .header("mcp-protocol-version", "2026-07-28")
            .header("mcp-method", method)
            .header("mcp-name", name)
            .body(Bytes::from(message.to_string()))
            .expect("a request");
        let reply = pollster::block_on(self.app.handle(request));
        serde_json::from_slice(reply.body()).expect("JSON")
    }

    fn call(&self, arguments: Value, extensions: Value) -> Value {
        let params = json!({"name": TOOL, "arguments": arguments});
        self.send(&demo_key(), "tools/call", params, extensions)
    }

    fn begin(&self) -> String {
        let answer = self.call(json!({"id": ACCOUNT}), declared());
        let result = &answer["result"];
        assert_eq!(result["resultType"], "task", "{answer}");
        assert_eq!(result["status"], "working");
        for member in ["createdAt", "lastUpdatedAt", "statusMessage"] {
            assert!(result[member].is_string(), "{member}");
        }
        assert_eq!(
            (&result["ttlMs"], &result["pollIntervalMs"]),
            (&json!(1_800_000), &json!(30_000))
        );
        result["taskId"].as_str().expect("an id").to_owned()
    }

    fn get(&self, task_id: &str) -> Value {
        let params = json!({"taskId": task_id});
        self.send(&demo_key(), "tasks/get", params, declared())["result"].clone()
    }
}

fn declared() -> Value {
    json!({"io.modelcontextprotocol/tasks": {}})
}

#[test]
fn task_is_done_when_the_figures_are_newer() {
    let world = world();
    let task_id = world.begin();
    assert!(!task_id.contains(ACCOUNT) && task_id.len() < 1_500);
    let working = world.get(&task_id);
    assert_eq!(working["status"], "working");
    assert_eq!(working["resultType"], "complete");
    assert!(working["result"].is_null());
    *world.scraped_at.borrow_mut() = "2026-11-28T09:02:00Z";
    let done = world.get(&task_id);
    assert_eq!(done["status"], "completed");
    let result = &done["result"];
    assert_eq!(result["structuredContent"]["data"]["status"], "queued");
    assert!(
        result["content"]
            .to_string()
            .contains("The new figures are there.")
    );
}

#[test]
fn task_that_takes_too_long_ends_with_what_the_call_answered() {
    let world = world();
    let task_id = world.begin();
    let now = &world.app.host.now;
    now.set(now.get() + LIFETIME);
    let over = world.get(&task_id);
    assert_eq!(over["status"], "completed");
    assert!(
        over["result"]["content"]
            .to_string()
            .contains("Look again later.")
    );
}

#[test]
fn client_without_tasks_is_told_when_to_look_again() {
    let answer = world().call(json!({"id": ACCOUNT}), json!({}));
    let content = &answer["result"]["content"];
    assert!(
        content.to_string().contains("a later scraped_at"),
        "{answer}"
    );
    assert_eq!(answer["result"]["resultType"], "complete");
}

#[test]
fn dry_run_and_failure_begin_no_task() {
    let world = world();
    let dry = world.call(json!({"id": ACCOUNT, "dry_run": true}), declared());
    assert_eq!(dry["result"]["resultType"], "complete", "{dry}");
    let refused = world.call(json!({}), declared());
    assert_eq!(refused["result"]["isError"], true);
}

#[test]
fn task_of_another_key_and_a_made_up_id_are_unknown() {
    let world = world();
    let task_id = world.begin();
    let other = format!("sk_{}", "cd".repeat(32));
    for (key, id) in [
        (other, task_id.clone()),
        (demo_key(), format!("{task_id}A")),
        (demo_key(), "x".to_owned()),
    ] {
        for method in ["tasks/get", "tasks/cancel", "tasks/update"] {
            let answer = world.send(&key, method, json!({"taskId": id}), declared());
            assert_eq!(answer["error"]["code"], -32602, "{answer}");
        }
    }
    let cancelled = world.send(
        &demo_key(),
        "tasks/cancel",
        json!({"taskId": task_id}),
        declared(),
    );
    assert_eq!(cancelled["result"]["resultType"], "complete");
}

#[test]
fn tools_of_long_work_exist_and_take_an_id() {
    for work in &LONG_WORK {
        for name in work.tools.iter().copied().chain([work.read]) {
            let tool = catalog::find(name).expect(name);
            let mut arguments = tool.operation.arguments.iter();
            assert!(arguments.any(|argument| argument.name == "id"), "{name}");
        }
        assert!(work.look_again().contains(work.read));
    }
}
