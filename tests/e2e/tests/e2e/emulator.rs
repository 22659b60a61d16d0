//! What only the emulator in the real host can show.

mod orders;
mod portal_faults;
mod uploads;
mod webhooks;

use crate::support::{Running, demo_key, json_of};
use serde_json::Value;

/// Calls the REST API with the demo key, expects success, and returns `data`.
async fn api(app: &Running, method: &str, path: &str, body: Value) -> Value {
    let mut request = app
        .request(method, &format!("/emulator/api/ext{path}"))
        .header("x-api-key", demo_key());
    if !body.is_null() {
        request = request
            .header("content-type", "application/json")
            .body(body.to_string());
    }
    let (status, answer) = json_of(request.send().await.expect("an answer")).await;
    assert!((200..300).contains(&status), "{method} {path}: {answer}");
    answer["data"].clone()
}

/// A test control that is accepted.
async fn control(app: &Running, path: &str, body: Value) {
    let request = app
        .request("POST", &format!("/emulator{path}"))
        .header("content-type", "application/json")
        .body(body.to_string());
    let (status, answer) = json_of(request.send().await.expect("an answer")).await;
    assert_eq!(status, 200, "{path}: {answer}");
}
