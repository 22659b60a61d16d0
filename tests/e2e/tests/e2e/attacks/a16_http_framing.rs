//! Attack family 16: requests whose HTTP is ambiguous or too large, as bytes on a socket.

use crate::support::Running;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// The status of the answer to these bytes.
async fn status(app: &Running, request: &str) -> String {
    let mut stream = app.connect_from("127.0.0.1").await;
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    answer.split(' ').nth(1).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn header_section_of_100_kb_is_431() {
    let app = Running::start().await;
    let host = &app.url["http://".len()..];
    for (bytes, expected) in [(60_000, "200"), (100_000, "431"), (1_000_000, "431")] {
        let long = "a".repeat(bytes);
        let request = format!(
            "GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nX-Long: {long}\r\n\r\n"
        );
        assert_eq!(status(&app, &request).await, expected, "{bytes} bytes");
    }
}

#[tokio::test]
async fn request_without_exactly_one_host_is_400() {
    let app = Running::start().await;
    let host = &app.url["http://".len()..];
    for (lines, expected) in [
        (format!("Host: {host}\r\n"), "200"),
        (format!("Host: {host}\r\nHost: {host}\r\n"), "400"),
        (format!("Host: {host}\r\nHost: evil.example\r\n"), "400"),
        (String::new(), "400"),
    ] {
        for path in ["/healthz", "/.well-known/oauth-authorization-server"] {
            let request = format!("GET {path} HTTP/1.1\r\n{lines}Connection: close\r\n\r\n");
            assert_eq!(status(&app, &request).await, expected, "{request}");
        }
    }
}
