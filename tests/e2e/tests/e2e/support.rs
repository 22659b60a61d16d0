//! Starts the app as people run it, on a free port, and speaks to it.

use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokportal_embed::{App, MemoryLog, Server, TestClock};

/// A running app.
pub(crate) struct Running {
    /// Origin, such as `http://localhost:40123`.
    pub(crate) url: String,
    /// What the components and the host wrote.
    pub(crate) log: MemoryLog,
    /// The time that the components see.
    pub(crate) clock: TestClock,
    /// Speaks HTTP and follows no redirect.
    pub(crate) client: Client,
    server: Server,
}

/// The repository.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The deterministic key of the emulator's demo person.
pub(crate) fn demo_key() -> String {
    tokportal_emulator::people::demo_key()
}

impl Running {
    /// Connector and emulator, state in memory.
    pub(crate) async fn start() -> Self {
        Self::run("spin.emulator.toml", None, &[]).await
    }

    /// Connector and emulator, state in a folder.
    pub(crate) async fn start_in(state: PathBuf) -> Self {
        Self::run("spin.emulator.toml", Some(state), &[]).await
    }

    /// Connector and emulator, with these variables of the manifest.
    pub(crate) async fn start_with(variables: &[(&str, &str)]) -> Self {
        Self::run("spin.emulator.toml", None, variables).await
    }

    /// The connector alone, in front of another API.
    pub(crate) async fn in_front_of(api: &str) -> Self {
        Self::run("spin.toml", None, &[("api_base_url", api)]).await
    }

    async fn run(manifest: &str, state: Option<PathBuf>, variables: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let url = format!("http://localhost:{}", address.port());
        let (log, clock) = (MemoryLog::new(), TestClock::new());
        let mut builder = App::builder()
            .manifest(root().join(manifest))
            .expect("the manifest is valid")
            .read_environment(false)
            .variable("public_url", &url)
            .clock(clock.clone())
            .log(log.clone());
        for (name, value) in variables {
            builder = builder.variable(*name, *value);
        }
        builder = match state {
            Some(directory) => builder.state_dir(directory),
            None => builder.in_memory(),
        };
        let app = builder
            .build()
            .await
            .expect("the app starts: run `make wasm` first");
        let server = app.serve(listener).expect("the app serves");
        let client = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .resolve("localhost", address);
        Self {
            url,
            log,
            clock,
            client: client.build().expect("a client"),
            server,
        }
    }

    /// Ends the app, so that all state is on disk.
    pub(crate) async fn stop(self) {
        self.server.shutdown().await;
    }

    /// A request to a path of the app.
    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = method.parse().expect("a method");
        self.client.request(method, format!("{}{path}", self.url))
    }

    /// A POST to the MCP endpoint with the demo key.
    pub(crate) fn mcp(&self) -> RequestBuilder {
        self.request("POST", "/api/ext/mcp")
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream")
            .bearer_auth(demo_key())
    }

    /// Sends a legacy message (2025-11-25) and reads the JSON answer.
    pub(crate) async fn legacy(&self, method: &str, params: Value) -> Value {
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let response = self
            .mcp()
            .header("mcp-protocol-version", "2025-11-25")
            .body(message.to_string())
            .send()
            .await
            .expect("an answer");
        json_of(response).await.1
    }

    /// Calls a tool and returns the result object.
    pub(crate) async fn call(&self, tool: &str, arguments: Value) -> Value {
        let answer = self
            .legacy("tools/call", json!({"name": tool, "arguments": arguments}))
            .await;
        answer["result"].clone()
    }
}

/// Status and JSON body; `Null` for a body that is not JSON.
pub(crate) async fn json_of(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let bytes = response.bytes().await.expect("a whole body");
    (
        status,
        serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    )
}

/// A server that answers every connection with the same bytes, and reports each request's head and body.
pub(crate) struct Canned {
    /// Its origin.
    pub(crate) url: String,
    requests: tokio::sync::mpsc::UnboundedReceiver<String>,
}

impl Canned {
    /// Answers with these bytes and closes.
    pub(crate) async fn answering(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::by(move |_| bytes.clone()).await
    }

    /// Answers each request with what the function makes of it.
    pub(crate) async fn by(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (sender, requests) = tokio::sync::mpsc::unbounded_channel();
        let answer = std::sync::Arc::new(answer);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (sender, answer) = (sender.clone(), std::sync::Arc::clone(&answer));
                tokio::spawn(async move {
                    let request = read_request(&mut stream).await;
                    let bytes = answer(&request);
                    // The test may be over.
                    let _ = sender.send(request);
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

    /// The requests so far.
    pub(crate) fn seen(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.requests.try_recv().ok()).collect()
    }
}

/// A response with its length, on a connection that closes.
pub(crate) fn response(head: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let mut bytes =
        format!("HTTP/1.1 {head}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n")
            .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// Reads a request to its end, as its Content-Length says.
async fn read_request(stream: &mut tokio::net::TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut chunk = [0; 8192];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .and_then(|(_, length)| length.trim().parse::<usize>().ok())
                .unwrap_or(0);
            if body.len() >= length {
                return text;
            }
        }
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return text,
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
        }
    }
}
