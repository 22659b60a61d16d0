//! Attack family 17: requests that need more memory than an instance has. An instance that reaches its limit of 128 MiB
//! ends with every request that it is answering, so each test has requests of others in flight, or looks at the log.

use crate::support::canned::{Canned, response};
use crate::support::mcp::{answer, message};
use crate::support::{Running, demo_key, json_of};
use futures::future::join_all;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;

const JSON: &str = "200 OK\r\ncontent-type: application/json";

/// A made-up key.
const MADE_UP: &str = "sk_0000000000000000000000000000000000000000000000000000000000000000";

/// Asserts that no instance has ended.
fn assert_no_trap(app: &Running) {
    let lines = app.log.lines();
    let ended: Vec<_> = lines
        .iter()
        .filter(|line| line.contains("an instance ended"))
        .collect();
    assert!(ended.is_empty(), "{ended:?}");
}

fn call(tool: &str, arguments: &Value) -> String {
    json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}})
        .to_string()
}

fn order() -> String {
    let arguments = json!({"bundle_type": "account_only", "country": "USA"});
    call("tokportal_create_bundle", &arguments)
}

/// A ping with a list of zeros: 2.1 MB, which as values are 70 MB.
fn zeros() -> String {
    let zeros = "0,".repeat(1_050_000);
    format!(r#"{{"jsonrpc":"2.0","id":1,"method":"ping","params":{{"a":[{zeros}0]}}}}"#)
}

/// Lists within lists, in a text, in an item that is a text, in a list that is a text, in arguments that are a text: 1.9 MB,
/// which as values are more than an instance has.
fn texts_within_texts() -> String {
    let lists = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let position = format!("[{}0]", format!("{lists},").repeat(9_700));
    let videos = json!([json!({ "position": position }).to_string()]).to_string();
    let id = "0b5d4a1e-6c1f-4d3e-9a55-0d6a2c1f7e10";
    let arguments = json!({"id": id, "videos": videos}).to_string();
    call("tokportal_batch_configure_bundle_videos", &arguments.into())
}

/// An API that knows every key but the made-up one, and answers orders when the gate is open.
async fn api(gate: watch::Receiver<bool>) -> Canned {
    Canned::behind(
        gate,
        |request| request.starts_with("POST "),
        |request| match request.contains(MADE_UP) {
            true => response("401 Unauthorized\r\ncontent-type: application/json", b"{}"),
            false => response(JSON, br#"{"data":{"id":"order"},"credits_charged":90}"#),
        },
    )
    .await
}

/// Twelve orders in flight, which are answered when the gate opens; meanwhile the attack.
async fn beside_orders<F: Future<Output = ()>>(attack: impl FnOnce(Arc<Running>) -> F) {
    let (open, gate) = watch::channel(false);
    let mut api = api(gate).await;
    let app = Arc::new(Running::sharing_instances(&api.url).await);
    let orders: Vec<_> = (0..12)
        .map(|_| tokio::spawn(answer(app.mcp().body(order()))))
        .collect();
    for _ in 0..12 {
        assert!(api.next().await.starts_with("POST "));
    }
    attack(Arc::clone(&app)).await;
    open.send(true).expect("the API waits");
    for order in join_all(orders).await {
        let (status, answer) = order.expect("no panic");
        assert_eq!(status, 200, "{answer}");
        let text = answer["result"]["content"][0]["text"].as_str();
        let is_told = text.is_some_and(|text| text.contains("\"order\""));
        assert!(is_told, "an order that was paid for: {answer}");
    }
    assert_no_trap(&app);
}

/// A1: the key is checked before a large body is read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_body_with_a_made_up_key_harms_no_other_request() {
    beside_orders(async |app| {
        let attacks = (0..4).map(|_| {
            let request = app.request("POST", "/api/ext/mcp");
            let request = request.header("content-type", "application/json");
            answer(request.bearer_auth(MADE_UP).body(zeros()))
        });
        for (status, _) in join_all(attacks).await {
            assert_eq!(status, 401);
        }
    })
    .await;
}

/// A1 with a real key: values are counted before they are made.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn body_of_very_many_values_harms_no_other_request() {
    beside_orders(async |app| {
        let in_text = json!({"statuses": format!("[{}0]", "0,".repeat(1_000_000))});
        let bodies = [
            zeros(),
            call("tokportal_list_bundles", &in_text),
            texts_within_texts(),
        ];
        for body in bodies {
            let attacks = (0..4).map(|_| answer(app.mcp().body(body.clone())));
            for (status, answer) in join_all(attacks).await {
                assert_eq!(status, 413, "{answer}");
                let message = answer["error"]["message"].as_str();
                assert!(message.is_some_and(|text| text.contains("too many values")));
            }
        }
    })
    .await;
}

/// A2: checking arguments stops at the last problem that is reported.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn very_many_unknown_arguments_harm_no_other_request() {
    beside_orders(async |app| {
        let names = |count: usize| {
            let names: Vec<_> = (0..count).map(|i| format!("\"x{i:06}\":0")).collect();
            format!(
                r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"tokportal_list_bundles","arguments":{{{}}}}}}}"#,
                names.join(",")
            )
        };
        let (status, answer_) = answer(app.mcp().body(names(5_000))).await;
        assert_eq!(status, 200, "{answer_}");
        let text = answer_["result"]["content"][0]["text"].as_str();
        let error: Value = serde_json::from_str(text.expect("text")).expect("JSON");
        let fields = error["error"]["details"]["fields"].as_array();
        assert_eq!(fields.map(Vec::len), Some(20), "{answer_}");
        let objects = format!("[{}0]", r#"{"":0},"#.repeat(430_000));
        for body in [names(110_000), objects] {
            let attacks = (0..4).map(|_| answer(app.mcp().body(body.clone())));
            for (status, answer) in join_all(attacks).await {
                assert_eq!(status, 413, "{answer}");
            }
        }
    })
    .await;
}

/// A body of unknown length is held to the same: its key is checked when it becomes large.
#[tokio::test]
async fn large_body_in_chunks_with_a_made_up_key_is_401() {
    let (_open, gate) = watch::channel(true);
    let app = Running::sharing_instances(&api(gate).await.url).await;
    let address = app.url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let head = format!(
        "POST /api/ext/mcp HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {MADE_UP}\r\n\
         content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.expect("written");
    let chunk = format!("{:x}\r\n[{}\r\n", 80_001, "0,".repeat(40_000));
    stream.write_all(chunk.as_bytes()).await.expect("written");
    // The body has no end, and the answer comes all the same.
    let mut start = [0; 12];
    stream.read_exact(&mut start).await.expect("an answer");
    assert_eq!(&start, b"HTTP/1.1 401");
}

/// Large bodies that arrive at the same time must not wait for the room that the others have.
#[tokio::test]
async fn large_bodies_at_the_same_time_are_all_read() {
    let (_open, gate) = watch::channel(true);
    let app = Running::sharing_instances(&api(gate).await.url).await;
    let address = app.url.trim_start_matches("http://");
    let texts = format!("\"{}\",", "x".repeat(60)).repeat(36_000);
    let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"ping","params":{{"a":[{texts}0]}}}}"#);
    let head = format!(
        "POST /api/ext/mcp HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        demo_key(),
        body.len()
    );
    let (most, rest) = body.split_at(body.len() - 100);
    let mut streams = Vec::new();
    for _ in 0..3 {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream.write_all(head.as_bytes()).await.expect("written");
        stream.write_all(most.as_bytes()).await.expect("written");
        streams.push(stream);
    }
    for stream in &mut streams {
        stream.write_all(rest.as_bytes()).await.expect("written");
    }
    for stream in &mut streams {
        let mut start = [0; 12];
        stream.read_exact(&mut start).await.expect("an answer");
        assert_eq!(&start, b"HTTP/1.1 200");
    }
}

/// A3: the answers of one request share one budget of bytes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_no_client_reads_harm_no_other_request() {
    beside_orders(async |app| {
        let read = json!({"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": {"uri": "tokportal://openapi.json"}});
        let batch = Value::from(vec![read; 50]).to_string();
        let address = app.url.trim_start_matches("http://").to_owned();
        let head = format!(
            "POST /api/ext/mcp HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            demo_key(),
            batch.len()
        );
        let mut silent = Vec::new();
        for _ in 0..16 {
            let mut stream = TcpStream::connect(&address).await.expect("a connection");
            stream.write_all(head.as_bytes()).await.expect("written");
            stream.write_all(batch.as_bytes()).await.expect("written");
            silent.push(stream);
        }
        // Each is answered as far as the others leave room.
        let mut statuses = Vec::new();
        for stream in &mut silent {
            let mut start = [0; 12];
            stream.read_exact(&mut start).await.expect("an answer");
            statuses.push(String::from_utf8_lossy(&start).into_owned());
        }
        assert!(statuses.iter().all(|status| status == "HTTP/1.1 200"), "{statuses:?}");
        assert_eq!(answer(app.mcp().body(message("ping"))).await.0, 200);
        let mut rest = Vec::new();
        silent[0].read_to_end(&mut rest).await.expect("the answer");
        let body = rest.windows(4).position(|end| end == b"\r\n\r\n").expect("a head");
        let answers: Value = serde_json::from_slice(&rest[body + 4..]).expect("JSON");
        let answers = answers.as_array().expect("a batch");
        assert_eq!(answers.len(), 50, "every message is answered");
        assert!(answers[0]["result"]["contents"][0]["text"].is_string());
        let last = answers[49]["error"]["message"].as_str();
        assert!(last.is_some_and(|text| text.contains("was not run")), "{last:?}");
        assert!(rest.len() < 2_000_000, "{} bytes", rest.len());
    })
    .await;
}

/// Answers of 8 MB, of which every byte could become a value of 40.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn largest_answers_of_the_api_fit_sixteen_at_a_time() {
    let list = format!(r#"{{"data":[{}0]}}"#, "0,".repeat(4_000_000));
    let error = format!(
        r#"{{"error":{{"code":"X","details":[{}0]}}}}"#,
        "0,".repeat(4_000_000)
    );
    for (head, body) in [
        (JSON, list),
        ("400 Bad Request\r\ncontent-type: application/json", error),
    ] {
        let api = Canned::with(head, body).await;
        let app = Running::sharing_instances(&api.url).await;
        let body = call("tokportal_list_bundles", &json!({}));
        let calls = (0..16).map(|_| answer(app.mcp().body(body.clone())));
        for (status, answer) in join_all(calls).await {
            assert_eq!(status, 200, "{answer}");
            assert!(answer["result"]["content"][0]["text"].is_string());
        }
        assert_no_trap(&app);
    }
}

/// Files of the largest size, sent by many at once. Who finds no room is told so before anything is done.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn largest_uploads_are_sent_or_refused_and_none_is_lost() {
    let (_open, gate) = watch::channel(true);
    let app = Running::sharing_instances(&api(gate).await.url).await;
    let arguments = json!({
        "file": "QUJD".repeat(699_051),
        "bundle_id": "0b5d4a1e-6c1f-4d3e-9a55-0d6a2c1f7e10",
    });
    let body = call("tokportal_upload_video_direct", &arguments);
    let calls = (0..8).map(|_| app.mcp().body(body.clone()).send());
    let mut sent = 0;
    for response in join_all(calls).await {
        let response = response.expect("an answer");
        let may_be_repeated = response.headers().contains_key("retry-after");
        let (status, answer) = json_of(response).await;
        match status {
            200 => sent += 1,
            503 => assert!(may_be_repeated, "{answer}"),
            _ => panic!("{status}: {answer}"),
        }
        if status == 200 {
            assert!(answer["result"]["isError"].is_null(), "{answer}");
        }
    }
    assert!(sent >= 2, "{sent}");
    assert_no_trap(&app);
    tokio::time::timeout(
        Duration::from_secs(10),
        answer(app.mcp().body(message("ping"))),
    )
    .await
    .expect("room again");
}
