use super::*;
use crate::testing::FakeHost;
use futures::future::{Either, join, join_all, select};
use std::cell::RefCell;
use std::pin::pin;

/// Loads the configuration for a path, and returns the names that were read.
fn load(
    instance: &Instance,
    path: &str,
    variables: &[(&str, &str)],
) -> (Result<Arc<Config>, ConfigError>, Vec<&'static str>) {
    let read = RefCell::new(Vec::new());
    let variable = async |name: &'static str| {
        read.borrow_mut().push(name);
        let found = variables.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    let config = pollster::block_on(instance.config(&FakeHost::silent(), path, variable));
    (config, read.into_inner())
}

#[test]
fn mcp_endpoint_reads_fewer_variables_than_other_paths() {
    for path in ["/api/ext/mcp", "/api/ext/mcp/"] {
        assert_eq!(load(&Instance::new(), path, &[]).1, Config::needed(path));
    }
    for path in ["/", "/token", "/api/ext/mcp//", "/api/ext/mcp/x", "/readyz"] {
        assert_eq!(load(&Instance::new(), path, &[]).1, Config::VARIABLES);
    }
    let mcp = Config::needed("/api/ext/mcp");
    assert!(mcp.len() < Config::VARIABLES.len());
    assert!(mcp.iter().all(|name| Config::VARIABLES.contains(name)));
}

#[test]
fn wrong_variable_breaks_only_the_paths_that_need_it() {
    let instance = Instance::new();
    let variables = [
        ("help_url", "no url"),
        ("allowed_origins", "https://a.example"),
    ];
    let (mcp, _) = load(&instance, "/api/ext/mcp", &variables);
    assert!(mcp.expect("valid").allows_origin("https://a.example"));
    let (page, _) = load(&instance, "/", &variables);
    let error = page.expect_err("invalid");
    assert_eq!(error.problems()[0].variable, "help_url");
}

#[test]
fn second_request_to_an_instance_reads_no_variable() {
    let instance = Instance::new();
    for path in ["/api/ext/mcp", "/"] {
        assert!(!load(&instance, path, &[]).1.is_empty());
        assert!(load(&instance, path, &[]).1.is_empty());
    }
}

/// The endpoint decides by these settings, so they must be the same as on every other path.
#[test]
fn settings_of_the_mcp_endpoint_are_those_of_other_paths() {
    let variables = [
        ("public_url", "https://mcp.example"),
        ("api_base_url", "https://api.example"),
        ("allowed_origins", "https://a.example"),
        ("portal_issuer", "https://portal.example"),
        ("portal_keys_url", "https://portal.example/keys"),
        ("sealing_secret", "a-secret-of-at-least-32-characters"),
        ("key_check_seconds", "7"),
        ("confirm_paid_calls", "never"),
        ("accept_mixed_versions", "true"),
        ("client_address_header", "x-real-ip"),
    ];
    let instance = Instance::new();
    let (mcp, all) = (
        load(&instance, "/api/ext/mcp", &variables).0,
        load(&instance, "/", &variables).0,
    );
    let texts = [mcp, all].map(|config| format!("{:?}", config.expect("valid")));
    assert_eq!(texts[0], texts[1]);
}

#[test]
fn variables_are_read_once_by_requests_at_the_same_time() {
    let (instance, host) = (Instance::new(), FakeHost::silent());
    let read = RefCell::new(Vec::new());
    let variable = async |name: &'static str| {
        read.borrow_mut().push(name);
        host.sleep(Duration::from_millis(3)).await;
        None
    };
    let requests = (0..16).map(|_| instance.config(&host, "/", &variable));
    let configs = pollster::block_on(join_all(requests));
    assert!(configs.iter().all(Result::is_ok));
    assert_eq!(read.into_inner(), Config::VARIABLES);
}

#[test]
fn request_that_ends_while_it_reads_leaves_its_turn() {
    let (instance, host) = (Instance::new(), FakeHost::silent());
    let never = async |_: &'static str| std::future::pending().await;
    let given_up = async {
        let reading = pin!(instance.config(&host, "/", never));
        let second = pin!(host.sleep(Duration::from_secs(1)));
        let ended = select(reading, second).await;
        assert!(matches!(ended, Either::Right(_)));
    };
    let absent = async |_: &'static str| None;
    let (_, config) = pollster::block_on(join(given_up, instance.config(&host, "/", absent)));
    assert!(config.is_ok());
}
