//! Starts the app as people run it, on a free port, and sends it requests.

pub(crate) mod assertion;
pub(crate) mod browser;
pub(crate) mod canned;
pub(crate) mod client;
pub(crate) mod elicitation;
pub(crate) mod mcp;
pub(crate) mod portal;
pub(crate) mod provider;
pub(crate) mod publisher;
#[path = "../../../../crates/embed/tests/host/redis.rs"]
#[expect(dead_code, reason = "the tests of the host use all of it")]
pub(crate) mod redis;
pub(crate) mod store;

use publisher::Publisher;
use redis::Redis;
use reqwest::redirect::Policy;
use reqwest::{Client, Proxy, RequestBuilder, Response};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokportal_embed::{App, AppBuilder, ComponentConfig, Limits, MemoryLog, Server, TestClock};

/// The manifest of the connector with atomic counters, which several hosts with one store need.
const ATOMIC: &str = "spin.p3.toml";

/// A running app.
pub(crate) struct Running {
    /// Origin, such as `http://localhost:40123`.
    pub(crate) url: String,
    /// The log of the components and the host.
    pub(crate) log: MemoryLog,
    /// The time that the components see.
    pub(crate) clock: TestClock,
    /// An HTTP client that follows no redirect.
    pub(crate) http: Client,
    server: Server,
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The number of operations in the OpenAPI document: all, or those of a scope.
pub(crate) fn operation_count(scope: Option<&str>) -> usize {
    let text = std::fs::read_to_string(root().join("static/openapi.json")).expect("the document");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let items = document["paths"].as_object().expect("paths").values();
    let operations = items.flat_map(|item| item.as_object().into_iter().flatten());
    let operations = operations.filter(|(_, operation)| operation["operationId"].is_string());
    let is_wanted = |operation: &Value| scope.is_none_or(|scope| operation["x-scope"] == scope);
    operations.filter(|(_, one)| is_wanted(one)).count()
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

    /// Connector and emulator with these Spin variables, state in a folder.
    pub(crate) async fn start_in_with(state: PathBuf, variables: &[(&str, &str)]) -> Self {
        Self::run("spin.emulator.toml", Some(state), variables).await
    }

    /// Connector and emulator, once on each kind of store: with atomic counters, and without.
    pub(crate) async fn on_both_stores() -> [Self; 2] {
        Self::on_both_stores_with(&[]).await
    }

    /// The same with these Spin variables.
    pub(crate) async fn on_both_stores_with(variables: &[(&str, &str)]) -> [Self; 2] {
        let text = std::fs::read_to_string(root().join("spin.emulator.toml")).expect("a manifest");
        let target = root().join("target/");
        let text = text
            .replace("connector_p3.wasm", "connector_spin.wasm")
            .replace("\"target/", &format!("\"{}/", target.display()));
        let folder = tempfile::tempdir().expect("a folder");
        let manifest = folder.path().join("spin.toml");
        std::fs::write(&manifest, text).expect("written");
        let manifest = manifest.to_str().expect("UTF-8");
        [
            Self::start_with(variables).await,
            Self::run(manifest, None, variables).await,
        ]
    }

    /// Connector and emulator with these Spin variables, state in memory.
    pub(crate) async fn start_with(variables: &[(&str, &str)]) -> Self {
        Self::run("spin.emulator.toml", None, variables).await
    }

    /// Connector and emulator in a host with these limits, state in memory.
    pub(crate) async fn start_limited(limits: Limits) -> Self {
        let manifest = "spin.emulator.toml";
        Self::build(manifest, None, &[], |builder| builder.limits(limits)).await
    }

    /// Connector and emulator, in an internet that has the hosts of the publisher.
    pub(crate) async fn start_beside(publisher: &Publisher, variables: &[(&str, &str)]) -> Self {
        Self::build("spin.emulator.toml", None, variables, |mut builder| {
            for mapping in publisher.mappings() {
                builder = builder.resolve(&mapping).expect("a mapping");
            }
            builder
                .root_certificates(publisher.root())
                .expect("a certificate")
        })
        .await
    }

    /// Connector and emulator, with the connector's store in this Redis.
    pub(crate) async fn start_on(redis: &Redis) -> Self {
        // The part of the API that other hosts call, under the path of the real one. It has the emulator's database.
        let api = root().join("target/wasm32-wasip2/release/tokportal_emulator.wasm");
        let api = ComponentConfig::from_file("api", api)
            .route("/api/ext/credits/...")
            .sqlite_database("default")
            .variable("public_url", "{{ public_url }}");
        Self::build("spin.emulator.toml", None, &[], |builder| {
            builder
                .component(api)
                .runtime_config(redis.runtime_config())
                .expect("a runtime configuration")
        })
        .await
    }

    /// Another host of the same origin: the connector alone, with its store in the same Redis. API and portal are those
    /// of `first`. Requests reach it as a proxy in front of both would send them.
    pub(crate) async fn start_as_well(first: &Self, redis: &Redis) -> Self {
        let origin = first.url.as_str();
        let at_portal = |path: &str| format!("{origin}/portal{path}");
        let variables = [
            ("public_url", origin),
            ("api_base_url", origin),
            ("portal_origin", origin),
            ("portal_issuer", &at_portal("")),
            ("portal_keys_url", &at_portal("/api/keys")),
        ];
        let mut second = Self::build(ATOMIC, None, &variables, |builder| {
            builder
                .runtime_config(redis.runtime_config())
                .expect("a runtime configuration")
        })
        .await;
        let proxy = Proxy::http(format!("http://{}", second.server.addr())).expect("an address");
        let http = Client::builder().redirect(Policy::none()).proxy(proxy);
        second.http = http.build().expect("a client");
        second.url.clone_from(&first.url);
        second
    }

    /// The connector alone, in front of the API at this origin.
    pub(crate) async fn in_front_of(api: &str) -> Self {
        Self::run("spin.toml", None, &[("api_base_url", api)]).await
    }

    /// The same with the component whose instances answer many requests at a time.
    pub(crate) async fn sharing_instances(api: &str) -> Self {
        Self::run(ATOMIC, None, &[("api_base_url", api)]).await
    }

    /// The connector alone with these Spin variables.
    pub(crate) async fn start_connector(variables: &[(&str, &str)]) -> Self {
        Self::run("spin.toml", None, variables).await
    }

    /// The connector alone with atomic counters, as Spin 4.1 and newer run it, with these Spin variables.
    pub(crate) async fn start_atomic(variables: &[(&str, &str)]) -> Self {
        Self::run(ATOMIC, None, variables).await
    }

    async fn run(manifest: &str, state: Option<PathBuf>, variables: &[(&str, &str)]) -> Self {
        Self::build(manifest, state, variables, |builder| builder).await
    }

    async fn build(
        manifest: &str,
        state: Option<PathBuf>,
        variables: &[(&str, &str)],
        change: impl FnOnce(AppBuilder) -> AppBuilder,
    ) -> Self {
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
        let app = change(builder)
            .build()
            .await
            .expect("the app starts: run `make wasm` first");
        let server = app.serve(listener).expect("the app serves");
        let http = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .resolve("localhost", address);
        Self {
            url,
            log,
            clock,
            http: http.build().expect("a client"),
            server,
        }
    }

    /// Stops the app; all state is on disk afterwards.
    pub(crate) async fn stop(self) {
        self.server.shutdown().await;
    }

    /// A connection to the app from another address of this computer, such as `127.0.0.2`.
    pub(crate) async fn connect_from(&self, address: &str) -> TcpStream {
        let socket = TcpSocket::new_v4().expect("a socket");
        let address = format!("{address}:0").parse().expect("an address");
        socket.bind(address).expect("an address of this computer");
        let to = self.server.addr();
        socket.connect(to).await.expect("the app listens")
    }

    /// A request to a path of the app.
    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = method.parse().expect("a method");
        self.http.request(method, format!("{}{path}", self.url))
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

/// `Accept` of a browser that opens an address.
pub(crate) const BROWSER: &str =
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8";

/// Header fields by which a caller claims another host, scheme or path.
pub(crate) const FORGED: [(&str, &str); 9] = [
    ("host", "evil.example"),
    ("host", "localhost:1"),
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-port", "1"),
    ("x-forwarded-prefix", "/evil"),
    ("forwarded", "for=127.0.0.1;host=evil.example;proto=https"),
    ("x-original-url", "/evil"),
    ("spin-full-url", "https://evil.example/"),
];
