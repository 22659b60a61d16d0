//! The server, with raw HTTP over sockets.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokportal_embed::{Error, Limits, Server};

use crate::support::{app, get, guest, limited};
use crate::upstream::Upstream;

/// Sends raw bytes and returns the answer up to the end of the connection.
async fn exchange(server: &Server, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

fn get_request(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: example.com\r\nconnection: close\r\n\r\n").into_bytes()
}

#[tokio::test]
async fn response_has_a_length_and_forged_spin_headers_are_removed() {
    let (app, _) = app(guest()).await;
    let server = app.bind("127.0.0.1:0").await.unwrap();
    let answer = exchange(&server, &get_request("/hello")).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("content-length: 5\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\nhello"), "{answer}");

    let request = b"GET /headers HTTP/1.1\r\nhost: example.com\r\nconnection: close\r\n\
        spin-client-addr: 6.6.6.6:6\r\nSpin-Extra: 1\r\n\r\n";
    let answer = exchange(&server, request).await;
    assert!(
        answer.contains("GET http://example.com/headers\n"),
        "{answer}"
    );
    assert!(answer.contains("spin-client-addr: 127.0.0.1:"), "{answer}");
    assert!(
        answer.contains("spin-full-url: http://example.com/headers"),
        "{answer}"
    );
    assert!(
        !answer.contains("6.6.6.6") && !answer.to_lowercase().contains("spin-extra"),
        "{answer}"
    );
}

#[tokio::test]
async fn connection_is_kept_alive() {
    let (app, _) = app(guest()).await;
    let server = app.bind("127.0.0.1:0").await.unwrap();
    let first = b"GET /hello HTTP/1.1\r\nhost: a\r\n\r\n".to_vec();
    let answer = exchange(&server, &[first, get_request("/hello")].concat()).await;
    assert_eq!(answer.matches("HTTP/1.1 200 OK").count(), 2, "{answer}");
}

#[tokio::test]
async fn client_that_sends_a_large_body_receives_the_413() {
    let (app, _) = limited(Limits {
        request_body_bytes: 1000,
        ..Default::default()
    })
    .await;
    let server = app.bind("127.0.0.1:0").await.unwrap();
    let body = vec![b'x'; 8 << 20];
    let head = format!(
        "POST /length HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let answer = exchange(&server, &[head.into_bytes(), body].concat()).await;
    assert!(
        answer.starts_with("HTTP/1.1 413 Payload Too Large\r\n"),
        "{answer}"
    );
}

#[tokio::test]
async fn response_without_reading_the_body_reaches_the_client() {
    let (app, _) = app(guest()).await;
    let server = app.bind("127.0.0.1:0").await.unwrap();
    let body = vec![b'x'; 8 << 20];
    let head = format!(
        "POST /unread HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let answer = exchange(&server, &[head.into_bytes(), body].concat()).await;
    assert!(answer.ends_with("unread"), "{answer}");
}

#[tokio::test]
async fn request_header_beyond_the_limit_is_431() {
    let (app, _) = limited(Limits {
        request_header_bytes: 8192,
        ..Default::default()
    })
    .await;
    let server = app.bind("127.0.0.1:0").await.unwrap();
    let request = format!(
        "GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n",
        "y".repeat(8192)
    );
    let answer = exchange(&server, request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
}

#[tokio::test]
async fn client_that_sends_a_large_header_receives_the_431() {
    let (app, _) = app(guest()).await;
    let server = app.bind("127.0.0.1:0").await.unwrap();
    for bytes in [70_000, 100_000, 900_000] {
        let request = format!(
            "GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n",
            "y".repeat(bytes)
        );
        let answer = exchange(&server, request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 431 "), "{bytes}: {answer}");
    }
}

#[tokio::test]
async fn request_without_one_valid_host_is_400() {
    let (app, _) = app(guest()).await;
    let server = app.bind("127.0.0.1:0").await.unwrap();
    for (version, hosts, expected) in [
        ("1.1", "host: a\r\nhost: a\r\n", "400"),
        ("1.1", "host: a\r\nHost: b\r\n", "400"),
        ("1.1", "", "400"),
        ("1.1", "host: \r\n", "400"),
        ("1.1", "host: user@a\r\n", "400"),
        ("1.1", "host: a/b\r\n", "400"),
        ("1.1", "host: [::1]:80\r\n", "200"),
        ("1.0", "", "200"),
    ] {
        for path in ["/hello", "/.well-known/spin/health"] {
            let request = format!("GET {path} HTTP/{version}\r\n{hosts}connection: close\r\n\r\n");
            let answer = exchange(&server, request.as_bytes()).await;
            let status = answer.split(' ').nth(1);
            assert_eq!(status, Some(expected), "{request}{answer}");
        }
    }
}

#[tokio::test]
async fn absolute_uri_takes_precedence_over_the_host() {
    let (app, _) = app(guest()).await;
    let server = app.bind("127.0.0.1:0").await.unwrap();
    let request =
        b"GET http://right.example/headers HTTP/1.1\r\nhost: wrong.example\r\nconnection: close\r\n\r\n";
    let answer = exchange(&server, request).await;
    let url = "spin-full-url: http://right.example/headers";
    assert!(
        answer.contains(url) && !answer.contains("wrong"),
        "{answer}"
    );
}

#[tokio::test]
async fn client_with_an_unfinished_header_is_disconnected() {
    let (app, _) = limited(Limits {
        header_read_time: Duration::from_millis(50),
        ..Default::default()
    })
    .await;
    let server = app.bind("127.0.0.1:0").await.unwrap();
    // `exchange` returns only when the server closes the connection.
    let answer = exchange(&server, b"GET / HTTP/1.1\r\nhost: a\r\n").await;
    assert!(!answer.contains("200 OK"), "{answer}");
}

#[tokio::test]
async fn malformed_request_is_a_4xx_and_the_server_keeps_serving() {
    let (app, _) = app(guest()).await;
    let server = app.bind("127.0.0.1:0").await.unwrap();
    let broken: [&[u8]; 5] = [
        b"\0\0\0\0\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: a b\r\nconnection: close\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
        b"CONNECT a:1 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: \xff\r\nconnection: close\r\n\r\n",
    ];
    for request in broken {
        let answer = exchange(&server, request).await;
        assert!(
            answer.starts_with("HTTP/1.1 40"),
            "{answer} to {:?}",
            String::from_utf8_lossy(request)
        );
    }
    assert_eq!(get(&app, "/hello").await.0, 200);
}

#[tokio::test]
async fn shutdown_finishes_requests_in_flight_and_accepts_no_others() {
    let upstream = Upstream::start().await;
    let (app, _) = app(guest().allow_outbound(upstream.url())).await;
    let server = app.bind("127.0.0.1:0").await.unwrap();
    let addr = server.addr();
    let mut stream = TcpStream::connect(addr).await.unwrap();
    stream
        .write_all(&get_request(&format!("/fetch?{}/wait", upstream.url())))
        .await
        .unwrap();
    upstream.wait_for_request().await;
    let shutdown = tokio::spawn(server.shutdown());
    // A refused connection shows that the listener is closed.
    while TcpStream::connect(addr).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!shutdown.is_finished());
    upstream.release();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with("200 waited"), "{answer}");
    shutdown.await.unwrap();
}

#[tokio::test]
async fn port_in_use_is_an_error_that_names_the_address() {
    let (app, _) = app(guest()).await;
    let server = app.bind("127.0.0.1:0").await.unwrap();
    let address = server.addr().to_string();
    let error = app.bind(&address).await.err().unwrap();
    assert!(matches!(error, Error::Bind { .. }));
    assert_eq!(
        error.to_string(),
        format!("{address} is already in use by another program; stop it or choose another port")
    );
}
