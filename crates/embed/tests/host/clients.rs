//! Clients that are slow, many, or take nothing: what they may hold, and what it costs the others.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokportal_embed::{Limits, Server};

use crate::support::{app, builder, get, guest, limited};
use crate::upstream::Upstream;

/// Long enough that a test fails by its own timeout before this passes.
const NEVER: Duration = Duration::from_secs(600);
const SOON: Duration = Duration::from_millis(50);

async fn connect(server: &Server, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream
}

/// The answer up to the end of the connection.
async fn rest(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

fn upload(length: usize, sent: &str) -> Vec<u8> {
    format!("POST /length HTTP/1.1\r\nhost: a\r\ncontent-length: {length}\r\n\r\n{sent}")
        .into_bytes()
}

const HELLO: &[u8] = b"GET /hello HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn body_that_stops_arriving_is_408() {
    let (app, _) = limited(Limits {
        body_read_time: SOON,
        ..Default::default()
    })
    .await;
    let server = app.bind("127.0.0.1:0").await.unwrap();
    let large = "x".repeat(100_000);
    for request in [
        upload(10, "x"),
        upload(1_000_000, &large),
        upload(1_000_000, ""),
    ] {
        let answer = rest(connect(&server, &request).await).await;
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(answer.contains("connection: close\r\n"), "{answer}");
    }
}

#[tokio::test]
async fn body_that_trickles_is_408() {
    let (app, _) = limited(Limits {
        body_read_time: SOON,
        ..Default::default()
    })
    .await;
    let server = app.bind("127.0.0.1:0").await.unwrap();
    let (mut read, mut write) = connect(&server, &upload(60_000, "")).await.into_split();
    let trickle = tokio::spawn(async move {
        while write.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
    let mut status = [0; 13];
    read.read_exact(&mut status).await.unwrap();
    assert_eq!(&status, b"HTTP/1.1 408 ");
    trickle.abort();
}

#[tokio::test]
async fn unfinished_bodies_take_no_turn_from_others() {
    let (app, _) = limited(Limits {
        requests_in_flight: 1,
        uploads_in_flight: 1,
        body_read_time: NEVER,
        queue_time: NEVER,
        ..Default::default()
    })
    .await;
    let server = app.bind("127.0.0.1:0").await.unwrap();
    let large = "x".repeat(100_000);
    let mut held = Vec::new();
    for request in [upload(10, "x"), upload(10, "x"), upload(1_000_000, &large)] {
        held.push(connect(&server, &request).await);
    }
    for _ in 0..3 {
        let answer = rest(connect(&server, HELLO).await).await;
        assert!(answer.ends_with("hello"), "{answer}");
    }
}

#[tokio::test]
async fn request_without_a_turn_is_503_and_probes_are_answered() {
    let upstream = Upstream::start().await;
    let (builder, _) = builder();
    let limits = Limits {
        requests_in_flight: 1,
        queue_time: SOON,
        ..Default::default()
    };
    let component = guest().allow_outbound(upstream.url());
    let app = builder.limits(limits).component(component);
    let app = app.build().await.unwrap();
    let server = app.bind("127.0.0.1:0").await.unwrap();
    let long = format!(
        "GET /fetch?{}/wait HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
        upstream.url()
    );
    let long = connect(&server, long.as_bytes()).await;
    upstream.wait_for_request().await;
    let answer = rest(connect(&server, HELLO).await).await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.contains("retry-after: 5\r\n"), "{answer}");
    for path in ["/healthz", "/.well-known/spin/health"] {
        assert_eq!(get(&app, path).await.0, 200, "{path}");
    }
    upstream.release();
    let answer = rest(long).await;
    assert!(answer.ends_with("200 waited"), "{answer}");
}

#[tokio::test]
async fn connection_beyond_the_limit_of_an_address_is_503() {
    let (app, _) = limited(Limits {
        connections_per_address: 2,
        ..Default::default()
    })
    .await;
    let server = app.bind("127.0.0.1:0").await.unwrap();
    let first = connect(&server, b"").await;
    let second = connect(&server, b"").await;
    let answer = rest(connect(&server, HELLO).await).await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.contains("retry-after: 5\r\n"), "{answer}");
    drop(first);
    // The host notices the end of the connection a moment later.
    while !rest(connect(&server, HELLO).await).await.ends_with("hello") {
        tokio::task::yield_now().await;
    }
    drop(second);
}

#[tokio::test]
async fn client_that_takes_no_response_is_disconnected() {
    let (app, _) = limited(Limits {
        response_write_time: SOON,
        ..Default::default()
    })
    .await;
    // A pipe instead of a socket, whose buffers would hold the response.
    let (mut client, socket) = tokio::io::duplex(1024);
    let address = "192.0.2.1:1".parse().unwrap();
    let serving = tokio::spawn(async move { app.serve_connection(socket, address).await });
    let request = format!(
        "GET /headers HTTP/1.1\r\nhost: a\r\nx-long: {}\r\n\r\n",
        "x".repeat(20_000)
    );
    client.write_all(request.as_bytes()).await.unwrap();
    serving.await.unwrap();
}

#[tokio::test]
async fn client_that_takes_a_response_in_small_pieces_gets_it() {
    let (app, _) = app(guest()).await;
    let (mut client, socket) = tokio::io::duplex(64);
    let address = "192.0.2.1:1".parse().unwrap();
    let serving = tokio::spawn(async move { app.serve_connection(socket, address).await });
    let request = format!(
        "GET /headers HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx-long: {}\r\n\r\n",
        "x".repeat(20_000)
    );
    client.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert!(answer.contains(&"x".repeat(20_000)), "{answer}");
    serving.await.unwrap();
}
