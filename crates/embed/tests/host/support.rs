//! Builds applications with the guest component, and sends requests to them.

use std::path::PathBuf;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use tokportal_embed::{App, AppBuilder, ComponentConfig, Limits, MemoryLog, ResponseBody};

/// The file of a component that was built for these tests.
pub(crate) fn wasm(name: &str) -> PathBuf {
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("..");
    let path = target
        .join("wasm32-wasip2/release")
        .join(name)
        .with_extension("wasm");
    assert!(
        path.is_file(),
        "{} is missing; build it with: cargo build --release --target wasm32-wasip2 -p embed-guest -p embed-guest-p2",
        path.display()
    );
    path
}

/// The guest on every path, with a store, a database and no outbound hosts.
pub(crate) fn guest() -> ComponentConfig {
    ComponentConfig::from_file("guest", wasm("embed_guest"))
        .route("/...")
        .key_value_store("default")
        .sqlite_database("default")
}

/// An application without components, and its log.
pub(crate) fn builder() -> (AppBuilder, MemoryLog) {
    let log = MemoryLog::new();
    (
        App::builder()
            .in_memory()
            .read_environment(false)
            .log(log.clone()),
        log,
    )
}

/// An application of one component.
pub(crate) async fn app(component: ComponentConfig) -> (App, MemoryLog) {
    let (builder, log) = builder();
    (builder.component(component).build().await.unwrap(), log)
}

/// An application of the guest with these limits.
pub(crate) async fn limited(limits: Limits) -> (App, MemoryLog) {
    let (builder, log) = builder();
    let builder = builder.limits(limits).component(guest());
    (builder.build().await.unwrap(), log)
}

/// Status and body of a GET.
pub(crate) async fn get(app: &App, path_and_query: &str) -> (u16, String) {
    send(app, "GET", path_and_query, "").await
}

/// Status and body of any request.
pub(crate) async fn send(app: &App, method: &str, uri: &str, body: &str) -> (u16, String) {
    let request = Request::builder()
        .method(method)
        .uri(uri)
        .body(Full::new(Bytes::from(body.to_owned())))
        .unwrap();
    text(app.handle(request).await).await
}

/// Status and body of a response.
pub(crate) async fn text(response: Response<ResponseBody>) -> (u16, String) {
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.into()).unwrap())
}

/// `swap` of `wasi:keyvalue` sees a value that another caller wrote in between, and returns it.
pub(crate) async fn assert_swaps(app: &App) {
    for (path, expected) in [
        ("/wasi-kv/swap/k", "nothing, swapped"),
        ("/wasi-kv/swap/k?race", "new, stale, other, swapped"),
        ("/wasi-kv/swap/new?race", "nothing, stale, other, swapped"),
    ] {
        assert_eq!(ok(app, path).await, expected, "{path}");
    }
}

/// A manifest of the guest with one variable.
pub(crate) fn manifest(variable: &str, default: &str, route: &str, hosts: &str) -> String {
    format!(
        r#"spin_manifest_version = 2
[application]
name = "test"
[variables]
{variable} = {{ default = "{default}" }}
[[trigger.http]]
route = "{route}"
component = "guest"
[component.guest]
source = "{}"
allowed_outbound_hosts = [{hosts}]
key_value_stores = ["default"]
[component.guest.variables]
{variable} = "{{{{ {variable} }}}}"
"#,
        wasm("embed_guest").display()
    )
}

/// The body of a GET that must return 200.
pub(crate) async fn ok(app: &App, path_and_query: &str) -> String {
    let (status, body) = get(app, path_and_query).await;
    assert_eq!(status, 200, "{path_and_query}: {body}");
    body
}
