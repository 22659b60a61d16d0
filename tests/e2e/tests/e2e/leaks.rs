//! No key in the store, in a log or in an error: markers are planted, then everything is searched.

use crate::support::{Canned, Running, demo_key, json_of, response};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;

#[tokio::test]
async fn no_key_in_store_logs_or_errors() {
    let state = tempfile::tempdir().expect("a folder");
    let app = Running::start_in(state.path().to_owned()).await;
    let planted = format!("sk_{}", "5eed".repeat(16));
    let mut answers = String::new();
    for key in [
        demo_key(),
        planted.clone(),
        format!("{planted}0"),
        "sk_short".to_owned(),
    ] {
        for (tool, arguments) in [
            ("tokportal_get_credit_balance", json!({})),
            (
                "tokportal_create_bundle",
                json!({"bundle_type": "account_only", "country": "Atlantis"}),
            ),
            ("tokportal_get_bundle", json!({"id": planted})),
            ("tokportal_no_such_tool", json!({"key": planted})),
        ] {
            let message = json!({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":tool,"arguments":arguments}});
            let response = app
                .request("POST", "/api/ext/mcp")
                .header("content-type", "application/json")
                .bearer_auth(&key)
                .body(message.to_string())
                .send()
                .await
                .expect("an answer");
            answers.push_str(&format!("{:?}", response.headers()));
            answers.push_str(&response.text().await.expect("a body"));
        }
    }
    let logged = app.log.lines().join("\n");
    app.stop().await;
    let mut stored = Vec::new();
    collect(state.path(), &mut stored);
    assert!(!stored.is_empty(), "the state is on disk");
    for secret in [demo_key(), planted] {
        let digits = secret.trim_start_matches("sk_");
        for (place, text) in [
            ("an answer", answers.as_bytes()),
            ("the log", logged.as_bytes()),
            ("the store", &stored),
        ] {
            let found = text
                .windows(digits.len())
                .any(|window| window == digits.as_bytes());
            assert!(!found, "a key is in {place}");
        }
    }
}

/// Attack family 14: instances are shared by requests of different people.
#[tokio::test]
async fn interleaved_people_get_their_own_answers() {
    let api = Canned::by(|request| {
        let key = request.lines().find_map(|line| {
            line.to_ascii_lowercase()
                .strip_prefix("x-api-key: ")
                .map(str::to_owned)
        });
        let body = json!({ "data": { "belongs_to": key } }).to_string();
        response("200 OK\r\ncontent-type: application/json", body.as_bytes())
    })
    .await;
    let app = Arc::new(Running::in_front_of(&api.url).await);
    let people: Vec<_> = (0..64)
        .map(|person| {
            let app = Arc::clone(&app);
            tokio::spawn(async move {
                let key = format!("sk_{person:064x}");
                for _ in 0..4 {
                    let call = json!({"jsonrpc":"2.0","id":person,"method":"tools/call","params":{"name":"tokportal_get_current_user"}});
                    let answer = app
                        .request("POST", "/api/ext/mcp")
                        .header("content-type", "application/json")
                        .header("mcp-protocol-version", "2025-11-25")
                        .bearer_auth(&key)
                        .body(call.to_string())
                        .send()
                        .await
                        .expect("an answer");
                    let (_, value) = json_of(answer).await;
                    assert_eq!(value["id"], person);
                    assert_eq!(value["result"]["structuredContent"]["data"]["belongs_to"], key);
                }
            })
        })
        .collect();
    for person in people {
        person.await.expect("no panic");
    }
}

/// All bytes of all files.
fn collect(directory: &Path, bytes: &mut Vec<u8>) {
    for entry in std::fs::read_dir(directory).expect("readable") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, bytes);
        } else {
            bytes.extend(std::fs::read(path).expect("readable"));
        }
    }
}
