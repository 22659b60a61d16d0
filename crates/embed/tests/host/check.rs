//! `tokportal-embed --check` and `--check-portal`, run as a child process.

use std::path::Path;
use std::process::Command;

use crate::support::{manifest, wasm};

/// The exit code and the lines of `--check` for the guest, with these options.
fn check(files: &[(&str, &str)], options: &[&str]) -> (Option<i32>, Vec<String>) {
    run("--check", "/readyz", files, options)
}

fn run(
    question: &str,
    route: &str,
    files: &[(&str, &str)],
    options: &[&str],
) -> (Option<i32>, Vec<String>) {
    let directory = tempfile::tempdir().unwrap();
    let manifest = manifest("api", "", route, r#""http://self""#);
    write(directory.path(), "spin.toml", &manifest);
    for (name, text) in files {
        write(directory.path(), name, text);
    }
    let in_memory = (!options.contains(&"--state-dir")).then_some("--in-memory");
    let output = Command::new(env!("CARGO_BIN_EXE_tokportal-embed"))
        .current_dir(directory.path())
        .env_clear()
        .arg(question)
        .args(in_memory)
        .args(options)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().map(ToOwned::to_owned).collect();
    (output.status.code(), lines)
}

fn write(directory: &Path, name: &str, text: &str) {
    std::fs::write(directory.join(name), text).unwrap();
}

#[test]
fn check_of_a_ready_application_exits_with_0() {
    let (code, lines) = check(&[], &[]);
    assert_eq!(lines, ["ok      host", "ok      store", "ok      api"]);
    assert_eq!(code, Some(0));
}

#[test]
fn check_portal_marks_what_could_not_be_found_out() {
    let (code, lines) = run("--check-portal", "/readyz/...", &[], &[]);
    assert_eq!(
        lines,
        [
            "ok      host",
            "ok      discovery: Found.",
            "NOTE    redirect_uri: Not proven. Register it.",
            "FAILED  clock: It is late. Set it."
        ]
    );
    assert_eq!(code, Some(1));
}

#[test]
fn check_names_a_variable_that_has_no_effect() {
    let (code, lines) = check(&[], &["--variable", "apy=x"]);
    assert_eq!(
        lines,
        ["FAILED  host: variable `apy`: the manifest does not declare it; it declares api"]
    );
    assert_eq!(code, Some(1));
}

#[test]
fn check_names_a_host_that_is_refused() {
    let (code, lines) = check(&[], &["--variable", "api=http://refused.example/"]);
    assert_eq!(lines[..2], ["ok      host", "ok      store"]);
    assert!(
        lines[2].starts_with("FAILED  api: ErrorCode::HttpRequestDenied "),
        "{lines:?}"
    );
    assert!(
        lines[2].ends_with("Change the variable `api`."),
        "{lines:?}"
    );
    assert_eq!(code, Some(1));
}

#[test]
fn check_names_a_store_that_is_unreachable() {
    // Nothing listens on the port of discard.
    let config = "[key_value_store.default]\ntype = 'redis'\nurl = 'redis://127.0.0.1:9'\n";
    let (code, lines) = check(
        &[("runtime.toml", config)],
        &["--runtime-config-file", "runtime.toml"],
    );
    assert_eq!(lines[0], "ok      host");
    assert!(
        lines[1].starts_with("FAILED  store: Error::Other(\"Redis at 127.0.0.1:9: "),
        "{lines:?}"
    );
    assert_eq!(code, Some(1));
}

#[test]
fn check_names_a_runtime_config_that_is_refused() {
    let config = "[key_value_store.default]\ntype = 'aws_dynamo'\n";
    let (code, lines) = check(
        &[("runtime.toml", config)],
        &["--runtime-config-file", "runtime.toml"],
    );
    assert_eq!(
        lines,
        [
            "FAILED  host: runtime.toml: key_value_store.default: type `aws_dynamo` (this host has \"redis\" and \
             \"spin\") is not supported by this host"
        ]
    );
    assert_eq!(code, Some(1));
}

#[test]
fn check_of_an_application_without_readyz_fails() {
    let manifest = format!(
        "spin_manifest_version = 2\n[application]\nname = 'test'\n[[trigger.http]]\nroute = '/other'\n\
         component = 'guest'\n[component.guest]\nsource = '{}'\n",
        wasm("embed_guest").display()
    );
    let (code, lines) = check(&[("other.toml", &manifest)], &["--manifest", "other.toml"]);
    assert_eq!(
        lines,
        [
            "ok      host",
            "FAILED  application: it does not answer /readyz, so its store and what it calls were not checked. Give \
             the component that route in the manifest."
        ]
    );
    assert_eq!(code, Some(1));
}

#[test]
fn compiled_components_are_kept_in_the_cache_dir_alone() {
    let cache = tempfile::tempdir().unwrap();
    let path = cache.path().display().to_string();
    let kept = || std::fs::read_dir(cache.path()).unwrap().count();
    check(&[], &[]);
    assert_eq!(kept(), 0);
    for _ in 0..2 {
        assert_eq!(check(&[], &["--cache-dir", &path]).0, Some(0));
        assert_ne!(kept(), 0);
    }
}

#[test]
fn compiled_components_are_kept_in_the_state_dir() {
    let state = tempfile::tempdir().unwrap();
    let path = state.path().display().to_string();
    let cache = state.path().join("cache");
    assert_eq!(check(&[], &["--state-dir", &path]).0, Some(0));
    let kept = std::fs::read_dir(&cache).unwrap().count();
    assert_ne!(kept, 0);
}

#[cfg(unix)]
#[test]
fn state_dir_that_others_can_write_keeps_no_compiled_components() {
    use std::os::unix::fs::PermissionsExt as _;
    let state = tempfile::tempdir().unwrap();
    let path = state.path().display().to_string();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o777)).unwrap();
    assert_eq!(check(&[], &["--state-dir", &path]).0, Some(0));
    let cache = std::fs::read_dir(state.path().join("cache")).unwrap();
    assert_eq!(cache.count(), 0);
}
