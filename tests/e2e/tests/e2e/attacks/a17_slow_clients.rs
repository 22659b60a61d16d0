//! Attack family 17: clients that are slow on purpose must not hold what others need.

use crate::support::Running;
use crate::support::mcp::{answer, message};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokportal_embed::Limits;

/// More than the host lets run at the same time.
const ATTACKERS: usize = 40;

/// Sends the head of a registration and the first byte of its body.
async fn registration_that_stops(app: &Running, from: &str) -> TcpStream {
    let mut stream = app.connect_from(from).await;
    let head = format!(
        "POST /register HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{{",
        &app.url["http://".len()..]
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    stream
}

#[tokio::test]
async fn slow_bodies_hold_no_place_that_others_need() {
    // The attackers are never timed out here, so others are served beside them or not at all.
    let app = Running::start_limited(Limits {
        requests_in_flight: 8,
        uploads_in_flight: 8,
        body_read_time: Duration::from_secs(3600),
        queue_time: Duration::from_secs(3600),
        ..Limits::default()
    })
    .await;
    let mut held = Vec::new();
    for _ in 0..ATTACKERS {
        held.push(registration_that_stops(&app, "127.0.0.1").await);
    }
    assert_eq!(answer(app.mcp().body(message("ping"))).await.0, 200);
    let registration = app
        .request("POST", "/register")
        .header("content-type", "application/json")
        .body(r#"{"redirect_uris":["https://app.example/cb"]}"#);
    assert_eq!(answer(registration).await.0, 201);
    let health = app.request("GET", "/healthz").send().await;
    assert_eq!(health.expect("an answer").status(), 200);
}

#[tokio::test]
async fn slow_body_is_408_and_others_are_counted_by_address() {
    let app = Running::start_limited(Limits {
        body_read_time: Duration::from_millis(300),
        connections_per_address: ATTACKERS,
        ..Limits::default()
    })
    .await;
    let mut held = Vec::new();
    for _ in 0..ATTACKERS {
        held.push(registration_that_stops(&app, "127.0.0.2").await);
    }
    assert_eq!(answer(app.mcp().body(message("ping"))).await.0, 200);
    for mut stream in held {
        let mut text = String::new();
        stream.read_to_string(&mut text).await.expect("an answer");
        assert!(text.starts_with("HTTP/1.1 408 "), "{text}");
    }
}
