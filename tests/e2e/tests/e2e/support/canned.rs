//! An upstream API that answers with what a test gives it.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// A server that answers each connection with the bytes of a test, and records head and body of each request.
pub(crate) struct Canned {
    /// The origin.
    pub(crate) url: String,
    requests: tokio::sync::mpsc::UnboundedReceiver<String>,
}

impl Canned {
    /// Answers with these bytes and closes.
    pub(crate) async fn answering(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::by(move |_| bytes.clone()).await
    }

    /// Answers each request with what the function returns for it.
    pub(crate) async fn by(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let (_, gate) = watch::channel(true);
        Self::behind(gate, |_| false, answer).await
    }

    /// The same, but the requests that `is_held` selects are answered when the gate is open.
    pub(crate) async fn behind(
        gate: watch::Receiver<bool>,
        is_held: fn(&str) -> bool,
        answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (sender, requests) = tokio::sync::mpsc::unbounded_channel();
        let answer = std::sync::Arc::new(answer);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (sender, answer) = (sender.clone(), std::sync::Arc::clone(&answer));
                let mut gate = gate.clone();
                tokio::spawn(async move {
                    let request = read_request(&mut stream).await;
                    let bytes = answer(&request);
                    let is_held = is_held(&request);
                    // The test may be over.
                    let _ = sender.send(request);
                    if is_held {
                        let _ = gate.wait_for(|is_open| *is_open).await;
                    }
                    let _ = stream.write_all(&bytes).await;
                    let _ = stream.shutdown().await;
                });
            }
        });
        Self { url, requests }
    }

    /// Answers with a status line, headers and body.
    pub(crate) async fn with(head: &str, body: impl AsRef<[u8]>) -> Self {
        Self::answering(response(head, body.as_ref())).await
    }

    /// The next request, which may come later.
    pub(crate) async fn next(&mut self) -> String {
        self.requests.recv().await.expect("the server runs")
    }

    /// The requests since the last call, none of which was sent in chunks.
    pub(crate) fn seen(&mut self) -> Vec<String> {
        let seen: Vec<_> = std::iter::from_fn(|| self.requests.try_recv().ok()).collect();
        let is_chunked =
            |request: &String| request.to_lowercase().contains("\r\ntransfer-encoding");
        assert!(!seen.iter().any(is_chunked), "{seen:?}");
        seen
    }
}

/// A response with its `Content-Length`, on a connection that closes.
pub(crate) fn response(head: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let mut bytes =
        format!("HTTP/1.1 {head}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n")
            .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// Reads a request to its end by its `Content-Length`. A body in chunks counts as empty, as it does for a server under
/// WSGI.
async fn read_request(stream: &mut tokio::net::TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut chunk = [0; 8192];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let field = |wanted: &str| {
                let mut fields = head.lines().filter_map(|line| line.split_once(':'));
                fields
                    .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
                    .map(|(_, value)| value.trim())
            };
            let length = field("content-length").and_then(|length| length.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return text;
            }
        }
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return text,
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
        }
    }
}
