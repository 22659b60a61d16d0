#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]
use super::*;

fn read(text: &str) -> Result<RuntimeConfig, String> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("runtime.toml");
    std::fs::write(&path, text).unwrap();
    let folder = format!("{}/", directory.path().display());
    RuntimeConfig::load(&path).map_err(|error| error.to_string().replace(&folder, ""))
}

#[test]
fn stores_and_blocked_networks_are_read() {
    let config = read(
        "[key_value_store.default]\ntype = 'redis'\nurl = 'redis://localhost:6379'\n\
         [key_value_store.files]\ntype = 'spin'\npath = 'kv/store.db'\n\
         [key_value_store.memory]\ntype = 'spin'\n\
         [outbound_networking]\nblock_networks = ['private']\n",
    )
    .unwrap();
    let store = |label: &str| config.stores.get(label).unwrap();
    assert!(
        matches!(store("default"), StoreConfig::Redis { url, .. } if url == "redis://localhost:6379")
    );
    assert!(
        matches!(store("files"), StoreConfig::File(StateLocation::File(path))
        if path.ends_with("kv/store.db") && path.is_absolute())
    );
    assert!(matches!(
        store("memory"),
        StoreConfig::File(StateLocation::Memory)
    ));
    assert!(config.block_private_networks);
    assert!(!read("").unwrap().block_private_networks);
}

#[test]
fn what_this_host_lacks_is_refused_by_name() {
    for (text, expected) in [
        (
            "[key_value_store.default]\ntype = 'azure_cosmos'\nkey = 'k'",
            "runtime.toml: key_value_store.default: type `azure_cosmos` (this host has \"redis\" and \"spin\") is not \
             supported by this host",
        ),
        (
            "[key_value_store.default]\ntype = 'redis'\nurl = 'redis://a'\nprefix = 'p'",
            "runtime.toml: key_value_store.default: `prefix` is not supported by this host",
        ),
        (
            "[llm_compute]\ntype = 'spin'",
            "runtime.toml: `llm_compute` (this host reads `key_value_store` and `outbound_networking`) is not supported \
             by this host",
        ),
        (
            "[[variables_provider]]\ntype = 'vault'",
            "runtime.toml: `variables_provider` (set SPIN_VARIABLE_<NAME>, or give the program --variable NAME=VALUE) \
             is not supported by this host",
        ),
        (
            "[outbound_networking]\nblock_networks = ['10.0.0.0/8']",
            "runtime.toml: outbound_networking: the network \"10.0.0.0/8\" in `block_networks` (use \"private\") is not \
             supported by this host",
        ),
    ] {
        assert_eq!(read(text).unwrap_err(), expected);
    }
}

#[test]
fn malformed_value_is_refused_with_its_place() {
    for (text, expected) in [
        (
            "[key_value_store.default]\nurl = 'redis://a'",
            "runtime.toml: key_value_store.default: has no `type`: write \"redis\" or \"spin\"",
        ),
        (
            "[key_value_store.default]\ntype = 'redis'",
            "runtime.toml: key_value_store.default: has no `url`",
        ),
        (
            "[key_value_store]\ndefault = 'redis'",
            "runtime.toml: key_value_store.default: must be a table",
        ),
        (
            "[outbound_networking]\nblock_networks = 'private'",
            "runtime.toml: outbound_networking: `block_networks` must be a list",
        ),
    ] {
        assert_eq!(read(text).unwrap_err(), expected);
    }
}

#[test]
fn syntax_error_names_the_line_and_quotes_no_password() {
    let error = read("\n[key_value_store.default]\nurl = \"redis://:hunter2@a\" x").unwrap_err();
    assert!(
        error.starts_with("runtime.toml line 3: is not TOML"),
        "{error}"
    );
    assert!(!error.contains("hunter2"), "{error}");
    let config = read("[key_value_store.a]\ntype = 'redis'\nurl = 'redis://:hunter2@a'").unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
}
