//! Attack family 17: a reply whose head and body leave the host in two writes waits 40 ms for the client's delayed
//! acknowledgement, on a host that leaves Nagle's algorithm on (Spin).

use crate::support::{Running, demo_key};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use tokio::io::{
    AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, DuplexStream, ReadBuf,
};

/// The host's end of a connection, which counts what the host writes at once.
struct Counted {
    socket: DuplexStream,
    writes: Arc<AtomicUsize>,
}

impl Counted {
    fn count(&self, result: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(_)) = result {
            self.writes.fetch_add(1, Ordering::Relaxed);
        }
        result
    }
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.socket).poll_write(cx, bytes);
        self.count(result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.socket).poll_write_vectored(cx, slices);
        self.count(result)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}

/// Sends a request over a connection of its own. Returns its status and the number of writes of the reply.
async fn exchange(app: &Running, request: &str) -> (String, usize) {
    let (mut client, socket) = tokio::io::duplex(1 << 20);
    let writes = Arc::<AtomicUsize>::default();
    let counted = Counted {
        socket,
        writes: Arc::clone(&writes),
    };
    let (app, address) = (app.app.clone(), "127.0.0.1:1".parse().expect("an address"));
    let serving = tokio::spawn(async move { app.serve_connection(counted, address).await });
    client.write_all(request.as_bytes()).await.expect("sent");
    let mut reply = String::new();
    client.read_to_string(&mut reply).await.expect("a reply");
    serving.await.expect("no panic");
    let status = reply.split(' ').nth(1).unwrap_or_default().to_owned();
    (status, writes.load(Ordering::Relaxed))
}

fn post(path: &str, host: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        demo_key(),
        body.len()
    )
}

#[tokio::test]
async fn head_and_body_of_a_reply_leave_in_one_write() {
    let app = Running::start().await;
    let host = &app.url["http://".len()..];
    let initialize = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"a","version":"1"}}}"#;
    let registration = r#"{"redirect_uris":["https://app.example/cb"]}"#;
    let ping = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    let get =
        |path: &str| format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let requests = [
        ("ping", post("/api/ext/mcp", host, ping), "200"),
        ("initialize", post("/api/ext/mcp", host, initialize), "200"),
        ("register", post("/register", host, registration), "201"),
        ("authorize", get("/authorize?client_id=x"), "400"),
        (
            "metadata",
            get("/.well-known/oauth-authorization-server"),
            "200",
        ),
        ("health", get("/healthz"), "200"),
    ];
    for (name, request, expected) in requests {
        // A new instance has its own way through the first request.
        for _ in 0..5 {
            let (status, writes) = exchange(&app, &request).await;
            assert_eq!((status.as_str(), writes), (expected, 1), "{name}");
        }
    }
}
