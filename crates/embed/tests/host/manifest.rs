//! Applications from manifests in files.

use std::path::Path;

use tokportal_embed::{App, AppBuilder, Error, MemoryLog};

use crate::support::{get, ok, wasm};

/// Writes a manifest whose component `guest` is the test guest.
fn write(directory: &Path, rest: &str) -> AppBuilder {
    let path = directory.join("spin.toml");
    let source = wasm("embed_guest");
    let text = format!(
        "spin_manifest_version = 2\n[application]\nname = \"test\"\n{}",
        rest.replace("GUEST", &source.display().to_string())
    );
    std::fs::write(&path, text).unwrap();
    App::builder()
        .in_memory()
        .read_environment(false)
        .log(MemoryLog::new())
        .manifest(&path)
        .unwrap()
}

async fn error_of(builder: AppBuilder) -> String {
    match builder.build().await {
        Ok(_) => "built".to_owned(),
        Err(error) => error.to_string(),
    }
}

const ROUTES: &str = r#"
[variables]
name = { default = "nobody" }
token = { required = true, secret = true }
[[trigger.http]]
route = "/..."
component = "guest"
[[trigger.http]]
route = { private = true }
component = "hidden"
[[trigger.http]]
route = "/robots.txt"
static_response = { status_code = 203, headers = { "x-static" = "yes" }, body = "no robots" }
[component.guest]
source = "GUEST"
key_value_stores = ["default"]
allowed_outbound_hosts = ["http://hidden.spin.internal"]
[component.guest.variables]
name = "{{ name }} {{ token }}"
[component.guest.build]
command = "cargo build"
[component.hidden]
source = "GUEST"
"#;

#[tokio::test]
async fn manifest_with_all_kinds_of_routes_is_served() {
    let directory = tempfile::tempdir().unwrap();
    let app = write(directory.path(), ROUTES)
        .variable("token", "t")
        .build()
        .await
        .unwrap();
    assert_eq!(app.name(), "test");
    assert_eq!(ok(&app, "/variable/name").await, "nobody t");
    assert_eq!(ok(&app, "/kv/default/x").await, "nothing");
    assert_eq!(
        get(&app, "/robots.txt").await,
        (203, "no robots".to_owned())
    );
    assert_eq!(ok(&app, "/.well-known/spin/health").await, "OK");
    assert_eq!(
        ok(&app, "/fetch?http://hidden.spin.internal/hello").await,
        "200 hello"
    );
}

#[tokio::test]
async fn missing_variable_is_an_error_that_names_it() {
    let directory = tempfile::tempdir().unwrap();
    let message = error_of(write(directory.path(), ROUTES)).await;
    assert!(
        message.starts_with("variable `token` has no value: set SPIN_VARIABLE_TOKEN"),
        "{message}"
    );
}

#[tokio::test]
async fn variable_without_other_source_comes_from_the_env_file() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join(".env");
    std::fs::write(&file, "SPIN_VARIABLE_TOKEN=from-file\n").unwrap();
    let app = write(directory.path(), ROUTES)
        .env_file(file)
        .build()
        .await
        .unwrap();
    assert_eq!(ok(&app, "/variable/name").await, "nobody from-file");
}

#[tokio::test]
async fn path_without_a_route_is_404() {
    let directory = tempfile::tempdir().unwrap();
    let rest = "[[trigger.http]]\nroute = \"/a\"\ncomponent = \"guest\"\n[component.guest]\nsource = \"GUEST\"\n";
    let app = write(directory.path(), rest).build().await.unwrap();
    assert_eq!(get(&app, "/a").await.0, 200);
    assert_eq!(get(&app, "/b").await.0, 404);
}

#[tokio::test]
async fn invalid_component_is_an_error_that_names_it() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("text.wasm"), "not wasm").unwrap();
    let with = |source: &str| {
        let rest = format!(
            "[[trigger.http]]\nroute = \"/\"\ncomponent = \"guest\"\n[component.guest]\nsource = \"{source}\"\n"
        );
        error_of(write(directory.path(), &rest))
    };
    assert!(
        with("nowhere.wasm").await.contains("nowhere.wasm"),
        "the file is named"
    );
    assert!(
        with("text.wasm").await.starts_with("component `guest`: "),
        "the component is named"
    );
}

#[tokio::test]
async fn invalid_host_or_template_is_an_error_that_names_its_key() {
    let directory = tempfile::tempdir().unwrap();
    let with = |key: &str| {
        let rest = format!(
            "[[trigger.http]]\nroute = \"/\"\ncomponent = \"guest\"\n[component.guest]\nsource = \"GUEST\"\n{key}\n"
        );
        error_of(write(directory.path(), &rest))
    };
    assert_eq!(
        with("allowed_outbound_hosts = [\"https://example.com/path\"]").await,
        "component.guest.allowed_outbound_hosts: `https://example.com/path` must not have a path"
    );
    assert_eq!(
        with("variables = { a = \"{{ b }}\" }").await,
        "component.guest.variables.a: the template `{{ b }}` uses `b`, which is not in [variables]"
    );
}

#[test]
fn malformed_manifest_is_an_error_with_file_and_line() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("spin.toml");
    std::fs::write(&path, "spin_manifest_version = 2\nbogus = 1\n").unwrap();
    let error = App::builder().manifest(&path).err().unwrap();
    assert!(matches!(error, Error::Manifest { .. }));
    let message = error.to_string();
    assert!(
        message.contains("spin.toml") && message.contains("line 2") && message.contains("bogus"),
        "{message}"
    );
    let missing = App::builder()
        .manifest(directory.path().join("none.toml"))
        .err()
        .unwrap();
    assert!(matches!(missing, Error::Read { .. }));
}
